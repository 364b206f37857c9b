/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The directly configurable CPUID bits of a TD that KVM supports.
 *
 * A slot is one CPUID_CONFIG entry of the TDX module: a leaf, a subleaf and the
 * masks that the VMM may configure.  Whatever is not listed is not supported.
 */
#ifndef __KVM_X86_TDX_CPUID_H
#define __KVM_X86_TDX_CPUID_H

#include <linux/types.h>
#include <asm/kvm.h>

#define TDX_CPUID_NO_SUBLEAF	0xffffffffU
#define TDX_CPUID_MAX_SLOTS	48

/* The subleaves as the rows of tdx_cpuid_bits.h spell them. */
#define TDX_CPUID_SUBLEAF_NONE	TDX_CPUID_NO_SUBLEAF
#define TDX_CPUID_SUBLEAF_0	0
#define TDX_CPUID_SUBLEAF_1	1
#define TDX_CPUID_SUBLEAF_2	2

/* KVM's own field in 0x80000008.EAX, the width of guest physical addresses. */
#define TDX_CPUID_GPAW_LEAF	0x80000008U
#define TDX_CPUID_GPAW_SHIFT	16
#define TDX_CPUID_GPAW_MASK	0x00ff0000U

enum tdx_cpuid_reg {
	TDX_CPUID_EAX,
	TDX_CPUID_EBX,
	TDX_CPUID_ECX,
	TDX_CPUID_EDX,
	TDX_CPUID_NR_REGS,
	TDX_CPUID_NO_REG = TDX_CPUID_NR_REGS,
};

struct tdx_cpuid_slot {
	u32 leaf;
	u32 subleaf;				/* TDX_CPUID_NO_SUBLEAF if the leaf has none */
	u32 configurable[TDX_CPUID_NR_REGS];	/* as the module reports */
	u32 allowed[TDX_CPUID_NR_REGS];		/* as KVM supports, offered or not */
	u8 next;				/* see tdx_cpuid_slots.first */
};

/* Zero to begin with, then filled by tdx_cpuid_add_slot(). */
struct tdx_cpuid_slots {
	u32 nr;
	struct tdx_cpuid_slot slot[TDX_CPUID_MAX_SLOTS];
	u8 first[64];			/* chains of slots by leaf % 64: 1 + index, 0 ends */
};

enum tdx_cpuid_reason {
	TDX_CPUID_GPAW_MISSING,		/* no entry for the slot of 0x80000008 */
	TDX_CPUID_GPAW_INVALID,		/* neither 48, nor 52 with 5-level EPT */
	TDX_CPUID_DENIED,		/* bits that KVM does not support */
	TDX_CPUID_DUPLICATE,		/* a second entry for a slot */
	TDX_CPUID_NO_SLOT,		/* an entry that belongs to no slot */
};

struct tdx_cpuid_violation {
	enum tdx_cpuid_reason reason;
	u32 entry;			/* index of the entry at fault, nent if one is missing */
	u32 slot;			/* index of its slot, slots->nr if it has none */
	u32 leaf;			/* as labelled by the entry */
	u32 subleaf;
	enum tdx_cpuid_reg reg;
	u32 mask;			/* the bits at fault */
	u32 value;			/* the register as requested */
};

/* Receives every violation, in order; embed it to carry more. */
struct tdx_cpuid_reporter {
	void (*report)(struct tdx_cpuid_reporter *reporter,
		       const struct tdx_cpuid_violation *violation);
};

/*
 * Append the slot that the module describes by CPUID_CONFIG_LEAVES and
 * CPUID_CONFIG_VALUES.  -E2BIG if the module has more than TDX_CPUID_MAX_SLOTS.
 */
int tdx_cpuid_add_slot(struct tdx_cpuid_slots *slots, u64 leaf, const u64 values[2]);

/*
 * The bits of a register that KVM supports, whether or not a module offers them.
 * Value registers will never hold feature bits: any value is the TDX module's
 * to judge.  Everything else is denied bit by bit unless the table lists it.
 */
u32 tdx_cpuid_allowed(u32 leaf, u32 subleaf, enum tdx_cpuid_reg reg);

/*
 * An entry belongs to the slot of its leaf whose subleaf equals its index.  For
 * a leaf without subleaf the index is 0, or of no significance.
 */
bool tdx_cpuid_belongs(const struct tdx_cpuid_slot *slot, const struct kvm_cpuid_entry2 *e);

/* The entry of KVM_TDX_CAPABILITIES for @slot. */
void tdx_cpuid_filter(const struct tdx_cpuid_slot *slot, struct kvm_cpuid_entry2 *entry);

/*
 * Judge the CPUID input of KVM_TDX_INIT_VM and sort it into @values, one row a
 * slot as in TD_PARAMS and zero to begin with.  Return the GPAW (48 or 52), or
 * the errno of the first violation.
 */
int tdx_cpuid_validate(const struct tdx_cpuid_slots *slots,
		       const struct kvm_cpuid_entry2 *entries, u32 nent, bool has_gpaw52,
		       u32 values[][TDX_CPUID_NR_REGS], struct tdx_cpuid_reporter *reporter);

#endif /* __KVM_X86_TDX_CPUID_H */
