// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* TDX modules, built in or described by a JSON file. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "json_in.h"
#include "near.h"
#include "target.h"

#define XFAM_MASK_MAX 64

/* What was read from files stays until the end: answers point into it. */
struct loaded_module {
	struct loaded_module *next;
	struct tdxcpuid_module *module;
};

/* A module while it is read. */
struct module_figures {
	struct tdxcpuid_module_desc desc;
	struct tdxcpuid_module_entry lookup[TDXCPUID_MAX_LOOKUP];
	struct tdxcpuid_module_entry slot[TDXCPUID_MAX_SLOTS];
	struct tdxcpuid_xfam_mask xfam_mask[XFAM_MASK_MAX];
	size_t lookup_index[TDXCPUID_MAX_LOOKUP]; /* in the file */
};

static struct loaded_module *loaded_modules;

/* {"eax": .., "ebx": .., "ecx": .., "edx": ..} at @key of @object; absent: zeros. */
static int read_registers(struct reader *r, const json_t *object, const struct json_path *path,
			  const char *key, u32 reg[4])
{
	const json_t *value = json_object_get(object, key);
	const struct json_path here = below(path, key, 0);

	memset(reg, 0, 4 * sizeof(*reg));
	if (!value)
		return 0;
	if (!json_is_object(value))
		return reader_trouble(r, &here, "expected an object of eax, ebx, ecx and edx");

	for (int i = 0; i < 4; i++) {
		u64 number = 0;

		if (read_number(r, value, &here, tdxcpuid_reg_name(i), 0xffffffff, &number))
			return -1;
		reg[i] = number;
	}
	return 0;
}

static int read_leaf(struct reader *r, const json_t *entry, const struct json_path *path, u32 *leaf,
		     u32 *subleaf)
{
	u64 l, s = NO_SUBLEAF;

	if (!json_is_object(entry))
		return reader_trouble(r, path, "expected an object");
	if (!json_object_get(entry, "leaf") || json_is_null(json_object_get(entry, "leaf")))
		return reader_trouble(r, path, "'leaf' is missing");
	if (!json_object_get(entry, "subleaf"))
		return reader_trouble(r, path,
				      "'subleaf' is missing; null where the leaf has none");
	if (read_number(r, entry, path, "leaf", 0xffffffff, &l) ||
	    read_number(r, entry, path, "subleaf", 0xffffffff, &s))
		return -1;

	*leaf = l;
	*subleaf = s;
	return 0;
}

static int read_lookup(struct reader *r, struct module_figures *f)
{
	const struct json_path path = { 1, { { .key = "cpuid_lookup" } } };
	const json_t *list = json_object_get(r->json, "cpuid_lookup");
	size_t i;

	if (!json_is_array(list))
		return reader_trouble(r, &path, "'cpuid_lookup' must be an array");
	f->desc.lookup = f->lookup;
	for (i = 0; i < json_array_size(list); i++) {
		const struct json_path here = below(&path, NULL, i);
		const json_t *entry = json_array_get(list, i);
		struct tdxcpuid_module_entry *e = &f->lookup[f->desc.nr_lookup];

		/* Some versions fill up their table with entries of no meaning. */
		if (json_is_false(json_object_get(entry, "valid_entry")))
			continue;
		if (f->desc.nr_lookup == TDXCPUID_MAX_LOOKUP)
			return reader_trouble(r, &here, "a look-up table of more than 128 entries");
		if (read_leaf(r, entry, &here, &e->leaf, &e->subleaf) ||
		    read_registers(r, entry, &here, "fixed0_or_dynamic", e->fixed0) ||
		    read_registers(r, entry, &here, "fixed1", e->fixed1) ||
		    read_registers(r, entry, &here, "verify_mask", e->verify_mask) ||
		    read_registers(r, entry, &here, "verify_value", e->verify_value))
			return -1;
		e->faulting = json_is_true(json_object_get(entry, "faulting"));
		f->lookup_index[f->desc.nr_lookup++] = i;
	}
	return 0;
}

static int read_slots(struct reader *r, struct module_figures *f)
{
	const struct json_path path = { 1, { { .key = "cpuid_config" } } };
	const json_t *list = json_object_get(r->json, "cpuid_config");
	size_t i;

	if (!json_is_array(list))
		return reader_trouble(r, &path, "'cpuid_config' must be an array of slots");
	if (json_array_size(list) > TDXCPUID_MAX_SLOTS) {
		const struct json_path here = below(&path, NULL, TDXCPUID_MAX_SLOTS);

		return reader_trouble(r, &here, "a TDX module has at most 48 slots");
	}

	f->desc.slots = f->slot;
	f->desc.nr_slots = json_array_size(list);
	for (i = 0; i < f->desc.nr_slots; i++) {
		const struct json_path here = below(&path, NULL, i);
		const json_t *entry = json_array_get(list, i);
		struct tdxcpuid_module_entry *e = &f->slot[i];

		if (read_leaf(r, entry, &here, &e->leaf, &e->subleaf))
			return -1;
		if (!json_object_get(entry, "config_direct") ||
		    !json_object_get(entry, "allow_direct"))
			return reader_trouble(r, &here,
					      "a slot needs 'config_direct' and 'allow_direct'");
		if (read_registers(r, entry, &here, "config_direct", e->config_direct) ||
		    read_registers(r, entry, &here, "allow_direct", e->allow_direct))
			return -1;
	}
	return 0;
}

/* "xfam_mask_0x7_0x1": {"2": {"eax": ..}}: what the TD loses without XFAM bit 2. */
static int read_xfam_masks(struct reader *r, struct module_figures *f)
{
	const struct json_path path = { 1, { { .key = "xfam_masks" } } };
	json_t *list = json_object_get(r->json, "xfam_masks"), *group, *mask;
	const char *name, *component;

	f->desc.xfam_mask = f->xfam_mask;
	if (!json_is_object(list))
		return reader_trouble(r, &path, "'xfam_masks' must be an object");

	json_object_foreach (list, name, group) {
		const struct json_path here = below(&path, name, 0);
		struct tdxcpuid_xfam_mask row = { 0 };
		int end = 0;

		if (sscanf(name, "xfam_mask_0x%8x_0x%8x%n", &row.leaf, &row.subleaf, &end) != 2 ||
		    name[end])
			return reader_trouble(r, &here, "expected a name like xfam_mask_0x7_0x1");
		json_object_foreach (group, component, mask) {
			const struct json_path there = below(&here, component, 0);
			char *past;
			long bit = strtol(component, &past, 10);

			if (past == component || *past || bit < 0 || bit > 31)
				return reader_trouble(r, &there,
						      "expected the number of an XFAM bit");
			if (f->desc.nr_xfam_mask == XFAM_MASK_MAX)
				return reader_trouble(r, &there, "too many XFAM masks");
			row.xfam = 1U << bit;
			if (read_registers(r, group, &here, component, row.clear))
				return -1;
			f->xfam_mask[f->desc.nr_xfam_mask++] = row;
		}
	}
	return 0;
}

static int read_module(struct reader *r, struct module_figures *f)
{
	const struct json_path top = { 0 }, version = { 1, { { .key = "version" } } };
	struct tdxcpuid_module_desc *d = &f->desc;
	const json_t *list, *row;
	size_t i;

	/* Absent keys take the default module's values. */
	d->size = sizeof(*d);
	tdxcpuid_module_describe(tdxcpuid_module_find(TDXCPUID_DEFAULT_MODULE), d);
	d->version = json_string_value(json_object_get(r->json, "version"));
	if (!d->version || !*d->version || strlen(d->version) > 32 ||
	    strspn(d->version, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       ".-+_") != strlen(d->version))
		return reader_trouble(r, &version, "'version' must be a string like \"1.5.34\"");

	if (read_number(r, r->json, &top, "attributes_fixed0", ~0ULL, &d->attributes_fixed0) ||
	    read_number(r, r->json, &top, "attributes_fixed1", ~0ULL, &d->attributes_fixed1) ||
	    read_number(r, r->json, &top, "xfam_fixed0", ~0ULL, &d->xfam_fixed0) ||
	    read_number(r, r->json, &top, "xfam_fixed1", ~0ULL, &d->xfam_fixed1) ||
	    read_number(r, r->json, &top, "config_flags_fixed0", ~0ULL, &d->config_flags_fixed0) ||
	    read_number(r, r->json, &top, "tdx_features0", ~0ULL, &d->features0))
		return -1;

	list = json_object_get(r->json, "attributes_fixed0_conditional");
	if (list)
		d->attributes_conditional = 0;
	json_array_foreach ((json_t *)list, i, row) {
		const struct json_path here = {
			2, { { .key = "attributes_fixed0_conditional" }, { .index = i } }
		};
		u64 bits = 0;

		if (read_number(r, row, &here, "bits", ~0ULL, &bits))
			return -1;
		d->attributes_conditional |= bits;
	}

	if (json_object_get(r->json, "cpuid_lookup") && read_lookup(r, f))
		return -1;
	if (json_object_get(r->json, "xfam_masks") && read_xfam_masks(r, f))
		return -1;
	return read_slots(r, f);
}

/* A module of the figures, or what is wrong with them. */
static int make_module(struct reader *r, struct module_figures *f, struct tdxcpuid_module **module)
{
	struct json_path here = { 2, { { .key = "cpuid_config" } } };
	u32 bad, i;

	switch (tdxcpuid_module_new(NULL, &f->desc, module, &bad)) {
	case 0:
		return 0;
	case -ENOTUNIQ:
		here.step[0].key = "cpuid_lookup";
		here.step[1].index = f->lookup_index[bad];
		return reader_trouble(r, &here, "a second entry for this leaf and subleaf");
	case -EEXIST:
		here.step[1].index = bad;
		return reader_trouble(r, &here, "a second slot for this leaf and subleaf");
	case -EBADSLT:
		here.step[1].index = bad;
		return reader_trouble(r, &here,
				      "a slot for this leaf both with and without subleaf");
	case -ENOSPC:
		here.step[1].index = bad;
		return reader_trouble(r, &here, "too many slots and look-up entries");
	case -ENODATA:
		for (i = 0; i < f->desc.nr_slots; i++) {
			if (f->slot[i].leaf != bad || f->slot[i].subleaf == NO_SUBLEAF)
				continue;
			here.step[1].index = i;
			return json_trouble(
				r->t, r->data, r->size, r->root, &here, false,
				"leaf 0x%x has no subleaf, and KVM cannot read a TD's CPUID "
				"without it",
				bad);
		}
		here = (struct json_path){ 1, { { .key = "cpuid_lookup" } } };
		for (i = 0; i < f->desc.nr_lookup && here.depth == 1; i++) {
			if (f->lookup[i].leaf == bad && f->lookup[i].subleaf == NO_SUBLEAF)
				here = below(&here, NULL, f->lookup_index[i]);
		}
		return json_trouble(r->t, r->data, r->size, r->root, &here, false,
				    "leaf 0x%x, without subleaf, %s: KVM cannot read a TD's CPUID "
				    "without it",
				    bad, here.depth == 1 ? "is missing" : "must not be faulting");
	default:
		return trouble(r->t, 1, 1, "out of memory");
	}
}

static void keep_module(struct tdxcpuid_module *module)
{
	struct loaded_module *m = xcalloc(1, sizeof(*m));

	m->module = module;
	m->next = loaded_modules;
	loaded_modules = m;
}

const struct tdxcpuid_module *parse_module(const char *data, size_t size, struct trouble *t)
{
	struct module_figures *f = xcalloc(1, sizeof(*f));
	struct tdxcpuid_module *module = NULL;
	struct reader r = { 0 };

	if (!reader_open(&r, data, size, t) && !read_module(&r, f) && !make_module(&r, f, &module))
		keep_module(module);

	reader_close(&r);
	free(f);
	return module;
}

/* What hosts print of a module; a version that was asked for before is not made again. */
static int parse_name(const char *name, const struct tdxcpuid_module **known)
{
	struct tdxcpuid_module_desc desc = { .size = sizeof(desc) };
	struct tdxcpuid_module *module;
	int error = tdxcpuid_module_parse(name, &module);

	if (error == -ENOMEM)
		out_of_memory();
	if (error)
		return error;
	tdxcpuid_module_describe(module, &desc);
	*known = desc.judged_as ? NULL : tdxcpuid_module_find(desc.version);
	for (struct loaded_module *m = loaded_modules; m && !*known; m = m->next) {
		if (!strcmp(tdxcpuid_module_version(m->module), desc.version))
			*known = m->module;
	}
	if (*known) {
		tdxcpuid_module_free(module);
		return 0;
	}
	keep_module(module);
	*known = module;
	return 0;
}

const struct tdxcpuid_module *known_module(const char *name)
{
	const struct tdxcpuid_module *module;

	for (struct loaded_module *m = loaded_modules; m; m = m->next) {
		if (!strcmp(tdxcpuid_module_version(m->module), name))
			return m->module;
	}
	return parse_name(name, &module) ? NULL : module;
}

/* Which modules there are, or by which builds they go. */
static void no_such_module(const char *name, bool is_number, bool by_build, struct trouble *t)
{
	char known[800] = "", text[NEAR_TEXT_MAX];
	struct tdxcpuid_release r;
	struct near near;

	near_begin(&near, name);

	for (u32 n = 0; tdxcpuid_release_nth(n, &r); n++) {
		size_t used = strlen(known);

		if (!is_number)
			near_try(&near, r.version);
		if (!by_build)
			snprintf(known + used, sizeof(known) - used, "%s%s%s", n ? ", " : "",
				 r.version, r.judged_as ? "*" : "");
		else if (r.build_num)
			snprintf(known + used, sizeof(known) - used, "%s%u = %s (%u)",
				 n ? ", " : "", r.build_num, r.version, r.build_date);
	}
	if (by_build)
		trouble(t, 0, 0, "'%.80s' has a build of no TDX module that is known; known: %s",
			name, known);
	else
		trouble(t, 0, 0,
			"'%.80s' is no TDX module%s%s; known: %s (* and what else is between: judged "
			"as the nearest below)",
			name, is_number ? "" : " and no file", near_text(&near, text), known);
}

const struct tdxcpuid_module *load_module(const char *name, const char **file, struct trouble *t)
{
	const struct tdxcpuid_module *module = NULL;
	/* A number with dots is a version, whatever files there are. */
	bool is_number = !name[strspn(name, "0123456789.")];
	int error = -ENOENT;
	struct text text;

	*file = name;
	if (is_number || access(name, F_OK))
		error = parse_name(name, &module);
	if (!error)
		return module;
	if (error != -ENOENT || access(name, F_OK)) {
		no_such_module(name, is_number, error == -ENXIO, t);
		return NULL;
	}

	if (!text_read(&text, name, t)) {
		module = parse_module(text.data, text.size, t);
		if (!module)
			t->hint = "a module is a version, or a description in JSON; see "
				  "tdxcpuid-formats(5)";
	}
	text_free(&text);
	return module;
}

void free_modules(void)
{
	while (loaded_modules) {
		struct loaded_module *m = loaded_modules;

		loaded_modules = m->next;
		tdxcpuid_module_free(m->module);
		free(m);
	}
}
