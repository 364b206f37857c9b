/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The CPUs for the software module to run on: what CPUID answers before any masking. */
#include <linux/kernel.h>
#include <linux/string.h>
#include "native.h"

#define SYNTHETIC "synthetic-"

const struct tdx_native *tdx_native_nth(u32 n)
{
	if (n < tdx_nr_real_cpus)
		return &tdx_real_cpus[n];
	n -= tdx_nr_real_cpus;
	return n < tdx_nr_synthetic_cpus ? &tdx_synthetic_cpus[n] : NULL;
}

/* By the name that the recorded vectors use. */
const struct tdx_native *tdx_native_of_vectors(const char *name)
{
	u32 i;

	for (i = 0; i < tdx_nr_synthetic_cpus; i++)
		if (!strcmp(tdx_synthetic_cpus[i].name + sizeof(SYNTHETIC) - 1, name))
			return &tdx_synthetic_cpus[i];
	return NULL;
}

const struct tdx_native *tdx_native_find(const char *name)
{
	const struct tdx_native *cpu;
	u32 i;

	for (i = 0; (cpu = tdx_native_nth(i)); i++)
		if (!strcmp(cpu->name, name))
			return cpu;
	/* What has no machine of that name may go by the vectors' name. */
	return tdx_native_of_vectors(name);
}

static const struct tdx_native_leaf *find_leaf(const struct tdx_native *cpu, u32 leaf, u32 subleaf)
{
	const struct tdx_native_leaf *l;
	u32 i;

	for (; cpu; cpu = cpu->base) {
		for (i = 0; i < cpu->nr_leaf; i++) {
			l = &cpu->leaf[i];
			if (l->leaf == leaf &&
			    (l->subleaf == subleaf || l->subleaf == TDX_NO_SUBLEAF))
				return l;
		}
	}
	return NULL;
}

void tdx_native_cpuid(const struct tdx_native *cpu, u32 leaf, u32 subleaf, u32 reg[4])
{
	const struct tdx_native_leaf *l = find_leaf(cpu, leaf, subleaf);

	memset(reg, 0, 4 * sizeof(*reg));
	if (l) {
		memcpy(reg, l->reg, sizeof(l->reg));
		return;
	}
	/* Dumps end at the last level of topology; the CPU answers behind it, too. */
	l = leaf == 0xb || leaf == 0x1f ? find_leaf(cpu, leaf, 0) : NULL;
	if (l) {
		reg[TDX_ECX] = subleaf & 0xff;
		reg[TDX_EDX] = l->reg[TDX_EDX];
	}
}
