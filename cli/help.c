// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What --help says. */
#include <stdlib.h>

#include "options.h"
#include "print.h"

static void print_paragraph(const char *text)
{
	struct buffer lines = { 0 };

	fold(&lines, text, strlen(text), print_width(), 0);
	print_page("\n%.*s", (int)lines.used, lines.data);
	free(lines.data);
}

void list_verbs(void)
{
	for (size_t i = 0; verbs[i].name; i++) {
		print("  %-10s %-15s ", verbs[i].name, verbs[i].args);
		print_hang();
		print("%s\n", verbs[i].summary);
	}
}

static void print_example(const char *lines)
{
	print("\nExample:\n");
	while (*lines) {
		int length = strcspn(lines, "\n");

		print("  %.*s\n", length, lines);
		lines += length + (lines[length] == '\n');
	}
}

void tool_help(void)
{
	print("Usage: tdxcpuid VERB [OPTION]... [ARGUMENT]...\n");
	print("What CPUID a VMM may set for an Intel TDX guest, and what comes of it.\n");
	print("\nVerbs:\n");
	list_verbs();
	print_example("tdxcpuid request +waitpkg >request.txt\ntdxcpuid check request.txt\n"
		      "tdxcpuid explain waitpkg");
	print_paragraph("'tdxcpuid VERB --help' lists the options of a verb, 'tdxcpuid --version' "
			"says which tdxcpuid this is.");
	print_paragraph(
		"Exit status: check: 0 accepted, 1 not; fits: 0 if a host accepts, 1 if none "
		"does; run: the program's own; all others: 0; 2 on bad usage or input.");
}

static void list_option(const struct option_row *row)
{
	char text[32];

	snprintf(text, sizeof(text), "--%s%s%s", row->name, row->arg ? " " : "",
		 row->arg ? row->arg : "");
	if (row->letter)
		print("  -%c, %-16s  ", row->letter, text);
	else
		print("      %-16s  ", text);
	print_hang();
	print("%s\n", row->help);
}

void verb_help(const struct verb *verb)
{
	print("Usage: tdxcpuid %s [OPTION]...%s%s\n", verb->name, *verb->args ? " " : "",
	      verb->args);
	print("%s\n", verb->summary);
	print("\nOptions:\n");
	for (size_t i = 0; option_rows[i].name; i++) {
		if (option_rows[i].verbs & verb->bit)
			list_option(&option_rows[i]);
	}
	print_example(verb->example);
	if (verb->bit == RUN)
		print_paragraph(
			"KVM's ioctls never reach the machine's own /dev/kvm. Guest code is not run. "
			"Programs that are setuid gain nothing, debuggers cannot attach, io_uring and "
			"32-bit system calls are absent. Exit status: the program's own, 128 + N on "
			"signal N, 1 with --stop, 2 on bad usage, 126 or 127 if the program cannot be "
			"run.");
	if (verb->bit == EXPORT)
		print_paragraph(
			"FORMAT is nfd or prometheus. The host is --kvm unless another is "
			"named; of a modelled one the default is module " TDXCPUID_DEFAULT_MODULE
			", cpu " TDXCPUID_DEFAULT_CPU
			", policy allowlist. A host without TDX is an answer, too.");
	if (verb->bit == DUMP)
		print_paragraph(
			"With --module or --policy: a modelled host, by default with module " TDXCPUID_DEFAULT_MODULE
			", cpu " TDXCPUID_DEFAULT_CPU
			", policy allowlist; --cpu alone: that CPU; else this host.");
	if (verb->bit == FITS)
		print_paragraph(
			"Exit status: 0 if a host accepts, 1 if none does, 2 on bad usage or "
			"input, though what can be read is answered.");
	if (verb->bit == CHECK) {
		print_paragraph("REQUEST is a file, or - for standard input: text as recorded, or "
				"JSON.");
		print_paragraph("Exit status: 0 accepted and consistent, or undecided (3 with "
				"--strict), 1 rejected or inconsistent, 2 on bad usage or input.");
	}
}
