// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Answers: what KVM and the TDX module say to a request, why, and what a TD gets.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define NO_TDX "there is no TDX on this host: the TDX module does not initialize on this CPU"

#define MAX_ERRNO 4095 /* the largest that Linux knows */

#define HLE_RTM	   0x810U
#define MAXPA_MASK 0xffU

/* Texts are appended to blocks, so that they stay where they are. */
struct block {
	struct block *next;
	size_t used;
	char data[16 * TDXCPUID_TEXT_MAX];
};

#define SLOT_REGS (TDXCPUID_MAX_SLOTS * 4)

struct made_answer {
	struct tdxcpuid_answer a;
	struct kvm_tdx_reporter reporter;
	struct tdxcpuid_violation *found;
	u32 nr_found;
	u32 room;
	bool no_memory;
	struct block *blocks;
	struct block *block; /* the one that is being filled */
	struct kvm_tdx_answer kvm;
	struct kvm_tdx_td td;
	struct tdxcpuid_slot_values slots[TDXCPUID_MAX_SLOTS];
	struct kvm_cpuid_entry2 effective[TDXCPUID_MAX_LOOKUP];
	struct tdxcpuid_bits lost[SLOT_REGS * TDX_NR_LOSS];
	struct tdxcpuid_bits forced[SLOT_REGS * 2];
	struct tdxcpuid_bits left_off[SLOT_REGS * 3];
	struct tdxcpuid_bits at_stake[SLOT_REGS];
	char text[2 * TDXCPUID_TEXT_MAX];
};

static void find(struct kvm_tdx_reporter *reporter, const struct tdxcpuid_violation *v)
{
	struct made_answer *m =
		(struct made_answer *)((char *)reporter - offsetof(struct made_answer, reporter));

	if (m->nr_found == m->room) {
		u32 room = 2 * m->room + 16;
		void *list = realloc(m->found, room * sizeof(*m->found));

		if (!list) {
			m->no_memory = true;
			return;
		}
		m->found = list;
		m->room = room;
	}
	m->found[m->nr_found++] = *v;
}

/* *@answer, emptied, or a new one. */
static struct made_answer *start(struct tdxcpuid_answer **answer)
{
	struct made_answer *m = (struct made_answer *)*answer;

	if (!m) {
		m = calloc(1, sizeof(*m));
		if (!m)
			return NULL;
		*answer = &m->a;
	}

	memset(&m->a, 0, sizeof(m->a));
	m->reporter.report = find;
	m->nr_found = 0;
	m->no_memory = false;
	m->block = m->blocks;
	if (m->block)
		m->block->used = 0;
	m->a.text = m->text;
	m->a.lost.bits = m->lost;
	m->a.forced.bits = m->forced;
	m->a.left_off.bits = m->left_off;
	m->a.at_stake.bits = m->at_stake;
	return m;
}

void tdxcpuid_answer_free(struct tdxcpuid_answer *answer)
{
	struct made_answer *m = (struct made_answer *)answer;

	if (!m)
		return;

	while (m->blocks) {
		struct block *next = m->blocks->next;

		free(m->blocks);
		m->blocks = next;
	}
	free(m->found);
	free(m);
}

static const char *keep(struct made_answer *m, const char *text)
{
	size_t size = strlen(text) + 1;
	struct block *b = m->block;

	if (!b || b->used + size > sizeof(b->data)) {
		struct block **link = b ? &b->next : &m->blocks;

		if (!*link)
			*link = calloc(1, sizeof(**link));
		b = *link;
		if (!b) {
			m->no_memory = true;
			return "";
		}
		m->block = b;
		b->used = 0;
	}

	b->used += size;
	return memcpy(b->data + b->used - size, text, size);
}

/* The bits of @v that are features; of others, naming bits says nothing. */
static u32 feature_bits(const struct tdxcpuid_violation *v)
{
	if (v->reg < 0)
		return 0;
	if (v->reason == TDXCPUID_VALUE || v->reason == TDXCPUID_GPAW)
		return v->mask & ~tdxcpuid_value_mask(v->slot_leaf, v->slot_subleaf, v->reg);

	return v->mask;
}

/* Put what was found into words. */
static int finish(struct made_answer *m, const struct kvm_tdx_host *host)
{
	char text[TDXCPUID_TEXT_MAX], fix[TDXCPUID_TEXT_MAX];

	for (u32 i = 0; i < m->nr_found; i++) {
		struct tdxcpuid_violation *v = &m->found[i];

		violation_words(host, v, text, fix);
		v->text = keep(m, text);
		v->fix = keep(m, fix);
		v->bits = feature_bits(v);
	}

	m->a.violations = m->found;
	m->a.nr_violations = m->nr_found;
	return m->no_memory ? -ENOMEM : 0;
}

static void __attribute__((format(printf, 2, 3)))
say(struct made_answer *m, const char *format, ...)
{
	size_t used = strlen(m->text);
	va_list ap;

	va_start(ap, format);
	vsnprintf(m->text + used, sizeof(m->text) - used, format, ap);
	va_end(ap);
}

/* ---- what became of the bits ---- */

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

static void sort_slot(struct made_answer *m, const struct tdxcpuid_host *host, u32 k)
{
	const struct tdx_cpuid_slot *slot = &host->kvm.slots.slot[k];
	const struct tdx_platform *platform = &host->kvm.platform;
	u32 entry = platform->module->lookup_of_slot[k];
	const u32 *raw = platform->raw[entry];
	const u32 *requested = m->td.params.cpuid_values[k],
		  *effective = kvm_tdx_effective(&m->td, k);
	u32 lost[TDX_NR_LOSS][4], masked[4];

	memcpy(m->slots[k].requested, requested, sizeof(m->slots[k].requested));
	memcpy(m->slots[k].effective, effective, sizeof(m->slots[k].effective));
	tdx_mng_lost(&m->td.td, &m->td.params, k, lost);
	tdx_xfam_masked(platform, entry, m->td.params.xfam, masked);

	for (int reg = 0; reg < 4; reg++) {
		u32 unasked = ~requested[reg] & ~host->numbers[k][reg];
		u32 forced = unasked & effective[reg];
		u32 off = unasked & ~effective[reg] & slot->configurable[reg] & raw[reg];
		u32 reported = kvm_tdx_reg(&host->caps[k], reg);

		if (!(requested[reg] | effective[reg] | off))
			continue;
		for (int loss = 0; loss < TDX_NR_LOSS; loss++)
			add_bits(&m->a.lost, slot, reg, lost[loss][reg], why_of_loss[loss]);
		add_bits(&m->a.forced, slot, reg, forced & host->fixed1[k][reg], TDXCPUID_FIXED1);
		add_bits(&m->a.forced, slot, reg, forced & ~host->fixed1[k][reg], TDXCPUID_NATIVE);
		add_bits(&m->a.left_off, slot, reg, off & reported & ~masked[reg],
			 TDXCPUID_NOT_REQUESTED);
		add_bits(&m->a.left_off, slot, reg, off & reported & masked[reg], TDXCPUID_NO_XFAM);
		add_bits(&m->a.left_off, slot, reg, off & ~reported, TDXCPUID_WHY_DENIED);
		add_bits(&m->a.at_stake, slot, reg,
			 effective[reg] & requested[reg] & ~host->allowed[k][reg],
			 TDXCPUID_WHY_DENIED);
	}
}

/* ---- what is not known of a host known by its capabilities ---- */

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
static u32 find_unknown(const struct tdxcpuid_host *host, const struct kvm_tdx_td *td)
{
	bool known = host->module && host->cpu;
	u32 unknown = 0;

	if (host->model)
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
static bool is_eio(const struct tdxcpuid_violation *v)
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

static void drop_guesses(struct made_answer *m, const struct tdxcpuid_host *host,
			 const struct tdxcpuid_request *request, int error, u64 hw_error)
{
	u32 n = 0;

	for (u32 i = 0; i < m->nr_found; i++) {
		struct tdxcpuid_violation *v = &m->found[i];

		/* A bit that the module offers for some CPUs is dropped on others, not refused. */
		if (v->layer == TDXCPUID_LAYER_MODULE && v->reason == TDXCPUID_NOT_CONFIGURABLE) {
			v->mask &= ~(u64)host->droppable[v->slot][v->reg];
			if (!v->mask)
				continue;
		}
		if (!is_guess(host, request, v) || is_confirmed(v, error, hw_error))
			m->found[n++] = *v;
		else
			m->a.unknown |= TDXCPUID_UNKNOWN_VALUES;
	}
	if (n == m->nr_found)
		return;

	/* Without the module's last word the model knows no TD either. */
	m->nr_found = n;
	m->a.unknown |= TDXCPUID_UNKNOWN_TD;
	m->a.status = m->a.rcx = m->a.hw_error = 0;
	m->a.warned = 0;
	m->a.error = n ? -EINVAL : 0;
}

/* ---- the questions ---- */

static int read_request(const struct tdxcpuid_request *given, struct tdxcpuid_request *request)
{
	if (!copy_in(request, sizeof(*request), given))
		return -EINVAL;
	/* More are too many, whatever they are. */
	if (!request->entries && request->nent && request->nent <= TDXCPUID_MAX_ENTRIES)
		return -EINVAL;
	return 0;
}

/* @error and @hw_error are what KVM has said, or 0. */
static void judge(struct made_answer *m, const struct tdxcpuid_host *host,
		  const struct tdxcpuid_request *request, int error, u64 hw_error)
{
	struct tdxcpuid_answer *a = &m->a;

	kvm_tdx_init_vm(&m->td, &host->kvm, request, &m->kvm, &m->reporter);
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
	struct made_answer *m = start(answer);
	struct tdxcpuid_request request;

	if (!m)
		return -ENOMEM;
	if (read_request(given, &request))
		return -EINVAL;

	judge(m, host, &request, 0, 0);
	m->text[0] = '\0';
	say(m, host->kvm.disabled & TDXCPUID_NO_MODULE ? NO_TDX :
	       m->a.error			      ? "KVM_TDX_INIT_VM refuses the request" :
	       m->a.verdict ? "nothing that is known here speaks against the request" :
			      "KVM_TDX_INIT_VM accepts the request");

	if (!m->a.error && !(m->a.unknown & TDXCPUID_UNKNOWN_TD)) {
		int nent = kvm_tdx_get_cpuid(&m->td, m->effective, ARRAY_SIZE(m->effective));

		/* tdxcpuid_module_new() lets no module in that makes KVM fail here. */
		if (nent < 0)
			return nent;
		for (u32 k = 0; k < host->kvm.slots.nr; k++)
			sort_slot(m, host, k);
		m->a.slots = m->slots;
		m->a.effective = m->effective;
		m->a.nr_effective = nent;
	}

	return finish(m, &host->kvm);
}

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
static u32 sort_causes(struct made_answer *m, int error, u64 hw_error)
{
	u32 causes = 0;

	for (u32 i = 0; i < m->nr_found; i++) {
		struct tdxcpuid_violation v = m->found[i];

		if (!explains(&v, error, hw_error))
			continue;
		v.flags |= TDXCPUID_CAUSE;
		memmove(&m->found[causes + 1], &m->found[causes],
			(i - causes) * sizeof(v));
		m->found[causes++] = v;
	}

	return causes;
}

static void sum_up(struct made_answer *m, u32 causes)
{
	const struct tdxcpuid_answer *a = &m->a;
	char status[TDXCPUID_TEXT_MAX];

	if (a->hw_error) {
		tdxcpuid_status_text(a->hw_error, false, 0, status);
		say(m, "the TDX module refuses the request: %s", status);
	} else {
		const char *name = strerrorname_np(-a->error);

		say(m, "KVM_TDX_INIT_VM fails with -%s", name ? name : "?");
	}

	if (causes) {
		say(m, "; %u violation%s this", causes, causes == 1 ? " explains" : "s explain");
		return;
	}

	say(m, "; no rule that is known here explains it");
	if (a->unknown & TDXCPUID_UNKNOWN_VALUES)
		say(m, ": look at 1.eax (0 or the platform's), the levels of 1f, HLE and RTM, and "
		       "80000008.eax[7:0], which need the module or the CPU to judge");
	else if (a->error == -EINVAL && !a->hw_error)
		say(m, ": flags, reserved and padding must be 0, and the VM must not be a TD yet");
	else if (a->error == -EBUSY)
		say(m, ": there are vCPUs already");
	else if (a->error == -EIO)
		say(m, ": the kernel log may hold a warning, and the VM is dead");
}

int tdxcpuid_explain(const struct tdxcpuid_host *host, const struct tdxcpuid_request *given,
		     int error, uint64_t hw_error, struct tdxcpuid_answer **answer)
{
	struct made_answer *m = start(answer);
	struct tdxcpuid_request request;
	int ret;

	if (!m)
		return -ENOMEM;
	if (read_request(given, &request) || error > 0 || error < -MAX_ERRNO)
		return -EINVAL;

	judge(m, host, &request, error, hw_error);
	m->a.verdict = error ? TDXCPUID_REJECTED : TDXCPUID_ACCEPTED;
	m->a.error = error;
	m->a.hw_error = hw_error;
	m->a.status = hw_error;
	m->a.asked = !!hw_error;
	m->a.rcx = 0;

	ret = finish(m, &host->kvm);
	m->text[0] = '\0';
	sum_up(m, ret ? 0 : sort_causes(m, error, hw_error));
	return ret;
}

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
				kvm_tdx_reg(&host->caps[k], reg) | ~slot->configurable[reg];
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
	struct made_answer *m = start(answer);
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
		m->text[0] = '\0';
		say(m, NO_TDX);
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
			*kvm_tdx_reg_of(&entries[v->entry], v->reg) &= ~(u32)v->mask;
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

	ret = finish(m, &kvm);
	m->a.verdict = dropped ? TDXCPUID_REJECTED : TDXCPUID_ACCEPTED;
	m->text[0] = '\0';
	say(m, dropped ? "something had to be dropped" : "nothing had to be dropped");
	return ret;
}

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

static int compare(struct made_answer *m, const struct kvm_tdx_trusted *trusted,
		   const struct tdxcpuid_vcpu *vcpu)
{
	m->a.error = kvm_tdx_check_vcpu(trusted, vcpu->entries, vcpu->nent,
					vcpu->superset ? TDX_CPUID_SUPERSET : 0, &m->reporter);
	m->a.verdict = m->a.error ? TDXCPUID_REJECTED : TDXCPUID_ACCEPTED;
	m->a.unknown = m->a.asked = m->a.warned = 0;
	m->a.hw_error = m->a.status = m->a.rcx = 0;
	m->text[0] = '\0';
	say(m, m->a.error ? "the vCPU contradicts the guest" :
			    "the vCPU is consistent with the guest");
	return finish(m, NULL);
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
	struct made_answer *m = start(answer);
	struct kvm_tdx_trusted trusted;
	struct tdxcpuid_request request;
	struct tdxcpuid_vcpu vcpu;

	if (!m)
		return -ENOMEM;
	if (read_request(given, &request) || read_vcpu(given_vcpu, &vcpu) ||
	    (!request.entries && request.nent))
		return -EINVAL;

	judge(m, host, &request, 0, 0);
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
	struct made_answer *m = start(answer);
	struct kvm_tdx_trusted trusted;
	struct tdxcpuid_vcpu vcpu;

	if (!m)
		return -ENOMEM;
	if (read_vcpu(given, &vcpu) || !page || kvm_snp_trust(&trusted, page, size))
		return -EINVAL;

	return compare(m, &trusted, &vcpu);
}
