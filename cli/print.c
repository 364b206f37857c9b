// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Answers as text, kept until all of it is there. */
#include <stdlib.h>
#include <unistd.h>

#include "print.h"
#include "target.h"

static struct buffer text;
static int text_fd = STDOUT_FILENO;
static size_t width;	  /* 0: not asked yet */
static size_t line_start; /* where the line begins that is not complete */
static size_t hang;	  /* the column where its further lines begin; 0: below its start */
static enum colour colour;

size_t print_width(void)
{
	if (!width)
		width = width_of(text_fd);
	return width;
}

void print_as_is(void)
{
	width = SIZE_MAX;
}

void print_hang(void)
{
	hang = columns_of(text.data + line_start, text.used - line_start);
}

/* Break those of the lines that are complete now and too long. */
static void fold_lines(void)
{
	size_t left = text.used - line_start;
	char *lines = xcalloc(1, left + 1), *line = lines, *end;

	memcpy(lines, text.data + line_start, left);
	text.used = line_start;
	while ((end = memchr(line, '\n', left))) {
		fold(&text, line, end - line, print_width(), hang ? hang : strspn(line, " ") + 2);
		left -= end + 1 - line;
		line = end + 1;
		hang = 0;
		line_start = text.used;
	}
	buffer_add(&text, line, left);
	free(lines);
}

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
	if (first || last)
		fold_lines();
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
	if (memchr(text.data + line_start, '\n', text.used - line_start))
		line_start = text.used;
}

void print_labelled(const char *label, const char *text)
{
	print("%s", label);
	print_hang();
	print("%s\n", text);
}

void print_colour(enum colour wanted)
{
	colour = wanted;
}

static bool is_coloured(void)
{
	if (colour == COLOUR_AUTO) {
		const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
		bool good = isatty(text_fd) && !(no && *no) && term && strcmp(term, "dumb");

		colour = good ? COLOUR_ALWAYS : COLOUR_NEVER;
	}
	return colour == COLOUR_ALWAYS;
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
	line_start = 0;
	return taken;
}

void print_flush(void)
{
	struct buffer taken = print_take();

	write_answer(text_fd, taken.data, taken.used);
	free(taken.data);
}

void print_field_bits(enum tdxcpuid_field field, u64 value)
{
	char bits[TDXCPUID_TEXT_MAX];

	tdxcpuid_field_text(field, value, bits);
	print("%s 0x%llx: ", tdxcpuid_field_name(field), (unsigned long long)value);
	print_hang();
	print("%s\n", bits);
}

void print_notes(const struct notes *notes)
{
	if (notes->nr)
		print("\n");
	for (u32 i = 0; i < notes->nr; i++) {
		print_in(STYLE_HINT, "note:");
		print(" ");
		print_hang();
		print("%s\n", notes->text[i]);
	}
}
