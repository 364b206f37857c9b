/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What holds for every reader of cli/. */
#ifndef FUZZ_READER_H
#define FUZZ_READER_H

#include "../cli/input.h"
#include "../cli/json_out.h"
#include "fuzz.h"

/* The input as a reader gets it, with the NUL behind it and nothing else; to be freed. */
static inline char *text_of(const uint8_t *data, size_t size)
{
	char *text = xrealloc(NULL, size + 1);

	memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

/* A complaint says something, and of a place within the text or right behind it. */
static inline void check_trouble(const struct trouble *t, const char *text, size_t size)
{
	const char *end = text + size;
	size_t line = t->line;

	must(*t->text && t->line && t->column);
	while (--line) {
		text = memchr(text, '\n', end - text);
		must(text);
		text++;
	}
	must(t->column - 1 <= (size_t)(end - text));
	end = memchr(text, '\n', end - text) ?: end;
	must(t->column - 1 <= (size_t)(end - text));
}

/* What was written, as a text that can be read. */
static inline const char *text_written(struct out *j)
{
	buffer_room(&j->text, 1)[0] = '\0';
	return j->text.data;
}

#endif
