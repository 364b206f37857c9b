// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Is every bit that a known module lets a VMM configure classified, and is the
 * table in order?  Prints the exact mask of what is missing.  And is the table
 * the reviewed one, to the word?  Its masks are those of ../reference.c.
 * Usage: completeness DIRECTORY, of rows.txt and supported.h; BLESS=1 writes them.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>

#include "../../module/tdx_module.h"
#include "../tap.h"

#define NO_SUBLEAF 0xffffffffu

#define SUBLEAF_NONE NO_SUBLEAF
#define SUBLEAF_0    0
#define SUBLEAF_1    1
#define SUBLEAF_2    2

enum { ALLOW, DENY };
enum { INSN, XSTATE, TRAP, INERT, SWITCHED, LATENCY, CLOBBER, ENABLE };
enum { KVM, MODULE, REVIEW };

static const struct row {
	u32 leaf;
	u32 subleaf;
	u8 reg;
	u8 bit;
	u8 verdict;
	u8 reason;
	u8 source;
	const char *where; /* leaf, subleaf and register in the table's words */
	const char *words;
} rows[] = {
#define TDX_CPUID_ROW(leaf, subleaf, reg, bit, name, verdict, reason, source) \
	{ leaf,                                                               \
	  SUBLEAF_##subleaf,                                                  \
	  TDX_##reg,                                                          \
	  bit,                                                                \
	  verdict,                                                            \
	  reason,                                                             \
	  source,                                                             \
	  #leaf ", " #subleaf ", " #reg,                                      \
	  name " " #verdict " " #reason " " #source },
#define TDX_CPUID_RAW(leaf, subleaf, reg, bit, verdict, reason, source) \
	TDX_CPUID_ROW(leaf, subleaf, reg, bit, "-", verdict, reason, source)
#define TDX_CPUID_BIT(leaf, subleaf, reg, bit, name, verdict, reason, source) \
	TDX_CPUID_ROW(leaf, subleaf, reg, bit, #name, verdict, reason, source)
#include "../../policy/tdx_cpuid_bits.h"
};

#define NR_ROWS ARRAY_SIZE(rows)

static bool is_value(u32 leaf, int reg, int bit)
{
	switch (leaf) {
	case 0x1:
		return reg == TDX_EAX || reg == TDX_EBX;
	case 0x4:
	case 0x18:
	case 0x1f:
		return true;
	case 0x80000008:
		return reg == TDX_EAX && (bit < 8 || (bit >= 16 && bit < 24));
	}

	return false;
}

static bool has_row(u32 leaf, u32 subleaf, int reg, int bit)
{
	for (u32 i = 0; i < NR_ROWS; i++) {
		if (rows[i].leaf == leaf && rows[i].subleaf == subleaf && rows[i].reg == reg &&
		    rows[i].bit == bit)
			return true;
	}

	return false;
}

/* Leaf, subleaf (none comes last, as no leaf has both), register, bit. */
static bool precedes(const struct row *a, const struct row *b)
{
	if (a->leaf != b->leaf)
		return a->leaf < b->leaf;
	if (a->subleaf != b->subleaf)
		return a->subleaf < b->subleaf;
	if (a->reg != b->reg)
		return a->reg < b->reg;
	return a->bit < b->bit;
}

static bool offered(const struct row *row)
{
	const struct tdx_module *m;

	for (u32 i = 0; (m = tdx_module_nth(i)); i++) {
		for (u32 k = 0; k < m->nr_config; k++) {
			const struct tdx_module_entry *e =
				tdx_module_entry(m, m->lookup_of_slot[k]);

			if (e->leaf == row->leaf && e->subleaf == row->subleaf &&
			    ((e->config_direct[row->reg] | e->allow_direct[row->reg]) >> row->bit &
			     1))
				return true;
		}
	}

	return false;
}

static void check_module(const struct tdx_module *m)
{
	static const char *const reg_name[] = { "eax", "ebx", "ecx", "edx" };
	u32 missing = 0, bits = 0;

	for (u32 k = 0; k < m->nr_config; k++) {
		const struct tdx_module_entry *e = tdx_module_entry(m, m->lookup_of_slot[k]);

		for (int reg = 0; reg < 4; reg++) {
			u32 mask = e->config_direct[reg] | e->allow_direct[reg], unclassified = 0;

			for (int bit = 0; bit < 32; bit++) {
				if (!(mask >> bit & 1))
					continue;
				bits++;
				if (!is_value(e->leaf, reg, bit) &&
				    !has_row(e->leaf, e->subleaf, reg, bit))
					unclassified |= 1u << bit;
			}
			if (!unclassified)
				continue;
			if (e->subleaf == NO_SUBLEAF)
				tap_note("%s: not classified: 0x%x.%s 0x%08x", m->version, e->leaf,
					 reg_name[reg], unclassified);
			else
				tap_note("%s: not classified: 0x%x.0x%x.%s 0x%08x", m->version,
					 e->leaf, e->subleaf, reg_name[reg], unclassified);
			missing++;
		}
	}

	tap(!missing, "%s: all of %u configurable bits are classified", m->version, bits);
}

static void print_rows(FILE *out)
{
	fputs("# SPDX-License-Identifier: GPL-2.0-only OR MIT\n"
	      "# The rows of policy/tdx_cpuid_bits.h as they were reviewed.\n"
	      "# BLESS=1 ./test writes this; read what changes.\n",
	      out);
	for (u32 i = 0; i < NR_ROWS; i++)
		fprintf(out, "%s, %u: %s%s\n", rows[i].where, rows[i].bit, rows[i].words,
			offered(&rows[i]) ? "" : " (no known module offers it)");
}

static void print_supported(FILE *out)
{
	u32 mask = 0;

	fputs("/* SPDX-License-Identifier: GPL-2.0-only OR MIT */\n"
	      "/* The feature bits that KVM supports, as they were reviewed, for reference.c. */\n"
	      "/* BLESS=1 ./test writes this; read what changes. */\n",
	      out);
	for (u32 i = 0; i < NR_ROWS; i++) {
		mask |= (u32)(rows[i].verdict == ALLOW) << rows[i].bit;
		if (i + 1 < NR_ROWS && !strcmp(rows[i + 1].where, rows[i].where))
			continue;
		if (mask)
			fprintf(out, "SUPPORTED(%s, 0x%08x)\n", rows[i].where, mask);
		mask = 0;
	}
}

/* The lines of @a that @b has not. */
static void note_lines(const char *what, const char *a, const char *b)
{
	while (*a) {
		size_t n = strcspn(a, "\n");
		const char *at = b;

		while (*at && (strncmp(at, a, n) || at[n] != '\n'))
			at += strcspn(at, "\n") + !!at[strcspn(at, "\n")];
		if (!*at)
			tap_note("%s %.*s", what, (int)n, a);
		a += n + !!a[n];
	}
}

static void check_golden(const char *dir, const char *name, void (*print)(FILE *out))
{
	static char want[1 << 16];
	char path[4096], *got;
	size_t size, n = 0;
	FILE *file;

	file = open_memstream(&got, &size);
	print(file);
	fclose(file);

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (getenv("BLESS")) {
		file = fopen(path, "w");
		if (!file || fputs(got, file) == EOF || fclose(file))
			tap_note("%s: %s", path, strerror(errno));
	}
	file = fopen(path, "r");
	if (file) {
		n = fread(want, 1, sizeof(want) - 1, file);
		fclose(file);
	}
	want[n] = '\0';

	note_lines("reviewed:", want, got);
	note_lines("now:     ", got, want);
	tap(!strcmp(want, got), "%s is the table's; if not, BLESS=1 ./test accepts the table",
	    name);
	free(got);
}

int main(int argc, char **argv)
{
	u32 disordered = 0, unneeded = 0, mismatched = 0;
	const struct tdx_module *m;

	if (argc != 2) {
		fprintf(stderr, "usage: completeness DIRECTORY\n");
		return 2;
	}

	for (u32 i = 0; (m = tdx_module_nth(i)); i++)
		check_module(m);

	for (u32 i = 0; i < NR_ROWS; i++) {
		const struct row *row = &rows[i];

		if (i && !precedes(&rows[i - 1], row)) {
			tap_note("row %u (0x%x bit %u) is out of order, or there twice", i,
				 row->leaf, row->bit);
			disordered++;
		}
		if (is_value(row->leaf, row->reg, row->bit)) {
			tap_note("0x%x reg %u bit %u: a row for a value register", row->leaf,
				 row->reg, row->bit);
			unneeded++;
		}
		if ((row->verdict == DENY) != (row->reason == CLOBBER || row->reason == ENABLE)) {
			tap_note("0x%x reg %u bit %u: the reason is not one of the verdict",
				 row->leaf, row->reg, row->bit);
			mismatched++;
		}
		if (row->reg > TDX_EDX || row->bit > 31)
			mismatched++;
	}

	tap(!disordered, "%zu rows, each once, in the order of leaf, subleaf, register and bit",
	    NR_ROWS);
	tap(!unneeded, "no row for a value register");
	tap(!mismatched, "every verdict has a reason of its kind");

	check_golden(argv[1], "rows.txt", print_rows);
	check_golden(argv[1], "supported.h", print_supported);

	return tap_end();
}
