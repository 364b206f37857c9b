// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The machines of psp/ as CPUs like those of module/. */
#include <string.h>

#include "cpu_amd.h"

#define ANY TDX_NO_SUBLEAF
static const struct tdx_native_leaf milan[] = {
#include "../psp/milan.h"
};
static const struct tdx_native_leaf genoa[] = {
#include "../psp/genoa.h"
};
static const struct tdx_native_leaf turin[] = {
#include "../psp/turin.h"
};

static const struct tdx_native cpus[] = {
	{
		.name = "milan",
		.description = "AMD EPYC 7763",
		.source = "InstLatx64 087af2c7, AuthenticAMD0A00F11_K19_Milan_CPUID2.txt",
		.leaf = milan,
		.nr_leaf = ARRAY_SIZE(milan),
	},
	{
		.name = "genoa",
		.description = "AMD EPYC 9654",
		.source = "InstLatx64 087af2c7, AuthenticAMD0A10F11_K19_Genoa_01_CPUID.txt",
		.leaf = genoa,
		.nr_leaf = ARRAY_SIZE(genoa),
	},
	{
		.name = "turin",
		.description = "AMD EPYC 9655",
		.source = "InstLatx64 087af2c7, AuthenticAMD0B00F21_K20_Turin_01_CPUID.txt",
		.leaf = turin,
		.nr_leaf = ARRAY_SIZE(turin),
	},
};

const struct tdx_native *amd_nth(u32 n)
{
	return n < ARRAY_SIZE(cpus) ? &cpus[n] : NULL;
}

const struct tdx_native *amd_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(cpus); i++) {
		if (!strcmp(cpus[i].name, name))
			return &cpus[i];
	}
	return NULL;
}
