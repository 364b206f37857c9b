// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* JSON as it is read: Jansson keeps no places, so they are found in the text, by path. */
#include <errno.h>
#include <stdlib.h>

#include "json_in.h"

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

size_t skip_space(const char *data, size_t size, size_t i)
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

size_t skip_value(const char *data, size_t size, size_t i)
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

int json_trouble(struct trouble *t, const char *data, size_t size, const char *root,
		 const struct json_path *path, bool of_key, const char *format, ...)
{
	struct json_path whole = { .step[0].key = root, .depth = root ? 1 : 0 };
	size_t line, column;
	va_list ap;

	memcpy(&whole.step[whole.depth], path->step, path->depth * sizeof(*path->step));
	whole.depth += path->depth;
	line_and_column(data, json_locate(data, size, &whole, of_key), &line, &column);
	va_start(ap, format);
	vtrouble(t, line, column, format, ap);
	va_end(ap);
	return -1;
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
