// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* TDX modules: built in, and made of what a caller describes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

_Static_assert(TDXCPUID_MAX_SLOTS == TDX_MODULE_MAX_CONFIG &&
		       TDXCPUID_MAX_LOOKUP == TDX_MODULE_MAX_LOOKUP,
	       "limits are those of the model");

const struct tdxcpuid_module *tdxcpuid_module_nth(uint32_t n)
{
	return (const struct tdxcpuid_module *)tdx_module_nth(n);
}

const struct tdxcpuid_module *tdxcpuid_module_find(const char *version)
{
	return (const struct tdxcpuid_module *)tdx_module_find(version);
}

bool tdxcpuid_module_is_version(const char *text)
{
	return tdx_module_version(text);
}

const char *tdxcpuid_module_version(const struct tdxcpuid_module *module)
{
	return module_of(module)->version;
}

void tdxcpuid_module_describe(const struct tdxcpuid_module *module,
			      struct tdxcpuid_module_desc *desc)
{
	const struct tdx_module *m = module_of(module);
	const struct tdxcpuid_module_desc d = {
		.nr_slots = m->nr_config,
		.version = m->version,
		.source = m->source,
		.rules = m->rules,
		.features0 = m->features0,
		.attributes_fixed0 = m->attributes_fixed0,
		.attributes_conditional = m->attributes_conditional,
		.attributes_fixed1 = m->attributes_fixed1,
		.xfam_fixed0 = m->xfam_fixed0,
		.xfam_fixed1 = m->xfam_fixed1,
		.config_flags_fixed0 = m->config_flags_fixed0,
		.executed = m->executed,
		.preproduction = m->preproduction,
		.judged_as = m->judged_as,
	};

	copy_out(desc, &d, sizeof(d));
}

static void entry_out(const struct tdx_module_entry *e, struct tdxcpuid_module_entry *entry)
{
	entry->leaf = e->leaf;
	entry->subleaf = e->subleaf;
	entry->slot = e->slot;
	entry->faulting = e->faulting;
	memcpy(entry->fixed0, e->fixed0, sizeof(e->fixed0));
	memcpy(entry->fixed1, e->fixed1, sizeof(e->fixed1));
	memcpy(entry->config_direct, e->config_direct, sizeof(e->config_direct));
	memcpy(entry->allow_direct, e->allow_direct, sizeof(e->allow_direct));
	memcpy(entry->verify_mask, e->verify_mask, sizeof(e->verify_mask));
	memcpy(entry->verify_value, e->verify_value, sizeof(e->verify_value));
}

bool tdxcpuid_module_entry(const struct tdxcpuid_module *module, uint32_t i,
			   struct tdxcpuid_module_entry *entry)
{
	if (i >= module_of(module)->nr_lookup)
		return false;

	entry_out(tdx_module_entry(module_of(module), i), entry);
	return true;
}

bool tdxcpuid_module_slot(const struct tdxcpuid_module *module, uint32_t k,
			  struct tdxcpuid_module_entry *entry)
{
	const struct tdx_module *m = module_of(module);

	return k < m->nr_config && tdxcpuid_module_entry(module, m->lookup_of_slot[k], entry);
}

const struct tdx_module_entry *find_entry(const struct tdx_module *m, u32 leaf, u32 subleaf)
{
	int i = tdx_module_index(m, leaf, subleaf);

	return i < 0 ? NULL : tdx_module_entry(m, i);
}

u32 fixed1_mask(const struct tdx_module_entry *e, int reg)
{
	return (e->fixed1[reg] | (e->verify_mask[reg] & e->verify_value[reg] & ~e->fixed0[reg])) &
	       ~(e->config_direct[reg] | e->allow_direct[reg]);
}

enum tdxcpuid_class tdxcpuid_module_class(const struct tdxcpuid_module *module,
					  const struct tdxcpuid_bit *bit)
{
	const struct tdx_module_entry *e = find_entry(module_of(module), bit->leaf, bit->subleaf);
	u32 mask;

	if (!e || !is_bit(bit))
		return TDXCPUID_CLASS_ABSENT;

	mask = 1U << bit->bit;
	if (e->config_direct[bit->reg] & mask)
		return TDXCPUID_CLASS_CONFIG;
	if (e->allow_direct[bit->reg] & mask)
		return TDXCPUID_CLASS_ALLOW;
	if (fixed1_mask(e, bit->reg) & mask)
		return TDXCPUID_CLASS_FIXED1;
	if ((e->fixed0[bit->reg] | e->verify_mask[bit->reg]) & mask)
		return TDXCPUID_CLASS_FIXED0;
	return TDXCPUID_CLASS_NATIVE;
}

static int copy_lookup(struct made_module *made, const struct tdxcpuid_module_desc *d, u32 *bad)
{
	made->m.nr_lookup = 0;
	for (u32 i = 0; i < d->nr_lookup; i++) {
		const struct tdxcpuid_module_entry *from = &d->lookup[i];
		struct tdx_module_entry *e = &made->pool[i];

		*bad = i;
		if (find_entry(&made->m, from->leaf, from->subleaf))
			return -ENOTUNIQ;

		*e = (struct tdx_module_entry){
			.leaf = from->leaf,
			.subleaf = from->subleaf,
			.slot = -1,
			.faulting = from->faulting,
		};
		memcpy(e->fixed0, from->fixed0, sizeof(e->fixed0));
		memcpy(e->fixed1, from->fixed1, sizeof(e->fixed1));
		memcpy(e->verify_mask, from->verify_mask, sizeof(e->verify_mask));
		memcpy(e->verify_value, from->verify_value, sizeof(e->verify_value));
		made->m.nr_lookup++;
	}

	return 0;
}

static int copy_xfam_masks(struct made_module *made, const struct tdxcpuid_module_desc *d)
{
	made->xfam_mask = calloc(d->nr_xfam_mask + 1, sizeof(*made->xfam_mask));
	if (!made->xfam_mask)
		return -ENOMEM;

	for (u32 i = 0; i < d->nr_xfam_mask; i++) {
		made->xfam_mask[i].leaf = d->xfam_mask[i].leaf;
		made->xfam_mask[i].subleaf = d->xfam_mask[i].subleaf;
		made->xfam_mask[i].xfam = d->xfam_mask[i].xfam;
		memcpy(made->xfam_mask[i].clear, d->xfam_mask[i].clear,
		       sizeof(made->xfam_mask[i].clear));
	}
	made->m.xfam_mask = made->xfam_mask;
	made->m.nr_xfam_mask = d->nr_xfam_mask;
	return 0;
}

void module_unfix_slot(struct made_module *made, u32 k)
{
	struct tdx_module_entry *e = &made->pool[made->m.lookup_of_slot[k]];

	for (int reg = 0; reg < 4; reg++) {
		e->fixed0[reg] &= ~e->config_direct[reg];
		e->fixed1[reg] &= ~e->config_direct[reg];
	}
}

/* KVM_TDX_GET_CPUID learns from the first leaf of a range where that ends. */
static int check_ranges(const struct tdx_module *m, u32 *bad)
{
	static const u32 ranges[] = { 0, 0x80000000 };

	for (u32 i = 0; i < ARRAY_SIZE(ranges); i++) {
		const struct tdx_module_entry *e = find_entry(m, ranges[i], TDX_NO_SUBLEAF);

		*bad = ranges[i];
		if (!e || e->faulting)
			return -ENODATA;
	}

	return 0;
}

static int fill_module(struct made_module *made, const struct tdxcpuid_module_desc *d, u32 *bad)
{
	struct tdx_module *m = &made->m;
	u32 version;
	int ret;

	made->version = strdup(d->version);
	if (!made->version)
		return -ENOMEM;

	m->version = made->version;
	m->judged_as = NULL;
	m->source = "a file";
	m->features0 = d->features0;
	m->attributes_fixed0 = d->attributes_fixed0;
	m->attributes_conditional = d->attributes_conditional;
	m->attributes_fixed1 = d->attributes_fixed1;
	m->xfam_fixed0 = d->xfam_fixed0;
	m->xfam_fixed1 = d->xfam_fixed1;
	m->config_flags_fixed0 = d->config_flags_fixed0;

	version = tdx_module_version(m->version);
	if (version) {
		m->rules = tdx_module_rules(version);
		m->preproduction = version >> 8 == TDX_MODULE_VERSION(2, 0, 0) >> 8;
	}

	if (d->lookup) {
		ret = copy_lookup(made, d, bad);
		if (ret)
			return ret;
	}
	if (d->xfam_mask) {
		ret = copy_xfam_masks(made, d);
		if (ret)
			return ret;
	}

	for (u32 k = 0; k < d->nr_slots; k++) {
		const struct tdxcpuid_module_entry *slot = &d->slots[k];

		*bad = k;
		ret = tdx_module_add_slot(m, made->pool, slot->leaf, slot->subleaf,
					  slot->config_direct, slot->allow_direct);
		if (ret)
			return ret == -EINVAL ? -EBADSLT : ret;
		module_unfix_slot(made, k);
	}

	return check_ranges(m, bad);
}

int tdxcpuid_module_new(const struct tdxcpuid_module *base, const struct tdxcpuid_module_desc *desc,
			struct tdxcpuid_module **module, uint32_t *bad)
{
	struct tdxcpuid_module_entry slots[TDXCPUID_MAX_SLOTS];
	struct tdxcpuid_module_desc d;
	struct made_module *made;
	int ret;

	*module = NULL;
	*bad = 0;
	if (!base)
		base = tdxcpuid_module_find(TDXCPUID_DEFAULT_MODULE);
	if (!copy_in(&d, sizeof(d), desc) || !d.version)
		return -EINVAL;
	if ((!d.lookup && d.nr_lookup) || (!d.xfam_mask && d.nr_xfam_mask))
		return -EINVAL;
	if (d.nr_lookup > TDXCPUID_MAX_LOOKUP || d.nr_slots > TDXCPUID_MAX_SLOTS)
		return -E2BIG;
	if (!d.slots) {
		if (d.nr_slots && d.nr_slots != module_of(base)->nr_config)
			return -EINVAL;
		for (d.nr_slots = 0; tdxcpuid_module_slot(base, d.nr_slots, &slots[d.nr_slots]);)
			d.nr_slots++;
		d.slots = slots;
	}

	made = calloc(1, sizeof(*made));
	if (!made)
		return -ENOMEM;

	tdx_module_derive(&made->m, module_of(base), made->pool);
	ret = fill_module(made, &d, bad);
	*module = (struct tdxcpuid_module *)made;
	if (ret) {
		tdxcpuid_module_free(*module);
		*module = NULL;
	}
	return ret;
}

void tdxcpuid_module_free(struct tdxcpuid_module *module)
{
	struct made_module *made = (struct made_module *)module;

	if (!made)
		return;
	free(made->xfam_mask);
	free(made->version);
	free(made);
}
