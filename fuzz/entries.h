/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Lists of CPUID entries out of bytes: mostly for the slots that there are. */
#ifndef FUZZ_ENTRIES_H
#define FUZZ_ENTRIES_H

#include <linux/kvm.h>

#include "fuzz.h"

#define ANY_SUBLEAF  0xffffffffU /* the slot's leaf has none */
#define ENTRIES_ROOM 300	 /* more than KVM takes */

struct slot_offer {
	uint32_t leaf;
	uint32_t subleaf;
	uint32_t reg[4]; /* the bits that are worth asking for */
};

/* One byte for what matters, five for anything. */
static inline uint32_t take_leaf(struct bytes *b)
{
	static const uint32_t leaves[] = { 0x1,	       0x4,  0x7,	 0x1c,	     0x1e, 0x1f,
					   0x18,       0x23, 0x80000008, 0x80000008, 0xa,  0x19,
					   0x40000000, 0x47, 0x80000047, 0x0 };
	uint8_t code = take8(b);

	return code < 0xe0 ? leaves[code % (sizeof(leaves) / sizeof(*leaves))] : take32(b);
}

static inline uint32_t take_index(struct bytes *b)
{
	uint8_t code = take8(b);

	return code < 0xa0 ? code % 8 : code < 0xe0 ? 0 : code < 0xf0 ? 0xffffffff : take32(b);
}

static inline uint32_t take_register(struct bytes *b)
{
	uint8_t code = take8(b);

	if (code < 0x80)
		return 1U << (code & 31);
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

static inline void label_of_slot(struct kvm_cpuid_entry2 *e, const struct slot_offer *slot,
				 bool all)
{
	e->function = slot->leaf;
	if (slot->subleaf != ANY_SUBLEAF) {
		e->index = slot->subleaf;
		e->flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX;
	}
	/* Of value registers nothing is always right. */
	if (all && slot->leaf != 0x4 && slot->leaf != 0x1f) {
		e->eax = slot->leaf == 0x1 || slot->leaf == 0x80000008 ? 0 : slot->reg[0];
		e->ebx = slot->reg[1];
		e->ecx = slot->reg[2];
		e->edx = slot->reg[3];
	}
	if (slot->leaf == 0x80000008)
		e->eax = 48 << 16;
}

/* Until the bytes end or @room is full; how many there are. */
static inline uint32_t take_entries(struct bytes *b, const struct slot_offer *slots, uint32_t nr,
				    struct kvm_cpuid_entry2 *entries, uint32_t room)
{
	uint32_t nent = 0;

	while (b->left && nent < room) {
		struct kvm_cpuid_entry2 *e = &entries[nent++];
		uint8_t code = take8(b);

		memset(e, 0, sizeof(*e));
		if (code < 0xc0 && nr) {
			label_of_slot(e, &slots[take8(b) % nr], code & 0x40);
		} else {
			e->function = take_leaf(b);
			e->index = take_index(b);
			e->flags = code & 0x20 ? take8(b) : code >> 4 & 1;
		}
		e->eax ^= code & 1 ? take_register(b) : 0;
		e->ebx ^= code & 2 ? take_register(b) : 0;
		e->ecx ^= code & 4 ? take_register(b) : 0;
		e->edx ^= code & 8 ? take_register(b) : 0;
	}
	return nent;
}

#endif
