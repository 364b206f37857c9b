// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What is wrong and what to do about it: the sentences of a violation. */
#include <string.h>

#include "answer.h"
#include "words.h"

/* As tdxcpuid explain takes it: 0x7.0.ecx, or 0x1.ecx. */
void add_place(struct text *t, u32 leaf, u32 subleaf, int reg)
{
	add(t, "0x%x", leaf);
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

/* Those of @mask. */
static void add_names(struct text *t, const struct tdxcpuid_violation *v, u32 mask)
{
	char name[TDXCPUID_NAME_MAX];
	const char *comma = "";

	for (int bit = 0; bit < 32; bit++) {
		if (!(mask >> bit & 1))
			continue;
		tdxcpuid_bit_name(
			&(struct tdxcpuid_bit){ v->slot_leaf, v->slot_subleaf, v->reg, bit }, name);
		/* A bit without a name goes by its place. */
		add(t, "%s%s%s", comma, strchr(name, '.') ? "0x" : "", name);
		comma = ", ";
	}
}

void add_bits(struct text *t, const struct tdxcpuid_violation *v)
{
	add_names(t, v, v->mask);
}

/* Each reason why bits of @mask are denied, once; the row of one that is allowed has none. */
static void add_denials(struct text *t, const struct tdxcpuid_violation *v, u32 mask)
{
	static const char not_reported[] =
		"this host's KVM does not report it, though the allowlist allows it";
	const char *said[32];
	u32 n = 0;

	for (int bit = 0; bit < 32; bit++) {
		struct tdxcpuid_bit_verdict verdict;
		bool again = false;

		if (!(mask >> bit & 1))
			continue;
		tdxcpuid_bit_verdict(
			&(struct tdxcpuid_bit){ v->slot_leaf, v->slot_subleaf, v->reg, bit },
			&verdict);
		if (verdict.allowed)
			verdict.reason = not_reported;
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
		add(fix, "set 0x1.eax to 0 or to 0x%x", host->platform.fms);
		break;
	case TDX_RULE_TSX_PAIR:
		add(text, "the TD would end up with only one of HLE and RTM");
		add(fix, "set both or neither of 0x7.0.ebx bits 4 and 11");
		break;
	case TDX_RULE_TSX_CTRL:
		add(text, "HLE and RTM need a CPU with IA32_TSX_CTRL (ARCH_CAPABILITIES bit 7)");
		add(fix, "clear 0x7.0.ebx bits 4 and 11");
		break;
	case TDX_RULE_MAXPA:
		add(text, "0x80000008.eax[7:0] = %u is no physical address width for this TD",
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
		add(fix, "set 0x80000008.eax[23:16] to 48");
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
		add(t, v->reason == TDXCPUID_HIDDEN ?
			       "; KVM does not report it, so it does not compare it" :
			       "; KVM goes by it when it answers the guest's CPUID");

	add(f, "set ");
	add_place(f, v->leaf, v->subleaf, v->reg);
	add(f, " to 0x%x within 0x%x, as the guest has it", (u32)(v->effective & v->mask),
	    (u32)v->mask);
}

static void gpaw_words(const struct kvm_tdx_host *host, const struct tdxcpuid_violation *v,
		       struct text *t, struct text *f)
{
	u32 width = cpu_width(host->platform.cpu);
	u32 wanted = (u32)(v->requested & TDX_CPUID_GPAW_MASK) >> TDX_CPUID_GPAW_SHIFT;
	char why[TDXCPUID_TEXT_MAX] = "";

	if (v->reason == TDXCPUID_GPAW_MISSING) {
		add(t, "no entry for 0x80000008, whose eax[23:16] tells KVM the width of guest "
		       "physical addresses");
		add(f, "add an entry for 0x80000008 with 48%s in eax[23:16]",
		    host->has_gpaw52 ? " or 52" : "");
		return;
	}

	add(t, "guest physical address width %u: KVM supports 48%s", wanted,
	    host->has_gpaw52 ? " and 52" : ", and 52 only with 5-level EPT");
	/* No advice to set what a VMM takes from the CPU: QEMU offers no more than that has. */
	if (width < 48 && wanted <= width) {
		narrow_words(why, sizeof(why), width);
		add(t, "; a TD needs 48, and this CPU has %u", width);
		add(f, "%s, so that the CPU has the 48 bits that a TD needs", why);
		return;
	}
	add(f, "set 0x80000008.eax[23:16] to 48%s", host->has_gpaw52 ? " or 52" : "");
	if (wanted && wanted < 48) {
		narrow_words(why, sizeof(why), wanted);
		add(f, "; if it is what the CPU reports, %s", why);
	}
}

static void malformed_words(const struct tdxcpuid_violation *v, struct text *t, struct text *f)
{
	if (v->entry < 0) {
		add(t, "%llu entries are more than the %u that KVM takes",
		    (unsigned long long)v->requested, TDXCPUID_MAX_ENTRIES);
		add(f, "send one entry for each slot of KVM_TDX_CAPABILITIES");
		return;
	}

	add(t,
	    "the entry is not flagged significant, so that KVM's look-up finds it for "
	    "several slots of leaf 0x%x, and the count of entries does not come out",
	    v->leaf);
	add(f, "set KVM_CPUID_FLAG_SIGNIFCANT_INDEX");
}

static void no_slot_words(const struct kvm_tdx_host *host, const struct tdxcpuid_violation *v,
			  struct text *t, struct text *f)
{
	add(t, "the entry for ");
	add_place(t, v->leaf, v->subleaf, -1);
	if (v->mask) {
		add(t,
		    " belongs to no slot of the TDX module; a look-up by label would put it into slot ");
		add_place(t, v->slot_leaf, v->slot_subleaf, -1);
		add(t, " and set ");
		add_bits(t, v);
		add(t, ", which KVM does not support: ");
		add_denials(t, v, v->mask);
	} else {
		add(t, " belongs to no slot of ");
		add_module(t, host);
	}

	add(f, "leave the entry to KVM_SET_CPUID2");
	if (v->subleaf != TDX_NO_SUBLEAF && module_offers(host, v->leaf, TDX_NO_SUBLEAF))
		add(f, ", or clear its index: the leaf has no subleaf");
	else if (v->mask)
		add(f, ", or label it with the subleaf that it is meant for, without those bits");
}

/* Names, and where they are, behind what was said before. */
static void add_part(struct text *t, const struct tdxcpuid_violation *v, u32 mask)
{
	add_names(t, v, mask);
	add(t, " (");
	add_place(t, v->slot_leaf, v->slot_subleaf, v->reg);
	add(t, " 0x%x)", mask);
}

/* The bits of the register of @v that the module treats so. */
static u32 class_mask(const struct kvm_tdx_host *host, const struct tdxcpuid_violation *v,
		      enum tdxcpuid_class class)
{
	const struct tdxcpuid_module *module =
		(const struct tdxcpuid_module *)host->platform.module;
	struct tdxcpuid_bit bit = { v->slot_leaf, v->slot_subleaf, v->reg, 0 };
	u32 mask = 0;

	for (; bit.bit < 32; bit.bit++) {
		if (tdxcpuid_module_class(module, &bit) == class)
			mask |= 1U << bit.bit;
	}
	return mask;
}

/* Bits of a slot that KVM or the module does not let a VMM set. */
static void bit_words(const struct kvm_tdx_host *host, const struct tdxcpuid_violation *v,
		      struct text *t, struct text *f)
{
	const char *version = host->platform.module->version;
	bool denied = v->reason == TDXCPUID_DENIED;
	u32 fixed1 = 0, native = 0, rest;

	/* What no VMM configures is in a request that was not masked. */
	if (*version) {
		fixed1 = v->mask & class_mask(host, v, TDXCPUID_CLASS_FIXED1);
		native = v->mask & class_mask(host, v, TDXCPUID_CLASS_NATIVE);
	}
	rest = v->mask & ~(fixed1 | native);

	if (fixed1) {
		add_part(t, v, fixed1);
		add(t, ": not for the VMM to set, 1 in every TD of module %s", version);
	}
	if (native) {
		add(t, "%s", fixed1 ? "; " : "");
		add_part(t, v, native);
		add(t, ": not for the VMM to set, module %s passes on what the CPU has", version);
	}
	if (rest) {
		add(t, "%s", fixed1 | native ? "; " : "");
		if (denied) {
			add(t, "KVM does not support ");
		} else {
			add_module(t, host);
			add(t, " does not let a VMM configure ");
		}
		add_part(t, v, rest);
	}
	if (rest && denied) {
		add(t, " for TDs: ");
		add_denials(t, v, rest);
	}

	add(f, "clear 0x%x in ", (u32)v->mask);
	add_place(f, v->slot_leaf, v->slot_subleaf, v->reg);
	if (!denied || fixed1 | native)
		add(f, ": AND the request with KVM_TDX_CAPABILITIES");
}

/* A bit that KVM does not report, which not all modules refuse. */
static void dropped_words(const struct tdxcpuid_violation *v, struct text *t, struct text *f)
{
	add(t, "this host's KVM does not report ");
	add_part(t, v, v->mask);
	add(t, ": whether the TDX module refuses or drops it depends on its version");
	add(f, "clear 0x%x in ", (u32)v->mask);
	add_place(f, v->slot_leaf, v->slot_subleaf, v->reg);
	add(f, ": AND the request with KVM_TDX_CAPABILITIES");
}

void violation_words(const struct kvm_tdx_host *host, const struct tdxcpuid_request *request,
		     const struct tdxcpuid_violation *v, char text[TDXCPUID_TEXT_MAX],
		     char fix[TDXCPUID_TEXT_MAX])
{
	struct text t = { text, TDXCPUID_TEXT_MAX };
	struct text f = { fix, TDXCPUID_TEXT_MAX };

	*text = *fix = '\0';
	if (v->rule >= KVM_SNP_COUNT) {
		snp_words(v, &t, &f);
		return;
	}

	switch (v->reason) {
	case TDXCPUID_MALFORMED:
		malformed_words(v, &t, &f);
		break;
	case TDXCPUID_ATTRIBUTES:
	case TDXCPUID_XFAM:
	case TDXCPUID_TSC:
		field_words(host, request, v, &t, &f);
		break;
	case TDXCPUID_GPAW:
	case TDXCPUID_GPAW_MISSING:
		gpaw_words(host, v, &t, &f);
		break;
	case TDXCPUID_DUPLICATE:
		add(&t, "a second entry for slot ");
		add_place(&t, v->slot_leaf, v->slot_subleaf, -1);
		add(&f, "send one entry for each slot");
		break;
	case TDXCPUID_NO_SLOT:
		no_slot_words(host, v, &t, &f);
		break;
	case TDXCPUID_PV_LEAF:
		add(&t, "0x%x is a paravirtual leaf, which the TDX module does not know", v->leaf);
		add(&f, "leave the entry to KVM_SET_CPUID2");
		break;
	case TDXCPUID_DENIED:
	case TDXCPUID_NOT_CONFIGURABLE:
		if (v->flags & NOTE)
			dropped_words(v, &t, &f);
		else
			bit_words(host, v, &t, &f);
		break;
	case TDXCPUID_VALUE:
		rule_words(host, v, &t, &f);
		break;
	case TDXCPUID_INCONSISTENT:
	case TDXCPUID_HIDDEN:
		conflict_words(v, &t, &f);
		break;
	case TDXCPUID_MISSING:
		add(&t, "no entry for ");
		add_place(&t, v->leaf, v->subleaf, -1);
		add(&t, ", which was given to the firmware");
		add(&f, "add the entry as the guest has it");
		break;
	case TDXCPUID_FIRMWARE: /* of SEV-SNP */
		break;
	}
}
