// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Memory for Jansson, whose values are small, many, and gone when the next line comes: from lists
 * of free pieces, one list a size, they cost a third of what malloc() takes.
 */
#include <stdlib.h>

#include <jansson.h>

#include "cli.h"

/* A sanitizer is to see each value. */
#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define POOLED 0
#else
#define POOLED 1
#endif

#define STEP  16U
#define LISTS 32U /* list n has pieces of n * STEP bytes; what is larger is malloc()'s */
#define BLOCK (1024 * STEP)

/* In front of what Jansson gets, which is aligned like malloc()'s. */
struct header {
	u64 list; /* LISTS: malloc()'s */
};

struct piece {
	struct piece *next;
};

/* Each begins with where the one before is: no leak, for who looks for those. */
static char *block;
static size_t left;
static struct piece *lists[LISTS];

static struct header *header_of(void *data)
{
	return (struct header *)data - 1;
}

static void *large(size_t size)
{
	char *data = xrealloc(NULL, size + STEP);

	data += STEP;
	header_of(data)->list = LISTS;
	return data;
}

static void *cut(size_t list)
{
	char *data;

	if (left < list * STEP) {
		char *next = xrealloc(NULL, BLOCK);

		memcpy(next, &block, sizeof(block));
		block = next;
		left = BLOCK - STEP;
	}
	data = block + BLOCK - left;
	left -= list * STEP;
	header_of(data)->list = list;
	return data;
}

void *json_memory(size_t size)
{
	size_t list = (size + sizeof(struct header) + STEP - 1) / STEP;
	struct piece *piece;

	if (!POOLED || list >= LISTS)
		return large(size);
	piece = lists[list];
	if (!piece)
		return cut(list);
	lists[list] = piece->next;
	return piece;
}

void json_memory_free(void *data)
{
	struct piece *piece = data;
	u64 list;

	if (!data)
		return;
	list = header_of(data)->list;
	if (list == LISTS) {
		free((char *)data - STEP);
		return;
	}
	piece->next = lists[list];
	lists[list] = piece;
}
