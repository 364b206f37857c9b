/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The numbers of the TDX module's interface: completion statuses, operands,
 * metadata fields.  Each is here once, for the model and for who reads its answers.
 */
#ifndef TDX_ABI_H
#define TDX_ABI_H

/* A status: the class in bits 63:32; what bits 31:0 mean depends on it. */
#define TDX_STATUS_CLASS(status)	((status) & 0xffffffff00000000ULL)
#define TDX_STATUS_OF(name)		((unsigned long long)TDX_CLASS_##name << 32)

/* Linux's own, where SEAMCALL did not get to the module: bits 47:40 are no class of the module's. */
#define TDX_SW_ERROR			0x8000ff0000000000ULL
#define TDX_SW_VMFAILINVALID		0xffff0000U	/* or the vector of the fault */

enum tdx_status_class {
#define TDX_STATUS(class, name, detail) TDX_CLASS_##name = class,
#include "tdx_status.h"
};

enum tdx_operand {
#define TDX_OPERAND(id, name) TDXM_OPERAND_##name = id,
#include "tdx_status.h"
};

#define TDXM_OPERAND_BUSY		TDX_STATUS_OF(TDX_OPERAND_BUSY)		/* | operand */
#define TDXM_OPERAND_INVALID		TDX_STATUS_OF(TDX_OPERAND_INVALID)	/* | operand */
#define TDXM_OP_STATE_INCORRECT		TDX_STATUS_OF(TDX_OP_STATE_INCORRECT)
#define TDXM_INCORRECT_CPUID_VALUE	TDX_STATUS_OF(TDX_INCORRECT_CPUID_VALUE)
#define TDXM_LEAF_1F_UNRECOGNIZED	TDX_STATUS_OF(TDX_CPUID_LEAF_1F_FORMAT_UNRECOGNIZED)
#define TDXM_INCORRECT_MSR_VALUE	TDX_STATUS_OF(TDX_INCORRECT_MSR_VALUE)	/* | MSR */
#define TDXM_FIELD_ID_INCORRECT		TDX_STATUS_OF(TDX_METADATA_FIELD_ID_INCORRECT)
#define TDXM_FIELD_NOT_READABLE		TDX_STATUS_OF(TDX_METADATA_FIELD_NOT_READABLE)

/* Fields of TDH.SYS.RD. */
#define TDX_MD_MINOR_VERSION		0x0800000100000003ULL
#define TDX_MD_MAJOR_VERSION		0x0800000100000004ULL
#define TDX_MD_UPDATE_VERSION		0x0800000100000005ULL
#define TDX_MD_FEATURES0		0x0a00000300000008ULL
#define TDX_MD_ATTRIBUTES_FIXED0	0x1900000300000000ULL
#define TDX_MD_ATTRIBUTES_FIXED1	0x1900000300000001ULL
#define TDX_MD_XFAM_FIXED0		0x1900000300000002ULL
#define TDX_MD_XFAM_FIXED1		0x1900000300000003ULL
#define TDX_MD_MIN_VIRT_MAXPA		0x9900000000000009ULL
#define TDX_MD_NUM_CPUID_CONFIG		0x9900000100000004ULL
#define TDX_MD_MAX_VCPUS_PER_TD		0x9900000100000008ULL
#define TDX_MD_NUM_ALLOWED_FMS		0x9900000100000800ULL
#define TDX_MD_NUM_DISALLOWED_FMS	0x9900000100000801ULL
#define TDX_MD_CONFIG_FLAGS_FIXED0	0x9900000300000006ULL
#define TDX_MD_CONFIG_FLAGS_FIXED1	0x9900000300000007ULL
#define TDX_MD_CPUID_CONFIG_LEAVES	0x9900000300000400ULL	/* + slot */
#define TDX_MD_CPUID_CONFIG_VALUES	0x9900000300000500ULL	/* + 2 * slot + element */
#define TDX_MD_ARCH_CAPABILITIES_MASK	0x9900000300000600ULL
#define TDX_MD_ALLOWED_FMS		0x9900000300000810ULL	/* + i, up to TDX_MD_MAX_FMS */
#define TDX_MD_DISALLOWED_FMS		0x9900000300000850ULL	/* + i */
#define TDX_MD_MAX_FMS			64

/* What tells fields apart, of whichever form an id is. */
#define TDX_MD_CONTEXT(id)		((id) >> 52 & 7)	/* 0: platform, 1: TD, 2: vCPU */
#define TDX_MD_CLASS(id)		((id) >> 56 & 0x3f)
#define TDX_MD_CODE(id)			((id) & 0xffffff)

/* A field of TDH.MNG.RD: 16: leaf bit 31; 15:9: leaf 6:0; 8: no subleaf; 7:1: subleaf; 0: element. */
#define TDX_MD_CPUID_VALUES		0x9410000300000000ULL
#define TDX_MD_CPUID_VALUES_MASK	0x1ffffULL

/* Classes of TDH.VP.RD whose codes are numbers of the processor's. */
#define TDX_MD_VCPU_VMCS		0	/* encoding of a VMCS field */
#define TDX_MD_VCPU_MSR			0x13	/* MSR; 0x2000 on: 0xc0000000 on */
#define TDX_MD_VCPU_L2_VMCS(vm)		(0x1c + 8 * (vm))	/* of L2 VM 1 to 3 */

#endif
