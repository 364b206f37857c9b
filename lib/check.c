// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Would KVM_TDX_INIT_VM accept the request, and what becomes of its bits? */
#include <errno.h>
#include <string.h>

#include "answer.h"

static void add_bits(struct tdxcpuid_bits_list *list, const struct tdx_cpuid_slot *slot, int reg,
		     u32 mask, enum tdxcpuid_why why)
{
	/* The arrays are this library's, and made for every register of every slot. */
	struct tdxcpuid_bits *bits = (struct tdxcpuid_bits *)list->bits;

	if (mask)
		bits[list->nr++] = (struct tdxcpuid_bits){
			.leaf = slot->leaf,
			.subleaf = slot->subleaf,
			.reg = reg,
			.mask = mask,
			.why = why,
		};
}

static const enum tdxcpuid_why why_of_loss[TDX_NR_LOSS] = {
	[TDX_LOST_NOT_NATIVE] = TDXCPUID_NOT_NATIVE,
	[TDX_LOST_XFAM] = TDXCPUID_NO_XFAM,
	[TDX_LOST_ATTRIBUTE] = TDXCPUID_NO_ATTRIBUTE,
	[TDX_LOST_FIXED0] = TDXCPUID_FIXED0,
};

static void sort_slot(struct answer *m, const struct tdxcpuid_host *host,
		      const struct tdxcpuid_request *request, u32 k)
{
	const struct tdx_cpuid_slot *slot = &host->kvm.slots.slot[k];
	const struct tdx_platform *platform = &host->kvm.platform;
	u32 entry = platform->module->lookup_of_slot[k];
	const struct tdx_module_entry *e = tdx_module_entry(platform->module, entry);
	const u32 *raw = platform->raw[entry];
	const u32 *requested = m->td.params.cpuid_values[k],
		  *effective = kvm_tdx_effective(&m->td, k);
	const struct kvm_cpuid_entry2 *meant = meant_for_slot(m, &host->kvm, request, k);
	u32 lost[TDX_NR_LOSS][4], masked[4], unsupported[4];

	memcpy(m->slots[k].requested, requested, sizeof(m->slots[k].requested));
	memcpy(m->slots[k].effective, effective, sizeof(m->slots[k].effective));
	tdx_mng_lost(&m->td.td, &m->td.params, k, lost);
	tdx_xfam_masked(platform, entry, m->td.params.xfam, masked);
	tdx_xfam_masked(platform, entry, host->kvm.supported_xfam, unsupported);

	for (int reg = 0; reg < 4; reg++) {
		u32 unasked = ~requested[reg] & ~host->numbers[k][reg];
		u32 forced = unasked & effective[reg];
		/* What another entry keeps the TD from is lost rather than left off. */
		u32 label = meant ? cpuid_reg(meant, reg) & ~requested[reg] & ~effective[reg] : 0;
		u32 off = unasked & ~label & ~effective[reg] & slot->configurable[reg] & raw[reg];
		u32 reported = cpuid_reg(&host->caps[k], reg);
		/* Nobody configures these; a component of XFAM brings them. */
		u32 native = unasked & ~effective[reg] & ~slot->configurable[reg] &
			     platform->native[entry][reg] & masked[reg] & ~unsupported[reg];

		if (!(requested[reg] | effective[reg] | off | native | label))
			continue;
		lost[TDX_LOST_NOT_NATIVE][reg] |=
			label & e->allow_direct[reg] & ~platform->native[entry][reg];
		label &= ~lost[TDX_LOST_NOT_NATIVE][reg];
		for (int loss = 0; loss < TDX_NR_LOSS; loss++)
			add_bits(&m->a.lost, slot, reg, lost[loss][reg], why_of_loss[loss]);
		add_bits(&m->a.lost, slot, reg, label, TDXCPUID_LABEL);
		add_bits(&m->a.forced, slot, reg, forced & host->fixed1[k][reg], TDXCPUID_FIXED1);
		add_bits(&m->a.forced, slot, reg, forced & ~host->fixed1[k][reg], TDXCPUID_NATIVE);
		add_bits(&m->a.left_off, slot, reg, off & reported & ~masked[reg],
			 TDXCPUID_NOT_REQUESTED);
		add_bits(&m->a.left_off, slot, reg, (off & reported & masked[reg]) | native,
			 TDXCPUID_NO_XFAM);
		add_bits(&m->a.left_off, slot, reg, off & ~reported, TDXCPUID_WHY_DENIED);
		add_bits(&m->a.at_stake, slot, reg,
			 effective[reg] & requested[reg] & ~host->allowed[k][reg],
			 TDXCPUID_WHY_DENIED);
	}
}

int request_in(const struct tdxcpuid_request *given, struct tdxcpuid_request *request)
{
	if (!copy_in(request, sizeof(*request), given))
		return -EINVAL;
	/* More are too many, whatever they are. */
	if (!request->entries && request->nent && request->nent <= TDXCPUID_MAX_ENTRIES)
		return -EINVAL;
	return 0;
}

void answer_judge(struct answer *m, const struct tdxcpuid_host *host,
		  const struct tdxcpuid_request *request, int error, u64 hw_error)
{
	struct tdxcpuid_answer *a = &m->a;

	m->request = request;
	kvm_tdx_init_vm(&m->td, &host->kvm, request, &m->kvm, &m->reporter);
	find_unflagged(m, &host->kvm, request);
	a->error = m->kvm.error;
	a->asked = m->kvm.asked;
	a->hw_error = m->kvm.hw_error;
	a->status = m->kvm.status;
	a->rcx = m->kvm.rcx;
	a->warned = m->kvm.warned;
	a->gpaw = m->td.gpaw;

	a->unknown = find_unknown(host, &m->td);
	drop_guesses(m, host, request, error, hw_error);
	a->verdict = a->error			       ? TDXCPUID_REJECTED :
		     a->unknown & ~TDXCPUID_UNKNOWN_TD ? TDXCPUID_UNDECIDED :
							 TDXCPUID_ACCEPTED;
}

int tdxcpuid_check(const struct tdxcpuid_host *host, const struct tdxcpuid_request *given,
		   struct tdxcpuid_answer **answer)
{
	struct answer *m = answer_start(answer);
	struct tdxcpuid_request request;
	int ret;

	if (!m)
		return -ENOMEM;
	if (request_in(given, &request))
		return -EINVAL;

	answer_judge(m, host, &request, 0, 0);
	answer_say(m, host->kvm.disabled & TDXCPUID_NO_MODULE ? NO_TDX(host) :
		      m->a.error   ? "KVM_TDX_INIT_VM refuses the request" :
		      m->a.verdict ? "nothing that is known here speaks against the request" :
				     "KVM_TDX_INIT_VM accepts the request");

	if (!m->a.error && !(m->a.unknown & TDXCPUID_UNKNOWN_TD)) {
		int nent = kvm_tdx_get_cpuid(&m->td, m->effective, ARRAY_SIZE(m->effective));

		/* tdxcpuid_module_new() lets no module in that makes KVM fail here. */
		if (nent < 0)
			return nent;
		for (u32 k = 0; k < host->kvm.slots.nr; k++)
			sort_slot(m, host, &request, k);
		m->a.slots = m->slots;
		m->a.effective = m->effective;
		m->a.nr_effective = nent;
	}

	ret = answer_finish(m, &host->kvm);
	if (m->a.error)
		answer_say_first(m);
	return ret;
}
