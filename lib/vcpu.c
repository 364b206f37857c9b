// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Does KVM_SET_CPUID2 agree with the CPUID of the TD? */
#include <errno.h>

#include "answer.h"

static int compare(struct answer *m, const struct tdx_cpuid_trusted *trusted,
		   const struct tdxcpuid_vcpu *vcpu)
{
	int ret;

	tdx_cpuid_compare(trusted, vcpu->entries, vcpu->nent, vcpu->superset, &m->reporter);
	for (u32 i = 0; i < m->nr_found && !vcpu->strict; i++) {
		if (m->found[i].reason == TDXCPUID_HIDDEN)
			m->found[i].flags |= NOTE;
	}
	ret = answer_finish(m, NULL);
	m->a.error = m->a.nr_violations ? -EINVAL : 0;
	m->a.verdict = m->a.error ? TDXCPUID_REJECTED : TDXCPUID_ACCEPTED;
	m->a.unknown = m->a.asked = m->a.warned = m->a.nr_unflagged = 0;
	m->a.hw_error = m->a.status = m->a.rcx = 0;
	m->a.unflagged = NULL;
	answer_say(m, m->a.error ? "the vCPU contradicts the guest" :
				   "the vCPU is consistent with the guest");
	return ret;
}

int read_vcpu(const struct tdxcpuid_vcpu *given, struct tdxcpuid_vcpu *vcpu)
{
	if (!copy_in(vcpu, sizeof(*vcpu), given) || (!vcpu->entries && vcpu->nent) ||
	    (!vcpu->effective && vcpu->nr_effective))
		return -EINVAL;

	return 0;
}

/* What the model knows: nothing of a guest that is not made, or of a host without model. */
static int ask_model(struct answer *m, const struct tdxcpuid_host *host,
		     const struct tdxcpuid_request *request, struct tdxcpuid_vcpu *vcpu)
{
	int nent;

	answer_judge(m, host, request, 0, 0);
	if (m->a.error || m->a.unknown & TDXCPUID_UNKNOWN_TD)
		return -ENODATA;
	nent = kvm_tdx_get_cpuid(&m->td, m->effective, ARRAY_SIZE(m->effective));
	if (nent < 0)
		return nent;

	m->nr_found = 0;
	m->request = NULL;
	vcpu->effective = m->effective;
	vcpu->nr_effective = nent;
	return 0;
}

static u32 gpaw_of(const struct kvm_cpuid_entry2 *list, u32 nent)
{
	const struct kvm_cpuid_entry2 *e = tdx_cpuid_find(list, nent, TDX_CPUID_GPAW_LEAF, 0);

	return e ? (e->eax & TDX_CPUID_GPAW_MASK) >> TDX_CPUID_GPAW_SHIFT : 0;
}

int tdxcpuid_check_vcpu(const struct tdxcpuid_host *host, const struct tdxcpuid_request *given,
			const struct tdxcpuid_vcpu *given_vcpu, struct tdxcpuid_answer **answer)
{
	struct answer *m = answer_start(answer);
	struct tdx_cpuid_trusted trusted;
	struct tdxcpuid_request request;
	struct tdxcpuid_vcpu vcpu;
	int ret;

	if (!m)
		return -ENOMEM;
	if (request_in(given, &request) || read_vcpu(given_vcpu, &vcpu) ||
	    (!request.entries && request.nent))
		return -EINVAL;

	/* Who says what the TD has knows better than any request. */
	if (!vcpu.effective) {
		ret = ask_model(m, host, &request, &vcpu);
		if (ret)
			return ret;
	}
	kvm_tdx_trust(&trusted, &host->kvm, &request, vcpu.effective, vcpu.nr_effective);
	ret = compare(m, &trusted, &vcpu);
	m->a.gpaw = gpaw_of(vcpu.effective, vcpu.nr_effective);
	return ret;
}
