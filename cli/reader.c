// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Parts of a JSON file that modules and CPUs have in common. */
#include "json_in.h"

int reader_trouble(const struct reader *r, const struct json_path *path, const char *what)
{
	return json_trouble(r->t, r->data, r->size, r->root, path, false, "%s", what);
}

int member_trouble(const struct reader *r, const char *key, const char *what)
{
	const struct json_path path = { key ? 1 : 0, { { .key = key } } };

	return reader_trouble(r, &path, what);
}

int reader_open(struct reader *r, const char *data, size_t size, struct trouble *t)
{
	const struct json_path top = { 0 };

	*r = (struct reader){ data, size, NULL, json_parse(data, size, t), t };
	if (!r->json)
		return -1;
	if (json_is_object(r->json))
		return 0;
	return reader_trouble(r, &top, "expected an object");
}

int reader_part(struct reader *r, const struct reader *whole, const char *key)
{
	const struct json_path path = { 1, { { .key = key } } };

	*r = (struct reader){ whole->data, whole->size, key,
			      json_incref(json_object_get(whole->json, key)), whole->t };
	if (json_is_object(r->json))
		return 0;
	return json_trouble(r->t, r->data, r->size, NULL, &path, false,
			    "'%s' must be an object, as tdxcpuid dump writes it", key);
}

void reader_close(struct reader *r)
{
	json_decref(r->json);
}

struct json_path below(const struct json_path *path, const char *key, size_t index)
{
	struct json_path p = *path;

	p.step[p.depth].key = key;
	p.step[p.depth++].index = index;
	return p;
}

int read_number(struct reader *r, const json_t *object, const struct json_path *path,
		const char *key, u64 max, u64 *number)
{
	const json_t *value = json_object_get(object, key);
	const struct json_path here = below(path, key, 0);

	if (!value || json_is_null(value) || json_number(value, max, number))
		return 0;
	return json_trouble(r->t, r->data, r->size, r->root, &here, false,
			    "'%s' must be an integer from 0 to 0x%llx, or such a 0x string", key,
			    (unsigned long long)max);
}
