// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Are the C tables of module/ the figures that they were made from?
 * module-tables MODULES.jsonl CPUS.json
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "tdx_module.h"

static const char reg_name[4][4] = { "eax", "ebx", "ecx", "edx" };
static unsigned long checks, failures;

static void same(uint64_t expected, uint64_t got, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
static void same(uint64_t expected, uint64_t got, const char *fmt, ...)
{
	va_list ap;

	checks++;
	if (expected == got)
		return;
	failures++;
	printf("FAIL ");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf(": expected 0x%" PRIx64 ", got 0x%" PRIx64 "\n", expected, got);
}

static void die(const char *what)
{
	fprintf(stderr, "module-tables: %s\n", what);
	exit(2);
}

static uint64_t number(json_t *j)
{
	char *end;
	uint64_t n;

	if (json_is_integer(j))
		return json_integer_value(j);
	if (!json_is_string(j))
		die("a number is missing");
	n = strtoull(json_string_value(j), &end, 16);
	if (*end)
		die("not a number");
	return n;
}

static uint64_t member(json_t *o, const char *key)
{
	return number(json_object_get(o, key));
}

static u32 subleaf_of(json_t *o)
{
	json_t *j = json_object_get(o, "subleaf");

	return json_is_null(j) ? TDX_NO_SUBLEAF : (u32)number(j);
}

static void same_regs(json_t *o, const char *key, const u32 got[4], const char *where)
{
	json_t *m = json_object_get(o, key);
	int r;

	for (r = 0; r < 4; r++)
		same(member(m, reg_name[r]), got[r], "%s %s.%s", where, key, reg_name[r]);
}

static void check_lookup(const struct tdx_module *m, json_t *list)
{
	const struct tdx_module_entry *e;
	json_t *row, *slot;
	char where[64];
	u32 n = 0;
	size_t k;

	json_array_foreach (list, k, row) {
		/* Holes in the module's list have no meaning; the C tables leave them out. */
		if (!json_is_true(json_object_get(row, "valid_entry")))
			continue;
		if (n == m->nr_lookup) {
			same(json_array_size(list), n, "%s: length of the list", m->version);
			return;
		}
		e = tdx_module_entry(m, n++);
		snprintf(where, sizeof(where), "%s entry %u (0x%x)", m->version, n - 1, e->leaf);
		same(member(row, "leaf"), e->leaf, "%s leaf", where);
		same(subleaf_of(row), e->subleaf, "%s subleaf", where);
		same(json_is_true(json_object_get(row, "faulting")), e->faulting, "%s faulting",
		     where);
		same_regs(row, "fixed0_or_dynamic", e->fixed0, where);
		same_regs(row, "fixed1", e->fixed1, where);
		same_regs(row, "verify_mask", e->verify_mask, where);
		same_regs(row, "verify_value", e->verify_value, where);
		slot = json_object_get(row, "config_index");
		same(json_is_null(slot) ? (uint64_t)-1 : number(slot), (uint64_t)e->slot, "%s slot",
		     where);
	}
	same(n, m->nr_lookup, "%s: length of the list", m->version);
}

static void check_config(const struct tdx_module *m, json_t *list)
{
	const struct tdx_module_entry *e;
	char where[64];
	json_t *row;
	size_t k;

	same(json_array_size(list), m->nr_config, "%s: number of slots", m->version);
	json_array_foreach (list, k, row) {
		if (k >= m->nr_config)
			break;
		e = tdx_module_entry(m, m->lookup_of_slot[k]);
		snprintf(where, sizeof(where), "%s slot %zu", m->version, k);
		same(member(row, "leaf"), e->leaf, "%s leaf", where);
		same(subleaf_of(row), e->subleaf, "%s subleaf", where);
		same(k, (uint64_t)e->slot, "%s back", where);
		same_regs(row, "config_direct", e->config_direct, where);
		same_regs(row, "allow_direct", e->allow_direct, where);
	}
}

/* The bits that one missing component of XFAM takes from a leaf. */
static void clears(const struct tdx_module *m, u32 leaf, u32 subleaf, u32 component, u32 clear[4])
{
	const struct tdx_xfam_mask *x;
	u32 i, r;

	memset(clear, 0, 4 * sizeof(*clear));
	for (i = 0; i < m->nr_xfam_mask; i++) {
		x = &m->xfam_mask[i];
		if (x->leaf != leaf || x->subleaf != subleaf || !(x->xfam >> component & 1))
			continue;
		for (r = 0; r < 4; r++)
			clear[r] |= x->clear[r];
	}
}

static void check_xfam(const struct tdx_module *m, json_t *masks)
{
	const char *name;
	unsigned int leaf, subleaf, leaves = 0, i, j, n, r;
	json_t *of_leaf, *row;
	char component[16];
	u32 clear[4];

	json_object_foreach (masks, name, of_leaf) {
		if (sscanf(name, "xfam_mask_0x%x_0x%x", &leaf, &subleaf) != 2)
			die("a strange XFAM mask");
		leaves++;
		for (n = 0; n < 32; n++) {
			snprintf(component, sizeof(component), "%u", n);
			row = json_object_get(of_leaf, component);
			clears(m, leaf, subleaf, n, clear);
			for (r = 0; r < 4; r++)
				same(row ? member(row, reg_name[r]) : 0, clear[r], "%s %s[%u].%s",
				     m->version, name, n, reg_name[r]);
		}
	}
	for (n = 0, i = 0; i < m->nr_xfam_mask; i++) {
		for (j = 0; j < i; j++)
			if (m->xfam_mask[j].leaf == m->xfam_mask[i].leaf &&
			    m->xfam_mask[j].subleaf == m->xfam_mask[i].subleaf)
				break;
		n += j == i;
	}
	same(leaves, n, "%s: leaves with XFAM masks", m->version);
}

/* A figure that was not read is that of the nearest older version. */
static json_t *nearest(json_t *older, json_t *module, const char *key)
{
	json_t *j = json_object_get(module, key);

	if (!j || json_is_null(j))
		return json_object_get(older, key);
	json_object_set(older, key, j);
	return j;
}

static void check_figures(const struct tdx_module *m, json_t *older, json_t *j)
{
	json_t *conditional, *row, *update, *flags = json_object_get(j, "config_flags_fixed0");
	json_t *features0 = json_object_get(j, "tdx_features0");
	u64 bits = 0;
	size_t k;

	same(!json_is_null(features0), m->features0_published, "%s features0_published",
	     m->version);
	same(number(nearest(older, j, "tdx_features0")), m->features0, "%s features0", m->version);
	same(number(nearest(older, j, "attributes_fixed0")), m->attributes_fixed0,
	     "%s attributes_fixed0", m->version);
	same(number(nearest(older, j, "attributes_fixed1")), m->attributes_fixed1,
	     "%s attributes_fixed1", m->version);
	same(number(nearest(older, j, "xfam_fixed0")), m->xfam_fixed0, "%s xfam_fixed0",
	     m->version);
	same(number(nearest(older, j, "xfam_fixed1")), m->xfam_fixed1, "%s xfam_fixed1",
	     m->version);
	/* Where the 2.0 line does not say, it is the same as in 2.0.08. */
	same(flags ? number(flags) : 0x1f, m->config_flags_fixed0, "%s config_flags_fixed0",
	     m->version);

	conditional = nearest(older, j, "attributes_fixed0_conditional");
	json_array_foreach (conditional, k, row)
		bits |= member(row, "bits");
	same(bits, m->attributes_conditional, "%s attributes_conditional", m->version);

	update = json_object_get(j, "min_version_for_td_preserving_update");
	same(json_is_string(update) ? tdx_module_version(json_string_value(update)) : 0,
	     m->update_from, "%s update_from", m->version);
}

static unsigned int check_modules(const char *file)
{
	json_t *older = json_object(), *j, *version;
	FILE *f = fopen(file, "r");
	const struct tdx_module *m;
	unsigned int n = 0;
	json_error_t err;

	if (!f || !older)
		die(file);
	while ((j = json_loadf(f, JSON_DISABLE_EOF_CHECK, &err))) {
		version = json_object_get(j, "version");
		m = json_is_string(version) ? tdx_module_find(json_string_value(version)) : NULL;
		if (!m)
			die("a module that the C tables do not have");
		same(1, m == tdx_module_nth(n), "%s: place in the list", m->version);
		n++;
		check_lookup(m, json_object_get(j, "cpuid_lookup"));
		check_config(m, json_object_get(j, "cpuid_config"));
		check_xfam(m, json_object_get(j, "xfam_masks"));
		check_figures(m, older, j);
		json_decref(j);
	}
	if (!feof(f))
		die(err.text);
	json_decref(older);
	fclose(f);
	same(1, !tdx_module_nth(n), "number of modules");
	return n;
}

static void check_leaf(const struct tdx_native *cpu, const char *key, json_t *value)
{
	u32 leaf, subleaf = 0, got[4], r;
	char *end;

	leaf = strtoul(key, &end, 16);
	if (*end == '.')
		subleaf = strtoul(end + 1, &end, 16);
	if (*end || json_array_size(value) != 4)
		die("a strange leaf");
	tdx_native_cpuid(cpu, leaf, subleaf, got);
	for (r = 0; r < 4; r++)
		same(number(json_array_get(value, r)), got[r], "%s %s.%s", cpu->name, key,
		     reg_name[r]);
}

/* Nothing in the C profile that the JSON one does not have. */
static void check_no_more(const struct tdx_native *cpu, json_t *leaves)
{
	const struct tdx_native *c;
	char key[32];
	u32 i;

	for (c = cpu; c; c = c->base) {
		for (i = 0; i < c->nr_leaf; i++) {
			if (c->leaf[i].subleaf == TDX_NO_SUBLEAF)
				snprintf(key, sizeof(key), "%x", c->leaf[i].leaf);
			else
				snprintf(key, sizeof(key), "%x.%x", c->leaf[i].leaf,
					 c->leaf[i].subleaf);
			same(1, json_object_get(leaves, key) != NULL, "%s has %s", cpu->name, key);
		}
	}
}

static void check_cpu(const struct tdx_native *cpu, json_t *profile)
{
	json_t *leaves = json_object_get(profile, "cpuid"), *value;
	const char *key;

	same(member(profile, "ia32_arch_capabilities"), cpu->arch_capabilities,
	     "%s arch_capabilities", cpu->name);
	json_object_foreach (leaves, key, value)
		check_leaf(cpu, key, value);
	check_no_more(cpu, leaves);
}

static unsigned int check_synthetic_cpus(const char *file)
{
	json_error_t err;
	json_t *root = json_load_file(file, 0, &err);
	json_t *profiles = json_object_get(root, "profiles"), *profile;
	const struct tdx_native *cpu;
	unsigned int n = 0;
	const char *name;

	if (!json_is_object(profiles))
		die(root ? "no profiles" : err.text);
	json_object_foreach (profiles, name, profile) {
		cpu = tdx_native_of_vectors(name);
		if (!cpu)
			die("a CPU that the C profiles do not have");
		n++;
		same(1, cpu->synthetic && !cpu->source, "%s is synthetic", cpu->name);
		check_cpu(cpu, profile);
	}
	json_decref(root);
	return n;
}

/* The machines: what the dumps in tests/data/cpus hold. */
static unsigned int check_real_cpus(const char *folder)
{
	static const struct {
		const char *name;
		const char *file;
	} cpus[] = {
		{ "spr", "spr-w7-2475x" },
		{ "emr", "emr-8570-pa52" },
		{ "gnr", "gnr-658x" },
	};
	const unsigned int nr = sizeof(cpus) / sizeof(*cpus);
	char path[4096], dump[128];
	const struct tdx_native *cpu;
	json_error_t err;
	json_t *profile;

	for (unsigned int i = 0; i < nr; i++) {
		snprintf(path, sizeof(path), "%s/%s.json", folder, cpus[i].file);
		profile = json_load_file(path, 0, &err);
		cpu = tdx_native_find(cpus[i].name);
		if (!profile || !cpu)
			die(profile ? "a CPU that the C profiles do not have" : err.text);
		same(0, cpu->synthetic, "%s is synthetic", cpu->name);
		/* "InstLatx64 COMMIT, FILE": the file is the one that the profile names. */
		snprintf(dump, sizeof(dump), "/%s,", strrchr(cpu->source, ' ') + 1);
		same(1, !!strstr(json_string_value(json_object_get(profile, "source")), dump),
		     "%s: source", cpu->name);
		check_cpu(cpu, profile);
		json_decref(profile);
	}
	return nr;
}

int main(int argc, char **argv)
{
	unsigned int modules, cpus;

	if (argc != 4)
		die("usage: module-tables MODULES.jsonl CPUS.json FOLDER");
	modules = check_modules(argv[1]);
	cpus = check_synthetic_cpus(argv[2]) + check_real_cpus(argv[3]);
	same(1, !tdx_native_nth(cpus), "number of CPUs");
	printf("%u modules, %u CPUs: %lu passed, %lu failed\n", modules, cpus, checks - failures,
	       failures);
	return failures || !modules || !cpus;
}
