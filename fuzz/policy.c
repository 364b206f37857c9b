// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * tdx_cpuid_validate() and tdx_cpuid_filter() on any slots and any entries,
 * against the slow statement of their rules.
 */
#include <linux/kernel.h>

#include "../tests/reference.h"
#include "entries.h"

static struct tdx_cpuid_slots slots;
static struct slot_offer offers[TDXCPUID_MAX_SLOTS];
static struct kvm_cpuid_entry2 entries[ENTRIES_ROOM];
static struct ref_collector got;
static struct ref_list want;

/* A leaf has one slot without subleaf, or slots with subleaf; and none twice. */
static void add_slot(u32 leaf, u32 subleaf, const u32 masks[4])
{
	for (u32 k = 0; k < slots.nr; k++) {
		if (slots.slot[k].leaf == leaf &&
		    (slots.slot[k].subleaf == subleaf || subleaf == ANY_SUBLEAF ||
		     slots.slot[k].subleaf == ANY_SUBLEAF))
			return;
	}
	tdx_cpuid_add_slot(&slots, leaf, subleaf, masks);
}

static void take_slots(struct bytes *b)
{
	u32 nr = take8(b) % (TDXCPUID_MAX_SLOTS + 1);

	memset(&slots, 0, sizeof(slots));
	while (nr--) {
		u32 leaf = take_leaf(b), code = take8(b);
		const u32 low = code & 0x80 ? ~0u : take8(b) * 0x01010101u;
		const u32 high = code & 0x40 ? ~0u : take8(b) * 0x01010101u;
		const u32 masks[4] = { low, low, high, high };
		u32 subleaf = code % 16;

		if (leaf == 0x1 || leaf == 0x1c || leaf == 0x19 || leaf == 0xa || subleaf == 15 ||
		    (leaf == 0x80000008 && subleaf < 12))
			subleaf = ANY_SUBLEAF;
		add_slot(leaf, subleaf, masks);
	}
}

/* Said in words: who adds a row to the table without the rest sees it here. */
static void must_report(const struct tdx_cpuid_slot *s, u32 reported, u32 expected)
{
	if (reported == expected)
		return;
	fprintf(stderr, "%#x.%#x: reports %08x of a register, expected %08x\n", s->leaf, s->subleaf,
		reported, expected);
	must(reported == expected);
}

static void check_filter(u32 k)
{
	const struct tdx_cpuid_slot *s = &slots.slot[k];
	struct slot_offer *offer = &offers[k];
	struct kvm_cpuid_entry2 e;

	*offer = (struct slot_offer){ s->leaf, s->subleaf, { 0 } };
	for (int r = 0; r < 4; r++)
		offer->reg[r] = s->configurable[r] & ref_allowed(s->leaf, s->subleaf, r);

	memset(&e, 0x5a, sizeof(e));
	tdx_cpuid_filter(s, &e);
	must(e.function == s->leaf && e.flags == (s->subleaf != ANY_SUBLEAF));
	must(e.index == (s->subleaf == ANY_SUBLEAF ? 0 : s->subleaf));
	must(!e.padding[0] && !e.padding[1] && !e.padding[2]);
	must_report(s, e.eax, offer->reg[0] | (s->leaf == 0x80000008 ? 0x00ff0000 : 0));
	must_report(s, e.ebx, offer->reg[1]);
	must_report(s, e.ecx, offer->reg[2]);
	must_report(s, e.edx, offer->reg[3]);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	u32 values[TDXCPUID_MAX_SLOTS][4] = { { 0 } }, expected[TDXCPUID_MAX_SLOTS][4] = { { 0 } };
	struct bytes b = { data, size };
	bool has_gpaw52 = take8(&b) & 1;
	char text[REF_TEXT];
	u32 nent;
	int a, c;

	take_slots(&b);
	for (u32 k = 0; k < slots.nr; k++)
		check_filter(k);
	nent = take_entries(&b, offers, slots.nr, entries, ENTRIES_ROOM);

	ref_collect(&got);
	want.nr = 0;
	a = tdx_cpuid_validate(&slots, entries, nent, has_gpaw52, values, &got.kvm);
	c = ref_validate(&slots, false, entries, nent, has_gpaw52, expected, &want);
	ref_compare_lists(&want, &got.list, text);
	if (a != c || *text) {
		fprintf(stderr, "returns %d, expected %d; %s\n", a, c, text);
		abort();
	}
	must(a <= 0 || !memcmp(values, expected, sizeof(values)));
	/* A stray entry is told of by each slot that Linux 7.3 would have taken it for. */
	must(got.list.nr <= 5 * nent + 4 * slots.nr + 1);
	return 0;
}
