// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A file that others may read at any time: written beside its place, and then moved there. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"

static int no_file(const char *file, const char *why)
{
	message("tdxcpuid: %s: cannot be written: %s", file, why);
	return -1;
}

/* DIR/.NAME.XXXXXX; its end is not that of NAME, by which some readers choose. */
static char *name_beside(const char *file)
{
	const char *slash = strrchr(file, '/');
	size_t folder = slash ? slash + 1 - file : 0, size = strlen(file) + sizeof("..XXXXXX");
	char *name = xcalloc(1, size);

	snprintf(name, size, "%.*s.%s.XXXXXX", (int)folder, file, file + folder);
	return name;
}

/* The permissions that open() would have given; mkostemp() keeps the file to its owner. */
static mode_t usual_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

static int write_whole(int fd, const char *data, size_t size)
{
	int error = write_all(fd, data, size);

	if (!error && fchmod(fd, usual_mode()))
		error = -errno;
	/* Some file systems find out late that they are full. */
	if (!error && fsync(fd))
		error = -errno;
	if (close(fd) && !error)
		error = -errno;
	return error;
}

int replace_file(const char *file, const char *data, size_t size)
{
	struct stat st;
	char *beside;
	int fd, error;

	/* To move a file onto /dev/null would be the end of it. */
	if (!lstat(file, &st) && !S_ISREG(st.st_mode))
		return no_file(file, "it is there, and no regular file");
	beside = name_beside(file);
	fd = mkostemp(beside, O_CLOEXEC);
	error = fd < 0 ? -errno : write_whole(fd, data, size);
	if (!error && rename(beside, file))
		error = -errno;
	if (error && fd >= 0)
		unlink(beside);
	free(beside);
	return error ? no_file(file, strerror(-error)) : 0;
}
