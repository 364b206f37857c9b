// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Answers as text, kept until all of it is there. */
#include <stdlib.h>
#include <unistd.h>

#include "print.h"
#include "target.h"

static struct buffer text;
static int text_fd = STDOUT_FILENO;

static void vprint(const char *format, va_list ap)
{
	size_t first = strspn(format, "\n"), last = 0, length;
	va_list again;
	char *p;

	va_copy(again, ap);
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	p = buffer_room(&text, length + 1);
	vsnprintf(p, length + 1, format, ap);

	if (format[first]) {
		while (format[strlen(format) - 1 - last] == '\n')
			last++;
	}
	length = first + clean(p + first, length - first - last);
	memset(p + length, '\n', last);
	text.used += length + last;
}

void print(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vprint(format, ap);
	va_end(ap);
}

void print_page(const char *format, ...)
{
	size_t length;
	va_list ap;

	va_start(ap, format);
	length = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	va_start(ap, format);
	vsnprintf(buffer_room(&text, length + 1), length + 1, format, ap);
	va_end(ap);
	text.used += length;
}

static bool is_coloured(void)
{
	static int colour = -1;

	if (colour < 0) {
		const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

		colour = isatty(text_fd) && !(no && *no) && term && strcmp(term, "dumb");
	}
	return colour;
}

void print_in(enum style style, const char *format, ...)
{
	static const char *const sequences[] = {
		[STYLE_BOLD] = "\033[1m",
		[STYLE_ERROR] = "\033[1;31m",
		[STYLE_GOOD] = "\033[1;32m",
		[STYLE_HINT] = "\033[36m",
	};
	va_list ap;

	if (is_coloured())
		buffer_add(&text, sequences[style], strlen(sequences[style]));
	va_start(ap, format);
	vprint(format, ap);
	va_end(ap);
	if (is_coloured())
		buffer_add(&text, "\033[0m", 4);
}

void print_to(int fd)
{
	text_fd = fd;
}

struct buffer print_take(void)
{
	struct buffer taken = text;

	text = (struct buffer){ 0 };
	return taken;
}

void print_flush(void)
{
	struct buffer taken = print_take();

	write_answer(text_fd, taken.data, taken.used);
	free(taken.data);
}

void print_wrapped(const char *indent, const char *text, size_t width)
{
	while (*text) {
		size_t length = strlen(text), cut = length;

		if (length > width) {
			for (cut = width; cut && text[cut] != ' '; cut--)
				;
			if (!cut)
				cut = strcspn(text, " ");
		}
		print("%s%.*s\n", indent, (int)cut, text);
		text += cut;
		text += strspn(text, " ");
	}
}

void print_notes(const struct notes *notes)
{
	if (notes->nr)
		print("\n");
	for (u32 i = 0; i < notes->nr; i++) {
		print_in(STYLE_HINT, "note:");
		print(" %s\n", notes->text[i]);
	}
}
