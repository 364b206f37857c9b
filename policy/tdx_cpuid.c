// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <linux/array_size.h>
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/string.h>

#include "tdx_cpuid.h"

static const struct {
	u32 leaf;
	u32 subleaf;
	u8 reg;
	u8 bit;
} tdx_cpuid_supported[] = {
#define TDX_CPUID_ALLOW(leaf, subleaf, reg, bit) \
	{ leaf, TDX_CPUID_SUBLEAF_##subleaf, TDX_CPUID_##reg, bit },
#define TDX_CPUID_DENY(leaf, subleaf, reg, bit)
#define TDX_CPUID_BIT(leaf, subleaf, reg, bit, name, verdict, ...) \
	TDX_CPUID_##verdict(leaf, subleaf, reg, bit)
#define TDX_CPUID_RAW(leaf, subleaf, reg, bit, verdict, ...) \
	TDX_CPUID_##verdict(leaf, subleaf, reg, bit)
#include "tdx_cpuid_bits.h"
};

u32 tdx_cpuid_allowed(u32 leaf, u32 subleaf, enum tdx_cpuid_reg reg)
{
	u32 i, allowed = 0;

	switch (leaf) {
	case 0x1:
		if (reg == TDX_CPUID_EAX || reg == TDX_CPUID_EBX)
			return ~0U;
		break;
	case 0x4:
	case 0x18:
	case 0x1f:
		return ~0U;
	case TDX_CPUID_GPAW_LEAF:
		/* MAXPA is without effect unless KVM lets the TD virtualize it. */
		if (reg == TDX_CPUID_EAX)
			return GENMASK(7, 0) | TDX_CPUID_GPAW_MASK;
		break;
	}

	for (i = 0; i < ARRAY_SIZE(tdx_cpuid_supported); i++) {
		if (tdx_cpuid_supported[i].leaf == leaf &&
		    tdx_cpuid_supported[i].subleaf == subleaf &&
		    tdx_cpuid_supported[i].reg == reg)
			allowed |= 1U << tdx_cpuid_supported[i].bit;
	}

	return allowed;
}

/* The index that KVM gives to the slot, and that it looks for. */
static u32 tdx_cpuid_slot_index(const struct tdx_cpuid_slot *slot)
{
	return slot->subleaf == TDX_CPUID_NO_SUBLEAF ? 0 : slot->subleaf;
}

int tdx_cpuid_add_slot(struct tdx_cpuid_slots *slots, u64 leaf, const u64 values[2])
{
	struct tdx_cpuid_slot *slot;
	u8 *link;
	int reg;

	if (slots->nr >= TDX_CPUID_MAX_SLOTS)
		return -E2BIG;

	slot = &slots->slot[slots->nr++];
	slot->leaf = (u32)leaf;
	slot->subleaf = leaf >> 32;
	slot->next = 0;

	link = &slots->first[slot->leaf % ARRAY_SIZE(slots->first)];
	while (*link)
		link = &slots->slot[*link - 1].next;
	*link = slots->nr;

	for (reg = 0; reg < TDX_CPUID_NR_REGS; reg++) {
		slot->configurable[reg] = values[reg / 2] >> (32 * (reg % 2));
		slot->allowed[reg] = tdx_cpuid_allowed(slot->leaf, slot->subleaf, reg);
	}

	return 0;
}

void tdx_cpuid_filter(const struct tdx_cpuid_slot *slot, struct kvm_cpuid_entry2 *entry)
{
	memset(entry, 0, sizeof(*entry));
	entry->function = slot->leaf;
	entry->index = tdx_cpuid_slot_index(slot);
	if (slot->subleaf != TDX_CPUID_NO_SUBLEAF)
		entry->flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX;
	entry->eax = slot->configurable[TDX_CPUID_EAX] & slot->allowed[TDX_CPUID_EAX];
	entry->ebx = slot->configurable[TDX_CPUID_EBX] & slot->allowed[TDX_CPUID_EBX];
	entry->ecx = slot->configurable[TDX_CPUID_ECX] & slot->allowed[TDX_CPUID_ECX];
	entry->edx = slot->configurable[TDX_CPUID_EDX] & slot->allowed[TDX_CPUID_EDX];

	/* Not the module's field but KVM's: always configurable. */
	if (slot->leaf == TDX_CPUID_GPAW_LEAF)
		entry->eax |= TDX_CPUID_GPAW_MASK;
}

struct tdx_cpuid_check {
	const struct tdx_cpuid_slots *slots;
	const struct kvm_cpuid_entry2 *entries;
	u32 nent;
	struct tdx_cpuid_reporter *reporter;
	u64 crowded;				/* slots that have more than one */
	u16 *entry;				/* the first entry of a slot that has one */
};

static void tdx_cpuid_report(struct tdx_cpuid_check *check, enum tdx_cpuid_reason reason, u32 i,
			     u32 k, enum tdx_cpuid_reg reg, u32 mask)
{
	struct tdx_cpuid_violation v = {
		.reason = reason,
		.entry = i,
		.slot = k,
		.leaf = TDX_CPUID_GPAW_LEAF,
		.subleaf = TDX_CPUID_NO_SUBLEAF,
		.reg = reg,
		.mask = mask,
	};

	if (!check->reporter)
		return;

	if (i < check->nent) {
		const struct kvm_cpuid_entry2 *e = &check->entries[i];
		const u32 values[] = { e->eax, e->ebx, e->ecx, e->edx, 0 };

		v.leaf = e->function;
		if (e->index || (e->flags & KVM_CPUID_FLAG_SIGNIFCANT_INDEX))
			v.subleaf = e->index;
		if (k < check->slots->nr)
			v.subleaf = check->slots->slot[k].subleaf == TDX_CPUID_NO_SUBLEAF ?
				    TDX_CPUID_NO_SUBLEAF : e->index;
		v.value = values[reg];
	}

	check->reporter->report(check->reporter, &v);
}

/* Report what entry @i would set in slot @k though KVM does not support it. */
static bool tdx_cpuid_check_denied(struct tdx_cpuid_check *check, enum tdx_cpuid_reason reason,
				   u32 i, u32 k)
{
	const struct kvm_cpuid_entry2 *e = &check->entries[i];
	const u32 values[] = { e->eax, e->ebx, e->ecx, e->edx };
	const u32 *allowed = check->slots->slot[k].allowed;
	bool denied = false;
	int reg;

	for (reg = 0; reg < TDX_CPUID_NR_REGS; reg++) {
		if (values[reg] & ~allowed[reg]) {
			tdx_cpuid_report(check, reason, i, k, reg, values[reg] & ~allowed[reg]);
			denied = true;
		}
	}

	return denied;
}

bool tdx_cpuid_belongs(const struct tdx_cpuid_slot *slot, const struct kvm_cpuid_entry2 *e)
{
	if (slot->leaf != e->function)
		return false;

	if (slot->subleaf != TDX_CPUID_NO_SUBLEAF)
		return slot->subleaf == e->index;

	return !e->index || !(e->flags & KVM_CPUID_FLAG_SIGNIFCANT_INDEX);
}

/* The slot that an entry belongs to, or slots->nr. */
static u32 tdx_cpuid_find_slot(const struct tdx_cpuid_slots *slots,
			       const struct kvm_cpuid_entry2 *e)
{
	u32 k;

	k = slots->first[e->function % ARRAY_SIZE(slots->first)];
	for (; k; k = slots->slot[k - 1].next) {
		if (tdx_cpuid_belongs(&slots->slot[k - 1], e))
			return k - 1;
	}

	return slots->nr;
}

/*
 * Judge the GPAW, and take it out of what the TDX module gets, which has it in
 * CONFIG_FLAGS and EPTP_CONTROLS.
 */
static int tdx_cpuid_take_gpaw(struct tdx_cpuid_check *check, u64 filled, bool has_gpaw52,
			       u32 values[][TDX_CPUID_NR_REGS])
{
	const struct tdx_cpuid_slots *slots = check->slots;
	u32 gpaw, k, own = slots->nr;

	k = slots->first[TDX_CPUID_GPAW_LEAF % ARRAY_SIZE(slots->first)];
	for (; k; k = slots->slot[k - 1].next) {
		if (slots->slot[k - 1].leaf != TDX_CPUID_GPAW_LEAF || !(filled & BIT_ULL(k - 1)))
			continue;
		values[k - 1][TDX_CPUID_EAX] &= ~TDX_CPUID_GPAW_MASK;
		if (own == slots->nr)
			own = k - 1;
	}

	if (own == slots->nr) {
		tdx_cpuid_report(check, TDX_CPUID_GPAW_MISSING, check->nent, own, TDX_CPUID_EAX,
				 TDX_CPUID_GPAW_MASK);
		return -EINVAL;
	}

	gpaw = check->entries[check->entry[own]].eax & TDX_CPUID_GPAW_MASK;
	gpaw >>= TDX_CPUID_GPAW_SHIFT;
	if (gpaw == 48 || (gpaw == 52 && has_gpaw52))
		return gpaw;

	tdx_cpuid_report(check, TDX_CPUID_GPAW_INVALID, check->entry[own], own, TDX_CPUID_EAX,
			 TDX_CPUID_GPAW_MASK);
	return -EINVAL;
}

static void tdx_cpuid_report_slot(struct tdx_cpuid_check *check, u32 k)
{
	u32 i = check->entry[k];

	tdx_cpuid_check_denied(check, TDX_CPUID_DENIED, i, k);

	if (!(check->crowded & BIT_ULL(k)))
		return;

	while (++i < check->nent) {
		if (!tdx_cpuid_belongs(&check->slots->slot[k], &check->entries[i]))
			continue;
		tdx_cpuid_report(check, TDX_CPUID_DUPLICATE, i, k, TDX_CPUID_NO_REG, 0);
		tdx_cpuid_check_denied(check, TDX_CPUID_DENIED, i, k);
	}
}

/*
 * Report the entries without slot.  Looking them up by their label, as KVM looks
 * up CPUID elsewhere, finds an entry that is not flagged for every slot of its
 * leaf that has none by then: name what it would have smuggled in there.
 */
static void tdx_cpuid_report_strays(struct tdx_cpuid_check *check)
{
	const struct tdx_cpuid_slots *slots = check->slots;
	u64 found = 0;
	u32 i, k;

	for (i = 0; i < check->nent; i++) {
		const struct kvm_cpuid_entry2 *e = &check->entries[i];
		u32 own = tdx_cpuid_find_slot(slots, e);
		bool stray = own == slots->nr, named = false;

		if (!stray)
			found |= BIT_ULL(own);

		if (e->flags & KVM_CPUID_FLAG_SIGNIFCANT_INDEX)
			k = 0;
		else
			k = slots->first[e->function % ARRAY_SIZE(slots->first)];

		for (; k; k = slots->slot[k - 1].next) {
			if (slots->slot[k - 1].leaf != e->function || (found & BIT_ULL(k - 1)))
				continue;
			found |= BIT_ULL(k - 1);
			if (stray && tdx_cpuid_check_denied(check, TDX_CPUID_NO_SLOT, i, k - 1))
				named = true;
		}

		if (stray && !named)
			tdx_cpuid_report(check, TDX_CPUID_NO_SLOT, i, slots->nr,
					 TDX_CPUID_NO_REG, 0);
	}
}

int tdx_cpuid_validate(const struct tdx_cpuid_slots *slots,
		       const struct kvm_cpuid_entry2 *entries, u32 nent, bool has_gpaw52,
		       u32 values[][TDX_CPUID_NR_REGS], struct tdx_cpuid_reporter *reporter)
{
	u16 entry[TDX_CPUID_MAX_SLOTS];
	struct tdx_cpuid_check check = {
		.slots = slots,
		.entries = entries,
		.nent = nent,
		.reporter = reporter,
		.entry = entry,
	};
	u32 last = slots->nr, guess = last - 1;
	u64 filled = 0;
	u32 i, k, denied = 0;
	bool strays = false;
	int gpaw;

	for (i = 0; i < nent; i++) {
		const struct kvm_cpuid_entry2 *e = &entries[i];
		const u32 *allowed;

		/* Lists come sorted like the slots, or the other way round. */
		k = guess;
		if (k >= slots->nr || !tdx_cpuid_belongs(&slots->slot[k], e))
			k = tdx_cpuid_find_slot(slots, e);
		if (k == slots->nr) {
			strays = true;
			continue;
		}

		guess = k < last ? k - 1 : k + 1;
		last = k;
		if (filled & BIT_ULL(k)) {
			check.crowded |= BIT_ULL(k);
			continue;
		}
		filled |= BIT_ULL(k);
		entry[k] = i;

		allowed = slots->slot[k].allowed;
		denied |= (e->eax & ~allowed[TDX_CPUID_EAX]) | (e->ebx & ~allowed[TDX_CPUID_EBX]) |
			  (e->ecx & ~allowed[TDX_CPUID_ECX]) | (e->edx & ~allowed[TDX_CPUID_EDX]);

		values[k][TDX_CPUID_EAX] = e->eax;
		values[k][TDX_CPUID_EBX] = e->ebx;
		values[k][TDX_CPUID_ECX] = e->ecx;
		values[k][TDX_CPUID_EDX] = e->edx;
	}

	gpaw = tdx_cpuid_take_gpaw(&check, filled, has_gpaw52, values);
	if (!denied && !check.crowded && !strays)
		return gpaw;

	for (k = 0; k < slots->nr; k++) {
		if (filled & BIT_ULL(k))
			tdx_cpuid_report_slot(&check, k);
	}

	if (strays)
		tdx_cpuid_report_strays(&check);

	return -EINVAL;
}
