// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Does KVM_SET_CPUID2 agree with what firmware was given, for TDX and for SEV-SNP? */
#include <errno.h>
#include <string.h>

#include "answer.h"

static const struct kvm_cpuid_entry2 *find_effective(const struct tdxcpuid_vcpu *vcpu,
						     const struct tdx_cpuid_trusted_slot *slot)
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
static void trust_effective(struct tdx_cpuid_trusted *trusted, const struct tdxcpuid_vcpu *vcpu)
{
	for (u32 k = 0; k < trusted->nr; k++) {
		struct tdx_cpuid_trusted_slot *slot = &trusted->slot[k];
		const struct kvm_cpuid_entry2 *e = find_effective(vcpu, slot);

		for (int reg = 0; reg < 4; reg++) {
			slot->effective[reg] = e ? cpuid_reg(e, reg) : 0;
			/* What KVM could not read of the TD cannot contradict anything. */
			if (!e)
				slot->mask[reg] = slot->hidden[reg] = 0;
		}
	}
}

/* What is hidden goes behind the violations: notes, unless it counts. */
static int split_notes(struct answer *m, bool strict)
{
	u32 nr = 0;

	for (u32 i = 0; i < m->nr_found && !strict; i++) {
		struct tdxcpuid_violation v = m->found[i];

		if (v.reason == TDXCPUID_HIDDEN)
			continue;
		memmove(&m->found[nr + 1], &m->found[nr], (i - nr) * sizeof(v));
		m->found[nr++] = v;
	}
	if (strict)
		nr = m->nr_found;

	m->a.notes = nr < m->nr_found ? m->found + nr : NULL;
	m->a.nr_notes = m->nr_found - nr;
	m->a.nr_violations = nr;
	return nr ? -EINVAL : 0;
}

static int compare(struct answer *m, const struct tdx_cpuid_trusted *trusted,
		   const struct tdxcpuid_vcpu *vcpu)
{
	int ret;

	tdx_cpuid_compare(trusted, vcpu->entries, vcpu->nent, vcpu->superset, &m->reporter);
	ret = answer_finish(m, NULL);
	m->a.error = split_notes(m, vcpu->strict);
	m->a.verdict = m->a.error ? TDXCPUID_REJECTED : TDXCPUID_ACCEPTED;
	m->a.unknown = m->a.asked = m->a.warned = 0;
	m->a.hw_error = m->a.status = m->a.rcx = 0;
	answer_say(m, m->a.error ? "the vCPU contradicts the guest" :
				   "the vCPU is consistent with the guest");
	return ret;
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
	struct tdx_cpuid_trusted trusted;
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
	m->request = NULL;
	kvm_tdx_trust(&trusted, &m->td, &request);
	if (vcpu.effective)
		trust_effective(&trusted, &vcpu);
	return compare(m, &trusted, &vcpu);
}

int tdxcpuid_check_snp(const void *page, size_t size, const struct tdxcpuid_vcpu *given,
		       struct tdxcpuid_answer **answer)
{
	struct answer *m = answer_start(answer);
	struct tdx_cpuid_trusted trusted;
	struct tdxcpuid_vcpu vcpu;

	if (!m)
		return -ENOMEM;
	if (read_vcpu(given, &vcpu) || !page || kvm_snp_trust(&trusted, page, size))
		return -EINVAL;

	return compare(m, &trusted, &vcpu);
}
