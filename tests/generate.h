/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Seeded modules and requests: known and invented slots, honest and dishonest
 * labels.  The same seed gives the same on every machine.
 */
#ifndef TESTS_GENERATE_H
#define TESTS_GENERATE_H

#include "reference.h"

struct rng {
	u64 state;
};

u64 rng_next(struct rng *r);
u32 rng_below(struct rng *r, u32 n);
/* True once in @n. */
bool rng_once_in(struct rng *r, u32 n);

struct generated_module {
	struct tdx_module m;
	struct tdx_module_entry pool[TDX_MODULE_MAX_LOOKUP];
};

/* A known module whose slots are partly left out, shuffled and widened, and new ones. */
void generate_module(struct rng *r, struct generated_module *g);

void set_entry(struct kvm_cpuid_entry2 *e, const u32 value[4]);

/* An entry for a slot, labelled as a VMM should, with nothing in it but the GPAW. */
struct kvm_cpuid_entry2 entry_for(u32 leaf, u32 subleaf);

/* Fields that the module judges as values: nothing in them is always right. */
void clear_values(struct kvm_cpuid_entry2 *e);

/* One honest entry for every slot, with some of the bits of KVM_TDX_CAPABILITIES. */
u32 generate_honest(struct rng *r, const struct kvm_tdx_host *host,
		    struct kvm_cpuid_entry2 entries[TDXCPUID_MAX_ENTRIES]);

/* Something wrong, or merely odd, somewhere. */
u32 mutate(struct rng *r, const struct kvm_tdx_host *host,
	   struct kvm_cpuid_entry2 entries[TDXCPUID_MAX_ENTRIES], u32 nent);

/* QEMU 11.1.3 -cpu host on module 1.5.05, as recorded: attributes 0x10000000, xfam 0x61ae7. */
#define QEMU_ATTRIBUTES 0x10000000
#define QEMU_XFAM	0x61ae7
#define QEMU_TSC_KHZ	2000000
extern const struct kvm_cpuid_entry2 qemu_entries[12];

#endif
