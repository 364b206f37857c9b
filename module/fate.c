/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What a TD can have of a bit at all, and what it needs for that: the conditions of
 * TDH.MNG.INIT, which zeroes what depends on XFAM or ATTRIBUTES, told without a TD.
 */
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "rules.h"
#include "tdx_module.h"

u64 tdx_entry_xfam(const struct tdx_module_entry *e)
{
	switch (e->leaf) {
	case 0xd:
		return e->subleaf >= 2 && e->subleaf < 64 ? BIT_ULL(e->subleaf) : 0;
	case 0x14:
		return TDXM_XFAM_PT;
	case 0x1c:
		return TDXM_XFAM_LBR;
	case 0x1d:
		return TDXM_XFAM_AMX;
	}
	return 0;
}

u64 tdx_entry_attributes(const struct tdx_module *m, const struct tdx_module_entry *e)
{
	switch (e->leaf) {
	case 0xa:
		return TDXM_ATTR_PERFMON;
	case 0x23:
		return m->rules >= TDX_MODULE_VERSION(1, 5, 5) ? TDXM_ATTR_PERFMON : 0;
	}
	return 0;
}

/* The attribute that the bit says the TD has; 0: none. */
static u64 bit_attribute(const struct tdx_module *m, const struct tdx_module_entry *e,
			 enum tdx_reg reg, u32 bit)
{
	if (e->leaf != 7)
		return 0;
	if (!e->subleaf && reg == TDX_ECX && bit == 31)
		return TDXM_ATTR_PKS;
	if (e->subleaf == 1 && reg == TDX_EAX && bit == 6 &&
	    m->rules >= TDX_MODULE_VERSION(1, 5, 5))
		return TDXM_ATTR_LASS;
	return 0;
}

/* What the module makes of other fields than the bit's own. */
static bool is_worked_out(const struct tdx_module *m, const struct tdx_module_entry *e,
			  enum tdx_reg reg, u32 bit)
{
	switch (e->leaf) {
	case 0xb:
		return e->subleaf <= 2 && m->rules >= TDX_MODULE_VERSION(1, 5, 5);
	case 0xd:
		return !e->subleaf && reg == TDX_ECX;
	case 0x15:
		return reg == TDX_EBX;
	case 0x80000008:
		return reg == TDX_EAX && bit < 24;
	}
	return false;
}

static enum tdx_fate fate_by_masks(const struct tdx_module_entry *e, enum tdx_reg reg, u32 mask)
{
	bool one = (e->fixed1[reg] | (e->verify_mask[reg] & e->verify_value[reg])) & mask;
	bool zero = (e->fixed0[reg] | (e->verify_mask[reg] & ~e->verify_value[reg])) & mask;

	if (e->config_direct[reg] & mask)
		return TDX_FATE_CONFIG;
	if (zero && !(e->fixed1[reg] & mask))
		return TDX_FATE_ZERO;
	if (e->allow_direct[reg] & mask)
		return one ? TDX_FATE_CONFIG : TDX_FATE_ALLOW;
	return one ? TDX_FATE_ONE : TDX_FATE_NATIVE;
}

static void find_needs(const struct tdx_module *m, const struct tdx_module_entry *e,
		       enum tdx_reg reg, u32 bit, struct tdx_needs *needs)
{
	const struct tdx_xfam_mask *x;
	u32 k;

	needs->xfam = tdx_entry_xfam(e);
	needs->attributes = tdx_entry_attributes(m, e);
	for (k = 0; k < m->nr_xfam_mask; k++) {
		x = &m->xfam_mask[k];
		if (x->leaf == e->leaf && x->subleaf == e->subleaf && (x->clear[reg] & BIT(bit)))
			needs->xfam |= x->xfam;
	}
	/* XFD is there for the sake of a component that has it: of those known, AMX's. */
	if (e->leaf == 0xd && e->subleaf == 1 && reg == TDX_EAX && bit == 4)
		needs->xfam |= TDXM_XFAM_AMX;
	needs->mwait = e->leaf == 5;
	needs->perfmon_ext = e->leaf == 0x23 && m->rules >= TDX_MODULE_VERSION(1, 5, 5);
}

enum tdx_fate tdx_bit_fate(const struct tdx_module *m, const struct tdx_module_entry *e,
			   enum tdx_reg reg, u32 bit, struct tdx_needs *needs)
{
	memset(needs, 0, sizeof(*needs));
	if (!e || e->faulting)
		return TDX_FATE_ZERO;
	if (e->leaf == 0x19 || (e->leaf == 7 && !e->subleaf && reg == TDX_ECX && bit == 23))
		return TDX_FATE_ZERO; /* Key Locker */
	/* Of TDs that do not migrate: it must be the platform's, and 0 stands for that. */
	if (e->leaf == 1 && reg == TDX_EAX)
		return TDX_FATE_NATIVE;

	find_needs(m, e, reg, bit, needs);
	if (bit_attribute(m, e, reg, bit)) {
		needs->attributes |= bit_attribute(m, e, reg, bit);
		return TDX_FATE_ONE;
	}
	return is_worked_out(m, e, reg, bit) ? TDX_FATE_NUMBER : fate_by_masks(e, reg, BIT(bit));
}
