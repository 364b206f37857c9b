/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * TDH.SYS.INIT and TDH.SYS.CONFIG: a module meets its CPU; TDH.SYS.RD: what the
 * VMM is told about the result.
 */
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "rules.h"
#include "tdx_module.h"

/* Newest first.  A TD that migrates may claim its platform's model or an older one. */
static const u32 fms_1_5[] = { 0xd06d0, 0xa06e0, 0xa06d0, 0xa06f3, 0xc06f2, 0x806f8 };
static const u32 fms_1_5_01[] = { 0xd06d0, 0xa06e0, 0xa06d0, 0xa06f0, 0xc06f2, 0x806f8 };
static const u32 fms_2_0_08[] = { 0xd06d1, 0xa06e1, 0xa06d1, 0xa06f3, 0xc06f2, 0x806f8 };

#define NR_FMS ARRAY_SIZE(fms_1_5)

static const u32 *known_fms(const struct tdx_module *m)
{
	if (m->rules >= TDX_MODULE_VERSION(2, 0, 8))
		return fms_2_0_08;
	return m->rules < TDX_MODULE_VERSION(1, 5, 5) ? fms_1_5_01 : fms_1_5;
}

u32 tdx_allowed_fms(const struct tdx_platform *p, u32 i)
{
	const u32 *fms = known_fms(p->module);
	u32 first;

	for (first = 0; first < NR_FMS; first++)
		if (!((fms[first] ^ p->fms) & ~0xfU))
			break;
	return first + i < NR_FMS ? fms[first + i] : 0;
}

/* What the CPU answers: nothing beyond the last leaf of a range. */
static void read_native(const struct tdx_native *cpu, u32 leaf, u32 subleaf, u32 reg[4])
{
	u32 max[4];

	tdx_native_cpuid(cpu, leaf & 0x80000000U, 0, max);
	if (leaf > max[TDX_EAX]) {
		memset(reg, 0, 4 * sizeof(*reg));
		return;
	}
	tdx_native_cpuid(cpu, leaf, subleaf == TDX_NO_SUBLEAF ? 0 : subleaf, reg);
}

/* Where in first[] the chain of an entry begins. */
static u32 bucket(u32 leaf, u32 subleaf)
{
	return (leaf * 29 + subleaf) % 128;
}

int tdx_lookup(const struct tdx_platform *p, u32 leaf, u32 subleaf)
{
	const struct tdx_module_entry *e;
	int i;

	for (i = p->first[bucket(leaf, subleaf)] - 1; i >= 0; i = p->next[i] - 1) {
		e = tdx_module_entry(p->module, i);
		if (e->leaf == leaf && e->subleaf == subleaf)
			break;
	}
	return i;
}

static void link_entry(struct tdx_platform *p, u32 i)
{
	const struct tdx_module *m = p->module;
	const struct tdx_module_entry *e = tdx_module_entry(m, i);
	u8 *first = &p->first[bucket(e->leaf, e->subleaf)];
	u32 k;

	p->next[i] = *first;
	*first = i + 1;

	for (k = 0; k < m->nr_xfam_mask; k++)
		p->masked[i] |= m->xfam_mask[k].leaf == e->leaf &&
				m->xfam_mask[k].subleaf == e->subleaf;
}

u64 tdx_sys_init(struct tdx_platform *p, const struct tdx_module *m, const struct tdx_native *cpu,
		 u64 *rcx)
{
	const struct tdx_module_entry *e;
	u32 xcr0[4], xss[4], features[4];
	u32 i, r;

	memset(p, 0, sizeof(*p));
	p->module = m;
	p->cpu = cpu;
	*rcx = 0;

	for (i = 0; i < m->nr_lookup; i++) {
		e = tdx_module_entry(m, i);
		link_entry(p, i);
		read_native(cpu, e->leaf, e->subleaf, p->raw[i]);
		for (r = 0; r < 4; r++)
			p->native[i][r] = (p->raw[i][r] & ~e->fixed0[r]) | e->fixed1[r];
		if (e->leaf == 1)
			p->fms = p->raw[i][TDX_EAX];
	}
	/* Behind the loop: raw[] is complete where the module refuses the CPU, too. */
	for (i = 0; i < m->nr_lookup; i++) {
		e = tdx_module_entry(m, i);
		for (r = 0; r < 4; r++) {
			if ((p->raw[i][r] & e->verify_mask[r]) == e->verify_value[r])
				continue;
			*rcx = tdx_leaf_subleaf(e->leaf, e->subleaf);
			return TDXM_INCORRECT_CPUID_VALUE;
		}
	}

	/* LASS needs the CPU's, TPA the platform's TDX Connect, which no profile has. */
	read_native(cpu, 7, 1, features);
	p->attributes_fixed0 = m->attributes_fixed0;
	if (features[TDX_EAX] & BIT(6))
		p->attributes_fixed0 |= m->attributes_conditional & TDXM_ATTR_LASS;

	read_native(cpu, 0xd, 0, xcr0);
	read_native(cpu, 0xd, 1, xss);
	p->xfam_fixed0 = m->xfam_fixed0 &
			 (xcr0[TDX_EAX] | (u64)xcr0[TDX_EDX] << 32 |
			  xss[TDX_ECX] | (u64)xss[TDX_EDX] << 32);
	return 0;
}

void tdx_sys_config(const struct tdx_platform *p, u32 slot, u32 mask[4])
{
	u32 i = p->module->lookup_of_slot[slot];
	const struct tdx_module_entry *e = tdx_module_entry(p->module, i);
	u32 r;

	for (r = 0; r < 4; r++)
		mask[r] = e->config_direct[r] | (e->allow_direct[r] & p->native[i][r]);
}

static u64 config_leaf(const struct tdx_platform *p, u32 slot)
{
	const struct tdx_module_entry *e;

	if (slot >= p->module->nr_config)
		return ~0ULL;
	e = tdx_module_entry(p->module, p->module->lookup_of_slot[slot]);
	return tdx_leaf_subleaf(e->leaf, e->subleaf);
}

static u64 config_value(const struct tdx_platform *p, u32 slot, u32 element)
{
	const struct tdx_module *m = p->module;
	u32 mask[4];

	if (slot >= m->nr_config)
		return 0;
	/* 1.5.01 leaves allow_direct out here, but not in TDH.SYS.INFO. */
	if (m->rules < TDX_MODULE_VERSION(1, 5, 5))
		memcpy(mask, tdx_module_entry(m, m->lookup_of_slot[slot])->config_direct,
		       sizeof(mask));
	else
		tdx_sys_config(p, slot, mask);
	return mask[2 * element] | (u64)mask[2 * element + 1] << 32;
}

static u64 fms_field(const struct tdx_platform *p, u32 i)
{
	return i ? tdx_allowed_fms(p, i) : p->fms;
}

static u64 nr_fms(const struct tdx_platform *p)
{
	u32 n;

	for (n = 0; tdx_allowed_fms(p, n); n++)
		;
	return n;
}

static bool in_array(u64 field, u64 first, u32 nr)
{
	return field >= first && field - first < nr;
}

static bool sys_field(const struct tdx_platform *p, u64 field, u64 *value)
{
	const struct tdx_module *m = p->module;
	u32 version = tdx_module_version(m->version);
	/* The fields of known modules have room for 32. */
	u32 nr_config = m->nr_config > 32 ? TDX_MODULE_MAX_CONFIG : 32;

	switch (field) {
	case TDX_MD_MINOR_VERSION:
		*value = version >> 8 & 0xff;
		return true;
	case TDX_MD_MAJOR_VERSION:
		*value = version >> 16;
		return true;
	case TDX_MD_UPDATE_VERSION:
		*value = version & 0xff;
		return true;
	case TDX_MD_FEATURES0:
		*value = m->features0;
		return true;
	case TDX_MD_ATTRIBUTES_FIXED0:
		*value = p->attributes_fixed0;
		return true;
	case TDX_MD_ATTRIBUTES_FIXED1:
		*value = m->attributes_fixed1;
		return true;
	case TDX_MD_XFAM_FIXED0:
		*value = p->xfam_fixed0;
		return true;
	case TDX_MD_XFAM_FIXED1:
		*value = m->xfam_fixed1;
		return true;
	case TDX_MD_NUM_CPUID_CONFIG:
		*value = m->nr_config;
		return true;
	case TDX_MD_MAX_VCPUS_PER_TD:
		*value = TDXM_MAX_VCPUS;
		return m->rules >= TDX_MODULE_VERSION(1, 5, 5);
	case TDX_MD_MIN_VIRT_MAXPA:
		*value = TDXM_MIN_VIRT_MAXPA;
		return m->rules >= TDX_MODULE_VERSION(1, 5, 6);
	case TDX_MD_CONFIG_FLAGS_FIXED0:
		*value = m->config_flags_fixed0;
		return true;
	case TDX_MD_CONFIG_FLAGS_FIXED1:
		*value = 0;
		return true;
	case TDX_MD_ARCH_CAPABILITIES_MASK:
		*value = TDXM_ARCH_CAPABILITIES_MASK;
		return true;
	case TDX_MD_NUM_ALLOWED_FMS:
		*value = nr_fms(p);
		return true;
	case TDX_MD_NUM_DISALLOWED_FMS:
		*value = 0;
		return true;
	}

	if (in_array(field, TDX_MD_CPUID_CONFIG_LEAVES, nr_config))
		*value = config_leaf(p, field - TDX_MD_CPUID_CONFIG_LEAVES);
	else if (in_array(field, TDX_MD_CPUID_CONFIG_VALUES, 2 * nr_config))
		*value = config_value(p, (field - TDX_MD_CPUID_CONFIG_VALUES) / 2, field & 1);
	else if (in_array(field, TDX_MD_ALLOWED_FMS, TDX_MD_MAX_FMS))
		*value = fms_field(p, field - TDX_MD_ALLOWED_FMS);
	else if (in_array(field, TDX_MD_DISALLOWED_FMS, TDX_MD_MAX_FMS))
		*value = 0;
	else
		return false;
	return true;
}

u64 tdx_sys_rd(const struct tdx_platform *p, u64 field, u64 *value)
{
	if (sys_field(p, field, value))
		return 0;
	*value = 0;
	return TDXM_FIELD_ID_INCORRECT;
}
