// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A fleet in words: who takes what away. */
#include <stdlib.h>

#include "fleet.h"
#include "print.h"

/* Bits that the same hosts lack: a row. */
struct lacks {
	const struct lack *lack;
	u64 always; /* modules of the fleet, by place, with which they are 1 in every TD */
	bool numbers;
	struct buffer bits;
};

struct all_lacks {
	const struct fleet *fleet;
	u32 nr;
	struct lacks *row;
};

static void add_text(struct buffer *b, const char *text)
{
	buffer_add(b, text, strlen(text));
}

static struct lacks *row_of(struct all_lacks *all, const struct lack *lack, u64 always,
			    bool numbers)
{
	struct lacks *row;

	for (u32 i = 0; i < all->nr; i++) {
		row = &all->row[i];
		if (row->numbers == numbers && row->always == always && lack_same(row->lack, lack))
			return row;
	}
	all->row = xrealloc(all->row, (all->nr + 1) * sizeof(*all->row));
	row = &all->row[all->nr++];
	*row = (struct lacks){ .lack = lack, .always = always, .numbers = numbers };
	return row;
}

static void add_bits(struct lacks *row, const char *between, const char *text)
{
	if (row->bits.used)
		add_text(&row->bits, between);
	add_text(&row->bits, text);
}

static void add_field(struct all_lacks *all, enum tdxcpuid_field field, const struct word *w)
{
	for (u64 bits = w->lacked; bits; bits &= bits - 1) {
		u32 bit = __builtin_ctzll(bits);
		const char *name = tdxcpuid_field_bit_name(field, bit);
		char text[64];

		snprintf(text, sizeof(text), "%s.%s", tdxcpuid_field_name(field), name ? name : "");
		if (!name)
			snprintf(text, sizeof(text), "%s.%u", tdxcpuid_field_name(field), bit);
		add_bits(row_of(all, &w->lack[bit], 0, false), " ", text);
	}
}

/* The modules of the fleet that are known here and have the bit at 1 in every TD. */
static u64 always_with(const struct fleet *f, const struct tdxcpuid_bit *bit)
{
	u64 always = 0;

	for (u32 i = 0; i < f->modules.nr; i++) {
		const struct tdxcpuid_module *module = known_module(f->modules.version[i].text);
		struct tdxcpuid_bit_fate fate;

		if (!module)
			continue;
		module_fate(module, bit, &fate);
		if (fate.module == TDXCPUID_FATE_ALWAYS)
			always |= 1ULL << i;
	}
	return always;
}

static void add_features(struct all_lacks *all, const struct fleet_slot *slot, int reg)
{
	const struct word *w = &slot->reg[reg];
	u32 numbers = tdxcpuid_value_mask(slot->leaf, slot->index, reg);

	for (u32 bits = w->lacked & ~numbers; bits; bits &= bits - 1) {
		struct tdxcpuid_bits b = fleet_bits(slot, reg, bits & -bits);
		struct tdxcpuid_bit bit = { b.leaf, b.subleaf, reg, __builtin_ctz(bits) };
		char names[NAMES_MAX];

		add_bits(row_of(all, &w->lack[bit.bit], always_with(all->fleet, &bit), false), " ",
			 names_text(&b, names));
	}
}

/* Whether in the subleaf @distance, 1 or -1, from @slot the same hosts lack the same numbers. */
static bool goes_on(const struct fleet *f, const struct fleet_slot *slot, int distance, int reg,
		    u32 mask, const struct lack *lack)
{
	const struct fleet_slot *next;

	if (slot == (distance < 0 ? f->slot : f->slot + f->nr_slots - 1))
		return false;
	next = slot + distance;
	if (next->leaf != slot->leaf || next->index != slot->index + distance)
		return false;
	return (word_lacked_by(&next->reg[reg], lack) &
		tdxcpuid_value_mask(next->leaf, next->index, reg)) == mask;
}

/* One item for subleaves that are alike: "0x18.0 to 0x18.8.edx 0x3ffc000". */
static void add_numbers(struct all_lacks *all, const struct fleet_slot *slot, int reg)
{
	const struct word *w = &slot->reg[reg];
	u32 numbers = tdxcpuid_value_mask(slot->leaf, slot->index, reg), told;

	for (u32 bits = w->lacked & numbers; bits; bits &= ~told) {
		const struct lack *lack = &w->lack[__builtin_ctz(bits)];
		const struct fleet_slot *last = slot;
		char text[4 * PLACE_MAX], place[PLACE_MAX], first[PLACE_MAX] = "", hex[PLACE_MAX];
		struct tdxcpuid_bits b;

		told = word_lacked_by(w, lack) & numbers;
		if (goes_on(all->fleet, slot, -1, reg, told, lack))
			continue;
		while (goes_on(all->fleet, last, 1, reg, told, lack))
			last++;
		b = fleet_bits(last, reg, told);
		register_text(b.leaf, b.subleaf, reg, place);
		if (last > slot)
			leaf_text(slot->leaf, slot->index, first);
		snprintf(text, sizeof(text), "%s%s%s %s", first, last > slot ? " to " : "", place,
			 hex_text(told, hex));
		add_bits(row_of(all, lack, 0, true), ", ", text);
	}
}

static void find_lacks(struct all_lacks *all)
{
	const struct fleet *f = all->fleet;

	add_field(all, TDXCPUID_FIELD_ATTRIBUTES, &f->attributes);
	add_field(all, TDXCPUID_FIELD_XFAM, &f->xfam);
	for (u32 k = 0; k < f->nr_slots; k++) {
		for (int reg = 0; reg < 4; reg++)
			add_features(all, &f->slot[k], reg);
	}
	for (u32 k = 0; k < f->nr_slots; k++) {
		for (int reg = 0; reg < 4; reg++)
			add_numbers(all, &f->slot[k], reg);
	}
	for (u32 i = 0; i < all->nr; i++)
		buffer_add(&all->row[i].bits, "", 1);
}

static void print_row(struct table *table, const struct fleet *f, const struct lacks *row)
{
	const struct lack *lack = row->lack;
	struct buffer who = { 0 };
	char text[64];

	for (u32 i = 0; i < lack->names.nr; i++) {
		add_text(&who, i ? ", " : "");
		add_text(&who, lack->names.name[i]);
	}
	if (lack->names.nr < lack->dumps) {
		snprintf(text, sizeof(text), "%s%llu %s", lack->names.nr ? " and " : "",
			 (unsigned long long)(lack->dumps - lack->names.nr),
			 lack->names.nr ? "more" : "without a name");
		add_text(&who, text);
	}
	buffer_add(&who, "", 1);
	snprintf(text, sizeof(text), "%llu of %llu", (unsigned long long)(f->tdx - lack->dumps),
		 (unsigned long long)f->tdx);
	table_row(table, text, row->bits.data, who.data);
	free(who.data);
}

static void print_rows(const struct all_lacks *all, bool numbers)
{
	static const char *const columns[] = { "HAVE IT", "BITS", "LACKED BY" };
	struct table *table = NULL;

	for (u32 i = 0; i < all->nr; i++) {
		if (all->row[i].numbers != numbers)
			continue;
		if (!table)
			table = table_new(columns, ARRAY_SIZE(columns));
		print_row(table, all->fleet, &all->row[i]);
	}
	if (!table)
		return;
	print("%s\n", numbers ? "Numbers that not all let a VMM set" : "Not all have");
	table_print(table);
	print("\n");
}

/* Who has them not to be set has them all the same. */
static bool print_always(const struct all_lacks *all)
{
	bool any = false;

	for (u32 i = 0; i < all->nr; i++) {
		const struct lacks *row = &all->row[i];
		const char *comma = "";

		if (!row->always)
			continue;
		print("1 in every TD with module ");
		for (u64 which = row->always; which; which &= which - 1) {
			print("%s%s", comma,
			      all->fleet->modules.version[__builtin_ctzll(which)].text);
			comma = ", ";
		}
		print(", where no VMM can set them: %s\n", row->bits.data);
		any = true;
	}
	return any;
}

/* Who is to be left out of the fleet to gain what: only where all of them are known. */
static bool print_gains(const struct all_lacks *all)
{
	bool any = false;

	for (u32 i = 0; i < all->nr; i++) {
		const struct lacks *row = &all->row[i];
		const struct names *names = &row->lack->names;

		if (row->numbers || row->always || names->nr < row->lack->dumps)
			continue;
		print("drop ");
		for (u32 n = 0; n < names->nr; n++)
			print("%s%s", n ? ", " : "", names->name[n]);
		print(" to gain %s\n", row->bits.data);
		any = true;
	}
	return any;
}

void fleet_lacks_to_text(const struct fleet *f)
{
	struct all_lacks all = { .fleet = f };
	bool any;

	find_lacks(&all);
	print_rows(&all, false);
	print_rows(&all, true);
	any = print_always(&all);
	any |= print_gains(&all);
	if (any)
		print("\n");
	for (u32 i = 0; i < all.nr; i++)
		free(all.row[i].bits.data);
	free(all.row);
}
