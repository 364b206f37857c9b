// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* CPUs: built-in profiles, and answers of CPUID that a caller has. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cpu_amd.h"

struct made_cpu {
	struct tdx_native cpu;
	char *name;
	struct tdx_native_leaf leaf[];
};

const struct tdxcpuid_cpu *tdxcpuid_cpu_nth(uint32_t n)
{
	u32 others = 0;

	while (tdx_native_nth(others))
		others++;
	return (const struct tdxcpuid_cpu *)(n < others ? tdx_native_nth(n) : amd_nth(n - others));
}

const struct tdxcpuid_cpu *tdxcpuid_cpu_find(const char *name)
{
	const struct tdx_native *cpu = tdx_native_find(name);

	return (const struct tdxcpuid_cpu *)(cpu ? cpu : amd_find(name));
}

const char *tdxcpuid_cpu_name(const struct tdxcpuid_cpu *cpu)
{
	return native_of(cpu)->name;
}

/*
 * The line of modules that is shipped for the model of CPU: Canonical's list of
 * TDX hosts, and the vendor's, by which 2.0 is Granite Rapids'.
 */
static const char *module_line(const struct tdx_native *cpu)
{
	static const struct {
		u32 model; /* 1.EAX without the stepping */
		const char *line;
	} shipped[] = {
		{ 0x806f0, "1.5" }, /* Sapphire Rapids */
		{ 0xc06f0, "1.5" }, /* Emerald Rapids */
		{ 0xa06f0, "1.5" }, /* Sierra Forest */
		{ 0xa06d0, "2.0" }, /* Granite Rapids */
	};
	u32 vendor[4], version[4];

	tdx_native_cpuid(cpu, 0, 0, vendor);
	tdx_native_cpuid(cpu, 1, 0, version);
	if (memcmp(&vendor[TDX_EBX], "Genu", 4))
		return NULL;
	for (u32 i = 0; i < ARRAY_SIZE(shipped); i++) {
		if ((version[TDX_EAX] & ~0xfU) == shipped[i].model)
			return shipped[i].line;
	}
	return NULL;
}

static bool answers_like(const struct tdx_native *cpu, const struct tdx_native *other)
{
	u32 reg[4], wanted[4], subleaf;

	if (cpu->arch_capabilities != other->arch_capabilities)
		return false;
	for (const struct tdx_native *c = other; c; c = c->base) {
		for (u32 i = 0; i < c->nr_leaf; i++) {
			subleaf = c->leaf[i].subleaf == TDX_NO_SUBLEAF ? 0 : c->leaf[i].subleaf;
			tdx_native_cpuid(other, c->leaf[i].leaf, subleaf, wanted);
			tdx_native_cpuid(cpu, c->leaf[i].leaf, subleaf, reg);
			if (memcmp(reg, wanted, sizeof(reg)))
				return false;
		}
	}
	return true;
}

/* Built in, or what was written down of one that is. */
static bool is_synthetic(const struct tdx_native *cpu)
{
	const struct tdx_native *other;

	for (u32 n = 0; (other = tdx_native_nth(n)); n++) {
		if (other->synthetic && (cpu == other || answers_like(cpu, other)))
			return true;
	}
	return false;
}

void tdxcpuid_cpu_describe(const struct tdxcpuid_cpu *cpu, struct tdxcpuid_cpu_desc *desc)
{
	const struct tdx_native *native = native_of(cpu);
	const struct tdxcpuid_cpu_desc d = {
		.synthetic = is_synthetic(native),
		.description = native->description,
		.source = native->source,
		.module_line = module_line(native),
	};

	copy_out(desc, &d, sizeof(d));
}

void tdxcpuid_cpu_cpuid(const struct tdxcpuid_cpu *cpu, uint32_t leaf, uint32_t subleaf,
			uint32_t reg[4])
{
	tdx_native_cpuid(native_of(cpu), leaf, subleaf, reg);
}

/* Whether a row of a CPU that rests on @base answers for @l. */
static bool overridden(const struct tdx_native *cpu, const struct tdx_native *base,
		       const struct tdx_native_leaf *l)
{
	for (; cpu != base; cpu = cpu->base) {
		for (u32 i = 0; i < cpu->nr_leaf; i++) {
			const struct tdx_native_leaf *other = &cpu->leaf[i];

			if (other->leaf == l->leaf &&
			    (other->subleaf == l->subleaf || other->subleaf == TDX_NO_SUBLEAF))
				return true;
		}
	}

	return false;
}

bool tdxcpuid_cpu_leaf(const struct tdxcpuid_cpu *cpu, uint32_t n, struct tdxcpuid_leaf *leaf)
{
	for (const struct tdx_native *c = native_of(cpu); c; c = c->base) {
		for (u32 i = 0; i < c->nr_leaf; i++) {
			const struct tdx_native_leaf *l = &c->leaf[i];

			if (overridden(native_of(cpu), c, l) || n--)
				continue;
			leaf->leaf = l->leaf;
			leaf->subleaf = l->subleaf;
			memcpy(leaf->reg, l->reg, sizeof(leaf->reg));
			return true;
		}
	}

	return false;
}

u64 tdxcpuid_cpu_arch_capabilities(const struct tdxcpuid_cpu *cpu)
{
	return native_of(cpu)->arch_capabilities;
}

int tdxcpuid_cpu_new(const char *name, const struct tdxcpuid_leaf *leaves, uint32_t nr,
		     uint64_t arch_capabilities, struct tdxcpuid_cpu **cpu)
{
	struct made_cpu *made;

	*cpu = NULL;
	if (!name || (!leaves && nr))
		return -EINVAL;

	made = calloc(1, sizeof(*made) + nr * sizeof(made->leaf[0]));
	if (!made)
		return -ENOMEM;
	made->name = strdup(name);
	if (!made->name) {
		free(made);
		return -ENOMEM;
	}

	for (u32 i = 0; i < nr; i++) {
		made->leaf[i].leaf = leaves[i].leaf;
		made->leaf[i].subleaf = leaves[i].subleaf;
		memcpy(made->leaf[i].reg, leaves[i].reg, sizeof(made->leaf[i].reg));
	}
	made->cpu.name = made->name;
	made->cpu.leaf = made->leaf;
	made->cpu.nr_leaf = nr;
	made->cpu.arch_capabilities = arch_capabilities;
	*cpu = (struct tdxcpuid_cpu *)made;
	return 0;
}

void tdxcpuid_cpu_free(struct tdxcpuid_cpu *cpu)
{
	struct made_cpu *made = (struct made_cpu *)cpu;

	if (!made)
		return;
	free(made->name);
	free(made);
}
