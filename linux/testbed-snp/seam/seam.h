/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Included before arch/x86/kvm/svm/sev.c, which is compiled unchanged: where KVM asks
 * the CPU itself whether it has SEV-SNP, it asks the test bed.
 */
#ifndef SNP_SW_SEAM_H
#define SNP_SW_SEAM_H

#include <linux/cc_platform.h>
#include <asm/cpuid/api.h>

void snp_sw_cpuid(unsigned int leaf, unsigned int *eax, unsigned int *ebx, unsigned int *ecx,
		  unsigned int *edx);

#define cpuid(leaf, a, b, c, d) snp_sw_cpuid(leaf, a, b, c, d)
/* sev.c has its own, and means to be the first to define it. */
#undef pr_fmt
#define cc_platform_has(attr)	((attr) == CC_ATTR_HOST_SEV_SNP || (cc_platform_has)(attr))

#endif
