// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Whole processes side by side: the commands take turns, so that whatever
 * disturbs the machine disturbs all.  Prints the median of the CPU time of each,
 * which waiting for a CPU does not count in, its ratio to the first, its range and
 * its peak memory.
 * Usage: process TIMES INPUT 'COMMAND' 'COMMAND'...	(words without blanks)
 * INPUT is a file, or - for what this has itself.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "timing.h"

extern char **environ;

static double ms(const struct timeval *t)
{
	return t->tv_sec * 1e3 + t->tv_usec / 1e3;
}

/* @peak, in KiB, is raised to what it took. */
static double run(const char *command, const char *input, long *peak)
{
	char *words = strdup(command), *argv[32] = { 0 };
	posix_spawn_file_actions_t actions;
	struct rusage usage;
	int n = 0, status;
	pid_t pid;

	for (char *word = strtok(words, " "); word && n < 31; word = strtok(NULL, " "))
		argv[n++] = word;
	posix_spawn_file_actions_init(&actions);
	if (strcmp(input, "-"))
		posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);

	if (posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ) ||
	    wait4(pid, &status, 0, &usage) < 0 || !WIFEXITED(status) || WEXITSTATUS(status) > 1) {
		fprintf(stderr, "process: %s failed\n", command);
		exit(1);
	}
	if (usage.ru_maxrss > *peak)
		*peak = usage.ru_maxrss;

	posix_spawn_file_actions_destroy(&actions);
	free(words);
	return ms(&usage.ru_utime) + ms(&usage.ru_stime);
}

int main(int argc, char **argv)
{
	int times = argc > 3 ? atoi(argv[1]) : 0, n = argc - 3;
	double *sample;
	long *peak;

	if (times < 1) {
		fprintf(stderr, "Usage: process TIMES INPUT 'COMMAND'...\n");
		return 2;
	}
	sample = calloc((size_t)n * times, sizeof(*sample));
	peak = calloc(n, sizeof(*peak));
	if (!sample || !peak)
		return 2;

	for (int t = 0; t < times; t++) {
		for (int c = 0; c < n; c++)
			sample[c * times + t] = run(argv[3 + c], argv[2], &peak[c]);
	}
	for (int c = 0; c < n; c++) {
		qsort(sample + c * times, times, sizeof(*sample), ascending);
		printf("%9.2f ms  %6.2f  (%.2f to %.2f)  %6ld KiB  %.60s\n",
		       sample[c * times + times / 2],
		       sample[c * times + times / 2] / sample[times / 2], sample[c * times],
		       sample[c * times + times - 1], peak[c], argv[3 + c]);
	}
	free(peak);
	free(sample);
	return 0;
}
