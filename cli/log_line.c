// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A line of dmesg, of QEMU or of strace: which of its numbers is a status, and what is beside it.
 */
#include <ctype.h>
#include <errno.h>

#include "log_line.h"

#define ERRNO_MAX 133

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* A number of hex digits at @p, with 0x or all 16 of them; how long it is, or 0. */
static size_t hex_number(const char *p, u64 *number)
{
	size_t prefix = p[0] == '0' && (p[1] | 0x20) == 'x' ? 2 : 0;
	size_t length = strspn(p + prefix, "0123456789abcdefABCDEF");

	if (is_word(p[prefix + length]) || (!prefix && length != 16) ||
	    !parse_hex(p + prefix, length, ~0ULL, number))
		return 0;
	return prefix + length;
}

/* The word before @at, without what is between. */
static void label_before(const char *line, const char *at, char label[32])
{
	size_t length = 0;

	while (at > line && strchr(" \t:=([", at[-1]))
		at--;
	while (at - length > line && is_word(at[-(ptrdiff_t)length - 1]))
		length++;
	snprintf(label, 32, "%.*s", (int)length, at - length);
}

static bool is_one_of(const char *label, const char *const *words)
{
	for (; *words; words++) {
		if (!strcasecmp(label, *words))
			return true;
	}
	return false;
}

/* How likely it is that the number is the status. */
static int score(const char *label, u64 number)
{
	static const char *const ours[] = { "failed", "hw_error", "hw_errors", "status", "rax",
					    "error",  "err",	  "ret",       NULL };
	int good = is_one_of(label, ours);

	if (number >> 32 && tdxcpuid_status_name(number))
		good += 2;
	return good;
}

static void take_number(const char *line, const char *at, u64 number, int *best,
			struct tdxcpuid_status *s)
{
	static const char *const rcx[] = { "rcx", "entry", NULL };
	static const char *const rdx[] = { "rdx", "level_state", "field", "field_id", NULL };
	char label[32];
	int good;

	label_before(line, at, label);
	if (is_one_of(label, rcx)) {
		s->rcx = number;
		s->known |= TDXCPUID_KNOWN_RCX;
	} else if (is_one_of(label, rdx)) {
		s->rdx = number;
		s->known |= TDXCPUID_KNOWN_RDX;
	} else {
		good = score(label, number);
		if (good > *best) {
			*best = good;
			s->status = number;
		}
	}
}

/* "EINVAL", "Invalid argument" or "-22", as a word of its own; 0 if there is none. */
static int find_errno(const char *line)
{
	for (int error = 1; error <= ERRNO_MAX; error++) {
		const char *const names[] = { strerrorname_np(error), strerrordesc_np(error) };

		for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
			const char *p = names[i] ? strcasestr(line, names[i]) : NULL;

			if (p && (p == line || !is_word(p[-1])) && !is_word(p[strlen(names[i])]))
				return -error;
		}
	}
	for (const char *p = line; (p = strchr(p, '-')); p++) {
		size_t length = strspn(p + 1, "0123456789");
		u64 error;

		if ((p == line || strchr(" \t:=(", p[-1])) && length && !is_word(p[1 + length]) &&
		    p[1 + length] != '.' && parse_decimal(p + 1, length, ERRNO_MAX, &error) &&
		    error)
			return -(int)error;
	}
	return 0;
}

/* strace writes 0 without 0x. */
static size_t decimal_hw_error(const char *line, const char *p, u64 *number)
{
	static const char *const ours[] = { "hw_error", "hw_errors", NULL };
	size_t length = strspn(p, "0123456789");
	char label[32];

	if (!length || is_word(p[length]) || !parse_decimal(p, length, ~0ULL, number))
		return 0;
	label_before(line, p, label);
	return is_one_of(label, ours) ? length : 0;
}

bool find_status(const char *line, struct tdxcpuid_status *s)
{
	int best = -1;

	*s = (struct tdxcpuid_status){ .size = sizeof(*s), .error = find_errno(line) };
	for (const char *p = line; *p;) {
		u64 number;
		size_t length = hex_number(p, &number);

		if (!length)
			length = decimal_hw_error(line, p, &number);
		if (length)
			take_number(line, p, number, &best, s);
		else
			length = 1;
		/* No number begins within a word. */
		for (p += length; *p && is_word(p[-1]) && is_word(*p);)
			p++;
	}
	return best >= 0;
}
