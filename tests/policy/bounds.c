// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What lies behind the slots, the entries and the values that are counted is not looked at,
 * and stays what it is: something that would change every answer lies there.  And
 * a violation says where it is, whichever slot that is.
 */
#include <errno.h>
#include <string.h>

#include "../../policy/policy.h"
#include "../tap.h"

#define NOBODY 0x99U /* a leaf that only the slots behind have */

struct tally {
	struct tdx_reporter reporter;
	uint32_t nr;
};

static const uint32_t all[4] = { ~0U, ~0U, ~0U, ~0U };

static void count(struct tdx_reporter *self, const struct tdxcpuid_violation *v)
{
	(void)v;
	((struct tally *)self)->nr++;
}

static struct tdx_cpuid_slots slots_of(uint32_t nr)
{
	struct tdx_cpuid_slots slots = { 0 };

	tdx_cpuid_add_slot(&slots, TDX_CPUID_GPAW_LEAF, TDXCPUID_NO_SUBLEAF, all);
	for (uint32_t k = 1; k < TDXCPUID_MAX_SLOTS; k++)
		tdx_cpuid_add_slot(&slots, k < nr ? 0x7 : NOBODY, k, all);
	slots.nr = nr;
	return slots;
}

static void validate(void)
{
	static const struct kvm_cpuid_entry2 list[] = {
		{ .function = TDX_CPUID_GPAW_LEAF, .eax = 48 << 16 },
		{ .function = 0x7, .index = 1, .flags = 1, .eax = 1U << 4 },
		{ .function = NOBODY, .index = 2, .flags = 1 },
		{ .function = NOBODY, .index = 3, .flags = 1 },
	};
	uint32_t wrong = 0;

	for (uint32_t nr = 2; nr <= TDXCPUID_MAX_SLOTS; nr++) {
		struct tdx_cpuid_slots slots = slots_of(nr);

		for (uint32_t nent = 0; nent < 4; nent++) {
			uint32_t values[TDXCPUID_MAX_SLOTS + 1][4], told;
			struct tally t = { { count }, 0 };
			int gpaw;

			/* No GPAW; nothing; one entry without slot; two. */
			told = nent < 2 ? !nent : nent - 2;
			memset(values, 0xff, sizeof(values));
			gpaw = tdx_cpuid_validate(&slots, list, nent, true, values, &t.reporter);
			wrong += gpaw != (told ? -EINVAL : 48) || t.nr != told;
			for (uint32_t k = 0; k <= TDXCPUID_MAX_SLOTS; k++) {
				uint32_t want[4] = { 0 };

				want[0] = k == 1 && nent > 1 ? 1U << 4 : 0;
				wrong += !!memcmp(values[k], k < nr ? want : all, sizeof(want));
			}
		}
	}
	tap(!wrong, "KVM_TDX_INIT_VM, 2 to %d slots and 0 to 3 entries", TDXCPUID_MAX_SLOTS);
}

/* The GPAW's slot is one behind the last: there is none. */
static void no_gpaw(void)
{
	const struct kvm_cpuid_entry2 e = { .function = TDX_CPUID_GPAW_LEAF, .eax = 48 << 16 };
	uint32_t wrong = 0;

	for (uint32_t nr = 0; nr < TDXCPUID_MAX_SLOTS; nr++) {
		uint32_t values[TDXCPUID_MAX_SLOTS][4];
		struct tdx_cpuid_slots slots = { 0 };
		struct tally t = { { count }, 0 };

		for (uint32_t k = 0; k < nr; k++)
			tdx_cpuid_add_slot(&slots, 0x7, k, all);
		tdx_cpuid_add_slot(&slots, TDX_CPUID_GPAW_LEAF, TDXCPUID_NO_SUBLEAF, all);
		slots.nr = nr;
		wrong += tdx_cpuid_validate(&slots, &e, 1, true, values, &t.reporter) != -EINVAL ||
			 t.nr != 2;
	}
	tap(!wrong, "no slot for the GPAW: it is missing, and its entry has no place");
}

/* Where a violation is, of any slot, with an entry under another subleaf and without entry. */
static void places(void)
{
	const struct kvm_cpuid_entry2 e = { .function = 0x7, .index = 0x55 };
	uint32_t wrong = 0;

	for (int k = 0; k < TDXCPUID_MAX_SLOTS; k++) {
		struct tdx_cpuid_slots slots = { 0 };
		struct tdxcpuid_violation v;

		for (uint32_t n = 0; n < TDXCPUID_MAX_SLOTS; n++)
			tdx_cpuid_add_slot(&slots, 0x7, n, all);
		v = tdx_cpuid_violation(&slots, &e, 3, k);
		wrong += v.entry != 3 || v.slot != k || v.leaf != 0x7 || v.subleaf != 0x55 ||
			 v.slot_leaf != 0x7 || v.slot_subleaf != (uint32_t)k;
		v = tdx_cpuid_violation(&slots, NULL, -1, k);
		wrong += v.entry != -1 || v.leaf != TDX_CPUID_GPAW_LEAF || v.slot_leaf != 0x7 ||
			 v.slot_subleaf != (uint32_t)k;
	}
	tap(!wrong, "the place of a violation, %d slots", TDXCPUID_MAX_SLOTS);
}

/* What a vCPU tells is what the TD has; behind that it is not. */
static void compare(void)
{
	static struct tdx_cpuid_trusted trusted;
	struct kvm_cpuid_entry2 list[3] = {
		{ .function = 0x1, .edx = 5 },
		{ .function = 0x7, .index = 1, .flags = 1, .edx = 5 },
		{ .function = 0x1, .edx = 6 },
	};
	uint32_t wrong = 0;

	for (uint32_t nr = 0; nr <= TDXCPUID_MAX_SLOTS; nr++) {
		struct tally t = { { count }, 0 };

		trusted.nr = nr;
		for (uint32_t k = 0; k < TDXCPUID_MAX_SLOTS; k++) {
			struct tdx_cpuid_trusted_slot *s = &trusted.slot[k];

			s->leaf = k % 2 ? 0x7 : 0x1;
			s->subleaf = k % 2 ? 1 : TDXCPUID_NO_SUBLEAF;
			memcpy(s->mask, all, sizeof(all));
			memcpy(s->hidden, all, sizeof(all));
			s->given = true;
			s->effective[TDXCPUID_EDX] = k < nr ? 5 : 6;
		}
		wrong += tdx_cpuid_compare(&trusted, list, 2, true, &t.reporter) || t.nr;
	}
	tap(!wrong, "KVM_SET_CPUID2, 0 to %d slots", TDXCPUID_MAX_SLOTS);
	tap(tdx_cpuid_find(list, 1, 0x7, 1) == NULL && tdx_cpuid_find(list, 2, 0x7, 1) == &list[1],
	    "a look-up by label");
}

int main(void)
{
	validate();
	no_gpaw();
	places();
	compare();
	return tap_end();
}
