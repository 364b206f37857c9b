// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What the allowlist promises, for CBMC: of any SLOTS slots of a TDX module and any
 * ENTRIES entries of userspace, whatever they hold.  One property a function; run
 * says which, and with what sizes.  With LINUX it is Linux's functions that are
 * asked, as ../linux/cut takes them out of a tree with the series.
 */
#include <stdlib.h>
#include <string.h>

#include "../../policy/policy.h"
#ifdef LINUX
#include "../linux/linux.h"
#endif

#ifndef SLOTS
#define SLOTS	4
#define ENTRIES 4
#endif

void __CPROVER_assume(_Bool);
void __CPROVER_assert(_Bool, const char *);
uint32_t nondet_u32(void);
_Bool nondet_bool(void);

#define assume(e) __CPROVER_assume(e)
#define proved(e) __CPROVER_assert(e, #e)

static struct tdx_cpuid_slots slots;
static struct {
	struct kvm_cpuid2 head;
	struct kvm_cpuid_entry2 room[ENTRIES];
} cpuid;
static struct kvm_cpuid_entry2 *const entries = cpuid.room;
static uint32_t values[SLOTS][4];

#ifndef LINUX
static void ignore(struct tdx_reporter *self, const struct tdxcpuid_violation *v)
{
	(void)self;
	(void)v;
}

static struct tdx_reporter nobody = { ignore };
#endif

/*
 * What KVM supports, stated a second time and by hand: a row that is flipped by
 * mistake must not prove itself.
 */
static uint32_t supported(uint32_t leaf, uint32_t subleaf, int reg)
{
	static const struct {
		uint32_t leaf, subleaf, reg[4];
	} list[] = {
		{ 0x1, ~0U, { ~0U, ~0U, 0x31044d88, 0xb8445080 } },
		{ 0x7, 0, { 0, 0xdc2b9308, 0x02417f45, 0x4005411c } },
		{ 0x7, 1, { 0x04a81cbf, 0, 0, 0x00004430 } },
		{ 0x7, 2, { 0, 0, 0, 0x00000028 } },
		{ 0x1e, 1, { 0x000001d0, 0, 0, 0 } },
		{ 0x80000008, ~0U, { 0x00ff00ff, 0x00000200, 0, 0 } },
	};

	switch (leaf) {
	case 0x1:
		if (reg < 2)
			return ~0U;
		break;
	case 0x4:
	case 0x18:
	case 0x1f:
		return ~0U;
	case 0x80000008:
		if (reg == 0)
			return 0x00ff00ff;
		break;
	}
	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
#ifdef LINUX
		/* Its words know no leaf without subleaf. */
		if (list[i].leaf == leaf && (list[i].subleaf == ~0U ? 0 : list[i].subleaf) ==
						    (subleaf == ~0U ? 0 : subleaf))
			return list[i].reg[reg];
#else
		if (list[i].leaf == leaf && list[i].subleaf == subleaf)
			return list[i].reg[reg];
#endif
	}
	return 0;
}

/* Any module's slots: no leaf and subleaf twice, and no leaf both with subleaves and without. */
static void any_slots(void)
{
	for (int k = 0; k < SLOTS; k++) {
		uint32_t leaf = nondet_u32(), subleaf = nondet_u32();
		uint32_t mask[4] = { nondet_u32(), nondet_u32(), nondet_u32(), nondet_u32() };

		for (int n = 0; n < k; n++) {
			const struct tdx_cpuid_slot *s = &slots.slot[n];

			assume(s->leaf != leaf ||
			       (s->subleaf != subleaf && s->subleaf != ~0U && subleaf != ~0U));
		}
#ifdef LINUX
		/* It looks the GPAW up by label, which is right as long as this is so. */
		assume(leaf != 0x80000008 || subleaf == ~0U);
#endif
		tdx_cpuid_add_slot(&slots, leaf, subleaf, mask);
	}
}

static void any_entries(void)
{
	for (int i = 0; i < ENTRIES; i++) {
		struct kvm_cpuid_entry2 *e = &entries[i];

		e->function = nondet_u32();
		e->index = nondet_u32();
		e->flags = nondet_u32();
		for (int reg = 0; reg < 4; reg++)
			*cpuid_reg_of(e, reg) = nondet_u32();
	}
}

/* KVM_TDX_INIT_VM of the entries: the GPAW, or an errno. */
static int validate(_Bool has_gpaw52)
{
#ifdef LINUX
	u64 leaves[SLOTS], masks[SLOTS][2];
	uint32_t gpaw;
	int ret;

	for (int k = 0; k < SLOTS; k++) {
		const struct tdx_cpuid_slot *s = &slots.slot[k];

		leaves[k] = s->leaf | (u64)s->subleaf << 32;
		for (int n = 0; n < 2; n++)
			masks[k][n] = s->configurable[2 * n] | (u64)s->configurable[2 * n + 1]
								       << 32;
	}
	linux_begin(SLOTS, leaves, masks);
	cpuid.head.nent = ENTRIES;
	/* The cut always has 5-level EPT. */
	assume(has_gpaw52);
	ret = linux_validate(&cpuid.head, &gpaw, values);
	return ret ? ret : (int)gpaw;
#else
	return tdx_cpuid_validate(&slots, entries, ENTRIES, has_gpaw52, values, &nobody);
#endif
}

/* The promise: no unsupported bit reaches TD_PARAMS, and no GPAW but a right one is taken. */
void default_deny(void)
{
	_Bool has_gpaw52 = nondet_bool();
	int gpaw;

	any_slots();
	any_entries();
	gpaw = validate(has_gpaw52);
	if (gpaw < 0)
		return;

	proved(gpaw == 48 || (gpaw == 52 && has_gpaw52));
	for (int k = 0; k < SLOTS; k++) {
		const struct tdx_cpuid_slot *s = &slots.slot[k];

		for (int reg = 0; reg < 4; reg++)
			proved(!(values[k][reg] & ~supported(s->leaf, s->subleaf, reg)));
		if (s->leaf == 0x80000008)
			proved(!(values[k][0] & 0x00ff0000));
	}
}

/* Every entry that is accepted is in one slot, and all of it. */
void nothing_lost(void)
{
	any_slots();
	any_entries();
	if (validate(nondet_bool()) < 0)
		return;

	for (int i = 0; i < ENTRIES; i++) {
		int homes = 0;

		for (int k = 0; k < SLOTS; k++) {
			const struct tdx_cpuid_slot *s = &slots.slot[k];
			_Bool home =
				s->leaf == entries[i].function &&
				(s->subleaf == ~0U ? !entries[i].index || !(entries[i].flags & 1) :
						     s->subleaf == entries[i].index);

			homes += home;
			for (int reg = 0; home && reg < 4; reg++) {
				uint32_t out = s->leaf == 0x80000008 && !reg ? 0x00ff0000 : 0;

				proved(values[k][reg] == (cpuid_reg(&entries[i], reg) & ~out));
			}
		}
		proved(homes == 1);
	}
}

/* Two neighbours change places: same answer, same values. */
void order(void)
{
	uint32_t before[SLOTS][4];
	_Bool has_gpaw52 = nondet_bool();
	uint32_t at = nondet_u32();
	struct kvm_cpuid_entry2 e;
	int gpaw;

	any_slots();
	any_entries();
	gpaw = validate(has_gpaw52);
	memcpy(before, values, sizeof(before));

	assume(at < ENTRIES - 1);
	e = entries[at];
	entries[at] = entries[at + 1];
	entries[at + 1] = e;
	proved(validate(has_gpaw52) == gpaw);
	if (gpaw > 0)
		proved(!memcmp(before, values, sizeof(before)));
}

/* What is reported is accepted, with a GPAW of 48 and numbers of 0. */
void reported(void)
{
	_Bool has_gpaw52 = nondet_bool();

	any_slots();
	assume(slots.slot[0].leaf == 0x80000008);
#ifdef LINUX
	validate(has_gpaw52); /* for linux_begin() */
#endif
	for (int k = 0; k < SLOTS; k++) {
		const struct tdx_cpuid_slot *s = &slots.slot[k];
		struct kvm_cpuid_entry2 *e = &entries[k];

#ifdef LINUX
		linux_capability(k, e);
#else
		tdx_cpuid_filter(s, e);
#endif
		for (int reg = 0; reg < 4; reg++) {
			if (supported(s->leaf, s->subleaf, reg) == ~0U)
				*cpuid_reg_of(e, reg) = 0;
		}
		if (e->function == 0x80000008)
			e->eax = (e->eax & ~0x00ff0000) | 48 << 16;
	}
	proved(validate(has_gpaw52) == 48);
}

#ifndef LINUX
static _Bool conflict;

static void note(struct tdx_reporter *self, const struct tdxcpuid_violation *v)
{
	(void)self;
	(void)v;
	conflict = 1;
}

/* A vCPU that is told what the TD has is consistent. */
void consistent(void)
{
	static struct tdx_cpuid_trusted trusted;
	struct tdx_reporter noting = { note };

	any_slots();
	trusted.nr = SLOTS;
	trusted.has_gpaw = nondet_bool();
	for (int k = 0; k < SLOTS; k++) {
		struct tdx_cpuid_trusted_slot *t = &trusted.slot[k];

		t->leaf = slots.slot[k].leaf;
		t->subleaf = slots.slot[k].subleaf;
		t->given = nondet_bool();
		for (int reg = 0; reg < 4; reg++) {
			t->mask[reg] = nondet_u32();
			t->hidden[reg] = nondet_u32();
			t->effective[reg] = nondet_u32();
			*cpuid_reg_of(&entries[k], reg) = t->effective[reg];
		}
		entries[k].function = t->leaf;
		entries[k].index = t->subleaf == ~0U ? 0 : t->subleaf;
		entries[k].flags = t->subleaf != ~0U;
	}
	proved(!tdx_cpuid_compare(&trusted, entries, SLOTS, nondet_bool(), &noting) && !conflict);
}
#endif
