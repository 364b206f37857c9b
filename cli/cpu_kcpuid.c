// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * A CPU as kcpuid -r prints it, of Linux's tools/arch/x86/kcpuid.  A leaf with subleaves is a
 * line that says so, and one for each subleaf.  What is all zeros is not printed.
 */
#include "cpu_in.h"

/* 0x00000007: or 0x00000007_01: */
static bool read_label(struct line *l, struct tdxcpuid_leaf *leaf)
{
	line_blanks(l);
	leaf->subleaf = 0;
	if (!line_hex(l, &leaf->leaf) || (line_word(l, "_") && !line_bare_hex(l, &leaf->subleaf)))
		return false;
	return line_word(l, ":");
}

static bool recognize(struct line line)
{
	struct tdxcpuid_leaf leaf;

	return read_label(&line, &leaf);
}

static int read_line(struct cpu_in *in, struct line line)
{
	struct tdxcpuid_leaf leaf = { .leaf = in->parent };
	struct line labelled = line, rest = line;
	const char *start;

	line_blanks(&rest);
	start = rest.at;
	/* Where the output of several runs was put together. */
	if (line_word(&rest, "Basic Leafs") && in->nr)
		cpu_begin(in);

	if (read_label(&labelled, &leaf)) {
		rest = labelled;
		line_blanks(&rest);
		in->has_parent = line_word(&rest, "subleafs:") && line_ends(&rest);
		in->parent = leaf.leaf;
		if (in->has_parent)
			return 0;
		rest = labelled;
	} else if (!in->has_parent || !line_decimal(&rest, &leaf.subleaf) ||
		   !line_word(&rest, ":")) {
		/* What is no label: a heading, or a line that is damaged. */
		if (start == line.end || (*start != '0' && !line_find(&line, "EAX=")))
			return 0;
		rest = labelled;
	}
	if (!line_registers(&rest, leaf.reg) || !line_ends(&rest))
		return cpu_trouble(in, rest.at,
				   "a line of kcpuid -r is like '0x00000001: EAX=0x000806f8, "
				   "EBX=.., ECX=.., EDX=..'");
	return cpu_leaf(in, start, &leaf);
}

const struct cpu_format cpu_format_kcpuid = { "kcpuid -r", recognize, read_line };
