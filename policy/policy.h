/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The directly configurable CPUID bits of a TD that KVM supports, and what follows:
 * what it reports, which request it accepts, which vCPU it takes for consistent.
 *
 * A slot is one CPUID_CONFIG entry of the TDX module: a leaf, a subleaf and the masks
 * that the VMM may configure.  Whatever is not listed is not supported.
 */
#ifndef POLICY_H
#define POLICY_H

#include "../include/tdxcpuid.h"

/* KVM's own field in 0x80000008.EAX, the width of guest physical addresses. */
#define TDX_CPUID_GPAW_LEAF  0x80000008U
#define TDX_CPUID_GPAW_SHIFT 16
#define TDX_CPUID_GPAW_MASK  0x00ff0000U

struct tdx_cpuid_slot {
	uint32_t leaf;
	uint32_t subleaf;	  /* TDXCPUID_NO_SUBLEAF if the leaf has none */
	uint32_t configurable[4]; /* as the module reports */
	uint32_t allowed[4];	  /* as KVM supports, offered or not */
};

struct tdx_cpuid_slots {
	uint32_t nr;
	struct tdx_cpuid_slot slot[TDXCPUID_MAX_SLOTS];
};

/* Receives every violation, in order, as the user will see it but for its words. */
struct tdx_reporter {
	void (*report)(struct tdx_reporter *self, const struct tdxcpuid_violation *v);
};

/* A register of an entry by number, to write and to read. */
static inline uint32_t *cpuid_reg_of(struct kvm_cpuid_entry2 *e, int reg)
{
	uint32_t *const regs[] = { &e->eax, &e->ebx, &e->ecx, &e->edx };

	return regs[reg];
}

static inline uint32_t cpuid_reg(const struct kvm_cpuid_entry2 *e, int reg)
{
	return *cpuid_reg_of((struct kvm_cpuid_entry2 *)e, reg);
}

/* ---- allowed.c ---- */

/*
 * The bits of a register that KVM supports, whether or not a module offers them.
 * Value registers will never hold feature bits: any value is the TDX module's to
 * judge.  Everything else is denied bit by bit unless the table lists it.
 */
uint32_t tdx_cpuid_allowed(uint32_t leaf, uint32_t subleaf, int reg);

/* Append a slot.  -E2BIG behind TDXCPUID_MAX_SLOTS, more than TD_PARAMS has room for. */
int tdx_cpuid_add_slot(struct tdx_cpuid_slots *slots, uint32_t leaf, uint32_t subleaf,
		       const uint32_t configurable[4]);

/* The entry of KVM_TDX_CAPABILITIES for @slot. */
void tdx_cpuid_filter(const struct tdx_cpuid_slot *slot, struct kvm_cpuid_entry2 *entry);

/* ---- validate.c ---- */

/*
 * An entry belongs to the slot of its leaf whose subleaf equals its index.  For a
 * leaf without subleaf the index is 0, or of no significance.
 */
bool tdx_cpuid_belongs(const struct tdx_cpuid_slot *slot, const struct kvm_cpuid_entry2 *e);

/* KVM's look-up by label, as it is done everywhere else: the first that fits, or NULL. */
const struct kvm_cpuid_entry2 *tdx_cpuid_find(const struct kvm_cpuid_entry2 *entries, uint32_t nent,
					      uint32_t leaf, uint32_t index);

/*
 * KVM's violation at @e, entry @i of its list, and at slot @k; -1: none, and without
 * entry it is about the GPAW.  Reason, register, mask and value are the caller's.
 */
struct tdxcpuid_violation tdx_cpuid_violation(const struct tdx_cpuid_slots *slots,
					      const struct kvm_cpuid_entry2 *e, int i, int k);

/*
 * Judge the CPUID input of KVM_TDX_INIT_VM and sort it into @values, one row a slot
 * as in TD_PARAMS.  Returns the GPAW (48 or 52), or -EINVAL after reporting all
 * that is wrong: the GPAW, then by slot, then the entries that belong to none.
 */
int tdx_cpuid_validate(const struct tdx_cpuid_slots *slots, const struct kvm_cpuid_entry2 *entries,
		       uint32_t nent, bool has_gpaw52, uint32_t values[][4],
		       struct tdx_reporter *reporter);

/* ---- compare.c ---- */

/* What the TDX module enforces for the TD, by slot. */
struct tdx_cpuid_trusted_slot {
	uint32_t leaf;
	uint32_t subleaf;      /* TDXCPUID_NO_SUBLEAF if the leaf has none */
	uint32_t mask[4];      /* the bits to compare */
	uint32_t hidden[4];    /* the same, but KVM does not report them */
	uint32_t effective[4]; /* with the GPAW */
	bool given;	       /* userspace sent an entry for the slot */
};

struct tdx_cpuid_trusted {
	uint32_t nr;
	bool has_gpaw;
	struct tdx_cpuid_trusted_slot slot[TDXCPUID_MAX_SLOTS];
};

/*
 * Compare what KVM_SET_CPUID2 tells KVM with what the guest has, reporting every
 * conflict by slot: TDXCPUID_INCONSISTENT; TDXCPUID_HIDDEN of bits that KVM does
 * not report; and with @superset TDXCPUID_MISSING of slots that were given.
 * Returns -EINVAL if there is any but hidden ones.
 */
int tdx_cpuid_compare(const struct tdx_cpuid_trusted *trusted,
		      const struct kvm_cpuid_entry2 *entries, uint32_t nent, bool superset,
		      struct tdx_reporter *reporter);

#endif
