// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The CPUID page of an SEV-SNP guest: would firmware take it, and do the vCPUs agree? */
#include <errno.h>
#include <string.h>

#include "answer.h"
#include "../kvm/kvm_snp.h"

#define HEADER	   offsetof(struct snp_cpuid_page, fn)
#define ENTRY	   sizeof(struct snp_cpuid_fn)
#define FIT_A_PAGE ((sizeof(struct snp_cpuid_page) - HEADER) / ENTRY)

struct notes_collector {
	struct tdx_reporter reporter;
	struct answer *answer;
};

static void collect_note(struct tdx_reporter *self, const struct tdxcpuid_violation *v)
{
	struct answer *m = ((struct notes_collector *)self)->answer;
	struct tdxcpuid_violation note = *v;

	note.flags |= NOTE;
	m->reporter.report(&m->reporter, &note);
}

/* False if it is no table. */
static bool read_page(struct snp_cpuid_page *to, const void *page, size_t size)
{
	memset(to, 0, sizeof(*to));
	if (!page || size < HEADER)
		return false;
	memcpy(to, page, size < sizeof(*to) ? size : sizeof(*to));
	return to->count <= FIT_A_PAGE && size >= HEADER + to->count * ENTRY;
}

struct platform {
	struct snp_platform psp;
	const struct tdx_native *cpu;
};

static void platform_cpuid(const struct snp_platform *self, u32 leaf, u32 subleaf, u32 reg[4])
{
	tdx_native_cpuid(((const struct platform *)self)->cpu, leaf, subleaf, reg);
}

int tdxcpuid_check_snp_page(const void *page, size_t size, const struct tdxcpuid_cpu *cpu,
			    void *corrected, struct tdxcpuid_answer **answer)
{
	const struct platform platform = { { platform_cpuid }, native_of(cpu) };
	struct answer *m = answer_start(answer);
	struct notes_collector notes = { { collect_note }, m };
	const struct kvm_snp_reporters r = { m ? &m->reporter : NULL, &notes.reporter };
	struct snp_cpuid_page snp;
	u32 fw_error;
	int error;

	if (!m)
		return -ENOMEM;
	if (!read_page(&snp, page, size))
		return -EINVAL;

	m->a.error = kvm_snp_launch_update(&snp, cpu ? &platform.psp : NULL, &fw_error, &r);
	m->a.hw_error = fw_error;
	m->a.asked = 1;
	error = answer_finish(m, NULL);
	for (u32 i = 0; i < m->a.nr_notes; i++) {
		if (m->a.notes[i].reason == TDXCPUID_FIRMWARE)
			m->a.unknown = TDXCPUID_UNKNOWN_RULE;
	}
	if (!cpu)
		m->a.unknown = TDXCPUID_UNKNOWN_CPU;

	m->a.verdict = m->a.error   ? TDXCPUID_REJECTED :
		       m->a.unknown ? TDXCPUID_UNDECIDED :
				      TDXCPUID_ACCEPTED;
	answer_say(m, "%s",
		   m->a.error	? "the firmware refuses the page" :
		   m->a.unknown ? "no public document tells whether the firmware takes the page" :
				  "the firmware takes the page");
	if (corrected)
		memcpy(corrected, &snp, sizeof(snp));
	return error;
}

int tdxcpuid_check_snp(const void *page, size_t size, const struct tdxcpuid_vcpu *given,
		       struct tdxcpuid_answer **answer)
{
	struct answer *m = answer_start(answer);
	struct notes_collector notes = { { collect_note }, m };
	const struct kvm_snp_reporters r = { m ? &m->reporter : NULL, &notes.reporter };
	struct snp_cpuid_page snp;
	struct tdxcpuid_vcpu vcpu;

	if (!m)
		return -ENOMEM;
	if (read_vcpu(given, &vcpu) || !read_page(&snp, page, size) || snp.count > SNP_CPUID_MAX)
		return -EINVAL;

	m->a.error = kvm_snp_check_vcpu(&snp, vcpu.entries, vcpu.nent, vcpu.superset, &r);
	m->a.verdict = m->a.error ? TDXCPUID_REJECTED : TDXCPUID_ACCEPTED;
	answer_say(m, m->a.error ? "the vCPU contradicts the guest" :
				   "the vCPU is consistent with the guest");
	return answer_finish(m, NULL);
}
