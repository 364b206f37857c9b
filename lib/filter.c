// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A list for KVM_TDX_INIT_VM, made of one for KVM_SET_CPUID2. */
#include <errno.h>

#include "answer.h"

/* The host as the filter wants it: by slot, whatever the policy does. */
static void filter_host(const struct tdxcpuid_host *host, struct kvm_tdx_host *kvm)
{
	bool denies = host->kvm.policy == TDXCPUID_LINUX_7_3;

	*kvm = host->kvm;
	if (kvm->policy == TDXCPUID_ALLOWLIST)
		return;

	kvm->policy = TDXCPUID_ALLOWLIST;
	for (u32 k = 0; k < kvm->slots.nr; k++) {
		struct tdx_cpuid_slot *slot = &kvm->slots.slot[k];

		for (int reg = 0; reg < 4; reg++) {
			slot->allowed[reg] =
				cpuid_reg(&host->caps[k], reg) | ~slot->configurable[reg];
			/* Also where the module lets configure what it does not report. */
			if (denies)
				slot->allowed[reg] &=
					~kvm_tdx_7_3_denied(slot->leaf, slot->subleaf, reg);
		}
	}
}

/* Linux 7.3 looks entries up by label, and takes one without the flag for any subleaf. */
static void label_entry(const struct tdx_cpuid_slots *slots, struct kvm_cpuid_entry2 *e)
{
	for (u32 k = 0; k < slots->nr; k++) {
		if (slots->slot[k].leaf == e->function && slots->slot[k].subleaf == e->index &&
		    e->index != TDX_NO_SUBLEAF)
			e->flags |= KVM_CPUID_FLAG_SIGNIFCANT_INDEX;
	}
}

int tdxcpuid_filter(const struct tdxcpuid_host *host, struct kvm_cpuid_entry2 *entries,
		    uint32_t *nent, struct tdxcpuid_answer **answer)
{
	const struct tdxcpuid_request request = { .nent = *nent, .entries = entries };
	struct answer *m = answer_start(answer);
	bool stray[TDXCPUID_MAX_ENTRIES] = { false };
	struct kvm_tdx_host kvm;
	u32 kept = 0, dropped = 0;
	int ret;

	if (!m)
		return -ENOMEM;
	if (*nent > TDXCPUID_MAX_ENTRIES)
		return -E2BIG;
	if (!entries && *nent)
		return -EINVAL;
	if (host->kvm.disabled & TDXCPUID_NO_MODULE) {
		m->a.verdict = TDXCPUID_REJECTED;
		m->a.error = -EOPNOTSUPP;
		answer_say(m, NO_TDX(host));
		return -EOPNOTSUPP;
	}

	filter_host(host, &kvm);
	kvm_tdx_init_vm(&m->td, &kvm, &request, &m->kvm, &m->reporter);
	m->a.gpaw = m->td.gpaw;

	/* Only what dropping something mends. */
	for (u32 i = 0; i < m->nr_found; i++) {
		const struct tdxcpuid_violation *v = &m->found[i];

		if (v->entry < 0)
			continue;
		switch (v->reason) {
		case TDXCPUID_DENIED:
		case TDXCPUID_NOT_CONFIGURABLE:
			*cpuid_reg_of(&entries[v->entry], v->reg) &= ~(u32)v->mask;
			break;
		case TDXCPUID_DUPLICATE:
		case TDXCPUID_NO_SLOT:
		case TDXCPUID_PV_LEAF:
			stray[v->entry] = true;
			break;
		default:
			continue;
		}
		m->found[dropped++] = *v;
	}
	m->nr_found = dropped;

	for (u32 i = 0; i < *nent; i++) {
		if (stray[i])
			continue;
		entries[kept] = entries[i];
		label_entry(&kvm.slots, &entries[kept++]);
	}
	*nent = kept;

	ret = answer_finish(m, &kvm);
	m->a.verdict = dropped ? TDXCPUID_REJECTED : TDXCPUID_ACCEPTED;
	answer_say(m, dropped ? "something had to be dropped" : "nothing had to be dropped");
	return ret;
}
