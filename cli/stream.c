// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Streams of JSON: each line or host as soon as it is there, in memory that does not grow. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "stream.h"

/* What is read is still in the CPU's caches when it is parsed. */
#define READ_MAX 32768

#define HOST_HINT                                                                               \
	"a host is what tdxcpuid dump or baseline --json writes; in a stream it is a line, or " \
	"the lines from a { to a } that stand alone"

static size_t min(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* What is read and not taken yet. */
struct input {
	int fd;
	ssize_t last; /* what the last read() said */
	struct text text;
};

static int open_input(struct input *in, const char *file, struct trouble *t)
{
	*in = (struct input){ .fd = input_open(file, t) };
	if (in->fd < 0)
		return -1;
	in->text.data = xrealloc(NULL, INPUT_MAX + 2);
	return 0;
}

static void close_input(struct input *in)
{
	input_close(in->fd);
	text_free(&in->text);
}

/* False: that was all, or there is no room for more than a line may have, and a byte. */
static bool more(struct input *in)
{
	struct text *text = &in->text;

	do
		in->last = read(in->fd, text->data + text->size,
				min(INPUT_MAX + 1 - text->size, READ_MAX));
	while (in->last < 0 && errno == EINTR);
	if (in->last > 0)
		text->size += in->last;
	text->data[text->size] = '\0';
	return in->last > 0;
}

static int read_lines(const struct stream *s, struct input *in, const char *file)
{
	struct text *text = &in->text;
	size_t number = 0;
	bool skip = false; /* the rest of a line that was too long */
	struct trouble t;

	do {
		char *start = text->data, *end = text->data + text->size, *newline;

		while ((newline = memchr(start, '\n', end - start))) {
			*newline = '\0';
			if (!skip)
				s->line(s->context, ++number, start, newline - start);
			skip = false;
			start = newline + 1;
		}

		text->size = skip ? 0 : end - start;
		memmove(text->data, start, text->size);
		if (text->size > INPUT_MAX) {
			trouble(&t, 1, INPUT_MAX + 1, "the line is longer than 1 MiB");
			s->bad(s->context, ++number, &t);
			skip = true;
			text->size = 0;
		}
	} while (more(in));

	if (in->last < 0) {
		trouble(&t, number + 1, 1, "cannot read: %s", strerror(errno));
		return complain(file, &t);
	}
	if (text->size && !skip)
		s->line(s->context, ++number, text->data, text->size);
	return 0;
}

int stream_read(const struct stream *s, const char *file)
{
	struct trouble t;
	struct input in;
	int status;

	if (open_input(&in, file, &t))
		return complain(file, &t);
	status = read_lines(s, &in, file);
	close_input(&in);
	return status;
}

/* Where the hosts of a stream are. */
struct split {
	struct host_stream *hosts;
	const char *file;
	char *text;    /* of a host of several lines, as far as it has come */
	size_t size;   /* 0: there is none */
	size_t number; /* of its first line */
	bool last_bad; /* what came last was no host */
};

static void tell_bad(struct split *s, size_t number, const struct trouble *t)
{
	struct trouble told = *t;

	told.line += number - 1;
	told.hint = s->hosts->bad ? NULL : HOST_HINT;
	complain(s->file, &told);
	s->hosts->bad++;
	s->last_bad = true;
}

static void add_host(struct split *s, size_t number, const char *data, size_t size)
{
	/* Where JSON goes on; an object in a layout without indentation is part of another one. */
	bool goes_on = *data == '{' ? data[1] == '\n' && data[2] != ' ' && data[2] != '\t' :
				      *data && strchr(" \t}]\"", *data);
	char called[PATH_MAX + 32];
	struct trouble t;

	if (strcmp(s->file, "-"))
		snprintf(called, sizeof(called), "%s:%zu", s->file, number);
	else
		snprintf(called, sizeof(called), "line %zu", number);
	if (!s->hosts->add(s->hosts->context, data, size, called, &t)) {
		s->last_bad = false;
		return;
	}
	/* JSON in another layout has many lines, whose first one is told. */
	if (s->last_bad && goes_on)
		return;
	tell_bad(s, number, &t);
}

/* Whatever there is of it. */
static void end_host(struct split *s)
{
	if (s->size)
		add_host(s, s->number, s->text, s->size);
	s->size = 0;
}

static bool is_alone(const char *line, size_t size, char c)
{
	return *line == c && 1 + strspn(line + 1, " \t\r") == size;
}

static void host_line(void *context, size_t number, const char *data, size_t size)
{
	struct split *s = context;
	struct trouble t;

	if (*data == '{')
		end_host(s);
	if (is_alone(data, size, '{')) {
		s->number = number;
		s->text[s->size++] = '{';
	} else if (!s->size) {
		add_host(s, number, data, size);
	} else if (s->size + 1 + size > INPUT_MAX) {
		s->size = 0;
		trouble(&t, 1, 1, "the host is longer than 1 MiB");
		tell_bad(s, number, &t);
	} else {
		s->text[s->size++] = '\n';
		memcpy(s->text + s->size, data, size);
		s->size += size;
	}
	s->text[s->size] = '\0';
	if (is_alone(data, size, '}'))
		end_host(s);
}

static void long_line(void *context, size_t number, const struct trouble *t)
{
	end_host(context);
	tell_bad(context, number, t);
}

/* False: it may have several hosts, or cannot be read. */
static bool read_alone(struct split *s, struct input *in)
{
	struct trouble t;
	bool whole;
	int error;

	while (more(in))
		;
	whole = !in->last && in->text.size <= INPUT_MAX;
	error = text_check(&in->text, &t);
	if (!whole)
		return false;
	if (!error)
		error = s->hosts->add(s->hosts->context, in->text.data, in->text.size, s->file, &t);
	if (!error)
		return true;
	if (strstr(in->text.data, "\n{"))
		return false;
	tell_bad(s, 1, &t);
	return true;
}

void hosts_read(struct host_stream *h, const char *file)
{
	struct split s = { .hosts = h, .file = file };
	const struct stream lines = { host_line, long_line, &s };
	struct trouble t;
	struct input in;

	if (open_input(&in, file, &t)) {
		tell_bad(&s, 1, &t);
		return;
	}
	if (!strcmp(file, "-") || !read_alone(&s, &in)) {
		s.text = xrealloc(NULL, INPUT_MAX + 1);
		if (read_lines(&lines, &in, file))
			h->bad++;
		end_host(&s);
	}
	free(s.text);
	close_input(&in);
}
