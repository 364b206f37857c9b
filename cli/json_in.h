/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* JSON as it is read, with places. */
#ifndef JSON_IN_H
#define JSON_IN_H

#include <jansson.h>
#include "input.h"

/* One value in a JSON text: up to five keys or indexes, outermost first. */
struct json_path {
	u32 depth;
	struct {
		const char *key; /* NULL: index */
		size_t index;
	} step[5];
};

json_t *json_parse(const char *data, size_t size, struct trouble *t);
/* The offset of the value at @path, or of its key; of the nearest value around it if it is not
 * there. */
size_t json_locate(const char *data, size_t size, const struct json_path *path, bool of_key);
/* Complain about the value at @path; it begins at the key @root if that is not NULL. */
int json_trouble(struct trouble *t, const char *data, size_t size, const char *root,
		 const struct json_path *path, bool of_key, const char *format, ...) PRINTF(7, 8);
/* An integer or a 0x string up to @max.  False if it is neither. */
bool json_number(const json_t *value, u64 max, u64 *number);

size_t skip_space(const char *data, size_t size, size_t i);
/* The offset behind the value at @i. */
size_t skip_value(const char *data, size_t size, size_t i);

/* A JSON object and the text it is read from. */
struct reader {
	const char *data;
	size_t size;
	const char *root; /* the key of the object at the top; NULL: it is that itself */
	json_t *json;
	struct trouble *t;
};

int reader_open(struct reader *r, const char *data, size_t size, struct trouble *t);
/* The object at @key of @whole. */
int reader_part(struct reader *r, const struct reader *whole, const char *key);
void reader_close(struct reader *r);
int reader_trouble(const struct reader *r, const struct json_path *path, const char *what);
/* The same of the value at @key; NULL: of the whole. */
int member_trouble(const struct reader *r, const char *key, const char *what);
struct json_path below(const struct json_path *path, const char *key, size_t index);
/* The number at @key of @object, which is at @path; *number stays as it is if there is none. */
int read_number(struct reader *r, const json_t *object, const struct json_path *path,
		const char *key, u64 max, u64 *number);

#endif
