// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/array_size.h>
#include <linux/string.h>

#include "tdx_cpuid_trusted.h"

#define TDX_CPUID_MWAIT_LEAF	0x1U
#define TDX_CPUID_MWAIT_MASK	0x8U

void tdx_cpuid_trust(struct tdx_cpuid_trusted_slot *trusted, const struct tdx_cpuid_slot *slot,
		     const u32 *requested, const u32 *effective)
{
	int reg;

	trusted->leaf = slot->leaf;
	trusted->subleaf = slot->subleaf;

	for (reg = 0; reg < TDX_CPUID_NR_REGS; reg++) {
		trusted->requested[reg] = requested[reg];
		trusted->effective[reg] = effective[reg];

		/* KVM draws no conclusions from the contents of a value register. */
		trusted->mask[reg] = slot->allowed[reg] == ~0U ? 0 : slot->configurable[reg];
	}

	/* Two fields: MAXPA, which the TD has from the CPU, and the GPAW, see below. */
	if (slot->leaf == TDX_CPUID_GPAW_LEAF)
		trusted->mask[TDX_CPUID_EAX] = 0;
}

struct tdx_cpuid_comparison {
	const struct kvm_cpuid_entry2 *entries;
	u32 nent;
	u32 gpaw;
	u32 flags;
	struct tdx_cpuid_conflict_reporter *reporter;
};

static void tdx_cpuid_report_conflict(struct tdx_cpuid_comparison *c,
				      const struct tdx_cpuid_trusted_slot *slot, u32 i,
				      enum tdx_cpuid_reg reg, u32 mask, u32 value, bool missing)
{
	const struct tdx_cpuid_conflict conflict = {
		.slot = slot,
		.entry = i,
		.missing = missing,
		.reg = reg,
		.mask = mask,
		.value = value,
	};

	if (c->reporter)
		c->reporter->report(c->reporter, &conflict);
}

/* Compare entry @i, or all zeros where there is no such entry. */
static int tdx_cpuid_compare_entry(struct tdx_cpuid_comparison *c,
				   const struct tdx_cpuid_trusted_slot *slot, u32 i)
{
	u32 values[TDX_CPUID_NR_REGS] = { 0 };
	int reg, ret = 0;

	if (i < c->nent) {
		values[TDX_CPUID_EAX] = c->entries[i].eax;
		values[TDX_CPUID_EBX] = c->entries[i].ebx;
		values[TDX_CPUID_ECX] = c->entries[i].ecx;
		values[TDX_CPUID_EDX] = c->entries[i].edx;
	}

	for (reg = 0; reg < TDX_CPUID_NR_REGS; reg++) {
		u32 mask = slot->mask[reg], wrong;

		if (slot->leaf == TDX_CPUID_MWAIT_LEAF && reg == TDX_CPUID_ECX &&
		    (c->flags & TDX_CPUID_SKIP_MWAIT))
			mask &= ~TDX_CPUID_MWAIT_MASK;

		/*
		 * The TDX module drops silently what the CPU or XFAM does not have.
		 * Userspace may repeat what it requested, or say what it got.
		 */
		mask &= ~(slot->requested[reg] & ~slot->effective[reg]);
		wrong = (values[reg] ^ slot->effective[reg]) & mask;

		/* Userspace may leave the GPAW out, but not make up another. */
		if (slot->leaf == TDX_CPUID_GPAW_LEAF && reg == TDX_CPUID_EAX && c->gpaw) {
			u32 gpaw = (values[reg] & TDX_CPUID_GPAW_MASK) >> TDX_CPUID_GPAW_SHIFT;

			if (gpaw && gpaw != c->gpaw)
				wrong |= TDX_CPUID_GPAW_MASK;
		}

		if (wrong) {
			tdx_cpuid_report_conflict(c, slot, i, reg, wrong, values[reg], false);
			ret = -EINVAL;
		}
	}

	return ret;
}

/*
 * KVM looks up a leaf with subleaves by index, and takes the first entry that
 * has the index or is not flagged.  Leaves without subleaf are looked up with
 * index 0, with no index and with the guest's ECX, so that every entry counts.
 */
static int tdx_cpuid_compare_slot(struct tdx_cpuid_comparison *c,
				  const struct tdx_cpuid_trusted_slot *slot)
{
	const u32 *mask = slot->mask;
	bool found = false;
	int ret = 0;
	u32 i;

	/* Most slots hold values only. */
	if (!(mask[0] | mask[1] | mask[2] | mask[3]) && slot->leaf != TDX_CPUID_GPAW_LEAF &&
	    !(c->flags & TDX_CPUID_SUPERSET))
		return 0;

	for (i = 0; i < c->nent; i++) {
		const struct kvm_cpuid_entry2 *e = &c->entries[i];

		if (e->function != slot->leaf)
			continue;

		if (slot->subleaf != TDX_CPUID_NO_SUBLEAF && e->index != slot->subleaf &&
		    (e->flags & KVM_CPUID_FLAG_SIGNIFCANT_INDEX))
			continue;

		found = true;
		if (tdx_cpuid_compare_entry(c, slot, i))
			ret = -EINVAL;

		if (slot->subleaf != TDX_CPUID_NO_SUBLEAF)
			return ret;
	}

	if (found)
		return ret;

	if (slot->given && (c->flags & TDX_CPUID_SUPERSET)) {
		tdx_cpuid_report_conflict(c, slot, c->nent, TDX_CPUID_NO_REG, 0, 0, true);
		ret = -EINVAL;
	}

	return tdx_cpuid_compare_entry(c, slot, c->nent) ?: ret;
}

int tdx_cpuid_compare(const struct tdx_cpuid_trusted *trusted,
		      const struct kvm_cpuid_entry2 *entries, u32 nent, u32 flags,
		      struct tdx_cpuid_conflict_reporter *reporter)
{
	struct tdx_cpuid_comparison c = {
		.entries = entries,
		.nent = nent,
		.gpaw = trusted->gpaw,
		.flags = flags,
		.reporter = reporter,
	};
	int ret = 0;
	u32 k;

	for (k = 0; k < trusted->nr; k++) {
		if (tdx_cpuid_compare_slot(&c, &trusted->slots[k]))
			ret = -EINVAL;
	}

	return ret;
}
