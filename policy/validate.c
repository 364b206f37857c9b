// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* KVM_TDX_INIT_VM's CPUID input, by slot: whose label an entry bears decides nothing. */
#include <errno.h>
#include <string.h>

#include "policy.h"

struct input {
	const struct tdx_cpuid_slots *slots;
	const struct kvm_cpuid_entry2 *entries;
	uint32_t nent;
	struct tdx_reporter *reporter;
	bool bad;
};

bool tdx_cpuid_belongs(const struct tdx_cpuid_slot *slot, const struct kvm_cpuid_entry2 *e)
{
	if (slot->leaf != e->function)
		return false;

	if (slot->subleaf != TDXCPUID_NO_SUBLEAF)
		return slot->subleaf == e->index;

	return !e->index || !(e->flags & KVM_CPUID_FLAG_SIGNIFCANT_INDEX);
}

const struct kvm_cpuid_entry2 *tdx_cpuid_find(const struct kvm_cpuid_entry2 *entries, uint32_t nent,
					      uint32_t leaf, uint32_t index)
{
	for (uint32_t i = 0; i < nent; i++) {
		bool indexed = entries[i].flags & KVM_CPUID_FLAG_SIGNIFCANT_INDEX;

		if (entries[i].function == leaf && (!indexed || entries[i].index == index))
			return &entries[i];
	}

	return NULL;
}

struct tdxcpuid_violation tdx_cpuid_violation(const struct tdx_cpuid_slots *slots,
					      const struct kvm_cpuid_entry2 *e, int i, int k)
{
	struct tdxcpuid_violation v = {
		.layer = TDXCPUID_LAYER_KVM,
		.entry = i,
		.slot = k,
		.has_leaf = true,
		.leaf = e ? e->function : TDX_CPUID_GPAW_LEAF,
		.subleaf = TDXCPUID_NO_SUBLEAF,
		.reg = TDXCPUID_NOWHERE,
		.rule = TDXCPUID_NOWHERE,
	};

	/* Whether its leaf has subleaves the slot knows best, else the entry. */
	if (e && (k < 0 ? e->index || (e->flags & KVM_CPUID_FLAG_SIGNIFCANT_INDEX) :
			  slots->slot[k].subleaf != TDXCPUID_NO_SUBLEAF))
		v.subleaf = e->index;

	v.slot_leaf = k < 0 ? v.leaf : slots->slot[k].leaf;
	v.slot_subleaf = k < 0 ? v.subleaf : slots->slot[k].subleaf;
	return v;
}

static void report(struct input *in, enum tdxcpuid_reason reason, int i, int k, int reg,
		   uint32_t mask)
{
	const struct kvm_cpuid_entry2 *e = i < 0 ? NULL : &in->entries[i];
	struct tdxcpuid_violation v = tdx_cpuid_violation(in->slots, e, i, k);

	v.reason = reason;
	if (reason == TDXCPUID_DUPLICATE || reason == TDXCPUID_NO_SLOT)
		v.layer = TDXCPUID_LAYER_REQUEST;
	if (reason == TDXCPUID_NO_SLOT && v.leaf >> 28 == 4)
		v.reason = TDXCPUID_PV_LEAF;
	v.reg = reg;
	v.mask = mask;
	v.requested = e && reg >= 0 ? cpuid_reg(e, reg) : 0;

	in->bad = true;
	in->reporter->report(in->reporter, &v);
}

/* Report what entry @i would set in slot @k though KVM does not support it. */
static bool report_denied(struct input *in, enum tdxcpuid_reason reason, int i, int k)
{
	bool denied = false;

	for (int reg = 0; reg < 4; reg++) {
		uint32_t mask = cpuid_reg(&in->entries[i], reg) & ~in->slots->slot[k].allowed[reg];

		if (mask) {
			report(in, reason, i, k, reg, mask);
			denied = true;
		}
	}

	return denied;
}

/* The first entry of slot @k, or -1. */
static int entry_of(const struct input *in, int k)
{
	for (uint32_t i = 0; i < in->nent; i++) {
		if (tdx_cpuid_belongs(&in->slots->slot[k], &in->entries[i]))
			return i;
	}

	return -1;
}

static int judge_gpaw(struct input *in, bool has_gpaw52)
{
	uint32_t gpaw;

	for (uint32_t k = 0; k < in->slots->nr; k++) {
		int i = in->slots->slot[k].leaf == TDX_CPUID_GPAW_LEAF ? entry_of(in, k) : -1;

		if (i < 0)
			continue;
		gpaw = (in->entries[i].eax & TDX_CPUID_GPAW_MASK) >> TDX_CPUID_GPAW_SHIFT;
		if (gpaw != 48 && (gpaw != 52 || !has_gpaw52))
			report(in, TDXCPUID_GPAW, i, k, TDXCPUID_EAX, TDX_CPUID_GPAW_MASK);
		return gpaw;
	}

	report(in, TDXCPUID_GPAW_MISSING, -1, -1, TDXCPUID_EAX, TDX_CPUID_GPAW_MASK);
	return 0;
}

static void fill_slot(struct input *in, int k, uint32_t values[4])
{
	bool filled = false;

	memset(values, 0, 4 * sizeof(*values));
	for (uint32_t i = 0; i < in->nent; i++) {
		if (!tdx_cpuid_belongs(&in->slots->slot[k], &in->entries[i]))
			continue;

		if (filled)
			report(in, TDXCPUID_DUPLICATE, i, k, TDXCPUID_NOWHERE, 0);
		report_denied(in, TDXCPUID_DENIED, i, k);

		for (int reg = 0; reg < 4 && !filled; reg++)
			values[reg] = cpuid_reg(&in->entries[i], reg);
		filled = true;
	}

	/* The TDX module has it in CONFIG_FLAGS and EPTP_CONTROLS. */
	if (in->slots->slot[k].leaf == TDX_CPUID_GPAW_LEAF)
		values[TDXCPUID_EAX] &= ~TDX_CPUID_GPAW_MASK;
}

/* Entry @i without slot: name what a look-up by label would have let it smuggle in. */
static void report_stray(struct input *in, int i)
{
	const struct kvm_cpuid_entry2 *e = &in->entries[i];
	bool named = false;

	for (uint32_t k = 0; k < in->slots->nr; k++) {
		const struct tdx_cpuid_slot *slot = &in->slots->slot[k];
		uint32_t index = slot->subleaf == TDXCPUID_NO_SUBLEAF ? 0 : slot->subleaf;

		if (slot->leaf == e->function &&
		    tdx_cpuid_find(in->entries, in->nent, slot->leaf, index) == e)
			named |= report_denied(in, TDXCPUID_NO_SLOT, i, k);
	}

	if (!named)
		report(in, TDXCPUID_NO_SLOT, i, -1, TDXCPUID_NOWHERE, 0);
}

int tdx_cpuid_validate(const struct tdx_cpuid_slots *slots, const struct kvm_cpuid_entry2 *entries,
		       uint32_t nent, bool has_gpaw52, uint32_t values[][4],
		       struct tdx_reporter *reporter)
{
	struct input in = { slots, entries, nent, reporter, false };
	int gpaw = judge_gpaw(&in, has_gpaw52);

	for (uint32_t k = 0; k < slots->nr; k++)
		fill_slot(&in, k, values[k]);

	for (uint32_t i = 0; i < nent; i++) {
		bool stray = true;

		for (uint32_t k = 0; k < slots->nr && stray; k++)
			stray = !tdx_cpuid_belongs(&slots->slot[k], &entries[i]);
		if (stray)
			report_stray(&in, i);
	}

	return in.bad ? -EINVAL : gpaw;
}
