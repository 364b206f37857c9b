// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What the TD has: by slot, and as KVM_TDX_GET_CPUID tells it. */
#include <linux/errno.h>
#include <linux/kernel.h>

#include "kvm_tdx_internal.h"

const u32 *kvm_tdx_effective(const struct kvm_tdx_td *td, u32 k)
{
	return td->td.cpuid[td->host->platform.module->lookup_of_slot[k]];
}

u32 kvm_tdx_at_stake(const struct kvm_tdx_td *td, u32 k, int reg)
{
	return kvm_tdx_effective(td, k)[reg] & td->params.cpuid_values[k][reg] &
	       ~td->host->slots.slot[k].allowed[reg];
}

/* One look at the TD's CPUID, and its entry if there is such a leaf and subleaf. */
static int read_cpuid(const struct kvm_tdx_td *td, u32 leaf, u32 subleaf, bool has_subleaf,
		      struct kvm_cpuid_entry2 *e)
{
	u64 field = TDX_MD_CPUID_VALUES | (leaf >> 31) << 16 | (leaf & 0x7f) << 9;
	u64 ebx_eax, edx_ecx;

	field |= has_subleaf ? subleaf << 1 : 0x1fe;
	if (tdx_mng_rd(&td->td, field, &ebx_eax) || tdx_mng_rd(&td->td, field + 1, &edx_ecx))
		return -EIO;

	*e = (struct kvm_cpuid_entry2){
		.function = leaf,
		.index = subleaf,
		.flags = has_subleaf ? KVM_CPUID_FLAG_SIGNIFCANT_INDEX : 0,
		.eax = (u32)ebx_eax,
		.ebx = ebx_eax >> 32,
		.ecx = (u32)edx_ecx,
		.edx = edx_ecx >> 32,
	};

	/* The module does not report the GPAW. */
	if (leaf == TDX_CPUID_GPAW_LEAF)
		e->eax = (e->eax & ~TDX_CPUID_GPAW_MASK) | td->gpaw << TDX_CPUID_GPAW_SHIFT;

	return 0;
}

/* Append the entries of @leaf: without subleaf, or every subleaf up to the first failure. */
static u32 read_leaf(const struct kvm_tdx_td *td, u32 leaf, struct kvm_cpuid_entry2 *entries,
		     u32 nent, u32 max)
{
	struct kvm_cpuid_entry2 e;
	u32 subleaf;

	if (!read_cpuid(td, leaf, 0, false, &e)) {
		if (nent < max)
			entries[nent] = e;
		return nent + 1;
	}

	for (subleaf = 0; !read_cpuid(td, leaf, subleaf, true, &e); subleaf++, nent++) {
		if (nent < max)
			entries[nent] = e;
	}

	return nent;
}

int kvm_tdx_get_cpuid(const struct kvm_tdx_td *td, struct kvm_cpuid_entry2 *entries, u32 max)
{
	static const u32 ranges[] = { 0, 0x80000000 };
	u32 nent = 0;

	for (u32 i = 0; i < ARRAY_SIZE(ranges); i++) {
		struct kvm_cpuid_entry2 first;

		if (read_cpuid(td, ranges[i], 0, false, &first))
			return -EIO;
		/* No leaf above 0x7f of a range can be read, whatever the CPU says is its last. */
		for (u32 leaf = ranges[i]; leaf <= first.eax && leaf <= ranges[i] + 0x7f; leaf++)
			nent = read_leaf(td, leaf, entries, nent, max);
	}

	return nent;
}
