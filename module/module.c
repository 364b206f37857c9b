/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A module's table: looking up entries, and tables made at run time. */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "rules.h"
#include "tdx_module.h"

int tdx_module_index(const struct tdx_module *m, u32 leaf, u32 subleaf)
{
	const struct tdx_module_entry *e;
	u32 i;

	for (i = 0; i < m->nr_lookup; i++) {
		e = tdx_module_entry(m, i);
		if (e->leaf == leaf && e->subleaf == subleaf)
			return i;
	}
	return -1;
}

void tdx_module_derive(struct tdx_module *m, const struct tdx_module *base,
		       struct tdx_module_entry pool[TDX_MODULE_MAX_LOOKUP])
{
	u32 i;

	*m = *base;
	for (i = 0; i < base->nr_lookup; i++) {
		pool[i] = *tdx_module_entry(base, i);
		pool[i].slot = -1;
		memset(pool[i].config_direct, 0, sizeof(pool[i].config_direct));
		memset(pool[i].allow_direct, 0, sizeof(pool[i].allow_direct));
	}
	m->executed = false;
	m->pool = pool;
	m->index = NULL;
	m->nr_config = 0;
}

/*
 * A module that lets a VMM configure a subleaf of @leaf tells the leaf's
 * subleaves apart: what was the answer to all of them is that of subleaf 0.
 * Otherwise KVM, which first reads a leaf without subleaf, would report no other.
 */
static void give_subleaves(const struct tdx_module *m, struct tdx_module_entry *pool, u32 leaf)
{
	int i = tdx_module_index(m, leaf, TDX_NO_SUBLEAF);

	if (i < 0)
		return;
	if (tdx_module_index(m, leaf, 0) < 0)
		pool[i].subleaf = 0;
	else
		pool[i].faulting = true;
}

int tdx_module_add_slot(struct tdx_module *m, struct tdx_module_entry pool[TDX_MODULE_MAX_LOOKUP],
			u32 leaf, u32 subleaf, const u32 config_direct[4],
			const u32 allow_direct[4])
{
	int i = tdx_module_index(m, leaf, subleaf);
	u32 j;

	if (m->nr_config == TDX_MODULE_MAX_CONFIG)
		return -ENOSPC;

	/* With and without subleaf, a leaf has no answer to whose an entry is. */
	for (j = 0; j < m->nr_lookup; j++) {
		if (pool[j].slot >= 0 && pool[j].leaf == leaf &&
		    (pool[j].subleaf == TDX_NO_SUBLEAF) != (subleaf == TDX_NO_SUBLEAF))
			return -EINVAL;
	}

	if (subleaf != TDX_NO_SUBLEAF) {
		give_subleaves(m, pool, leaf);
		i = tdx_module_index(m, leaf, subleaf);
	}
	if (i < 0) {
		if (m->nr_lookup == TDX_MODULE_MAX_LOOKUP)
			return -ENOSPC;
		i = m->nr_lookup++;
		memset(&pool[i], 0, sizeof(pool[i]));
		pool[i].leaf = leaf;
		pool[i].subleaf = subleaf;
		pool[i].slot = -1;
	}
	if (pool[i].slot >= 0)
		return -EEXIST;
	memcpy(pool[i].config_direct, config_direct, sizeof(pool[i].config_direct));
	memcpy(pool[i].allow_direct, allow_direct, sizeof(pool[i].allow_direct));
	pool[i].slot = m->nr_config;
	m->lookup_of_slot[m->nr_config++] = i;
	return 0;
}

u32 tdx_module_version(const char *version)
{
	u32 part[3] = { 0, 0, 0 };
	u32 n, digits;

	for (n = 0; n < ARRAY_SIZE(part); n++) {
		for (digits = 0; *version >= '0' && *version <= '9'; version++, digits++) {
			part[n] = part[n] * 10 + (*version - '0');
			if (part[n] > 0xff)
				return 0;
		}
		if (!digits || *version != (n < ARRAY_SIZE(part) - 1 ? '.' : '\0'))
			return 0;
		version++;
	}
	return TDX_MODULE_VERSION(part[0], part[1], part[2]);
}
