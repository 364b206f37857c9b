// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The SEAMCALL instruction, in software: takes the place of seamcall.S in a
 * kernel that runs without TDX hardware.  All of KVM and of Linux's TDX code
 * stays the code under test.
 *
 * What a TDX module does with CPUID is module/'s to say.  This file only moves
 * operands, keeps what the module would keep per TD and per vCPU, and answers
 * the SEAMCALLs that have nothing to do with CPUID.  Page ownership is counted,
 * not enforced; there is no encryption, no locking and so no BUSY.
 *
 * On the kernel command line (and, where it makes sense, in sysfs):
 *	tdx_sw.module=1.5.34	the module version
 *	tdx_sw.cpu=spr		the CPU that the module finds: a profile, or
 *				"native" for the CPU that this runs on
 *	tdx_sw.grow=7.1.eax:0x20000,...	bits that the version does not know,
 *				made directly configurable: a future module
 *	tdx_sw.slots=49		as many slots, those that the version lacks empty:
 *				more than the software module could do with
 *	tdx_sw.fault=LEAF:N:STATUS,...	the N-th call of a leaf from now on (0:
 *				every call) fails with STATUS and does nothing
 *	tdx_sw.trace=1		log every SEAMCALL but TDH.SYS.RD
 */
#define pr_fmt(fmt) "tdx-sw: " fmt

#include <linux/bitops.h>
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <asm/cpuid/api.h>
#include <asm/msr.h>
#include <asm/processor.h>
#include <asm/shared/tdx.h>
#include <asm/shared/tdx_errno.h>

#include "tdx.h"
#include "tdx_module/tdx_module.h"

#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX "tdx_sw."

/*
 * Linux has no need of the first two; the third is in <asm/tdx.h>, which has a
 * struct tdx_td of its own.
 */
#define SW_TDX_METADATA_FIELD_ID_INCORRECT	0xc0000c0000000000ULL
#define SW_TDX_OP_STATE_INCORRECT		0xc000060800000000ULL
#define SW_TDX_VMFAILINVALID			0x8000ff00ffff0000ULL

/* TDH.SYS.RD's fields. */
#define SW_NUM_CPUID_CONFIG			0x9900000100000004ULL
#define SW_CPUID_CONFIG_LEAVES			0x9900000300000400ULL
#define SW_CPUID_CONFIG_VALUES			0x9900000300000500ULL

#define SW_TDCS_PAGES	4
#define SW_TDVPS_PAGES	6
#define SW_VP_FIELDS	32
#define SW_FAULTS	8
#define SW_GROW		20

#define SW_TD_MAGIC	0x6f7364742d776454ULL
#define SW_VP_MAGIC	0x6f7364742d777056ULL

u64 __seamcall(u64 fn, struct tdx_module_args *args);
u64 __seamcall_ret(u64 fn, struct tdx_module_args *args);
u64 __seamcall_saved_ret(u64 fn, struct tdx_module_args *args);

/* In the TDR page of a TD. */
struct sw_td {
	u64 magic;
	u32 hkid;
	struct tdx_td td;
};

/* In the TDVPR page of a vCPU. */
struct sw_vp {
	u64 magic;
	u32 nr_fields;
	struct {
		u64 id;
		u64 value;
	} field[SW_VP_FIELDS];
};

/* TD_PARAMS as the module's ABI lays it out. */
struct sw_td_params {
	u64 attributes;
	u64 xfam;
	u16 max_vcpus;
	u8 num_l2_vms;
	u8 msr_config_ctls;
	u8 reserved_0[4];
	u64 eptp_controls;
	u64 config_flags;
	u16 tsc_frequency;
	u8 reserved_1[38];
	u64 measurements[3][6];
	u64 ia32_arch_capabilities_config;
	u8 reserved_2[24];
	u32 cpuid_values[48][4];
};
static_assert(sizeof(struct sw_td_params) == 1024);

static char sw_module_name[32] = "1.5.34";
module_param_string(module, sw_module_name, sizeof(sw_module_name), 0444);

static char sw_cpu_name[32] = "spr";
module_param_string(cpu, sw_cpu_name, sizeof(sw_cpu_name), 0444);

static uint sw_slots;
module_param_named(slots, sw_slots, uint, 0444);

static bool sw_trace;
module_param_named(trace, sw_trace, bool, 0644);

/*
 * Pages that the module holds: everything that was given to it and not yet
 * reclaimed.  0 when there is no TD.
 */
static atomic_t sw_pages = ATOMIC_INIT(0);

static int sw_pages_get(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%d\n", atomic_read(&sw_pages));
}

static const struct kernel_param_ops sw_pages_ops = { .get = sw_pages_get };
module_param_cb(pages, &sw_pages_ops, NULL, 0444);

/*
 * Faults.  Writing a list replaces the old one and starts the count afresh; an
 * empty list clears it.
 */
static struct sw_fault {
	u64 leaf;
	u64 nth;
	u64 status;
	u64 calls;
} sw_faults[SW_FAULTS];
static u32 sw_nr_faults;
static DEFINE_RAW_SPINLOCK(sw_faults_lock);

static int sw_fault_set(const char *value, const struct kernel_param *kp)
{
	struct sw_fault faults[SW_FAULTS] = {};
	unsigned long flags;
	u32 nr = 0;
	int used;

	for (; *value && *value != '\n'; value += used + (value[used] == ',')) {
		struct sw_fault *f = &faults[nr];

		if (nr == SW_FAULTS)
			return -E2BIG;
		used = -1;
		if (sscanf(value, "%lli:%lli:%lli%n", &f->leaf, &f->nth, &f->status, &used) < 3 ||
		    used < 0 || (value[used] && value[used] != ',' && value[used] != '\n'))
			return -EINVAL;
		nr++;
	}

	raw_spin_lock_irqsave(&sw_faults_lock, flags);
	memcpy(sw_faults, faults, sizeof(faults));
	sw_nr_faults = nr;
	raw_spin_unlock_irqrestore(&sw_faults_lock, flags);
	return 0;
}

static int sw_fault_get(char *buffer, const struct kernel_param *kp)
{
	int len = 0;
	u32 i;

	for (i = 0; i < sw_nr_faults; i++)
		len += sysfs_emit_at(buffer, len, "%lld:%lld:0x%llx calls=%lld\n", sw_faults[i].leaf,
				     sw_faults[i].nth, sw_faults[i].status, sw_faults[i].calls);
	return len;
}

static const struct kernel_param_ops sw_fault_ops = {
	.set = sw_fault_set,
	.get = sw_fault_get,
};
module_param_cb(fault, &sw_fault_ops, NULL, 0644);

static u64 sw_fault(u64 leaf)
{
	unsigned long flags;
	u64 status = 0;
	u32 i;

	if (!READ_ONCE(sw_nr_faults))
		return 0;

	raw_spin_lock_irqsave(&sw_faults_lock, flags);
	for (i = 0; i < sw_nr_faults; i++) {
		struct sw_fault *f = &sw_faults[i];

		if (f->leaf != leaf)
			continue;
		f->calls++;
		if (!status && (!f->nth || f->nth == f->calls))
			status = f->status;
	}
	raw_spin_unlock_irqrestore(&sw_faults_lock, flags);
	return status;
}

/* A module that nobody has seen yet: bits on top of a known one. */
static struct sw_grow {
	u32 leaf;
	u32 subleaf;
	u32 reg;
	u32 bits;
} sw_grow[SW_GROW];
static u32 sw_nr_grow;

static int sw_grow_set(const char *value, const struct kernel_param *kp)
{
	static const char name[4][4] = { "eax", "ebx", "ecx", "edx" };
	char reg[4];
	int used;
	u32 r;

	for (; *value && *value != '\n'; value += used + (value[used] == ',')) {
		struct sw_grow *g = &sw_grow[sw_nr_grow];

		if (sw_nr_grow == SW_GROW)
			return -E2BIG;
		used = -1;
		if (sscanf(value, "%x.%x.%3[abcdex]:%i%n", &g->leaf, &g->subleaf, reg, &g->bits,
			   &used) < 4 || used < 0)
			return -EINVAL;
		for (r = 0; r < 4 && strcmp(reg, name[r]); r++)
			;
		if (r == 4)
			return -EINVAL;
		g->reg = r;
		sw_nr_grow++;
	}
	return 0;
}

static const struct kernel_param_ops sw_grow_ops = { .set = sw_grow_set };
module_param_cb(grow, &sw_grow_ops, NULL, 0);

static struct tdx_platform sw_platform;

/* The version's slots with the extra bits, and behind them slots of their own. */
static const struct tdx_module *sw_grown_module(const struct tdx_module *base)
{
	static struct tdx_module_entry pool[TDX_MODULE_MAX_LOOKUP];
	static struct tdx_module grown;
	bool used[SW_GROW] = {};
	u32 slot, g;

	tdx_module_derive(&grown, base, pool);
	for (slot = 0; slot < base->nr_config; slot++) {
		const struct tdx_module_entry *e =
			tdx_module_entry(base, base->lookup_of_slot[slot]);
		u32 direct[4];

		memcpy(direct, e->config_direct, sizeof(direct));
		for (g = 0; g < sw_nr_grow; g++) {
			const struct sw_grow *grow = &sw_grow[g];

			if (e->leaf != grow->leaf ||
			    (e->subleaf != TDX_NO_SUBLEAF && e->subleaf != grow->subleaf))
				continue;
			direct[grow->reg] |= grow->bits & ~e->allow_direct[grow->reg];
			used[g] = true;
		}
		if (tdx_module_add_slot(&grown, pool, e->leaf, e->subleaf, direct, e->allow_direct))
			return NULL;
	}

	for (g = 0; g < sw_nr_grow; g++) {
		u32 direct[4] = {}, none[4] = {};
		u32 h;

		if (used[g])
			continue;
		for (h = g; h < sw_nr_grow; h++) {
			if (sw_grow[h].leaf != sw_grow[g].leaf ||
			    sw_grow[h].subleaf != sw_grow[g].subleaf)
				continue;
			direct[sw_grow[h].reg] |= sw_grow[h].bits;
			used[h] = true;
		}
		if (tdx_module_add_slot(&grown, pool, sw_grow[g].leaf, sw_grow[g].subleaf, direct,
					none))
			return NULL;
	}
	return &grown;
}

/*
 * Profile "native": every leaf that the module looks at, as this CPU answers,
 * except that what TDH.SYS.INIT insists on is true, and that there is a topology.
 * An emulated CPU has not all that a CPU with TDX must have.
 */
static const struct tdx_native *sw_native_cpu(const struct tdx_module *m)
{
	static struct tdx_native_leaf leaf[TDX_MODULE_MAX_LOOKUP + 2];
	static struct tdx_native cpu = {
		.name = "native",
		.description = "the CPU that this runs on",
		.leaf = leaf,
	};
	u32 last[2] = { cpuid_eax(0), cpuid_eax(0x80000000) };
	u32 i, r, n = 0;

	for (i = 0; i < m->nr_lookup; i++) {
		const struct tdx_module_entry *e = tdx_module_entry(m, i);
		struct tdx_native_leaf *l = &leaf[n++];
		u32 range = e->leaf >> 31;

		l->leaf = e->leaf;
		l->subleaf = e->subleaf;
		if (e->leaf <= last[range])
			cpuid_count(e->leaf, e->subleaf == TDX_NO_SUBLEAF ? 0 : e->subleaf,
				    &l->reg[TDX_EAX], &l->reg[TDX_EBX], &l->reg[TDX_ECX],
				    &l->reg[TDX_EDX]);
		for (r = 0; r < 4; r++) {
			l->reg[r] = (l->reg[r] & ~e->verify_mask[r]) | e->verify_value[r];
			/* A leaf that must answer something must be within the range. */
			if (e->verify_value[r] && e->leaf > last[range])
				last[range] = e->leaf;
		}
	}
	for (i = 0; i < n; i++)
		if (leaf[i].leaf == 0x1f)
			break;
	if (i < n && !(leaf[i].reg[TDX_ECX] & 0xff00)) {
		/* One core with one thread. */
		last[0] = max(last[0], 0x1fU);
		for (; i < n && leaf[i].leaf == 0x1f; i++) {
			u32 level = leaf[i].subleaf;

			leaf[i].reg[TDX_EBX] = level < 2;
			leaf[i].reg[TDX_ECX] = level | (level < 2 ? (level + 1) << 8 : 0);
		}
	}
	for (i = 0; i < n; i++)
		if (!(leaf[i].leaf & ~0x80000000U))
			leaf[i].reg[TDX_EAX] = last[leaf[i].leaf >> 31];
	cpu.nr_leaf = n;

	if (boot_cpu_has(X86_FEATURE_ARCH_CAPABILITIES))
		rdmsrq(MSR_IA32_ARCH_CAPABILITIES, cpu.arch_capabilities);
	return &cpu;
}

static u64 sw_sys_init(struct tdx_module_args *a)
{
	const struct tdx_module *m = tdx_module_find(sw_module_name);
	const struct tdx_native *cpu = NULL;
	u64 status;

	if (m && sw_nr_grow)
		m = sw_grown_module(m);
	if (m)
		cpu = strcmp(sw_cpu_name, "native") ? tdx_native_find(sw_cpu_name) :
						      sw_native_cpu(m);
	if (!m || !cpu) {
		/* To Linux this is a machine whose BIOS loaded no module. */
		pr_err("no module '%s' for a CPU '%s'\n", sw_module_name, sw_cpu_name);
		return SW_TDX_VMFAILINVALID;
	}

	status = tdx_sys_init(&sw_platform, m, cpu, &a->rcx);
	pr_info("module %s on CPU %s, features0 0x%llx%s: 0x%llx, rcx 0x%llx\n", m->version, cpu->name,
		m->features0, m->features0_published ? "" : " (of the nearest older version)",
		status, a->rcx);
	return status;
}

/* tdx_sw.slots: is @field their number, or of one that the version lacks? */
static bool sw_extra_slot(u64 field, u64 *value)
{
	u32 nr = sw_platform.module->nr_config;

	if (field == SW_NUM_CPUID_CONFIG) {
		*value = sw_slots;
		return true;
	}
	if (field >= SW_CPUID_CONFIG_LEAVES + nr && field < SW_CPUID_CONFIG_LEAVES + sw_slots) {
		*value = 0x29 | (field - SW_CPUID_CONFIG_LEAVES) << 32;
		return true;
	}
	*value = 0;
	return field >= SW_CPUID_CONFIG_VALUES + 2 * nr &&
	       field < SW_CPUID_CONFIG_VALUES + 2 * sw_slots;
}

/* The global metadata of memory management, which the CPUID rules do not have. */
static u64 sw_sys_rd(u64 field, u64 *value)
{
	static const struct {
		u64 field;
		u64 value;
	} memory[] = {
		{ 0x9100000100000008, 64 },	/* MAX_TDMRS */
		{ 0x9100000100000009, 16 },	/* MAX_RESERVED_PER_TDMR */
		{ 0x9100000100000010, 16 },	/* PAMT_4K_ENTRY_SIZE */
		{ 0x9100000100000011, 16 },	/* PAMT_2M_ENTRY_SIZE */
		{ 0x9100000100000012, 16 },	/* PAMT_1G_ENTRY_SIZE */
		{ 0x9800000100000000, PAGE_SIZE },
		{ 0x9800000100000100, SW_TDCS_PAGES * PAGE_SIZE },
		{ 0x9800000100000200, SW_TDVPS_PAGES * PAGE_SIZE },
		{ 0x8900000100000000, 1 },	/* MODULE_HV of the hand-off data */
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(memory); i++) {
		if (memory[i].field == field) {
			*value = memory[i].value;
			return 0;
		}
	}
	if (sw_slots && sw_extra_slot(field, value))
		return 0;
	return tdx_sys_rd(&sw_platform, field, value);
}

static struct sw_td *sw_td(u64 tdr)
{
	struct sw_td *td = __va(tdr);

	BUILD_BUG_ON(sizeof(*td) > PAGE_SIZE);
	return td->magic == SW_TD_MAGIC ? td : NULL;
}

static struct sw_vp *sw_vp(u64 tdvpr)
{
	struct sw_vp *vp = __va(tdvpr);

	BUILD_BUG_ON(sizeof(*vp) > PAGE_SIZE);
	return vp->magic == SW_VP_MAGIC ? vp : NULL;
}

static u64 sw_mng_init(struct sw_td *td, struct tdx_module_args *a)
{
	const struct sw_td_params *abi = __va(a->rdx);
	u32 nr = sw_platform.module->nr_config;
	struct tdx_td_params params = {
		.attributes = abi->attributes,
		.xfam = abi->xfam,
		.max_vcpus = abi->max_vcpus,
		.num_l2_vms = abi->num_l2_vms,
		.eptp_controls = abi->eptp_controls,
		.config_flags = abi->config_flags,
		.tsc_frequency = abi->tsc_frequency,
		.msr_config_ctls = abi->msr_config_ctls,
		.ia32_arch_capabilities_config = abi->ia32_arch_capabilities_config,
	};

	if (td->td.initialized)
		return SW_TDX_OP_STATE_INCORRECT;
	if (!IS_ALIGNED(a->rdx, sizeof(*abi)))
		return TDX_OPERAND_INVALID | 2;

	memcpy(params.cpuid_values, abi->cpuid_values, nr * sizeof(params.cpuid_values[0]));
	params.reserved_nonzero = memchr_inv(&abi->cpuid_values[nr], 0,
					     sizeof(abi->cpuid_values) -
						     nr * sizeof(abi->cpuid_values[0])) != NULL;

	a->rcx = 0;
	return tdx_mng_init(&td->td, &sw_platform, &params, &a->rcx, NULL);
}

static u64 sw_mng_rd(struct sw_td *td, struct tdx_module_args *a)
{
	u64 field = a->rdx;

	a->r8 = 0;
	/* Class 17, execution controls: Linux reads the TSC's offset and multiplier. */
	if (field == (17ULL << 56 | 10))
		return 0;
	if (field == (17ULL << 56 | 11)) {
		a->r8 = 1ULL << 48;
		return 0;
	}
	return tdx_mng_rd(&td->td, field, &a->r8);
}

static u64 sw_vp_field(struct sw_vp *vp, struct tdx_module_args *a, bool write)
{
	u32 i;

	for (i = 0; i < vp->nr_fields && vp->field[i].id != a->rdx; i++)
		;
	if (write) {
		u64 old = i < vp->nr_fields ? vp->field[i].value : 0;

		if (i == SW_VP_FIELDS)
			return SW_TDX_METADATA_FIELD_ID_INCORRECT;
		if (i == vp->nr_fields)
			vp->nr_fields++;
		vp->field[i].id = a->rdx;
		vp->field[i].value = (old & ~a->r9) | (a->r8 & a->r9);
	} else {
		a->r8 = i < vp->nr_fields ? vp->field[i].value : 0;
	}
	return 0;
}

static u64 sw_dispatch(u64 leaf, struct tdx_module_args *a)
{
	struct sw_td *td;
	struct sw_vp *vp;

	switch (leaf) {
	case TDH_SYS_INIT:
		return sw_sys_init(a);
	case TDH_SYS_LP_INIT:
	case TDH_SYS_CONFIG:
	case TDH_SYS_KEY_CONFIG:
	case TDH_SYS_SHUTDOWN:
	case TDH_SYS_DISABLE:
	case TDH_PHYMEM_CACHE_WB:
	case TDH_PHYMEM_PAGE_WBINVD:
		return 0;
	case TDH_SYS_RD:
		a->r8 = 0;
		return sw_sys_rd(a->rdx, &a->r8);
	case TDH_SYS_TDMR_INIT:
		a->rdx = ~0ULL;		/* all of it */
		return 0;
	case TDH_PHYMEM_PAGE_RDMD:
		a->rcx = PT_NDA;
		return 0;
	case TDH_PHYMEM_PAGE_RECLAIM:
		/* Not a TD or vCPU any more; whoever comes back with it is told so. */
		if (sw_td(a->rcx) || sw_vp(a->rcx))
			memset(__va(a->rcx), 0, PAGE_SIZE);
		a->rcx = a->rdx = a->r8 = 0;
		atomic_dec(&sw_pages);
		return 0;

	case TDH_MNG_CREATE:
		td = __va(a->rcx);
		memset(td, 0, PAGE_SIZE);
		td->magic = SW_TD_MAGIC;
		td->hkid = a->rdx;
		atomic_inc(&sw_pages);
		return 0;
	case TDH_MNG_KEY_CONFIG:
	case TDH_MNG_INIT:
	case TDH_MNG_RD:
	case TDH_MNG_VPFLUSHDONE:
	case TDH_MNG_KEY_FREEID:
	case TDH_MR_FINALIZE:
	case TDH_MEM_TRACK:
		td = sw_td(a->rcx);
		if (!td)
			return TDX_PAGE_METADATA_INCORRECT | TDX_OPERAND_ID_RCX;
		if (leaf == TDH_MNG_INIT)
			return sw_mng_init(td, a);
		if (leaf == TDH_MNG_RD)
			return sw_mng_rd(td, a);
		return 0;

	case TDH_MNG_ADDCX:
	case TDH_VP_CREATE:
	case TDH_MEM_SEPT_ADD:
	case TDH_MEM_PAGE_ADD:
	case TDH_MEM_PAGE_AUG:
	case TDH_MEM_PAGE_REMOVE:
	case TDH_MEM_RANGE_BLOCK:
	case TDH_MR_EXTEND:
		td = sw_td(a->rdx);
		if (!td)
			return TDX_PAGE_METADATA_INCORRECT | TDX_OPERAND_ID_TDR;
		if (leaf == TDH_VP_CREATE) {
			if (!td->td.initialized)
				return SW_TDX_OP_STATE_INCORRECT;
			vp = __va(a->rcx);
			memset(vp, 0, PAGE_SIZE);
			vp->magic = SW_VP_MAGIC;
		}
		if (leaf == TDH_MEM_PAGE_ADD)
			memcpy(__va(a->r8), __va(a->r9), PAGE_SIZE);
		if (leaf == TDH_MEM_PAGE_REMOVE)
			atomic_dec(&sw_pages);
		else if (leaf != TDH_MEM_RANGE_BLOCK && leaf != TDH_MR_EXTEND)
			atomic_inc(&sw_pages);
		a->rcx = a->rdx = 0;
		return 0;

	case TDH_VP_ADDCX:
		if (!sw_vp(a->rdx))
			return TDX_PAGE_METADATA_INCORRECT | 2;
		atomic_inc(&sw_pages);
		return 0;
	case TDH_VP_INIT:
	case TDH_VP_FLUSH:
	case TDH_VP_RD:
	case TDH_VP_WR:
		vp = sw_vp(a->rcx);
		if (!vp)
			return TDX_PAGE_METADATA_INCORRECT | TDX_OPERAND_ID_RCX;
		if (leaf == TDH_VP_RD || leaf == TDH_VP_WR)
			return sw_vp_field(vp, a, leaf == TDH_VP_WR);
		return 0;
	}
	pr_warn_once("SEAMCALL leaf %llu is not modelled\n", leaf);
	return TDX_OPERAND_INVALID;
}

static u64 sw_seamcall(u64 fn, struct tdx_module_args *a)
{
	const struct tdx_module_args in = *a;
	u64 leaf = fn & 0xffff;
	u64 status;

	/* Bit 63: a call to the P-SEAMLDR, which is not here. */
	if (fn & BIT_ULL(63))
		return SW_TDX_VMFAILINVALID;

	status = sw_fault(leaf);
	if (!status)
		status = sw_dispatch(leaf, a);

	if (sw_trace && leaf != TDH_SYS_RD)
		pr_info("SEAMCALL %llu rcx=%llx rdx=%llx r8=%llx r9=%llx: %llx rcx=%llx rdx=%llx r8=%llx\n",
			leaf, in.rcx, in.rdx, in.r8, in.r9, status, a->rcx, a->rdx, a->r8);
	return status;
}

/* Writes no registers back. */
u64 __seamcall(u64 fn, struct tdx_module_args *args)
{
	struct tdx_module_args a = *args;

	return sw_seamcall(fn, &a);
}

u64 __seamcall_ret(u64 fn, struct tdx_module_args *args)
{
	return sw_seamcall(fn, args);
}

/*
 * Only for TDH.VP.ENTER.  There is no guest: the TD is found dead at once, which
 * KVM reports to userspace as an internal error.
 */
noinstr u64 __seamcall_saved_ret(u64 fn, struct tdx_module_args *args)
{
	return TDX_NON_RECOVERABLE_TD_NON_ACCESSIBLE;
}
