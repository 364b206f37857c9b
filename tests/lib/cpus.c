// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The built-in CPUs: which are machines, and what is said of each. */
#include <stdlib.h>
#include <string.h>

#include <tdxcpuid.h>

#include "../tap.h"

#define MAX_LEAVES 512

static struct tdxcpuid_cpu_desc described(const struct tdxcpuid_cpu *cpu)
{
	struct tdxcpuid_cpu_desc desc = { .size = sizeof(desc) };

	tdxcpuid_cpu_describe(cpu, &desc);
	return desc;
}

/* What a caller has written down of a CPU, with @eax in leaf 1 if that is not 0. */
static struct tdxcpuid_cpu *copy(const struct tdxcpuid_cpu *cpu, uint32_t eax)
{
	struct tdxcpuid_leaf leaf[MAX_LEAVES];
	struct tdxcpuid_cpu *made;
	uint32_t nr = 0;

	while (nr < MAX_LEAVES && tdxcpuid_cpu_leaf(cpu, nr, &leaf[nr])) {
		if (eax && leaf[nr].leaf == 1)
			leaf[nr].reg[TDXCPUID_EAX] = eax;
		nr++;
	}
	if (tdxcpuid_cpu_new("copy", leaf, nr, tdxcpuid_cpu_arch_capabilities(cpu), &made))
		exit(1);
	return made;
}

static void built_in(void)
{
	static const char *const machines[] = { "spr", "emr", "gnr" };
	static const char *const amd[] = { "milan", "genoa", "turin" };
	const struct tdxcpuid_cpu *cpu;
	uint32_t n, wrong = 0;

	for (n = 0; n < 15 && (cpu = tdxcpuid_cpu_nth(n)); n++) {
		struct tdxcpuid_cpu_desc desc = described(cpu);
		const char *name = tdxcpuid_cpu_name(cpu);
		const char *known = n < 3 ? machines[n] : n >= 12 ? amd[n - 12] : NULL;
		bool machine = known;

		wrong += !desc.description || desc.synthetic == machine || !desc.source == machine;
		wrong += machine ? !!strcmp(name, known) : !!strncmp(name, "synthetic-", 10);
		wrong += tdxcpuid_cpu_find(name) != cpu;
		/* The vectors' names, where no machine has them. */
		if (!machine && strcmp(name + 10, "spr") && strcmp(name + 10, "gnr"))
			wrong += tdxcpuid_cpu_find(name + 10) != cpu;
	}
	tap(n == 15 && !wrong, "six machines, and nine CPUs whose names say that they are none");
	tap(!tdxcpuid_cpu_nth(n) && !tdxcpuid_cpu_find("synthetic-emr") && !tdxcpuid_cpu_find("") &&
		    !tdxcpuid_cpu_find("synthetic-"),
	    "there are no others");
}

static void written_down(void)
{
	const struct tdxcpuid_cpu *cpu;
	uint32_t wrong = 0;

	for (uint32_t n = 0; (cpu = tdxcpuid_cpu_nth(n)); n++) {
		struct tdxcpuid_cpu *made = copy(cpu, 0);
		struct tdxcpuid_cpu_desc desc = described(made);

		wrong += desc.synthetic != described(cpu).synthetic || desc.description ||
			 desc.source;
		tdxcpuid_cpu_free(made);
	}
	tap(!wrong, "a copy is invented if the CPU is");
}

static void lines(void)
{
	static const struct {
		uint32_t eax;
		const char *line;
	} models[] = {
		{ 0x806f8, "1.5" }, { 0x806f5, "1.5" }, { 0xc06f2, "1.5" }, { 0xa06f3, "1.5" },
		{ 0xa06d1, "2.0" }, { 0xa06d0, "2.0" }, { 0xa06e1, NULL },  { 0xd06d1, NULL },
		{ 0x606a6, NULL },  { 0x50657, NULL },
	};
	const struct tdxcpuid_cpu *spr = tdxcpuid_cpu_find("spr");
	uint32_t wrong = 0;

	for (size_t i = 0; i < sizeof(models) / sizeof(*models); i++) {
		struct tdxcpuid_cpu *made = copy(spr, models[i].eax);
		const char *line = described(made).module_line;

		wrong += models[i].line ? !line || strcmp(line, models[i].line) : !!line;
		tdxcpuid_cpu_free(made);
	}
	tap(!wrong, "the line of modules that is shipped for a model");
}

/* Dumps end at the last level of 0xb and 0x1f; the CPU answers behind it, too. */
static void topology(void)
{
	const struct tdxcpuid_leaf leaf = { 0xb, 0, { 1, 2, 0x100, 0x5a } };
	struct tdxcpuid_cpu *made;
	uint32_t in[4], behind[4], other[4], wrong = 0;

	if (tdxcpuid_cpu_new("levels", &leaf, 1, 0, &made))
		exit(1);
	for (uint32_t level = 1; level < 0x300; level++) {
		tdxcpuid_cpu_cpuid(made, 0xb, level, behind);
		wrong += behind[0] || behind[1] || behind[2] != (level & 0xff) || behind[3] != 0x5a;
	}
	tdxcpuid_cpu_cpuid(made, 0xb, 0, in);
	tdxcpuid_cpu_cpuid(made, 0x1f, 3, other);
	tap(!wrong && !memcmp(in, leaf.reg, sizeof(in)) && !(other[2] | other[3]),
	    "behind the last level there are the level and the x2APIC id");
	tdxcpuid_cpu_free(made);
}

int main(void)
{
	built_in();
	written_down();
	lines();
	topology();
	return tap_end();
}
