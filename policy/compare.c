// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* KVM_SET_CPUID2 against what the guest really has. */
#include <errno.h>
#include <string.h>

#include "policy.h"

struct comparison {
	const struct tdx_cpuid_trusted *trusted;
	struct tdx_reporter *reporter;
	bool bad;
};

static struct tdxcpuid_violation violation(const struct tdx_cpuid_trusted_slot *slot, int k,
					   enum tdxcpuid_reason reason, int reg)
{
	return (struct tdxcpuid_violation){
		.layer = TDXCPUID_LAYER_KVM,
		.reason = reason,
		.entry = TDXCPUID_NOWHERE,
		.slot = k,
		.has_leaf = true,
		.leaf = slot->leaf,
		.subleaf = slot->subleaf,
		.slot_leaf = slot->leaf,
		.slot_subleaf = slot->subleaf,
		.reg = reg,
		.rule = TDXCPUID_NOWHERE,
	};
}

/* Compare entry @i of slot @k, or all zeros where @e is NULL. */
static void compare_entry(struct comparison *c, int k, const struct kvm_cpuid_entry2 *e, int i)
{
	const struct tdx_cpuid_trusted_slot *slot = &c->trusted->slot[k];

	for (int reg = 0; reg < 4; reg++) {
		uint32_t told = e ? cpuid_reg(e, reg) : 0;
		uint32_t differs = told ^ slot->effective[reg];
		uint32_t wrong[] = { differs & slot->mask[reg], differs & slot->hidden[reg] };

		/* Userspace may leave the GPAW out, but not make up another. */
		if (c->trusted->has_gpaw && slot->leaf == TDX_CPUID_GPAW_LEAF &&
		    reg == TDXCPUID_EAX && told & TDX_CPUID_GPAW_MASK &&
		    differs & TDX_CPUID_GPAW_MASK)
			wrong[0] |= TDX_CPUID_GPAW_MASK;

		for (int n = 0; n < 2; n++) {
			struct tdxcpuid_violation v = violation(
				slot, k, n ? TDXCPUID_HIDDEN : TDXCPUID_INCONSISTENT, reg);

			if (!wrong[n])
				continue;
			v.entry = i;
			v.mask = wrong[n];
			v.requested = told;
			v.effective = slot->effective[reg];
			c->bad |= !n;
			c->reporter->report(c->reporter, &v);
		}
	}
}

int tdx_cpuid_compare(const struct tdx_cpuid_trusted *trusted,
		      const struct kvm_cpuid_entry2 *entries, uint32_t nent, bool superset,
		      struct tdx_reporter *reporter)
{
	struct comparison c = { trusted, reporter, false };

	for (uint32_t k = 0; k < trusted->nr; k++) {
		const struct tdx_cpuid_trusted_slot *slot = &trusted->slot[k];
		bool indexed = slot->subleaf != TDXCPUID_NO_SUBLEAF, found = false;

		/*
		 * KVM takes the first entry that has the index or is not flagged.  It looks
		 * a leaf without subleaf up with index 0, with none and with the guest's
		 * ECX, so that there every entry counts.
		 */
		for (uint32_t i = 0; i < nent && !(found && indexed); i++) {
			if (!tdx_cpuid_find(&entries[i], 1, slot->leaf,
					    indexed ? slot->subleaf : entries[i].index))
				continue;
			compare_entry(&c, k, &entries[i], i);
			found = true;
		}
		if (found)
			continue;

		if (superset && slot->given) {
			struct tdxcpuid_violation v =
				violation(slot, k, TDXCPUID_MISSING, TDXCPUID_NOWHERE);

			reporter->report(reporter, &v);
			c.bad = true;
		}
		compare_entry(&c, k, NULL, TDXCPUID_NOWHERE);
	}

	return c.bad ? -EINVAL : 0;
}
