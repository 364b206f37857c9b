// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* How answers are written: JSON, and text with tables. */
#include <stdlib.h>
#include <unistd.h>

#include "cli.h"

/* ---- JSON ---- */

static char *out_room(struct out *j, size_t need)
{
	if (j->size - j->used < need) {
		j->size = (j->used + need) * 2;
		j->data = xrealloc(j->data, j->size);
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
	p = out_room(j, 6 * strlen(text) + 2);
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
	j->used = p - j->data;
}

/* What Jansson wrote, which leaves DEL and C1 as they are; they can only be in strings. */
static void out_json(struct out *j, const char *text)
{
	char *p = out_room(j, 6 * strlen(text));

	while (*text) {
		if (is_control(text))
			text += put_control(text, &p);
		else
			*p++ = *text++;
	}
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
		out_json(j, text);
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

void out_end(struct out *j)
{
	out_raw(j, "\n", 1);
}

void out_flush(struct out *j)
{
	out_end(j);
	write_answer(STDOUT_FILENO, j->data, j->used);
	j->used = 0;
	j->comma = false;
}

void out_free(struct out *j)
{
	free(j->data);
}

/* ---- text ---- */

static struct out text;
static int text_fd = STDOUT_FILENO;

static void vprint(const char *format, va_list ap)
{
	size_t first = strspn(format, "\n"), last = 0, length;
	va_list again;
	char *p;

	va_copy(again, ap);
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	p = out_room(&text, length + 1);
	vsnprintf(p, length + 1, format, ap);

	if (format[first]) {
		while (format[strlen(format) - 1 - last] == '\n')
			last++;
	}
	length = first + clean(p + first, length - first - last);
	memset(p + length, '\n', last);
	text.used += length + last;
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
	vsnprintf(out_room(&text, length + 1), length + 1, format, ap);
	va_end(ap);
	text.used += length;
}

static bool is_coloured(void)
{
	static int colour = -1;

	if (colour < 0) {
		const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

		colour = isatty(text_fd) && !(no && *no) && term && strcmp(term, "dumb");
	}
	return colour;
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
		out_raw(&text, sequences[style], strlen(sequences[style]));
	va_start(ap, format);
	vprint(format, ap);
	va_end(ap);
	if (is_coloured())
		out_raw(&text, "\033[0m", 4);
}

void print_to(int fd)
{
	text_fd = fd;
}

void print_flush(void)
{
	write_answer(text_fd, text.data, text.used);
	out_free(&text);
	text = (struct out){ 0 };
}

#define COLUMNS_MAX 8

struct table {
	u32 nr;
	u32 nr_cells;
	size_t width[COLUMNS_MAX];
	char **cell;
};

/* The line at the start of @cell. */
static size_t line_length(const char *cell)
{
	return strcspn(cell, "\n");
}

static void add_cell(struct table *t, const char *cell)
{
	size_t *width = &t->width[t->nr_cells % t->nr];

	t->cell = xrealloc(t->cell, (t->nr_cells + 1) * sizeof(*t->cell));
	t->cell[t->nr_cells++] = xstrdup(cell);
	for (;; cell++) {
		size_t length = line_length(cell);

		if (*width < length)
			*width = length;
		cell += length;
		if (!*cell)
			break;
	}
}

struct table *table_new(const char *const *columns, u32 nr)
{
	struct table *t = xcalloc(1, sizeof(*t));

	t->nr = nr;
	for (u32 i = 0; i < nr; i++)
		add_cell(t, columns[i]);
	return t;
}

void table_row(struct table *t, ...)
{
	va_list ap;

	va_start(ap, t);
	for (u32 i = 0; i < t->nr; i++)
		add_cell(t, va_arg(ap, const char *));
	va_end(ap);
}

/* One line of the cells of a row, without blanks at its end; false if there is none left. */
static bool print_line(const struct table *t, const char *cell[], bool heading)
{
	struct out line = { 0 };
	bool any = false;
	size_t end = 0;

	for (u32 i = 0; i < t->nr; i++) {
		size_t length = cell[i] ? line_length(cell[i]) : 0, room = t->width[i] + 2;
		char *p = out_room(&line, room);

		memset(p, ' ', room);
		if (length) {
			memcpy(p, cell[i], length);
			end = line.used + length;
		}
		line.used += room;
		any |= cell[i] != NULL;
		if (cell[i])
			cell[i] = cell[i][length] ? cell[i] + length + 1 : NULL;
	}
	if (any && heading)
		print_in(STYLE_BOLD, "%.*s", (int)end, line.data);
	else if (any)
		print("%.*s", (int)end, line.data);
	if (any)
		print("\n");
	out_free(&line);
	return any;
}

void table_print(struct table *t)
{
	if (t->nr_cells == t->nr)
		print("none\n");
	for (u32 row = 0; row < t->nr_cells && t->nr_cells > t->nr; row += t->nr) {
		const char *cell[COLUMNS_MAX];

		memcpy(cell, &t->cell[row], t->nr * sizeof(*cell));
		while (print_line(t, cell, !row))
			;
	}
	for (u32 i = 0; i < t->nr_cells; i++)
		free(t->cell[i]);
	free(t->cell);
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
		print("%s%.*s\n", indent, (int)cut, text);
		text += cut;
		text += strspn(text, " ");
	}
}

void print_notes(const struct notes *notes)
{
	if (notes->nr)
		print("\n");
	for (u32 i = 0; i < notes->nr; i++) {
		print_in(STYLE_HINT, "note:");
		print(" %s\n", notes->text[i]);
	}
}
