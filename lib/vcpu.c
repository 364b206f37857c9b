// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Does KVM_SET_CPUID2 agree with what firmware was given, for TDX and for SEV-SNP? */
#include <errno.h>
#include <string.h>

#include "answer.h"

static const struct kvm_cpuid_entry2 *find_effective(const struct tdxcpuid_vcpu *vcpu,
						     const struct tdx_cpuid_slot *slot)
{
	for (u32 i = 0; i < vcpu->nr_effective; i++) {
		const struct kvm_cpuid_entry2 *e = &vcpu->effective[i];

		if (e->function == slot->leaf &&
		    (slot->subleaf == TDX_NO_SUBLEAF || e->index == slot->subleaf))
			return e;
	}

	return NULL;
}

/* Trust what KVM_TDX_GET_CPUID reports in place of the model. */
static void trust_effective(struct kvm_tdx_trusted *trusted, const struct tdxcpuid_host *host,
			    const struct kvm_tdx_td *td, const struct tdxcpuid_vcpu *vcpu)
{
	for (u32 k = 0; k < host->kvm.slots.nr; k++) {
		struct tdx_cpuid_slot slot = host->kvm.slots.slot[k];
		const struct kvm_cpuid_entry2 *e = find_effective(vcpu, &slot);
		u32 effective[4] = { 0 };

		memcpy(slot.allowed, host->allowed[k], sizeof(slot.allowed));
		for (int reg = 0; e && reg < 4; reg++)
			effective[reg] = kvm_tdx_reg(e, reg);
		tdx_cpuid_trust(&trusted->slot[k], &slot, td->params.cpuid_values[k], effective);
		/* What KVM could not read of the TD cannot contradict anything. */
		if (!e)
			memset(trusted->slot[k].mask, 0, sizeof(trusted->slot[k].mask));
	}
}

static int compare(struct answer *m, const struct kvm_tdx_trusted *trusted,
		   const struct tdxcpuid_vcpu *vcpu)
{
	m->a.error = kvm_tdx_check_vcpu(trusted, vcpu->entries, vcpu->nent,
					vcpu->superset ? TDX_CPUID_SUPERSET : 0, &m->reporter);
	m->a.verdict = m->a.error ? TDXCPUID_REJECTED : TDXCPUID_ACCEPTED;
	m->a.unknown = m->a.asked = m->a.warned = 0;
	m->a.hw_error = m->a.status = m->a.rcx = 0;
	answer_say(m, m->a.error ? "the vCPU contradicts the guest" :
				   "the vCPU is consistent with the guest");
	return answer_finish(m, NULL);
}

static int read_vcpu(const struct tdxcpuid_vcpu *given, struct tdxcpuid_vcpu *vcpu)
{
	if (!copy_in(vcpu, sizeof(*vcpu), given) || (!vcpu->entries && vcpu->nent) ||
	    (!vcpu->effective && vcpu->nr_effective))
		return -EINVAL;

	return 0;
}

int tdxcpuid_check_vcpu(const struct tdxcpuid_host *host, const struct tdxcpuid_request *given,
			const struct tdxcpuid_vcpu *given_vcpu, struct tdxcpuid_answer **answer)
{
	struct answer *m = answer_start(answer);
	struct kvm_tdx_trusted trusted;
	struct tdxcpuid_request request;
	struct tdxcpuid_vcpu vcpu;

	if (!m)
		return -ENOMEM;
	if (read_request(given, &request) || read_vcpu(given_vcpu, &vcpu) ||
	    (!request.entries && request.nent))
		return -EINVAL;

	answer_judge(m, host, &request, 0, 0);
	if (!vcpu.effective && (m->a.error || m->a.unknown & TDXCPUID_UNKNOWN_TD))
		return -ENODATA;

	m->nr_found = 0;
	kvm_tdx_trust(&trusted, &m->td, &request);
	if (vcpu.effective)
		trust_effective(&trusted, host, &m->td, &vcpu);
	return compare(m, &trusted, &vcpu);
}

int tdxcpuid_check_snp(const void *page, size_t size, const struct tdxcpuid_vcpu *given,
		       struct tdxcpuid_answer **answer)
{
	struct answer *m = answer_start(answer);
	struct kvm_tdx_trusted trusted;
	struct tdxcpuid_vcpu vcpu;

	if (!m)
		return -ENOMEM;
	if (read_vcpu(given, &vcpu) || !page || kvm_snp_trust(&trusted, page, size))
		return -EINVAL;

	return compare(m, &trusted, &vcpu);
}
