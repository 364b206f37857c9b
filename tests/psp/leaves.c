// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What the rules say of leaves as such, against a second list, written by hand. */
#include <linux/kernel.h>
#include "snp_cpuid.h"
#include "../tap.h"

static bool is_one_of(u32 leaf, const u32 *list, u32 nr)
{
	for (u32 i = 0; i < nr; i++) {
		if (list[i] == leaf)
			return true;
	}
	return false;
}

/* Leaves with subleaves, and those in firmware's table, each stated a second time. */
int main(void)
{
	static const u32 indexed[] = { 0x4,  0x7,  0xb,	       0xd,	   0xf,	      0x10,
				       0x12, 0x14, 0x17,       0x18,	   0x1d,      0x1e,
				       0x1f, 0x24, 0x8000001d, 0x80000020, 0x80000026 };
	static const u32 listed[] = { 0x0, 0x1,	       0x6,	   0x7,	       0xb,
				      0xd, 0x8000001d, 0x8000001e, 0x8000001f, 0x80000021 };
	u32 wrong = 0;

	for (u32 n = 0; n < 0x40000; n++) {
		u32 leaf = (n >> 16) * 0x40000000 + (n & 0xffff);

		wrong += snp_leaf_indexed(leaf) != is_one_of(leaf, indexed, ARRAY_SIZE(indexed));
		wrong += snp_leaf_listed(leaf) !=
			 (is_one_of(leaf, listed, ARRAY_SIZE(listed)) ||
			  (leaf >= 0x80000000 && leaf <= 0x80000008 && leaf != 0x80000007));
	}
	tap(!wrong, "which leaves have subleaves, and which are listed");
	return tap_end();
}
