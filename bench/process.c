// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Whole processes side by side: the commands take turns, so that whatever
 * disturbs the machine disturbs all.  Prints the median of each and its ratio to
 * the first.
 * Usage: process TIMES INPUT 'COMMAND' 'COMMAND'...	(words without blanks)
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "timing.h"

extern char **environ;

static double run(const char *command, const char *input)
{
	char *words = strdup(command), *argv[32] = { 0 };
	posix_spawn_file_actions_t actions;
	double start;
	int n = 0, status;
	pid_t pid;

	for (char *word = strtok(words, " "); word && n < 31; word = strtok(NULL, " "))
		argv[n++] = word;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);

	start = now();
	if (posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ) ||
	    waitpid(pid, &status, 0) < 0 || !WIFEXITED(status) || WEXITSTATUS(status) > 1) {
		fprintf(stderr, "process: %s failed\n", command);
		exit(1);
	}
	start = (now() - start) / 1e6;

	posix_spawn_file_actions_destroy(&actions);
	free(words);
	return start;
}

int main(int argc, char **argv)
{
	int times = argc > 3 ? atoi(argv[1]) : 0, n = argc - 3;
	double *sample;

	if (times < 1) {
		fprintf(stderr, "Usage: process TIMES INPUT 'COMMAND'...\n");
		return 2;
	}
	sample = calloc((size_t)n * times, sizeof(*sample));
	if (!sample)
		return 2;

	for (int t = 0; t < times; t++) {
		for (int c = 0; c < n; c++)
			sample[c * times + t] = run(argv[3 + c], argv[2]);
	}
	for (int c = 0; c < n; c++) {
		qsort(sample + c * times, times, sizeof(*sample), ascending);
		printf("%9.2f ms  %6.2f  (%.2f to %.2f)  %.60s\n", sample[c * times + times / 2],
		       sample[c * times + times / 2] / sample[times / 2], sample[c * times],
		       sample[c * times + times - 1], argv[3 + c]);
	}
	free(sample);
	return 0;
}
