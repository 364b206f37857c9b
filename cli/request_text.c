// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A request or a vCPU list as text: how it is recorded. */
#include "request.h"

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

int request_from_text(struct request *r, struct trouble *t)
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

size_t text_locate(const struct request *r, int entry, int reg, const char *field, size_t *width)
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
