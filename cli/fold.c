// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* How wide lines may be, and where those that are longer are broken: the one place for it. */
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "input.h"
#include "print.h"

#define WIDTH_USUAL 80 /* of pipes and files */
#define WIDTH_MIN   20
#define WIDTH_MAX   4096
#define TOGETHER    20 /* (bits 17, 18) */

size_t width_of(int fd)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	u64 width = 0;

	if (columns && parse_decimal(columns, strlen(columns), WIDTH_MAX, &width) && width)
		;
	else if (isatty(fd) && !ioctl(fd, TIOCGWINSZ, &size) && size.ws_col)
		width = size.ws_col;
	else
		width = WIDTH_USUAL;
	return width < WIDTH_MIN ? WIDTH_MIN : width;
}

/* How many bytes the character at @text has; colours take no column, and all others one. */
static size_t character(const char *text, size_t left, size_t *columns)
{
	size_t length = 1;

	if (*text == '\033') {
		while (length < left && text[length - 1] != 'm')
			length++;
		return length;
	}
	while (length < left && (text[length] & 0xc0) == 0x80)
		length++;
	++*columns;
	return length;
}

size_t columns_of(const char *text, size_t length)
{
	size_t columns = 0;

	for (size_t i = 0; i < length;)
		i += character(text + i, length - i, &columns);
	return columns;
}

/* The last blank within @room, or the first behind it; all of @text if there is none. */
static size_t last_blank(const char *text, size_t length, size_t room, size_t together)
{
	size_t at = strspn(text, " "), columns = at, cut = 0, closed = 0;

	while (at < length && (columns <= room || !cut)) {
		const char *end = NULL;

		if (text[at] == '(')
			end = memchr(text + at, ')',
				     together < length - at ? together : length - at);
		if (end)
			closed = end - text;
		if (text[at] == ' ' && at >= closed)
			cut = at;
		at += character(text + at, length - at, &columns);
	}
	return columns <= room || !cut ? length : cut;
}

size_t fold_at(const char *text, size_t length, size_t room)
{
	size_t cut = last_blank(text, length, room, TOGETHER);

	/* A word that does not fit stays whole: it may be a file's name. */
	return columns_of(text, cut) > room ? last_blank(text, length, room, 0) : cut;
}

void fold(struct buffer *to, const char *line, size_t length, size_t width, size_t hang)
{
	size_t blanks = 0;

	if (hang > width / 2)
		hang = strspn(line, " ") + 2;
	do {
		size_t cut = fold_at(line, length, width - blanks), next = cut;
		char *p = buffer_room(to, blanks + cut + 1);

		memset(p, ' ', blanks);
		memcpy(p + blanks, line, cut);
		p[blanks + cut] = '\n';
		to->used += blanks + cut + 1;
		while (next < length && line[next] == ' ')
			next++;
		line += next;
		length -= next;
		blanks = hang < width ? hang : 0;
	} while (length);
}
