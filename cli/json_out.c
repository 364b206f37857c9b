// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Answers as JSON. */
#include <stdlib.h>
#include <unistd.h>

#include "json_out.h"
#include "print.h"
#include "target.h"

static void out_break(struct out *j)
{
	char *p = buffer_room(&j->text, 1 + j->depth);

	*p++ = '\n';
	memset(p, ' ', j->depth);
	j->text.used += 1 + j->depth;
}

/* A control character at @text as JSON spells it; how long it is there. */
static u32 put_control(const char *text, char **p)
{
	u32 length = utf8_length(text);

	*p += sprintf(*p, "\\u%04x", (unsigned char)text[length - 1]);
	return length;
}

static void out_quote(struct out *j, const char *text)
{
	char *p;

	/* No byte takes more than six. */
	p = buffer_room(&j->text, 6 * strlen(text) + 2);
	*p++ = '"';
	while (*text) {
		u32 length = utf8_length(text);

		if (!length) {
			memcpy(p, "\\ufffd", 6);
			p += 6;
			text++;
		} else if (is_control(text)) {
			text += put_control(text, &p);
		} else {
			if (*text == '"' || *text == '\\')
				*p++ = '\\';
			memcpy(p, text, length);
			p += length;
			text += length;
		}
	}
	*p++ = '"';
	j->text.used = p - j->text.data;
}

/* What Jansson wrote, which leaves DEL and C1 as they are; they can only be in strings. */
static void out_json(struct out *j, const char *text)
{
	char *p = buffer_room(&j->text, 6 * strlen(text));

	while (*text) {
		if (is_control(text))
			text += put_control(text, &p);
		else
			*p++ = *text++;
	}
	j->text.used = p - j->text.data;
}

/*
 * What stands before a value.  The caller has made room for it, and goes on at what is returned.
 * Inline, so that of a literal key the length is known.
 */
static inline char *put_key(struct out *j, const char *key, char *p)
{
	if (j->comma)
		*p++ = ',';
	if (j->break_depth) {
		if (j->depth && j->depth <= j->break_depth) {
			*p++ = '\n';
			for (u32 i = 0; i < j->depth; i++)
				*p++ = ' ';
		} else if (j->comma) {
			*p++ = ' ';
		}
	}
	j->comma = true;

	if (key) {
		*p++ = '"';
		memcpy(p, key, strlen(key));
		p += strlen(key);
		*p++ = '"';
		*p++ = ':';
		if (j->break_depth)
			*p++ = ' ';
	}
	return p;
}

/* Keys are our own, and short. */
#define KEY_ROOM 96

static void out_key(struct out *j, const char *key)
{
	j->text.used = put_key(j, key, buffer_room(&j->text, KEY_ROOM)) - j->text.data;
}

void out_open(struct out *j, const char *key, char bracket)
{
	char *p = put_key(j, key, buffer_room(&j->text, KEY_ROOM));

	*p++ = bracket;
	j->text.used = p - j->text.data;
	j->depth++;
	j->comma = false;
}

void out_close(struct out *j, char bracket)
{
	j->depth--;
	if (j->comma && j->depth < j->break_depth)
		out_break(j);
	buffer_add(&j->text, &bracket, 1);
	j->comma = true;
}

void out_string(struct out *j, const char *key, const char *value)
{
	out_key(j, key);
	if (value)
		out_quote(j, value);
	else
		buffer_add(&j->text, "null", 4);
}

static inline char *put_hex(struct out *j, const char *key, u64 value, char *p)
{
	int shift = (63 - __builtin_clzll(value | 1)) & ~3;

	p = put_key(j, key, p);
	*p++ = '"';
	*p++ = '0';
	*p++ = 'x';
	for (; shift >= 0; shift -= 4)
		*p++ = "0123456789abcdef"[value >> shift & 15];
	*p++ = '"';
	return p;
}

void out_hex(struct out *j, const char *key, u64 value)
{
	j->text.used = put_hex(j, key, value, buffer_room(&j->text, KEY_ROOM)) - j->text.data;
}

void out_int(struct out *j, const char *key, long long value)
{
	char text[24];

	out_key(j, key);
	buffer_add(&j->text, text, sprintf(text, "%lld", value));
}

void out_bool(struct out *j, const char *key, bool value)
{
	out_key(j, key);
	buffer_add(&j->text, value ? "true" : "false", value ? 4 : 5);
}

void out_null(struct out *j, const char *key)
{
	out_string(j, key, NULL);
}

void json_text_free(char *text)
{
	json_free_t release;

	json_get_alloc_funcs(NULL, &release);
	release(text);
}

void out_value(struct out *j, const char *key, const json_t *value)
{
	char *text;

	if (!value || json_is_null(value)) {
		out_null(j, key);
	} else if (json_is_integer(value)) {
		out_int(j, key, json_integer_value(value));
	} else {
		text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
		if (!text)
			out_of_memory();
		out_key(j, key);
		out_json(j, text);
		json_text_free(text);
	}
}

void out_subleaf(struct out *j, const char *key, u32 subleaf)
{
	if (subleaf == NO_SUBLEAF)
		out_null(j, key);
	else
		out_hex(j, key, subleaf);
}

void out_entry(struct out *j, const struct kvm_cpuid_entry2 *e)
{
	char *p;

	out_open(j, NULL, '{');
	p = buffer_room(&j->text, 7 * KEY_ROOM);
	p = put_hex(j, "function", e->function, p);
	p = put_hex(j, "index", e->index, p);
	p = put_hex(j, "flags", e->flags, p);
	p = put_hex(j, "eax", e->eax, p);
	p = put_hex(j, "ebx", e->ebx, p);
	p = put_hex(j, "ecx", e->ecx, p);
	p = put_hex(j, "edx", e->edx, p);
	j->text.used = p - j->text.data;
	out_close(j, '}');
}

void out_bit_names(struct out *j, const struct tdxcpuid_bits *b)
{
	out_open(j, "bits", '[');
	for (u32 mask = b->mask; mask; mask &= mask - 1) {
		const struct tdxcpuid_bit bit = { b->leaf, b->subleaf, b->reg,
						  __builtin_ctz(mask) };
		char *p = put_key(j, NULL, buffer_room(&j->text, KEY_ROOM + TDXCPUID_NAME_MAX));

		/* No name has a character that must be escaped. */
		*p++ = '"';
		p += strlen(tdxcpuid_bit_name(&bit, p));
		*p++ = '"';
		j->text.used = p - j->text.data;
	}
	out_close(j, ']');
}

void out_bits(struct out *j, const struct tdxcpuid_bits *b)
{
	out_hex(j, "leaf", b->leaf);
	out_subleaf(j, "subleaf", b->subleaf);
	out_string(j, "register", tdxcpuid_reg_name(b->reg));
	out_hex(j, "mask", b->mask);
	out_bit_names(j, b);
}

void out_host(struct out *j, const struct target *host)
{
	out_string(j, "module", host->module);
	if (host->judged_as)
		out_string(j, "judged_as", host->judged_as);
	out_string(j, "cpu", host->cpu);
	out_string(j, "policy", host->info.model ? tdxcpuid_policy_name(host->info.policy) : NULL);
}

void out_notes(struct out *j, const struct notes *notes)
{
	out_open(j, "notes", '[');
	for (u32 i = 0; i < notes->nr; i++)
		out_string(j, NULL, notes->text[i]);
	out_close(j, ']');
}

void out_end(struct out *j)
{
	buffer_add(&j->text, "\n", 1);
}

void out_flush(struct out *j)
{
	out_end(j);
	write_answer(STDOUT_FILENO, j->text.data, j->text.used);
	j->text.used = 0;
	j->comma = false;
}

void out_free(struct out *j)
{
	free(j->text.data);
}
