// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Is every bit that a known module lets a VMM configure classified, and is the
 * table in order?  Prints the exact mask of what is missing.
 */
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
	const char *name;
} rows[] = {
#define TDX_CPUID_RAW(leaf, subleaf, reg, bit, verdict, reason, source) \
	{ leaf, SUBLEAF_##subleaf, TDX_##reg, bit, verdict, reason, source, NULL },
#define TDX_CPUID_BIT(leaf, subleaf, reg, bit, name, verdict, reason, source) \
	{ leaf, SUBLEAF_##subleaf, TDX_##reg, bit, verdict, reason, source, #name },
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

static bool is_opt_in(const struct row *row)
{
	return row->leaf == 0x1e && row->subleaf == 1 && row->reg == TDX_EAX &&
	       (row->bit == 4 || row->bit == 6 || row->bit == 7 || row->bit == 8);
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

int main(void)
{
	u32 disordered = 0, unfounded = 0, unneeded = 0, mismatched = 0, opt_ins = 0;
	const struct tdx_module *m;

	for (u32 i = 0; (m = tdx_module_nth(i)); i++)
		check_module(m);

	for (u32 i = 0; i < NR_ROWS; i++) {
		const struct row *row = &rows[i];

		if (i && !precedes(&rows[i - 1], row)) {
			tap_note("row %u (0x%x bit %u) is out of order, or there twice", i,
				 row->leaf, row->bit);
			disordered++;
		}
		opt_ins += is_opt_in(row);
		if (!offered(row) && !is_opt_in(row)) {
			tap_note("0x%x.0x%x reg %u bit %u: no known module offers it", row->leaf,
				 row->subleaf, row->reg, row->bit);
			unfounded++;
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
	tap(!unfounded, "every row's bit is configurable in a known module, or one of the opt-ins");
	tap(opt_ins == 4, "the four opt-ins in 0x1E.1.EAX, and no more of that leaf");
	tap(!unneeded, "no row for a value register");
	tap(!mismatched, "every verdict has a reason of its kind");

	return tap_end();
}
