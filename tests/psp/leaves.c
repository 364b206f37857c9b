// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Which rules were only observed, and what holds of leaves as such: a second time, by hand. */
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

/* The rules that stand in no document but were seen in a report. */
static void observed(void)
{
	static const struct {
		u32 leaf;
		int reg;
		u32 mask;
	} seen[] = {
		{ 0x1, SNP_ECX, 1U << 31 },	{ 0x8000001d, SNP_EAX, 0x80000 },
		{ 0x8000001d, SNP_EDX, 0x3 },	{ 0x8000001d, SNP_EDX, 0x4 },
		{ 0x8000001e, SNP_ECX, 0x300 },
	};
	const struct snp_rule *rule;
	u32 wrong = 0;

	for (u32 n = 0; (rule = snp_rule_nth(n)); n++) {
		int want = 0;

		for (u32 i = 0; i < ARRAY_SIZE(seen); i++)
			want |= seen[i].leaf == rule->leaf && seen[i].reg == rule->reg &&
				seen[i].mask == rule->mask;
		wrong += rule->observed != want;
		wrong += rule->zeroed != (rule->leaf == 0x7 && rule->reg == SNP_EDX);
	}
	tap(!wrong, "%zu rules are told as observed", ARRAY_SIZE(seen));
}

/* Leaves with subleaves, and those in firmware's table, each stated a second time. */
static void leaf_lists(void)
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
}

int main(void)
{
	observed();
	leaf_lists();
	return tap_end();
}
