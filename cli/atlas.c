// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* tdxcpuid atlas: every bit, module, CPU and verdict as one page: what its rows and columns are. */
#include <stdlib.h>

#include "atlas.h"
#include "options.h"
#include "request.h"
#include "snapshot.h"

/* What QEMU 11.1.3 asked for on this model, tests/data/captures: made by meson, with its length. */
extern const char qemu_capture[];
#define QEMU_MODULE "1.5.05"
#define QEMU_CPU    "spr"

static struct column *add_column(struct atlas *a, enum column_kind kind, const char *name)
{
	struct column *c;

	a->columns = xrealloc(a->columns, (a->nr_columns + 1) * sizeof(*a->columns));
	c = &a->columns[a->nr_columns++];
	*c = (struct column){ .kind = kind, .from = name };
	return c;
}

/* 1 for 1.5.34 and 1.5.08, 2 for 2.0.02; versions of one line are compared with one another. */
static u32 line_of(const char *version)
{
	return strtoul(version, NULL, 10);
}

/* All bits of a row: the numbers that two modules have may differ in any. */
static bool equal_row(const struct atlas_row *row, const struct tdxcpuid_module *x,
		      const struct tdxcpuid_module *y)
{
	struct tdxcpuid_bit bit = row->bit;

	if (atlas_is_gpaw(&bit))
		return true;
	for (int i = 0; i < row->nr_bits; i++, bit.bit++) {
		if (tdxcpuid_module_class(x, &bit) != tdxcpuid_module_class(y, &bit))
			return false;
	}
	return true;
}

/* Whether no row tells the two apart. */
static bool equal_tables(const struct atlas *a, const struct tdxcpuid_module *x,
			 const struct tdxcpuid_module *y)
{
	struct atlas_row rows[32];

	for (u32 i = 0; i < a->nr_places; i++) {
		u32 nr = atlas_register(&a->modules, &a->places[i], rows);

		for (u32 n = 0; n < nr; n++) {
			if (!equal_row(&rows[n], x, y))
				return false;
		}
	}
	return true;
}

static void add_built_in(struct atlas *a)
{
	const struct tdxcpuid_module *m;
	struct column *c = NULL;

	for (u32 n = 0; (m = tdxcpuid_module_nth(n)); n++) {
		const char *version = tdxcpuid_module_version(m);

		if (c && c->line == line_of(version) && equal_tables(a, c->module, m)) {
			c->to = version;
			continue;
		}
		c = add_column(a, COLUMN_MODULE, version);
		c->module = m;
		c->line = line_of(version);
	}
}

/* The name of a file without its folder. */
static const char *base_name(const char *file)
{
	const char *slash = strrchr(file, '/');

	return slash && slash[1] ? slash + 1 : file;
}

/* Those of the command line; 0, or it has complained. */
static int load_modules(struct atlas *a, const struct options *o,
			const struct tdxcpuid_module **modules)
{
	struct trouble t;
	const char *file;

	a->modules.more = modules;
	for (; a->modules.nr < (u32)o->nr_modules; a->modules.nr++) {
		modules[a->modules.nr] = load_module(o->modules[a->modules.nr], &file, &t);
		if (!modules[a->modules.nr])
			return complain(file, &t);
	}
	return 0;
}

/* By what the dump calls itself, or its file without ".json". */
static int add_host(struct atlas *a, const char *file)
{
	struct snapshot *s = xcalloc(1, sizeof(*s));
	const struct target *host;
	struct column *c;
	size_t length;

	if (!load_snapshot(s, file, &host)) {
		c = add_column(a, COLUMN_HOST, NULL);
		c->host = host;
		c->file = base_name(file);
		c->from = c->name = xstrdup(*s->name ? s->name : c->file);
		length = strlen(c->name);
		if (!*s->name && length > 5 && !strcmp(c->name + length - 5, ".json"))
			c->name[length - 5] = '\0';
	}
	free(s);
	return host ? 0 : EXIT_BAD;
}

static int add_named(struct atlas *a, const struct options *o)
{
	for (u32 i = 0; i < a->modules.nr; i++) {
		const struct tdxcpuid_module *m = a->modules.more[i];

		add_column(a, COLUMN_MODULE, tdxcpuid_module_version(m))->module = m;
	}
	for (int i = 0; i < o->nr_hosts; i++) {
		if (add_host(a, o->hosts[i]))
			return EXIT_BAD;
	}
	return 0;
}

static void add_cpus(struct atlas *a)
{
	struct tdxcpuid_cpu_desc desc = { .size = sizeof(desc) };
	const struct tdxcpuid_cpu *cpu;

	for (u32 n = 0; (cpu = tdxcpuid_cpu_nth(n)); n++) {
		u32 vendor[4];

		tdxcpuid_cpu_describe(cpu, &desc);
		tdxcpuid_cpu_cpuid(cpu, 0, 0, vendor);
		/* "Genu": those of AMD are there for SEV-SNP, and have no TDs. */
		if (!desc.synthetic && vendor[TDXCPUID_EBX] == 0x756e6547)
			add_column(a, COLUMN_CPU, tdxcpuid_cpu_name(cpu))->cpu = cpu;
	}
}

static int by_place(const void *a, const void *b)
{
	const struct tdxcpuid_bit *x = a, *y = b;

	if (x->leaf != y->leaf)
		return x->leaf < y->leaf ? -1 : 1;
	/* Without subleaf comes before all subleaves. */
	if (x->subleaf != y->subleaf)
		return x->subleaf + 1 < y->subleaf + 1 ? -1 : 1;
	return x->reg - y->reg;
}

static void add_place(struct atlas *a, u32 leaf, u32 subleaf)
{
	a->places = xrealloc(a->places, (a->nr_places + 4) * sizeof(*a->places));
	for (int reg = 0; reg < 4; reg++)
		a->places[a->nr_places++] = (struct tdxcpuid_bit){ leaf, subleaf, reg, 0 };
}

/* Every register that a module or a name knows, once. */
static void find_places(struct atlas *a)
{
	const struct tdxcpuid_module *m;
	struct tdxcpuid_module_entry e;
	struct tdxcpuid_bit bit;
	u32 nr = 0;

	for (u32 n = 0; (m = atlas_module(&a->modules, n)); n++) {
		for (u32 i = 0; tdxcpuid_module_entry(m, i, &e); i++)
			add_place(a, e.leaf, e.subleaf);
	}
	for (u32 n = 0; tdxcpuid_bit_nth(n, &bit); n++)
		add_place(a, bit.leaf, bit.subleaf);
	qsort(a->places, a->nr_places, sizeof(*a->places), by_place);
	for (u32 i = 0; i < a->nr_places; i++) {
		if (!nr || by_place(&a->places[nr - 1], &a->places[i]))
			a->places[nr++] = a->places[i];
	}
	a->nr_places = nr;
}

static void find_date(struct atlas *a)
{
	struct tdxcpuid_release release;

	for (u32 n = 0; tdxcpuid_release_nth(n, &release); n++) {
		if (release.build_date > a->date && !release.judged_as)
			a->date = release.build_date;
	}
}

/* 0, or it has complained, which for a text of our own nobody sees. */
static int find_qemu(struct atlas *a, struct request *r)
{
	struct trouble t;

	if (request_parse(r, qemu_capture, strlen(qemu_capture), &t))
		return complain("qemu_capture", &t);
	a->qemu = r->entries;
	a->nr_qemu = r->nent;
	a->qemu_host = model_target(tdxcpuid_module_find(QEMU_MODULE), tdxcpuid_cpu_find(QEMU_CPU),
				    TDXCPUID_ALLOWLIST);
	if (!a->qemu_host)
		out_of_memory();
	add_column(a, COLUMN_QEMU, "QEMU");
	return 0;
}

/* Once all columns are there: those of the command line may be old acquaintances. */
static void find_same(struct atlas *a)
{
	for (struct column *c = a->columns; c < a->columns + a->nr_columns; c++) {
		for (const struct column *b = a->columns; !c->line && c->module && b->line; b++) {
			if (b->line == line_of(c->from) && equal_tables(a, b->module, c->module))
				c->same = b;
		}
	}
}

int cmd_atlas(const struct options *o)
{
	const struct tdxcpuid_module **modules = xcalloc(o->nr_modules + 1, sizeof(*modules));
	struct request *qemu = xcalloc(1, sizeof(*qemu));
	struct atlas a = { 0 };
	int status;

	status = load_modules(&a, o, modules);
	if (!status) {
		find_places(&a);
		find_date(&a);
		add_built_in(&a);
		status = add_named(&a, o);
	}
	if (!status) {
		add_cpus(&a);
		status = find_qemu(&a, qemu);
	}
	if (!status) {
		find_same(&a);
		print_atlas(&a);
	}
	for (u32 i = 0; i < a.nr_columns; i++)
		free(a.columns[i].name);
	request_free(qemu);
	free(qemu);
	free(modules);
	free(a.columns);
	free(a.places);
	return status;
}
