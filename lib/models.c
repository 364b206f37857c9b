// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * TDX modules, CPUs and the hosts that are made of them.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

_Static_assert((int)TDXCPUID_NONE == (int)TDXCPUID_NONE, "policies are numbered alike");
_Static_assert(TDXCPUID_MAX_SLOTS == TDX_MODULE_MAX_CONFIG &&
		       TDXCPUID_MAX_LOOKUP == TDX_MODULE_MAX_LOOKUP &&
		       TDXCPUID_MAX_ENTRIES == TDXCPUID_MAX_ENTRIES,
	       "limits are those of the model");
_Static_assert((int)TDXCPUID_NO_MODULE == (int)TDXCPUID_NO_MODULE &&
		       (int)TDXCPUID_NO_RBP_MOD == (int)TDXCPUID_NO_RBP_MOD,
	       "causes are numbered alike");

bool copy_in(void *to, size_t room, const void *from)
{
	u32 size;

	if (!from)
		return false;
	memcpy(&size, from, sizeof(size));
	/* No version of a structure ends in the middle of a pointer. */
	if (!size || size % sizeof(void *))
		return false;

	memset(to, 0, room);
	memcpy(to, from, size < room ? size : room);
	return true;
}

void copy_out(void *to, const void *from, size_t room)
{
	u32 size;

	memcpy(&size, to, sizeof(size));
	if (size <= sizeof(size))
		return;
	memcpy((char *)to + sizeof(size), (const char *)from + sizeof(size),
	       (size < room ? size : room) - sizeof(size));
	if (size > room)
		memset((char *)to + room, 0, size - room);
}

/* ---- modules ---- */

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

static const struct tdx_module_entry *find_entry(const struct tdx_module *m, u32 leaf, u32 subleaf)
{
	int i = tdx_module_index(m, leaf, subleaf);

	return i < 0 ? NULL : tdx_module_entry(m, i);
}

/* Verified bits are native, but the module does not start on a CPU that has them otherwise. */
static u32 fixed1_mask(const struct tdx_module_entry *e, int reg)
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

/* ---- CPUs ---- */

struct made_cpu {
	struct tdx_native cpu;
	char *name;
	struct tdx_native_leaf leaf[];
};

const struct tdxcpuid_cpu *tdxcpuid_cpu_nth(uint32_t n)
{
	return (const struct tdxcpuid_cpu *)tdx_native_nth(n);
}

const struct tdxcpuid_cpu *tdxcpuid_cpu_find(const char *name)
{
	return (const struct tdxcpuid_cpu *)tdx_native_find(name);
}

const char *tdxcpuid_cpu_name(const struct tdxcpuid_cpu *cpu)
{
	return native_of(cpu)->name;
}

void tdxcpuid_cpu_cpuid(const struct tdxcpuid_cpu *cpu, uint32_t leaf, uint32_t subleaf,
			uint32_t reg[4])
{
	tdx_native_cpuid(native_of(cpu), leaf, subleaf, reg);
}

int tdxcpuid_cpu_new(const char *name, const struct tdxcpuid_leaf *leaves, uint32_t nr,
		     uint64_t arch_capabilities, struct tdxcpuid_cpu **cpu)
{
	struct made_cpu *made;

	*cpu = NULL;
	if (!name || (!leaves && nr))
		return -EINVAL;

	made = calloc(1, sizeof(*made) + nr * sizeof(made->leaf[0]));
	if (!made)
		return -ENOMEM;
	made->name = strdup(name);
	if (!made->name) {
		free(made);
		return -ENOMEM;
	}

	for (u32 i = 0; i < nr; i++) {
		made->leaf[i].leaf = leaves[i].leaf;
		made->leaf[i].subleaf = leaves[i].subleaf;
		memcpy(made->leaf[i].reg, leaves[i].reg, sizeof(made->leaf[i].reg));
	}
	made->cpu.name = made->name;
	made->cpu.leaf = made->leaf;
	made->cpu.nr_leaf = nr;
	made->cpu.arch_capabilities = arch_capabilities;
	*cpu = (struct tdxcpuid_cpu *)made;
	return 0;
}

void tdxcpuid_cpu_free(struct tdxcpuid_cpu *cpu)
{
	struct made_cpu *made = (struct made_cpu *)cpu;

	if (!made)
		return;
	free(made->name);
	free(made);
}

/* ---- hosts ---- */

/* What does not change from one request to the next. */
static void describe_slots(struct tdxcpuid_host *host)
{
	const struct tdx_module *m = host->kvm.platform.module;

	for (u32 k = 0; k < host->kvm.slots.nr; k++) {
		const struct tdx_cpuid_slot *slot = &host->kvm.slots.slot[k];
		const struct tdx_module_entry *e = tdx_module_entry(m, m->lookup_of_slot[k]);

		memcpy(host->allowed[k], slot->allowed, sizeof(host->allowed[k]));
		for (int reg = 0; reg < 4; reg++) {
			host->numbers[k][reg] = tdxcpuid_value_mask(slot->leaf, slot->subleaf, reg);
			host->fixed1[k][reg] = fixed1_mask(e, reg);
		}
	}
}

int tdxcpuid_host_new_model(const struct tdxcpuid_module *module, const struct tdxcpuid_cpu *cpu,
			    enum tdxcpuid_policy policy, struct tdxcpuid_host **host)
{
	struct tdxcpuid_host *h;

	*host = NULL;
	if ((unsigned int)policy > TDXCPUID_NONE)
		return -EINVAL;

	h = calloc(1, sizeof(*h));
	if (!h)
		return -ENOMEM;

	h->model = true;
	h->module = module ? module : tdxcpuid_module_find(TDXCPUID_DEFAULT_MODULE);
	h->cpu = cpu ? cpu : tdxcpuid_cpu_find(TDXCPUID_DEFAULT_CPU);
	kvm_tdx_host_init(&h->kvm, module_of(h->module), native_of(h->cpu),
			  (enum tdxcpuid_policy)policy);
	h->gpaw52 = h->kvm.has_gpaw52 ? TDXCPUID_YES : TDXCPUID_NO;
	h->tsc_khz = h->kvm.tsc_khz;
	describe_slots(h);
	for (u32 k = 0; k < h->kvm.slots.nr; k++)
		kvm_tdx_capability(&h->kvm, k, &h->caps[k]);
	*host = h;
	return 0;
}

/*
 * KVM reports a leaf without subleaf like subleaf 0.  What the known modules
 * make of the leaf tells the two apart; a leaf that is new to all of them has
 * subleaves, which is the stricter reading.
 */
static u32 subleaf_of(const struct tdxcpuid_caps *caps, const struct kvm_cpuid_entry2 *cap)
{
	const struct tdx_module *m;

	for (u32 k = 0; k < caps->nent; k++) {
		const struct kvm_cpuid_entry2 *other = &caps->cpuid[k];

		if (other->function == cap->function &&
		    (other->index || (other->flags & KVM_CPUID_FLAG_SIGNIFCANT_INDEX)))
			return cap->index;
	}

	for (u32 n = 0; (m = tdx_module_nth(n)); n++) {
		if (find_entry(m, cap->function, TDX_NO_SUBLEAF))
			return TDX_NO_SUBLEAF;
		if (find_entry(m, cap->function, 0))
			return 0;
	}

	return cap->index;
}

/* The masks that KVM reports; the GPAW in there is not the module's. */
static void reported_masks(const struct kvm_cpuid_entry2 *cap, u32 mask[4])
{
	for (int reg = 0; reg < 4; reg++)
		mask[reg] = kvm_tdx_reg(cap, reg);
	if (cap->function == TDX_CPUID_GPAW_LEAF)
		mask[TDX_EAX] &= ~TDX_CPUID_GPAW_MASK;
}

/*
 * A module with the slots that KVM reports.  Of a module that is known, the slot
 * may well offer more than KVM reports, and drop what the CPU does not have.
 */
static int add_reported_slots(struct made_module *made, const struct tdxcpuid_caps *caps)
{
	for (u32 k = 0; k < caps->nent; k++) {
		const struct kvm_cpuid_entry2 *cap = &caps->cpuid[k];
		u32 subleaf = subleaf_of(caps, cap), config[4], allow[4] = { 0 };
		const struct tdx_module_entry *e = NULL;
		int ret;

		reported_masks(cap, config);
		if (caps->module)
			e = find_entry(module_of(caps->module), cap->function, subleaf);
		for (int reg = 0; e && reg < 4; reg++) {
			allow[reg] = e->allow_direct[reg];
			config[reg] = e->config_direct[reg] | (config[reg] & ~allow[reg]);
		}

		ret = tdx_module_add_slot(&made->m, made->pool, cap->function, subleaf, config,
					  allow);
		if (ret)
			return ret == -ENOSPC ? -E2BIG : -EINVAL;
		module_unfix_slot(made, k);
	}

	return 0;
}

/* What KVM reports is what counts, whatever the allowlist of this library says. */
static void allow_reported(struct tdxcpuid_host *h)
{
	for (u32 k = 0; k < h->kvm.slots.nr; k++) {
		struct tdx_cpuid_slot *slot = &h->kvm.slots.slot[k];
		const struct tdx_module *m;
		u32 mask[4];

		reported_masks(&h->caps[k], mask);
		for (int reg = 0; reg < 4; reg++) {
			slot->allowed[reg] &= ~(slot->configurable[reg] & ~mask[reg]);
			slot->allowed[reg] |= kvm_tdx_reg(&h->caps[k], reg);
		}

		for (u32 n = 0; !h->module && (m = tdx_module_nth(n)); n++) {
			const struct tdx_module_entry *e = find_entry(m, slot->leaf, slot->subleaf);

			for (int reg = 0; e && reg < 4; reg++)
				h->droppable[k][reg] |= e->allow_direct[reg] & ~mask[reg];
		}
	}
}

int tdxcpuid_host_new_caps(const struct tdxcpuid_caps *given, struct tdxcpuid_host **host)
{
	const struct tdx_module *base;
	struct tdxcpuid_caps caps;
	struct tdxcpuid_host *h;
	int ret;

	*host = NULL;
	if (!copy_in(&caps, sizeof(caps), given) || (!caps.cpuid && caps.nent) ||
	    (unsigned int)caps.gpaw52 > TDXCPUID_YES)
		return -EINVAL;
	if (caps.nent > TDXCPUID_MAX_SLOTS)
		return -E2BIG;

	h = calloc(1, sizeof(*h));
	if (!h)
		return -ENOMEM;

	base = caps.module ? module_of(caps.module) : tdx_module_find(TDXCPUID_DEFAULT_MODULE);
	tdx_module_derive(&h->made.m, base, h->made.pool);
	if (!caps.module)
		h->made.m.version = "";
	h->made.m.attributes_fixed0 |= caps.attributes;
	h->made.m.xfam_fixed0 |= caps.xfam;
	ret = add_reported_slots(&h->made, &caps);
	if (ret) {
		free(h);
		return ret;
	}

	h->module = caps.module;
	h->cpu = caps.cpu;
	h->gpaw52 = caps.gpaw52;
	/* No module runs on a CPU that fails TDH.SYS.INIT: then this is not how the CPU is. */
	if (h->cpu &&
	    !kvm_tdx_host_init(&h->kvm, &h->made.m, native_of(h->cpu), TDXCPUID_ALLOWLIST) &&
	    h->kvm.init_status)
		h->cpu = NULL;
	if (!h->cpu)
		kvm_tdx_host_init(&h->kvm, &h->made.m, tdx_native_find(TDXCPUID_DEFAULT_CPU),
				  TDXCPUID_ALLOWLIST);
	describe_slots(h);

	if (caps.nent)
		memcpy(h->caps, caps.cpuid, caps.nent * sizeof(h->caps[0]));
	h->kvm.platform.attributes_fixed0 |= caps.attributes;
	h->kvm.platform.xfam_fixed0 |= caps.xfam;
	h->kvm.supported_attrs = caps.attributes;
	h->kvm.supported_xfam = caps.xfam;
	h->kvm.has_gpaw52 = caps.gpaw52 != TDXCPUID_NO;
	h->kvm.disabled = 0;
	h->tsc_khz = caps.tsc_khz;
	if (caps.tsc_khz)
		h->kvm.tsc_khz = caps.tsc_khz;
	allow_reported(h);

	*host = h;
	return 0;
}

void tdxcpuid_host_free(struct tdxcpuid_host *host)
{
	free(host);
}

void tdxcpuid_host_info(const struct tdxcpuid_host *host, struct tdxcpuid_host_info *info)
{
	const struct tdxcpuid_host_info i = {
		.model = host->model,
		.policy = (enum tdxcpuid_policy)host->kvm.policy,
		.nr_slots = host->kvm.slots.nr,
		.attributes = host->kvm.supported_attrs,
		.xfam = host->kvm.supported_xfam,
		.cpuid = host->caps,
		.module = host->module,
		.cpu = host->cpu,
		.gpaw52 = host->gpaw52,
		.tsc_khz = host->tsc_khz,
		.disabled = host->kvm.disabled,
		.init_status = host->kvm.init_status,
		.init_rcx = host->kvm.init_rcx,
	};

	copy_out(info, &i, sizeof(i));
}

bool tdxcpuid_host_slot(const struct tdxcpuid_host *host, uint32_t k, struct tdxcpuid_slot *slot)
{
	const struct tdx_cpuid_slot *from;

	if (k >= host->kvm.slots.nr)
		return false;

	from = &host->kvm.slots.slot[k];
	slot->leaf = from->leaf;
	slot->subleaf = from->subleaf;
	memcpy(slot->configurable, from->configurable, sizeof(slot->configurable));
	memcpy(slot->allowed, host->allowed[k], sizeof(slot->allowed));
	for (int reg = 0; reg < 4; reg++)
		slot->reported[reg] = kvm_tdx_reg(&host->caps[k], reg);
	return true;
}
