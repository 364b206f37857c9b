// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A CPU as cpuid -r and cpuid -1 -r print it, of Debian's package cpuid. */
#include "cpu_in.h"

/* 0x00000007 0x01: */
static bool read_label(struct line *l, struct tdxcpuid_leaf *leaf)
{
	line_blanks(l);
	if (!line_hex(l, &leaf->leaf))
		return false;
	line_blanks(l);
	return line_hex(l, &leaf->subleaf) && line_word(l, ":");
}

/* CPU 7: or, where there is only one, CPU: */
static bool is_heading(struct line line)
{
	u32 number;

	line_blanks(&line);
	if (!line_word(&line, "CPU"))
		return false;
	line_blanks(&line);
	line_decimal(&line, &number);
	return line_word(&line, ":") && line_ends(&line);
}

static bool recognize(struct line line)
{
	struct tdxcpuid_leaf leaf;

	return read_label(&line, &leaf);
}

static int read_line(struct cpu_in *in, struct line line)
{
	const char *start;
	struct tdxcpuid_leaf leaf;

	line_blanks(&line);
	start = line.at;
	if (is_heading(line)) {
		cpu_begin(in);
		return 0;
	}
	/* Whatever else is there, such as the command itself, is none of its. */
	if (start == line.end || (*start != '0' && !line_find(&line, "eax=")))
		return 0;
	if (!read_label(&line, &leaf) || !line_registers(&line, leaf.reg) || !line_ends(&line))
		return cpu_trouble(in, line.at,
				   "a line of cpuid -r is like '0x00000007 0x00: eax=0x00000002 "
				   "ebx=.. ecx=.. edx=..'");
	return cpu_leaf(in, start, &leaf);
}

const struct cpu_format cpu_format_cpuid = { "cpuid -r", recognize, read_line };
