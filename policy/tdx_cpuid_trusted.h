/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Consistency of KVM_SET_CPUID2 with the CPUID that a TD really has.
 *
 * The trusted set is what firmware enforces for the guest: for each slot the
 * bits that userspace could choose, what it chose, and what came of it.
 */
#ifndef __KVM_X86_TDX_CPUID_TRUSTED_H
#define __KVM_X86_TDX_CPUID_TRUSTED_H

#include "tdx_cpuid.h"

struct tdx_cpuid_trusted_slot {
	u32 leaf;
	u32 subleaf;			/* TDX_CPUID_NO_SUBLEAF if the leaf has none */
	u32 mask[TDX_CPUID_NR_REGS];	/* the bits to compare */
	u32 requested[TDX_CPUID_NR_REGS];
	u32 effective[TDX_CPUID_NR_REGS];
	bool given;			/* userspace sent an entry for the slot */
};

struct tdx_cpuid_trusted {
	const struct tdx_cpuid_trusted_slot *slots;
	u32 nr;
	u32 gpaw;			/* 0: not a matter of CPUID */
};

/* How KVM_SET_CPUID2 contradicts the trusted set. */
struct tdx_cpuid_conflict {
	const struct tdx_cpuid_trusted_slot *slot;
	u32 entry;			/* index of the entry at fault, nent if none has the slot */
	bool missing;			/* an entry is wanted, whatever it holds */
	enum tdx_cpuid_reg reg;
	u32 mask;			/* the bits at fault */
	u32 value;			/* the register as told to KVM */
};

struct tdx_cpuid_conflict_reporter {
	void (*report)(struct tdx_cpuid_conflict_reporter *reporter,
		       const struct tdx_cpuid_conflict *conflict);
};

#define TDX_CPUID_SUPERSET	1	/* want an entry for every slot that was given */
#define TDX_CPUID_SKIP_MWAIT	2	/* KVM rewrites 1.ECX.MWAIT by IA32_MISC_ENABLE */

/* Trust what the TDX module made of @requested in @slot. */
void tdx_cpuid_trust(struct tdx_cpuid_trusted_slot *trusted, const struct tdx_cpuid_slot *slot,
		     const u32 *requested, const u32 *effective);

/*
 * Compare what KVM would be told with the trusted set: 0, or -EINVAL after
 * reporting every conflict, by slot.
 */
int tdx_cpuid_compare(const struct tdx_cpuid_trusted *trusted,
		      const struct kvm_cpuid_entry2 *entries, u32 nent, u32 flags,
		      struct tdx_cpuid_conflict_reporter *reporter);

#endif /* __KVM_X86_TDX_CPUID_TRUSTED_H */
