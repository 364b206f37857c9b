// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

/* The names of an enumeration; "?" for a number that is none of it. */
#define NAME(names, n) ((size_t)(n) < ARRAY_SIZE(names) ? (names)[n] : "?")

const char *tdxcpuid_layer_name(enum tdxcpuid_layer layer)
{
	static const char *const names[] = {
		[TDXCPUID_LAYER_REQUEST] = "request",
		[TDXCPUID_LAYER_KVM] = "kvm",
		[TDXCPUID_LAYER_MODULE] = "module",
	};

	return NAME(names, layer);
}

const char *tdxcpuid_reason_name(enum tdxcpuid_reason reason)
{
	static const char *const names[] = {
		[TDXCPUID_MALFORMED] = "malformed",
		[TDXCPUID_ATTRIBUTES] = "attributes",
		[TDXCPUID_XFAM] = "xfam",
		[TDXCPUID_GPAW] = "gpaw",
		[TDXCPUID_GPAW_MISSING] = "gpaw-missing",
		[TDXCPUID_TSC] = "tsc",
		[TDXCPUID_DUPLICATE] = "duplicate",
		[TDXCPUID_NO_SLOT] = "no-slot",
		[TDXCPUID_PV_LEAF] = "pv-leaf",
		[TDXCPUID_DENIED] = "denied",
		[TDXCPUID_NOT_CONFIGURABLE] = "not-configurable",
		[TDXCPUID_VALUE] = "value",
		[TDXCPUID_INCONSISTENT] = "inconsistent",
		[TDXCPUID_MISSING] = "missing",
	};

	return NAME(names, reason);
}

const char *tdxcpuid_why_name(enum tdxcpuid_why why)
{
	static const char *const names[] = {
		[TDXCPUID_NOT_NATIVE] = "not-native",
		[TDXCPUID_NO_XFAM] = "xfam",
		[TDXCPUID_NO_ATTRIBUTE] = "attribute",
		[TDXCPUID_FIXED0] = "fixed0",
		[TDXCPUID_FIXED1] = "fixed1",
		[TDXCPUID_NATIVE] = "native",
		[TDXCPUID_NOT_REQUESTED] = "not-requested",
		[TDXCPUID_WHY_DENIED] = "denied",
	};

	return NAME(names, why);
}

const char *tdxcpuid_class_name(enum tdxcpuid_class bit_class)
{
	static const char *const names[] = {
		[TDXCPUID_CLASS_ABSENT] = "absent", [TDXCPUID_CLASS_NATIVE] = "native",
		[TDXCPUID_CLASS_FIXED0] = "fixed0", [TDXCPUID_CLASS_FIXED1] = "fixed1",
		[TDXCPUID_CLASS_CONFIG] = "config", [TDXCPUID_CLASS_ALLOW] = "allow",
	};

	return NAME(names, bit_class);
}

static const char *const policies[] = {
	[TDXCPUID_ALLOWLIST] = "allowlist",
	[TDXCPUID_LINUX_7_3] = "linux-7.3",
	[TDXCPUID_NONE] = "none",
};

const char *tdxcpuid_policy_name(enum tdxcpuid_policy policy)
{
	return NAME(policies, policy);
}

bool tdxcpuid_policy_find(const char *name, enum tdxcpuid_policy *policy)
{
	for (size_t i = 0; i < ARRAY_SIZE(policies); i++) {
		if (!strcmp(policies[i], name)) {
			*policy = (enum tdxcpuid_policy)i;
			return true;
		}
	}

	return false;
}

const char *tdxcpuid_reg_name(int reg)
{
	static const char *const names[] = { "eax", "ebx", "ecx", "edx" };

	return NAME(names, reg);
}

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

/* Text that grows at the end of a buffer, and stops where that is full. */
struct text {
	char *at;
	size_t left;
};

static void __attribute__((format(printf, 2, 3))) add(struct text *t, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(t->at, t->left, format, ap);
	va_end(ap);

	if (n < 0)
		return;
	if ((size_t)n >= t->left)
		n = t->left - 1;
	t->at += n;
	t->left -= n;
}

/* As tdxcpuid explain takes it: 7.0.ecx, or 1.ecx. */
static void add_place(struct text *t, u32 leaf, u32 subleaf, int reg)
{
	add(t, "%x", leaf);
	if (subleaf != TDX_NO_SUBLEAF)
		add(t, ".%x", subleaf);
	if (reg >= 0)
		add(t, ".%s", tdxcpuid_reg_name(reg));
}

static void add_module(struct text *t, const struct kvm_tdx_host *host)
{
	const char *version = host->platform.module->version;

	add(t, *version ? "module %s" : "this host's TDX module", version);
}

static void add_bits(struct text *t, const struct tdxcpuid_violation *v)
{
	char name[TDXCPUID_NAME_MAX];
	const char *comma = "";

	for (int bit = 0; bit < 32; bit++) {
		if (!(v->mask >> bit & 1))
			continue;
		add(t, "%s%s", comma,
		    tdxcpuid_bit_name(&(struct tdxcpuid_bit){ v->slot_leaf, v->slot_subleaf, v->reg,
							      bit },
				      name));
		comma = ", ";
	}
}

/* Each reason why bits of @v are denied, once. */
static void add_denials(struct text *t, const struct tdxcpuid_violation *v)
{
	const char *said[32];
	u32 n = 0;

	for (int bit = 0; bit < 32; bit++) {
		struct tdxcpuid_bit_verdict verdict;
		bool again = false;

		if (!(v->mask >> bit & 1))
			continue;
		tdxcpuid_bit_verdict(&(struct tdxcpuid_bit){ v->slot_leaf, v->slot_subleaf, v->reg,
							     bit },
				     &verdict);
		for (u32 i = 0; i < n; i++)
			again |= said[i] == verdict.reason;
		if (again)
			continue;
		add(t, "%s%s", n ? "; " : "", verdict.reason);
		said[n++] = verdict.reason;
	}
}

static bool module_offers(const struct kvm_tdx_host *host, u32 leaf, u32 subleaf)
{
	for (u32 k = 0; k < host->slots.nr; k++) {
		if (host->slots.slot[k].leaf == leaf && host->slots.slot[k].subleaf == subleaf)
			return true;
	}

	return false;
}

static void rule_words(const struct kvm_tdx_host *host, const struct tdxcpuid_violation *v,
		       struct text *text, struct text *fix)
{
	switch ((enum tdx_rule)v->rule) {
	case TDX_RULE_FMS:
		add(text, "family, model and stepping 0x%x are not the platform's 0x%x",
		    (u32)v->requested, host->platform.fms);
		add(fix, "set 1.eax to 0 or to 0x%x", host->platform.fms);
		break;
	case TDX_RULE_TSX_PAIR:
		add(text, "the TD would end up with only one of HLE and RTM");
		add(fix, "set both or neither of 7.0.ebx bits 4 and 11");
		break;
	case TDX_RULE_TSX_CTRL:
		add(text, "HLE and RTM need a CPU with IA32_TSX_CTRL (ARCH_CAPABILITIES bit 7)");
		add(fix, "clear 7.0.ebx bits 4 and 11");
		break;
	case TDX_RULE_MAXPA:
		add(text, "80000008.eax[7:0] = %u is no physical address width for this TD",
		    (u32)v->requested & 0xff);
		add(fix, "set the field to 0");
		break;
	case TDX_RULE_TOPOLOGY:
		add(text,
		    "the levels of leaf 0x1f are malformed: valid subleaves must start at 0 without "
		    "a gap before the core level, with a type (ecx[15:8]) that rises from level to "
		    "level and with their own number in ecx[7:0]");
		add(fix, "correct the levels, or leave all of 0x1f at 0 for the native topology");
		break;
	case TDX_RULE_CONFIG_FLAGS:
		add(text, "the TDX module does not have a CONFIG_FLAGS bit that KVM sets");
		add(fix, "update the TDX module");
		break;
	case TDX_RULE_EPTP_CONTROLS:
		add(text, "the TDX module refuses the EPT levels for this width of guest physical "
			  "addresses and this CPU");
		add(fix, "set 80000008.eax[23:16] to 48");
		break;
	default:
		add(text, "the TDX module refuses a field of TD_PARAMS that KVM fills in");
		add(fix, "report this: no request should lead here");
		break;
	}
}

/* What KVM does with a bit of the vCPU's CPUID, where it does more than to answer CPUID. */
static const struct {
	u32 leaf;
	u32 subleaf;
	u8 reg;
	u32 mask;
	const char *use;
} uses[] = {
	{ 0x1, TDX_NO_SUBLEAF, TDX_ECX, 0x8, "MWAIT, and bit 18 of IA32_MISC_ENABLE" },
	{ 0x1, TDX_NO_SUBLEAF, TDX_ECX, 0x01000000, "the mask of the APIC timer modes" },
	{ 0x1, TDX_NO_SUBLEAF, TDX_EDX, 0x4080, "the machine-check MSRs" },
	{ 0x1, TDX_NO_SUBLEAF, TDX_EDX, 0x1000, "the MTRR MSRs" },
	{ 0x7, 0, TDX_EBX, 0x810, "IA32_TSX_CTRL" },
	{ 0x7, 0, TDX_ECX, 0x20, "IA32_UMWAIT_CONTROL" },
	{ 0x7, 0, TDX_ECX, 0x4, "the reserved bits of CR4 (UMIP)" },
	{ 0x7, 0, TDX_ECX, 0x10000, "the reserved bits of CR4 (LA57) and canonical addresses" },
	{ 0x7, 0, TDX_EDX, 0x40000000, "IA32_CORE_CAPABILITIES" },
	{ 0x7, 1, TDX_EAX, 0x04000000, "the reserved bits of CR3 and CR4 (LAM)" },
	{ 0x80000008, TDX_NO_SUBLEAF, TDX_EAX, TDX_CPUID_GPAW_MASK,
	  "the levels of the TD's page tables and MAXPHYADDR" },
};

static void conflict_words(const struct tdxcpuid_violation *v, struct text *t, struct text *f)
{
	const char *comma = "; KVM goes by it for ";

	add_bits(t, v);
	add(t, ": the guest has ");
	add_place(t, v->leaf, v->subleaf, v->reg);
	add(t, " 0x%x, KVM would be told 0x%x", (u32)(v->effective & v->mask),
	    (u32)(v->requested & v->mask));
	if (v->entry < 0)
		add(t, " (there is no entry)");

	for (size_t i = 0; i < ARRAY_SIZE(uses); i++) {
		if (uses[i].leaf != v->leaf || uses[i].subleaf != v->subleaf ||
		    uses[i].reg != v->reg || !(uses[i].mask & v->mask))
			continue;
		add(t, "%s%s", comma, uses[i].use);
		comma = ", ";
	}
	if (*comma == ';')
		add(t, "; KVM goes by it when it answers the guest's CPUID");

	add(f, "set ");
	add_place(f, v->leaf, v->subleaf, v->reg);
	add(f, " to 0x%x within 0x%x, as the guest has it", (u32)(v->effective & v->mask),
	    (u32)v->mask);
}

void violation_words(const struct kvm_tdx_host *host, const struct tdxcpuid_violation *v,
		     char text[TDXCPUID_TEXT_MAX], char fix[TDXCPUID_TEXT_MAX])
{
	struct text t = { text, TDXCPUID_TEXT_MAX };
	struct text f = { fix, TDXCPUID_TEXT_MAX };

	*text = *fix = '\0';

	switch (v->reason) {
	case TDXCPUID_MALFORMED:
		if (v->entry < 0) {
			add(&t, "%llu entries are more than the %u that KVM takes",
			    (unsigned long long)v->requested, TDXCPUID_MAX_ENTRIES);
			add(&f, "send one entry for each slot of KVM_TDX_CAPABILITIES");
			break;
		}
		add(&t,
		    "the entry is not flagged significant, so that KVM's look-up finds it for "
		    "several slots of leaf 0x%x, and the count of entries does not come out",
		    v->leaf);
		add(&f, "set KVM_CPUID_FLAG_SIGNIFCANT_INDEX");
		break;
	case TDXCPUID_ATTRIBUTES:
		add(&t, "attributes 0x%llx: %s does not support 0x%llx",
		    (unsigned long long)v->requested,
		    v->layer == TDXCPUID_LAYER_KVM ? "KVM" : "the TDX module",
		    (unsigned long long)v->mask);
		add(&f, "keep to supported_attrs of KVM_TDX_CAPABILITIES, 0x%llx",
		    (unsigned long long)host->supported_attrs);
		break;
	case TDXCPUID_XFAM:
		if (v->layer == TDXCPUID_LAYER_KVM)
			add(&t, "xfam 0x%llx: KVM or this CPU does not support 0x%llx",
			    (unsigned long long)v->requested, (unsigned long long)v->mask);
		else
			add(&t,
			    "xfam 0x%llx is no valid combination for the TDX module (bits 5, 6 and 7 "
			    "go together and need 2; 11 with 12; 17 with 18)",
			    (unsigned long long)v->requested);
		add(&f, "keep to supported_xfam of KVM_TDX_CAPABILITIES, 0x%llx",
		    (unsigned long long)host->supported_xfam);
		break;
	case TDXCPUID_GPAW:
		add(&t, "guest physical address width %u: KVM supports 48%s",
		    (u32)(v->requested & TDX_CPUID_GPAW_MASK) >> TDX_CPUID_GPAW_SHIFT,
		    host->has_gpaw52 ? " and 52" : ", and 52 only with 5-level EPT");
		add(&f, "set 80000008.eax[23:16] to 48%s", host->has_gpaw52 ? " or 52" : "");
		break;
	case TDXCPUID_GPAW_MISSING:
		add(&t, "no entry for 0x80000008, whose eax[23:16] tells KVM the width of guest "
			"physical addresses");
		add(&f, "add an entry for 0x80000008 with 48%s in eax[23:16]",
		    host->has_gpaw52 ? " or 52" : "");
		break;
	case TDXCPUID_TSC:
		add(&t,
		    "a TSC frequency of %llu kHz is outside the 100 MHz to 10 GHz of the TDX module",
		    (unsigned long long)v->requested * 25000);
		add(&f, "set another frequency with KVM_SET_TSC_KHZ on the VM");
		break;
	case TDXCPUID_DUPLICATE:
		add(&t, "a second entry for slot ");
		add_place(&t, v->slot_leaf, v->slot_subleaf, -1);
		add(&f, "send one entry for each slot");
		break;
	case TDXCPUID_NO_SLOT:
		add(&t, "the entry for ");
		add_place(&t, v->leaf, v->subleaf, -1);
		if (v->mask) {
			add(&t,
			    " belongs to no slot of the TDX module; a look-up by label would put it into slot ");
			add_place(&t, v->slot_leaf, v->slot_subleaf, -1);
			add(&t, " and set ");
			add_bits(&t, v);
			add(&t, ", which KVM does not support: ");
			add_denials(&t, v);
		} else {
			add(&t, " belongs to no slot of ");
			add_module(&t, host);
		}
		add(&f, "leave the entry to KVM_SET_CPUID2");
		if (v->subleaf != TDX_NO_SUBLEAF && module_offers(host, v->leaf, TDX_NO_SUBLEAF))
			add(&f, ", or clear its index: the leaf has no subleaf");
		else if (v->mask)
			add(&f,
			    ", or label it with the subleaf that it is meant for, without those bits");
		break;
	case TDXCPUID_PV_LEAF:
		add(&t, "0x%x is a paravirtual leaf, which the TDX module does not know", v->leaf);
		add(&f, "leave the entry to KVM_SET_CPUID2");
		break;
	case TDXCPUID_DENIED:
		add(&t, "KVM does not support ");
		add_bits(&t, v);
		add(&t, " (");
		add_place(&t, v->slot_leaf, v->slot_subleaf, v->reg);
		add(&t, " 0x%x) for TDs: ", (u32)v->mask);
		add_denials(&t, v);
		add(&f, "clear 0x%x in ", (u32)v->mask);
		add_place(&f, v->slot_leaf, v->slot_subleaf, v->reg);
		break;
	case TDXCPUID_NOT_CONFIGURABLE:
		add_module(&t, host);
		add(&t, " does not let a VMM configure ");
		add_bits(&t, v);
		add(&t, " (");
		add_place(&t, v->slot_leaf, v->slot_subleaf, v->reg);
		add(&t, " 0x%x)", (u32)v->mask);
		add(&f, "clear 0x%x in ", (u32)v->mask);
		add_place(&f, v->slot_leaf, v->slot_subleaf, v->reg);
		add(&f, ": mask the request with KVM_TDX_CAPABILITIES");
		break;
	case TDXCPUID_VALUE:
		rule_words(host, v, &t, &f);
		break;
	case TDXCPUID_INCONSISTENT:
		conflict_words(v, &t, &f);
		break;
	case TDXCPUID_MISSING:
		add(&t, "no entry for ");
		add_place(&t, v->leaf, v->subleaf, -1);
		add(&t, ", which was given to the firmware");
		add(&f, "add the entry as the guest has it");
		break;
	}
}
