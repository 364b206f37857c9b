// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The series' own KVM selftest, as it comes out of the kernel's tree. */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client.h"

#define KSFT_SKIP	4

void test_kselftest(const char *path)
{
	int output[2], status = -1;
	char line[800];
	FILE *stream;
	pid_t pid;

	case_begin("the series' KVM selftest");
	if (pipe(output) || (pid = fork()) < 0) {
		case_fail("no process for %s", path);
		case_end();
		return;
	}
	if (!pid) {
		dup2(output[1], STDOUT_FILENO);
		dup2(output[1], STDERR_FILENO);
		close(output[0]);
		close(output[1]);
		execl(path, path, NULL);
		_exit(127);
	}
	close(output[1]);
	stream = fdopen(output[0], "r");
	while (stream && fgets(line, sizeof(line), stream)) {
		line[strcspn(line, "\n")] = 0;
		tap_diag("%s", line);
	}
	if (stream)
		fclose(stream);
	waitpid(pid, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == KSFT_SKIP)
		case_fail("skipped, where TDX is there");
	else
		check("exit status", status, 0);
	check("pages left in the module", module_pages(), 0);
	case_end();
}
