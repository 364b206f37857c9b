// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* tdxcpuid diff: what changes for a VMM from one module to another. */
#include <stdlib.h>

#include "cli.h"

struct change {
	struct bits bits;
	enum bit_class from;
	enum bit_class to;
	const char *verdict;
};

struct difference {
	const struct tdx_module *a;
	const struct tdx_module *b;
	struct change *list;
	u32 nr;
	u32 room;
	u32 common_slots;    /* how long the two slot lists are equal */
	bool positional;     /* the shorter list is the start of the longer one */
	char words[8][1024]; /* what an update without reboot does */
	u32 nr_words;
	bool stale; /* new TDs get something else than KVM believes */
};

static bool configurable(enum bit_class class)
{
	return class == CLASS_CONFIG || class == CLASS_ALLOW;
}

static bool becomes_configurable(const struct change *c)
{
	return c->from == CLASS_FIXED1 && configurable(c->to);
}

static bool shrinks(const struct change *c)
{
	return configurable(c->from) && !configurable(c->to);
}

static bool grows(const struct change *c)
{
	return !configurable(c->from) && configurable(c->to);
}

static const char *verdict_of(u32 leaf, u32 subleaf, int reg, int bit)
{
	struct tdxcpuid_verdict v;

	tdxcpuid_verdict(leaf, subleaf, reg, bit, &v);
	return v.value ? "value" : v.allowed ? "allowed" : "denied";
}

static void add_bit(struct difference *d, const struct change *new)
{
	struct change *c;

	/* Rows of one register follow each other. */
	for (u32 i = d->nr; i > 0; i--) {
		c = &d->list[i - 1];
		if (c->bits.leaf != new->bits.leaf || c->bits.subleaf != new->bits.subleaf ||
		    c->bits.reg != new->bits.reg)
			break;
		if (c->from == new->from && c->to == new->to && c->verdict == new->verdict) {
			c->bits.mask |= new->bits.mask;
			return;
		}
	}

	if (d->nr == d->room) {
		d->room = d->room * 2 + 64;
		d->list = realloc(d->list, d->room * sizeof(*d->list));
		if (!d->list) {
			fputs("tdxcpuid: out of memory\n", stderr);
			exit(EXIT_BAD);
		}
	}
	d->list[d->nr++] = *new;
}

static void compare_leaf(struct difference *d, u32 leaf, u32 subleaf)
{
	const struct tdx_module_entry *a = find_entry(d->a, leaf, subleaf);
	const struct tdx_module_entry *b = find_entry(d->b, leaf, subleaf);

	for (int reg = 0; reg < 4; reg++) {
		for (int bit = 0; bit < 32; bit++) {
			struct change c = {
				.bits = { leaf, subleaf, reg, 1U << bit, NULL },
				.from = class_of(a, reg, bit),
				.to = class_of(b, reg, bit),
			};

			if (c.from == c.to)
				continue;
			c.verdict = verdict_of(leaf, subleaf, reg, bit);
			add_bit(d, &c);
		}
	}
}

static int by_leaf(const void *a, const void *b)
{
	const u64 *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static const struct tdx_module_entry *slot_of(const struct tdx_module *m, u32 k)
{
	return tdx_module_entry(m, m->lookup_of_slot[k]);
}

static bool lost_by_update(const struct change *c)
{
	return (c->from == CLASS_FIXED1 || c->from == CLASS_NATIVE) && configurable(c->to);
}

static void PRINTF(2, 3) say(struct difference *d, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(d->words[d->nr_words++], sizeof(d->words[0]), format, ap);
	va_end(ap);
}

/* The names of the features that change so; registers where they have none. */
static const char *list_names(const struct difference *d, bool (*wanted)(const struct change *c),
			      char list[512])
{
	*list = '\0';
	for (u32 i = 0; i < d->nr; i++) {
		const struct bits *b = &d->list[i].bits;
		char names[NAMES_MAX], where[PLACE_MAX];

		if (!wanted(&d->list[i]))
			continue;
		snprintf(list + strlen(list), 512 - strlen(list), "%s%s", *list ? " " : "",
			 !strcmp(d->list[i].verdict, "value") ?
				 register_text(b->leaf, b->subleaf, b->reg, where) :
				 names_text(b, NAMES_MAX, names));
	}
	return list;
}

/* What running KVM makes of it: it goes on with the CPUID_CONFIG table of A. */
static void find_update(struct difference *d)
{
	char list[512];

	while (d->common_slots < d->a->nr_config && d->common_slots < d->b->nr_config &&
	       slot_of(d->a, d->common_slots)->leaf == slot_of(d->b, d->common_slots)->leaf &&
	       slot_of(d->a, d->common_slots)->subleaf == slot_of(d->b, d->common_slots)->subleaf)
		d->common_slots++;
	d->positional = d->common_slots == d->a->nr_config || d->common_slots == d->b->nr_config;

	say(d,
	    "KVM reads CPUID_CONFIG once, when it boots the module. After an update without reboot "
	    "it reports the new version, but still the old module's slots and masks.");
	if (!d->positional) {
		say(d,
		    "The slot lists differ in order: KVM puts values into the wrong slots, and TDs "
		    "get wrong CPUID or are refused.");
		d->stale = true;
	}
	if (*list_names(d, lost_by_update, list)) {
		say(d,
		    "New TDs silently lose %s: until KVM is booted again no VMM can ask for what "
		    "is "
		    "configurable now, and KVM leaves it at 0.",
		    list);
		d->stale = true;
	}
	if (*list_names(d, shrinks, list)) {
		say(d,
		    "KVM still reports as configurable: %s. A request that sets what the new "
		    "module "
		    "has given up is refused with -EINVAL and hw_error 0xc000010000000045.",
		    list);
		d->stale = true;
	}
	if (!d->stale)
		say(d,
		    "New TDs get the same as before; what is newly configurable can be used after "
		    "the next boot.");
}

static void find_difference(struct difference *d)
{
	u64 leaves[2 * TDX_MODULE_MAX_LOOKUP];
	const struct tdx_module *m[] = { d->a, d->b };
	u32 nr = 0;

	for (int n = 0; n < 2; n++) {
		for (u32 i = 0; i < m[n]->nr_lookup; i++) {
			const struct tdx_module_entry *e = tdx_module_entry(m[n], i);

			leaves[nr++] = (u64)e->leaf << 32 | e->subleaf;
		}
	}
	qsort(leaves, nr, sizeof(*leaves), by_leaf);
	for (u32 i = 0; i < nr; i++) {
		if (!i || leaves[i] != leaves[i - 1])
			compare_leaf(d, leaves[i] >> 32, (u32)leaves[i]);
	}
	find_update(d);
}

static void module_to_json(struct out *j, const char *key, const struct tdx_module *m)
{
	out_open(j, key, '{');
	out_string(j, "module", m->version);
	out_int(j, "slots", m->nr_config);
	out_hex(j, "attributes_fixed0", m->attributes_fixed0);
	out_hex(j, "xfam_fixed0", m->xfam_fixed0);
	out_hex(j, "config_flags_fixed0", m->config_flags_fixed0);
	out_bool(j, "preproduction", m->preproduction);
	out_close(j, '}');
}

static void slots_to_json(struct out *j, const char *key, const struct tdx_module *in,
			  const struct tdx_module *not_in)
{
	out_open(j, key, '[');
	for (u32 k = 0; k < in->nr_config; k++) {
		const struct tdx_module_entry *e = slot_of(in, k);
		const struct tdx_module_entry *other = find_entry(not_in, e->leaf, e->subleaf);

		if (other && other->slot >= 0)
			continue;
		out_open(j, NULL, '{');
		out_hex(j, "leaf", e->leaf);
		out_subleaf(j, "subleaf", e->subleaf);
		out_close(j, '}');
	}
	out_close(j, ']');
}

static void difference_to_json(const struct difference *d)
{
	struct out j = { .break_depth = 2 };

	out_open(&j, NULL, '{');
	out_int(&j, "schema", 1);
	module_to_json(&j, "a", d->a);
	module_to_json(&j, "b", d->b);
	out_open(&j, "changes", '[');
	for (u32 i = 0; i < d->nr; i++) {
		const struct change *c = &d->list[i];

		out_open(&j, NULL, '{');
		out_bits(&j, &c->bits);
		out_string(&j, "from", class_name(c->from));
		out_string(&j, "to", class_name(c->to));
		out_string(&j, "verdict", c->verdict);
		out_open(&j, "flags", '[');
		if (becomes_configurable(c))
			out_string(&j, NULL, "fixed1-to-configurable");
		if (shrinks(c))
			out_string(&j, NULL, "shrinks");
		out_close(&j, ']');
		out_close(&j, '}');
	}
	out_close(&j, ']');
	slots_to_json(&j, "slots_added", d->b, d->a);
	slots_to_json(&j, "slots_removed", d->a, d->b);
	out_open(&j, "update", '{');
	out_bool(&j, "stale", d->stale);
	out_bool(&j, "positional", d->positional);
	out_open(&j, "text", '[');
	for (u32 i = 0; i < d->nr_words; i++)
		out_string(&j, NULL, d->words[i]);
	out_close(&j, ']');
	out_close(&j, '}');
	out_close(&j, '}');
	out_flush(&j);
	out_free(&j);
}

static u32 named(const struct bits *b)
{
	char name[TDXCPUID_NAME_MAX];
	u32 mask = 0;

	for (int bit = 0; bit < 32; bit++) {
		if ((b->mask >> bit & 1) &&
		    !strchr(tdxcpuid_bit_name(
				    (struct tdxcpuid_bit){ b->leaf, b->subleaf, b->reg, bit },
				    name),
			    '.'))
			mask |= 1U << bit;
	}
	return mask;
}

static void print_changes(const struct difference *d, const char *heading,
			  bool (*wanted)(const struct change *c))
{
	static const char *const columns[] = { "REGISTER", "MASK", "BITS", "FROM", "TO", "POLICY" };
	struct table *table = NULL;

	for (u32 i = 0; i < d->nr; i++) {
		const struct change *c = &d->list[i];
		char where[PLACE_MAX], mask[PLACE_MAX], names[NAMES_MAX];
		struct bits b = c->bits;

		if (!wanted(c))
			continue;
		/* Here the other bits are noise: nobody can do anything about them. */
		if (!configurable(c->from) && !configurable(c->to))
			b.mask = named(&b);
		if (!table) {
			printf("\n%s%s%s\n", style(STYLE_BOLD), heading, style(STYLE_PLAIN));
			table = table_new(columns, ARRAY_SIZE(columns));
		}
		if (!strcmp(c->verdict, "value"))
			snprintf(names, sizeof(names), "(a number)");
		else
			names_text(&b, 48, names);
		table_row(table, register_text(b.leaf, b.subleaf, b.reg, where),
			  hex_text(c->bits.mask, mask), names, class_name(c->from),
			  class_name(c->to),
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
	return !grows(c) && !shrinks(c) && c->from != CLASS_ABSENT && c->to != CLASS_ABSENT;
}

static void print_leaves(const struct difference *d, const char *heading, bool added)
{
	const struct bits *last = NULL;
	char where[PLACE_MAX];

	for (u32 i = 0; i < d->nr; i++) {
		const struct change *c = &d->list[i];

		if ((added ? c->from : c->to) != CLASS_ABSENT || grows(c) || shrinks(c))
			continue;
		if (last && last->leaf == c->bits.leaf && last->subleaf == c->bits.subleaf)
			continue;
		printf("%s%s", last ? " " : heading,
		       leaf_text(c->bits.leaf, c->bits.subleaf, where));
		last = &c->bits;
	}
	if (last)
		putchar('\n');
}

static void difference_to_text(const struct difference *d)
{
	printf("module %s (%u slots%s) -> module %s (%u slots%s)\n", d->a->version, d->a->nr_config,
	       d->a->preproduction ? ", pre-production" : "", d->b->version, d->b->nr_config,
	       d->b->preproduction ? ", pre-production" : "");
	if (d->a->attributes_fixed0 != d->b->attributes_fixed0)
		printf("attributes_fixed0 0x%llx -> 0x%llx\n",
		       (unsigned long long)d->a->attributes_fixed0,
		       (unsigned long long)d->b->attributes_fixed0);
	if (d->a->xfam_fixed0 != d->b->xfam_fixed0)
		printf("xfam_fixed0 0x%llx -> 0x%llx\n", (unsigned long long)d->a->xfam_fixed0,
		       (unsigned long long)d->b->xfam_fixed0);
	if (d->a->config_flags_fixed0 != d->b->config_flags_fixed0)
		printf("config_flags_fixed0 0x%llx -> 0x%llx\n",
		       (unsigned long long)d->a->config_flags_fixed0,
		       (unsigned long long)d->b->config_flags_fixed0);
	if (!d->nr)
		printf("No CPUID bit changes class.\n");

	print_changes(d, "Were always 1, now configurable: a TD loses them unless the VMM asks",
		      becomes_configurable);
	print_changes(d, "Newly configurable", new_bits);
	print_changes(d, "Configurable no longer: masks shrink", shrinks);
	print_changes(d, "Other changes, which no VMM can configure", others);
	if (d->nr)
		putchar('\n');
	print_leaves(d, "Leaves new to the module: ", true);
	print_leaves(d, "Leaves gone from the module: ", false);

	printf("\n%sUpdate from %s to %s without reboot%s\n", style(STYLE_BOLD), d->a->version,
	       d->b->version, style(STYLE_PLAIN));
	for (u32 i = 0; i < d->nr_words; i++)
		print_wrapped("  ", d->words[i], 96);
}

int cmd_diff(const struct options *o)
{
	struct difference d = { 0 };
	const char *file;
	struct trouble t;

	d.a = load_module(o->args[0], &file, &t);
	if (d.a)
		d.b = load_module(o->args[1], &file, &t);
	if (!d.b)
		return complain(file, &t);

	find_difference(&d);
	if (o->json)
		difference_to_json(&d);
	else
		difference_to_text(&d);
	free(d.list);
	return 0;
}
