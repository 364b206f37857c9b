// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* tdxcpuid diff: what changes for a VMM from one module to another. */
#include <stdlib.h>

#include "diff.h"
#include "json_out.h"
#include "options.h"
#include "print.h"
static const char *verdict_of(const struct tdxcpuid_bit *bit)
{
	struct tdxcpuid_bit_verdict v;

	tdxcpuid_bit_verdict(bit, &v);
	return verdict_text(&v);
}

static bool same_register(const struct tdxcpuid_bits *a, const struct tdxcpuid_bits *b)
{
	return a->leaf == b->leaf && a->subleaf == b->subleaf && a->reg == b->reg;
}

static void add_bit(struct difference *d, const struct change *new)
{
	struct change *c;

	/* Rows of one register follow each other. */
	for (u32 i = d->nr; i > 0; i--) {
		c = &d->list[i - 1];
		if (!same_register(&c->bits, &new->bits))
			break;
		if (c->from == new->from && c->to == new->to && c->verdict == new->verdict) {
			c->bits.mask |= new->bits.mask;
			return;
		}
	}

	if (d->nr == d->room) {
		d->room = d->room * 2 + 64;
		d->list = xrealloc(d->list, d->room * sizeof(*d->list));
	}
	d->list[d->nr++] = *new;
}

static void compare_leaf(struct difference *d, u32 leaf, u32 subleaf)
{
	for (int reg = 0; reg < 4; reg++) {
		for (int bit = 0; bit < 32; bit++) {
			const struct tdxcpuid_bit at = { leaf, subleaf, reg, bit };
			struct change c = {
				.bits = { .leaf = leaf,
					  .subleaf = subleaf,
					  .reg = reg,
					  .mask = 1U << bit },
				.from = tdxcpuid_module_class(d->a, &at),
				.to = tdxcpuid_module_class(d->b, &at),
			};

			if (c.from == c.to)
				continue;
			c.verdict = verdict_of(&at);
			add_bit(d, &c);
		}
	}
}

static int by_leaf(const void *a, const void *b)
{
	const u64 *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Whether slot @k of both modules is for the same leaf and subleaf. */
static bool same_slot(const struct difference *d, u32 k)
{
	struct tdxcpuid_module_entry a, b;

	return tdxcpuid_module_slot(d->a, k, &a) && tdxcpuid_module_slot(d->b, k, &b) &&
	       a.leaf == b.leaf && a.subleaf == b.subleaf;
}

static bool lost_by_update(const struct change *c)
{
	return (c->from == TDXCPUID_CLASS_FIXED1 || c->from == TDXCPUID_CLASS_NATIVE) &&
	       configurable(c->to);
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
	const struct tdxcpuid_bits *number = NULL; /* that was named last */

	*list = '\0';
	for (u32 i = 0; i < d->nr; i++) {
		const struct change *c = &d->list[i];
		const struct tdxcpuid_bits *b = &c->bits;
		char names[NAMES_MAX], where[PLACE_MAX];

		/* Parts of a number may change in several ways, and its register is named once. */
		if (!wanted(c) || (is_number(c) && number && same_register(number, b)))
			continue;
		if (is_number(c))
			number = b;
		snprintf(list + strlen(list), 512 - strlen(list), "%s%s", *list ? " " : "",
			 is_number(c) ? register_text(b->leaf, b->subleaf, b->reg, where) :
					names_text(b, names));
	}
	return list;
}

/* The CPUs that @from is shipped for, and @to is not. */
static const char *list_cpus(const struct tdxcpuid_module *from, const struct tdxcpuid_module *to,
			     char list[64])
{
	const struct tdxcpuid_cpu *cpu;

	*list = '\0';
	for (u32 n = 0; (cpu = tdxcpuid_cpu_nth(n)); n++) {
		struct tdxcpuid_cpu_desc desc = { .size = sizeof(desc) };

		tdxcpuid_cpu_describe(cpu, &desc);
		if (!desc.synthetic && !line_instead(from, cpu) && line_instead(to, cpu))
			snprintf(list + strlen(list), 64 - strlen(list), "%s%.15s",
				 *list ? ", " : "", tdxcpuid_cpu_name(cpu));
	}
	return list;
}

static void say_lines(struct difference *d)
{
	char from[64], to[64];

	if (*list_cpus(d->a, d->b, from) && *list_cpus(d->b, d->a, to))
		say(d,
		    "No host is known to get this update: %s is shipped for CPUs like %s, %s for "
		    "CPUs like %s. The rest is what it would do.",
		    d->from.version, from, d->to.version, to);
}

/* What running KVM makes of it: it goes on with the CPUID_CONFIG table of A. */
static void find_update(struct difference *d)
{
	char list[512];

	while (same_slot(d, d->common_slots))
		d->common_slots++;
	d->positional = d->common_slots == d->from.nr_slots || d->common_slots == d->to.nr_slots;

	say_lines(d);
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
	u64 leaves[2 * TDXCPUID_MAX_LOOKUP];
	const struct tdxcpuid_module *m[] = { d->a, d->b };
	struct tdxcpuid_module_entry e;
	u32 nr = 0;

	for (int n = 0; n < 2; n++) {
		for (u32 i = 0; tdxcpuid_module_entry(m[n], i, &e); i++)
			leaves[nr++] = (u64)e.leaf << 32 | e.subleaf;
	}
	qsort(leaves, nr, sizeof(*leaves), by_leaf);
	for (u32 i = 0; i < nr; i++) {
		if (!i || leaves[i] != leaves[i - 1])
			compare_leaf(d, leaves[i] >> 32, (u32)leaves[i]);
	}
	find_update(d);
}

static void module_to_json(struct out *j, const char *key, const struct tdxcpuid_module_desc *m)
{
	out_open(j, key, '{');
	out_string(j, "module", m->version);
	if (m->judged_as)
		out_string(j, "judged_as", m->judged_as);
	out_int(j, "slots", m->nr_slots);
	out_hex(j, "attributes_fixed0", m->attributes_fixed0);
	out_hex(j, "xfam_fixed0", m->xfam_fixed0);
	out_hex(j, "config_flags_fixed0", m->config_flags_fixed0);
	out_bool(j, "preproduction", m->preproduction);
	out_close(j, '}');
}

static bool has_slot(const struct tdxcpuid_module *m, u32 leaf, u32 subleaf)
{
	struct tdxcpuid_module_entry e;

	for (u32 k = 0; tdxcpuid_module_slot(m, k, &e); k++) {
		if (e.leaf == leaf && e.subleaf == subleaf)
			return true;
	}
	return false;
}

static void slots_to_json(struct out *j, const char *key, const struct tdxcpuid_module *in,
			  const struct tdxcpuid_module *not_in)
{
	struct tdxcpuid_module_entry e;

	out_open(j, key, '[');
	for (u32 k = 0; tdxcpuid_module_slot(in, k, &e); k++) {
		if (has_slot(not_in, e.leaf, e.subleaf))
			continue;
		out_open(j, NULL, '{');
		out_hex(j, "leaf", e.leaf);
		out_subleaf(j, "subleaf", e.subleaf);
		out_close(j, '}');
	}
	out_close(j, ']');
}

static void difference_to_json(const struct difference *d)
{
	struct out j = { .break_depth = 2 };

	out_open(&j, NULL, '{');
	out_int(&j, "schema", 1);
	module_to_json(&j, "a", &d->from);
	module_to_json(&j, "b", &d->to);
	out_open(&j, "changes", '[');
	for (u32 i = 0; i < d->nr; i++) {
		const struct change *c = &d->list[i];

		out_open(&j, NULL, '{');
		out_bits(&j, &c->bits);
		out_string(&j, "from", tdxcpuid_class_name(c->from));
		out_string(&j, "to", tdxcpuid_class_name(c->to));
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

	d.from.size = d.to.size = sizeof(d.from);
	tdxcpuid_module_describe(d.a, &d.from);
	tdxcpuid_module_describe(d.b, &d.to);
	find_difference(&d);
	if (o->json)
		difference_to_json(&d);
	else
		difference_to_text(&d);
	free(d.list);
	return 0;
}
