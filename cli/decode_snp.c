// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * tdxcpuid decode: what QEMU prints of a CPUID page that SEV-SNP firmware refused, one
 * report an entry:
 *
 *	SEV-SNP: CPUID validation failed for function 0x7, index: 0x0, provided:
 *	eax:0x0, ebx: 0x0, ecx: 0x0, edx: 0xbc000010, expected: eax:0x0, ...
 *
 * Older ones break the line before "provided" and "expected".
 */
#include <stdlib.h>

#include "decode.h"
#include "json_out.h"
#include "print.h"

#define REPORT "CPUID validation failed for function"

static const char *const registers[] = { "eax", "ebx", "ecx", "edx" };

struct report {
	u32 leaf;
	u32 subleaf;
	u32 provided[4];
	u32 expected[4];
};

/* The number behind @word, which must come before @end; moves *@at behind it. */
static bool number_behind(const char **at, const char *end, const char *word, u32 *number)
{
	const char *p = strstr(*at, word), *q;
	u64 wide;

	if (!p || p >= end)
		return false;
	p += strlen(word);
	p += strspn(p, ": \t\r\n");
	if (p >= end)
		return false;
	if (has_0x(p, end - p))
		p += 2;
	for (q = p; q < end && strchr("0123456789abcdefABCDEF", *q); q++)
		;
	if (!parse_hex(p, q - p, 0xffffffff, &wide))
		return false;
	*number = wide;
	*at = q;
	return true;
}

static bool registers_behind(const char **at, const char *end, const char *word, u32 reg[4])
{
	const char *p = strstr(*at, word);

	if (!p || p >= end)
		return false;
	p += strlen(word);
	for (int i = 0; i < 4; i++) {
		if (!number_behind(&p, end, registers[i], &reg[i]))
			return false;
	}
	*at = p;
	return true;
}

static bool read_report(const char *text, const char *end, struct report *r)
{
	return number_behind(&text, end, "function", &r->leaf) &&
	       number_behind(&text, end, "index", &r->subleaf) &&
	       registers_behind(&text, end, "provided", r->provided) &&
	       registers_behind(&text, end, "expected", r->expected);
}

/* QEMU prints an index of 0 for leaves without; KVM's list lacks some of AMD's that have one. */
static u32 subleaf_of(const struct report *r)
{
	return r->subleaf || tdxcpuid_leaf_indexed(r->leaf) ? r->subleaf : NO_SUBLEAF;
}

static void print_bits(const char *what, const struct report *r, int reg, u32 mask)
{
	const struct tdxcpuid_bits bits = {
		.leaf = r->leaf, .subleaf = subleaf_of(r), .reg = reg, .mask = mask
	};
	char names[NAMES_MAX];

	if (mask)
		print("; %s %s", what, names_text(&bits, names));
}

static void print_report(const struct report *r)
{
	char where[PLACE_MAX];

	for (int reg = 0; reg < 4; reg++) {
		u32 given = r->provided[reg], wanted = r->expected[reg];

		if (given == wanted)
			continue;
		print("SEV-SNP firmware refuses %s = 0x%x and hands back 0x%x",
		      register_text(r->leaf, subleaf_of(r), reg, where), given, wanted);
		print_bits("too much is", r, reg, given & ~wanted);
		print_bits("missing is", r, reg, wanted & ~given);
		print("\n");
	}
}

static void report_to_json(struct out *j, const struct report *r)
{
	for (int reg = 0; reg < 4; reg++) {
		u32 given = r->provided[reg], wanted = r->expected[reg];
		const struct tdxcpuid_bits bits = { .leaf = r->leaf,
						    .subleaf = subleaf_of(r),
						    .reg = reg,
						    .mask = given ^ wanted };

		if (!bits.mask)
			continue;
		out_open(j, NULL, '{');
		out_bits(j, &bits);
		out_hex(j, "provided", given);
		out_hex(j, "expected", wanted);
		out_close(j, '}');
	}
}

/* Each report ends where the next begins. */
static int tell(const char *text, struct out *j)
{
	const char *at = strstr(text, REPORT);

	while (at) {
		const char *next = strstr(at + 1, REPORT), *end = next ? next : at + strlen(at);
		struct report r;

		if (!read_report(at, end, &r)) {
			message("tdxcpuid decode: '%.60s' has no function, index and registers that "
				"were provided and expected",
				at);
			return EXIT_BAD;
		}
		if (j)
			report_to_json(j, &r);
		else
			print_report(&r);
		at = next;
	}
	return 0;
}

bool decode_snp(const struct options *o, int *status)
{
	struct out j = { .break_depth = 2 };
	struct buffer text = { 0 };

	for (int i = 0; i < o->nr_args; i++) {
		buffer_add(&text, o->args[i], strlen(o->args[i]));
		buffer_add(&text, " ", 1);
	}
	buffer_add(&text, "", 1);
	if (!strstr(text.data, REPORT)) {
		free(text.data);
		return false;
	}

	if (o->json) {
		out_open(&j, NULL, '{');
		out_int(&j, "schema", 1);
		out_open(&j, "refused", '[');
		*status = tell(text.data, &j);
		out_close(&j, ']');
		out_close(&j, '}');
		if (!*status)
			out_flush(&j);
		out_free(&j);
	} else {
		*status = tell(text.data, NULL);
	}
	free(text.data);
	return true;
}
