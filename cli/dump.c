// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * tdxcpuid dump: this host as JSON, without what differs from CPU to CPU and over time; a modelled
 * one; or a CPU profile.
 */
#include <stdlib.h>

#include "json_out.h"
#include "options.h"
#include "snapshot.h"

static void known_string(struct out *j, const char *key, const char *value)
{
	out_string(j, key, *value ? value : NULL);
}

void leaves_to_json(struct out *j, u64 arch_capabilities, const struct tdxcpuid_leaf *leaves,
		    u32 nr)
{
	out_hex(j, "ia32_arch_capabilities", arch_capabilities);
	out_open(j, "cpuid", '{');
	for (u32 i = 0; i < nr; i++) {
		const struct tdxcpuid_leaf *leaf = &leaves[i];
		char key[32];

		if (leaf->subleaf == NO_SUBLEAF)
			snprintf(key, sizeof(key), "%x", leaf->leaf);
		else
			snprintf(key, sizeof(key), "%x.%x", leaf->leaf, leaf->subleaf);
		out_open(j, key, '[');
		for (int reg = 0; reg < 4; reg++)
			out_hex(j, NULL, leaf->reg[reg]);
		out_close(j, ']');
	}
	out_close(j, '}');
}

/* null without TDX */
static void capabilities_to_json(struct out *j, const struct snapshot *s)
{
	if (!s->has_tdx) {
		out_null(j, "capabilities");
		return;
	}
	out_open(j, "capabilities", '{');
	out_hex(j, "attributes", s->caps.attributes);
	out_hex(j, "xfam", s->caps.xfam);
	out_int(j, "tsc_khz", s->caps.tsc_khz);
	out_open(j, "cpuid", '[');
	for (u32 k = 0; k < s->caps.nent; k++)
		out_entry(j, &s->caps.cpuid[k]);
	out_close(j, ']');
	out_close(j, '}');
}

/* Of a modelled host nothing is known of it. */
static void supported_to_json(struct out *j, const struct snapshot *s)
{
	if (!s->nr_supported)
		return;
	out_open(j, "supported", '{');
	out_open(j, "cpuid", '[');
	for (u32 i = 0; i < s->nr_supported; i++)
		out_entry(j, &s->supported[i]);
	out_close(j, ']');
	out_close(j, '}');
}

static void snapshot_to_json(const struct snapshot *s)
{
	struct out j = { .break_depth = 3 };

	out_open(&j, NULL, '{');
	out_int(&j, "schema", 1);
	if (*s->name)
		out_string(&j, "name", s->name);
	known_string(&j, "module", s->module);
	if (s->judged_as)
		out_string(&j, "judged_as", s->judged_as);
	if (s->has_policy)
		out_string(&j, "policy", tdxcpuid_policy_name(s->caps.policy));
	known_string(&j, "kernel", s->kernel);
	known_string(&j, "microcode", s->microcode);
	if (s->caps.gpaw52 == TDXCPUID_UNKNOWN)
		out_null(&j, "gpaw52");
	else
		out_bool(&j, "gpaw52", s->caps.gpaw52 == TDXCPUID_YES);
	capabilities_to_json(&j, s);
	snp_member(&j, &s->snp);
	supported_to_json(&j, s);
	out_open(&j, "native", '{');
	leaves_to_json(&j, s->arch_capabilities, s->native, s->nr_native);
	out_close(&j, '}');
	out_close(&j, '}');
	out_flush(&j);
	out_free(&j);
}

static u32 leaves_of(const struct tdxcpuid_cpu *cpu, struct tdxcpuid_leaf leaves[NATIVE_MAX])
{
	u32 nr = 0;

	while (nr < NATIVE_MAX && tdxcpuid_cpu_leaf(cpu, nr, &leaves[nr]))
		nr++;
	return nr;
}

static int take_model(struct snapshot *s, const struct options *o)
{
	const struct target *host = target_of_options(o);
	const struct tdxcpuid_host_info *info;

	if (!host)
		return -1;
	info = &host->info;
	if (info->disabled & TDXCPUID_NO_MODULE) {
		message("tdxcpuid dump: there is nothing to write down: module %s does not initialize "
			"on CPU %s; tdxcpuid caps says why",
			host->module, host->cpu);
		return -1;
	}
	if (info->disabled)
		message("tdxcpuid dump: Linux 7.3 does not enable TDX with module %s: this is what it "
			"would report",
			host->module);

	s->caps = (struct tdxcpuid_caps){
		.size = sizeof(s->caps),
		.nent = info->nr_slots,
		.attributes = info->attributes,
		.xfam = info->xfam,
		.cpuid = info->cpuid,
		.gpaw52 = info->gpaw52,
		.tsc_khz = info->tsc_khz,
		.policy = info->policy,
	};
	s->has_tdx = true;
	s->has_policy = true;
	s->nr_native = leaves_of(info->cpu, s->native);
	s->arch_capabilities = tdxcpuid_cpu_arch_capabilities(info->cpu);
	s->judged_as = host->judged_as;
	snprintf(s->module, sizeof(s->module), "%s", host->module);
	return 0;
}

static int dump_host(const struct options *o)
{
	struct snapshot *s = xcalloc(1, sizeof(*s));
	int error =
		o->module || o->has_policy ? take_model(s, o) : take_snapshot(s, NEED_SUPPORTED);

	if (o->name)
		snprintf(s->name, sizeof(s->name), "%s", o->name);
	if (!error)
		snapshot_to_json(s);
	free(s);
	return error ? EXIT_BAD : 0;
}

static void profile_to_json(const struct tdxcpuid_cpu *cpu)
{
	struct tdxcpuid_leaf *leaves = xcalloc(NATIVE_MAX, sizeof(*leaves));
	const struct notes *notes = cpu_notes(cpu);
	struct tdxcpuid_cpu_desc desc = { .size = sizeof(desc) };
	struct out j = { .break_depth = 2 };

	tdxcpuid_cpu_describe(cpu, &desc);
	out_open(&j, NULL, '{');
	out_string(&j, "description", desc.description ? desc.description : tdxcpuid_cpu_name(cpu));
	if (desc.source)
		out_string(&j, "source", desc.source);
	if (notes && notes->nr)
		out_notes(&j, notes);
	leaves_to_json(&j, tdxcpuid_cpu_arch_capabilities(cpu), leaves, leaves_of(cpu, leaves));
	out_close(&j, '}');
	out_flush(&j);
	out_free(&j);
	free(leaves);
}

static int dump_cpu(const struct options *o)
{
	const struct tdxcpuid_cpu *cpu;
	const char *file;
	struct trouble t;

	cpu = load_cpu(o->cpu, &file, &t);
	if (!cpu)
		return complain(file, &t);
	profile_to_json(cpu);
	return 0;
}

int cmd_dump(const struct options *o)
{
	return o->cpu && !o->module && !o->has_policy ? dump_cpu(o) : dump_host(o);
}
