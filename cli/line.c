// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* How a line is taken apart that another program wrote. */
#include <strings.h>

#include "line.h"

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

struct line line_at(const char *data, size_t size, size_t at)
{
	const char *end = memchr(data + at, '\n', size - at);

	return (struct line){ data + at, end ? end : data + size };
}

const char *line_find(const struct line *l, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = l->at; (size_t)(l->end - at) >= length; at++) {
		if (!strncasecmp(at, word, length))
			return at;
	}
	return NULL;
}
