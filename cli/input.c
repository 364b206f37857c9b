// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Everything that is read: files and pipes up to INPUT_MAX, requests and vCPU
 * lists as text or JSON.  Whatever is wrong is reported with line and column.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli.h"

static int vtrouble(struct trouble *t, size_t line, size_t column, const char *format, va_list ap)
{
	t->line = line;
	t->column = column;
	vsnprintf(t->text, sizeof(t->text), format, ap);
	/* It may quote from the input. */
	clean(t->text, strlen(t->text));
	return -1;
}

int trouble(struct trouble *t, size_t line, size_t column, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vtrouble(t, line, column, format, ap);
	va_end(ap);
	return -1;
}

int complain(const char *file, const struct trouble *t)
{
	message("%s:%zu:%zu: error: %s", !strcmp(file, "-") ? "<stdin>" : file, t->line, t->column,
		t->text);
	return EXIT_BAD;
}

/*
 * A line ends with a newline or with the input, for every place that is told; a carriage
 * return is a blank, wherever it is.  Columns count characters.  Jansson has it the same.
 */
static void line_and_column(const char *data, size_t offset, size_t *line, size_t *column)
{
	*line = 1;
	*column = 1;
	for (size_t i = 0; i < offset; i++) {
		if (data[i] == '\n') {
			++*line;
			*column = 1;
		} else if ((data[i] & 0xc0) != 0x80) {
			++*column;
		}
	}
}

int text_read(struct text *text, const char *file, struct trouble *t)
{
	bool is_stdin = !strcmp(file, "-");
	size_t room = 1 << 14, line, column;
	ssize_t n = 0;
	int fd;

	*text = (struct text){ 0 };
	fd = is_stdin ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return trouble(t, 1, 1, "cannot open: %s", strerror(errno));

	text->data = xrealloc(NULL, room + 1);
	for (;;) {
		if (text->size == room) {
			if (room > INPUT_MAX)
				break;
			room *= 2;
			text->data = xrealloc(text->data, room + 1);
		}
		n = read(fd, text->data + text->size, room - text->size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		text->size += n;
	}

	if (n < 0)
		trouble(t, 1, 1, "cannot read: %s", strerror(errno));
	if (!is_stdin)
		close(fd);
	if (n < 0) {
		text_free(text);
		return -1;
	}

	text->data[text->size] = '\0';
	if (text->size > INPUT_MAX) {
		line_and_column(text->data, INPUT_MAX, &line, &column);
		text_free(text);
		return trouble(t, line, column, "the input is larger than 1 MiB");
	}
	return 0;
}

void text_free(struct text *text)
{
	free(text->data);
	text->data = NULL;
}

/* ---- JSON ---- */

/*
 * Jansson's integers end at 2^63, ATTRIBUTES do not.  Rewrite the number that it
 * stumbled over, ending before @end, as the 0x string of the same value, which may
 * be longer.
 */
static char *rewrite_big(const char *data, size_t *size, size_t end, size_t *grown)
{
	char *copy, *past;
	u64 number;
	size_t start = end;
	int length;

	while (start && data[start - 1] >= '0' && data[start - 1] <= '9')
		start--;
	errno = 0;
	number = strtoull(data + start, &past, 10);
	/* Not the end of another kind of number. */
	if (errno || past != data + end || end - start < 19 ||
	    (start && data[start - 1] && strchr("-+.eE", data[start - 1])))
		return NULL;

	copy = xrealloc(NULL, *size + 32);
	memcpy(copy, data, start);
	length = sprintf(copy + start, "\"0x%llx\"", (unsigned long long)number);
	memcpy(copy + start + length, data + end, *size - end + 1);
	*size = start + length + *size - end;
	*grown = start + length - end;
	return copy;
}

json_t *json_parse(const char *data, size_t size, struct trouble *t)
{
	size_t grown[4], end[4];
	u32 nr = 0, column;
	json_error_t error;
	json_t *json;
	char *copy = NULL;

	json = json_loadb(data, size, JSON_REJECT_DUPLICATES, &error);
	while (!json && nr < ARRAY_SIZE(end) &&
	       json_error_code(&error) == json_error_numeric_overflow) {
		char *next = rewrite_big(copy ? copy : data, &size, error.position, &grown[nr]);

		if (!next)
			break;
		end[nr] = error.position + grown[nr];
		nr++;
		free(copy);
		copy = next;
		json = json_loadb(copy, size, JSON_REJECT_DUPLICATES, &error);
	}

	if (!json) {
		/* As if none of this line had been rewritten. */
		column = error.column > 0 ? error.column : 1;
		for (u32 i = 0; i < nr; i++) {
			if (end[i] <= (size_t)error.position &&
			    !memchr(copy + end[i], '\n', error.position - end[i]))
				column -= grown[i];
		}
		trouble(t, error.line > 0 ? error.line : 1, column, "%s",
			size ? error.text : "the input is empty");
	}
	free(copy);
	return json;
}

static size_t skip_space(const char *data, size_t size, size_t i)
{
	while (i < size && strchr(" \t\r\n", data[i]) && data[i])
		i++;
	return i;
}

/* @i is at the opening quote; returns the offset behind the closing one. */
static size_t skip_string(const char *data, size_t size, size_t i)
{
	for (i++; i < size && data[i] != '"'; i++) {
		if (data[i] == '\\')
			i++;
	}
	return i < size ? i + 1 : size;
}

static size_t skip_value(const char *data, size_t size, size_t i)
{
	size_t depth = 0;

	do {
		if (i >= size)
			return size;
		if (data[i] == '"') {
			i = skip_string(data, size, i);
			continue;
		}
		if (data[i] == '{' || data[i] == '[')
			depth++;
		else if (data[i] == '}' || data[i] == ']')
			depth--;
		i++;
	} while (depth);

	/* The rest of a number or a word; nothing behind what closed above. */
	while (i < size && data[i] && !strchr(",]} \t\r\n", data[i]))
		i++;
	return i;
}

size_t json_locate(const char *data, size_t size, const struct json_path *path, bool of_key)
{
	size_t i = skip_space(data, size, 0), found = i;

	for (u32 d = 0; d < path->depth; d++) {
		const char *key = path->step[d].key;
		bool here = false;

		if (i >= size || data[i] != (key ? '{' : '['))
			return found;
		i = skip_space(data, size, i + 1);
		for (size_t n = 0; i < size && data[i] != '}' && data[i] != ']'; n++) {
			size_t start = i;

			if (key) {
				i = skip_string(data, size, i);
				here = i - start == strlen(key) + 2 &&
				       !memcmp(data + start + 1, key, strlen(key));
				i = skip_space(data, size, i);
				i = skip_space(data, size, i + 1);
			} else {
				here = n == path->step[d].index;
			}
			if (here) {
				found = of_key && d + 1 == path->depth ? start : i;
				break;
			}
			i = skip_space(data, size, skip_value(data, size, i));
			if (i < size && data[i] == ',')
				i = skip_space(data, size, i + 1);
		}
		if (!here)
			return found;
	}

	return found;
}

int json_trouble(struct trouble *t, const char *data, size_t size, const struct json_path *path,
		 bool of_key, const char *format, ...)
{
	size_t line, column;
	va_list ap;

	line_and_column(data, json_locate(data, size, path, of_key), &line, &column);
	va_start(ap, format);
	vtrouble(t, line, column, format, ap);
	va_end(ap);
	return -1;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool parse_hex(const char *text, size_t length, u64 max, u64 *number)
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

static bool parse_decimal(const char *text, size_t length, u64 max, u64 *number)
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

static bool has_0x(const char *text, size_t length)
{
	return length > 2 && text[0] == '0' && (text[1] | 0x20) == 'x';
}

bool json_number(const json_t *value, u64 max, u64 *number)
{
	if (json_is_integer(value)) {
		*number = json_integer_value(value);
		return json_integer_value(value) >= 0 && *number <= max;
	}
	if (json_is_string(value)) {
		const char *text = json_string_value(value);
		size_t length = json_string_length(value);

		return has_0x(text, length) && parse_hex(text + 2, length - 2, max, number);
	}
	return false;
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

static const char range_text[] = "must be an integer from 0 to 0x%llx, or such a 0x string";

/* The string at the top of the request, or NULL; -1 if it is none. */
static int request_string(struct request *r, const char *key, const char **string,
			  struct trouble *t)
{
	const json_t *value = json_object_get(r->json, key);
	const struct json_path path = { 1, { { .key = key } } };

	*string = json_string_value(value);
	if (value && !*string)
		return json_trouble(t, r->data, r->size, &path, false, "'%s' must be a string",
				    key);
	return 0;
}

static int request_number(struct request *r, const char *key, u64 max, u64 *number,
			  struct trouble *t)
{
	const json_t *value = json_object_get(r->json, key);
	const struct json_path path = { 1, { { .key = key } } };
	char range[128];

	if (!value || json_number(value, max, number))
		return 0;

	snprintf(range, sizeof(range), "'%s' ", key);
	snprintf(range + strlen(range), sizeof(range) - strlen(range), range_text,
		 (unsigned long long)max);
	return json_trouble(t, r->data, r->size, &path, false, "%s", range);
}

static int entry_from_json(struct request *r, size_t i, json_t *object, struct trouble *t)
{
	struct kvm_cpuid_entry2 *e = &r->entries[i];
	const struct {
		const char *key;
		u32 *field;
		bool needed;
	} keys[] = {
		{ "function", &e->function, true }, { "index", &e->index, false },
		{ "flags", &e->flags, false },	    { "eax", &e->eax, true },
		{ "ebx", &e->ebx, true },	    { "ecx", &e->ecx, true },
		{ "edx", &e->edx, true },
	};
	struct json_path path = { 2, { { .key = "cpuid" }, { .index = i } } };
	const char *key;
	json_t *value;
	u32 seen = 0;
	size_t k = 0;
	u64 number;

	memset(e, 0, sizeof(*e));
	if (!json_is_object(object))
		return json_trouble(t, r->data, r->size, &path, false,
				    "entry %zu of 'cpuid' must be an object", i);

	json_object_foreach (object, key, value) {
		size_t tries = 0;

		/* Mostly they come in the order of the table. */
		while (tries < ARRAY_SIZE(keys) && strcmp(keys[k].key, key)) {
			k = (k + 1) % ARRAY_SIZE(keys);
			tries++;
		}
		path.depth = 3;
		path.step[2].key = key;
		if (tries == ARRAY_SIZE(keys))
			return json_trouble(t, r->data, r->size, &path, true,
					    "unknown key '%s' in an entry of 'cpuid'", key);
		seen |= 1U << k;
		/* A leaf without subleaf. */
		if (json_is_null(value) && keys[k].field == &e->index)
			continue;
		if (!json_number(value, 0xffffffff, &number))
			return json_trouble(
				t, r->data, r->size, &path, false,
				"'%s' must be an integer from 0 to 0xffffffff, or such a 0x string",
				key);
		*keys[k].field = number;
		k = (k + 1) % ARRAY_SIZE(keys);
	}

	path.depth = 2;
	for (k = 0; k < ARRAY_SIZE(keys); k++) {
		if (keys[k].needed && !(seen & 1U << k))
			return json_trouble(t, r->data, r->size, &path, false,
					    "entry %zu of 'cpuid' lacks '%s'", i, keys[k].key);
	}
	return 0;
}

static int request_from_json(struct request *r, struct trouble *t)
{
	static const char *const keys[] = { "attributes", "xfam",   "tsc_khz", "cpuid",
					    "id",	  "module", "cpu",     "policy" };
	const struct json_path top = { 0 };
	const json_t *cpuid;
	const char *key;
	json_t *value;
	u64 tsc_khz = 0;
	size_t i;

	r->json = json_parse(r->data, r->size, t);
	if (!r->json)
		return -1;
	if (!json_is_object(r->json))
		return json_trouble(t, r->data, r->size, &top, false,
				    "a request must be an object");

	/* First of all: it is wanted with a complaint, too. */
	r->id = json_object_get(r->json, "id");

	json_object_foreach (r->json, key, value) {
		const struct json_path path = { 1, { { .key = key } } };

		for (i = 0; i < ARRAY_SIZE(keys) && strcmp(keys[i], key); i++)
			;
		if (i == ARRAY_SIZE(keys))
			return json_trouble(t, r->data, r->size, &path, true, "unknown key '%s'",
					    key);
	}

	if (request_number(r, "attributes", ~0ULL, &r->attributes, t) ||
	    request_number(r, "xfam", ~0ULL, &r->xfam, t) ||
	    request_number(r, "tsc_khz", 0xffffffff, &tsc_khz, t) ||
	    request_string(r, "module", &r->module, t) || request_string(r, "cpu", &r->cpu, t) ||
	    request_string(r, "policy", &r->policy, t))
		return -1;
	r->tsc_khz = tsc_khz;

	cpuid = json_object_get(r->json, "cpuid");
	if (!json_is_array(cpuid)) {
		const struct json_path path = { 1, { { .key = "cpuid" } } };

		return json_trouble(t, r->data, r->size, &path, false, "%s",
				    cpuid ? "'cpuid' must be an array" : "'cpuid' is missing");
	}
	if (json_array_size(cpuid) > TDXCPUID_MAX_ENTRIES) {
		const struct json_path path = {
			2, { { .key = "cpuid" }, { .index = TDXCPUID_MAX_ENTRIES } }
		};

		return json_trouble(t, r->data, r->size, &path, false,
				    "%zu entries are more than the %u that KVM takes",
				    json_array_size(cpuid), TDXCPUID_MAX_ENTRIES);
	}
	r->nent = json_array_size(cpuid);
	for (i = 0; i < r->nent; i++) {
		if (entry_from_json(r, i, json_array_get(cpuid, i), t))
			return -1;
	}

	r->header = json_object_get(r->json, "attributes") || json_object_get(r->json, "xfam");
	if (r->header &&
	    (!json_object_get(r->json, "attributes") || !json_object_get(r->json, "xfam")))
		return json_trouble(t, r->data, r->size, &top, false, "'%s' is missing",
				    json_object_get(r->json, "xfam") ? "attributes" : "xfam");
	return 0;
}

/* ---- the text format ---- */

struct token {
	size_t start; /* offset in the text */
	size_t length;
};

/* The next token of the line; false at its end or at a comment. */
static bool next_token(const char *data, size_t size, size_t *i, struct token *token)
{
	while (*i < size && (data[*i] == ' ' || data[*i] == '\t' || data[*i] == '\r'))
		++*i;
	token->start = *i;
	if (*i < size && data[*i] == '#') {
		while (*i < size && data[*i] != '\n')
			++*i;
		return false;
	}
	/* A NUL is part of a token, which it makes a bad one. */
	while (*i < size && (!data[*i] || !strchr(" \t\r\n#", data[*i])))
		++*i;
	token->length = *i - token->start;
	return token->length;
}

struct text_parser {
	struct request *r;
	struct trouble *t;
	size_t line;
	size_t line_start;
	u32 seen; /* of the keys */
	bool heading;
	u64 nent;
	size_t nent_line, nent_column;
};

static int PRINTF(3, 4)
	text_trouble(struct text_parser *p, const struct token *token, const char *format, ...)
{
	size_t line, column;
	va_list ap;

	line_and_column(p->r->data + p->line_start, token->start - p->line_start, &line, &column);
	va_start(ap, format);
	vtrouble(p->t, p->line, column, format, ap);
	va_end(ap);
	return -1;
}

/* What of a token is worth quoting. */
static int quoted(const struct token *token)
{
	return token->length > 40 ? 40 : token->length;
}

static int header_key(struct text_parser *p, const struct token *token)
{
	struct request *r = p->r;
	u64 tsc_khz = r->tsc_khz, vcpu;
	const struct {
		const char *name;
		u64 *number;
		u64 max;
		bool decimal;
	} keys[] = {
		{ "attributes", &r->attributes, ~0ULL, false },
		{ "xfam", &r->xfam, ~0ULL, false },
		{ "tsc_khz", &tsc_khz, 0xffffffff, true },
		{ "nent", &p->nent, 0xffffffff, true },
		{ "vcpu", &vcpu, 0xffffffff, true },
	};
	const char *text = r->data + token->start;
	const char *equals = memchr(text, '=', token->length);
	size_t length = equals - text, left = token->length - length - 1, k;
	bool fine;

	for (k = 0; k < ARRAY_SIZE(keys); k++) {
		if (strlen(keys[k].name) == length && !memcmp(keys[k].name, text, length))
			break;
	}
	if (k == ARRAY_SIZE(keys))
		return text_trouble(p, token, "unknown key '%.*s'",
				    (int)(length > 40 ? 40 : length), text);
	if (p->seen & 1 << k)
		return text_trouble(p, token, "'%s' is given twice", keys[k].name);
	p->seen |= 1 << k;

	equals++;
	if (keys[k].decimal)
		fine = parse_decimal(equals, left, keys[k].max, keys[k].number);
	else if (has_0x(equals, left))
		fine = parse_hex(equals + 2, left - 2, keys[k].max, keys[k].number);
	else
		fine = parse_hex(equals, left, keys[k].max, keys[k].number);
	if (!fine)
		return text_trouble(p, token, "'%s' must be a %s number up to 0x%llx", keys[k].name,
				    keys[k].decimal ? "decimal" : "hexadecimal",
				    (unsigned long long)keys[k].max);

	r->tsc_khz = tsc_khz;
	r->header_offset[k] = token->start;
	if (keys[k].number == &p->nent) {
		p->nent_line = p->line;
		p->nent_column = token->start - p->line_start + 1;
	}
	return 0;
}

static bool is_word(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if ((text[i] < 'A' || text[i] > 'Z') && (text[i] < 'a' || text[i] > 'z') &&
		    (text[i] < '0' || text[i] > '9') && text[i] != '_')
			return false;
	}
	return !has_0x(text, length) && strspn(text, "0123456789abcdefABCDEF") < length;
}

/* function index flags eax ebx ecx edx; @i is behind the first of them. */
static int entry_from_text(struct text_parser *p, struct token *token, size_t *i)
{
	struct request *r = p->r;
	struct kvm_cpuid_entry2 *e = &r->entries[r->nent];
	u32 *const fields[] = { &e->function, &e->index, &e->flags, &e->eax,
				&e->ebx,      &e->ecx,	 &e->edx };
	static const char *const names[] = { "function", "index", "flags", "eax",
					     "ebx",	 "ecx",	  "edx" };

	if (r->nent == TDXCPUID_MAX_ENTRIES)
		return text_trouble(p, token, "more than the %u entries that KVM takes",
				    TDXCPUID_MAX_ENTRIES);

	memset(e, 0, sizeof(*e));
	r->entry_offset[r->nent] = token->start;
	for (size_t f = 0; f < ARRAY_SIZE(fields); f++) {
		const char *text;
		u64 number;

		if (f && !next_token(r->data, r->size, i, token))
			return text_trouble(p, token, "the entry ends before '%s'", names[f]);
		text = r->data + token->start;
		if (has_0x(text, token->length) ?
			    !parse_hex(text + 2, token->length - 2, 0xffffffff, &number) :
			    !parse_hex(text, token->length, 0xffffffff, &number))
			return text_trouble(p, token,
					    "%s '%.*s' is no hexadecimal number up to 0xffffffff",
					    names[f], quoted(token), text);
		*fields[f] = number;
	}
	r->nent++;

	if (next_token(r->data, r->size, i, token))
		return text_trouble(p, token, "'%.*s' behind the seven numbers of an entry",
				    quoted(token), r->data + token->start);
	return 0;
}

static int request_from_text(struct request *r, struct trouble *t)
{
	struct text_parser p = { .r = r, .t = t };
	size_t i = 0;

	while (i < r->size) {
		bool heading = false;
		struct token token;

		p.line++;
		p.line_start = i;
		while (next_token(r->data, r->size, &i, &token)) {
			const char *text = r->data + token.start;
			bool first =
				!memchr(r->data + p.line_start, '=', token.start - p.line_start);

			if (memchr(text, '=', token.length)) {
				if (r->nent)
					return text_trouble(&p, &token, "'%.*s' behind an entry",
							    quoted(&token), text);
				if (header_key(&p, &token))
					return -1;
				continue;
			}
			/* The words of a heading, such as the name of the ioctl. */
			heading |= !p.heading && !r->nent && !p.seen && is_word(text, token.length);
			if (heading && first) {
				p.heading = true;
				continue;
			}
			if (entry_from_text(&p, &token, &i))
				return -1;
			break;
		}
		i += i < r->size;
	}

	r->header = p.seen & 3;
	if (!p.line || (!r->nent && !p.seen))
		return trouble(t, p.line ? p.line : 1, 1, "neither a header nor an entry");
	if (r->header && (p.seen & 3) != 3)
		return trouble(t, 1, 1, "the header lacks '%s='",
			       p.seen & 1 ? "xfam" : "attributes");
	if (p.nent_line && p.nent != r->nent)
		return trouble(t, p.nent_line, p.nent_column, "nent=%llu, but there are %u entries",
			       (unsigned long long)p.nent, r->nent);
	return 0;
}

int request_parse(struct request *r, const char *data, size_t size, struct trouble *t)
{
	size_t start = skip_space(data, size, 0);
	int ret;

	/* All but the entries, which are many and not read until set. */
	memset(r, 0, offsetof(struct request, entries));
	r->data = data;
	r->size = size;

	if (start == size)
		return trouble(t, 1, 1, "the input is empty");
	if (data[start] == '{' || data[start] == '[' || data[start] == '"')
		ret = request_from_json(r, t);
	else
		ret = request_from_text(r, t);
	return ret;
}

void request_free(struct request *r)
{
	json_decref(r->json);
	r->json = NULL;
}

static size_t text_locate(const struct request *r, int entry, int reg, const char *field,
			  size_t *width)
{
	struct token token;
	size_t i;

	*width = 0;
	if (entry < 0 && !field)
		return 0;

	i = entry < 0 ? r->header_offset[strcmp(field, "attributes") ? 1 : 0] :
			r->entry_offset[entry];
	next_token(r->data, r->size, &i, &token);
	for (int skip = entry < 0 || reg < 0 ? 0 : 3 + reg; skip > 0; skip--)
		next_token(r->data, r->size, &i, &token);

	*width = token.length;
	return token.start;
}

void request_place(const struct request *r, int entry, int reg, const char *field,
		   struct place *place)
{
	size_t offset, line_start, line_end, width, column;

	if (r->json) {
		struct json_path path = { 2, { { .key = "cpuid" }, { .index = entry } } };

		if (entry < 0)
			path = (struct json_path){ field ? 1 : 0, { { .key = field } } };
		else if (reg >= 0)
			path.step[path.depth++].key = tdxcpuid_reg_name(reg);
		offset = json_locate(r->data, r->size, &path, false);
		width = entry < 0 && !field ? 0 : skip_value(r->data, r->size, offset) - offset;
	} else {
		offset = text_locate(r, entry, reg, field, &width);
	}

	line_and_column(r->data, offset, &place->line, &column);
	for (line_start = offset; line_start && r->data[line_start - 1] != '\n'; line_start--)
		;
	for (line_end = offset; line_end < r->size && r->data[line_end] != '\n'; line_end++)
		;
	place->start = r->data + line_start;
	place->length = line_end - line_start;
	place->column = offset - line_start;
	place->width = line_end - offset < width ? line_end - offset : width;
}
