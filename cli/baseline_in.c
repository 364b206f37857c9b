// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The member "baseline" of what tdxcpuid baseline --json writes. */
#include "fleet.h"

static const char no_baseline[] = "this is not as tdxcpuid baseline --json writes it";

static int fault(struct reader *in, const struct json_path *path)
{
	return reader_trouble(in, path, no_baseline);
}

static bool count(const json_t *object, const char *key, u64 max, u64 *number)
{
	return json_number(json_object_get(object, key), max, number);
}

/* Up to @dumps names, or as many as are told. */
static int read_names(struct reader *in, const json_t *object, const struct json_path *path,
		      const char *key, u64 dumps, struct names *names)
{
	const struct json_path here = below(path, key, 0);
	const json_t *list = json_object_get(object, key);
	size_t nr = json_array_size(list);

	if (!json_is_array(list) || nr > FLEET_NAMES || nr > dumps)
		return fault(in, &here);
	for (size_t i = 0; i < nr; i++) {
		const char *name = json_string_value(json_array_get(list, i));

		if (!name || !*name || strlen(name) >= SHORT_TEXT)
			return fault(in, &here);
		names_add(names, name);
	}
	return 0;
}

/* They are those of @dumps, and shorter than @size. */
static int read_versions(struct reader *in, const char *key, u64 dumps, size_t size,
			 struct versions *v)
{
	const struct json_path path = { 1, { { .key = key } } };
	const json_t *object = json_object_get(in->json, key);
	const json_t *list = json_object_get(object, "versions");
	u64 sum;

	if (!count(object, "unknown", dumps, &v->unknown) ||
	    !count(object, "others", dumps, &v->others) || !json_is_array(list) ||
	    json_array_size(list) > FLEET_VERSIONS ||
	    (v->others && json_array_size(list) < FLEET_VERSIONS))
		return fault(in, &path);
	sum = v->unknown + v->others;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);
		const char *text = json_string_value(json_object_get(item, "version"));
		u64 n;

		if (!text || !*text || strlen(text) >= size || !count(item, "dumps", dumps, &n) ||
		    !n)
			return fault(in, &path);
		versions_add(v, text, n);
		sum += n;
	}
	return sum == dumps ? 0 : fault(in, &path);
}

/* The register that an item of "some" is about, or NULL. */
static struct word *item_word(struct fleet *f, const json_t *item, u64 *max)
{
	const char *name = json_string_value(json_object_get(item, "register"));
	struct fleet_slot *slot;
	u64 leaf, index;

	*max = ~0ULL;
	if (!name)
		return NULL;
	if (!strcmp(name, "attributes"))
		return &f->attributes;
	if (!strcmp(name, "xfam"))
		return &f->xfam;
	*max = 0xffffffff;
	if (!count(item, "function", *max, &leaf) || !count(item, "index", *max, &index))
		return NULL;
	for (int reg = 0; reg < 4; reg++) {
		if (!strcmp(name, tdxcpuid_reg_name(reg))) {
			slot = fleet_slot(f, leaf, fleet_index(index));
			return slot ? &slot->reg[reg] : NULL;
		}
	}
	return NULL;
}

/* Bits that some have, and the same ones lack. */
static int read_some(struct fleet *f, struct reader *in, size_t i)
{
	const struct json_path path = { 2, { { .key = "some" }, { .index = i } } };
	const json_t *item = json_array_get(json_object_get(in->json, "some"), i);
	struct word *w;
	u64 max, mask, have;
	int error = 0;

	w = item_word(f, item, &max);
	if (!w || !count(item, "mask", max, &mask) || !mask || w->some & mask ||
	    !count(item, "have", f->tdx, &have) || !have || have == f->tdx)
		return fault(in, &path);
	w->some |= mask;
	for (; mask && !error; mask &= mask - 1) {
		struct lack *lack = word_lack(w, __builtin_ctzll(mask));

		lack->dumps = f->tdx - have;
		error = read_names(in, item, &path, "lack", lack->dumps, &lack->names);
	}
	return error;
}

int baseline_read(struct fleet *f, const struct reader *whole)
{
	const struct json_path top = { 0 };
	const json_t *some;
	struct reader in;
	int error;

	error = reader_part(&in, whole, "baseline");
	some = json_object_get(in.json, "some");
	if (!error && (!count(in.json, "dumps", FLEET_DUMPS, &f->dumps) ||
		       !count(in.json, "unread", FLEET_DUMPS, &f->unread) ||
		       (!f->dumps && !f->unread) || !count(in.json, "tdx", f->dumps, &f->tdx) ||
		       !count(in.json, "snp", f->dumps, &f->snp) || !json_is_array(some) ||
		       json_is_null(json_object_get(whole->json, "capabilities")) != !f->tdx ||
		       (!f->tdx && json_array_size(some))))
		error = fault(&in, &top);
	if (!error)
		error = read_versions(&in, "modules", f->tdx, SHORT_TEXT, &f->modules) ||
			read_versions(&in, "kernels", f->dumps, SHORT_TEXT, &f->kernels) ||
			read_versions(&in, "microcodes", f->dumps, SHORT_TEXT, &f->microcodes) ||
			read_versions(&in, "firmwares", f->snp, FIRMWARE_TEXT, &f->firmwares) ||
			read_names(&in, in.json, &top, "names", f->tdx, &f->names) ||
			read_names(&in, in.json, &top, "snp_names", f->snp, &f->snp_names) ||
			read_names(&in, in.json, &top, "without", f->dumps - f->tdx, &f->without);
	for (size_t i = 0; !error && i < json_array_size(some); i++)
		error = read_some(f, &in, i);
	reader_close(&in);
	return error ? -1 : 0;
}
