// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * KVM_SET_CPUID2 against the CPUID page of an SEV-SNP guest: the page may show less
 * than the vCPU has, never more.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "kvm_snp.h"

#define NO	TDX_NO_SUBLEAF
#define OSXSAVE (1U << 27)
#define MWAIT	(1U << 3)
#define HYPER	(1U << 31)
#define APIC	(1U << 9)
#define OSPKE	(1U << 4)
/* libkrun clears it for vCPUs only. */
#define SVM (1U << 2)

struct word {
	u32 leaf;
	u32 subleaf;
	u8 reg;
	u32 mask;
};

/* Linux's words of features (reverse_cpuid[]) that AMD has, without what changes at run time. */
static const struct word features[] = {
	{ 0x1, NO, TDX_ECX, ~(OSXSAVE | MWAIT | HYPER) },
	{ 0x1, NO, TDX_EDX, ~APIC },
	{ 0x6, NO, TDX_EAX, ~0U },
	{ 0x7, 0, TDX_EBX, ~0U },
	{ 0x7, 0, TDX_ECX, ~OSPKE },
	{ 0x7, 0, TDX_EDX, ~0U },
	{ 0x7, 1, TDX_EAX, ~0U },
	{ 0x7, 1, TDX_ECX, ~0U },
	{ 0x7, 1, TDX_EDX, ~0U },
	{ 0x7, 2, TDX_EDX, ~0U },
	{ 0xd, 0, TDX_EAX, ~0U }, /* XCR0 */
	{ 0xd, 0, TDX_EDX, ~0U },
	{ 0xd, 1, TDX_EAX, ~0U },
	{ 0xd, 1, TDX_ECX, ~0U }, /* IA32_XSS */
	{ 0xd, 1, TDX_EDX, ~0U },
	{ 0x12, 0, TDX_EAX, ~0U },
	{ 0x1e, 1, TDX_EAX, ~0U },
	{ 0x24, 0, TDX_EBX, ~0xffU }, /* below it a number */
	{ 0x24, 1, TDX_ECX, ~0U },
	{ 0x80000001, NO, TDX_ECX, ~SVM },
	{ 0x80000001, NO, TDX_EDX, ~0U },
	{ 0x80000007, NO, TDX_EBX, ~0U },
	{ 0x80000007, NO, TDX_EDX, ~0U },
	{ 0x80000008, NO, TDX_EBX, ~0U },
	{ 0x8000000a, NO, TDX_EDX, ~0U },
	{ 0x8000001f, NO, TDX_EAX, ~0U },
	{ 0x80000021, NO, TDX_EAX, ~0U },
	{ 0x80000021, NO, TDX_ECX, ~0U },
	{ 0x80000022, NO, TDX_EAX, ~0U },
};

static const struct word equal[] = {
	{ 0x0, NO, TDX_EBX, ~0U }, /* vendor */
	{ 0x0, NO, TDX_ECX, ~0U },	   { 0x0, NO, TDX_EDX, ~0U },
	{ 0x1, NO, TDX_EAX, 0x0fff3fff },  /* family, model, stepping */
	{ 0x80000008, NO, TDX_EAX, 0xff }, /* physical bits */
	{ 0x8000001f, NO, TDX_EBX, 0x3f }, /* C-bit */
};

/* The guest has these from the hypervisor, whatever the page says. */
static const struct word from_hypervisor[] = {
	{ 0x1, NO, TDX_EBX, 0xff000000 },  { 0x1, NO, TDX_ECX, OSXSAVE },
	{ 0x1, NO, TDX_EDX, APIC },	   { 0x7, 0, TDX_ECX, OSPKE },
	{ 0xd, 0, TDX_EBX, ~0U },	   { 0xd, 1, TDX_EBX, ~0U },
	{ 0x8000001e, NO, TDX_EAX, ~0U },  { 0x8000001e, NO, TDX_EBX, 0xff },
	{ 0x8000001e, NO, TDX_ECX, 0xff },
};

static const u32 required[] = { 0x0, 0x1, 0x7, 0x80000001 };

static u32 mask_of(const struct word *words, size_t nr, u32 leaf, u32 subleaf, int reg)
{
	for (size_t i = 0; i < nr; i++) {
		if (words[i].leaf == leaf && words[i].subleaf == subleaf && words[i].reg == reg)
			return words[i].mask;
	}
	return 0;
}

#define MASK_OF(words, leaf, subleaf, reg) mask_of(words, ARRAY_SIZE(words), leaf, subleaf, reg)

static bool is_paravirtual(u32 leaf)
{
	return leaf >> 28 == 4;
}

const char *kvm_snp_kind_of_leaf(u32 leaf)
{
	switch (leaf) {
	case 0x2:
	case 0x4:
	case 0x80000005:
	case 0x80000006:
	case 0x80000019:
	case 0x8000001d:
		return "caches";
	case 0x1:
	case 0xb:
	case 0x1f:
	case 0x8000001e:
	case 0x80000026:
		return "topology";
	case 0xd:
		return "sizes";
	case 0x80000002 ... 0x80000004:
		return "the brand";
	default:
		return "a number";
	}
}

struct comparison {
	const struct snp_cpuid_page *page;
	const struct kvm_cpuid_entry2 *entries;
	u32 nent;
	bool superset;
	const struct kvm_snp_reporters *r;
	int pair[2]; /* registers of the page that are exchanged back */
	u32 nr_violations;
};

static u32 page_reg(const struct comparison *c, u32 i, int reg)
{
	if (reg == c->pair[0])
		reg = c->pair[1];
	else if (reg == c->pair[1])
		reg = c->pair[0];
	return c->page->fn[i].reg[reg];
}

/* Of two entries for a leaf the guest uses the first. */
static int find_in_page(const struct comparison *c, u32 leaf, u32 subleaf)
{
	for (u32 i = 0; i < c->page->count; i++) {
		if (c->page->fn[i].eax_in == leaf &&
		    (subleaf == NO || c->page->fn[i].ecx_in == subleaf))
			return i;
	}
	return -1;
}

/* As KVM looks it up. */
static int find_in_vcpu(const struct comparison *c, u32 leaf, u32 subleaf)
{
	for (u32 i = 0; i < c->nent; i++) {
		const struct kvm_cpuid_entry2 *e = &c->entries[i];

		if (e->function == leaf && (subleaf == NO || e->index == subleaf ||
					    !(e->flags & KVM_CPUID_FLAG_SIGNIFCANT_INDEX)))
			return i;
	}
	return -1;
}

static bool has_something(const struct kvm_cpuid_entry2 *e)
{
	return e->eax | e->ebx | e->ecx | e->edx;
}

static struct tdxcpuid_violation of_leaf(enum kvm_snp_rule rule, enum tdxcpuid_reason reason,
					 u32 leaf, u32 subleaf)
{
	return (struct tdxcpuid_violation){
		.layer = TDXCPUID_LAYER_KVM,
		.reason = reason,
		.entry = TDXCPUID_NOWHERE,
		.slot = TDXCPUID_NOWHERE,
		.has_leaf = 1,
		.leaf = leaf,
		.subleaf = subleaf,
		.slot_leaf = leaf,
		.slot_subleaf = subleaf,
		.reg = TDXCPUID_NOWHERE,
		.rule = rule,
	};
}

static void violation(struct comparison *c, struct tdxcpuid_violation v)
{
	c->nr_violations++;
	c->r->violations->report(c->r->violations, &v);
}

static void note(struct comparison *c, struct tdxcpuid_violation v)
{
	c->r->notes->report(c->r->notes, &v);
}

static void compare_register(struct comparison *c, u32 i, int k, u32 subleaf, int reg)
{
	u32 leaf = c->page->fn[i].eax_in, mine = page_reg(c, i, reg);
	u32 told = k < 0 ? 0 : cpuid_reg(&c->entries[k], reg);
	u32 words = MASK_OF(features, leaf, subleaf, reg),
	    same = MASK_OF(equal, leaf, subleaf, reg);
	u32 other = ~(words | same | MASK_OF(from_hypervisor, leaf, subleaf, reg));
	struct tdxcpuid_violation v = of_leaf(KVM_SNP_MORE, TDXCPUID_INCONSISTENT, leaf, subleaf);

	/* What changes at run time is no number either. */
	if (words)
		other = 0;
	/* The x2APIC ID. */
	if ((leaf == 0xb || leaf == 0x1f || leaf == 0x80000026) && reg == TDX_EDX)
		other = 0;
	v.entry = k;
	v.slot = i;
	v.reg = reg;
	v.requested = told;
	v.effective = mine;

	v.mask = mine & ~told & words;
	if (v.mask)
		violation(c, v);
	v.rule = KVM_SNP_DIFFERENT;
	v.mask = (mine ^ told) & same;
	if (v.mask)
		violation(c, v);
	v.rule = KVM_SNP_NOT_COMPARED;
	v.mask = (mine ^ told) & other;
	if (v.mask && k >= 0)
		note(c, v);
}

static void compare_entry(struct comparison *c, u32 i)
{
	const struct snp_cpuid_fn *fn = &c->page->fn[i];
	u32 subleaf = kvm_cpuid_is_indexed(fn->eax_in) ? fn->ecx_in : NO;
	int k = find_in_vcpu(c, fn->eax_in, subleaf);
	u32 before = c->nr_violations;

	if (is_paravirtual(fn->eax_in) || find_in_page(c, fn->eax_in, subleaf) != (int)i)
		return;
	for (int reg = 0; reg < 4; reg++)
		compare_register(c, i, k, subleaf, reg);
	if (k >= 0)
		return;

	if (c->superset)
		violation(c, of_leaf(KVM_SNP_NOT_IN_VCPU, TDXCPUID_MISSING, fn->eax_in, subleaf));
	else if (c->nr_violations == before && (fn->reg[0] | fn->reg[1] | fn->reg[2] | fn->reg[3]))
		note(c, of_leaf(KVM_SNP_UNTOLD, TDXCPUID_MISSING, fn->eax_in, subleaf));
}

/* A guest cannot do without it: register by register, so that the bits are told. */
static void report_missing(struct comparison *c, struct tdxcpuid_violation v)
{
	bool told = false;

	v.rule = KVM_SNP_NOT_IN_PAGE;
	for (int reg = 0; reg < 4; reg++) {
		v.requested = cpuid_reg(&c->entries[v.entry], reg);
		v.mask = v.requested & MASK_OF(features, v.leaf, v.subleaf, reg);
		v.reg = reg;
		if (!v.mask)
			continue;
		violation(c, v);
		told = true;
	}
	if (told)
		return;
	v.reg = TDXCPUID_NOWHERE;
	v.requested = v.mask = 0;
	violation(c, v);
}

/* A leaf that is not in the page reads as zeros in the guest. */
static void look_for(struct comparison *c, u32 k)
{
	const struct kvm_cpuid_entry2 *e = &c->entries[k];
	u32 subleaf = kvm_cpuid_is_indexed(e->function) ? e->index : NO;
	struct tdxcpuid_violation v =
		of_leaf(KVM_SNP_ABSENT, TDXCPUID_MISSING, e->function, subleaf);
	bool is_required = false;

	if (is_paravirtual(e->function) || !has_something(e) ||
	    find_in_vcpu(c, e->function, subleaf) != (int)k ||
	    find_in_page(c, e->function, subleaf) >= 0)
		return;

	v.entry = k;
	for (size_t i = 0; i < ARRAY_SIZE(required); i++)
		is_required |= required[i] == e->function && (subleaf == NO || !subleaf);
	if (is_required)
		report_missing(c, v);
	else
		note(c, v);
}

static void compare(struct comparison *c)
{
	for (u32 i = 0; i < c->page->count; i++)
		compare_entry(c, i);
	for (u32 k = 0; k < c->nent; k++)
		look_for(c, k);
}

static void ignore(struct tdx_reporter *self, const struct tdxcpuid_violation *v)
{
	(void)self;
	(void)v;
}

/* How much is wrong if the registers of @pair are exchanged back. */
static u32 violations_with(const struct comparison *c, const int pair[2])
{
	struct tdx_reporter nobody = { ignore };
	const struct kvm_snp_reporters r = { &nobody, &nobody };
	struct comparison trial = *c;

	memcpy(trial.pair, pair, sizeof(trial.pair));
	trial.r = &r;
	compare(&trial);
	return trial.nr_violations;
}

int kvm_snp_check_vcpu(const struct snp_cpuid_page *page, const struct kvm_cpuid_entry2 *entries,
		       u32 nent, bool superset, const struct kvm_snp_reporters *r)
{
	static const int none[2] = { -1, -1 };
	struct comparison c = { page, entries, nent, superset, r, { -1, -1 }, 0 };
	struct tdxcpuid_violation v = of_leaf(KVM_SNP_EMPTY, TDXCPUID_MISSING, 0, NO);
	int pair[2];

	v.has_leaf = 0;
	if (!page->count && nent) {
		violation(&c, v);
		return -EINVAL;
	}

	/* Told once, and not bit by bit. */
	if (kvm_snp_exchanged(page, pair) &&
	    violations_with(&c, pair) < violations_with(&c, none)) {
		v.rule = KVM_SNP_EXCHANGED;
		v.reason = TDXCPUID_INCONSISTENT;
		v.requested = pair[0];
		v.effective = pair[1];
		violation(&c, v);
		memcpy(c.pair, pair, sizeof(c.pair));
	}
	compare(&c);
	return c.nr_violations ? -EINVAL : 0;
}
