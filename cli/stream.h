/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Streams of JSON: a line, or a host, after the other. */
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

struct host_stream {
	/* A host, and what it is called if it has no name; -1: it is none, and @t says why. */
	int (*add)(void *context, const char *data, size_t size, const char *called,
		   struct trouble *t);
	void *context;
	u64 bad; /* what could not be read, and was told */
};

/*
 * Those of a stream: a host is a line, or the lines from a { to a } that are alone in theirs, as
 * tdxcpuid dump and jq write it.  What is named, so is not "-", may also be one in any layout.
 */
void hosts_read(struct host_stream *h, const char *file);

#endif
