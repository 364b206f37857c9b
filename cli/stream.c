// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Streams of JSON: each line as soon as it is there, in memory that does not grow. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "stream.h"

/* What is read is still in the CPU's caches when it is parsed. */
#define READ_MAX 32768

static size_t min(size_t a, size_t b)
{
	return a < b ? a : b;
}

static int read_lines(const struct stream *s, int fd, const char *file)
{
	const size_t room = INPUT_MAX + 2;
	char *data = xrealloc(NULL, room);
	size_t used = 0, number = 0;
	bool skip = false; /* the rest of a line that was too long */
	struct trouble t;
	ssize_t n;

	for (;;) {
		char *start = data, *newline;

		n = read(fd, data + used, min(room - 1 - used, READ_MAX));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		used += n;

		while ((newline = memchr(start, '\n', data + used - start))) {
			*newline = '\0';
			if (!skip)
				s->line(s->context, ++number, start, newline - start);
			skip = false;
			start = newline + 1;
		}

		used -= start - data;
		memmove(data, start, used);
		if (skip)
			used = 0;
		if (used > INPUT_MAX) {
			trouble(&t, 1, INPUT_MAX + 1, "the line is longer than 1 MiB");
			s->bad(s->context, ++number, &t);
			skip = true;
			used = 0;
		}
	}

	if (n < 0) {
		trouble(&t, number + 1, 1, "cannot read: %s", strerror(errno));
		free(data);
		return complain(file, &t);
	}
	if (used && !skip) {
		data[used] = '\0';
		s->line(s->context, ++number, data, used);
	}
	free(data);
	return 0;
}

void stream_complain(size_t number, const struct trouble *t)
{
	struct trouble told = *t;

	told.line += number - 1;
	complain("-", &told);
}

int stream_read(const struct stream *s, const char *file)
{
	struct trouble t;
	int fd = input_open(file, &t), status;

	if (fd < 0)
		return complain(file, &t);
	status = read_lines(s, fd, file);
	input_close(fd);
	return status;
}
