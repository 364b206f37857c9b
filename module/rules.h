/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the files of the model share: limits and bits of the rules, and the look-up. */
#ifndef TDX_MODULE_RULES_H
#define TDX_MODULE_RULES_H

#include "tdx_abi.h"
#include "tdx_module.h"

#define TDXM_ATTR_DEBUG			BIT_ULL(0)
#define TDXM_ATTR_ICSSD			BIT_ULL(16)
#define TDXM_ATTR_LASS			BIT_ULL(27)
#define TDXM_ATTR_MIGRATABLE		BIT_ULL(29)
#define TDXM_ATTR_PKS			BIT_ULL(30)
#define TDXM_ATTR_TPA			BIT_ULL(62)
#define TDXM_ATTR_PERFMON		BIT_ULL(63)

#define TDXM_XFAM_AVX			BIT_ULL(2)
#define TDXM_XFAM_AVX512		(BIT_ULL(5) | BIT_ULL(6) | BIT_ULL(7))
#define TDXM_XFAM_PT			BIT_ULL(8)
#define TDXM_XFAM_CET			(BIT_ULL(11) | BIT_ULL(12))
#define TDXM_XFAM_LBR			BIT_ULL(15)
#define TDXM_XFAM_AMX			(BIT_ULL(17) | BIT_ULL(18))

#define TDXM_FLAG_GPAW			BIT_ULL(0)
#define TDXM_FLAG_MAXPA_VIRT		BIT_ULL(3)
#define TDXM_FLAG_MAXGPA_VIRT		BIT_ULL(4)

#define TDXM_MAX_VCPUS			576
#define TDXM_MAX_L2_VMS			3
#define TDXM_MIN_VIRT_MAXPA		45
#define TDXM_TSC_MIN			4
#define TDXM_TSC_MAX			400
#define TDXM_NR_TOPOLOGY		6	/* subleaves of 0x1F */
#define TDXM_LAST_BASE_LEAF		0x23
/* IA32_ARCH_CAPABILITIES bits that the VMM may ask for. */
#define TDXM_ARCH_CAPABILITIES_MASK	0x1180010ULL
#define TDXM_ARCH_CAPABILITIES_TSX_CTRL	BIT_ULL(7)
#define TDXM_MSR_ARCH_CAPABILITIES	0x10a

static inline u64 tdx_leaf_subleaf(u32 leaf, u32 subleaf)
{
	return leaf | (u64)subleaf << 32;
}

/* The same as tdx_module_index(), without a search. */
int tdx_lookup(const struct tdx_platform *p, u32 leaf, u32 subleaf);

/* XFAM components and ATTRIBUTES without any one of which the whole entry is 0. */
u64 tdx_entry_xfam(const struct tdx_module_entry *e);
u64 tdx_entry_attributes(const struct tdx_module *m, const struct tdx_module_entry *e);

/* Family and model that a TD may claim, from the platform's own on; 0 behind the last. */
u32 tdx_allowed_fms(const struct tdx_platform *p, u32 i);

#endif
