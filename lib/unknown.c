// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What is not known of a host that is known by its capabilities. */
#include <errno.h>
#include <string.h>

#include "answer.h"

#define HLE_RTM	   0x810U
#define MAXPA_MASK 0xffU

static bool knows_tsx(const struct tdxcpuid_host *host)
{
	return host->module && host->cpu && native_of(host->cpu)->arch_capabilities;
}

/* Whether @v rests on the stand-in for a module or CPU that is not known. */
static bool is_guess(const struct tdxcpuid_host *host, const struct tdxcpuid_request *request,
		     const struct tdxcpuid_violation *v)
{
	if (host->model || v->layer != TDXCPUID_LAYER_MODULE)
		return false;

	switch (v->reason) {
	case TDXCPUID_TSC:
		return !request->tsc_khz && !host->tsc_khz;
	case TDXCPUID_VALUE:
		break;
	default:
		return false;
	}

	switch ((enum tdx_rule)v->rule) {
	case TDX_RULE_TOPOLOGY:
		/* 1.5.05 is content with less than later modules are. */
		return !host->module;
	case TDX_RULE_FMS:
		return !host->cpu;
	case TDX_RULE_TSX_PAIR:
	case TDX_RULE_TSX_CTRL:
		return !knows_tsx(host);
	default:
		return !host->module || !host->cpu;
	}
}

/* What the request sets though it is not known whether that is right. */
u32 find_unknown(const struct tdxcpuid_host *host, const struct kvm_tdx_td *td)
{
	bool known = host->module && host->cpu;
	u32 unknown = 0;

	if (host->model || host->kvm.disabled)
		return 0;

	if (!known)
		unknown |= TDXCPUID_UNKNOWN_TD;
	if (td->gpaw == 52 && host->gpaw52 == TDXCPUID_UNKNOWN)
		unknown |= TDXCPUID_UNKNOWN_GPAW52;

	for (u32 k = 0; k < host->kvm.slots.nr; k++) {
		const struct tdx_cpuid_slot *slot = &host->kvm.slots.slot[k];
		const u32 *values = td->params.cpuid_values[k];

		for (int reg = 0; reg < 4; reg++) {
			if (values[reg] & host->droppable[k][reg])
				unknown |= TDXCPUID_UNKNOWN_DROPPED;
		}
		if ((slot->leaf == 0x1 && values[TDX_EAX] && !host->cpu) ||
		    (slot->leaf == 0x7 && !slot->subleaf && values[TDX_EBX] & HLE_RTM &&
		     !knows_tsx(host)) ||
		    (slot->leaf == TDX_CPUID_GPAW_LEAF && values[TDX_EAX] & MAXPA_MASK && !known))
			unknown |= TDXCPUID_UNKNOWN_VALUES;
	}

	return unknown;
}

/* Whether Linux 7.3 makes -EIO of the module's status for the rule, and does not pass it on. */
bool is_eio(const struct tdxcpuid_violation *v)
{
	return v->layer == TDXCPUID_LAYER_MODULE &&
	       (v->rule == TDX_RULE_TOPOLOGY || v->rule == TDX_RULE_TSX_CTRL);
}

/* Whether the module has said that it is so: @hw_error names the rule. */
static bool is_confirmed(const struct tdxcpuid_violation *v, int error, u64 hw_error)
{
	switch (TDX_STATUS_CLASS(hw_error)) {
	case 0:
		return error == -EIO && is_eio(v);
	case TDXM_LEAF_1F_UNRECOGNIZED:
		return v->rule == TDX_RULE_TOPOLOGY;
	case TDXM_INCORRECT_MSR_VALUE:
		return v->rule == TDX_RULE_TSX_CTRL;
	default:
		return false;
	}
}

/*
 * A bit that the module offers for some CPUs is dropped on others, not refused: of violation @i
 * what may be so becomes a note.  Whether there is still a violation.
 */
static bool note_dropped(struct answer *m, const struct tdxcpuid_host *host, u32 i)
{
	struct tdxcpuid_violation note = m->found[i];

	if (note.layer != TDXCPUID_LAYER_MODULE || note.reason != TDXCPUID_NOT_CONFIGURABLE)
		return true;
	note.mask &= host->droppable[note.slot][note.reg];
	note.flags |= NOTE;
	m->found[i].mask &= ~note.mask;
	if (note.mask)
		m->reporter.report(&m->reporter, &note);
	return m->found[i].mask;
}

void drop_guesses(struct answer *m, const struct tdxcpuid_host *host,
		  const struct tdxcpuid_request *request, int error, u64 hw_error)
{
	const u32 nr = m->nr_found;
	u32 n = 0;

	for (u32 i = 0; i < nr; i++) {
		if (!note_dropped(m, host, i))
			continue;
		if (!is_guess(host, request, &m->found[i]) ||
		    is_confirmed(&m->found[i], error, hw_error))
			m->found[n++] = m->found[i];
		else
			m->a.unknown |= TDXCPUID_UNKNOWN_VALUES;
	}
	if (n == nr)
		return;

	/* Without the module's last word the model knows no TD either. */
	m->nr_found -= nr - n;
	memmove(&m->found[n], &m->found[nr], (m->nr_found - n) * sizeof(*m->found));
	m->a.unknown |= TDXCPUID_UNKNOWN_TD;
	m->a.status = m->a.rcx = m->a.hw_error = 0;
	m->a.warned = 0;
	m->a.error = n ? -EINVAL : 0;
}
