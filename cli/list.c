// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* tdxcpuid list: which modules, CPUs and policies there are. */
#include "json_out.h"
#include "options.h"
#include "print.h"

static const struct {
	enum tdxcpuid_policy policy;
	const char *words;
} policies[] = {
	{ TDXCPUID_ALLOWLIST, "nothing but what KVM has opted in to; as proposed for Linux" },
	{ TDXCPUID_LINUX_7_3, "today's denylist, defects included" },
	{ TDXCPUID_NONE, "Linux 7.3 without its denylist" },
};

static struct tdxcpuid_cpu_desc described(const struct tdxcpuid_cpu *cpu)
{
	struct tdxcpuid_cpu_desc desc = { .size = sizeof(desc) };

	tdxcpuid_cpu_describe(cpu, &desc);
	return desc;
}

static void modules_to_text(void)
{
	static const char *const columns[] = { "MODULE", "BUILD", "DATE", "" };
	struct table *table = table_new(columns, ARRAY_SIZE(columns));
	struct tdxcpuid_release r;

	for (u32 n = 0; tdxcpuid_release_nth(n, &r); n++) {
		char build[16] = "-", date[16] = "-", words[64] = "";

		if (r.build_num)
			snprintf(build, sizeof(build), "%u", r.build_num);
		if (r.build_date)
			snprintf(date, sizeof(date), "%04u-%02u-%02u", r.build_date / 10000,
				 r.build_date / 100 % 100, r.build_date % 100);
		if (r.judged_as)
			snprintf(words, sizeof(words), "no published source, judged as %s",
				 r.judged_as);
		else if (!strcmp(r.version, TDXCPUID_DEFAULT_MODULE))
			strcpy(words, "the default");
		table_row(table, r.version, build, date, words);
	}
	table_print(table);
}

static void cpus_to_text(void)
{
	static const char *const columns[] = { "CPU", "MODULES", "" };
	struct table *table = table_new(columns, ARRAY_SIZE(columns));
	const struct tdxcpuid_cpu *cpu;
	char invented[800] = "";

	for (u32 n = 0; (cpu = tdxcpuid_cpu_nth(n)); n++) {
		const struct tdxcpuid_cpu_desc desc = described(cpu);
		char line[16] = "-";
		size_t used = strlen(invented);

		if (desc.synthetic) {
			snprintf(invented + used, sizeof(invented) - used, "%s%s", used ? ", " : "",
				 tdxcpuid_cpu_name(cpu));
			continue;
		}
		if (desc.module_line)
			snprintf(line, sizeof(line), "%s.x", desc.module_line);
		table_row(table, tdxcpuid_cpu_name(cpu), line, desc.description);
	}
	table_row(table, "native", "-", "this machine");
	table_print(table);
	print("\nInvented, for tests; answers for them say so:\n");
	print_labelled("  ", invented);
}

static void list_to_text(void)
{
	static const char *const columns[] = { "POLICY", "" };
	struct table *table = table_new(columns, ARRAY_SIZE(columns));

	modules_to_text();
	print("\n");
	cpus_to_text();
	print("\n");
	for (size_t i = 0; i < ARRAY_SIZE(policies); i++)
		table_row(table, tdxcpuid_policy_name(policies[i].policy), policies[i].words);
	table_print(table);
	print("\nFiles do as well, a module as JSON, a CPU also as cpuid -r writes it: "
	      "tdxcpuid-formats(5)\n");
}

static void modules_to_json(struct out *j)
{
	struct tdxcpuid_release r;

	out_open(j, "modules", '[');
	for (u32 n = 0; tdxcpuid_release_nth(n, &r); n++) {
		out_open(j, NULL, '{');
		out_string(j, "version", r.version);
		out_string(j, "judged_as", r.judged_as);
		if (r.build_num)
			out_int(j, "build_num", r.build_num);
		else
			out_null(j, "build_num");
		if (r.build_date)
			out_int(j, "build_date", r.build_date);
		else
			out_null(j, "build_date");
		out_close(j, '}');
	}
	out_close(j, ']');
}

static void list_to_json(void)
{
	struct out j = { .break_depth = 2 };
	const struct tdxcpuid_cpu *cpu;

	out_open(&j, NULL, '{');
	out_int(&j, "schema", 1);
	modules_to_json(&j);
	out_open(&j, "cpus", '[');
	for (u32 n = 0; (cpu = tdxcpuid_cpu_nth(n)); n++) {
		const struct tdxcpuid_cpu_desc desc = described(cpu);

		out_open(&j, NULL, '{');
		out_string(&j, "name", tdxcpuid_cpu_name(cpu));
		out_bool(&j, "synthetic", desc.synthetic);
		out_string(&j, "module_line", desc.module_line);
		out_string(&j, "description", desc.description);
		out_close(&j, '}');
	}
	out_close(&j, ']');
	out_open(&j, "policies", '[');
	for (size_t i = 0; i < ARRAY_SIZE(policies); i++)
		out_string(&j, NULL, tdxcpuid_policy_name(policies[i].policy));
	out_close(&j, ']');
	out_close(&j, '}');
	out_flush(&j);
	out_free(&j);
}

int cmd_list(const struct options *o)
{
	if (o->json)
		list_to_json();
	else
		list_to_text();
	return 0;
}
