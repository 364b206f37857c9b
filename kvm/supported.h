/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The CPUID of an ordinary VM: what KVM_SET_CPUID2 claims beyond the answer of
 * KVM_GET_SUPPORTED_CPUID.  KVM takes it all; the rules are what Linux 7.3 documents
 * and what its arch/x86/kvm/ reads of the list.
 */
#ifndef KVM_SUPPORTED_H
#define KVM_SUPPORTED_H

#include "kvm_tdx.h"

enum kvm_bits_kind {
	KVM_BITS_FEATURE, /* a bit that is set must be supported */
	KVM_BITS_LIMIT,	  /* a number that must not be above the supported one */
	KVM_BITS_NUMBER,  /* no feature: a name, a size, a frequency */
	KVM_BITS_CHOICE,  /* a feature, or such, that KVM leaves to userspace */
};

/* Bits of one kind.  What no row has is KVM_BITS_FEATURE. */
struct kvm_bits {
	u32 leaf;
	u32 subleaf; /* KVM_ANY: of each */
	u32 reg;     /* KVM_ANY: all of the leaf */
	u32 mask;
	enum kvm_bits_kind kind;
	const char *what;   /* KVM_BITS_LIMIT: of what; KVM_BITS_CHOICE: why */
	const char *source; /* KVM_BITS_CHOICE: where that is said */
};

#define KVM_ANY 0xfffffffeU

/* Row @n, from 0, of those with bits of the register; NULL behind the last. */
const struct kvm_bits *kvm_bits_row(u32 leaf, u32 subleaf, int reg, u32 n);

/*
 * What KVM does with bits of the vCPU's list that it does not support, a clause; the
 * same for all bits of @mask, which is cut down to those.
 */
const char *kvm_cpuid_use(u32 leaf, u32 subleaf, int reg, u32 *mask);

/* Receives what is claimed, in the order of the list. */
struct kvm_claim_reporter {
	/* TDXCPUID_DENIED: features.  TDXCPUID_VALUE: a number; effective is the limit. */
	void (*violation)(struct kvm_claim_reporter *reporter, const struct tdxcpuid_violation *v);
	/* Set, not supported, and userspace's choice. */
	void (*exempt)(struct kvm_claim_reporter *reporter, const struct tdxcpuid_exempt *exempt);
};

void kvm_check_claims(const struct kvm_cpuid_entry2 *supported, u32 nr_supported,
		      const struct kvm_cpuid_entry2 *entries, u32 nent,
		      struct kvm_claim_reporter *reporter);

/*
 * The entry that KVM finds for a leaf and subleaf, or NULL: the first that is not
 * flagged or has that index, of a leaf without subleaves any.
 */
const struct kvm_cpuid_entry2 *kvm_find_cpuid(const struct kvm_cpuid_entry2 *list, u32 nr, u32 leaf,
					      u32 subleaf);

/* The bits of a register that hold the number of which @row is the limit. */
static inline u32 kvm_bits_number(const struct kvm_bits *row, u32 value)
{
	return (value & row->mask) >> __builtin_ctz(row->mask);
}

#endif
