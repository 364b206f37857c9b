// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Linux 7.3's judgement of the CPUID input, defects included: look-up by the
 * label that userspace gives an entry, and a denylist that trusts it.
 */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/string.h>

#include "kvm_tdx_internal.h"

#define HLE_RTM (BIT(4) | BIT(11))
#define WAITPKG BIT(5)

u32 kvm_tdx_7_3_denied(u32 leaf, u32 index, int reg)
{
	if (leaf != 7 || index != 0)
		return 0;

	return reg == TDX_EBX ? HLE_RTM : reg == TDX_ECX ? WAITPKG : 0;
}

static struct tdxcpuid_violation violation(const struct kvm_tdx_host *host,
					   const struct tdxcpuid_request *request,
					   const struct kvm_cpuid_entry2 *e, int slot,
					   enum tdxcpuid_reason reason)
{
	struct tdxcpuid_violation v = tdx_cpuid_violation(
		&host->slots, e, e ? e - request->entries : TDXCPUID_NOWHERE, slot);

	v.reason = reason;
	return v;
}

static int check_gpaw(const struct kvm_tdx_host *host, const struct tdxcpuid_request *request,
		      struct tdx_reporter *reporter)
{
	const struct kvm_cpuid_entry2 *e;
	struct tdxcpuid_violation v;
	int gpaw;

	e = tdx_cpuid_find(request->entries, request->nent, TDX_CPUID_GPAW_LEAF, 0);
	if (e) {
		gpaw = (e->eax & TDX_CPUID_GPAW_MASK) >> TDX_CPUID_GPAW_SHIFT;
		if (gpaw == 48 || (gpaw == 52 && host->has_gpaw52))
			return gpaw;
	}

	v = violation(host, request, e, TDXCPUID_NOWHERE,
		      e ? TDXCPUID_GPAW : TDXCPUID_GPAW_MISSING);
	v.reg = TDX_EAX;
	v.mask = TDX_CPUID_GPAW_MASK;
	v.requested = e ? e->eax : 0;
	reporter->report(reporter, &v);
	return -EINVAL;
}

static void report_uncopied(const struct kvm_tdx_host *host, const struct tdxcpuid_request *request,
			    const u8 *copies, struct tdx_reporter *reporter)
{
	for (u32 i = 0; i < request->nent; i++) {
		const struct kvm_cpuid_entry2 *e = &request->entries[i];
		enum tdxcpuid_reason reason = TDXCPUID_NO_SLOT;
		struct tdxcpuid_violation v;
		int slot = TDXCPUID_NOWHERE;

		if (copies[i] == 1)
			continue;

		for (u32 k = 0; k < host->slots.nr && slot < 0; k++) {
			u32 subleaf = host->slots.slot[k].subleaf;

			if (tdx_cpuid_find(e, 1, host->slots.slot[k].leaf,
					   subleaf == TDX_NO_SUBLEAF ? 0 : subleaf))
				slot = k;
		}

		if (copies[i] > 1)
			reason = TDXCPUID_MALFORMED;
		else if (slot >= 0)
			reason = TDXCPUID_DUPLICATE;
		else if (e->function >> 28 == 4)
			reason = TDXCPUID_PV_LEAF;

		v = violation(host, request, e, slot, reason);
		v.layer = TDXCPUID_LAYER_REQUEST;
		reporter->report(reporter, &v);
	}
}

int kvm_tdx_7_3_validate(const struct kvm_tdx_host *host, const struct tdxcpuid_request *request,
			 u32 (*values)[4], struct tdx_reporter *reporter)
{
	u8 copies[TDXCPUID_MAX_ENTRIES] = { 0 };
	u32 copied = 0;
	int ret;

	ret = check_gpaw(host, request, reporter);

	for (u32 k = 0; k < host->slots.nr; k++) {
		const struct tdx_cpuid_slot *slot = &host->slots.slot[k];
		const struct kvm_cpuid_entry2 *e;

		memset(values[k], 0, sizeof(values[k]));

		e = tdx_cpuid_find(request->entries, request->nent, slot->leaf,
				   slot->subleaf == TDX_NO_SUBLEAF ? 0 : slot->subleaf);
		if (!e)
			continue;

		copied++;
		copies[e - request->entries]++;

		for (int reg = 0; reg < 4; reg++) {
			/* The label, not the slot: this is how a denied bit gets past. */
			u32 denied =
				kvm_tdx_7_3_denied(e->function, e->index, reg) & cpuid_reg(e, reg);

			/* If denied, no TD is made; the rest is for the module's own objections. */
			values[k][reg] = cpuid_reg(e, reg) & ~denied;
			if (denied) {
				struct tdxcpuid_violation v;

				v = violation(host, request, e, k, TDXCPUID_DENIED);
				v.reg = reg;
				v.mask = denied;
				v.requested = cpuid_reg(e, reg);
				reporter->report(reporter, &v);
				ret = -EINVAL;
			}
		}

		if (slot->leaf == TDX_CPUID_GPAW_LEAF)
			values[k][TDX_EAX] &= ~TDX_CPUID_GPAW_MASK;
	}

	/* Only the sum is compared, so that one entry in two slots makes up for another in none. */
	if (copied != request->nent) {
		report_uncopied(host, request, copies, reporter);
		return -EINVAL;
	}

	return ret;
}
