// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The project's own tool on this kernel. What it says goes out by the console,
 * for ../job to compare with what it says about the model, and of a snapshot.
 */
#include <string.h>
#include <unistd.h>

#include "client.h"

void test_tool(const char *folder)
{
	static char *const commands[][5] = {
		{ "./tdxcpuid", "caps", "--kvm", "--json" },
		{ "./tdxcpuid", "dump" },
		{ "./tdxcpuid", "check", "--kvm", "init_vm.txt" },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(commands); i++) {
		const char *verb = commands[i][1];
		FILE *output = NULL;
		char line[800];
		pid_t pid;

		case_begin("tdxcpuid %s on this kernel", verb);
		if (!chdir(folder))
			output = program_start(commands[i], &pid);
		if (output) {
			while (fgets(line, sizeof(line), output)) {
				line[strcspn(line, "\n")] = 0;
				tap_diag("%s: %s", verb, line);
			}
			check("exit status", program_end(output, pid), 0);
		} else {
			case_fail("no process for it");
		}
		check("pages left in the module", module_pages(), 0);
		case_end();
	}
}
