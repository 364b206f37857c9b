// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A fleet in words. */
#include <stdlib.h>

#include "fleet.h"
#include "print.h"

/* One row: bits that the same hosts lack. */
static void print_some(struct table *table, const struct fleet *f, const char *bits,
		       const struct lack *lack)
{
	struct buffer who = { 0 };
	char have[64], more[64];

	for (u32 i = 0; i < lack->names.nr; i++) {
		buffer_add(&who, i ? ", " : "", i ? 2 : 0);
		buffer_add(&who, lack->names.name[i], strlen(lack->names.name[i]));
	}
	if (lack->names.nr < lack->dumps) {
		snprintf(more, sizeof(more), "%s%llu %s", lack->names.nr ? " and " : "",
			 (unsigned long long)(lack->dumps - lack->names.nr),
			 lack->names.nr ? "more" : "without a name");
		buffer_add(&who, more, strlen(more));
	}
	buffer_add(&who, "", 1);
	snprintf(have, sizeof(have), "%llu of %llu", (unsigned long long)(f->tdx - lack->dumps),
		 (unsigned long long)f->tdx);
	table_row(table, bits, have, who.data);
	free(who.data);
}

static bool same_lack(const struct lack *a, const struct lack *b)
{
	bool same = a->dumps == b->dumps && a->names.nr == b->names.nr;

	for (u32 i = 0; same && i < a->names.nr; i++)
		same = !strcmp(a->names.name[i], b->names.name[i]);
	return same;
}

/* All bits of @w that the hosts of @lack lack. */
static u64 like(const struct word *w, const struct lack *lack)
{
	u64 mask = 0;

	for (u64 bits = w->lacked; bits; bits &= bits - 1) {
		if (same_lack(&w->lack[__builtin_ctzll(bits)], lack))
			mask |= bits & -bits;
	}
	return mask;
}

static void print_field(struct table *table, const struct fleet *f, enum tdxcpuid_field field,
			const struct word *w)
{
	u64 told;

	for (u64 bits = w->lacked; bits; bits &= ~told) {
		const struct lack *lack = &w->lack[__builtin_ctzll(bits)];
		char names[TDXCPUID_TEXT_MAX], text[TDXCPUID_TEXT_MAX + 16];

		told = like(w, lack);
		tdxcpuid_field_text(field, told, names);
		snprintf(text, sizeof(text), "%s %s", tdxcpuid_field_name(field), names);
		print_some(table, f, text, lack);
	}
}

static struct tdxcpuid_bits bits_of(const struct fleet_slot *slot, int reg, u32 mask)
{
	return (struct tdxcpuid_bits){
		.leaf = slot->leaf,
		.subleaf = tdxcpuid_leaf_indexed(slot->leaf) ? slot->index : NO_SUBLEAF,
		.reg = reg,
		.mask = mask,
	};
}

/* Features by name, numbers by their mask. */
static void register_names(const struct fleet_slot *slot, int reg, u32 mask, char text[NAMES_MAX])
{
	struct tdxcpuid_bits b = bits_of(slot, reg, mask);
	char where[PLACE_MAX], hex[PLACE_MAX];

	if (b.mask & tdxcpuid_value_mask(b.leaf, b.subleaf, reg))
		snprintf(text, NAMES_MAX, "%s %s", register_text(b.leaf, b.subleaf, reg, where),
			 mask_text(mask, hex));
	else
		names_text(&b, text);
}

static void print_register(struct table *table, const struct fleet *f,
			   const struct fleet_slot *slot, int reg)
{
	const struct word *w = &slot->reg[reg];
	u64 told;

	for (u64 bits = w->lacked; bits; bits &= ~told) {
		const struct lack *lack = &w->lack[__builtin_ctzll(bits)];
		char text[NAMES_MAX];

		told = like(w, lack);
		register_names(slot, reg, told, text);
		print_some(table, f, text, lack);
	}
}

static bool any_lacked(const struct fleet *f)
{
	u64 lacked = f->attributes.lacked | f->xfam.lacked;

	for (u32 k = 0; k < f->nr_slots; k++) {
		for (int reg = 0; reg < 4; reg++)
			lacked |= f->slot[k].reg[reg].lacked;
	}
	return lacked;
}

/* Who is to be left out of the fleet to gain what: only where all of them are known. */
static void print_gains(const struct fleet_slot *slot, int reg)
{
	const struct word *w = &slot->reg[reg];
	u32 numbers = tdxcpuid_value_mask(slot->leaf, slot->index, reg);
	u64 told;

	for (u64 bits = w->lacked & ~numbers; bits; bits &= ~told) {
		const struct lack *lack = &w->lack[__builtin_ctzll(bits)];
		struct tdxcpuid_bits b;
		char names[NAMES_MAX];

		told = like(w, lack) & ~numbers;
		if (lack->names.nr < lack->dumps)
			continue;
		print("drop ");
		for (u32 i = 0; i < lack->names.nr; i++)
			print("%s%s", i ? ", " : "", lack->names.name[i]);
		b = bits_of(slot, reg, told);
		print(" to gain %s\n", names_text(&b, names));
	}
}

static void print_all_have(const struct fleet *f)
{
	static const char *const columns[] = { "REGISTER", "MASK", "BITS" };
	struct table *table = table_new(columns, ARRAY_SIZE(columns));

	print("\nAll hosts with TDX have\n");
	print_field_bits(TDXCPUID_FIELD_ATTRIBUTES, all_have(&f->attributes));
	print_field_bits(TDXCPUID_FIELD_XFAM, all_have(&f->xfam));
	print("GPAW 48%s\n", f->gpaw52 == TDXCPUID_YES ? " and 52" :
			     f->gpaw52 == TDXCPUID_NO  ? "; 52 not all of them" :
							 "; whether 52 is not known of all");
	for (u32 k = 0; k < f->nr_slots; k++) {
		for (int reg = 0; reg < 4; reg++) {
			u32 numbers = tdxcpuid_value_mask(f->slot[k].leaf, f->slot[k].index, reg);
			struct tdxcpuid_bits b = bits_of(&f->slot[k], reg,
							 all_have(&f->slot[k].reg[reg]) & ~numbers);
			char where[PLACE_MAX], mask[PLACE_MAX], names[NAMES_MAX];

			if (b.mask)
				table_row(table, register_text(b.leaf, b.subleaf, reg, where),
					  mask_text(b.mask, mask), names_text(&b, names));
		}
	}
	table_print(table);
}

static void print_versions(const char *what, const struct versions *v)
{
	const char *comma = "";

	print("%s ", what);
	for (u32 i = 0; i < v->nr; i++) {
		print("%s%s (%llu)", comma, v->version[i].text,
		      (unsigned long long)v->version[i].dumps);
		comma = ", ";
	}
	if (v->others)
		print("%sothers (%llu)", comma, (unsigned long long)v->others);
	if (v->unknown)
		print("%sunknown (%llu)", v->nr ? ", " : "", (unsigned long long)v->unknown);
	print("\n");
}

static void print_hosts(const char *what, u64 nr, const struct names *names)
{
	if (!nr)
		return;
	print("%s: %llu", what, (unsigned long long)nr);
	for (u32 i = 0; i < names->nr; i++)
		print("%s%s", i ? ", " : ": ", names->name[i]);
	print("%s\n", names->nr && names->nr < nr ? " and others" : "");
}

void fleet_to_text(const struct fleet *f)
{
	static const char *const columns[] = { "BITS", "HAVE IT", "LACKED BY" };
	struct table *table;

	if (f->unread)
		print("not all hosts: %llu more dumps could not be read\n",
		      (unsigned long long)f->unread);
	print("%llu dumps, %llu of hosts with TDX\n", (unsigned long long)f->dumps,
	      (unsigned long long)f->tdx);
	print_hosts("without TDX, and not looked at below", f->dumps - f->tdx, &f->without);
	print_hosts("with SEV-SNP", f->snp, &f->snp_names);
	if (f->snp)
		print_versions("firmware of SEV-SNP", &f->firmwares);
	if (f->tdx)
		print_versions("modules", &f->modules);
	print_versions("kernels", &f->kernels);
	print_versions("microcodes", &f->microcodes);
	if (!f->tdx)
		return;
	print_all_have(f);
	print("\n");
	if (any_lacked(f)) {
		print("Not all have\n");
		table = table_new(columns, ARRAY_SIZE(columns));
		print_field(table, f, TDXCPUID_FIELD_ATTRIBUTES, &f->attributes);
		print_field(table, f, TDXCPUID_FIELD_XFAM, &f->xfam);
		for (u32 k = 0; k < f->nr_slots; k++) {
			for (int reg = 0; reg < 4; reg++)
				print_register(table, f, &f->slot[k], reg);
		}
		table_print(table);
		print("\n");
		for (u32 k = 0; k < f->nr_slots; k++) {
			for (int reg = 0; reg < 4; reg++)
				print_gains(&f->slot[k], reg);
		}
	}
	if (!versions_same(&f->modules, f->tdx) || !f->native)
		print("undecided for all of them: what depends on the %s\n",
		      !versions_same(&f->modules, f->tdx) ?
			      (f->native ? "module" : "module and the CPU") :
			      "CPU");
}
