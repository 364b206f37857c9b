// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * tdx_cpuid_validate() and tdx_cpuid_filter() on any slots and any entries,
 * against the slow statement of their rules.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>

#include "../tests/reference.h"
#include "fuzz.h"

struct bytes {
	const u8 *data;
	size_t left;
};

static u8 take8(struct bytes *b)
{
	if (!b->left)
		return 0;
	b->left--;
	return *b->data++;
}

static u32 take32(struct bytes *b)
{
	u32 v = take8(b);

	v |= (u32)take8(b) << 8;
	v |= (u32)take8(b) << 16;
	return v | (u32)take8(b) << 24;
}

/* One byte for what matters, five for anything. */
static u32 take_leaf(struct bytes *b)
{
	static const u32 leaves[] = { 0x1,	  0x4,	0x7,	    0x1c,	0x1e, 0x1f,
				      0x18,	  0x23, 0x80000008, 0x80000008, 0xa,  0x19,
				      0x40000000, 0x47, 0x80000047, 0x0 };
	u8 code = take8(b);

	return code < 0xe0 ? leaves[code % ARRAY_SIZE(leaves)] : take32(b);
}

static u32 take_index(struct bytes *b)
{
	u8 code = take8(b);

	return code < 0xa0 ? code % 8 : code < 0xe0 ? 0 : code < 0xf0 ? 0xffffffff : take32(b);
}

static u32 take_register(struct bytes *b)
{
	u8 code = take8(b);

	if (code < 0x80)
		return 0;
	if (code < 0xa0)
		return 1u << (code & 31);
	if (code < 0xb0)
		return 0x810;
	if (code < 0xc0)
		return 0x20;
	if (code < 0xd0)
		return 48 << 16;
	if (code < 0xe0)
		return 52 << 16;
	return take32(b);
}

static struct tdx_cpuid_slots slots;
static struct kvm_cpuid_entry2 entries[300];
static struct ref_collector got;
static struct ref_list want;

/* A leaf has one slot without subleaf, or slots with subleaf; and none twice. */
static void add_slot(u32 leaf, u32 subleaf, const u32 masks[4])
{
	for (u32 k = 0; k < slots.nr; k++) {
		if (slots.slot[k].leaf == leaf &&
		    (slots.slot[k].subleaf == subleaf || subleaf == 0xffffffff ||
		     slots.slot[k].subleaf == 0xffffffff))
			return;
	}
	tdx_cpuid_add_slot(&slots, leaf, subleaf, masks);
}

static void check_filter(u32 k)
{
	const struct tdx_cpuid_slot *s = &slots.slot[k];
	struct kvm_cpuid_entry2 e;
	u32 reg[4];

	memset(&e, 0x5a, sizeof(e));
	tdx_cpuid_filter(s, &e);
	for (int r = 0; r < 4; r++)
		reg[r] = s->configurable[r] & ref_allowed(s->leaf, s->subleaf, r);
	if (s->leaf == 0x80000008)
		reg[0] |= 0x00ff0000;
	if (e.function != s->leaf || e.flags != (s->subleaf != 0xffffffff) || e.padding[0] ||
	    e.padding[1] || e.padding[2] ||
	    e.index != (s->subleaf == 0xffffffff ? 0 : s->subleaf) || e.eax != reg[0] ||
	    e.ebx != reg[1] || e.ecx != reg[2] || e.edx != reg[3]) {
		fprintf(stderr,
			"0x%x.0x%x: reports %08x %08x %08x %08x, expected %08x %08x %08x %08x\n",
			s->leaf, s->subleaf, e.eax, e.ebx, e.ecx, e.edx, reg[0], reg[1], reg[2],
			reg[3]);
		abort();
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	u32 values[TDXCPUID_MAX_SLOTS][4] = { { 0 } }, expected[TDXCPUID_MAX_SLOTS][4] = { { 0 } };
	struct bytes b = { data, size };
	u32 nent, nr = take8(&b) % (TDXCPUID_MAX_SLOTS + 1);
	bool has_gpaw52 = take8(&b) & 1;
	char text[REF_TEXT];
	int a, c;

	memset(&slots, 0, sizeof(slots));
	while (nr--) {
		u32 leaf = take_leaf(&b), code = take8(&b);
		const u32 low = code & 0x80 ? ~0u : take8(&b) * 0x01010101u;
		const u32 high = code & 0x40 ? ~0u : take8(&b) * 0x01010101u;
		const u32 masks[4] = { low, low, high, high };
		u32 subleaf = code % 16;

		if (leaf == 0x1 || leaf == 0x1c || leaf == 0x19 || leaf == 0xa || subleaf == 15 ||
		    (leaf == 0x80000008 && subleaf < 12))
			subleaf = 0xffffffff;
		add_slot(leaf, subleaf, masks);
	}
	for (u32 k = 0; k < slots.nr; k++)
		check_filter(k);

	for (nent = 0; b.left && nent < ARRAY_SIZE(entries); nent++) {
		struct kvm_cpuid_entry2 *e = &entries[nent];
		u8 code = take8(&b);

		memset(e, 0, sizeof(*e));
		if (code < 0x80 && slots.nr) {
			/* The entry of a slot. */
			u32 k = code % slots.nr;

			e->function = slots.slot[k].leaf;
			e->index = slots.slot[k].subleaf;
			e->flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX;
			if (e->index == 0xffffffff)
				e->index = e->flags = 0;
			if (e->function == 0x80000008)
				e->eax = 48 << 16;
		} else {
			e->function = take_leaf(&b);
			e->index = take_index(&b);
			e->flags = code & 0x40 ? code & 7 : code & 1;
		}
		if (code & 0x10)
			e->eax |= take_register(&b);
		if (code & 0x20) {
			e->ebx = take_register(&b);
			e->ecx = take_register(&b);
			e->edx = take_register(&b);
		}
	}

	ref_collect(&got);
	want.nr = 0;
	a = tdx_cpuid_validate(&slots, entries, nent, has_gpaw52, values, &got.kvm);
	c = ref_validate(&slots, false, entries, nent, has_gpaw52, expected, &want);
	ref_compare_lists(&want, &got.list, text);
	if (a != c || *text || (a > 0 && memcmp(values, expected, sizeof(values)))) {
		fprintf(stderr, "returns %d, expected %d; %s\n", a, c, text);
		abort();
	}

	return 0;
}
