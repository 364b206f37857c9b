// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* TDX modules and CPUs, built in or described by a JSON file, and hosts made of them. */
#include <errno.h>
#include <stdlib.h>

#include "cli.h"

#define XFAM_MASK_MAX 64

/* What was read from files stays until the end: answers point into it. */
struct loaded_module {
	struct loaded_module *next;
	struct tdxcpuid_module *module;
};

struct loaded_cpu {
	struct loaded_cpu *next;
	struct tdxcpuid_cpu *cpu;
};

struct booted_host {
	struct booted_host *next;
	struct host host;
};

/* A module while it is read. */
struct module_figures {
	struct tdxcpuid_module_desc desc;
	struct tdxcpuid_module_entry lookup[TDXCPUID_MAX_LOOKUP];
	struct tdxcpuid_module_entry slot[TDXCPUID_MAX_SLOTS];
	struct tdxcpuid_xfam_mask xfam_mask[XFAM_MASK_MAX];
	size_t lookup_index[TDXCPUID_MAX_LOOKUP]; /* in the file */
};

/* A CPU while it is read. */
struct cpu_figures {
	struct tdxcpuid_leaf leaf[NATIVE_MAX];
	u32 nr;
	u64 arch_capabilities;
};

static struct loaded_module *loaded_modules;
static struct loaded_cpu *loaded_cpus;
static struct booted_host *booted_hosts;

/* A JSON object and the text it is read from. */
struct reader {
	const char *data;
	size_t size;
	json_t *json;
	struct trouble *t;
};

static int reader_trouble(struct reader *r, const struct json_path *path, const char *what)
{
	return json_trouble(r->t, r->data, r->size, path, false, "%s", what);
}

static int reader_open(struct reader *r, const char *data, size_t size, struct trouble *t)
{
	const struct json_path top = { 0 };

	*r = (struct reader){ data, size, json_parse(data, size, t), t };
	if (!r->json)
		return -1;
	if (json_is_object(r->json))
		return 0;
	return reader_trouble(r, &top, "expected an object");
}

static void reader_close(struct reader *r)
{
	json_decref(r->json);
}

static struct json_path below(const struct json_path *path, const char *key, size_t index)
{
	struct json_path p = *path;

	p.step[p.depth].key = key;
	p.step[p.depth++].index = index;
	return p;
}

/* The number at @key of @object, which is at @path; *number stays as it is if there is none. */
static int read_number(struct reader *r, const json_t *object, const struct json_path *path,
		       const char *key, u64 max, u64 *number)
{
	const json_t *value = json_object_get(object, key);
	const struct json_path here = below(path, key, 0);

	if (!value || json_is_null(value) || json_number(value, max, number))
		return 0;
	return json_trouble(r->t, r->data, r->size, &here, false,
			    "'%s' must be an integer from 0 to 0x%llx, or such a 0x string", key,
			    (unsigned long long)max);
}

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

		return reader_trouble(r, &here, "a TDX module has at most 32 slots");
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
		here = (struct json_path){ 1, { { .key = "cpuid_lookup" } } };
		for (i = 0; i < f->desc.nr_lookup && here.depth == 1; i++) {
			if (f->lookup[i].leaf == bad && f->lookup[i].subleaf == NO_SUBLEAF)
				here = below(&here, NULL, f->lookup_index[i]);
		}
		return json_trouble(r->t, r->data, r->size, &here, false,
				    "leaf 0x%x, without subleaf, %s: KVM cannot read a TD's CPUID "
				    "without it",
				    bad, here.depth == 1 ? "is missing" : "must not be faulting");
	default:
		return trouble(r->t, 1, 1, "out of memory");
	}
}

const struct tdxcpuid_module *parse_module(const char *data, size_t size, struct trouble *t)
{
	struct module_figures *f = xcalloc(1, sizeof(*f));
	struct loaded_module *m = xcalloc(1, sizeof(*m));
	struct reader r = { 0 };
	int error = -1;

	if (!reader_open(&r, data, size, t))
		error = read_module(&r, f) || make_module(&r, f, &m->module);
	if (!error) {
		m->next = loaded_modules;
		loaded_modules = m;
	}

	reader_close(&r);
	free(f);
	if (!error)
		return m->module;
	free(m);
	return NULL;
}

const struct tdxcpuid_module *known_module(const char *name)
{
	for (struct loaded_module *m = loaded_modules; m; m = m->next) {
		if (!strcmp(tdxcpuid_module_version(m->module), name))
			return m->module;
	}
	return tdxcpuid_module_find(name);
}

const struct tdxcpuid_module *load_module(const char *name, const char **file, struct trouble *t)
{
	const struct tdxcpuid_module *module = tdxcpuid_module_find(name);
	struct text text;

	*file = name;
	if (module)
		return module;
	if (tdxcpuid_module_is_version(name)) {
		char known[160] = "";

		for (u32 i = 0; (module = tdxcpuid_module_nth(i)); i++)
			snprintf(known + strlen(known), sizeof(known) - strlen(known), "%s%s",
				 i ? ", " : "", tdxcpuid_module_version(module));
		trouble(t, 1, 1, "no such TDX module; known: %s", known);
		return NULL;
	}

	if (text_read(&text, name, t))
		return NULL;
	module = parse_module(text.data, text.size, t);
	text_free(&text);
	return module;
}

/* "7" or "d.a", in hex. */
static bool parse_leaf_key(const char *key, u32 *leaf, u32 *subleaf)
{
	int end = 0;

	if (strspn(key, "0123456789abcdefABCDEF.") != strlen(key) || strlen(key) > 17)
		return false;
	*subleaf = NO_SUBLEAF;
	if (sscanf(key, "%8x%n.%8x%n", leaf, &end, subleaf, &end) < 1)
		return false;
	return !key[end];
}

static int read_cpu(struct reader *r, struct cpu_figures *f)
{
	const struct json_path top = { 0 }, path = { 1, { { .key = "cpuid" } } };
	json_t *leaves = json_object_get(r->json, "cpuid"), *registers;
	const char *key;

	if (json_object_get(r->json, "profiles"))
		return reader_trouble(r, &top, "a list of profiles; put one of them into a file");
	if (!json_is_object(leaves))
		return reader_trouble(r, &path, "'cpuid' must be an object of leaves");
	if (json_object_size(leaves) > NATIVE_MAX)
		return reader_trouble(r, &path, "'cpuid' has more than 1024 leaves");
	if (read_number(r, r->json, &top, "ia32_arch_capabilities", ~0ULL, &f->arch_capabilities))
		return -1;

	json_object_foreach (leaves, key, registers) {
		const struct json_path here = below(&path, key, 0);
		struct tdxcpuid_leaf *leaf = &f->leaf[f->nr++];

		if (!parse_leaf_key(key, &leaf->leaf, &leaf->subleaf))
			return reader_trouble(r, &here, "a leaf is named like 7 or d.1, in hex");
		if (json_array_size(registers) != 4)
			return reader_trouble(r, &here, "expected [eax, ebx, ecx, edx]");
		for (int i = 0; i < 4; i++) {
			const struct json_path there = below(&here, NULL, i);
			u64 number;

			if (!json_number(json_array_get(registers, i), 0xffffffff, &number))
				return reader_trouble(r, &there,
						      "a register must be an integer from 0 to "
						      "0xffffffff, or such a 0x string");
			leaf->reg[i] = number;
		}
	}

	return 0;
}

const struct tdxcpuid_cpu *known_cpu(const char *name)
{
	for (struct loaded_cpu *c = loaded_cpus; c; c = c->next) {
		if (!strcmp(tdxcpuid_cpu_name(c->cpu), name))
			return c->cpu;
	}
	return tdxcpuid_cpu_find(name);
}

const struct tdxcpuid_cpu *add_cpu(const char *name, const struct tdxcpuid_leaf *leaves, u32 nr,
				   u64 arch_capabilities, struct trouble *t)
{
	struct loaded_cpu *c = xcalloc(1, sizeof(*c));

	if (tdxcpuid_cpu_new(name, leaves, nr, arch_capabilities, &c->cpu)) {
		free(c);
		trouble(t, 1, 1, "out of memory");
		return NULL;
	}
	c->next = loaded_cpus;
	loaded_cpus = c;
	return c->cpu;
}

/* Called by its file name, as a profile does not name itself. */
static const char *cpu_name(const char *file, char name[64])
{
	const char *base = strrchr(file, '/');
	size_t length;

	snprintf(name, 64, "%s", base ? base + 1 : file);
	length = strlen(name);
	if (length > 5 && !strcmp(name + length - 5, ".json"))
		name[length - 5] = '\0';
	return name;
}

const struct tdxcpuid_cpu *parse_cpu(const char *data, size_t size, const char *file,
				     struct trouble *t)
{
	struct cpu_figures *f = xcalloc(1, sizeof(*f));
	const struct tdxcpuid_cpu *cpu = NULL;
	struct reader r = { 0 };
	char name[64];

	if (!reader_open(&r, data, size, t) && !read_cpu(&r, f))
		cpu = add_cpu(cpu_name(file, name), f->leaf, f->nr, f->arch_capabilities, t);
	reader_close(&r);
	free(f);
	return cpu;
}

const struct tdxcpuid_cpu *load_cpu(const char *name, const char **file, struct trouble *t)
{
	const struct tdxcpuid_cpu *cpu = tdxcpuid_cpu_find(name);
	struct text text;

	*file = name;
	if (cpu)
		return cpu;
	if (text_read(&text, name, t)) {
		/* Not a path, by its looks: a misspelt name. */
		if (!strpbrk(name, "/.") && strcmp(name, "-")) {
			trouble(t, 1, 1, "no such CPU profile; known:");
			for (u32 i = 0; (cpu = tdxcpuid_cpu_nth(i)); i++)
				snprintf(t->text + strlen(t->text),
					 sizeof(t->text) - strlen(t->text), " %s",
					 tdxcpuid_cpu_name(cpu));
		}
		return NULL;
	}
	cpu = parse_cpu(text.data, text.size, name, t);
	text_free(&text);
	return cpu;
}

void load_free(void)
{
	while (booted_hosts) {
		struct booted_host *h = booted_hosts;

		booted_hosts = h->next;
		tdxcpuid_host_free(h->host.kvm);
		free(h);
	}
	while (loaded_modules) {
		struct loaded_module *m = loaded_modules;

		loaded_modules = m->next;
		tdxcpuid_module_free(m->module);
		free(m);
	}
	while (loaded_cpus) {
		struct loaded_cpu *c = loaded_cpus;

		loaded_cpus = c->next;
		tdxcpuid_cpu_free(c->cpu);
		free(c);
	}
}

static void PRINTF(2, 3) note(struct notes *notes, const char *format, ...)
{
	va_list ap;

	if (notes->nr == NOTES_MAX)
		return;
	va_start(ap, format);
	vsnprintf(notes->text[notes->nr++], sizeof(notes->text[0]), format, ap);
	va_end(ap);
}

static void find_notes(struct host *host)
{
	static const struct {
		u32 disabled;
		const char *why;
	} why[] = {
		{ TDXCPUID_NO_RBP_MOD, "it cannot preserve RBP (TDX_FEATURES0 bit 18)" },
		{ TDXCPUID_NO_TOPOLOGY_ENUM,
		  "it cannot enumerate topology (TDX_FEATURES0 bit 20)" },
		{ TDXCPUID_NO_ATTRS, "it offers no attribute that KVM supports" },
		{ TDXCPUID_NO_XFAMS, "it offers no XFAM that KVM supports" },
		{ TDXCPUID_NO_MODULE, "it does not initialize on this CPU" },
	};
	struct tdxcpuid_module_desc m = { .size = sizeof(m) };
	const struct tdxcpuid_host_info *info = &host->info;
	struct notes *notes = &host->notes;
	char status[TDXCPUID_TEXT_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(why); i++) {
		if (info->disabled & why[i].disabled)
			note(notes,
			     "Linux 7.3 does not enable TDX with module %s: %s; this is the answer "
			     "it would give",
			     host->module, why[i].why);
	}
	if (info->disabled & TDXCPUID_NO_MODULE) {
		tdxcpuid_status_text(info->init_status, true, info->init_rcx, status);
		note(notes, "TDH.SYS.INIT returns 0x%llx: %.200s",
		     (unsigned long long)info->init_status, status);
	}
	if (!info->model && !info->module)
		note(notes,
		     "the version of the TDX module is not %s: numbers and what the TD gets stay open",
		     host->module ? "one that is modelled" : "known");
	if (!info->module)
		return;
	tdxcpuid_module_describe(info->module, &m);
	if (m.preproduction)
		note(notes, "module %s carries pre-production interfaces", m.version);
	if (!m.executed)
		note(notes,
		     "module %s is modelled by the rules of %u.%u.%02u, the nearest version read",
		     m.version, m.rules >> 16, m.rules >> 8 & 0xff, m.rules & 0xff);
}

const struct host *keep_host(struct tdxcpuid_host *kvm, const char *module)
{
	struct booted_host *h = xcalloc(1, sizeof(*h));

	h->host.kvm = kvm;
	h->host.info.size = sizeof(h->host.info);
	tdxcpuid_host_info(kvm, &h->host.info);
	snprintf(h->host.module_name, sizeof(h->host.module_name), "%s", module);
	if (*module)
		h->host.module = h->host.module_name;
	if (h->host.info.cpu)
		h->host.cpu = tdxcpuid_cpu_name(h->host.info.cpu);
	find_notes(&h->host);
	h->next = booted_hosts;
	booted_hosts = h;
	return &h->host;
}

const struct host *load_host(const struct tdxcpuid_module *module, const struct tdxcpuid_cpu *cpu,
			     enum tdxcpuid_policy policy)
{
	struct tdxcpuid_host *kvm;

	for (struct booted_host *h = booted_hosts; h; h = h->next) {
		const struct tdxcpuid_host_info *info = &h->host.info;

		if (info->model && info->module == module && info->cpu == cpu &&
		    info->policy == policy)
			return &h->host;
	}

	if (tdxcpuid_host_new_model(module, cpu, policy, &kvm))
		return NULL;
	return keep_host(kvm, tdxcpuid_module_version(module));
}

const struct host *host_of_options(const struct options *o)
{
	const struct tdxcpuid_module *module;
	const struct tdxcpuid_cpu *cpu = NULL;
	const struct host *host = NULL;
	const char *file;
	struct trouble t;

	if (o->kvm)
		return live_host();
	if (o->host)
		return snapshot_host(o->host);

	module = load_module(o->module ? o->module : TDXCPUID_DEFAULT_MODULE, &file, &t);
	if (module)
		cpu = load_cpu(o->cpu ? o->cpu : TDXCPUID_DEFAULT_CPU, &file, &t);
	if (cpu) {
		host = load_host(module, cpu, o->policy);
		if (!host)
			trouble(&t, 1, 1, "out of memory");
	}
	if (!host)
		complain(file, &t);
	return host;
}
