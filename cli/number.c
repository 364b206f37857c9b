// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Numbers in text. */
#include "input.h"

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool parse_hex(const char *text, size_t length, u64 max, u64 *number)
{
	u64 n = 0;

	if (!length)
		return false;
	for (size_t i = 0; i < length; i++) {
		int digit = hex_digit(text[i]);

		if (digit < 0 || n > max >> 4)
			return false;
		n = n << 4 | digit;
	}

	*number = n;
	return n <= max;
}

bool parse_decimal(const char *text, size_t length, u64 max, u64 *number)
{
	u64 n = 0;

	if (!length)
		return false;
	for (size_t i = 0; i < length; i++) {
		u32 digit = text[i] - '0';

		if (digit > 9 || n > (max - digit) / 10)
			return false;
		n = n * 10 + digit;
	}

	*number = n;
	return true;
}

bool has_0x(const char *text, size_t length)
{
	return length > 2 && text[0] == '0' && (text[1] | 0x20) == 'x';
}

bool parse_u64(const char *text, u64 *number)
{
	size_t length = strlen(text);

	if (has_0x(text, length))
		return parse_hex(text + 2, length - 2, ~0ULL, number);
	if (length == 16)
		return parse_hex(text, length, ~0ULL, number);
	return parse_decimal(text, length, ~0ULL, number);
}
