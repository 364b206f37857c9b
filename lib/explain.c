// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* KVM_TDX_INIT_VM has failed: which of the violations does KVM mean? */
#include <errno.h>
#include <string.h>

#include "answer.h"

#define MAX_ERRNO 4095 /* the largest that Linux knows */

/* Whether @v is what KVM tells by @error and @hw_error. */
static bool explains(const struct tdxcpuid_violation *v, int error, u64 hw_error)
{
	switch (error) {
	case -EINVAL:
		return (v->layer == TDXCPUID_LAYER_MODULE) == !!hw_error;
	case -EIO:
		return is_eio(v);
	case -E2BIG:
		return v->reason == TDXCPUID_MALFORMED;
	default:
		return false;
	}
}

/* Causes first; the order within both groups stays. */
static u32 sort_causes(struct answer *m, int error, u64 hw_error)
{
	u32 causes = 0;

	for (u32 i = 0; i < m->a.nr_violations; i++) {
		struct tdxcpuid_violation v = m->found[i];

		if (!explains(&v, error, hw_error))
			continue;
		v.flags |= TDXCPUID_CAUSE;
		memmove(&m->found[causes + 1], &m->found[causes], (i - causes) * sizeof(v));
		m->found[causes++] = v;
	}

	return causes;
}

static void sum_up(struct answer *m, u32 causes)
{
	const struct tdxcpuid_answer *a = &m->a;
	char status[TDXCPUID_TEXT_MAX];

	if (a->hw_error) {
		tdxcpuid_status_text(a->hw_error, false, 0, status);
		answer_say(m, "the TDX module refuses the request: %s", status);
	} else {
		const char *name = strerrorname_np(-a->error);

		answer_say(m, "KVM_TDX_INIT_VM fails with -%s", name ? name : "?");
	}

	if (causes) {
		answer_say(m, "; %u violation%s this", causes,
			   causes == 1 ? " explains" : "s explain");
		answer_say_first(m);
		return;
	}

	answer_say(m, "; no rule that is known here explains it");
	if (a->unknown & TDXCPUID_UNKNOWN_VALUES)
		answer_say(
			m,
			": look at 0x1.eax (0 or the platform's), the levels of 0x1f, HLE and RTM, and "
			"0x80000008.eax[7:0], which need the module or the CPU to judge");
	else if (a->error == -EINVAL && !a->hw_error)
		answer_say(
			m,
			": flags, reserved and padding must be 0, and the VM must not be a TD yet");
	else if (a->error == -EBUSY)
		answer_say(m, ": there are vCPUs already");
	else if (a->error == -EIO)
		answer_say(m, ": the kernel log may hold a warning, and the VM is dead");
}

int tdxcpuid_explain(const struct tdxcpuid_host *host, const struct tdxcpuid_request *given,
		     int error, uint64_t hw_error, struct tdxcpuid_answer **answer)
{
	struct answer *m = answer_start(answer);
	struct tdxcpuid_request request;
	int ret;

	if (!m)
		return -ENOMEM;
	if (request_in(given, &request) || error > 0 || error < -MAX_ERRNO)
		return -EINVAL;

	answer_judge(m, host, &request, error, hw_error);
	m->a.verdict = error ? TDXCPUID_REJECTED : TDXCPUID_ACCEPTED;
	m->a.error = error;
	m->a.hw_error = hw_error;
	m->a.status = hw_error;
	m->a.asked = !!hw_error;
	m->a.rcx = 0;

	ret = answer_finish(m, &host->kvm);
	sum_up(m, ret ? 0 : sort_causes(m, error, hw_error));
	return ret;
}
