/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * For LD_PRELOAD: allocation number FAIL_N of tdxcpuid fails, with FAIL_ALL all later ones
 * as well.  Programs that it starts are left alone.  FAIL_COUNT: a descriptor for how many
 * there were.
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The C library's own, behind the names that are taken here. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t nr, size_t size);
extern void *__libc_realloc(void *data, size_t size);

static long count, fail_at;

static int fails(void)
{
	static int known, all;

	if (!known) {
		const char *n = getenv("FAIL_N");

		known = 1;
		all = getenv("FAIL_ALL") != NULL;
		fail_at = n && !strcmp(program_invocation_short_name, "tdxcpuid") ? atol(n) : 0;
	}
	count++;
	if (fail_at && (count == fail_at || (all && count > fail_at))) {
		errno = ENOMEM;
		return 1;
	}
	return 0;
}

void *malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t nr, size_t size)
{
	return fails() ? NULL : __libc_calloc(nr, size);
}

void *realloc(void *data, size_t size)
{
	return fails() ? NULL : __libc_realloc(data, size);
}

__attribute__((destructor)) static void tell(void)
{
	const char *fd = getenv("FAIL_COUNT");
	char text[32];

	if (!fd || strcmp(program_invocation_short_name, "tdxcpuid"))
		return;
	if (write(atoi(fd), text, snprintf(text, sizeof(text), "%ld\n", count)) < 0)
		_exit(99);
}
