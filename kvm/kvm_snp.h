/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The CPUID page of an SEV-SNP guest: what SNP_LAUNCH_UPDATE makes of it, and
 * whether KVM_SET_CPUID2 agrees with it.
 */
#ifndef KVM_SNP_H
#define KVM_SNP_H

#include "kvm_tdx.h"
#include "../psp/snp_cpuid.h"

/* tdxcpuid_violation.rule: what exactly is found. */
enum kvm_snp_rule {
	/* of the page: refused by firmware */
	KVM_SNP_COUNT = 0x1000,
	KVM_SNP_RESERVED,
	KVM_SNP_VALUE,
	/* of the page, notes */
	KVM_SNP_NO_RULE,
	KVM_SNP_NO_ENTRIES,
	KVM_SNP_PADDING,
	KVM_SNP_SECOND,
	KVM_SNP_VENDOR, /* registers exchanged, by leaf 0 */
	/* of a vCPU */
	KVM_SNP_MORE,	     /* the page shows what KVM is not told */
	KVM_SNP_DIFFERENT,   /* of what has to be equal */
	KVM_SNP_NOT_IN_PAGE, /* of the leaves that a guest cannot do without */
	KVM_SNP_NOT_IN_VCPU, /* if it must be there */
	KVM_SNP_EMPTY,
	KVM_SNP_EXCHANGED,
	/* of a vCPU, notes */
	KVM_SNP_NOT_COMPARED,
	KVM_SNP_ABSENT, /* from the page */
	KVM_SNP_UNTOLD, /* absent from the vCPU */
};

/* Who hears of faults, and who of what is worth knowing. */
struct kvm_snp_reporters {
	struct tdx_reporter *violations;
	struct tdx_reporter *notes;
};

/*
 * SNP_LAUNCH_UPDATE of a CPUID page: 0, or -EIO with the firmware's status in *@fw_error
 * and @page as it is handed back.  @platform NULL: the machine is not known, and
 * only the page's structure is judged.
 */
int kvm_snp_launch_update(struct snp_cpuid_page *page, const struct snp_platform *platform,
			  u32 *fw_error, const struct kvm_snp_reporters *r);

/*
 * Does KVM_SET_CPUID2 agree with the page?  0 or -EINVAL.  The page may show less than
 * the vCPU has, never more: VMMs clear in the page what firmware would refuse.
 */
int kvm_snp_check_vcpu(const struct snp_cpuid_page *page, const struct kvm_cpuid_entry2 *entries,
		       u32 nent, bool superset, const struct kvm_snp_reporters *r);

/* Leaves that are compared by no rule: topology, caches and so on, in one word. */
const char *kvm_snp_kind_of_leaf(u32 leaf);

/* Registers of leaf 0 that spell a vendor if they are exchanged; false if there are none. */
bool kvm_snp_exchanged(const struct snp_cpuid_page *page, int pair[2]);

#endif
