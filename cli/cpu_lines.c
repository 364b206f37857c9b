// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What the dumps of a CPU that consist of lines have in common: how a line is taken apart. */
#include <strings.h>

#include "cpu_in.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

void line_blanks(struct line *l)
{
	while (l->at < l->end && is_blank(*l->at))
		l->at++;
}

bool line_word(struct line *l, const char *word)
{
	size_t length = strlen(word);

	if ((size_t)(l->end - l->at) < length || strncasecmp(l->at, word, length))
		return false;
	l->at += length;
	return true;
}

static bool number_of(struct line *l, const char *digits, bool hex, u32 *number)
{
	size_t length = 0;
	u64 n;

	while (l->at + length < l->end && l->at[length] && strchr(digits, l->at[length]))
		length++;
	if (hex ? !parse_hex(l->at, length, 0xffffffff, &n) :
		  !parse_decimal(l->at, length, 0xffffffff, &n))
		return false;
	l->at += length;
	*number = n;
	return true;
}

static const char hex_digits[] = "0123456789abcdefABCDEF";

bool line_hex(struct line *l, u32 *number)
{
	struct line after = *l;

	if (!line_word(&after, "0x") || !number_of(&after, hex_digits, true, number))
		return false;
	*l = after;
	return true;
}

bool line_bare_hex(struct line *l, u32 *number)
{
	return number_of(l, hex_digits, true, number);
}

bool line_decimal(struct line *l, u32 *number)
{
	return number_of(l, "0123456789", false, number);
}

bool line_ends(struct line *l)
{
	line_blanks(l);
	return l->at == l->end;
}

bool line_registers(struct line *l, u32 reg[4])
{
	static const char *const names[] = { "eax=", "ebx=", "ecx=", "edx=" };

	for (int r = 0; r < 4; r++) {
		const char *start;

		line_blanks(l);
		if (r && line_word(l, ","))
			line_blanks(l);
		if (!line_word(l, names[r]))
			return false;
		start = l->at;
		/* Fewer are what is left of a file that was cut. */
		if (!line_hex(l, &reg[r]) || l->at - start != 10)
			return false;
	}
	return true;
}

static struct line line_at(const char *data, size_t size, size_t at)
{
	const char *end = memchr(data + at, '\n', size - at);

	return (struct line){ data + at, end ? end : data + size };
}

const struct cpu_format *cpu_format_of(const char *data, size_t size)
{
	static const struct cpu_format *const formats[] = { &cpu_format_cpuid, &cpu_format_kcpuid,
							    &cpu_format_instlat };

	for (size_t i = 0; i < size;) {
		const struct line line = line_at(data, size, i);

		for (size_t k = 0; k < ARRAY_SIZE(formats); k++) {
			if (formats[k]->recognize(line))
				return formats[k];
		}
		i = line.end - data + 1;
	}
	return NULL;
}

int cpu_from_lines(struct cpu_in *in, const struct cpu_format *format)
{
	for (size_t i = 0; i < in->size;) {
		const struct line line = line_at(in->data, in->size, i);

		if (format->read(in, line))
			return -1;
		i = line.end - in->data + 1;
	}
	return 0;
}
