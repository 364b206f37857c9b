// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What the CPUID of an ordinary VM claims beyond KVM_GET_SUPPORTED_CPUID. */
#include <linux/bits.h>
#include <linux/kernel.h>

#include "supported.h"

const struct kvm_cpuid_entry2 *kvm_find_cpuid(const struct kvm_cpuid_entry2 *list, u32 nr, u32 leaf,
					      u32 subleaf)
{
	for (u32 i = 0; i < nr; i++) {
		const struct kvm_cpuid_entry2 *e = &list[i];

		if (e->function == leaf && (!(e->flags & KVM_CPUID_FLAG_SIGNIFCANT_INDEX) ||
					    subleaf == TDXCPUID_NO_SUBLEAF || e->index == subleaf))
			return e;
	}
	return NULL;
}

/* An entry in the light of one subleaf of its leaf. */
struct claim {
	const struct kvm_cpuid_entry2 *entry;
	const struct kvm_cpuid_entry2 *supported; /* NULL: nothing is */
	int32_t nr;				  /* of the entry */
	u32 subleaf;				  /* TDXCPUID_NO_SUBLEAF if the leaf has none */
	struct kvm_claim_reporter *reporter;
};

/* KVM reports none of the latter, but VMMs may set them, with subleaves. */
static bool has_subleaves(u32 leaf)
{
	return kvm_cpuid_is_indexed(leaf) || leaf == 0x20 || leaf == 0x23 || leaf == 0x80000020 ||
	       leaf == 0x80000026;
}

static void report_bits(const struct claim *c, int reg, u32 mask, enum tdxcpuid_reason reason,
			u32 limit)
{
	const u32 leaf = c->entry->function;
	const struct tdxcpuid_violation v = {
		.layer = TDXCPUID_LAYER_KVM,
		.reason = reason,
		.entry = c->nr,
		.slot = TDXCPUID_NOWHERE,
		.has_leaf = true,
		.leaf = leaf,
		.subleaf = has_subleaves(leaf) ? c->entry->index : TDXCPUID_NO_SUBLEAF,
		.slot_leaf = leaf,
		.slot_subleaf = c->subleaf,
		.reg = reg,
		.mask = mask,
		.requested = cpuid_reg(c->entry, reg),
		.effective = limit,
		.rule = TDXCPUID_NOWHERE,
	};

	c->reporter->violation(c->reporter, &v);
}

static void report_exempt(const struct claim *c, const struct kvm_bits *row, int reg, u32 mask)
{
	const struct tdxcpuid_exempt exempt = {
		.entry = c->nr,
		.leaf = c->entry->function,
		.subleaf = c->subleaf,
		.reg = reg,
		.mask = mask,
		.text = row->what,
		.source = row->source,
	};

	c->reporter->exempt(c->reporter, &exempt);
}

static void check_limit(const struct claim *c, const struct kvm_bits *row, int reg)
{
	u32 number = kvm_bits_number(row, cpuid_reg(c->entry, reg));
	u32 all = c->supported ? cpuid_reg(c->supported, reg) : 0;
	u32 limit = kvm_bits_number(row, all);

	/* Older kernels leave the width of guest physical addresses at 0: as wide as others. */
	if (row->leaf == 0x80000008 && row->mask == GENMASK(23, 16) && !limit)
		limit = all & 0xff;
	if (number > limit)
		report_bits(c, reg, row->mask, TDXCPUID_VALUE, limit);
}

static void check_register(const struct claim *c, int reg)
{
	const u32 leaf = c->entry->function, value = cpuid_reg(c->entry, reg);
	const u32 supported = c->supported ? cpuid_reg(c->supported, reg) : 0;
	const struct kvm_bits *row;
	u32 features = ~0U, left;

	for (u32 n = 0; (row = kvm_bits_row(leaf, c->subleaf, reg, n)); n++) {
		u32 mask = value & ~supported & row->mask;

		features &= ~row->mask;
		if (row->kind == KVM_BITS_LIMIT)
			check_limit(c, row, reg);
		else if (row->kind == KVM_BITS_CHOICE && mask)
			report_exempt(c, row, reg, mask);
	}

	/* Those of which KVM makes the same are told together. */
	for (left = value & ~supported & features; left;) {
		u32 mask = left;

		kvm_cpuid_use(leaf, c->subleaf, reg, &mask);
		report_bits(c, reg, mask, TDXCPUID_DENIED, supported);
		left &= ~mask;
	}
}

static void check_subleaf(struct claim *c, const struct kvm_cpuid_entry2 *supported,
			  u32 nr_supported, u32 index)
{
	const u32 leaf = c->entry->function;

	c->subleaf = has_subleaves(leaf) ? index : TDXCPUID_NO_SUBLEAF;
	c->supported = kvm_find_cpuid(supported, nr_supported, leaf, index);
	/* KVM's own look-up does not go by the index where there are no subleaves. */
	if (!c->supported && !kvm_cpuid_is_indexed(leaf))
		c->supported = kvm_find_cpuid(supported, nr_supported, leaf, TDXCPUID_NO_SUBLEAF);
	for (int reg = 0; reg < 4; reg++)
		check_register(c, reg);
}

/* Whether an earlier entry of the list has the same leaf and index. */
static bool is_again(const struct kvm_cpuid_entry2 *list, u32 i)
{
	for (u32 k = 0; k < i; k++) {
		if (list[k].function == list[i].function && list[k].index == list[i].index)
			return true;
	}
	return false;
}

void kvm_check_claims(const struct kvm_cpuid_entry2 *supported, u32 nr_supported,
		      const struct kvm_cpuid_entry2 *entries, u32 nent,
		      struct kvm_claim_reporter *reporter)
{
	for (u32 i = 0; i < nent; i++) {
		const struct kvm_cpuid_entry2 *e = &entries[i];
		struct claim c = { .entry = e, .nr = i, .reporter = reporter };

		/* What no look-up finds claims nothing. */
		if (kvm_find_cpuid(entries, nent, e->function, e->index) == e)
			check_subleaf(&c, supported, nr_supported, e->index);
		if (e->flags & KVM_CPUID_FLAG_SIGNIFCANT_INDEX ||
		    !kvm_cpuid_is_indexed(e->function))
			continue;
		/* It is found for other subleaves, too: count those that KVM supports. */
		for (u32 k = 0; k < nr_supported; k++) {
			const struct kvm_cpuid_entry2 *s = &supported[k];

			if (s->function == e->function && s->index != e->index &&
			    !is_again(supported, k) &&
			    kvm_find_cpuid(entries, nent, s->function, s->index) == e)
				check_subleaf(&c, supported, nr_supported, s->index);
		}
	}
}
