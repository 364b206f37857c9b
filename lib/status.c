// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The completion status of a SEAMCALL in words.  Bits 63:32 are the class; what
 * bits 31:0 mean depends on it.
 */
#include <stdio.h>

#include "internal.h"

static const struct {
	u32 class;
	const char *name;
	const char *hint;
} classes[] = {
	/* clang-format off */
	{ 0x00000815, "KEY_CONFIGURED", NULL },
	{ 0x00000821, "NO_HKID_READY_TO_WBCACHE", NULL },
	{ 0x40000001, "NON_RECOVERABLE_VCPU", NULL },
	{ 0x40000002, "NON_RECOVERABLE_TD", NULL },
	{ 0x60000005, "NON_RECOVERABLE_TD_NON_ACCESSIBLE", NULL },
	{ 0x60000007, "NON_RECOVERABLE_TD_WRONG_APIC_MODE", NULL },
	{ 0x80000003, "INTERRUPTED_RESUMABLE", "call again" },
	{ 0x80000200, "OPERAND_BUSY", "the TDX module or the TD is in use: try again" },
	{ 0x80000201, "PREVIOUS_TLB_EPOCH_BUSY", NULL },
	{ 0x80000202, "SYS_BUSY", "try again" },
	{ 0x80000203, "RND_NO_ENTROPY", "no random numbers at hand: try again" },
	{ 0x80000204, "OPERAND_BUSY_HOST_PRIORITY", NULL },
	{ 0x80000701, "VCPU_ASSOCIATED", NULL },
	{ 0x80000702, "VCPU_NOT_ASSOCIATED", NULL },
	{ 0x80000800, "KEY_GENERATION_FAILED", NULL },
	{ 0x80000810, "TD_KEYS_NOT_CONFIGURED", NULL },
	{ 0x80000817, "WBCACHE_NOT_COMPLETE", NULL },
	{ 0x80000824, "FLUSHVP_NOT_DONE", NULL },
	{ 0xc0000100, "OPERAND_INVALID", NULL },
	{ 0xc0000300, "PAGE_METADATA_INCORRECT", NULL },
	{ 0xc0000302, "PAGE_NOT_OWNED_BY_TD", NULL },
	{ 0xc0000303, "PAGE_NOT_FREE", NULL },
	{ 0xc0000400, "TD_ASSOCIATED_PAGES_EXIST", NULL },
	{ 0xc0000500, "SYS_INIT_NOT_PENDING", NULL },
	{ 0xc0000502, "SYS_LP_INIT_NOT_DONE", NULL },
	{ 0xc0000503, "SYS_LP_INIT_DONE", NULL },
	{ 0xc0000505, "SYS_NOT_READY", NULL },
	{ 0xc0000506, "SYS_SHUTDOWN", NULL },
	{ 0xc0000507, "SYS_KEY_CONFIG_NOT_PENDING", NULL },
	{ 0xc0000508, "SYS_STATE_INCORRECT", NULL },
	{ 0xc0000509, "SYS_INVALID_HANDOFF", NULL },
	{ 0xc000050a, "SYS_INCOMPATIBLE_SIGSTRUCT", NULL },
	{ 0xc000050b, "SYS_LP_INIT_NOT_PENDING", NULL },
	{ 0xc000050c, "SYS_CONFIG_NOT_PENDING", NULL },
	{ 0xc000050d, "INCOMPATIBLE_SEAM_CAPABILITIES", NULL },
	{ 0xc0000605, "TD_NON_DEBUG", NULL },
	{ 0xc0000606, "TDCS_NOT_ALLOCATED", NULL },
	{ 0xc0000607, "LIFECYCLE_STATE_INCORRECT", NULL },
	{ 0xc0000608, "OP_STATE_INCORRECT", "not allowed in the TD's present state" },
	{ 0xc0000609, "NO_VCPUS", NULL },
	{ 0xc0000610, "TDCX_NUM_INCORRECT", NULL },
	{ 0xc0000621, "X2APIC_ID_NOT_UNIQUE", NULL },
	{ 0xc0000700, "VCPU_STATE_INCORRECT", NULL },
	{ 0xc0000705, "MAX_VCPUS_EXCEEDED", NULL },
	{ 0xc0000811, "KEY_STATE_INCORRECT", NULL },
	{ 0xc0000820, "HKID_NOT_FREE", NULL },
	{ 0xc0000900, "INCORRECT_CPUID_VALUE", "this CPU lacks what the TDX module needs" },
	{ 0xc0000901, "LIMIT_CPUID_MAXVAL_SET", NULL },
	{ 0xc0000902, "INCONSISTENT_CPUID_FIELD", NULL },
	{ 0xc0000903, "CPUID_MAX_SUBLEAVES_UNRECOGNIZED", NULL },
	{ 0xc0000904, "CPUID_LEAF_1F_FORMAT_UNRECOGNIZED", "the topology levels of leaf 0x1f are malformed" },
	{ 0xc0000907, "ENABLE_MONITOR_FSM_NOT_SET", NULL },
	{ 0xc0000908, "CPUID_LEAF_NOT_SUPPORTED", NULL },
	{ 0xc0000920, "INCONSISTENT_MSR", NULL },
	{ 0xc0000921, "INCORRECT_MSR_VALUE", NULL },
	{ 0xc0000b00, "EPT_WALK_FAILED", NULL },
	{ 0xc0000b0d, "EPT_ENTRY_STATE_INCORRECT", NULL },
	{ 0xc0000c00, "METADATA_FIELD_ID_INCORRECT", "there is no such field" },
	{ 0xc0000c01, "METADATA_FIELD_NOT_WRITABLE", NULL },
	{ 0xc0000c02, "METADATA_FIELD_NOT_READABLE", NULL },
	{ 0xc0000c03, "METADATA_FIELD_VALUE_NOT_VALID", NULL },
	{ 0xc0000e09, "TD_NOT_MIGRATABLE", NULL },
	{ 0xe0000604, "TD_FATAL", NULL },
	/* clang-format on */
};

static const struct {
	u32 id;
	const char *name;
} operands[] = {
	/* clang-format off */
	{ 0, "RAX" },
	{ 1, "RCX" },
	{ 2, "RDX: a reserved field of TD_PARAMS, or its address" },
	{ 3, "RBX" },
	{ 8, "R8" },
	{ 9, "R9" },
	{ 64, "ATTRIBUTES" },
	{ 65, "XFAM" },
	{ 66, "EXEC_CONTROLS, that is CONFIG_FLAGS" },
	{ 67, "EPTP_CONTROLS" },
	{ 68, "MAX_VCPUS" },
	{ 69, "CPUID_CONFIG: a bit that is not configurable, or a value that breaks a rule" },
	{ 70, "TSC_FREQUENCY" },
	{ 71, "NUM_L2_VMS" },
	{ 72, "IA32_ARCH_CAPABILITIES_CONFIG" },
	{ 128, "TDR" },
	{ 129, "TDCX" },
	{ 130, "TDVPR" },
	{ 144, "TDCS" },
	{ 145, "TDVPS" },
	{ 146, "SEPT_TREE" },
	{ 147, "SEPT_ENTRY" },
	{ 169, "TD_EPOCH" },
	{ 172, "OP_STATE" },
	{ 176, "METADATA_FIELD" },
	{ 177, "NUM_VCPUS" },
	{ 184, "SYS" },
	{ 185, "TDMR" },
	{ 186, "KOT" },
	{ 187, "KET" },
	/* clang-format on */
};

static const char *operand_name(u32 id)
{
	for (size_t i = 0; i < ARRAY_SIZE(operands); i++) {
		if (operands[i].id == id)
			return operands[i].name;
	}

	return "an operand without name";
}

static int class_words(u32 class, char *text, size_t size)
{
	for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
		if (classes[i].class != class)
			continue;
		return snprintf(text, size, "TDX_%s%s%s", classes[i].name,
				classes[i].hint ? ": " : "",
				classes[i].hint ? classes[i].hint : "");
	}

	return snprintf(text, size, "unknown %s 0x%08x", class >> 31 ? "error" : "status", class);
}

void tdxcpuid_status_text(u64 status, bool has_rcx, u64 rcx, char text[TDXCPUID_TEXT_MAX])
{
	u32 class = status >> 32, detail = status, leaf = rcx, subleaf = rcx >> 32;
	size_t size = TDXCPUID_TEXT_MAX;
	int n;

	if (!status) {
		snprintf(text, size, "TDX_SUCCESS");
		return;
	}

	n = class_words(class, text, size);

	if (TDX_STATUS_CLASS(status) == TDXM_OPERAND_INVALID ||
	    TDX_STATUS_CLASS(status) == TDXM_OPERAND_BUSY)
		n += snprintf(text + n, size - n, ", operand %u: %s", detail, operand_name(detail));
	else if (TDX_STATUS_CLASS(status) == TDXM_INCORRECT_MSR_VALUE)
		n += snprintf(text + n, size - n, ": MSR 0x%x%s", detail,
			      detail == 0x10a ?
				      ", IA32_ARCH_CAPABILITIES: HLE and RTM need TSX_CTRL" :
				      "");
	else if (detail)
		n += snprintf(text + n, size - n, ", detail 0x%x", detail);

	if (!has_rcx)
		return;

	if (TDX_STATUS_CLASS(status) == TDXM_OPERAND_INVALID &&
	    detail == TDXM_OPERAND_CPUID_CONFIG && !rcx)
		snprintf(
			text + n, size - n,
			"; RCX 0 names no leaf: a rule on HLE and RTM, or on the width in 0x80000008.eax");
	else if ((TDX_STATUS_CLASS(status) == TDXM_OPERAND_INVALID &&
		  detail == TDXM_OPERAND_CPUID_CONFIG) ||
		 TDX_STATUS_CLASS(status) == TDXM_INCORRECT_CPUID_VALUE)
		snprintf(
			text + n, size - n,
			subleaf == TDX_NO_SUBLEAF ?
				"; RCX: leaf 0x%x without subleaf (register and bit are not told)" :
				"; RCX: leaf 0x%x, subleaf 0x%x (register and bit are not told)",
			leaf, subleaf);
	else if (rcx)
		snprintf(text + n, size - n, "; RCX 0x%llx", (unsigned long long)rcx);

	if (TDX_STATUS_CLASS(status) == TDXM_INCORRECT_CPUID_VALUE)
		wanted_words(text, size, leaf, subleaf);
}

int tdxcpuid_status_error(enum tdxcpuid_policy policy, u64 status)
{
	return kvm_tdx_error_of_status(policy, status);
}
