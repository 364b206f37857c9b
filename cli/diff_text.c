// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What diff says, as text. */
#include "diff.h"
#include "print.h"

static u32 named(const struct tdxcpuid_bits *b)
{
	char name[TDXCPUID_NAME_MAX];
	u32 mask = 0;

	for (int bit = 0; bit < 32; bit++) {
		if ((b->mask >> bit & 1) &&
		    !strchr(tdxcpuid_bit_name(
				    &(struct tdxcpuid_bit){ b->leaf, b->subleaf, b->reg, bit },
				    name),
			    '.'))
			mask |= 1U << bit;
	}
	return mask;
}

/* Whether @b is the same number as @a in another subleaf, which changes alike. */
static bool same_number(const struct change *a, const struct change *b)
{
	return is_number(a) && is_number(b) && a->bits.leaf == b->bits.leaf &&
	       a->bits.reg == b->bits.reg && a->bits.mask == b->bits.mask && a->from == b->from &&
	       a->to == b->to;
}

/* That of the subleaf @step further, or NULL. */
static const struct change *in_subleaf(const struct difference *d, const struct change *c, int step)
{
	for (u32 i = 0; i < d->nr; i++) {
		if (same_number(&d->list[i], c) &&
		    d->list[i].bits.subleaf == c->bits.subleaf + step)
			return &d->list[i];
	}
	return NULL;
}

/* One row for subleaves that change alike: "0x18.0.edx to 0x18.8.edx". */
static const char *registers_text(const struct difference *d, const struct change *c,
				  char text[2 * PLACE_MAX + 4])
{
	const struct change *last = c, *next;

	register_text(c->bits.leaf, c->bits.subleaf, c->bits.reg, text);
	while ((next = in_subleaf(d, last, 1)))
		last = next;
	if (last != c) {
		strcat(text, " to ");
		register_text(last->bits.leaf, last->bits.subleaf, last->bits.reg,
			      text + strlen(text));
	}
	return text;
}

static void print_changes(const struct difference *d, const char *heading,
			  bool (*wanted)(const struct change *c))
{
	static const char *const columns[] = { "REGISTER", "MASK", "BITS", "FROM", "TO", "POLICY" };
	struct table *table = NULL;

	for (u32 i = 0; i < d->nr; i++) {
		const struct change *c = &d->list[i];
		char where[2 * PLACE_MAX + 4], mask[PLACE_MAX], names[NAMES_MAX];
		struct tdxcpuid_bits b = c->bits;

		if (!wanted(c) || in_subleaf(d, c, -1))
			continue;
		/* Here the other bits are noise: nobody can do anything about them. */
		if (!configurable(c->from) && !configurable(c->to))
			b.mask = named(&b);
		if (!table) {
			print("\n");
			print_in(STYLE_BOLD, "%s", heading);
			print("\n");
			table = table_new(columns, ARRAY_SIZE(columns));
		}
		if (is_number(c))
			snprintf(names, sizeof(names), "(a number)");
		else
			names_text(&b, names);
		table_row(table, registers_text(d, c, where), mask_text(c->bits.mask, mask), names,
			  tdxcpuid_class_name(c->from), tdxcpuid_class_name(c->to),
			  configurable(c->from) || configurable(c->to) ? c->verdict : "-");
	}
	if (table)
		table_print(table);
}

static bool new_bits(const struct change *c)
{
	return grows(c) && !becomes_configurable(c);
}

static bool others(const struct change *c)
{
	return !grows(c) && !shrinks(c) && c->from != TDXCPUID_CLASS_ABSENT &&
	       c->to != TDXCPUID_CLASS_ABSENT;
}

static void print_leaves(const struct difference *d, const char *heading, bool added)
{
	struct tdxcpuid_bits first = { 0 }, last = { 0 };
	char where[PLACE_MAX];
	bool any = false;

	for (u32 i = 0; i < d->nr; i++) {
		const struct change *c = &d->list[i];
		const struct tdxcpuid_bits *b = &c->bits;

		if ((added ? c->from : c->to) != TDXCPUID_CLASS_ABSENT || grows(c) || shrinks(c))
			continue;
		if (any && last.leaf == b->leaf && b->subleaf - last.subleaf <= 1) {
			last = *b;
			continue;
		}
		if (any && last.subleaf != first.subleaf)
			print(" to %s", leaf_text(last.leaf, last.subleaf, where));
		print("%s%s", any ? ", " : heading, leaf_text(b->leaf, b->subleaf, where));
		first = last = *b;
		any = true;
	}
	if (any && last.subleaf != first.subleaf)
		print(" to %s", leaf_text(last.leaf, last.subleaf, where));
	if (any)
		print("\n");
}

/* The bits that TDs may have of a field. */
static void print_field(enum tdxcpuid_field field, u64 from, u64 to)
{
	char bits[TDXCPUID_TEXT_MAX];

	if (from == to)
		return;
	print("%s_fixed0 0x%llx -> 0x%llx", tdxcpuid_field_name(field), (unsigned long long)from,
	      (unsigned long long)to);
	tdxcpuid_field_text(field, to & ~from, bits);
	if (to & ~from)
		print(": added %s", bits);
	tdxcpuid_field_text(field, from & ~to, bits);
	if (from & ~to)
		print("%s removed %s", to & ~from ? ";" : ":", bits);
	print("\n");
}

static void print_module(const char *before, const struct tdxcpuid_module_desc *m)
{
	print("%smodule %s (%u slots%s%s%s)", before, m->version, m->nr_slots,
	      m->judged_as ? ", judged as " : "", m->judged_as ? m->judged_as : "",
	      m->preproduction ? ", pre-production" : "");
}

static bool is_same(const struct difference *d)
{
	return !d->nr && d->from.attributes_fixed0 == d->to.attributes_fixed0 &&
	       d->from.xfam_fixed0 == d->to.xfam_fixed0 &&
	       d->from.config_flags_fixed0 == d->to.config_flags_fixed0 && d->positional &&
	       d->from.nr_slots == d->to.nr_slots;
}

void difference_to_text(const struct difference *d)
{
	print_module("", &d->from);
	print_module(" -> ", &d->to);
	print(is_same(d) ? ": " : "");
	print_in(STYLE_GOOD, is_same(d) ? "no difference" : "");
	print("\n");
	if (d->from.judged_as || d->to.judged_as)
		print("The source of a version that is 'judged as' another is not published: what "
		      "it really changes is not known.\n");
	if (is_same(d))
		return;
	print_field(TDXCPUID_FIELD_ATTRIBUTES, d->from.attributes_fixed0, d->to.attributes_fixed0);
	print_field(TDXCPUID_FIELD_XFAM, d->from.xfam_fixed0, d->to.xfam_fixed0);
	if (d->from.config_flags_fixed0 != d->to.config_flags_fixed0)
		print("config_flags_fixed0 0x%llx -> 0x%llx\n",
		      (unsigned long long)d->from.config_flags_fixed0,
		      (unsigned long long)d->to.config_flags_fixed0);
	if (!d->nr)
		print("No CPUID bit changes class.\n");

	print_changes(d, "Were always 1, now configurable: a TD loses them unless the VMM asks",
		      becomes_configurable);
	print_changes(d, "Newly configurable", new_bits);
	print_changes(d, "Configurable no longer: masks shrink", shrinks);
	print_changes(d, "Other changes, which no VMM can configure", others);
	if (d->nr)
		print("\n");
	print_leaves(d, "Leaves new to the module: ", true);
	print_leaves(d, "Leaves gone from the module: ", false);

	print("\n");
	print_in(STYLE_BOLD, "Update from %s to %s without reboot", d->from.version, d->to.version);
	print("\n");
	for (u32 i = 0; i < d->nr_words; i++)
		print_labelled("  ", d->words[i]);
}
