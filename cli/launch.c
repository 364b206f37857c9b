// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * tdxcpuid run is a program of its own, so that no other verb pays for loading the
 * simulated host and its disassembler.  This becomes it: same process, same arguments.
 */
#include <errno.h>
#include <limits.h>
#include <unistd.h>

#include "options.h"
#include "print.h"

#define PROGRAM "tdxcpuid-run"

int cmd_run(const struct options *o)
{
	/* In a build; in an installation, wherever that was moved; where it was to be. */
	static const char *const places[] = { PROGRAM, FROM_BINDIR "/" PROGRAM,
					      LIBEXECDIR "/" PROGRAM };
	char self[PATH_MAX], file[2 * PATH_MAX];
	ssize_t size = readlink("/proc/self/exe", self, sizeof(self) - 1);

	self[size < 0 ? 0 : size] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		const char *slash = strrchr(self, '/');

		if (*places[i] == '/')
			snprintf(file, sizeof(file), "%s", places[i]);
		else if (slash)
			snprintf(file, sizeof(file), "%.*s/%s", (int)(slash - self), self,
				 places[i]);
		else
			continue;
		execv(file, o->all);
		if (errno != ENOENT && errno != ENOTDIR)
			break;
	}
	message("tdxcpuid run: cannot start " PROGRAM " (looked beside tdxcpuid and in " LIBEXECDIR
		"): %s",
		strerror(errno));
	return EXIT_BAD;
}
