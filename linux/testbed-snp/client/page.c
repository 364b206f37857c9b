// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* CPUID pages and the lists of vCPUs that go with them. */
#include <string.h>
#include <sys/mman.h>
#include <tdxcpuid.h>

#include "snp.h"

/* A page of its own: KVM takes its source by pages. */
struct snp_cpuid_page *page_new(void)
{
	return mmap(NULL, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

void page_add(struct snp_cpuid_page *page, uint32_t leaf, uint32_t subleaf, const uint32_t reg[4])
{
	struct snp_cpuid_fn *fn = &page->fn[page->count++];

	*fn = (struct snp_cpuid_fn){ .eax_in = leaf, .ecx_in = subleaf };
	memcpy(fn->reg, reg, sizeof(fn->reg));
	/* As every VMM does: XSAVE's size with x87 alone. */
	if (leaf == 0xd && subleaf <= 1) {
		fn->xcr0_in = 1;
		fn->reg[SNP_EBX] = 0x240;
	}
}

/*
 * Leaves that the firmware has in its table. What it does with the rest no document
 * says, and tests/psp/ goes through them.
 */
void page_of_machine(struct snp_cpuid_page *page, const char *cpu)
{
	const struct tdxcpuid_cpu *machine = tdxcpuid_cpu_find(cpu);
	struct tdxcpuid_leaf leaf;

	memset(page, 0, sizeof(*page));
	for (uint32_t n = 0; tdxcpuid_cpu_leaf(machine, n, &leaf); n++) {
		if (snp_leaf_listed(leaf.leaf) && page->count < SNP_CPUID_MAX)
			page_add(page, leaf.leaf,
				 snp_leaf_indexed(leaf.leaf) ? leaf.subleaf : 0, leaf.reg);
	}
}

struct snp_cpuid_fn *page_find(struct snp_cpuid_page *page, uint32_t leaf, uint32_t subleaf)
{
	static struct snp_cpuid_fn none;

	for (uint32_t i = 0; i < page->count && i < SNP_CPUID_MAX; i++) {
		if (page->fn[i].eax_in == leaf && page->fn[i].ecx_in == subleaf)
			return &page->fn[i];
	}
	case_fail("no leaf 0x%x in the page", leaf);
	return &none;
}

void list_of_page(struct cpuid_list *list, const struct snp_cpuid_page *page)
{
	memset(list, 0, sizeof(*list));
	for (uint32_t i = 0; i < page->count && i < SNP_CPUID_MAX; i++) {
		const struct snp_cpuid_fn *fn = &page->fn[i];

		list->entry[list->head.nent++] = (struct kvm_cpuid_entry2){
			.function = fn->eax_in,
			.index = fn->ecx_in,
			.flags = snp_leaf_indexed(fn->eax_in) ? KVM_CPUID_FLAG_SIGNIFCANT_INDEX : 0,
			.eax = fn->reg[SNP_EAX],
			.ebx = fn->reg[SNP_EBX],
			.ecx = fn->reg[SNP_ECX],
			.edx = fn->reg[SNP_EDX],
		};
	}
}

bool list_bit_is_kvms(const struct kvm_cpuid_entry2 *e, uint32_t reg, uint32_t bit)
{
	if (reg)
		return false;
	return (e->function == 0x80000008 && bit >= 8 && bit < 16) ||
	       (e->function == 0xd && !e->index && bit == 18);
}

int set_cpuid2(int vcpu, const struct cpuid_list *list)
{
	return kvm_ioctl(vcpu, KVM_SET_CPUID2, (void *)list);
}

int get_cpuid2(int vcpu, struct cpuid_list *list)
{
	memset(list, 0, sizeof(*list));
	list->head.nent = MAX_ENTRIES;
	return kvm_ioctl(vcpu, KVM_GET_CPUID2, list);
}

struct kvm_cpuid_entry2 *list_find(struct cpuid_list *list, uint32_t leaf, uint32_t subleaf)
{
	static struct kvm_cpuid_entry2 none;

	for (uint32_t i = 0; i < list->head.nent; i++) {
		if (list->entry[i].function == leaf && list->entry[i].index == subleaf)
			return &list->entry[i];
	}
	case_fail("no leaf 0x%x in the list", leaf);
	return &none;
}
