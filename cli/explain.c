// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* tdxcpuid explain: one bit, in the policy, in the modules and in the CPUs. */
#include "json_out.h"
#include "options.h"
#include "print.h"
#include "target.h"

#define MODULES_MAX 64

struct explanation {
	struct tdxcpuid_bit bit;
	char name[TDXCPUID_NAME_MAX];
	struct tdxcpuid_bit_verdict verdict;
	u32 nr_modules;
	struct {
		const char *version;
		enum tdxcpuid_class class;
	} module[MODULES_MAX];
	u32 nr_cpus;
	const char *cpu[MODULES_MAX];
};

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

static int find_bit(const char *name, struct tdxcpuid_bit *bit)
{
	if (!tdxcpuid_bit_find(name, bit)) {
		message("tdxcpuid explain: no CPUID bit is called '%.40s'; try a spelling like "
			"7.0.ecx.5 (leaf and subleaf in hex)",
			name);
		return -1;
	}
	if (bit->subleaf == NO_SUBLEAF && has_subleaves(bit->leaf) == 1) {
		message("tdxcpuid explain: leaf 0x%x has subleaves: which one, as in %x.0.%s.%d?",
			bit->leaf, bit->leaf, tdxcpuid_reg_name(bit->reg), bit->bit);
		return -1;
	}
	/* 1.0.ecx.5 is how others spell 1.ecx.5. */
	if (bit->subleaf == 0 && has_subleaves(bit->leaf) == 0)
		bit->subleaf = NO_SUBLEAF;
	return 0;
}

static void find_explanation(struct explanation *e)
{
	const struct tdxcpuid_module *m;
	const struct tdxcpuid_cpu *cpu;
	struct tdxcpuid_cpu_desc desc = { .size = sizeof(desc) };
	u32 reg[4];

	tdxcpuid_bit_name(&e->bit, e->name);
	tdxcpuid_bit_verdict(&e->bit, &e->verdict);

	for (u32 n = 0; (m = tdxcpuid_module_nth(n)) && n < MODULES_MAX; n++) {
		e->module[n].version = tdxcpuid_module_version(m);
		e->module[n].class = tdxcpuid_module_class(m, &e->bit);
		e->nr_modules++;
	}
	for (u32 n = 0; (cpu = tdxcpuid_cpu_nth(n)) && n < MODULES_MAX; n++) {
		tdxcpuid_cpu_cpuid(cpu, e->bit.leaf,
				   e->bit.subleaf == NO_SUBLEAF ? 0 : e->bit.subleaf, reg);
		tdxcpuid_cpu_describe(cpu, &desc);
		if (!desc.synthetic && reg[e->bit.reg] >> e->bit.bit & 1)
			e->cpu[e->nr_cpus++] = tdxcpuid_cpu_name(cpu);
	}
}

static void explanation_to_json(const struct explanation *e)
{
	struct out j = { .break_depth = 2 };
	const char *alias;

	out_open(&j, NULL, '{');
	out_int(&j, "schema", 1);
	out_string(&j, "bit", e->name);
	out_open(&j, "aliases", '[');
	for (u32 n = 0; (alias = tdxcpuid_bit_alias(&e->bit, n)); n++)
		out_string(&j, NULL, alias);
	out_close(&j, ']');
	out_hex(&j, "leaf", e->bit.leaf);
	out_subleaf(&j, "subleaf", e->bit.subleaf);
	out_string(&j, "register", tdxcpuid_reg_name(e->bit.reg));
	out_hex(&j, "mask", 1ULL << e->bit.bit);
	out_string(&j, "verdict", verdict_text(&e->verdict));
	out_bool(&j, "listed", e->verdict.listed);
	out_string(&j, "reason", e->verdict.reason);
	out_string(&j, "source", e->verdict.source);
	out_open(&j, "modules", '[');
	for (u32 n = 0; n < e->nr_modules; n++) {
		out_open(&j, NULL, '{');
		out_string(&j, "module", e->module[n].version);
		out_string(&j, "class", tdxcpuid_class_name(e->module[n].class));
		out_close(&j, '}');
	}
	out_close(&j, ']');
	out_open(&j, "cpus", '[');
	for (u32 n = 0; n < e->nr_cpus; n++)
		out_string(&j, NULL, e->cpu[n]);
	out_close(&j, ']');
	out_close(&j, '}');
	out_flush(&j);
	out_free(&j);
}

static void explanation_to_text(const struct explanation *e)
{
	static const char *const words[] = {
		[TDXCPUID_CLASS_CONFIG] = "configurable, taken as given",
		[TDXCPUID_CLASS_ALLOW] = "configurable, if the CPU has it",
		[TDXCPUID_CLASS_FIXED1] = "always 1",
		[TDXCPUID_CLASS_FIXED0] = "always 0",
		[TDXCPUID_CLASS_NATIVE] = "as the CPU has it",
		[TDXCPUID_CLASS_ABSENT] = "the leaf is unknown",
	};
	static const enum tdxcpuid_class order[] = { TDXCPUID_CLASS_CONFIG, TDXCPUID_CLASS_ALLOW,
						     TDXCPUID_CLASS_FIXED1, TDXCPUID_CLASS_FIXED0,
						     TDXCPUID_CLASS_NATIVE, TDXCPUID_CLASS_ABSENT };
	const struct tdxcpuid_bit_verdict *v = &e->verdict;
	char where[PLACE_MAX];
	const char *alias;

	print_in(STYLE_BOLD, "%s", e->name);
	print(": CPUID %s bit %d", register_text(e->bit.leaf, e->bit.subleaf, e->bit.reg, where),
	      e->bit.bit);
	for (u32 n = 0; (alias = tdxcpuid_bit_alias(&e->bit, n)); n++)
		print("%s%s", n ? ", " : " (also ", alias);
	print("%s\n", tdxcpuid_bit_alias(&e->bit, 0) ? ")" : "");

	print_in(v->allowed || v->value ? STYLE_GOOD : STYLE_ERROR, "%s", verdict_text(v));
	print("%s\n", v->listed || v->value ? "" : " by default: the allowlist has no row for it");
	if (v->reason)
		print_wrapped("  because: ", v->reason, 1000);
	if (v->source)
		print_wrapped("  source:  ", v->source, 1000);

	print("modules:\n");
	for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
		bool any = false;

		for (u32 n = 0; n < e->nr_modules; n++) {
			if (e->module[n].class != order[i])
				continue;
			if (!any)
				print("  %s:", words[order[i]]);
			print(" %s", e->module[n].version);
			any = true;
		}
		if (any)
			print("\n");
	}

	print("CPUs that have it:");
	for (u32 n = 0; n < e->nr_cpus; n++)
		print(" %s", e->cpu[n]);
	print("%s\n", e->nr_cpus ? "" : " none of the profiles");
}

int cmd_explain(const struct options *o)
{
	struct explanation e = { 0 };

	if (find_bit(o->args[0], &e.bit))
		return EXIT_BAD;
	find_explanation(&e);
	if (o->json)
		explanation_to_json(&e);
	else
		explanation_to_text(&e);
	return 0;
}
