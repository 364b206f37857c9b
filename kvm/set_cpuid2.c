// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * KVM_SET_CPUID2 against what firmware enforces, for TDX and for SEV-SNP.
 */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "kvm_tdx_internal.h"

/* Whether KVM_TDX_GET_CPUID's answer has the slot. */
static bool is_reported(const struct kvm_cpuid_entry2 *list, int nent,
			const struct tdx_cpuid_slot *slot)
{
	for (int i = 0; i < nent; i++) {
		bool indexed = list[i].flags & KVM_CPUID_FLAG_SIGNIFCANT_INDEX;

		if (list[i].function == slot->leaf &&
		    (indexed ? list[i].index : TDX_NO_SUBLEAF) == slot->subleaf)
			return true;
	}

	return false;
}

void kvm_tdx_trust(struct kvm_tdx_trusted *trusted, const struct kvm_tdx_td *td,
		   const struct tdxcpuid_request *request)
{
	const struct tdx_cpuid_slots *slots = &td->host->slots;
	struct kvm_cpuid_entry2 list[TDX_MODULE_MAX_LOOKUP];
	int nent = kvm_tdx_get_cpuid(td, list, TDX_MODULE_MAX_LOOKUP);

	memset(trusted, 0, sizeof(*trusted));
	for (u32 k = 0; k < slots->nr; k++) {
		tdx_cpuid_trust(&trusted->slot[k], &slots->slot[k], td->params.cpuid_values[k],
				kvm_tdx_effective(td, k));
		trusted->slot[k].given = kvm_tdx_entry_of_slot(td->host, request, k);
		/* Nobody can repeat what KVM does not report: a leaf above 0x7f, for example. */
		if (!is_reported(list, nent, &slots->slot[k]))
			memset(trusted->slot[k].mask, 0, sizeof(trusted->slot[k].mask));
	}

	trusted->set.slots = trusted->slot;
	trusted->set.nr = slots->nr;
	trusted->set.gpaw = td->gpaw;
}

/* The table in the CPUID page, as the SEV-SNP firmware ABI lays it out. */
struct snp_function {
	u32 eax_in;
	u32 ecx_in;
	u64 xcr0_in;
	u64 xss_in;
	u32 reg[4];
	u64 reserved;
};

struct snp_page {
	u32 count;
	u32 reserved1;
	u64 reserved2;
	struct snp_function function[KVM_TDX_MAX_TRUSTED];
};

int kvm_snp_trust(struct kvm_tdx_trusted *trusted, const void *page, size_t size)
{
	struct snp_page snp;

	memset(trusted, 0, sizeof(*trusted));
	memset(&snp, 0, sizeof(snp));
	memcpy(&snp, page, size < sizeof(snp) ? size : sizeof(snp));

	if (snp.count > ARRAY_SIZE(snp.function) || snp.reserved1 || snp.reserved2 ||
	    size < offsetof(struct snp_page, function) + snp.count * sizeof(snp.function[0]))
		return -EINVAL;

	for (u32 k = 0; k < snp.count; k++) {
		const struct snp_function *f = &snp.function[k];
		struct tdx_cpuid_trusted_slot *slot = &trusted->slot[k];

		slot->leaf = f->eax_in;
		slot->subleaf = kvm_cpuid_is_indexed(f->eax_in) ? f->ecx_in : TDX_NO_SUBLEAF;
		slot->given = true;
		for (int reg = 0; reg < 4; reg++) {
			slot->mask[reg] = ~kvm_cpuid_runtime_bits(slot->leaf, slot->subleaf, reg);
			slot->requested[reg] = f->reg[reg];
			slot->effective[reg] = f->reg[reg];
		}
	}

	trusted->set.slots = trusted->slot;
	trusted->set.nr = snp.count;
	return 0;
}

struct conflict_reporter {
	struct tdx_cpuid_conflict_reporter policy;
	const struct kvm_tdx_trusted *trusted;
	u32 nent;
	struct kvm_tdx_reporter *reporter;
};

static void report_conflict(struct tdx_cpuid_conflict_reporter *self,
			    const struct tdx_cpuid_conflict *c)
{
	struct conflict_reporter *r = (struct conflict_reporter *)self;
	struct tdxcpuid_violation v = {
		.layer = TDXCPUID_LAYER_KVM,
		.reason = c->missing ? TDXCPUID_MISSING : TDXCPUID_INCONSISTENT,
		.entry = c->entry < r->nent ? (int)c->entry : TDXCPUID_NOWHERE,
		.slot = c->slot - r->trusted->slot,
		.has_leaf = true,
		.leaf = c->slot->leaf,
		.subleaf = c->slot->subleaf,
		.slot_leaf = c->slot->leaf,
		.slot_subleaf = c->slot->subleaf,
		.reg = c->reg == TDX_CPUID_NO_REG ? TDXCPUID_NOWHERE : (int)c->reg,
		.mask = c->mask,
		.requested = c->value,
		.rule = TDXCPUID_NOWHERE,
	};

	if (!c->missing) {
		v.effective = c->slot->effective[c->reg];
		/* The TDX module has no such field; the TD has it from KVM. */
		if (r->trusted->set.gpaw && v.leaf == TDX_CPUID_GPAW_LEAF && v.reg == TDX_EAX)
			v.effective = (v.effective & ~(u64)TDX_CPUID_GPAW_MASK) |
				      r->trusted->set.gpaw << TDX_CPUID_GPAW_SHIFT;
	}

	r->reporter->report(r->reporter, &v);
}

int kvm_tdx_check_vcpu(const struct kvm_tdx_trusted *trusted,
		       const struct kvm_cpuid_entry2 *entries, u32 nent, u32 flags,
		       struct kvm_tdx_reporter *reporter)
{
	struct conflict_reporter r = { { report_conflict }, trusted, nent, reporter };

	return tdx_cpuid_compare(&trusted->set, entries, nent, flags, &r.policy);
}
