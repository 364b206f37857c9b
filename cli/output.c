// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* How answers are written: JSON, and text with tables. */
#include <stdlib.h>
#include <unistd.h>

#include <libsmartcols.h>

#include "cli.h"

static void out_of_memory(void)
{
	fputs("tdxcpuid: out of memory\n", stderr);
	exit(EXIT_BAD);
}

/* ---- JSON ---- */

static char *out_room(struct out *j, size_t need)
{
	if (j->size - j->used < need) {
		j->size = (j->used + need) * 2;
		j->data = realloc(j->data, j->size);
		if (!j->data)
			out_of_memory();
	}
	return j->data + j->used;
}

static void out_raw(struct out *j, const char *text, size_t length)
{
	memcpy(out_room(j, length), text, length);
	j->used += length;
}

static void out_break(struct out *j)
{
	char *p = out_room(j, 1 + j->depth);

	*p++ = '\n';
	memset(p, ' ', j->depth);
	j->used += 1 + j->depth;
}

/* The length of the UTF-8 sequence at @p, 0 if it is none. */
static u32 utf8_length(const unsigned char *p)
{
	u32 length = *p < 0xc2 ? 0 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : *p < 0xf5 ? 4 : 0;

	for (u32 i = 1; i < length; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	}
	/* Overlong forms, surrogates and what is beyond Unicode. */
	if ((*p == 0xe0 && p[1] < 0xa0) || (*p == 0xed && p[1] > 0x9f) ||
	    (*p == 0xf0 && p[1] < 0x90) || (*p == 0xf4 && p[1] > 0x8f))
		return 0;
	return length;
}

static void out_quote(struct out *j, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	char *p;

	/* No character takes more than six. */
	p = out_room(j, 6 * strlen(text) + 2);
	*p++ = '"';
	while (*s) {
		u32 length;

		if (*s == '"' || *s == '\\') {
			*p++ = '\\';
			*p++ = *s++;
		} else if (*s < ' ') {
			p += sprintf(p, "\\u%04x", *s++);
		} else if (*s < 0x80) {
			*p++ = *s++;
		} else if ((length = utf8_length(s))) {
			memcpy(p, s, length);
			p += length;
			s += length;
		} else {
			memcpy(p, "\\ufffd", 6);
			p += 6;
			s++;
		}
	}
	*p++ = '"';
	j->used = p - j->data;
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
	j->used = put_key(j, key, out_room(j, KEY_ROOM)) - j->data;
}

void out_open(struct out *j, const char *key, char bracket)
{
	char *p = put_key(j, key, out_room(j, KEY_ROOM));

	*p++ = bracket;
	j->used = p - j->data;
	j->depth++;
	j->comma = false;
}

void out_close(struct out *j, char bracket)
{
	j->depth--;
	if (j->comma && j->depth < j->break_depth)
		out_break(j);
	out_raw(j, &bracket, 1);
	j->comma = true;
}

void out_string(struct out *j, const char *key, const char *value)
{
	out_key(j, key);
	if (value)
		out_quote(j, value);
	else
		out_raw(j, "null", 4);
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
	j->used = put_hex(j, key, value, out_room(j, KEY_ROOM)) - j->data;
}

void out_int(struct out *j, const char *key, long long value)
{
	char text[24];

	out_key(j, key);
	out_raw(j, text, sprintf(text, "%lld", value));
}

void out_bool(struct out *j, const char *key, bool value)
{
	out_key(j, key);
	out_raw(j, value ? "true" : "false", value ? 4 : 5);
}

void out_null(struct out *j, const char *key)
{
	out_string(j, key, NULL);
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
		out_raw(j, text, strlen(text));
		free(text);
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
	p = out_room(j, 7 * KEY_ROOM);
	p = put_hex(j, "function", e->function, p);
	p = put_hex(j, "index", e->index, p);
	p = put_hex(j, "flags", e->flags, p);
	p = put_hex(j, "eax", e->eax, p);
	p = put_hex(j, "ebx", e->ebx, p);
	p = put_hex(j, "ecx", e->ecx, p);
	p = put_hex(j, "edx", e->edx, p);
	j->used = p - j->data;
	out_close(j, '}');
}

void out_bit_names(struct out *j, const struct tdxcpuid_bits *b)
{
	out_open(j, "bits", '[');
	for (u32 mask = b->mask; mask; mask &= mask - 1) {
		const struct tdxcpuid_bit bit = { b->leaf, b->subleaf, b->reg,
						  __builtin_ctz(mask) };
		char *p = put_key(j, NULL, out_room(j, KEY_ROOM + TDXCPUID_NAME_MAX));

		/* No name has a character that must be escaped. */
		*p++ = '"';
		p += strlen(tdxcpuid_bit_name(&bit, p));
		*p++ = '"';
		j->used = p - j->data;
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

void out_host(struct out *j, const struct host *host)
{
	out_string(j, "module", host->module);
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

void out_flush(struct out *j)
{
	out_raw(j, "\n", 1);
	fwrite(j->data, 1, j->used, stdout);
	j->used = 0;
	j->comma = false;
}

void out_free(struct out *j)
{
	free(j->data);
}

/* ---- text ---- */

const char *style(enum style style)
{
	static const char *const sequences[] = {
		[STYLE_PLAIN] = "\033[0m",    [STYLE_BOLD] = "\033[1m",
		[STYLE_ERROR] = "\033[1;31m", [STYLE_GOOD] = "\033[1;32m",
		[STYLE_HINT] = "\033[36m",
	};
	static int colour = -1;

	if (colour < 0) {
		const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

		colour = isatty(STDOUT_FILENO) && !(no && *no) && term && strcmp(term, "dumb");
	}
	return colour ? sequences[style] : "";
}

struct table {
	struct libscols_table *scols;
	u32 nr;
};

struct table *table_new(const char *const *columns, u32 nr)
{
	struct table *t = calloc(1, sizeof(*t));

	if (!t)
		out_of_memory();
	t->nr = nr;
	t->scols = scols_new_table();
	if (!t->scols)
		out_of_memory();
	/* As wide as it is: lines are broken by hand, the same on a terminal and in a pipe. */
	scols_table_set_termforce(t->scols, SCOLS_TERMFORCE_NEVER);
	scols_table_set_column_separator(t->scols, "  ");

	for (u32 i = 0; i < nr; i++) {
		struct libscols_column *c =
			scols_table_new_column(t->scols, columns[i], 0, SCOLS_FL_WRAP);

		if (!c)
			out_of_memory();
		scols_column_set_wrapfunc(c, scols_wrapnl_chunksize, scols_wrapnl_nextchunk, NULL);
		scols_column_set_safechars(c, "\n");
	}
	return t;
}

void table_row(struct table *t, ...)
{
	struct libscols_line *line = scols_table_new_line(t->scols, NULL);
	va_list ap;

	if (!line)
		out_of_memory();
	va_start(ap, t);
	for (u32 i = 0; i < t->nr; i++) {
		if (scols_line_set_data(line, i, va_arg(ap, const char *)))
			out_of_memory();
	}
	va_end(ap);
}

void table_print(struct table *t)
{
	char *text, *line, *next;

	if (!scols_table_get_nlines(t->scols)) {
		printf("none\n");
		scols_unref_table(t->scols);
		free(t);
		return;
	}
	if (scols_print_table_to_string(t->scols, &text))
		out_of_memory();
	/* Without the blanks that fill up the last column. */
	for (line = text; *line; line = next) {
		size_t length = strcspn(line, "\n");

		next = line + length + (line[length] == '\n');
		while (length && line[length - 1] == ' ')
			length--;
		printf("%s%.*s%s\n", line == text ? style(STYLE_BOLD) : "", (int)length, line,
		       line == text ? style(STYLE_PLAIN) : "");
	}
	free(text);
	scols_unref_table(t->scols);
	free(t);
}

const char *host_text(const struct host *host, char text[HOST_MAX])
{
	snprintf(text, HOST_MAX, "module %.32s, cpu %.64s, policy %s",
		 host->module ? host->module : "unknown", host->cpu ? host->cpu : "unknown",
		 host->info.model ? tdxcpuid_policy_name(host->info.policy) : "as reported");
	return text;
}

const char *errno_text(int error)
{
	const char *name = error ? strerrorname_np(-error) : "OK";

	return name ? name : "?";
}

const char *hex_text(u64 value, char text[PLACE_MAX])
{
	snprintf(text, PLACE_MAX, "0x%llx", (unsigned long long)value);
	return text;
}

const char *leaf_text(u32 leaf, u32 subleaf, char text[PLACE_MAX])
{
	if (subleaf == NO_SUBLEAF)
		snprintf(text, PLACE_MAX, "%x", leaf);
	else
		snprintf(text, PLACE_MAX, "%x.%x", leaf, subleaf);
	return text;
}

const char *register_text(u32 leaf, u32 subleaf, int reg, char text[PLACE_MAX])
{
	leaf_text(leaf, subleaf, text);
	if (reg >= 0)
		snprintf(text + strlen(text), PLACE_MAX - strlen(text), ".%s",
			 tdxcpuid_reg_name(reg));
	return text;
}

const char *names_text(const struct tdxcpuid_bits *b, size_t width, char text[NAMES_MAX])
{
	char name[TDXCPUID_NAME_MAX];
	size_t used = 0, column = 0;

	*text = '\0';
	for (int bit = 0; bit < 32; bit++) {
		size_t length;

		if (!(b->mask >> bit & 1))
			continue;
		tdxcpuid_bit_name(&(struct tdxcpuid_bit){ b->leaf, b->subleaf, b->reg, bit }, name);
		length = strlen(name);
		if (used) {
			bool wrap = column + 1 + length > width;

			text[used++] = wrap ? '\n' : ' ';
			column = wrap ? 0 : column + 1;
		}
		memcpy(text + used, name, length + 1);
		used += length;
		column += length;
	}
	return text;
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
		printf("%s%.*s\n", indent, (int)cut, text);
		text += cut;
		text += strspn(text, " ");
	}
}

void print_notes(const struct notes *notes)
{
	if (notes->nr)
		putchar('\n');
	for (u32 i = 0; i < notes->nr; i++)
		printf("%snote:%s %s\n", style(STYLE_HINT), style(STYLE_PLAIN), notes->text[i]);
}
