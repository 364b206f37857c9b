// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The CPUID page before firmware: what public reports saw, and the rules' own
 * properties.  With --rules: the rules as rows of docs/psp.md's table.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include <stdlib.h>
#include "platforms.h"
#include "../tap.h"

static const char registers[4][4] = { "eax", "ebx", "ecx", "edx" };
static const char *const classes[] = { "unknown", "unchecked", "strict", "bitmask", "at most" };

/* What was found, by kind. */
struct tally {
	struct snp_findings findings;
	u32 nr[4];
	struct snp_finding last[4];
};

static void count(struct snp_findings *self, const struct snp_finding *f)
{
	struct tally *t = (struct tally *)self;

	t->nr[f->kind]++;
	t->last[f->kind] = *f;
}

static u32 check(struct snp_cpuid_page *page, const struct machine *m, struct tally *t)
{
	*t = (struct tally){ .findings.found = count };
	return snp_check_cpuid_page(page, m ? &m->platform : NULL, &t->findings);
}

static struct snp_cpuid_page one(u32 leaf, u32 subleaf, u32 a, u32 b, u32 c, u32 d)
{
	return (struct snp_cpuid_page){ .count = 1,
					.fn[0] = { leaf, subleaf, 0, 0, { a, b, c, d } } };
}

/* Provided and expected as QEMU printed them, or as a mail quotes it. */
static void reports(void)
{
	static const struct {
		const char *machine;
		u32 leaf;
		u32 subleaf;
		u32 provided[4];
		u32 expected[4];
	} seen[] = {
		{ "milan",
		  0x8000001d,
		  3,
		  { 0xbc163, 0x3c0003f, 0x7fff, 6 },
		  { 0xbc163, 0x3c0003f, 0x7fff, 2 } },
		{ "genoa", 0x8000001e, 0, { 0, 0x100, 0xb00, 0 }, { 0, 0x100, 0x300, 0 } },
		{ "milan", 0x80000021, 0, { 0x18000245, 0, 0, 0 }, { 0x18000045, 0, 0, 0 } },
		{ "milan", 0x7, 0, { 0, 0, 0, 0xbc000010 }, { 0, 0, 0, 0 } },
	};

	for (u32 i = 0; i < ARRAY_SIZE(seen); i++) {
		const u32 *p = seen[i].provided;
		struct snp_cpuid_page page =
			one(seen[i].leaf, seen[i].subleaf, p[0], p[1], p[2], p[3]);
		const struct machine *m = machines;
		struct tally t;
		u32 first;

		while (strcmp(m->name, seen[i].machine))
			m++;
		first = check(&page, m, &t);
		tap(first == SNP_INVALID_PARAM && t.nr[SNP_BAD_VALUE] == 1 &&
			    !memcmp(page.fn[0].reg, seen[i].expected, sizeof(seen[i].expected)),
		    "0x%x.%x on %s is refused and comes back as it was seen", seen[i].leaf,
		    seen[i].subleaf, m->name);
		tap(check(&page, m, &t) == SNP_SUCCESS, "and is taken then");
	}
}

static void structure(void)
{
	static struct snp_cpuid_page page, copy;
	struct tally t;
	bool good = true;

	tap(sizeof(page) == 4096 && sizeof(page.fn[0]) == 48 &&
		    offsetof(struct snp_cpuid_page, fn) == 16,
	    "a page of 4096 bytes, entries of 48 behind 16");

	for (u32 n = 0; n <= SNP_CPUID_MAX; n++) {
		page.count = n;
		good &= check(&page, &machines[0], &t) == SNP_SUCCESS;
	}
	tap(good, "0 to 64 entries are taken");

	page = one(0x7, 0, 0, ~0U, ~0U, ~0U);
	copy = page;
	copy.count = page.count = 65;
	tap(check(&page, &machines[0], &t) == SNP_INVALID_PARAM && t.nr[SNP_BAD_COUNT] == 1 &&
		    t.last[SNP_BAD_COUNT].provided == 65 && !memcmp(&page, &copy, sizeof(page)),
	    "65 are refused, and nothing is corrected");

	copy.count = page.count = 1;
	copy.reserved1 = page.reserved1 = 1;
	good = check(&page, &machines[0], &t) == SNP_INVALID_PARAM && t.nr[SNP_BAD_RESERVED] == 1;
	good &= !memcmp(&page, &copy, sizeof(page));
	page.reserved1 = 0;
	page.reserved2 = 1;
	good &= check(&page, NULL, &t) == SNP_INVALID_PARAM && t.nr[SNP_BAD_RESERVED] == 1;
	tap(good, "the same of the reserved words, whatever the machine");

	page = one(0x40000000, 0, 1, 2, 3, 4);
	page.fn[0].reserved = 1;
	tap(check(&page, &machines[0], &t) == SNP_SUCCESS && t.nr[SNP_NO_RULE] == 1 &&
		    t.last[SNP_NO_RULE].reg == -1,
	    "no document tells of an entry's reserved word");
}

static void ranges(void)
{
	static const u32 around[] = { 0, 0xffff, 0x40000000, 0x7fffffff, 0x8000ffff, 0xc0000000 };
	bool inside = true, outside = true;
	struct tally t;

	for (u32 i = 0; i < ARRAY_SIZE(around) * 0x1000; i++) {
		u32 leaf = around[i / 0x1000] + i % 0x1000 - 0x800;
		struct snp_cpuid_page page = one(leaf, 0, ~0U, ~0U, ~0U, ~0U);
		bool checked = leaf < 0x10000 || leaf >> 16 == 0x8000;

		check(&page, &machines[0], &t);
		if (checked)
			inside &= t.nr[SNP_NO_RULE] + t.nr[SNP_BAD_VALUE] > 0;
		else
			outside &= t.nr[SNP_NO_RULE] + t.nr[SNP_BAD_VALUE] == 0;
	}
	tap(inside, "nothing in the two ranges is taken unseen");
	tap(outside, "all outside of them is");
}

/* The words of the rules, for four bits at once. */
static bool breaks(int class, u32 value, u32 host)
{
	for (u32 bit = 0; bit < 4; bit++) {
		bool v = value >> bit & 1, h = host >> bit & 1;

		if ((class == SNP_STRICT && v != h) || (class == SNP_BITMASK && v && !h))
			return true;
	}
	return class == SNP_AT_MOST && value > host;
}

static void rule_classes(void)
{
	bool good = true;

	for (int class = SNP_UNKNOWN; class <= SNP_AT_MOST; class ++) {
		const struct snp_rule rule = { .rule = class, .mask = 0xf };

		for (u32 value = 0; value < 16; value++) {
			for (u32 host = 0; host < 16; host++) {
				u32 expected = snp_rule_expected(&rule, value | 0xf0, host | 0xa0);

				good &= (expected != value) == breaks(class, value, host);
				good &= !breaks(class, expected, host) && !(expected & ~0xfU);
			}
		}
	}
	tap(good, "every class on every value of four bits");
}

/* Each bit of each rule alone, on each machine that the rule is told of. */
static void rule_bits(void)
{
	u32 wrong = 0, refused = 0;
	const struct snp_rule *rule;

	for (u32 n = 0; (rule = snp_rule_nth(n)); n++) {
		for (u32 k = 0; k < NR_MACHINES * 32; k++) {
			const struct machine *m = &machines[k / 32];
			u32 subleaf = rule->subleaf == SNP_ANY ? 0 : rule->subleaf,
			    bit = 1U << k % 32;
			u32 version[4], host[4];
			struct snp_cpuid_page page = one(rule->leaf, subleaf, 0, 0, 0, 0);
			bool bad;
			struct tally t;

			m->platform.cpuid(&m->platform, 1, 0, version);
			m->platform.cpuid(&m->platform, rule->leaf, subleaf, host);
			if (!(rule->mask & bit) ||
			    (rule->model && rule->model != (version[0] & ~0xfU)))
				continue;
			memcpy(page.fn[0].reg, host, sizeof(host));
			page.fn[0].reg[rule->reg] ^= bit;
			/* To show less breaks no bitmask. */
			bad = rule->rule == SNP_STRICT ||
			      (rule->rule == SNP_BITMASK && !(host[rule->reg] & bit));
			wrong += (check(&page, m, &t) != SNP_SUCCESS) != bad;
			wrong += bad && (t.last[SNP_BAD_VALUE].rule != rule ||
					 t.last[SNP_BAD_VALUE].mask != bit ||
					 t.last[SNP_BAD_VALUE].reg != rule->reg);
			refused += bad;
		}
	}
	tap(!wrong && refused > 300,
	    "%u bits that a rule forbids are refused one by one, by that rule", refused);
}

/* Its own values are taken wherever the leaf is listed, and never silently elsewhere. */
static void own_values(void)
{
	bool good = true;

	for (u32 i = 0; i < NR_MACHINES; i++) {
		for (u32 k = 0; k < machines[i].nr; k++) {
			const struct row *r = &machines[i].row[k];
			struct snp_cpuid_page page =
				one(r->leaf, r->subleaf == SNP_ANY ? 0 : r->subleaf, r->reg[0],
				    r->reg[1], r->reg[2], r->reg[3]);
			bool xsave = r->leaf == 0xd && r->subleaf <= 1;
			struct tally t;

			good &= check(&page, &machines[i], &t) == SNP_SUCCESS;
			good &= (t.nr[SNP_NO_RULE] == 0) == (snp_leaf_listed(r->leaf) && !xsave);
		}
	}
	tap(good, "a machine's own values: undecided only where the leaf may not be in the table");
}

/* To show less is not known to be allowed where the class is not known. */
static void less(void)
{
	bool good = true;

	for (u32 i = 0; i < NR_MACHINES; i++) {
		for (u32 k = 0; k < machines[i].nr; k++) {
			const struct row *r = &machines[i].row[k];
			struct snp_cpuid_page page =
				one(r->leaf, r->subleaf == SNP_ANY ? 0 : r->subleaf, 0, 0, 0, 0);
			u32 unknown = 0;
			struct tally t;

			for (int reg = 0; reg < 4; reg++) {
				bool ruled = false;

				for (u32 n = 0; snp_rule_nth(n); n++)
					ruled |= snp_rule_nth(n)->leaf == r->leaf &&
						 snp_rule_nth(n)->reg == reg;
				unknown += !ruled && r->reg[reg] &&
					   !(r->leaf == 0xd && r->subleaf <= 1 && reg == SNP_EBX);
			}
			check(&page, &machines[i], &t);
			good &= t.nr[SNP_NO_RULE] >= unknown;
		}
	}
	tap(good, "0 where a machine has something is undecided without a rule");
}

/* A rule that is told of Milan says nothing of others. */
static void models(void)
{
	struct snp_cpuid_page page = one(0x80000021, 0, 1U << 12, 0, 0, 0);
	struct tally t;
	bool good;

	good = check(&page, &machines[0], &t) == SNP_INVALID_PARAM;
	for (u32 i = 1; i < NR_MACHINES; i++) {
		page = one(0x80000021, 0, 1U << 12, 0, 0, 0);
		good &= check(&page, &machines[i], &t) == SNP_SUCCESS && t.nr[SNP_NO_RULE] > 0;
	}
	tap(good, "80000021.eax.12 is refused on Milan, undecided on others");
}

static void xsave_size(void)
{
	struct snp_cpuid_page page = one(0xd, 0, 0x207, 0x240, 0x988, 0);
	bool good = true;
	struct tally t;

	page.fn[0].xcr0_in = 1;
	good &= check(&page, &machines[0], &t) == SNP_SUCCESS && !t.nr[SNP_NO_RULE];
	page.fn[0].xss_in = 1;
	good &= check(&page, &machines[0], &t) == SNP_SUCCESS && t.nr[SNP_NO_RULE] == 1;
	page.fn[0].xss_in = page.fn[0].xcr0_in = 0;
	good &= check(&page, &machines[0], &t) == SNP_SUCCESS && t.nr[SNP_NO_RULE] == 1;
	page.fn[0].reg[1] = 0x340;
	good &= check(&page, &machines[0], &t) == SNP_SUCCESS && t.nr[SNP_NO_RULE] == 1;
	tap(good, "XSAVE's size is known of XCR0 = 1 only");
}

/* Whatever comes back is taken, and a second look changes nothing. */
static void random_pages(void)
{
	u32 wrong = 0, refused = 0;

	srandom(16);
	for (u32 n = 0; n < 3000; n++) {
		const struct machine *m = &machines[n % NR_MACHINES];
		static struct snp_cpuid_page page, first;
		struct tally t;
		u32 status;

		page.count = random() % 65;
		for (u32 i = 0; i < page.count; i++) {
			const struct row *r = &m->row[random() % m->nr];
			struct snp_cpuid_fn *fn = &page.fn[i];

			*fn = (struct snp_cpuid_fn){ r->leaf,
						     r->subleaf == SNP_ANY ? 0 : r->subleaf };
			memcpy(fn->reg, r->reg, sizeof(fn->reg));
			fn->reg[random() % 4] ^= 1U << random() % 32;
		}
		first = page;
		status = check(&page, m, &t);
		refused += status != 0;
		wrong += (status != 0) != (memcmp(&first, &page, sizeof(page)) != 0);
		first = page;
		wrong += check(&page, m, &t) != SNP_SUCCESS || memcmp(&first, &page, sizeof(page));
	}
	tap(!wrong && refused > 500, "3000 pages, %u refused: what comes back is taken", refused);
}

/* Without a machine only structure is known. */
static void no_machine(void)
{
	struct snp_cpuid_page page = one(0x1, 0, 0, 0, ~0U, 5);
	struct tally t;

	tap(check(&page, NULL, &t) == SNP_SUCCESS && t.nr[SNP_NO_RULE] == 4 &&
		    t.last[SNP_NO_RULE].mask == ~0U && t.last[SNP_NO_RULE].expected == 5 &&
		    page.fn[0].reg[SNP_ECX] == ~0U,
	    "without a machine nothing is refused for its values");
}

static u32 asked, asked_wrong, version;

static void ask(const struct snp_platform *self, u32 leaf, u32 subleaf, u32 value[4])
{
	(void)self;
	asked++;
	asked_wrong += subleaf != (snp_leaf_indexed(leaf) ? 3 : 0);
	memset(value, 0, 4 * sizeof(*value));
	if (leaf == 0x1)
		value[SNP_EAX] = version;
}

/* Milan is Milan in each stepping. */
static void steppings(void)
{
	const struct snp_platform platform = { .cpuid = ask };
	u32 wrong = 0;

	for (version = 0xa00f00; version < 0xa00f30; version++) {
		struct snp_cpuid_page page = one(0x80000021, 0, 1U << 12, 0, 0, 0);
		u32 status = snp_check_cpuid_page(&page, &platform, NULL);

		wrong += (status == SNP_INVALID_PARAM) != (version >> 4 == 0xa00f1);
	}
	tap(!wrong, "a rule of Milan is one of each stepping, and of no other model");
}

/* A platform is asked for a subleaf only where the leaf has some. */
static void subleaves(void)
{
	const struct snp_platform platform = { .cpuid = ask };
	static const u32 leaves[] = { 0x1, 0x7, 0xd, 0x8000001d, 0x80000021 };
	struct tally t = { .findings.found = count };

	for (u32 i = 0; i < ARRAY_SIZE(leaves); i++) {
		struct snp_cpuid_page page = one(leaves[i], 3, ~0U, ~0U, ~0U, ~0U);

		snp_check_cpuid_page(&page, &platform, &t.findings);
	}
	tap(asked > ARRAY_SIZE(leaves) && !asked_wrong, "the platform is asked %u times", asked);
}

/* What is wrong by a rule, and what no rule is about, are two findings of one register. */
static void both(void)
{
	struct snp_cpuid_page page = one(0x8000001e, 0, 0, 0x100, 0xb01, 0);
	const struct machine *m = machines;
	struct tally t;

	while (strcmp(m->name, "genoa"))
		m++;
	check(&page, m, &t);
	tap(t.nr[SNP_BAD_VALUE] == 1 && t.last[SNP_BAD_VALUE].rule &&
		    t.last[SNP_BAD_VALUE].mask == 0x800 && t.last[SNP_NO_RULE].reg == SNP_ECX &&
		    t.last[SNP_NO_RULE].mask == 1 && !t.last[SNP_NO_RULE].rule &&
		    t.last[SNP_NO_RULE].expected == page.fn[0].reg[SNP_ECX],
	    "the finding without a rule has none, behind one with a rule");
}

static int print_rules(void)
{
	const struct snp_rule *r;

	for (u32 n = 0; (r = snp_rule_nth(n)); n++) {
		printf("| %x", r->leaf);
		if (r->subleaf != SNP_ANY)
			printf(".%x", r->subleaf);
		printf(".%s | 0x%x | %s | %s | %s |\n", registers[r->reg], r->mask,
		       classes[r->rule], r->model ? "Milan" : "", r->source);
	}
	return 0;
}

int main(int argc, char **argv)
{
	(void)argv;
	if (argc > 1)
		return print_rules();
	structure();
	reports();
	ranges();
	rule_classes();
	rule_bits();
	own_values();
	less();
	models();
	xsave_size();
	random_pages();
	no_machine();
	subleaves();
	steppings();
	both();
	return tap_end();
}
