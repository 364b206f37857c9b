// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The series' own KVM selftest, as it comes out of the kernel's tree. */
#include <string.h>

#include "client.h"

#define KSFT_SKIP	4

void run_kselftest(const char *path)
{
	char *const argv[] = { (char *)path, NULL };
	char line[800];
	FILE *output;
	int status;
	pid_t pid;

	output = program_start(argv, &pid);
	if (output) {
		while (fgets(line, sizeof(line), output)) {
			line[strcspn(line, "\n")] = 0;
			tap_diag("%s", line);
		}
		status = program_end(output, pid);
		if (status == KSFT_SKIP)
			case_fail("skipped, where nothing is missing");
		else
			check("exit status", status, 0);
	} else {
		case_fail("no process for %s", path);
	}
}
