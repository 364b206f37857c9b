// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* tdxcpuid decode: a status of the TDX module in words. */
#include <stdlib.h>

#include "decode.h"
#include "json_out.h"
#include "log_line.h"
#include "options.h"
#include "print.h"

/* A line of a log has words, too. */
static const char *superfluous(const struct options *o)
{
	u64 number;

	for (int i = 0; i < o->nr_args; i++) {
		if (!parse_u64(o->args[i], &number))
			return NULL;
	}
	return o->nr_args > 3 ? o->args[3] : NULL;
}

/* STATUS [RCX [RDX]]; false: these are other words. */
static bool take_numbers(const struct options *o, struct tdxcpuid_status *s)
{
	u64 *const numbers[] = { &s->status, &s->rcx, &s->rdx };

	*s = (struct tdxcpuid_status){ .size = sizeof(*s) };
	if (o->nr_args > (int)ARRAY_SIZE(numbers))
		return false;
	for (int i = 0; i < o->nr_args; i++) {
		if (!parse_u64(o->args[i], numbers[i]))
			return false;
	}
	if (o->nr_args > 1)
		s->known |= TDXCPUID_KNOWN_RCX;
	if (o->nr_args > 2)
		s->known |= TDXCPUID_KNOWN_RDX;
	return true;
}

/* The arguments are the words of a line, quoted or not. */
static bool take_line(const struct options *o, struct tdxcpuid_status *s)
{
	struct buffer line = { 0 };
	bool found;

	for (int i = 0; i < o->nr_args; i++) {
		buffer_add(&line, o->args[i], strlen(o->args[i]));
		buffer_add(&line, i < o->nr_args - 1 ? " " : "", 1);
	}
	found = find_status(line.data, s);
	free(line.data);
	return found;
}

static void known_number(struct out *j, const char *key, bool known, u64 value)
{
	if (known)
		out_hex(j, key, value);
	else
		out_null(j, key);
}

int cmd_decode(const struct options *o)
{
	char text[TDXCPUID_TEXT_MAX];
	struct out j = { .break_depth = 1 };
	struct tdxcpuid_status s;
	int status;

	if (decode_snp(o, &status))
		return status;
	if (superfluous(o)) {
		message("tdxcpuid decode: unexpected argument '%.40s'; expected STATUS [RCX [RDX]]",
			superfluous(o));
		return EXIT_BAD;
	}
	if (!take_numbers(o, &s) && !take_line(o, &s)) {
		message("tdxcpuid decode: '%.40s' is no number of 64 bits, like "
			"0xc000010000000045, nor a line of a log that has one",
			o->args[0]);
		return EXIT_BAD;
	}

	tdxcpuid_status_words(&s, text);
	if (!o->json) {
		print("%s\n", text);
		return 0;
	}

	out_open(&j, NULL, '{');
	out_int(&j, "schema", 1);
	out_hex(&j, "status", s.status);
	out_string(&j, "name", s.status >> 32 || !s.status ? tdxcpuid_status_name(s.status) : NULL);
	out_hex(&j, "class", s.status >> 32);
	out_hex(&j, "detail", (u32)s.status);
	known_number(&j, "rcx", s.known & TDXCPUID_KNOWN_RCX, s.rcx);
	known_number(&j, "rdx", s.known & TDXCPUID_KNOWN_RDX, s.rdx);
	out_string(&j, "errno_name", s.error ? errno_text(s.error) : NULL);
	out_string(&j, "text", text);
	out_close(&j, '}');
	out_flush(&j);
	out_free(&j);
	return 0;
}
