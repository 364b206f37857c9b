/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Streams of JSON, one object a line. */
#ifndef STREAM_H
#define STREAM_H

#include "input.h"

struct stream {
	/* A line, counted from 1, without its newline but with a NUL. */
	void (*line)(void *context, size_t number, const char *data, size_t size);
	/* It cannot be taken as a line: it is too long. */
	void (*bad)(void *context, size_t number, const struct trouble *t);
	void *context;
};

/* Until its end; "-" is standard input.  0, or EXIT_BAD if it cannot be read: it has complained. */
int stream_read(const struct stream *s, const char *file);

/* Say what is wrong in a line, counted as in the stream. */
void stream_complain(size_t number, const struct trouble *t);

#endif
