/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Answers as JSON. */
#ifndef JSON_OUT_H
#define JSON_OUT_H

#include <jansson.h>
#include "cli.h"

struct target;
struct notes;

/*
 * A JSON writer: nothing is kept but the text, so that an answer costs no more
 * than its bytes.  A key is NULL inside an array.
 */
struct out {
	struct buffer text;
	u32 depth;
	u32 break_depth; /* down to this depth each value has a line of its own */
	bool comma;
};

void out_open(struct out *j, const char *key, char bracket);
void out_close(struct out *j, char bracket);
void out_string(struct out *j, const char *key, const char *value); /* NULL: null */
void out_hex(struct out *j, const char *key, u64 value);
void out_int(struct out *j, const char *key, long long value);
void out_bool(struct out *j, const char *key, bool value);
void out_null(struct out *j, const char *key);
void out_value(struct out *j, const char *key, const json_t *value); /* NULL: null */
/* Of json_dumps(), which takes Jansson's memory, not malloc()'s. */
void json_text_free(char *text);
void out_subleaf(struct out *j, const char *key, u32 subleaf);
void out_entry(struct out *j, const struct kvm_cpuid_entry2 *e);
/* leaf, subleaf, register, mask, bits: the members that all lists of bits share. */
void out_bits(struct out *j, const struct tdxcpuid_bits *b);
void out_bit_names(struct out *j, const struct tdxcpuid_bits *b);
/* The members of a CPU's profile. */
void leaves_to_json(struct out *j, u64 arch_capabilities, const struct tdxcpuid_leaf *leaves,
		    u32 nr);
void out_notes(struct out *j, const struct notes *notes);
/* module, cpu and policy */
void out_host(struct out *j, const struct target *host);
/* The newline behind all of it. */
void out_end(struct out *j);
/* That, and all of it to standard output; exits if that fails. */
void out_flush(struct out *j);
void out_free(struct out *j);

#endif
