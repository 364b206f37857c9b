// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A launch from KVM_CREATE_VM to KVM_SEV_SNP_LAUNCH_FINISH: what is the same on every kernel. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "snp.h"

#define NORMAL	   KVM_SEV_SNP_PAGE_TYPE_NORMAL
#define ZERO	   KVM_SEV_SNP_PAGE_TYPE_ZERO
#define UNMEASURED KVM_SEV_SNP_PAGE_TYPE_UNMEASURED
#define SECRETS	   KVM_SEV_SNP_PAGE_TYPE_SECRETS
#define CPUID	   KVM_SEV_SNP_PAGE_TYPE_CPUID

/* Statuses of the firmware ABI. */
#define INVALID_GUEST_STATE 0x2

static struct snp_cpuid_page *page, *other;
static struct cpuid_list list;

static void page_types(void)
{
	static const struct {
		const char *name;
		int type;
	} types[] = {
		{ "NORMAL", NORMAL },	{ "ZERO", ZERO },   { "UNMEASURED", UNMEASURED },
		{ "SECRETS", SECRETS }, { "CPUID", CPUID },
	};
	struct vm vm;

	case_begin("every page type, two vCPUs");
	if (vm_begin(&vm, 2)) {
		page_of_machine(page, "milan");
		list_of_page(&list, page);
		for (int i = 0; i < 2; i++)
			check("KVM_SET_CPUID2", set_cpuid2(vm.vcpu[i], &list), 0);
		memset(vm.shared, 0x11, PAGE_SIZE);
		for (unsigned int i = 0; i < ARRAY_SIZE(types); i++) {
			void *source = types[i].type == ZERO  ? NULL :
				       types[i].type == CPUID ? (void *)page :
								vm.shared;

			check(types[i].name, launch_update(&vm, i, source, types[i].type), 0);
			check("again", launch_update(&vm, i, source, types[i].type), -EIO);
			check("not for firmware to say", vm.fw_error, 0);
		}
		check("KVM_SEV_SNP_LAUNCH_FINISH: VMSA", launch_finish(&vm), 0);
		/* Guest memory, the context and the VMSAs, beside what was there before. */
		for (unsigned int i = 0; i < ARRAY_SIZE(types); i++)
			check("after FINISH", launch_update(&vm, 20 + i, page, types[i].type), -EIO);
		check("status", vm.fw_error, INVALID_GUEST_STATE);
		check("FINISH again", launch_finish(&vm), -EINVAL);
	}
	vm_end(&vm);
}

static void many_pages(void)
{
	struct kvm_sev_snp_launch_update update = { .gfn_start = 0, .len = PAGES * PAGE_SIZE };
	struct vm vm;

	case_begin("all of memory in one KVM_SEV_SNP_LAUNCH_UPDATE");
	if (vm_begin(&vm, 1)) {
		update.uaddr = (uintptr_t)vm.shared;
		update.type = NORMAL;
		/* Before this call firmware holds the context and a page for messages. */
		long long before = firmware_number("pages");

		while (update.len && check("KVM_SEV_SNP_LAUNCH_UPDATE",
					   vm_command(&vm, KVM_SEV_SNP_LAUNCH_UPDATE, &update), 0))
			;
		check("pages", firmware_number("pages") - before, PAGES);
	}
	vm_end(&vm);
}

/* The values that come back are the firmware's, and given again it takes them. */
static void refused_page(void)
{
	static const struct {
		const char *name;
		uint32_t leaf, subleaf;
		int reg;
		uint32_t set;
	} lies[] = {
		{ "1.ecx, x2APIC's TSC-deadline bit", 0x1, 0, SNP_ECX, 1 << 24 },
		{ "7.0.ebx, AVX512F", 0x7, 0, SNP_EBX, 1 << 16 },
		{ "7.0.edx, ARCH_CAPABILITIES", 0x7, 0, SNP_EDX, 1 << 29 },
		{ "80000008.ebx, VIRT_SSBD", 0x80000008, 0, SNP_EBX, 1 << 25 },
		{ "8000001f.eax, a bit of the future", 0x8000001f, 0, SNP_EAX, 1U << 31 },
		{ "80000021.eax, AUTOIBRS", 0x80000021, 0, SNP_EAX, 1 << 8 },
	};
	struct snp_cpuid_fn *fn;
	struct vm vm;

	for (unsigned int i = 0; i < ARRAY_SIZE(lies); i++) {
		case_begin("a page that firmware refuses: %s", lies[i].name);
		page_of_machine(page, "milan");
		fn = page_find(page, lies[i].leaf, lies[i].subleaf);
		check("the machine has not", fn->reg[lies[i].reg] & lies[i].set, 0);
		*other = *page;
		fn->reg[lies[i].reg] |= lies[i].set;
		if (vm_begin(&vm, 1)) {
			check("KVM_SEV_SNP_LAUNCH_UPDATE", launch_update(&vm, 1, page, CPUID),
			      -EIO);
			check("status", vm.fw_error, INVALID_PARAM);
			/* Seen so: all of 7.0.edx comes back as 0, docs/psp.md. */
			if (lies[i].leaf == 0x7 && lies[i].reg == SNP_EDX)
				page_find(other, 0x7, 0)->reg[SNP_EDX] = 0;
			check("corrected", !memcmp(page, other, PAGE_SIZE), 1);
			check("as corrected", launch_update(&vm, 1, page, CPUID), 0);
			check("unchanged", !memcmp(page, other, PAGE_SIZE), 1);
			check("KVM_SEV_SNP_LAUNCH_FINISH", launch_finish(&vm), 0);
		}
		vm_end(&vm);
	}
}

static void refused_structure(void)
{
	static const struct {
		const char *name;
		size_t offset;
		uint32_t value;
	} cases[] = {
		{ "65 entries", offsetof(struct snp_cpuid_page, count), 65 },
		{ "reserved1", offsetof(struct snp_cpuid_page, reserved1), 1 },
		{ "reserved2", offsetof(struct snp_cpuid_page, reserved2), 1 },
	};
	struct vm vm;

	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		case_begin("a page that is no table: %s", cases[i].name);
		page_of_machine(page, "milan");
		page_find(page, 0x7, 0)->reg[SNP_EBX] |= 1 << 16;
		memcpy((char *)page + cases[i].offset, &cases[i].value, sizeof(cases[i].value));
		*other = *page;
		if (vm_begin(&vm, 1)) {
			check("KVM_SEV_SNP_LAUNCH_UPDATE", launch_update(&vm, 1, page, CPUID),
			      -EIO);
			check("status", vm.fw_error, INVALID_PARAM);
			check("nothing is corrected", !memcmp(page, other, PAGE_SIZE), 1);
		}
		vm_end(&vm);
	}
}

static void wrong_calls(void)
{
	struct kvm_sev_snp_launch_start no_smt = { .policy = 1 << 16 };
	int sev = sev_fd;
	struct vm vm;

	case_begin("calls that are refused");
	page_of_machine(page, "milan");
	check("a VM", vm_create(&vm), 0);
	check("UPDATE before START", launch_update(&vm, 1, page, CPUID), -EINVAL);
	check("FINISH before START", launch_finish(&vm), -EINVAL);
	check("START, reserved bit not set",
	      vm_command(&vm, KVM_SEV_SNP_LAUNCH_START, &no_smt), -EINVAL);
	sev_fd = kvm_fd;
	check("START, no /dev/sev", launch_start(&vm), -ENOTTY);
	sev_fd = sev;
	check("START", launch_start(&vm), 0);
	check("START again", launch_start(&vm), -EINVAL);
	sev_fd = kvm_fd;
	check("UPDATE, no /dev/sev", launch_update(&vm, 1, page, CPUID), -EIO);
	sev_fd = sev;
	check("UPDATE, no such type", launch_update(&vm, 1, page, 2), -EINVAL);
	check("UPDATE, no page", launch_update(&vm, 1, (char *)page + 8, CPUID), -EINVAL);
	check("UPDATE, no memory there", launch_update(&vm, PAGES, page, CPUID), -EINVAL);
	check("UPDATE, nothing to read", launch_update(&vm, 1, (void *)0x1000, CPUID), -EIO);
	/* What firmware would hand back could not be written. */
	page_find(page, 0x7, 0)->reg[SNP_EBX] |= 1 << 16;
	mprotect(page, PAGE_SIZE, PROT_READ);
	check("UPDATE, cannot be written", launch_update(&vm, 1, page, CPUID), -EIO);
	mprotect(page, PAGE_SIZE, PROT_READ | PROT_WRITE);
	check("UPDATE", launch_update(&vm, 2, vm.shared, NORMAL), 0);
	check("FINISH", launch_finish(&vm), 0);
	vm_end(&vm);
}

/* KVM has no order for these, and asks for none of them. */
static void any_order(void)
{
	struct vm vm;

	case_begin("KVM_SET_CPUID2 before and after the page, after FINISH");
	page_of_machine(page, "milan");
	list_of_page(&list, page);
	if (vm_begin(&vm, 3)) {
		check("before", set_cpuid2(vm.vcpu[0], &list), 0);
		check("the page", launch_update(&vm, 1, page, CPUID), 0);
		check("after", set_cpuid2(vm.vcpu[1], &list), 0);
		check("again", set_cpuid2(vm.vcpu[0], &list), 0);
		check("FINISH", launch_finish(&vm), 0);
		check("after FINISH", set_cpuid2(vm.vcpu[2], &list), 0);
	}
	vm_end(&vm);

	case_begin("two CPUID pages");
	if (vm_begin(&vm, 1)) {
		check("one", launch_update(&vm, 1, page, CPUID), 0);
		page_find(page, 0x7, 0)->reg[SNP_EBX] &= ~(1U << 20);
		check("another", launch_update(&vm, 2, page, CPUID), 0);
		check("FINISH", launch_finish(&vm), 0);
	}
	vm_end(&vm);

	case_begin("no CPUID page, no KVM_SET_CPUID2");
	if (vm_begin(&vm, 2))
		check("FINISH", launch_finish(&vm), 0);
	vm_end(&vm);
}

void test_launch(void)
{
	page = page_new();
	other = page_new();
	firmware_cpu("milan");
	page_types();
	many_pages();
	refused_page();
	refused_structure();
	wrong_calls();
	any_order();
}
