// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A request or a vCPU list as JSON. */
#include "json_in.h"
#include "request.h"

static const char range_text[] = "must be an integer from 0 to 0x%llx, or such a 0x string";

/* The string at the top of the request, or NULL; -1 if it is none. */
static int request_string(struct request *r, const char *key, const char **string,
			  struct trouble *t)
{
	const json_t *value = json_object_get(r->json, key);
	const struct json_path path = { 1, { { .key = key } } };

	*string = json_string_value(value);
	if (value && !*string)
		return json_trouble(t, r->data, r->size, r->root, &path, false,
				    "'%s' must be a string", key);
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
	return json_trouble(t, r->data, r->size, r->root, &path, false, "%s", range);
}

struct json_path entry_path(const struct request *r, size_t i)
{
	if (json_is_array(r->json))
		return (struct json_path){ 1, { { .index = i } } };
	return (struct json_path){ 2, { { .key = "cpuid" }, { .index = i } } };
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
	struct json_path path = entry_path(r, i);
	const u32 depth = path.depth;
	const char *key;
	json_t *value;
	u32 seen = 0;
	size_t k = 0;
	u64 number;

	memset(e, 0, sizeof(*e));
	if (!json_is_object(object))
		return json_trouble(t, r->data, r->size, r->root, &path, false,
				    "entry %zu of 'cpuid' must be an object", i);

	json_object_foreach (object, key, value) {
		size_t tries = 0;

		/* Mostly they come in the order of the table. */
		while (tries < ARRAY_SIZE(keys) && strcmp(keys[k].key, key)) {
			k = (k + 1) % ARRAY_SIZE(keys);
			tries++;
		}
		path.depth = depth + 1;
		path.step[depth].key = key;
		if (tries == ARRAY_SIZE(keys))
			return json_trouble(t, r->data, r->size, r->root, &path, true,
					    "unknown key '%s' in an entry of 'cpuid'", key);
		seen |= 1U << k;
		/* A leaf without subleaf. */
		if (json_is_null(value) && keys[k].field == &e->index)
			continue;
		if (!json_number(value, 0xffffffff, &number))
			return json_trouble(
				t, r->data, r->size, r->root, &path, false,
				"'%s' must be an integer from 0 to 0xffffffff, or such a 0x string",
				key);
		*keys[k].field = number;
		k = (k + 1) % ARRAY_SIZE(keys);
	}

	path.depth = depth;
	for (k = 0; k < ARRAY_SIZE(keys); k++) {
		if (keys[k].needed && !(seen & 1U << k))
			return json_trouble(t, r->data, r->size, r->root, &path, false,
					    "entry %zu of 'cpuid' lacks '%s'", i, keys[k].key);
	}
	return 0;
}

static int entries_from_json(struct request *r, const json_t *list, struct trouble *t)
{
	if (json_array_size(list) > TDXCPUID_MAX_ENTRIES) {
		const struct json_path path = entry_path(r, TDXCPUID_MAX_ENTRIES);

		return json_trouble(t, r->data, r->size, r->root, &path, false,
				    "%zu entries are more than the %u that KVM takes",
				    json_array_size(list), TDXCPUID_MAX_ENTRIES);
	}
	r->nent = json_array_size(list);
	for (size_t i = 0; i < r->nent; i++) {
		if (entry_from_json(r, i, json_array_get(list, i), t))
			return -1;
	}
	return 0;
}

int request_from_object(struct request *r, struct trouble *t)
{
	static const char *const keys[] = { "attributes", "xfam",   "tsc_khz", "cpuid",
					    "id",	  "module", "cpu",     "policy" };
	const struct json_path top = { 0 };
	const json_t *cpuid;
	const char *key;
	json_t *value;
	u64 tsc_khz = 0;
	size_t i;

	/* A list of entries and nothing else is a vCPU's. */
	if (json_is_array(r->json))
		return entries_from_json(r, r->json, t);
	if (!json_is_object(r->json))
		return json_trouble(t, r->data, r->size, r->root, &top, false,
				    "a request must be an object");

	if (json_object_get(r->json, "capabilities"))
		return trouble(t, 1, 1,
			       "this is a host, as tdxcpuid dump writes it: --host takes it");

	/* First of all: it is wanted with a complaint, too. */
	r->id = json_object_get(r->json, "id");

	json_object_foreach (r->json, key, value) {
		const struct json_path path = { 1, { { .key = key } } };

		for (i = 0; i < ARRAY_SIZE(keys) && strcmp(keys[i], key); i++)
			;
		if (i == ARRAY_SIZE(keys))
			return json_trouble(t, r->data, r->size, r->root, &path, true,
					    "unknown key '%s'", key);
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

		return json_trouble(t, r->data, r->size, r->root, &path, false, "%s",
				    cpuid ? "'cpuid' must be an array" : "'cpuid' is missing");
	}
	if (entries_from_json(r, cpuid, t))
		return -1;

	r->header = json_object_get(r->json, "attributes") || json_object_get(r->json, "xfam");
	if (r->header &&
	    (!json_object_get(r->json, "attributes") || !json_object_get(r->json, "xfam")))
		return json_trouble(t, r->data, r->size, r->root, &top, false, "'%s' is missing",
				    json_object_get(r->json, "xfam") ? "attributes" : "xfam");
	return 0;
}
