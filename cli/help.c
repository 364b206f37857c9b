// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What --help says. */
#include "options.h"
#include "print.h"

void tool_help(void)
{
	print_page("Usage: tdxcpuid VERB [OPTION]... [ARGUMENT]...\n"
		   "What CPUID a VMM may set for an Intel TDX guest, and what comes of "
		   "it.\n\nVerbs:\n");
	for (size_t i = 0; verbs[i].name; i++)
		print_page("  %-10s %-13s %s\n", verbs[i].name, verbs[i].args, verbs[i].summary);
	print_page(
		"\n'tdxcpuid VERB --help' lists the options of a verb, 'tdxcpuid --version' says\n"
		"which tdxcpuid this is.\n"
		"Exit status: check, fits: 0 accepted, 1 not; run: the program's own;\n"
		"all others: 0; 2 on bad usage or input.\n");
}

void verb_help(const struct verb *verb)
{
	print_page("Usage: tdxcpuid %s [OPTION]...%s%s\n%s\n\nOptions:\n", verb->name,
		   *verb->args ? " " : "", verb->args, verb->summary);
	for (size_t i = 0; option_rows[i].name; i++) {
		const struct option_row *row = &option_rows[i];
		char text[32];

		if (!(row->verbs & verb->bit))
			continue;
		snprintf(text, sizeof(text), "--%s%s%s", row->name, row->arg ? " " : "",
			 row->arg ? row->arg : "");
		if (row->letter)
			print_page("  -%c, %-14s  %s\n", row->letter, text, row->help);
		else
			print_page("      %-14s  %s\n", text, row->help);
	}
	if (verb->bit == RUN)
		print_page(
			"\nKVM's ioctls never reach the machine's own /dev/kvm. Guest code is not run. Programs\n"
			"that are setuid gain nothing, debuggers cannot attach, io_uring and 32-bit system\n"
			"calls are absent. Exit status: the program's own, 128 + N on signal N, 1 with --stop,\n"
			"2 on bad usage, 126 or 127 if the program cannot be run.\n");
	if (verb->bit == EXPORT)
		print_page(
			"\nFORMAT is nfd or prometheus. The host is --kvm unless another is named.\n"
			"A host without TDX is an answer, too.\n");
	if (verb->bit == CHECK)
		print_page(
			"\nREQUEST is a file, or - for standard input: text as recorded, or JSON.\n"
			"Exit status: 0 accepted and consistent, or undecided (3 with --strict), 1 rejected or\n"
			"inconsistent, 2 on bad usage or input.\n");
}
