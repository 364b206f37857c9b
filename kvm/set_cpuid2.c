// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* KVM_SET_CPUID2 against what the TDX module enforces. */
#include <linux/string.h>

#include "kvm_tdx_internal.h"

/* What KVM_TDX_GET_CPUID tells of a slot, or NULL. */
static const struct kvm_cpuid_entry2 *find_slot(const struct kvm_cpuid_entry2 *list, u32 nent,
						const struct tdx_cpuid_slot *slot)
{
	for (u32 i = 0; i < nent; i++) {
		if (list[i].function == slot->leaf &&
		    (slot->subleaf == TDX_NO_SUBLEAF || list[i].index == slot->subleaf))
			return &list[i];
	}

	return NULL;
}

void kvm_tdx_trust(struct tdx_cpuid_trusted *trusted, const struct kvm_tdx_host *host,
		   const struct tdxcpuid_request *request, const struct kvm_cpuid_entry2 *list,
		   u32 nent)
{
	memset(trusted, 0, sizeof(*trusted));
	trusted->nr = host->slots.nr;

	for (u32 k = 0; k < host->slots.nr; k++) {
		const struct tdx_cpuid_slot *slot = &host->slots.slot[k];
		const struct kvm_cpuid_entry2 *e = find_slot(list, nent, slot);
		struct tdx_cpuid_trusted_slot *t = &trusted->slot[k];
		struct kvm_cpuid_entry2 reported;

		kvm_tdx_capability(host, k, &reported);
		t->leaf = slot->leaf;
		t->subleaf = slot->subleaf;
		t->given = kvm_tdx_entry_of_slot(host, request, k);

		/* Nobody can repeat what KVM does not read: a leaf above 0x7f, for example. */
		for (int reg = 0; e && reg < 4; reg++) {
			t->effective[reg] = cpuid_reg(e, reg);
			/* KVM draws no conclusions from the contents of a value register. */
			if (tdx_cpuid_allowed(slot->leaf, slot->subleaf, reg) == ~0U)
				continue;
			t->mask[reg] = cpuid_reg(&reported, reg);
			t->hidden[reg] = slot->configurable[reg] & ~t->mask[reg];
		}

		/* Two fields: MAXPA, which the TD has from the CPU, and the GPAW. */
		if (e && slot->leaf == TDX_CPUID_GPAW_LEAF) {
			t->mask[TDX_EAX] = t->hidden[TDX_EAX] = 0;
			trusted->has_gpaw = true;
		}
	}
}
