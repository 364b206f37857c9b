// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * An ordinary VM: that KVM takes a CPUID bit that it does not support, and shows it to
 * the guest, is why tdxcpuid check --supported is there; and its exceptions.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "client.h"

static uint32_t *reg_of(struct kvm_cpuid_entry2 *entry, int reg)
{
	uint32_t *const regs[] = { &entry->eax, &entry->ebx, &entry->ecx, &entry->edx };

	return regs[reg];
}

/* What KVM_SET_CPUID2 says to one bit more. */
static int answer_to(const struct kvm_cpuid_entry2 *entry, int reg, uint32_t bit)
{
	if (entry->function == 0xd && entry->index == 0 && reg == 0 && bit == 1U << 18)
		return -EPERM;	/* nobody asked for AMX in guests */
	if (entry->function == 0x80000008 && reg == 0 && bit & 0xff00)
		return -EINVAL; /* neither 48 nor 57 bits of linear address */
	return 0;
}

/* What it does not let userspace set: OSXSAVE, OSPKE, the sizes for XCR0 and IA32_XSS. */
static bool is_kvms_own(const struct kvm_cpuid_entry2 *entry, int reg, uint32_t bit)
{
	switch (entry->function) {
	case 0x1:
		return reg == 2 && bit == 1U << 27;
	case 0x7:
		return entry->index == 0 && reg == 2 && bit == 1U << 4;
	case 0xd:
		return entry->index < 2 && reg == 1;
	}
	return false;
}

/* One bit more, and what the guest would see. */
static void try_bit(int vcpu, struct cpuid_list *list, uint32_t i, int reg, uint32_t bit)
{
	static struct cpuid_list seen;
	uint32_t *value = reg_of(&list->entry[i], reg);
	int wanted = answer_to(&list->entry[i], reg, bit);
	char what[80];

	snprintf(what, sizeof(what), "0x%x.%u, register %d, bit 0x%x", list->entry[i].function,
		 list->entry[i].index, reg, bit);
	*value |= bit;
	if (check(what, kvm_ioctl(vcpu, KVM_SET_CPUID2, list), wanted) && !wanted) {
		seen.head.nent = MAX_ENTRIES;
		check(what, kvm_ioctl(vcpu, KVM_GET_CPUID2, &seen), 0);
		if (!is_kvms_own(&list->entry[i], reg, bit))
			check(what, *reg_of(&seen.entry[i], reg) & bit, bit);
	}
	*value &= ~bit;
}

void test_ordinary(void)
{
	static struct cpuid_list list;
	int vm = kvm_ioctl(kvm_fd, KVM_CREATE_VM, NULL);
	int vcpu = kvm_ioctl(vm, KVM_CREATE_VCPU, NULL);
	uint32_t tried = 0;

	case_begin("an ordinary VM takes what KVM supports");
	list.head.nent = MAX_ENTRIES;
	check("KVM_GET_SUPPORTED_CPUID", kvm_ioctl(kvm_fd, KVM_GET_SUPPORTED_CPUID, &list), 0);
	check("KVM_SET_CPUID2", kvm_ioctl(vcpu, KVM_SET_CPUID2, &list), 0);
	case_end();

	case_begin("and what it does not support, bit by bit");
	for (uint32_t i = 0; i < list.head.nent; i++) {
		for (int bit = 0; bit < 128; bit++) {
			if (*reg_of(&list.entry[i], bit / 32) >> bit % 32 & 1)
				continue;
			try_bit(vcpu, &list, i, bit / 32, 1U << bit % 32);
			tried++;
		}
	}
	tap_diag("%u bits", tried);
	case_end();
	close(vcpu);
	close(vm);
}
