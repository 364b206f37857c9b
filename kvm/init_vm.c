// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* KVM_TDX_INIT_VM: the request to TD_PARAMS, what refuses it on the way, and the module's word. */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "kvm_tdx_internal.h"

#define CONFIG_FLAGS_GPAW_52	BIT_ULL(0)
#define CONFIG_FLAGS_NO_RBP_MOD BIT_ULL(2)
#define EPTP_WB			6ULL
#define EPTP_LEVELS(n)		(((n)-1ULL) << 3)
#define MAX_VCPUS		64

/* Passes the module's faults on, each at the entry that caused it. */
struct module_reporter {
	struct tdx_fault_report module;
	const struct kvm_tdx_host *host;
	const struct tdxcpuid_request *request;
	const struct tdx_td_params *params;
	struct tdx_reporter *reporter;
	u32 refused; /* reasons that KVM has given for the whole request, as bits */
};

static enum tdxcpuid_reason reason_of_rule(enum tdx_rule rule)
{
	switch (rule) {
	case TDX_RULE_NOT_CONFIGURABLE:
		return TDXCPUID_NOT_CONFIGURABLE;
	case TDX_RULE_ATTRIBUTES:
		return TDXCPUID_ATTRIBUTES;
	case TDX_RULE_XFAM:
		return TDXCPUID_XFAM;
	case TDX_RULE_TSC_FREQUENCY:
		return TDXCPUID_TSC;
	default:
		return TDXCPUID_VALUE;
	}
}

const struct kvm_cpuid_entry2 *kvm_tdx_entry_of_slot(const struct kvm_tdx_host *host,
						     const struct tdxcpuid_request *request, u32 k)
{
	const struct tdx_cpuid_slot *slot = &host->slots.slot[k];

	if (host->policy == TDXCPUID_LINUX_7_3)
		return tdx_cpuid_find(request->entries, request->nent, slot->leaf,
				      slot->subleaf == TDX_NO_SUBLEAF ? 0 : slot->subleaf);

	for (u32 i = 0; i < request->nent; i++) {
		const struct kvm_cpuid_entry2 *e = &request->entries[i];

		if (tdx_cpuid_belongs(slot, e))
			return e;
	}

	return NULL;
}

static void report_module(struct tdx_fault_report *self, const struct tdx_fault *fault)
{
	struct module_reporter *r = (struct module_reporter *)self;
	const struct kvm_cpuid_entry2 *e;
	struct tdxcpuid_violation v = {
		.layer = TDXCPUID_LAYER_MODULE,
		.reason = reason_of_rule(fault->rule),
		.entry = TDXCPUID_NOWHERE,
		.slot = fault->slot,
		.has_leaf = fault->reg >= 0 || fault->rule == TDX_RULE_TOPOLOGY,
		.leaf = fault->leaf,
		.subleaf = fault->subleaf,
		.slot_leaf = fault->leaf,
		.slot_subleaf = fault->subleaf,
		.reg = fault->reg < 0 ? TDXCPUID_NOWHERE : fault->reg,
		.mask = fault->mask,
		.rule = fault->rule,
	};

	/* KVM has refused the field already, in its own words. */
	if (r->refused & BIT(v.reason))
		return;

	e = v.slot < 0 ? NULL : kvm_tdx_entry_of_slot(r->host, r->request, v.slot);
	if (e) {
		v.entry = e - r->request->entries;
		v.requested = v.reg >= 0 ? cpuid_reg(e, v.reg) : 0;
	}

	if (v.reason == TDXCPUID_ATTRIBUTES)
		v.requested = r->request->attributes;
	else if (v.reason == TDXCPUID_XFAM)
		v.requested = r->request->xfam;
	else if (v.reason == TDXCPUID_TSC)
		v.requested = r->params->tsc_frequency;

	r->reporter->report(r->reporter, &v);
}

/* The slots as the by-slot policies judge them. */
static struct tdx_cpuid_slots judged_slots(const struct kvm_tdx_host *host)
{
	struct tdx_cpuid_slots slots = host->slots;

	if (host->policy != TDXCPUID_ALLOWLIST) {
		for (u32 k = 0; k < slots.nr; k++)
			memset(slots.slot[k].allowed, 0xff, sizeof(slots.slot[k].allowed));
	}

	return slots;
}

static int validate_cpuid(struct kvm_tdx_td *td, const struct kvm_tdx_host *host,
			  const struct tdxcpuid_request *request, struct tdx_reporter *reporter)
{
	struct tdx_cpuid_slots slots;

	if (host->policy == TDXCPUID_LINUX_7_3)
		return kvm_tdx_7_3_validate(host, request, td->params.cpuid_values, reporter);

	slots = judged_slots(host);
	return tdx_cpuid_validate(&slots, request->entries, request->nent, host->has_gpaw52,
				  td->params.cpuid_values, reporter);
}

static void report_field(struct tdx_reporter *reporter, enum tdxcpuid_reason reason, u64 requested,
			 u64 mask)
{
	const struct tdxcpuid_violation v = {
		.layer = reason == TDXCPUID_MALFORMED ? TDXCPUID_LAYER_REQUEST : TDXCPUID_LAYER_KVM,
		.reason = reason,
		.entry = TDXCPUID_NOWHERE,
		.slot = TDXCPUID_NOWHERE,
		.reg = TDXCPUID_NOWHERE,
		.mask = mask,
		.requested = requested,
		.rule = TDXCPUID_NOWHERE,
	};

	reporter->report(reporter, &v);
}

/*
 * Ask the module although KVM has refused, so that its objections are known in
 * the same pass; without the bits that were objected to.
 */
static void ask_anyway(struct kvm_tdx_td *td, struct module_reporter *mr)
{
	const struct kvm_tdx_host *host = mr->host;
	u64 rcx;

	td->params.attributes &= host->supported_attrs;
	td->params.xfam &= host->supported_xfam;
	for (u32 k = 0; host->policy == TDXCPUID_ALLOWLIST && k < host->slots.nr; k++) {
		for (int reg = 0; reg < 4; reg++)
			td->params.cpuid_values[k][reg] &= host->slots.slot[k].allowed[reg];
	}

	tdx_mng_init(&td->td, &host->platform, &td->params, &rcx, &mr->module);
}

int kvm_tdx_error_of_status(enum tdxcpuid_policy policy, u64 status)
{
	if (!status)
		return 0;

	switch (TDX_STATUS_CLASS(status)) {
	case TDXM_OPERAND_INVALID:
		return -EINVAL;
	case TDXM_LEAF_1F_UNRECOGNIZED:
		return policy == TDXCPUID_ALLOWLIST ? -EINVAL : -EIO;
	}

	return -EIO;
}

int kvm_tdx_init_vm(struct kvm_tdx_td *td, const struct kvm_tdx_host *host,
		    const struct tdxcpuid_request *request, struct kvm_tdx_answer *answer,
		    struct tdx_reporter *reporter)
{
	struct module_reporter mr = { { report_module }, host, request, &td->params, reporter, 0 };
	u64 unsupported;
	int gpaw;

	memset(answer, 0, sizeof(*answer));
	memset(td, 0, sizeof(*td));
	td->host = host;

	/* There is not even a VM to call it on. */
	if (host->disabled & TDXCPUID_NO_MODULE)
		return answer->error = -EINVAL;

	if (request->nent > TDXCPUID_MAX_ENTRIES) {
		report_field(reporter, TDXCPUID_MALFORMED, request->nent, 0);
		return answer->error = -E2BIG;
	}

	unsupported = request->attributes & ~host->supported_attrs;
	if (unsupported) {
		report_field(reporter, TDXCPUID_ATTRIBUTES, request->attributes, unsupported);
		mr.refused |= BIT(TDXCPUID_ATTRIBUTES);
		answer->error = -EINVAL;
	}

	unsupported = request->xfam & ~host->supported_xfam;
	if (unsupported) {
		report_field(reporter, TDXCPUID_XFAM, request->xfam, unsupported);
		mr.refused |= BIT(TDXCPUID_XFAM);
		answer->error = -EINVAL;
	}

	td->params.attributes =
		request->attributes | kvm_tdx_sys_rd(host, TDX_MD_ATTRIBUTES_FIXED1);
	td->params.xfam = request->xfam | kvm_tdx_sys_rd(host, TDX_MD_XFAM_FIXED1);
	td->params.max_vcpus = MAX_VCPUS;
	td->params.config_flags = CONFIG_FLAGS_NO_RBP_MOD;
	td->params.tsc_frequency = (request->tsc_khz ? request->tsc_khz : host->tsc_khz) / 25000;

	gpaw = validate_cpuid(td, host, request, reporter);
	if (gpaw < 0)
		answer->error = gpaw;

	td->gpaw = gpaw == 52 ? 52 : 48;
	td->params.eptp_controls = EPTP_WB | EPTP_LEVELS(4);
	if (td->gpaw == 52) {
		td->params.eptp_controls = EPTP_WB | EPTP_LEVELS(5);
		td->params.config_flags |= CONFIG_FLAGS_GPAW_52;
	}

	if (answer->error) {
		ask_anyway(td, &mr);
		return answer->error;
	}

	answer->asked = true;
	answer->status =
		tdx_mng_init(&td->td, &host->platform, &td->params, &answer->rcx, &mr.module);
	answer->error = kvm_tdx_error_of_status(host->policy, answer->status);
	answer->hw_error = answer->error == -EINVAL ? answer->status : 0;
	answer->warned = answer->error == -EIO;
	return answer->error;
}
