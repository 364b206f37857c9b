// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * KVM_SET_CPUID2 against the CPUID page: pages made as QEMU, cloud-hypervisor and
 * libkrun make them pass, and what is odd about a page is told.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <stdlib.h>
#include "platforms.h"
#include "../../kvm/kvm_snp.h"
#include "../tap.h"

#define MAX_ENTRIES 128

struct list {
	struct kvm_cpuid_entry2 entry[MAX_ENTRIES];
	u32 nent;
};

struct heard {
	struct tdx_reporter reporter;
	u32 nr;
	u32 paravirtual;
	struct tdxcpuid_violation last;
};

static void hear(struct tdx_reporter *self, const struct tdxcpuid_violation *v)
{
	struct heard *h = (struct heard *)self;

	h->nr++;
	h->paravirtual += v->has_leaf && v->leaf >> 28 == 4;
	h->last = *v;
}

static int compare(const struct snp_cpuid_page *page, const struct list *vcpu, bool superset,
		   struct heard *violations, struct heard *notes)
{
	const struct kvm_snp_reporters r = { &violations->reporter, &notes->reporter };

	*violations = *notes = (struct heard){ .reporter.report = hear };
	return kvm_snp_check_vcpu(page, vcpu->entry, vcpu->nent, superset, &r);
}

static struct kvm_cpuid_entry2 *add(struct list *list, u32 leaf, u32 index, const u32 reg[4])
{
	struct kvm_cpuid_entry2 *e = &list->entry[list->nent++];

	*e = (struct kvm_cpuid_entry2){ .function = leaf,
					.index = index,
					.eax = reg[0],
					.ebx = reg[1],
					.ecx = reg[2],
					.edx = reg[3] };
	if (kvm_cpuid_is_indexed(leaf))
		e->flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX;
	return e;
}

/*
 * As KVM_GET_SUPPORTED_CPUID answers on a machine with SEV-SNP: its own leaves, what KVM
 * adds whether the CPU has it or not, no VMPLs, and the paravirtual leaves.
 */
static void supported(const struct machine *m, struct list *list)
{
	static const u32 signature[4] = { 0x40000001, 0x4b4d564b, 0x564b4d56, 0x4d };
	static const u32 pv_features[4] = { 0x01007efb };

	list->nent = 0;
	for (u32 i = 0; i < m->nr; i++) {
		const struct row *r = &m->row[i];
		struct kvm_cpuid_entry2 *e =
			add(list, r->leaf, r->subleaf == SNP_ANY ? 0 : r->subleaf, r->reg);

		if (r->leaf == 0x1)
			e->ecx = (e->ecx & ~0x08000008U) | 1U << 24 | 1U << 31;
		if (r->leaf == 0x7 && r->subleaf == 0) {
			e->ebx |= 0x2;
			e->edx |= 0xac000000;
		}
		if (r->leaf == 0x80000008)
			e->ebx |= 1U << 25;
		if (r->leaf == 0x8000001f) {
			e->eax &= 0x41a;
			e->ebx &= 0x3f;
		}
		if (r->leaf == 0x80000021) {
			e->eax |= 1U << 9;
			e->ecx |= 0x6;
		}
	}
	add(list, 0x40000000, 0, signature);
	add(list, 0x40000001, 0, pv_features);
}

/* vCPU @n of a VM: APIC IDs and topology are its own. */
static void of_vcpu(struct list *list, u32 n)
{
	for (u32 i = 0; i < list->nent; i++) {
		struct kvm_cpuid_entry2 *e = &list->entry[i];

		if (e->function == 0x1) {
			e->ebx = (e->ebx & 0xffff) | n << 24 | 4 << 16;
			/* KVM's own, at run time. */
			e->ecx |= n & 1 ? 1U << 27 : 0;
		}
		if (e->function == 0x7 && !e->index && n & 1)
			e->ecx |= 0x10;
		if (e->function == 0xb)
			e->edx = n;
		if (e->function == 0x8000001e) {
			e->eax = n;
			e->ebx = (e->ebx & ~0xffU) | n;
		}
	}
}

static void entry_to_page(struct snp_cpuid_fn *fn, const struct kvm_cpuid_entry2 *e, u32 index)
{
	*fn = (struct snp_cpuid_fn){ e->function, index, 0, 0, { e->eax, e->ebx, e->ecx, e->edx } };
}

/* Masked before KVM_SET_CPUID2; the page is KVM_GET_CPUID2's list of the first vCPU. */
static void qemu(const struct machine *m, struct list *vcpu, struct snp_cpuid_page *page, u32 n)
{
	static struct list first;

	supported(m, &first);
	for (u32 i = 0; i < first.nent; i++) {
		struct kvm_cpuid_entry2 *e = &first.entry[i];

		if (e->function == 0x1)
			e->ecx &= ~(1U << 24);
		if (e->function == 0x7 && !e->index) {
			e->ebx &= ~0x2U;
			e->edx &= ~0xbc000000U & ~(1U << 28);
		}
		if (e->function == 0x80000008)
			e->ebx &= ~(1U << 25);
	}
	*vcpu = first;
	of_vcpu(vcpu, n);

	of_vcpu(&first, 0);
	memset(page, 0, sizeof(*page));
	for (u32 i = 0; i < first.nent; i++) {
		const struct kvm_cpuid_entry2 *e = &first.entry[i];
		struct snp_cpuid_fn *fn = &page->fn[page->count++];

		entry_to_page(fn, e, e->flags ? e->index : 0);
		if (fn->eax_in == 0xd && fn->ecx_in < 2) {
			fn->reg[SNP_EBX] = 0x240;
			fn->xcr0_in = 1;
		}
	}
}

/* The list that all vCPUs start from, its first 64 entries, and only the page is masked. */
static void cloud_hypervisor(const struct machine *m, struct list *vcpu,
			     struct snp_cpuid_page *page, u32 n)
{
	supported(m, vcpu);
	memset(page, 0, sizeof(*page));
	for (u32 i = 0; i < vcpu->nent && page->count < SNP_CPUID_MAX; i++) {
		struct snp_cpuid_fn *fn = &page->fn[page->count++];

		entry_to_page(fn, &vcpu->entry[i], vcpu->entry[i].index);
		if (fn->eax_in == 0xd && fn->ecx_in < 2) {
			fn->reg[SNP_EBX] = 0x240;
			fn->xcr0_in = 1;
		}
		if (fn->eax_in == 0x1)
			fn->reg[SNP_ECX] &= ~(1U << 24);
		if (fn->eax_in == 0x7 && !fn->ecx_in) {
			fn->reg[SNP_EBX] &= ~0x2U;
			fn->reg[SNP_EDX] = 0;
		}
		if (fn->eax_in == 0x80000008)
			fn->reg[SNP_EBX] &= ~(1U << 25);
		if (fn->eax_in == 0x80000021)
			fn->reg[SNP_ECX] = 0;
	}
	of_vcpu(vcpu, n);
}

/* The page has HYPERVISOR, SEV's leaf and paravirtual ones of its own; vCPUs have no SVM. */
static void libkrun(const struct machine *m, struct list *vcpu, struct snp_cpuid_page *page, u32 n)
{
	static const struct snp_cpuid_fn pv[2] = {
		{ 0x40000000, 0, 0, 0, { 0x40000001, 0x4b4d564b, 0x564b4d56, 0x4d } },
		{ 0x40000001, 0, 0, 0, { 0xff } },
	};

	supported(m, vcpu);
	memset(page, 0, sizeof(*page));
	for (u32 i = 0; i < vcpu->nent; i++) {
		const struct kvm_cpuid_entry2 *e = &vcpu->entry[i];
		struct snp_cpuid_fn *fn = &page->fn[page->count];

		if (!snp_leaf_checked(e->function))
			continue;
		page->count++;
		entry_to_page(fn, e, e->flags ? e->index : 0);
		if (fn->eax_in == 0x1)
			fn->reg[SNP_ECX] |= 1U << 31;
		if (fn->eax_in == 0x7) {
			fn->reg[SNP_EBX] &= ~0x2U;
			fn->reg[SNP_EDX] = 0;
		}
		if (fn->eax_in == 0x80000008)
			fn->reg[SNP_EBX] &= ~(1U << 25);
		if (fn->eax_in == 0xd && fn->ecx_in < 2) {
			fn->reg[SNP_EBX] = 0x240;
			fn->xcr0_in = fn->ecx_in;
		}
		if (fn->eax_in == 0x8000001f)
			memcpy(fn->reg, (u32[]){ 0x1a, 51 | 1 << 6, 0, 0 }, sizeof(fn->reg));
	}
	memcpy(&page->fn[page->count], pv, sizeof(pv));
	page->count += ARRAY_SIZE(pv);

	for (u32 i = 0; i < vcpu->nent; i++) {
		if (vcpu->entry[i].function == 0x80000001)
			vcpu->entry[i].ecx &= ~0x4U;
		if (vcpu->entry[i].function == 0x1)
			vcpu->entry[i].ecx &= ~(1U << 31);
	}
	of_vcpu(vcpu, n);
}

static const struct vmm {
	const char *name;
	void (*make)(const struct machine *m, struct list *vcpu, struct snp_cpuid_page *page,
		     u32 n);
} vmms[] = {
	{ "QEMU", qemu },
	{ "cloud-hypervisor", cloud_hypervisor },
	{ "libkrun", libkrun },
};

static void vmms_pass(void)
{
	static struct snp_cpuid_page page;
	struct heard violations, notes;
	static struct list vcpu;

	for (u32 i = 0; i < ARRAY_SIZE(vmms) * NR_MACHINES; i++) {
		const struct machine *m = &machines[i % NR_MACHINES];
		const struct vmm *vmm = &vmms[i / NR_MACHINES];
		bool good = true;

		for (u32 n = 0; n < 4; n++) {
			vmm->make(m, &vcpu, &page, n);
			good &= !compare(&page, &vcpu, false, &violations, &notes) &&
				!violations.nr && !notes.paravirtual;
		}
		tap(good, "%s's page and its four vCPUs on %s", vmm->name, m->name);
		if (!good)
			tap_note("%x.%x reg %d mask %llx", violations.last.leaf,
				 violations.last.subleaf, violations.last.reg,
				 (unsigned long long)violations.last.mask);
	}
}

static void remove_leaf(struct snp_cpuid_page *page, u32 leaf)
{
	u32 n = 0;

	for (u32 i = 0; i < page->count; i++) {
		if (page->fn[i].eax_in != leaf)
			page->fn[n++] = page->fn[i];
	}
	page->count = n;
}

static void leaves(void)
{
	static const u32 required[] = { 0x0, 0x1, 0x7, 0x80000001 };
	static struct snp_cpuid_page page, whole;
	struct heard violations, notes;
	static struct list vcpu, few;
	bool good = true;

	qemu(&machines[1], &vcpu, &whole, 0);
	for (u32 i = 0; i < whole.count; i++) {
		u32 leaf = whole.fn[i].eax_in;
		bool must = false;
		int ret;

		for (u32 k = 0; k < ARRAY_SIZE(required); k++)
			must |= required[k] == leaf;
		page = whole;
		remove_leaf(&page, leaf);
		ret = compare(&page, &vcpu, false, &violations, &notes);
		good &= (ret != 0) == must;
		good &= !must || (violations.last.reason == TDXCPUID_MISSING &&
				  violations.last.leaf == leaf);
		good &= must || leaf >> 28 == 4 || notes.nr > 0;
	}
	tap(good, "a page without 0, 1, 7 or 80000001 is inconsistent, without others it is not");

	/* The first counts: a second entry may hold what it likes. */
	page = whole;
	page.fn[page.count] = page.fn[1];
	memset(page.fn[page.count++].reg, 0xff, 16);
	tap(!compare(&page, &vcpu, false, &violations, &notes), "of two entries the first counts");
	page.fn[page.count - 1] = page.fn[1];
	memset(page.fn[1].reg, 0xff, 16);
	tap(compare(&page, &vcpu, false, &violations, &notes), "and not the second");

	/* A vCPU without the entry has zeros. */
	few = vcpu;
	for (u32 i = 0; i < few.nent; i++) {
		if (few.entry[i].function == 0x80000021)
			few.entry[i].function = 0x80000ffe;
	}
	tap(compare(&whole, &few, false, &violations, &notes) && violations.nr == 2 &&
		    violations.last.entry < 0 && violations.last.leaf == 0x80000021,
	    "a vCPU without the entry has none of its features");
	few.nent = 0;
	tap(compare(&whole, &few, true, &violations, &notes) && violations.nr > 40,
	    "a superset has every leaf of the page");
}

static void shapes(void)
{
	static struct snp_cpuid_page page, empty;
	struct heard violations, notes;
	static struct list vcpu;
	int pair[2];

	qemu(&machines[2], &vcpu, &page, 1);
	tap(compare(&empty, &vcpu, false, &violations, &notes) && violations.nr == 1 &&
		    violations.last.rule == KVM_SNP_EMPTY,
	    "an empty page is told once");
	tap(!kvm_snp_exchanged(&page, pair), "nothing is exchanged in a good page");

	for (int a = 1; a < 4; a++) {
		for (int b = a + 1; b < 4; b++) {
			struct snp_cpuid_page wrong = page;

			for (u32 i = 0; i < wrong.count; i++) {
				wrong.fn[i].reg[a] = page.fn[i].reg[b];
				wrong.fn[i].reg[b] = page.fn[i].reg[a];
			}
			tap(compare(&wrong, &vcpu, false, &violations, &notes) &&
				    violations.nr == 1 &&
				    violations.last.rule == KVM_SNP_EXCHANGED &&
				    violations.last.requested == (u64)a &&
				    violations.last.effective == (u64)b,
			    "registers %d and %d exchanged are told once", a, b);
		}
	}
	/* Only leaf 0 is: then it is the vendor that differs. */
	page.fn[0].reg[2] = 0x69746e65;
	page.fn[0].reg[3] = 0x444d4163;
	tap(compare(&page, &vcpu, false, &violations, &notes) && violations.nr == 2 &&
		    violations.last.rule == KVM_SNP_DIFFERENT,
	    "another vendor is another vendor");
}

/* What is odd about a page is noted, each thing once. */
static void oddities(void)
{
	static struct snp_cpuid_page page;
	static struct list vcpu;
	struct heard violations, notes;
	const struct kvm_snp_reporters r = { &violations.reporter, &notes.reporter };
	u32 fw_error;

	violations = notes = (struct heard){ .reporter.report = hear };
	tap(!kvm_snp_launch_update(&page, NULL, &fw_error, &r) && notes.nr == 1 &&
		    notes.last.rule == KVM_SNP_NO_ENTRIES,
	    "an empty page");

	cloud_hypervisor(&machines[0], &vcpu, &page, 0);
	page.count = 3;
	page.fn[3] = page.fn[2];
	violations = notes = (struct heard){ .reporter.report = hear };
	page.count = 4;
	kvm_snp_launch_update(&page, &machines[0].platform, &fw_error, &r);
	tap(notes.nr && !violations.nr, "a second entry is no fault");

	memset(&page, 0, sizeof(page));
	page.count = 10;
	page.fn[0] = (struct snp_cpuid_fn){ 0x40000000, 0, 0, 0, { 1, 2, 3, 4 } };
	for (u32 i = 1; i < 7; i++)
		page.fn[i] = (struct snp_cpuid_fn){ 0x40000000 + i };
	violations = notes = (struct heard){ .reporter.report = hear };
	kvm_snp_launch_update(&page, &machines[0].platform, &fw_error, &r);
	tap(!violations.nr && notes.nr > 1, "padding");
	page.count = 65;
	tap(kvm_snp_launch_update(&page, NULL, &fw_error, &r) == -EIO &&
		    fw_error == SNP_INVALID_PARAM && violations.nr == 1 &&
		    violations.last.layer == TDXCPUID_LAYER_PSP &&
		    violations.last.reason == TDXCPUID_FIRMWARE && violations.last.requested == 65,
	    "65 entries are refused by the firmware, whatever the CPU");
}

/* Whether a dump has more than one answer for the leaf: the processor's own word. */
static bool answers_differ(const struct machine *m, u32 leaf)
{
	for (u32 i = 0; i < m->nr; i++) {
		if (m->row[i].leaf == leaf && m->row[i].subleaf != SNP_ANY && m->row[i].subleaf)
			return true;
	}
	return false;
}

/* Firmware compares with the processor; KVM and guests look entries up by Linux's list. */
static void indexed_leaves(void)
{
	u32 more[4] = { 0 }, nr = 0;
	bool complete = true;

	for (u32 range = 0; range < 2; range++) {
		for (u32 i = 0; i <= 0xffff; i++) {
			u32 leaf = range << 31 | i;

			for (u32 k = 0; k < NR_MACHINES; k++)
				complete &= snp_leaf_indexed(leaf) ||
					    !answers_differ(&machines[k], leaf);
			if (snp_leaf_indexed(leaf) != kvm_cpuid_is_indexed(leaf))
				more[nr++ & 3] = leaf;
		}
	}
	tap(complete, "firmware goes by ECX where a machine's answers depend on it");
	tap(nr == 2 && more[0] == 0x80000020 && more[1] == 0x80000026 &&
		    snp_leaf_indexed(more[0]) && snp_leaf_indexed(more[1]),
	    "Linux's list of such leaves lacks two, and no others");
}

int main(void)
{
	indexed_leaves();
	vmms_pass();
	leaves();
	shapes();
	oddities();
	return tap_end();
}
