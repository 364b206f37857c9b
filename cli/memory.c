// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Where cli/ gets memory.  There is nothing to do without any but to say so and to leave: no
 * answer has been written by then but whole lines of a batch.
 */
#include <stdlib.h>

#include <jansson.h>

#include "cli.h"

void out_of_memory(void)
{
	message("tdxcpuid: out of memory");
	exit(EXIT_BAD);
}

static void *xmalloc(size_t size)
{
	return xrealloc(NULL, size);
}

void *xcalloc(size_t nr, size_t size)
{
	void *data = calloc(nr, size);

	if (!data && nr && size)
		out_of_memory();
	return data;
}

void *xrealloc(void *data, size_t size)
{
	data = realloc(data, size);
	if (!data && size)
		out_of_memory();
	return data;
}

char *xstrdup(const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(xmalloc(size), text, size);
}

/* Jansson takes some failures for a bug of its own, and aborts. */
void memory_init(void)
{
	json_set_alloc_funcs(json_memory, json_memory_free);
}
