// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <linux/kernel.h>
#include <linux/string.h>
#include "platforms.h"

#define ANY SNP_ANY
static const struct row milan[] = {
#include "../../psp/milan.h"
};
static const struct row genoa[] = {
#include "../../psp/genoa.h"
};
static const struct row turin[] = {
#include "../../psp/turin.h"
};

static void answer(const struct snp_platform *self, u32 leaf, u32 subleaf, u32 reg[4])
{
	const struct machine *m = (const struct machine *)self;

	memset(reg, 0, 4 * sizeof(reg[0]));
	for (u32 i = 0; i < m->nr; i++) {
		const struct row *r = &m->row[i];

		if (r->leaf == leaf && (r->subleaf == subleaf || r->subleaf == SNP_ANY))
			memcpy(reg, r->reg, sizeof(r->reg));
	}
}

const struct machine machines[NR_MACHINES] = {
	{ { answer }, "milan", milan, ARRAY_SIZE(milan) },
	{ { answer }, "genoa", genoa, ARRAY_SIZE(genoa) },
	{ { answer }, "turin", turin, ARRAY_SIZE(turin) },
};
