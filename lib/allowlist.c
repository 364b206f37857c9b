// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The allowlist's verdict on a bit, in words: policy/ has the rows, this says what they mean. */
#include <string.h>

#include "internal.h"

/* The words for a reason and a source of policy/tdx_cpuid_bits.h. */
#define REASON_INSN "it enumerates instructions that touch registers and memory only"
#define REASON_XSTATE \
	"its registers belong to an XFAM component, which KVM and the TDX module switch"
#define REASON_TRAP \
	"the MSRs and instructions behind it end in #VE or #GP in the TD, never in hardware"
#define REASON_INERT	"it tells the TD something and opens nothing"
#define REASON_SWITCHED "the TDX module saves and restores the host's value of the state behind it"
#define REASON_LATENCY \
	"a TD that uses it can delay its CPU, which it can do anyway; no state is lost"
#define REASON_CLOBBER "a TD that uses it changes an MSR of the host that nobody restores"
#define REASON_ENABLE \
	"it is of use only with an attribute or XFAM component that KVM does not support"

#define SOURCE_KVM    "KVM virtualizes it for other VMs as well (arch/x86/kvm/cpuid.c, x86.c)"
#define SOURCE_MODULE "the TDX module's published source (docs/allowlist.md)"
#define SOURCE_REVIEW "decided in review on the kvm list (docs/allowlist.md)"

#define LISTED_ALLOW true
#define LISTED_DENY  false

#define SUBLEAF_NONE TDX_NO_SUBLEAF
#define SUBLEAF_0    0
#define SUBLEAF_1    1
#define SUBLEAF_2    2

static const struct row {
	u32 leaf;
	u32 subleaf;
	u8 reg;
	u8 bit;
	bool allowed;
	const char *reason;
	const char *source;
} rows[] = {
#define TDX_CPUID_RAW(leaf, subleaf, reg, bit, verdict, reason, source)                         \
	{ leaf,		  SUBLEAF_##subleaf, TDX_##reg, bit, LISTED_##verdict, REASON_##reason, \
	  SOURCE_##source },
#define TDX_CPUID_BIT(leaf, subleaf, reg, bit, name, verdict, reason, source)                   \
	{ leaf,		  SUBLEAF_##subleaf, TDX_##reg, bit, LISTED_##verdict, REASON_##reason, \
	  SOURCE_##source },
#include "../policy/tdx_cpuid_bits.h"
};

/* What exactly is at stake, or missing, where the reason alone does not say. */
static const struct {
	u32 leaf;
	u32 subleaf;
	u8 reg;
	u32 mask;
	const char *detail;
} details[] = {
	{ 0x7, 0, TDX_EBX, 0x810,
	  "the TDX module leaves IA32_TSX_CTRL (MSR 0x122) at 0 when it exits such a TD, so the host "
	  "runs on with TSX enabled" },
	{ 0x7, 0, TDX_ECX, 0x20,
	  "the TD writes IA32_UMWAIT_CONTROL (MSR 0xe1) without an exit and the TDX module does not "
	  "restore it, so the host runs on with the guest's value" },
	{ 0x7, 1, TDX_EAX, 0x100,
	  "it needs ATTRIBUTES.PERFMON, with which the TDX module clears the host's PMU MSRs" },
	{ 0x7, 1, TDX_EDX, 0x20000, "it needs XFAM.ULI (bit 14), user-level interrupts" },
	{ 0x1c, TDX_NO_SUBLEAF, TDX_EAX, 0xff,
	  "it needs XFAM.LBR (bit 15), with which the host's IA32_LBR_DEPTH (MSR 0x14cf) is lost" },
	{ 0x23, 0, TDX_EAX, 0xf,
	  "it needs ATTRIBUTES.PERFMON, with which the TDX module clears the host's PMU MSRs" },
	{ 0x7, 1, TDX_EAX, 0x20000,
	  "FRED adds MSRs (IA32_FRED_*) that the host uses and KVM does not switch for TDs" },
};

static const char *detail_of(u32 leaf, u32 subleaf, int reg, u32 mask)
{
	for (size_t i = 0; i < ARRAY_SIZE(details); i++) {
		if (details[i].leaf == leaf && details[i].subleaf == subleaf &&
		    details[i].reg == reg && (details[i].mask & mask))
			return details[i].detail;
	}

	return NULL;
}

static u32 policy_values(u32 leaf, int reg, u32 allowed)
{
	if (leaf == TDX_CPUID_GPAW_LEAF && reg == TDX_EAX)
		return allowed;

	return allowed == ~0U ? ~0U : 0;
}

uint32_t tdxcpuid_value_mask(uint32_t leaf, uint32_t subleaf, int reg)
{
	if (reg < 0 || reg > TDX_EDX)
		return 0;
	/* The policy judges these two bit by bit, and they hold numbers all the same. */
	if (reg == TDX_EAX && ((leaf == 0x7 && subleaf == 0) || leaf == TDX_CPUID_GPAW_LEAF))
		return ~0U;

	return policy_values(leaf, reg, tdx_cpuid_allowed(leaf, subleaf, reg));
}

void tdxcpuid_bit_verdict(const struct tdxcpuid_bit *bit, struct tdxcpuid_bit_verdict *verdict)
{
	const char *detail;
	u32 allowed;

	*verdict = (struct tdxcpuid_bit_verdict){
		.reason = "no row: a bit that KVM has not opted in to is denied, whatever it is",
		.source = "default deny",
	};
	if (!is_bit(bit))
		return;

	/* The verdict is the policy's; the rows have the words for it. */
	allowed = tdx_cpuid_allowed(bit->leaf, bit->subleaf, bit->reg);
	verdict->value = policy_values(bit->leaf, bit->reg, allowed) >> bit->bit & 1;
	verdict->allowed = allowed >> bit->bit & 1;
	if (verdict->value) {
		verdict->reason = "it belongs to a value, which the TDX module judges";
		verdict->source = SOURCE_REVIEW;
	}
	if (verdict->value && bit->leaf == TDX_CPUID_GPAW_LEAF && bit->bit >= TDX_CPUID_GPAW_SHIFT)
		verdict->reason =
			"it belongs to KVM's own field, the width of guest physical addresses";

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].leaf != bit->leaf || rows[i].subleaf != bit->subleaf ||
		    rows[i].reg != bit->reg || rows[i].bit != bit->bit)
			continue;
		verdict->listed = true;
		verdict->reason = rows[i].reason;
		verdict->source = rows[i].source;
	}

	detail = detail_of(bit->leaf, bit->subleaf, bit->reg, 1U << bit->bit);
	if (detail && !verdict->allowed)
		verdict->reason = detail;
}

bool is_ordinary(const struct tdxcpuid_bit *bit)
{
	struct tdxcpuid_bit_verdict verdict;

	tdxcpuid_bit_verdict(bit, &verdict);
	return verdict.allowed && !strcmp(verdict.source, SOURCE_KVM);
}

bool tdxcpuid_leaf_indexed(u32 leaf)
{
	return kvm_cpuid_is_indexed(leaf);
}
