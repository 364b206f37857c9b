// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A host of which KVM_TDX_CAPABILITIES is known: a module is made that would report it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/*
 * KVM reports a leaf without subleaf like subleaf 0.  What the known modules
 * make of the leaf tells the two apart; a leaf that is new to all of them has
 * subleaves, which is the stricter reading.
 */
static u32 subleaf_of(const struct tdxcpuid_caps *caps, const struct kvm_cpuid_entry2 *cap)
{
	const struct tdx_module *m;

	for (u32 k = 0; k < caps->nent; k++) {
		const struct kvm_cpuid_entry2 *other = &caps->cpuid[k];

		if (other->function == cap->function &&
		    (other->index || (other->flags & KVM_CPUID_FLAG_SIGNIFCANT_INDEX)))
			return cap->index;
	}

	for (u32 n = 0; (m = tdx_module_nth(n)); n++) {
		if (find_entry(m, cap->function, TDX_NO_SUBLEAF))
			return TDX_NO_SUBLEAF;
		if (find_entry(m, cap->function, 0))
			return 0;
	}

	return cap->index;
}

/* The masks that KVM reports; the GPAW in there is not the module's. */
static void reported_masks(const struct kvm_cpuid_entry2 *cap, u32 mask[4])
{
	for (int reg = 0; reg < 4; reg++)
		mask[reg] = cpuid_reg(cap, reg);
	if (cap->function == TDX_CPUID_GPAW_LEAF)
		mask[TDX_EAX] &= ~TDX_CPUID_GPAW_MASK;
}

/*
 * A module with the slots that KVM reports.  Of a module that is known, the slot
 * may well offer more than KVM reports, and drop what the CPU does not have.
 */
static int add_reported_slots(struct made_module *made, const struct tdxcpuid_caps *caps)
{
	for (u32 k = 0; k < caps->nent; k++) {
		const struct kvm_cpuid_entry2 *cap = &caps->cpuid[k];
		u32 subleaf = subleaf_of(caps, cap), config[4], allow[4] = { 0 };
		const struct tdx_module_entry *e = NULL;
		int ret;

		reported_masks(cap, config);
		if (caps->module)
			e = find_entry(module_of(caps->module), cap->function, subleaf);
		for (int reg = 0; e && reg < 4; reg++) {
			allow[reg] = e->allow_direct[reg];
			config[reg] = e->config_direct[reg] | (config[reg] & ~allow[reg]);
		}

		ret = tdx_module_add_slot(&made->m, made->pool, cap->function, subleaf, config,
					  allow);
		if (ret)
			return ret == -ENOSPC ? -E2BIG : -EINVAL;
		module_unfix_slot(made, k);
	}

	return 0;
}

/* What KVM reports is what counts, whatever the allowlist of this library says. */
static void allow_reported(struct tdxcpuid_host *h)
{
	for (u32 k = 0; k < h->kvm.slots.nr; k++) {
		struct tdx_cpuid_slot *slot = &h->kvm.slots.slot[k];
		const struct tdx_module *m;
		u32 mask[4];

		reported_masks(&h->caps[k], mask);
		for (int reg = 0; reg < 4; reg++) {
			slot->allowed[reg] &= ~(slot->configurable[reg] & ~mask[reg]);
			slot->allowed[reg] |= cpuid_reg(&h->caps[k], reg);
		}

		for (u32 n = 0; !h->module && (m = tdx_module_nth(n)); n++) {
			const struct tdx_module_entry *e = find_entry(m, slot->leaf, slot->subleaf);

			for (int reg = 0; e && reg < 4; reg++)
				h->droppable[k][reg] |= e->allow_direct[reg] & ~mask[reg];
		}
	}
}

static void init_kvm(struct tdxcpuid_host *h, const struct tdxcpuid_caps *caps)
{
	h->cpu = caps->cpu;
	if (h->cpu)
		kvm_tdx_host_init(&h->kvm, &h->made.m, native_of(h->cpu), caps->policy);
	/* No module runs on a CPU that fails TDH.SYS.INIT: then this is not how the CPU is. */
	if (h->kvm.init_status && !caps->no_tdx)
		h->cpu = NULL;
	if (!h->cpu || h->kvm.init_status)
		kvm_tdx_host_init(&h->kvm, &h->made.m, tdx_native_find(TDXCPUID_DEFAULT_CPU),
				  caps->policy);
}

int tdxcpuid_host_new_caps(const struct tdxcpuid_caps *given, struct tdxcpuid_host **host)
{
	const struct tdx_module *base;
	struct tdxcpuid_caps caps;
	struct tdxcpuid_host *h;
	int ret;

	*host = NULL;
	if (!copy_in(&caps, sizeof(caps), given) || (!caps.cpuid && caps.nent) ||
	    (unsigned int)caps.gpaw52 > TDXCPUID_YES || (unsigned int)caps.policy > TDXCPUID_NONE)
		return -EINVAL;
	if (caps.no_tdx)
		caps = (struct tdxcpuid_caps){ .cpu = caps.cpu, .no_tdx = 1 };
	if (caps.nent > TDXCPUID_MAX_SLOTS)
		return -E2BIG;

	h = calloc(1, sizeof(*h));
	if (!h)
		return -ENOMEM;

	base = caps.module ? module_of(caps.module) : tdx_module_find(TDXCPUID_DEFAULT_MODULE);
	tdx_module_derive(&h->made.m, base, h->made.pool);
	if (!caps.module)
		h->made.m.version = "";
	h->made.m.attributes_fixed0 |= caps.attributes;
	h->made.m.xfam_fixed0 |= caps.xfam;
	ret = add_reported_slots(&h->made, &caps);
	if (ret) {
		free(h);
		return ret;
	}

	h->module = caps.module;
	h->gpaw52 = caps.gpaw52;
	init_kvm(h, &caps);
	describe_slots(h);

	if (caps.nent)
		memcpy(h->caps, caps.cpuid, caps.nent * sizeof(h->caps[0]));
	h->kvm.platform.attributes_fixed0 |= caps.attributes;
	h->kvm.platform.xfam_fixed0 |= caps.xfam;
	h->kvm.supported_attrs = caps.attributes;
	h->kvm.supported_xfam = caps.xfam;
	h->kvm.has_gpaw52 = caps.gpaw52 != TDXCPUID_NO;
	h->kvm.disabled = caps.no_tdx ? TDXCPUID_NO_MODULE : 0;
	h->tsc_khz = caps.tsc_khz;
	if (caps.tsc_khz)
		h->kvm.tsc_khz = caps.tsc_khz;
	allow_reported(h);

	*host = h;
	return 0;
}
