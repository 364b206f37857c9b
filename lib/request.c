// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A request to begin with: what a VMM makes of "-cpu host" for a guest with one vCPU. */
#include <errno.h>

#include "internal.h"

#define LEVEL_SMT   1
#define LEVEL_CORE  2
#define CACHE_KIND  0x3ff /* of 0x4.EAX; the rest is how many CPUs share it */
#define GPAW	    48
#define TSC_MIN	    100000 /* kHz; what the TDX module takes, as the next */
#define TSC_MAX	    10000000
#define TSC_DEFAULT 1000000
#define TSC_UNIT    25000

/* Numbers as the CPU has them, but for those that count CPUs. */
static u32 number(const struct tdx_cpuid_slot *slot, int reg, u32 native)
{
	const u32 level[] = { LEVEL_SMT, LEVEL_CORE };

	switch (slot->leaf) {
	case 0x1:
		return reg == TDX_EBX ? 0 : native;
	case 0x4:
		return reg == TDX_EAX ? native & CACHE_KIND : native;
	case 0x1f:
		if (reg == TDX_EBX)
			return slot->subleaf < ARRAY_SIZE(level);
		if (reg == TDX_ECX)
			return slot->subleaf < ARRAY_SIZE(level) ?
				       level[slot->subleaf] << 8 | slot->subleaf :
				       slot->subleaf;
		return 0;
	case TDX_CPUID_GPAW_LEAF:
		return reg == TDX_EAX ?
			       (native & ~TDX_CPUID_GPAW_MASK) | GPAW << TDX_CPUID_GPAW_SHIFT :
			       native;
	default:
		return native;
	}
}

/* Those of @mask that ordinary VMs have as well, and that do not need what is not requested. */
static u32 wanted(const struct tdxcpuid_host *host, const struct tdxcpuid_request *request,
		  const struct tdx_cpuid_slot *slot, int reg, u32 mask)
{
	u32 left = mask;

	for (int n = 0; n < 32; n++) {
		const struct tdxcpuid_bit bit = { slot->leaf, slot->subleaf, reg, n };
		struct tdxcpuid_bit_fate fate;

		if (!(mask >> n & 1))
			continue;
		if (!is_ordinary(&bit)) {
			left &= ~(1U << n);
			continue;
		}
		tdxcpuid_bit_fate(host, &bit, &fate);
		if ((fate.xfam & ~request->xfam) || (fate.attributes & ~request->attributes))
			left &= ~(1U << n);
	}

	return left;
}

static void fill_entry(const struct tdxcpuid_host *host, const struct tdxcpuid_request *request,
		       u32 k, struct kvm_cpuid_entry2 *e)
{
	const struct tdx_cpuid_slot *slot = &host->kvm.slots.slot[k];
	bool indexed = slot->subleaf != TDX_NO_SUBLEAF;
	u32 native[4];

	*e = (struct kvm_cpuid_entry2){
		.function = slot->leaf,
		.index = indexed ? slot->subleaf : 0,
		.flags = indexed ? KVM_CPUID_FLAG_SIGNIFCANT_INDEX : 0,
	};
	tdx_native_cpuid(native_of(host->cpu), e->function, e->index, native);
	for (int reg = 0; reg < 4; reg++) {
		u32 reported = cpuid_reg(&host->caps[k], reg), numbers = host->numbers[k][reg];

		*cpuid_reg_of(e, reg) =
			(number(slot, reg, native[reg]) & numbers & reported) |
			wanted(host, request, slot, reg, native[reg] & ~numbers & reported);
	}
}

/*
 * The host's, in the module's unit, as a TD gets no other; of a modelled one whose CPU does not
 * tell, one that the module takes.
 */
static u32 tsc_khz(const struct tdxcpuid_host *host)
{
	u32 own = host->tsc_khz;

	if (host->model && (own < TSC_MIN || own > TSC_MAX))
		return TSC_DEFAULT;
	return own < TSC_MIN ? own : own - own % TSC_UNIT;
}

int tdxcpuid_host_request(const struct tdxcpuid_host *host, struct tdxcpuid_request *request,
			  struct kvm_cpuid_entry2 *entries, uint32_t room)
{
	struct tdxcpuid_request made;

	if (!copy_in(&made, sizeof(made), request) || (!entries && room))
		return -EINVAL;
	if (host->kvm.disabled & TDXCPUID_NO_MODULE)
		return -EOPNOTSUPP;
	if (!host->cpu)
		return -ENODATA;
	if (room < host->kvm.slots.nr)
		return -E2BIG;

	for (u32 k = 0; k < host->kvm.slots.nr; k++)
		fill_entry(host, &made, k, &entries[k]);
	made.entries = entries;
	made.nent = host->kvm.slots.nr;
	made.tsc_khz = tsc_khz(host);
	copy_out(request, &made, sizeof(made));
	return 0;
}
