// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Complaints on standard error: for people, or as JSON where the answer would have been JSON. */
#include <unistd.h>

#include "cli.h"

/* On the stack: one of them says that there is no memory. */
struct line {
	char text[8192];
	size_t used;
};

static bool as_json;

void messages_as_json(void)
{
	as_json = true;
}

bool are_messages_json(void)
{
	return as_json;
}

static void vadd(struct line *l, const char *format, va_list ap)
{
	/* With room for the end of an object and of the line. */
	size_t room = sizeof(l->text) - 4 - l->used;
	int length = vsnprintf(l->text + l->used, room, format, ap);

	length = length < 0 ? 0 : (size_t)length < room ? length : (int)room - 1;
	l->used += clean(l->text + l->used, length);
}

static void PRINTF(2, 3) add(struct line *l, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vadd(l, format, ap);
	va_end(ap);
}

/* @text is clean. */
static void add_string(struct line *l, const char *key, const char *text)
{
	/* Half of it for the text, the rest for the file, or what is quoted. */
	size_t end = l->used + sizeof(l->text) / 2;

	add(l, "%s\"%s\":\"", l->text[l->used - 1] == '{' ? "" : ",", key);
	for (u32 n; *text && l->used + 8 < sizeof(l->text) && l->used < end; text += n) {
		n = utf8_length(text);
		n = n ? n : 1;
		add(l, "%s%.*s", *text == '"' || *text == '\\' ? "\\" : "", (int)n, text);
	}
	add(l, "\"");
}

static void tell(struct line *l)
{
	l->text[l->used++] = '\n';
	/* There is nobody to tell of a failure. */
	(void)!write_all(STDERR_FILENO, l->text, l->used);
}

static void tell_json(const char *file, size_t line, size_t column, const char *text,
		      const char *hint)
{
	struct line l = { .used = 0 };

	add(&l, "{\"schema\":1,\"error\":{");
	if (file) {
		add_string(&l, "file", file);
		add(&l, ",\"line\":%zu,\"column\":%zu", line, column);
	}
	add_string(&l, "text", text);
	if (hint)
		add_string(&l, "hint", hint);
	l.text[l.used++] = '}';
	l.text[l.used++] = '}';
	tell(&l);
}

void message(const char *format, ...)
{
	struct line l = { .used = 0 };
	va_list ap;

	va_start(ap, format);
	vadd(&l, format, ap);
	va_end(ap);
	if (as_json)
		tell_json(NULL, 0, 0, l.text, NULL);
	else
		tell(&l);
}

void message_at(const char *file, size_t line, size_t column, const char *text, const char *hint)
{
	if (as_json) {
		tell_json(file, line, column, text, hint);
		return;
	}
	message("%s:%zu:%zu: error: %s", file, line, column, text);
	if (hint)
		message("%s", hint);
}
