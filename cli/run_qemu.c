// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A QEMU that made no TDX call may be too old to know TDX: its version is asked. */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "run.h"

/* The first that has TDX. */
#define QEMU_MAJOR 10
#define QEMU_MINOR 1

static bool is_qemu(const char *program)
{
	const char *slash = strrchr(program, '/'), *name = slash ? slash + 1 : program;

	return !strncmp(name, "qemu", 4) || !strcmp(name, "kvm");
}

/* What the program prints with --version, run like before: nothing is let out of the host. */
static void ask_version(const struct run *run, char *said, size_t room)
{
	struct host_model *model = xcalloc(1, sizeof(*model));
	struct front front = { .host = model, .files_missing = run->machine.files_missing };
	char option[] = "--version", *const args[] = { run->options->args[0], option, NULL };
	int own[2] = { dup(STDOUT_FILENO), dup(STDERR_FILENO) }, exec_errno;
	int fd = memfd_create("version", MFD_CLOEXEC);
	ssize_t size = -1;

	host_init(model, run->host->kvm);
	if (fd >= 0 && own[0] >= 0 && own[1] >= 0 && dup2(fd, STDOUT_FILENO) >= 0 &&
	    dup2(fd, STDERR_FILENO) >= 0 && !front_run(&front, args, &exec_errno))
		size = pread(fd, said, room - 1, 0);
	said[size < 0 ? 0 : size] = '\0';

	for (int i = 0; i < 2; i++) {
		if (own[i] < 0)
			continue;
		dup2(own[i], STDOUT_FILENO + i);
		close(own[i]);
	}
	if (fd >= 0)
		close(fd);
	free(model);
}

void find_old_qemu(struct run *run)
{
	static const char before[] = "QEMU emulator version ";
	char said[256], *version, *end;
	long major, minor;

	if (!is_qemu(run->options->args[0]))
		return;
	ask_version(run, said, sizeof(said));
	version = strstr(said, before);
	if (!version)
		return;
	version += strlen(before);
	major = strtol(version, &end, 10);
	minor = *end == '.' ? strtol(end + 1, NULL, 10) : 0;
	if (major < QEMU_MAJOR || (major == QEMU_MAJOR && minor < QEMU_MINOR))
		snprintf(run->old_qemu, sizeof(run->old_qemu), "%.*s",
			 (int)strspn(version, "0123456789."), version);
}
