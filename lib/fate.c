// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What a TD has of a bit whatever the request: module, KVM and policy together. */
#include <string.h>

#include "internal.h"
#include "text.h"

/* Set aside for hypervisors: the only leaves for which guests take a VMM's word. */
static bool is_hypervisors(u32 leaf)
{
	return leaf >> 28 == 4;
}

/* The bit follows something that the guest does, or the mode that it is in. */
static const char *run_time_words(const struct tdxcpuid_bit *bit)
{
	static const struct {
		u32 leaf;
		u32 subleaf;
		u8 reg;
		u8 bit;
		const char *words;
	} follows[] = {
		{ 0x1, TDX_NO_SUBLEAF, TDX_ECX, 27, "as the guest sets CR4.OSXSAVE" },
		{ 0x7, 0, TDX_ECX, 4, "as the guest sets CR4.PKE" },
		{ 0x80000001, TDX_NO_SUBLEAF, TDX_EDX, 11, "1 in 64-bit mode, else 0" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(follows); i++) {
		if (follows[i].leaf == bit->leaf && follows[i].subleaf == bit->subleaf &&
		    follows[i].reg == bit->reg && follows[i].bit == bit->bit)
			return follows[i].words;
	}
	if (is_hypervisors(bit->leaf))
		return "what the VMM answers: CPUID of the leaf ends in #VE, and the guest's handler "
		       "asks the VMM";
	if (kvm_cpuid_runtime_bits(bit->leaf, bit->subleaf, bit->reg) >> bit->bit & 1)
		return "a number of the vCPU's own, or one that changes as the guest runs";

	return NULL;
}

static enum tdxcpuid_fate fate_of(enum tdx_fate fate)
{
	static const enum tdxcpuid_fate fates[] = {
		[TDX_FATE_ZERO] = TDXCPUID_FATE_NEVER,
		[TDX_FATE_ONE] = TDXCPUID_FATE_ALWAYS,
		[TDX_FATE_NATIVE] = TDXCPUID_FATE_NATIVE,
		[TDX_FATE_CONFIG] = TDXCPUID_FATE_CHOICE,
		[TDX_FATE_ALLOW] = TDXCPUID_FATE_CHOICE_NATIVE,
		[TDX_FATE_NUMBER] = TDXCPUID_FATE_NUMBER,
	};

	return fates[fate];
}

static bool is_choice(enum tdxcpuid_fate fate)
{
	return fate == TDXCPUID_FATE_CHOICE || fate == TDXCPUID_FATE_CHOICE_NATIVE;
}

/* Whether the slot's bit is one that KVM of @host does not let a VMM set. */
static bool is_denied(const struct tdxcpuid_host *host, const struct tdxcpuid_bit *bit)
{
	u32 denied;

	switch (host->kvm.policy) {
	case TDXCPUID_LINUX_7_3:
		denied = kvm_tdx_7_3_denied(bit->leaf, bit->subleaf, bit->reg);
		break;
	case TDXCPUID_ALLOWLIST:
		denied = ~tdx_cpuid_allowed(bit->leaf, bit->subleaf, bit->reg);
		break;
	default:
		denied = 0;
	}

	return denied >> bit->bit & 1;
}

/* What KVM reports counts, of a host of which that is known. */
static bool is_reported(const struct tdxcpuid_host *host, const struct tdxcpuid_bit *bit)
{
	for (u32 k = 0; k < host->kvm.slots.nr; k++) {
		const struct tdx_cpuid_slot *slot = &host->kvm.slots.slot[k];

		if (slot->leaf == bit->leaf && slot->subleaf == bit->subleaf)
			return cpuid_reg(&host->caps[k], bit->reg) >> bit->bit & 1;
	}

	return false;
}

static void supported_fields(const struct tdxcpuid_host *host, const struct tdx_module *m,
			     u64 *attributes, u64 *xfam)
{
	if (!host->model) {
		*attributes = host->kvm.supported_attrs;
		*xfam = host->kvm.supported_xfam;
		return;
	}
	/* Where the CPU lacks a component it lacks the bits that need it, too. */
	*attributes = KVM_TDX_SUPPORTED_ATTRS & (m->attributes_fixed0 | m->attributes_conditional);
	*xfam = (KVM_TDX_SUPPORTED_XCR0 | KVM_TDX_SUPPORTED_XSS) & m->xfam_fixed0;
}

/* What @m alone makes of the bit, and what it takes. */
static void ask_module(const struct tdx_module *m, struct tdxcpuid_bit_fate *fate)
{
	const struct tdxcpuid_bit *bit = &fate->bit;
	const struct tdx_module_entry *e = find_entry(m, bit->leaf, bit->subleaf);
	struct tdx_needs needs;

	fate->absent = !e || e->faulting;
	fate->module = fate_of(tdx_bit_fate(m, e, bit->reg, bit->bit, &needs));
	if ((!fate->absent || is_hypervisors(bit->leaf)) && run_time_words(bit))
		fate->module = TDXCPUID_FATE_RUN_TIME;
	fate->xfam = needs.xfam;
	fate->attributes = needs.attributes;
	fate->mwait = needs.mwait;
	fate->perfmon_ext = needs.perfmon_ext;
}

static bool same_needs(const struct tdxcpuid_bit_fate *a, const struct tdxcpuid_bit_fate *b)
{
	return a->xfam == b->xfam && a->attributes == b->attributes && a->mwait == b->mwait &&
	       a->perfmon_ext == b->perfmon_ext;
}

/* Leave in @fate what holds with @other, too; what is never there takes nothing. */
static void agree(struct tdxcpuid_bit_fate *fate, const struct tdxcpuid_bit_fate *other)
{
	const bool never = fate->module == TDXCPUID_FATE_NEVER;
	const u32 absent = fate->absent, some = fate->may_be_absent;
	const bool same = fate->module == other->module && (never || same_needs(fate, other));

	if (never && !same)
		*fate = *other;
	else if (never || other->module != TDXCPUID_FATE_NEVER) {
		fate->xfam &= other->xfam;
		fate->attributes &= other->attributes;
		fate->mwait &= other->mwait;
		fate->perfmon_ext &= other->perfmon_ext;
	}
	fate->may_be_absent = some || absent != other->absent;
	fate->absent = absent && other->absent;
	if (!same)
		fate->module = TDXCPUID_FATE_UNKNOWN;
}

/* Of a host whose module is not known: what is the same whichever it is. */
static void ask_all_modules(struct tdxcpuid_bit_fate *fate)
{
	struct tdxcpuid_bit_fate other = *fate;
	const struct tdx_module *m;

	for (u32 n = 0; (m = tdx_module_nth(n)); n++) {
		ask_module(m, n ? &other : fate);
		if (n)
			agree(fate, &other);
	}
}

void tdxcpuid_bit_fate(const struct tdxcpuid_host *host, const struct tdxcpuid_bit *bit,
		       struct tdxcpuid_bit_fate *fate)
{
	const struct tdx_module *m = host->kvm.platform.module;
	u64 attributes, xfam;

	*fate = (struct tdxcpuid_bit_fate){ .fate = TDXCPUID_FATE_NEVER, .bit = *bit };
	if (!is_bit(bit))
		return;
	/* The one made up of capabilities offers what is reported only. */
	if (host->model)
		ask_module(m, fate);
	else if (host->module)
		ask_module(module_of(host->module), fate);
	else
		ask_all_modules(fate);
	if (!host->model && is_reported(host, bit)) {
		fate->module = is_choice(fate->module) ? fate->module : TDXCPUID_FATE_CHOICE;
		fate->absent = fate->may_be_absent = 0;
	}

	supported_fields(host, m, &attributes, &xfam);
	fate->unsupported_xfam = fate->xfam & ~xfam;
	fate->unsupported_attributes = fate->attributes & ~attributes;
	fate->denied = is_choice(fate->module) &&
		       (host->model ? is_denied(host, bit) : !is_reported(host, bit));
	if (!fate->unsupported_xfam && !fate->unsupported_attributes && !fate->denied)
		fate->fate = fate->module;
}

/* XFAM.17 and .18 (AMX) */
static void add_field_bits(struct text *t, enum tdxcpuid_field field, u64 mask)
{
	const char *name = NULL, *before = field == TDXCPUID_FIELD_XFAM ? "XFAM." : "ATTRIBUTES.";
	u32 first = mask ? __builtin_ctzll(mask) : 0;

	if (field == TDXCPUID_FIELD_ATTRIBUTES)
		name = tdxcpuid_field_bit_name(field, first);
	if (name && !(mask & (mask - 1))) {
		add(t, "ATTRIBUTES.%s (bit %u)", name, first);
		return;
	}
	for (u64 left = mask; left; left &= left - 1) {
		add(t, "%s%u", before, (u32)__builtin_ctzll(left));
		before = left & (left - 1) & ((left & (left - 1)) - 1) ? ", ." : " and .";
	}
	if (field == TDXCPUID_FIELD_XFAM && xfam_group(first, &name) == mask && name)
		add(t, " (%s)", name);
}

/* Returns what stands before the next one. */
static const char *add_fields(struct text *t, const char *before,
			      const struct tdxcpuid_bit_fate *fate)
{
	const char *with = before;

	if (fate->xfam) {
		add(t, "%s", with);
		add_field_bits(t, TDXCPUID_FIELD_XFAM, fate->xfam);
		with = " and ";
	}
	if (fate->attributes) {
		add(t, "%s", with);
		add_field_bits(t, TDXCPUID_FIELD_ATTRIBUTES, fate->attributes);
		with = " and ";
	}

	return with;
}

static void add_needs(struct text *t, const char *before, const struct tdxcpuid_bit_fate *fate)
{
	const char *with = add_fields(t, before, fate);

	if (fate->mwait)
		add(t, "%smwait", with);
	if (fate->perfmon_ext)
		add(t, "%sarch_perfmon_ext", with);
}

static const char *fate_words(enum tdxcpuid_fate fate, const struct tdxcpuid_bit *bit)
{
	switch (fate) {
	case TDXCPUID_FATE_NATIVE:
		return "as the CPU has it";
	case TDXCPUID_FATE_CHOICE:
		return "the VMM's choice";
	case TDXCPUID_FATE_CHOICE_NATIVE:
		return "the VMM's choice, where the CPU has it";
	case TDXCPUID_FATE_RUN_TIME:
		return run_time_words(bit);
	case TDXCPUID_FATE_NUMBER:
		if (bit->leaf == TDX_CPUID_GPAW_LEAF && TDX_CPUID_GPAW_MASK >> bit->bit & 1)
			return "KVM's own field, the width of guest physical addresses";
		return "part of a number that the TDX module works out";
	case TDXCPUID_FATE_UNKNOWN:
		return "not known: it depends on the version of the TDX module";
	default:
		return "never";
	}
}

void tdxcpuid_fate_text(const struct tdxcpuid_bit_fate *fate, char text[TDXCPUID_TEXT_MAX])
{
	struct text t = { text, TDXCPUID_TEXT_MAX };
	const char *words = fate_words(fate->fate, &fate->bit);

	if (fate->fate == TDXCPUID_FATE_ALWAYS) {
		bool always =
			!fate->xfam && !fate->attributes && !fate->mwait && !fate->perfmon_ext;

		add(&t, always ? "always 1: nobody configures it" : "1");
		add_needs(&t, ", only with ", fate);
		return;
	}
	add(&t, "%s", words ? words : "?");
	if (fate->fate != TDXCPUID_FATE_NEVER) {
		add_needs(&t,
			  fate->fate == TDXCPUID_FATE_UNKNOWN ? "; if at all, only with " :
								", only with ",
			  fate);
		return;
	}

	if (fate->absent) {
		add(&t, ": the TDX module does not answer the %s, CPUID of it ends in #VE",
		    fate->bit.subleaf == TDX_NO_SUBLEAF ? "leaf" : "subleaf");
	} else if (fate->unsupported_xfam || fate->unsupported_attributes) {
		add_fields(&t, ": only with ", fate);
		add(&t, ", which KVM does not support");
	} else if (fate->denied) {
		add(&t, ": KVM does not let a VMM set it; the TDX module would (%s",
		    fate_words(fate->module, &fate->bit));
		add_needs(&t, ", only with ", fate);
		add(&t, ")");
	} else {
		add(&t, ": the TDX module keeps it at 0%s",
		    fate->may_be_absent ? ", or does not answer the leaf" : "");
	}
}

const char *tdxcpuid_fate_name(enum tdxcpuid_fate fate)
{
	static const char *const names[] = {
		[TDXCPUID_FATE_NEVER] = "never",
		[TDXCPUID_FATE_ALWAYS] = "always",
		[TDXCPUID_FATE_NATIVE] = "native",
		[TDXCPUID_FATE_CHOICE] = "choice",
		[TDXCPUID_FATE_CHOICE_NATIVE] = "choice-native",
		[TDXCPUID_FATE_RUN_TIME] = "run-time",
		[TDXCPUID_FATE_NUMBER] = "number",
		[TDXCPUID_FATE_UNKNOWN] = "unknown",
	};

	return (size_t)fate < ARRAY_SIZE(names) ? names[fate] : "?";
}
