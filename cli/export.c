// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * tdxcpuid export: this host, for programs that collect what the hosts of a fleet are.  They
 * keep what they were told last, so that a host without TDX has to say so.
 */
#include <stdlib.h>

#include "export.h"
#include "near.h"
#include "options.h"
#include "print.h"

static const struct format {
	const char *name;
	int (*print)(const struct export *e);
} formats[] = {
	{ "nfd", export_nfd },
	{ "prometheus", export_prometheus },
};

static const struct format *find_format(const char *name)
{
	char text[NEAR_TEXT_MAX];
	struct near near;

	near_begin(&near, name);
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		if (!strcmp(formats[i].name, name))
			return &formats[i];
		near_try(&near, formats[i].name);
	}
	message("tdxcpuid export: unknown format '%s'%s; known: nfd, prometheus", name,
		near_text(&near, text));
	return NULL;
}

/* A modelled host has neither kernel nor microcode. */
static int find_model(struct snapshot *s, const struct options *o, const struct target **host)
{
	*host = target_of_options(o);
	if (!*host)
		return -1;
	snprintf(s->module, sizeof(s->module), "%s", (*host)->module);
	if ((*host)->info.disabled)
		message("tdxcpuid export: Linux does not enable TDX there; tdxcpuid caps says why");
	return 0;
}

static int find_host(struct snapshot *s, const struct options *o, const struct target **host)
{
	if (o->host)
		return load_snapshot(s, o->host, host);
	if (o->module || o->cpu || o->has_policy)
		return find_model(s, o, host);
	return live_snapshot(s, NEED_NOTHING, host);
}

u32 exported_bits(const struct tdxcpuid_slot *slot, int reg)
{
	return slot->reported[reg] & ~tdxcpuid_value_mask(slot->leaf, slot->subleaf, reg);
}

/* FNV-1a, of the bytes of @value from the lowest. */
static u64 hash_add(u64 hash, u64 value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		hash = (hash ^ (value >> 8 * i & 0xff)) * 0x100000001b3;
	return hash;
}

/* All that KVM_TDX_CAPABILITIES reports, in its order. */
static void hash_capabilities(struct export *e)
{
	u64 hash = 0xcbf29ce484222325;

	hash = hash_add(hash, e->host->info.attributes, 8);
	hash = hash_add(hash, e->host->info.xfam, 8);
	for (u32 k = 0; k < e->nr_slots; k++) {
		const struct tdxcpuid_slot *slot = &e->slots[k];

		hash = hash_add(hash, slot->leaf, 4);
		hash = hash_add(hash, slot->subleaf, 4);
		for (int reg = 0; reg < 4; reg++)
			hash = hash_add(hash, slot->reported[reg], 4);
	}
	e->hash = hash;
}

static void gather(struct export *e, const struct snapshot *s)
{
	e->snp = &s->snp;
	e->module = s->module;
	e->kernel = s->kernel;
	e->microcode = s->microcode;
	/* As uname -r has it, and other metrics do. */
	if (!strncmp(e->kernel, "Linux ", 6))
		e->kernel += 6;
	if (!e->host)
		return;
	if (e->host->module)
		e->module = e->host->module;
	while (tdxcpuid_host_slot(e->host->kvm, e->nr_slots, &e->slots[e->nr_slots]))
		e->nr_slots++;
	hash_capabilities(e);
}

static int export_to(const char *file, const struct export *e, const struct format *format)
{
	struct buffer text;
	int error;

	print_as_is();
	error = format->print(e);
	if (error || !file || !strcmp(file, "-"))
		return error;
	text = print_take();
	error = replace_file(file, text.data, text.used);
	free(text.data);
	return error;
}

int cmd_export(const struct options *o)
{
	const struct format *format = find_format(o->args[0]);
	struct snapshot *s;
	struct export *e;
	int error;
	if (!format)
		return EXIT_BAD;
	s = xcalloc(1, sizeof(*s));
	e = xcalloc(1, sizeof(*e));
	error = find_host(s, o, &e->host);
	if (!error) {
		if (e->host->info.disabled)
			e->host = NULL;
		gather(e, s);
		error = export_to(o->output, e, format);
	}
	free(e);
	free(s);
	return error ? EXIT_BAD : 0;
}
