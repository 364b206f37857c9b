// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* tdxcpuid explain: a bit in a TD, in the policy, in the modules and in the CPUs. */
#include <ctype.h>
#include <stdlib.h>

#include "explain.h"
#include "json_out.h"
#include "near.h"
#include "options.h"
#include "print.h"

/* Whether the modules tell subleaves of the leaf apart; -1 if no module knows the leaf. */
static int has_subleaves(u32 leaf)
{
	const struct tdxcpuid_module *m;
	struct tdxcpuid_module_entry e;

	for (u32 n = 0; (m = tdxcpuid_module_nth(n)); n++) {
		for (u32 i = 0; tdxcpuid_module_entry(m, i, &e); i++) {
			if (e.leaf == leaf)
				return e.subleaf != NO_SUBLEAF;
		}
	}
	return -1;
}

/* The module of @host, or what stands for one that is not known. */
static const struct tdxcpuid_module *module_of(const struct target *host)
{
	return host->info.module ? host->info.module :
				   tdxcpuid_module_find(TDXCPUID_DEFAULT_MODULE);
}

static void compare_modules(struct explanation *e, const char *own)
{
	e->alike = true;
	for (u32 n = 0; n < e->nr_modules; n++)
		e->alike &= !strcmp(e->module[n].text, own);
}

static void explain_cpu(struct explanation *e, const struct tdxcpuid_cpu *cpu)
{
	struct tdxcpuid_cpu_desc desc = { .size = sizeof(desc) };
	u32 reg[4];

	tdxcpuid_cpu_describe(cpu, &desc);
	if (desc.synthetic)
		return;

	tdxcpuid_cpu_cpuid(cpu, e->bit.leaf, e->bit.subleaf == NO_SUBLEAF ? 0 : e->bit.subleaf,
			   reg);
	if ((reg[e->bit.reg] >> e->bit.bit & 1) && e->nr_cpus < EXPLAIN_MAX)
		e->cpu[e->nr_cpus++] = tdxcpuid_cpu_name(cpu);
}

void explain_bit(struct explanation *e, const struct target *host, const struct tdxcpuid_bit *bit)
{
	const struct tdxcpuid_module *m;
	const struct tdxcpuid_cpu *cpu;
	struct tdxcpuid_bit_fate fate;
	char own[TDXCPUID_TEXT_MAX];

	e->kind = EXPLAIN_BIT;
	e->host = host;
	e->bit = *bit;
	tdxcpuid_bit_name(bit, e->name);
	tdxcpuid_bit_verdict(bit, &e->verdict);
	tdxcpuid_bit_fate(host->kvm, bit, &e->fate);
	tdxcpuid_fate_text(&e->fate, e->headline);

	for (u32 n = 0; (m = tdxcpuid_module_nth(n)) && n < EXPLAIN_MAX; n++) {
		module_fate(m, bit, &fate);
		e->module[n].version = tdxcpuid_module_version(m);
		e->module[n].class = tdxcpuid_module_class(m, bit);
		tdxcpuid_fate_text(&fate, e->module[n].text);
		e->offered |= fate.fate == TDXCPUID_FATE_CHOICE ||
			      fate.fate == TDXCPUID_FATE_CHOICE_NATIVE;
		e->nr_modules++;
	}
	module_fate(module_of(host), bit, &fate);
	tdxcpuid_fate_text(&fate, own);
	compare_modules(e, own);

	for (u32 n = 0; (cpu = tdxcpuid_cpu_nth(n)); n++)
		explain_cpu(e, cpu);
	/* And one that was read from a file. */
	if (host->info.cpu && tdxcpuid_cpu_find(host->cpu) != host->info.cpu)
		explain_cpu(e, host->info.cpu);
}

/* The bits that a TD on @host has only with what @e is about. */
static void find_needed(struct explanation *e)
{
	struct tdxcpuid_module_entry entry;

	for (u32 i = 0; tdxcpuid_module_entry(module_of(e->host), i, &entry); i++) {
		for (int reg = 0; reg < 4; reg++) {
			struct tdxcpuid_bits b = { .leaf = entry.leaf,
						   .subleaf = entry.subleaf,
						   .reg = reg };

			for (int bit = 0; bit < 32; bit++) {
				const struct tdxcpuid_bit at = { b.leaf, b.subleaf, reg, bit };
				struct tdxcpuid_bit_fate fate;

				tdxcpuid_bit_fate(e->host->kvm, &at, &fate);
				if (fate.module == TDXCPUID_FATE_NEVER)
					continue;
				if ((e->field == TDXCPUID_FIELD_XFAM ? fate.xfam :
								       fate.attributes) &
				    e->mask)
					b.mask |= 1U << bit;
			}
			if (b.mask)
				e->needed[e->nr_needed++] = b;
		}
	}
}

/* Whether a module that the host's may be does not have all of it. */
static bool may_lack(const struct explanation *e)
{
	const struct tdxcpuid_module *module;

	for (u32 n = 0; (module = tdxcpuid_module_nth(n)); n++) {
		struct tdxcpuid_module_desc m = { .size = sizeof(m) };

		tdxcpuid_module_describe(module, &m);
		if (e->mask & ~m.xfam_fixed0)
			return !e->host->info.module;
	}
	return false;
}

/* What keeps a component from TDs; of a host that is read only the sum is known. */
static const char *who_lacks(const struct explanation *e, const struct tdxcpuid_module_desc *m)
{
	u32 xcr0[4], xss[4];
	u64 cpu;

	if (e->field == TDXCPUID_FIELD_ATTRIBUTES)
		return "KVM";
	if (may_lack(e))
		return "the TDX module, KVM or the CPU";
	if (e->mask & ~m->xfam_fixed0)
		return "the TDX module";
	if (!e->host->info.model)
		return "KVM or the CPU";
	tdxcpuid_cpu_cpuid(e->host->info.cpu, 0xd, 0, xcr0);
	tdxcpuid_cpu_cpuid(e->host->info.cpu, 0xd, 1, xss);
	cpu = xcr0[TDXCPUID_EAX] | xss[TDXCPUID_ECX] |
	      (u64)(xcr0[TDXCPUID_EDX] | xss[TDXCPUID_EDX]) << 32;
	if (e->mask & ~cpu)
		return "the CPU";
	return e->host->info.xfam ? "KVM" : "KVM or the CPU";
}

static void field_headline(struct explanation *e)
{
	bool xfam = e->field == TDXCPUID_FIELD_XFAM;
	u64 supported = xfam ? e->host->info.xfam : e->host->info.attributes;
	struct tdxcpuid_module_desc m = { .size = sizeof(m) };
	char all[TDXCPUID_TEXT_MAX];

	tdxcpuid_module_describe(module_of(e->host), &m);
	tdxcpuid_field_text(e->field, supported, all);
	if (((xfam ? m.xfam_fixed1 : m.attributes_fixed1) & e->mask) == e->mask)
		snprintf(e->headline, sizeof(e->headline), "always: the TDX module wants it");
	else if ((supported & e->mask) == e->mask)
		snprintf(e->headline, sizeof(e->headline), "the VMM's choice");
	else
		snprintf(e->headline, sizeof(e->headline),
			 "never: %s does not support it; a TD may have %.900s", who_lacks(e, &m),
			 all);
}

static void explain_field(struct explanation *e, const struct target *host,
			  enum tdxcpuid_field field, u64 mask)
{
	const struct tdxcpuid_module *module;
	char text[TDXCPUID_TEXT_MAX];

	e->kind = EXPLAIN_FIELD;
	e->host = host;
	e->field = field;
	e->mask = mask;
	tdxcpuid_field_text(field, mask, text);
	snprintf(e->name, sizeof(e->name), "%.*s", (int)strcspn(text, " "), text);
	if (!strncmp(text, "bit", 3))
		snprintf(e->name, sizeof(e->name), "%s.%.8s", tdxcpuid_field_name(field), text + 4);
	field_headline(e);
	find_needed(e);

	for (u32 n = 0; (module = tdxcpuid_module_nth(n)) && n < EXPLAIN_MAX; n++) {
		struct tdxcpuid_module_desc m = { .size = sizeof(m) };
		bool xfam = field == TDXCPUID_FIELD_XFAM;

		tdxcpuid_module_describe(module, &m);
		e->module[n].version = m.version;
		strcpy(e->module[n].text,
		       !(mask & ~(xfam ? m.xfam_fixed1 : m.attributes_fixed1)) ?
			       "must be set" :
		       !(mask & ~(xfam ? m.xfam_fixed0 : m.attributes_fixed0)) ?
			       "may be set" :
		       !(mask & ~(m.attributes_fixed0 | m.attributes_conditional)) && !xfam ?
			       "may be set, if the CPU has the feature" :
			       "must not be set");
		e->nr_modules++;
	}
	compare_modules(e, e->module[0].text);
}

static int not_found(const char *what, const struct explanation *e)
{
	char text[NEAR_TEXT_MAX];
	const char *word;
	struct near near;

	near_begin(&near, what);
	near_try_bits(&near);
	for (const struct linux_flag *flag = linux_flags; flag->name; flag++)
		near_try(&near, flag->name);
	for (int field = 0; field <= TDXCPUID_FIELD_XFAM; field++) {
		for (u32 n = 0; n < 64; n++) {
			word = tdxcpuid_field_bit_name(field, n);
			if (word)
				near_try(&near, word);
		}
	}
	near_text(&near, text);
	/* A word that is not complete. */
	if (!*text && e->nr_bits)
		snprintf(text, sizeof(text), "; did you mean '%s'?",
			 tdxcpuid_bit_name(&e->bits[0], (char[TDXCPUID_NAME_MAX]){ 0 }));
	message("tdxcpuid explain: no CPUID bit, attribute or XFAM component is called '%.80s'%s",
		what, *text ? text : "; try a spelling like 0x7.0.ecx.5, or 0x7.0.ecx");
	return -1;
}

static int place_bit(struct tdxcpuid_bit *bit, bool whole_register)
{
	char number[16] = "";

	if (bit->subleaf == NO_SUBLEAF && has_subleaves(bit->leaf) == 1) {
		message("tdxcpuid explain: leaf 0x%x has subleaves: which one, as in 0x%x.0.%s?",
			bit->leaf, bit->leaf, tdxcpuid_reg_name(bit->reg));
		return -1;
	}
	if (bit->subleaf == NO_SUBLEAF || has_subleaves(bit->leaf))
		return 0;
	/* 1.0.ecx.5 is how others spell 1.ecx.5. */
	if (!bit->subleaf) {
		bit->subleaf = NO_SUBLEAF;
		return 0;
	}
	/* CPUs have more subleaves of 0x1e than the modules, and do not look at ECX for 0x1. */
	if (tdxcpuid_leaf_indexed(bit->leaf))
		return 0;
	if (!whole_register)
		snprintf(number, sizeof(number), ".%d", bit->bit);
	message("tdxcpuid explain: leaf 0x%x has no subleaves; did you mean 0x%x.%s%s?", bit->leaf,
		bit->leaf, tdxcpuid_reg_name(bit->reg), number);
	return -1;
}

/* @what is a leaf, and @eax its first register. */
static int which_register(const char *what, struct tdxcpuid_bit *eax)
{
	char where[PLACE_MAX];

	if (eax->subleaf == NO_SUBLEAF && has_subleaves(eax->leaf) == 1)
		eax->subleaf = 0;
	if (!place_bit(eax, true))
		message("tdxcpuid explain: %.80s is a leaf; name a register, as in %s", what,
			register_text(eax->leaf, eax->subleaf, eax->reg, where));
	return -1;
}

static int explain_one(struct explanation *e, const struct target *host, const char *what)
{
	enum tdxcpuid_field field;
	struct tdxcpuid_bit bit;
	char first[96];
	u64 mask;

	if (tdxcpuid_bit_find(what, &bit)) {
		if (place_bit(&bit, false))
			return -1;
		explain_bit(e, host, &bit);
		return 0;
	}
	e->flag = find_linux_flag(what);
	if (e->flag) {
		e->kind = EXPLAIN_FLAG;
		e->host = host;
		snprintf(e->name, sizeof(e->name), "%s", e->flag->name);
		return 0;
	}
	if (tdxcpuid_field_find(what, &field, &mask)) {
		explain_field(e, host, field, mask);
		return 0;
	}
	e->host = host;
	if (find_register(what, &bit)) {
		if (place_bit(&bit, true))
			return -1;
		group_register(e, &bit);
		return 0;
	}
	snprintf(first, sizeof(first), "%.80s.eax", what);
	if (find_register(first, &bit) && (isdigit((u8)*what) || has_subleaves(bit.leaf) >= 0))
		return which_register(what, &bit);
	return group_family(e, what) ? 0 : not_found(what, e);
}

/* Else "never" of a module that the CPU does not get would pass for the CPU's. */
static void note_line(const struct target *host)
{
	struct notes notes = { 0 };

	if (host->info.model)
		add_line_note(&notes, host);
	if (notes.nr)
		print("\nnote: %s\n", notes.text[0]);
}

int cmd_explain(const struct options *o)
{
	const struct target *host = target_of_options(o);
	struct explanation *e;
	struct out j = { 0 };
	int status = 0;

	if (!host)
		return EXIT_BAD;
	e = xcalloc(1, sizeof(*e));
	for (int i = 0; i < o->nr_args; i++) {
		memset(e, 0, sizeof(*e));
		if (explain_one(e, host, o->args[i])) {
			status = EXIT_BAD;
			break;
		}
		if (!o->json) {
			if (i)
				print("\n");
			explanation_to_text(e);
			continue;
		}
		if (!i) {
			bool several = o->nr_args > 1 || e->kind == EXPLAIN_GROUP;

			j.break_depth = several ? 3 : 2;
			if (several)
				out_open(&j, NULL, '[');
		}
		explanation_to_json(&j, e);
	}
	if (!o->json && !status)
		note_line(host);
	if (o->json && !status) {
		if (j.depth)
			out_close(&j, ']');
		out_flush(&j);
	}
	out_free(&j);
	free(e);
	return status;
}
