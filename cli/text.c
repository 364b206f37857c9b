// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Files and pipes up to a limit, and what is wrong with them, by line and column. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "input.h"

int vtrouble(struct trouble *t, size_t line, size_t column, const char *format, va_list ap)
{
	t->line = line;
	t->column = column;
	t->hint = NULL;
	vsnprintf(t->text, sizeof(t->text), format, ap);
	/* It may quote from the input. */
	clean(t->text, strlen(t->text));
	return -1;
}

int trouble(struct trouble *t, size_t line, size_t column, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vtrouble(t, line, column, format, ap);
	va_end(ap);
	return -1;
}

int complain(const char *file, const struct trouble *t)
{
	if (!t->line) {
		message("tdxcpuid: %s", t->text);
		return EXIT_BAD;
	}
	message_at(!strcmp(file, "-") ? "<stdin>" :
		   *file	      ? file :
					"''",
		   t->line, t->column, t->text, t->hint);
	return EXIT_BAD;
}

void line_and_column(const char *data, size_t offset, size_t *line, size_t *column)
{
	*line = 1;
	*column = 1;
	for (size_t i = 0; i < offset; i++) {
		if (data[i] == '\n') {
			++*line;
			*column = 1;
		} else if ((data[i] & 0xc0) != 0x80) {
			++*column;
		}
	}
}

int input_open(const char *file, struct trouble *t)
{
	static bool is_read;
	int fd;

	if (!strcmp(file, "-")) {
		if (is_read)
			return trouble(t, 0, 0,
				       "- stands for standard input once: it has been read");
		is_read = true;
		return STDIN_FILENO;
	}
	fd = open(file, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? trouble(t, 0, 0, "%s: cannot be opened: %s", *file ? file : "''",
				strerror(errno)) :
			fd;
}

void input_close(int fd)
{
	if (fd != STDIN_FILENO)
		close(fd);
}

/* Programs on Windows put a byte order mark before UTF-8. */
static void drop_mark(struct text *text)
{
	if (strncmp(text->data, "\357\273\277", 3))
		return;
	text->size -= 3;
	memmove(text->data, text->data + 3, text->size + 1);
}

static int too_large(struct text *text, size_t max, struct trouble *t)
{
	size_t line, column;

	line_and_column(text->data, max, &line, &column);
	return trouble(t, line, column, "the input is larger than %zu MiB", max >> 20);
}

int bytes_read(struct text *text, const char *file, size_t max, struct trouble *t)
{
	size_t room = 1 << 14;
	ssize_t n = 0;
	int fd;

	*text = (struct text){ 0 };
	fd = input_open(file, t);
	if (fd < 0)
		return -1;

	text->data = xrealloc(NULL, room + 1);
	for (;;) {
		if (text->size == room) {
			if (room > max)
				break;
			room *= 2;
			text->data = xrealloc(text->data, room + 1);
		}
		n = read(fd, text->data + text->size, room - text->size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		text->size += n;
	}

	if (n < 0)
		trouble(t, 1, 1, "cannot read: %s", strerror(errno));
	input_close(fd);
	if (n < 0) {
		text_free(text);
		return -1;
	}

	text->data[text->size] = '\0';
	return text->size > max ? too_large(text, max, t) : 0;
}

int text_check(struct text *text, struct trouble *t)
{
	size_t line, column;
	const char *nul;

	drop_mark(text);
	/* A program or a picture, which may have text in it as well. */
	nul = memchr(text->data, '\0', text->size);
	if (!nul)
		return 0;
	line_and_column(text->data, nul - text->data, &line, &column);
	return trouble(t, line, column, "not text: there is a NUL byte");
}

int text_read_up_to(struct text *text, const char *file, size_t max, struct trouble *t)
{
	return bytes_read(text, file, max, t) || text_check(text, t) ? -1 : 0;
}

int text_read(struct text *text, const char *file, struct trouble *t)
{
	return text_read_up_to(text, file, INPUT_MAX, t);
}

void text_free(struct text *text)
{
	free(text->data);
	text->data = NULL;
}
