// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* TDX modules and CPUs, built in or described by a JSON file, and hosts made of them. */
#include <errno.h>
#include <stdlib.h>

#include "cli.h"

#define NATIVE_MAX    1024
#define XFAM_MASK_MAX 64

/* What was read from files stays until the end: answers point into it. */
struct loaded_module {
	struct loaded_module *next;
	json_t *json;
	struct tdx_module module;
	struct tdx_module_entry pool[TDX_MODULE_MAX_LOOKUP];
	struct tdx_xfam_mask xfam_mask[XFAM_MASK_MAX];
};

struct loaded_cpu {
	struct loaded_cpu *next;
	json_t *json;
	struct tdx_native cpu;
	char name[64];
	struct tdx_native_leaf leaf[NATIVE_MAX];
};

struct booted_host {
	struct booted_host *next;
	struct host host;
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
	reader_trouble(r, &top, "expected an object");
	json_decref(r->json);
	return -1;
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

static int read_lookup(struct reader *r, struct loaded_module *m)
{
	const struct json_path path = { 1, { { .key = "cpuid_lookup" } } };
	const json_t *list = json_object_get(r->json, "cpuid_lookup");
	size_t i;

	if (!json_is_array(list))
		return reader_trouble(r, &path, "'cpuid_lookup' must be an array");
	m->module.nr_lookup = 0;
	for (i = 0; i < json_array_size(list); i++) {
		const struct json_path here = below(&path, NULL, i);
		const json_t *entry = json_array_get(list, i);
		struct tdx_module_entry *e = &m->pool[m->module.nr_lookup];

		/* Some versions fill up their table with entries of no meaning. */
		if (json_is_false(json_object_get(entry, "valid_entry")))
			continue;
		if (m->module.nr_lookup == TDX_MODULE_MAX_LOOKUP)
			return reader_trouble(r, &here, "a look-up table of more than 128 entries");
		memset(e, 0, sizeof(*e));
		if (read_leaf(r, entry, &here, &e->leaf, &e->subleaf))
			return -1;
		if (find_entry(&m->module, e->leaf, e->subleaf))
			return reader_trouble(r, &here, "a second entry for this leaf and subleaf");
		if (read_registers(r, entry, &here, "fixed0_or_dynamic", e->fixed0) ||
		    read_registers(r, entry, &here, "fixed1", e->fixed1) ||
		    read_registers(r, entry, &here, "verify_mask", e->verify_mask) ||
		    read_registers(r, entry, &here, "verify_value", e->verify_value))
			return -1;
		e->faulting = json_is_true(json_object_get(entry, "faulting"));
		e->slot = -1;
		m->module.nr_lookup++;
	}
	return 0;
}

static int read_slots(struct reader *r, struct loaded_module *m)
{
	const struct json_path path = { 1, { { .key = "cpuid_config" } } };
	const json_t *list = json_object_get(r->json, "cpuid_config");
	size_t i;

	if (!json_is_array(list))
		return reader_trouble(r, &path, "'cpuid_config' must be an array of slots");
	if (json_array_size(list) > TDX_MODULE_MAX_CONFIG) {
		const struct json_path here = below(&path, NULL, TDX_MODULE_MAX_CONFIG);

		return reader_trouble(r, &here, "a TDX module has at most 32 slots");
	}

	for (i = 0; i < json_array_size(list); i++) {
		const struct json_path here = below(&path, NULL, i);
		const json_t *entry = json_array_get(list, i);
		u32 leaf, subleaf, config[4], allow[4];
		struct tdx_module_entry *e;

		if (read_leaf(r, entry, &here, &leaf, &subleaf))
			return -1;
		if (!json_object_get(entry, "config_direct") ||
		    !json_object_get(entry, "allow_direct"))
			return reader_trouble(r, &here,
					      "a slot needs 'config_direct' and 'allow_direct'");
		if (read_registers(r, entry, &here, "config_direct", config) ||
		    read_registers(r, entry, &here, "allow_direct", allow))
			return -1;

		switch (tdx_module_add_slot(&m->module, m->pool, leaf, subleaf, config, allow)) {
		case -EEXIST:
			return reader_trouble(r, &here, "a second slot for this leaf and subleaf");
		case -ENOSPC:
			return reader_trouble(r, &here, "too many slots and look-up entries");
		}
		e = &m->pool[m->module.lookup_of_slot[m->module.nr_config - 1]];
		for (int reg = 0; reg < 4; reg++) {
			e->fixed0[reg] &= ~config[reg];
			e->fixed1[reg] &= ~config[reg];
		}
	}
	return 0;
}

/* "xfam_mask_0x7_0x1": {"2": {"eax": ..}}: what the TD loses without XFAM bit 2. */
static int read_xfam_masks(struct reader *r, struct loaded_module *m)
{
	const struct json_path path = { 1, { { .key = "xfam_masks" } } };
	json_t *list = json_object_get(r->json, "xfam_masks"), *group, *mask;
	const char *name, *component;

	m->module.nr_xfam_mask = 0;
	m->module.xfam_mask = m->xfam_mask;
	if (!json_is_object(list))
		return reader_trouble(r, &path, "'xfam_masks' must be an object");

	json_object_foreach (list, name, group) {
		const struct json_path here = below(&path, name, 0);
		struct tdx_xfam_mask row = { 0 };
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
			if (m->module.nr_xfam_mask == XFAM_MASK_MAX)
				return reader_trouble(r, &there, "too many XFAM masks");
			row.xfam = 1U << bit;
			if (read_registers(r, group, &here, component, row.clear))
				return -1;
			m->xfam_mask[m->module.nr_xfam_mask++] = row;
		}
	}
	return 0;
}

static int read_module(struct reader *r, struct loaded_module *m)
{
	const struct json_path top = { 0 }, version = { 1, { { .key = "version" } } };
	const struct tdx_module *base = tdx_module_find(DEFAULT_MODULE);
	struct tdx_module *module = &m->module;
	const json_t *list, *row;
	u32 number;
	size_t i;

	tdx_module_derive(module, base, m->pool);
	module->version = json_string_value(json_object_get(r->json, "version"));
	if (!module->version || !*module->version || strlen(module->version) > 32 ||
	    strspn(module->version, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    ".-+_") != strlen(module->version))
		return reader_trouble(r, &version, "'version' must be a string like \"1.5.34\"");
	module->source = "a file";

	number = tdx_module_version(module->version);
	if (number) {
		module->rules = tdx_module_rules(number);
		module->preproduction = number >> 8 == TDX_MODULE_VERSION(2, 0, 0) >> 8;
	}

	if (read_number(r, r->json, &top, "attributes_fixed0", ~0ULL, &module->attributes_fixed0) ||
	    read_number(r, r->json, &top, "attributes_fixed1", ~0ULL, &module->attributes_fixed1) ||
	    read_number(r, r->json, &top, "xfam_fixed0", ~0ULL, &module->xfam_fixed0) ||
	    read_number(r, r->json, &top, "xfam_fixed1", ~0ULL, &module->xfam_fixed1) ||
	    read_number(r, r->json, &top, "config_flags_fixed0", ~0ULL,
			&module->config_flags_fixed0) ||
	    read_number(r, r->json, &top, "tdx_features0", ~0ULL, &module->features0))
		return -1;

	list = json_object_get(r->json, "attributes_fixed0_conditional");
	if (list)
		module->attributes_conditional = 0;
	json_array_foreach ((json_t *)list, i, row) {
		const struct json_path here = {
			2, { { .key = "attributes_fixed0_conditional" }, { .index = i } }
		};
		u64 bits = 0;

		if (read_number(r, row, &here, "bits", ~0ULL, &bits))
			return -1;
		module->attributes_conditional |= bits;
	}

	if (json_object_get(r->json, "cpuid_lookup") && read_lookup(r, m))
		return -1;
	if (json_object_get(r->json, "xfam_masks") && read_xfam_masks(r, m))
		return -1;
	return read_slots(r, m);
}

const struct tdx_module *parse_module(const char *data, size_t size, struct trouble *t)
{
	struct loaded_module *m;
	struct reader r;

	if (reader_open(&r, data, size, t))
		return NULL;
	m = calloc(1, sizeof(*m));
	if (!m)
		trouble(t, 1, 1, "out of memory");
	if (!m || read_module(&r, m)) {
		json_decref(r.json);
		free(m);
		return NULL;
	}

	m->json = r.json;
	m->next = loaded_modules;
	loaded_modules = m;
	return &m->module;
}

const struct tdx_module *known_module(const char *name)
{
	for (struct loaded_module *m = loaded_modules; m; m = m->next) {
		if (!strcmp(m->module.version, name))
			return &m->module;
	}
	return tdx_module_find(name);
}

const struct tdx_module *load_module(const char *name, const char **file, struct trouble *t)
{
	const struct tdx_module *module = tdx_module_find(name);
	struct text text;

	*file = name;
	if (module)
		return module;
	if (tdx_module_version(name)) {
		char known[160] = "";

		for (u32 i = 0; (module = tdx_module_nth(i)); i++)
			snprintf(known + strlen(known), sizeof(known) - strlen(known), "%s%s",
				 i ? ", " : "", module->version);
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

static int read_cpu(struct reader *r, struct loaded_cpu *c)
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
	if (read_number(r, r->json, &top, "ia32_arch_capabilities", ~0ULL,
			&c->cpu.arch_capabilities))
		return -1;

	json_object_foreach (leaves, key, registers) {
		const struct json_path here = below(&path, key, 0);
		struct tdx_native_leaf *leaf = &c->leaf[c->cpu.nr_leaf++];

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

	c->cpu.description = json_string_value(json_object_get(r->json, "description"));
	c->cpu.leaf = c->leaf;
	c->cpu.name = c->name;
	return 0;
}

const struct tdx_native *known_cpu(const char *name)
{
	for (struct loaded_cpu *c = loaded_cpus; c; c = c->next) {
		if (!strcmp(c->name, name))
			return &c->cpu;
	}
	return tdx_native_find(name);
}

/* Called by its file name, as a profile does not name itself. */
static void name_cpu(struct loaded_cpu *c, const char *file)
{
	const char *base = strrchr(file, '/');
	size_t length;

	snprintf(c->name, sizeof(c->name), "%s", base ? base + 1 : file);
	length = strlen(c->name);
	if (length > 5 && !strcmp(c->name + length - 5, ".json"))
		c->name[length - 5] = '\0';
}

const struct tdx_native *parse_cpu(const char *data, size_t size, const char *file,
				   struct trouble *t)
{
	struct loaded_cpu *c;
	struct reader r;

	if (reader_open(&r, data, size, t))
		return NULL;
	c = calloc(1, sizeof(*c));
	if (!c)
		trouble(t, 1, 1, "out of memory");
	if (!c || read_cpu(&r, c)) {
		json_decref(r.json);
		free(c);
		return NULL;
	}

	name_cpu(c, file);
	c->json = r.json;
	c->next = loaded_cpus;
	loaded_cpus = c;
	return &c->cpu;
}

const struct tdx_native *load_cpu(const char *name, const char **file, struct trouble *t)
{
	const struct tdx_native *cpu = tdx_native_find(name);
	struct text text;

	*file = name;
	if (cpu)
		return cpu;
	if (text_read(&text, name, t)) {
		/* Not a path, by its looks: a misspelt name. */
		if (!strpbrk(name, "/.") && strcmp(name, "-")) {
			trouble(t, 1, 1, "no such CPU profile; known:");
			for (u32 i = 0; (cpu = tdx_native_nth(i)); i++)
				snprintf(t->text + strlen(t->text),
					 sizeof(t->text) - strlen(t->text), " %s", cpu->name);
		}
		return NULL;
	}
	cpu = parse_cpu(text.data, text.size, name, t);
	text_free(&text);
	return cpu;
}

bool load_policy(const char *name, enum kvm_tdx_policy *policy)
{
	for (*policy = KVM_TDX_ALLOWLIST; *policy <= KVM_TDX_NONE; ++*policy) {
		if (!strcmp(tdxcpuid_policy_name(*policy), name))
			return true;
	}
	return false;
}

void load_free(void)
{
	while (loaded_modules) {
		struct loaded_module *m = loaded_modules;

		loaded_modules = m->next;
		json_decref(m->json);
		free(m);
	}
	while (loaded_cpus) {
		struct loaded_cpu *c = loaded_cpus;

		loaded_cpus = c->next;
		json_decref(c->json);
		free(c);
	}
	while (booted_hosts) {
		struct booted_host *h = booted_hosts;

		booted_hosts = h->next;
		free(h);
	}
}

const struct tdx_module_entry *find_entry(const struct tdx_module *m, u32 leaf, u32 subleaf)
{
	for (u32 i = 0; i < m->nr_lookup; i++) {
		const struct tdx_module_entry *e = tdx_module_entry(m, i);

		if (e->leaf == leaf && e->subleaf == subleaf)
			return e;
	}
	return NULL;
}

enum bit_class class_of(const struct tdx_module_entry *entry, int reg, int bit)
{
	u32 mask = 1U << bit;

	if (!entry)
		return CLASS_ABSENT;
	if (entry->config_direct[reg] & mask)
		return CLASS_CONFIG;
	if (entry->allow_direct[reg] & mask)
		return CLASS_ALLOW;
	if (entry->fixed1[reg] & mask)
		return CLASS_FIXED1;
	if (entry->fixed0[reg] & mask)
		return CLASS_FIXED0;
	/* Native, but the module does not start on a CPU that has it otherwise. */
	if (entry->verify_mask[reg] & mask)
		return entry->verify_value[reg] & mask ? CLASS_FIXED1 : CLASS_FIXED0;
	return CLASS_NATIVE;
}

const char *class_name(enum bit_class class)
{
	static const char *const names[] = {
		[CLASS_ABSENT] = "absent", [CLASS_NATIVE] = "native", [CLASS_FIXED0] = "fixed0",
		[CLASS_FIXED1] = "fixed1", [CLASS_CONFIG] = "config", [CLASS_ALLOW] = "allow",
	};

	return names[class];
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

static void find_notes(const struct kvm_tdx_host *host, struct notes *notes)
{
	static const struct {
		u32 disabled;
		const char *why;
	} why[] = {
		{ KVM_TDX_NO_RBP_MOD, "it cannot preserve RBP (TDX_FEATURES0 bit 18)" },
		{ KVM_TDX_NO_TOPOLOGY_ENUM, "it cannot enumerate topology (TDX_FEATURES0 bit 20)" },
		{ KVM_TDX_NO_ATTRIBUTES, "it offers no attribute that KVM supports" },
		{ KVM_TDX_NO_XFAM, "it offers no XFAM that KVM supports" },
		{ KVM_TDX_NO_MODULE, "it does not initialize on this CPU" },
	};
	const struct tdx_module *m = host->platform.module;
	char status[TDXCPUID_TEXT_MAX];

	notes->nr = 0;
	for (size_t i = 0; i < ARRAY_SIZE(why); i++) {
		if (host->disabled & why[i].disabled)
			note(notes,
			     "Linux 7.3 does not enable TDX with module %s: %s; this is the answer "
			     "it would give",
			     m->version, why[i].why);
	}
	if (host->disabled & KVM_TDX_NO_MODULE) {
		tdxcpuid_status_text(host->init_status, true, host->init_rcx, status);
		note(notes, "TDH.SYS.INIT returns 0x%llx: %.200s",
		     (unsigned long long)host->init_status, status);
	}
	if (m->preproduction)
		note(notes, "module %s carries pre-production interfaces", m->version);
	if (!m->executed)
		note(notes,
		     "module %s is modelled by the rules of %u.%u.%02u, the nearest version read",
		     m->version, m->rules >> 16, m->rules >> 8 & 0xff, m->rules & 0xff);
}

/* Whether the bit belongs to a number, such as a version or a width. */
static bool is_number(u32 leaf, u32 subleaf, int reg, int bit)
{
	struct tdxcpuid_verdict verdict;

	if (reg == TDX_EAX && ((leaf == 0x7 && subleaf == 0) || leaf == TDX_CPUID_GPAW_LEAF))
		return true;
	tdxcpuid_verdict(leaf, subleaf, reg, bit, &verdict);
	return verdict.value;
}

static void describe_host(struct host *h)
{
	const struct tdx_module *module = h->kvm.platform.module;

	for (u32 k = 0; k < h->kvm.slots.nr; k++) {
		const struct tdx_cpuid_slot *slot = &h->kvm.slots.slot[k];
		const struct tdx_module_entry *entry =
			tdx_module_entry(module, module->lookup_of_slot[k]);

		kvm_tdx_capability(&h->kvm, k, &h->caps[k]);
		for (int reg = 0; reg < 4; reg++) {
			for (int bit = 0; bit < 32; bit++) {
				if (is_number(slot->leaf, slot->subleaf, reg, bit))
					h->numbers[k][reg] |= 1U << bit;
				if (class_of(entry, reg, bit) == CLASS_FIXED1)
					h->fixed1[k][reg] |= 1U << bit;
			}
		}
	}
	find_notes(&h->kvm, &h->notes);
}

const struct host *load_host(const struct tdx_module *module, const struct tdx_native *cpu,
			     enum kvm_tdx_policy policy)
{
	struct booted_host *h;

	for (h = booted_hosts; h; h = h->next) {
		if (h->host.kvm.platform.module == module && h->host.kvm.platform.cpu == cpu &&
		    h->host.kvm.policy == policy)
			return &h->host;
	}

	h = calloc(1, sizeof(*h));
	if (!h)
		return NULL;
	kvm_tdx_host_init(&h->host.kvm, module, cpu, policy);
	describe_host(&h->host);
	h->next = booted_hosts;
	booted_hosts = h;
	return &h->host;
}

const struct host *host_of_options(const struct options *o)
{
	const struct tdx_module *module;
	const struct tdx_native *cpu = NULL;
	const struct host *host = NULL;
	const char *file;
	struct trouble t;

	module = load_module(o->module, &file, &t);
	if (module)
		cpu = load_cpu(o->cpu, &file, &t);
	if (cpu) {
		host = load_host(module, cpu, o->policy);
		if (!host)
			trouble(&t, 1, 1, "out of memory");
	}
	if (!host)
		complain(file, &t);
	return host;
}
