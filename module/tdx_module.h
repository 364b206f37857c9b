/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The software TDX module: what TDH.SYS.RD, TDH.MNG.INIT and TDH.MNG.RD do with
 * CPUID, for every module whose source is published.  A model, not the module.
 *
 * Freestanding, no allocation: the caller provides every object.
 */
#ifndef TDX_MODULE_H
#define TDX_MODULE_H

#include <linux/types.h>

#define TDX_NO_SUBLEAF		0xffffffffU
#define TDX_MODULE_MAX_CONFIG	48
#define TDX_MODULE_MAX_LOOKUP	128	/* the longest known one, and room for new slots */

enum tdx_reg { TDX_EAX, TDX_EBX, TDX_ECX, TDX_EDX };

/* One row of a native CPU profile. */
struct tdx_native_leaf {
	u32 leaf;
	u32 subleaf;			/* TDX_NO_SUBLEAF answers every ECX */
	u32 reg[4];
};

/* The CPU that the module runs on, as TDH.SYS.INIT finds it. */
struct tdx_native {
	const char *name;
	const char *description;
	const char *source;		/* of the figures; NULL: no built-in machine */
	bool synthetic;			/* invented, no machine answers like this */
	const struct tdx_native *base;	/* answers what @leaf does not; may be NULL */
	const struct tdx_native_leaf *leaf;
	u32 nr_leaf;
	u64 arch_capabilities;		/* MSR IA32_ARCH_CAPABILITIES */
};

/* One entry of the module's cpuid_lookup[], with its CPUID_CONFIG masks if it has a slot. */
struct tdx_module_entry {
	u32 leaf;
	u32 subleaf;			/* TDX_NO_SUBLEAF if the leaf has none */
	u32 fixed0[4];			/* fixed-0 or dynamic */
	u32 fixed1[4];
	u32 config_direct[4];		/* taken as given */
	u32 allow_direct[4];		/* ANDed with native */
	u32 verify_mask[4];		/* TDH.SYS.INIT wants (native & mask) == value */
	u32 verify_value[4];
	s8 slot;			/* index in CPUID_CONFIG, or -1 */
	bool faulting;
};

/* CPUID bits that the TD loses when it lacks any component in @xfam. */
struct tdx_xfam_mask {
	u32 leaf;
	u32 subleaf;
	u32 xfam;
	u32 clear[4];
};

/*
 * A module version.  @rules says which version's code is modelled, where the
 * version's own was not read: the nearest one below it.
 */
struct tdx_module {
	const char *version;
	const char *judged_as;		/* the version whose figures stand in for it, or NULL */
	u32 rules;			/* TDX_MODULE_VERSION() */
	bool executed;			/* checked against the vendor's code, run */
	bool preproduction;
	u32 update_from;		/* oldest version that it replaces under TDs; 0: unknown */
	u64 features0;			/* TDX_FEATURES0; if not published, an older one's */
	bool features0_published;
	u64 attributes_fixed0;
	u64 attributes_conditional;	/* joins fixed0 where the CPU has the feature */
	u64 attributes_fixed1;
	u64 xfam_fixed0;
	u64 xfam_fixed1;
	u64 config_flags_fixed0;
	const char *source;		/* where the figures come from */
	const struct tdx_xfam_mask *xfam_mask;
	u32 nr_xfam_mask;
	u32 nr_lookup;
	u32 nr_config;
	/* Entry @i of cpuid_lookup[]: pool[index[i]]; index == NULL: pool[i]. */
	const struct tdx_module_entry *pool;
	const u8 *index;
	u8 lookup_of_slot[TDX_MODULE_MAX_CONFIG];
};

static inline const struct tdx_module_entry *tdx_module_entry(const struct tdx_module *m, u32 i)
{
	return &m->pool[m->index ? m->index[i] : i];
}

/* Index in cpuid_lookup[] of exactly this leaf and subleaf, or -1. */
int tdx_module_index(const struct tdx_module *m, u32 leaf, u32 subleaf);

#define TDX_MODULE_VERSION(major, minor, update) \
	((u32)(major) << 16 | (u32)(minor) << 8 | (update))

/* A module on a CPU, after TDH.SYS.INIT and TDH.SYS.CONFIG. */
struct tdx_platform {
	const struct tdx_module *module;
	const struct tdx_native *cpu;
	u64 attributes_fixed0;		/* with the conditional bits of this CPU */
	u64 xfam_fixed0;
	u32 fms;			/* platform_fms */
	u32 native[TDX_MODULE_MAX_LOOKUP][4];	/* N[i]: native, fixed bits applied */
	u32 raw[TDX_MODULE_MAX_LOOKUP][4];	/* as the CPU answers */
	/* Chains of entries by leaf and subleaf: 1 + index, 0 ends. */
	u8 first[128];
	u8 next[TDX_MODULE_MAX_LOOKUP];
	bool masked[TDX_MODULE_MAX_LOOKUP];	/* some row of xfam_mask is about the entry */
};

/* What TDH.MNG.INIT reads of TD_PARAMS; the names are the module's own. */
struct tdx_td_params {
	u64 attributes;
	u64 xfam;
	u16 max_vcpus;
	u8 num_l2_vms;
	u64 eptp_controls;
	u64 config_flags;
	u16 tsc_frequency;		/* units of 25 MHz */
	u64 msr_config_ctls;
	u64 ia32_arch_capabilities_config;
	bool reserved_nonzero;		/* a reserved byte behind the last slot is set */
	u32 cpuid_values[TDX_MODULE_MAX_CONFIG][4];
};

/* A TD after TDH.MNG.INIT. */
struct tdx_td {
	const struct tdx_platform *platform;
	bool initialized;
	u64 attributes;
	u64 xfam;
	u64 config_flags;
	u32 cpuid[TDX_MODULE_MAX_LOOKUP][4];	/* TDCS.CPUID_VALUES */
};

/* Which of the module's rules a request broke; the words are in kvm/. */
enum tdx_rule {
	TDX_RULE_NOT_CONFIGURABLE,	/* a bit outside config_direct | allow_direct */
	TDX_RULE_ATTRIBUTES,
	TDX_RULE_XFAM,
	TDX_RULE_CONFIG_FLAGS,
	TDX_RULE_EPTP_CONTROLS,
	TDX_RULE_MAX_VCPUS,
	TDX_RULE_NUM_L2_VMS,
	TDX_RULE_TSC_FREQUENCY,
	TDX_RULE_RESERVED,
	TDX_RULE_FMS,			/* 1.EAX is not the platform's family/model/stepping */
	TDX_RULE_TSX_PAIR,		/* HLE != RTM */
	TDX_RULE_TSX_CTRL,		/* HLE = RTM = 1 without IA32_TSX_CTRL */
	TDX_RULE_MAXPA,
	TDX_RULE_TOPOLOGY,		/* the levels of 0x1F */
	TDX_RULE_ARCH_CAPABILITIES,
};

/* One broken rule.  Only the first one found reaches the VMM, as @status and @rcx. */
struct tdx_fault {
	u64 status;
	u64 rcx;
	enum tdx_rule rule;
	u32 leaf;
	u32 subleaf;
	s8 slot;			/* index in CPUID_CONFIG, or -1 */
	s8 reg;				/* enum tdx_reg, or -1: no CPUID register */
	u64 mask;			/* the bits at fault, of the register or the field */
};

/*
 * With a @report, TDH.MNG.INIT goes on behind the first fault and reports every
 * one in the module's order; without, it stops at the first like the module.
 */
struct tdx_fault_report {
	void (*report)(struct tdx_fault_report *self, const struct tdx_fault *fault);
};

/* Why a requested bit is 0 in the TD. */
enum tdx_loss {
	TDX_LOST_NOT_NATIVE,
	TDX_LOST_XFAM,
	TDX_LOST_ATTRIBUTE,
	TDX_LOST_FIXED0,		/* or the module sets the value itself */
	TDX_NR_LOSS
};

/*
 * A release of the vendor's, with or without published source.  Hosts print its
 * build, some of them nothing else.
 */
struct tdx_release {
	const char *version;
	u32 build_num;			/* 0: not known, as the next */
	u32 build_date;			/* 20240725 */
};

/* Release @n, oldest first within a line; NULL behind the last. */
const struct tdx_release *tdx_release_nth(u32 n);

/* What decides about a bit of a TD. */
enum tdx_fate {
	TDX_FATE_ZERO,			/* or there is no such leaf, or CPUID of it faults */
	TDX_FATE_ONE,
	TDX_FATE_NATIVE,
	TDX_FATE_CONFIG,		/* the VMM */
	TDX_FATE_ALLOW,			/* the VMM, where the CPU has it */
	TDX_FATE_NUMBER,		/* the module makes it of something else */
};

/* What the TD must have all of, or the bit is 0. */
struct tdx_needs {
	u64 xfam;
	u64 attributes;
	bool mwait;			/* 0x1.ECX[3] */
	bool perfmon_ext;		/* 0x7.1.EAX[8] */
};

/* Built-in tables, newest last within a line; NULL when there is no such one. */
const struct tdx_module *tdx_module_nth(u32 n);
const struct tdx_module *tdx_module_find(const char *version);
/* The newest one of its line (1.5, 2.0) that is not above @version, or NULL. */
const struct tdx_module *tdx_module_nearest(u32 version);
const struct tdx_native *tdx_native_nth(u32 n);
const struct tdx_native *tdx_native_find(const char *name);
/* Vectors name a synthetic CPU without its prefix: their "spr" is not the machine. */
const struct tdx_native *tdx_native_of_vectors(const char *name);

/*
 * A module described at run time: copy @base's entries into @pool, without
 * slots; then add the slots in order.  A slot whose leaf and subleaf are not in
 * the look-up gets an entry of its own, without fixed bits.  0, -EEXIST for a
 * second slot of one leaf and subleaf, -EINVAL for a leaf both with and without
 * subleaf, -ENOSPC for a 33rd slot or a 129th entry.
 */
void tdx_module_derive(struct tdx_module *m, const struct tdx_module *base,
		       struct tdx_module_entry pool[TDX_MODULE_MAX_LOOKUP]);
int tdx_module_add_slot(struct tdx_module *m, struct tdx_module_entry pool[TDX_MODULE_MAX_LOOKUP],
			u32 leaf, u32 subleaf, const u32 config_direct[4],
			const u32 allow_direct[4]);
/* "1.5.34" as TDX_MODULE_VERSION(); 0 if it is no such thing. */
u32 tdx_module_version(const char *version);
/* The version whose code is modelled for @version: the newest known one not above it. */
u32 tdx_module_rules(u32 version);

void tdx_native_cpuid(const struct tdx_native *cpu, u32 leaf, u32 subleaf, u32 reg[4]);

/* TDH.SYS.INIT and TDH.SYS.CONFIG: 0, or the module's status with *rcx. */
u64 tdx_sys_init(struct tdx_platform *p, const struct tdx_module *m, const struct tdx_native *cpu,
		 u64 *rcx);
/* The masks of a slot as TDH.SYS.INFO reports them: config_direct | (allow_direct & native). */
void tdx_sys_config(const struct tdx_platform *p, u32 slot, u32 mask[4]);
/* TDH.SYS.RD of a global metadata field. */
u64 tdx_sys_rd(const struct tdx_platform *p, u64 field, u64 *value);
/* TDH.MNG.INIT.  Returns the status and sets *rcx; @td is written either way. */
u64 tdx_mng_init(struct tdx_td *td, const struct tdx_platform *p,
		 const struct tdx_td_params *params, u64 *rcx, struct tdx_fault_report *report);
/* TDH.MNG.RD of CPUID_VALUES. */
u64 tdx_mng_rd(const struct tdx_td *td, u64 field, u64 *value);
/* Bits of entry @i that the XFAM masks take from a TD with @xfam. */
void tdx_xfam_masked(const struct tdx_platform *p, u32 i, u64 xfam, u32 masked[4]);
/* What becomes of a bit of @e, an entry of @m or NULL, in a TD with what it needs. */
enum tdx_fate tdx_bit_fate(const struct tdx_module *m, const struct tdx_module_entry *e,
			   enum tdx_reg reg, u32 bit, struct tdx_needs *needs);
/* Requested bits of @slot that @td silently lacks, by reason. */
void tdx_mng_lost(const struct tdx_td *td, const struct tdx_td_params *params, u32 slot,
		  u32 lost[TDX_NR_LOSS][4]);

#endif
