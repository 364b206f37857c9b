// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * A CPU in the text format of InstLatx64: for each logical CPU a section of CPUID and one of MSRs,
 * among much else.
 */
#include "cpu_in.h"

#define MSR_ARCH_CAPABILITIES 0x10a

/* CPUID 00000007: */
static bool read_label(struct line *l, const char *word, u32 *number)
{
	const char *start;

	if (!line_word(l, word))
		return false;
	start = l->at;
	return line_bare_hex(l, number) && l->at - start == 8 && line_word(l, ":");
}

/* 00000002-F3BFBFFB-BB417FEE-FFDD4430 [SL 00] [..] */
static bool read_registers(struct line *l, struct tdxcpuid_leaf *leaf)
{
	line_blanks(l);
	for (int r = 0; r < 4; r++) {
		const char *start;

		if (r && !line_word(l, "-"))
			return false;
		start = l->at;
		if (!line_bare_hex(l, &leaf->reg[r]) || l->at - start != 8)
			return false;
	}

	leaf->subleaf = 0;
	if (line_ends(l))
		return true;
	if (line_word(l, "[SL "))
		return line_bare_hex(l, &leaf->subleaf) && line_word(l, "]");
	return line_word(l, "[");
}

/* 0000-0000-0028-FDEB; false where it could not be read: < FAILED > */
static bool read_msr(struct line *l, u64 *value)
{
	*value = 0;
	line_blanks(l);
	for (int i = 0; i < 4; i++) {
		u32 part;

		if ((i && !line_word(l, "-")) || !line_bare_hex(l, &part) || part > 0xffff)
			return false;
		*value = *value << 16 | part;
	}
	return true;
}

static bool recognize(struct line line)
{
	u32 leaf;

	return read_label(&line, "CPUID ", &leaf);
}

static int read_line(struct cpu_in *in, struct line line)
{
	const char *start = line.at;
	struct line rest = line;
	struct tdxcpuid_leaf leaf;
	u32 number;
	u64 value;

	if (line_word(&rest, "---") && line_find(&line, "Logical CPU #")) {
		if (!line_find(&line, "MSR Registers"))
			cpu_begin(in);
		return 0;
	}
	rest = line;
	if (read_label(&rest, "MSR ", &number)) {
		if (number == MSR_ARCH_CAPABILITIES && read_msr(&rest, &value))
			cpu_arch_capabilities(in, value);
		return 0;
	}
	rest = line;
	if (!line_word(&line, "CPUID 0") && !line_word(&line, "CPUID 8"))
		return 0;
	if (!read_label(&rest, "CPUID ", &leaf.leaf) || !read_registers(&rest, &leaf))
		return cpu_trouble(in, rest.at,
				   "a line of CPUID is like 'CPUID 00000007: "
				   "00000002-F3BFBFFB-BB417FEE-FFDD4430 [SL 00]'");
	return cpu_leaf(in, start, &leaf);
}

const struct cpu_format cpu_format_instlat = { "InstLatx64", recognize, read_line };
