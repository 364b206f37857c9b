// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The rows of tdx_cpuid_bits.h as masks: what KVM supports, and what it reports of a slot. */
#include <errno.h>
#include <string.h>

#include "policy.h"

#define SUBLEAF_NONE TDXCPUID_NO_SUBLEAF
#define SUBLEAF_0    0
#define SUBLEAF_1    1
#define SUBLEAF_2    2

static const struct {
	uint32_t leaf;
	uint32_t subleaf;
	uint8_t reg;
	uint8_t bit;
} supported[] = {
#define ROW_ALLOW(leaf, subleaf, reg, bit) { leaf, SUBLEAF_##subleaf, TDXCPUID_##reg, bit },
#define ROW_DENY(leaf, subleaf, reg, bit)
#define TDX_CPUID_BIT(leaf, subleaf, reg, bit, name, verdict, ...) \
	ROW_##verdict(leaf, subleaf, reg, bit)
#define TDX_CPUID_RAW(leaf, subleaf, reg, bit, verdict, ...) ROW_##verdict(leaf, subleaf, reg, bit)
#include "tdx_cpuid_bits.h"
};

uint32_t tdx_cpuid_allowed(uint32_t leaf, uint32_t subleaf, int reg)
{
	uint32_t allowed = 0;

	switch (leaf) {
	case 0x1:
		if (reg == TDXCPUID_EAX || reg == TDXCPUID_EBX)
			return ~0U;
		break;
	case 0x4:
	case 0x18:
	case 0x1f:
		return ~0U;
	case TDX_CPUID_GPAW_LEAF:
		/* MAXPA is without effect unless KVM lets the TD virtualize it. */
		if (reg == TDXCPUID_EAX)
			return 0xff | TDX_CPUID_GPAW_MASK;
		break;
	}

	for (size_t i = 0; i < sizeof(supported) / sizeof(supported[0]); i++) {
		if (supported[i].leaf == leaf && supported[i].subleaf == subleaf &&
		    supported[i].reg == reg)
			allowed |= 1U << supported[i].bit;
	}

	return allowed;
}

int tdx_cpuid_add_slot(struct tdx_cpuid_slots *slots, uint32_t leaf, uint32_t subleaf,
		       const uint32_t configurable[4])
{
	struct tdx_cpuid_slot *slot;

	if (slots->nr >= TDXCPUID_MAX_SLOTS)
		return -E2BIG;

	slot = &slots->slot[slots->nr++];
	slot->leaf = leaf;
	slot->subleaf = subleaf;
	for (int reg = 0; reg < 4; reg++) {
		slot->configurable[reg] = configurable[reg];
		slot->allowed[reg] = tdx_cpuid_allowed(leaf, subleaf, reg);
	}

	return 0;
}

void tdx_cpuid_filter(const struct tdx_cpuid_slot *slot, struct kvm_cpuid_entry2 *entry)
{
	memset(entry, 0, sizeof(*entry));
	entry->function = slot->leaf;
	if (slot->subleaf != TDXCPUID_NO_SUBLEAF) {
		entry->index = slot->subleaf;
		entry->flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX;
	}
	for (int reg = 0; reg < 4; reg++)
		*cpuid_reg_of(entry, reg) = slot->configurable[reg] & slot->allowed[reg];

	/* Not the module's field but KVM's: always configurable. */
	if (slot->leaf == TDX_CPUID_GPAW_LEAF)
		entry->eax |= TDX_CPUID_GPAW_MASK;
}
