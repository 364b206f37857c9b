// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Generated sequences of TDX calls, by the program that the simulated host is
 * tested with: every line that it prints here is the one it printed there. A
 * file of expected lines has one with a seed and a count before each batch.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "client.h"

/* Differences that are shown; the rest is only counted. */
#define SHOWN	10

static struct {
	FILE *answers;
	pid_t pid;
} batch;

static void batch_begin(const char *path, const char *seed, const char *count)
{
	char *const argv[] = { (char *)path, "sequences", (char *)count, (char *)seed, "brief", NULL };

	batch.answers = program_start(argv, &batch.pid);
	if (!batch.answers)
		case_fail("no process for %s", path);
}

static void batch_end(void)
{
	char line[100];

	if (!batch.answers)
		return;
	if (fgets(line, sizeof(line), batch.answers))
		case_fail("more than expected: %s", line);
	check("exit status", program_end(batch.answers, batch.pid), 0);
	batch.answers = NULL;
}

void test_sequences(const char *path, const char *expected)
{
	unsigned int compared = 0, differ = 0;
	char want[100], line[100], *count;
	FILE *file = fopen(expected, "r");

	case_begin("sequences of calls as on the simulated host");
	while (file && fgets(want, sizeof(want), file)) {
		want[strcspn(want, "\n")] = 0;
		if (isdigit(want[0])) {
			batch_end();
			count = want;
			strsep(&count, " ");
			/* Whoever waits for the console sees that it goes on. */
			tap_diag("seed %s, %s sequences", want, count);
			batch_begin(path, want, count);
			continue;
		}
		if (!batch.answers || !fgets(line, sizeof(line), batch.answers))
			strcpy(line, "nothing");
		line[strcspn(line, "\n")] = 0;
		compared++;
		if (strcmp(line, want) && ++differ <= SHOWN)
			case_fail("answer \"%s\", expected \"%s\"", line, want);
	}
	batch_end();
	if (file)
		fclose(file);
	check("there are sequences", compared > 0, 1);
	check("sequences that differ", differ, 0);
	check("pages left in the module", module_pages(), 0);
	/* Some have a malformed topology, see defects.c. */
	if (!expect.status_fix)
		case_expect_warning();
	tap_diag("requests: %u compared, %u disagree", compared, differ);
	case_end();
}
