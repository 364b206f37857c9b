/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The built-in platforms, as the tests of psp/ ask them. */
#ifndef TESTS_PSP_PLATFORMS_H
#define TESTS_PSP_PLATFORMS_H

#include "../../psp/snp_cpuid.h"

struct row {
	u32 leaf;
	u32 subleaf;
	u32 reg[4];
};

struct machine {
	struct snp_platform platform; /* the first, so that it can be got back */
	const char *name;
	const struct row *row;
	u32 nr;
};

#define NR_MACHINES 3
extern const struct machine machines[NR_MACHINES]; /* milan, genoa, turin */

#endif
