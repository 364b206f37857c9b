// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "kvm_tdx_internal.h"

/* What KVM can virtualize for a TD, whatever the module and the CPU offer. */
#define SUPPORTED_ATTRS BIT_ULL(28) /* SEPT_VE_DISABLE */
#define SUPPORTED_XCR0	0x602ffULL  /* x87, SSE, AVX, MPX, AVX-512, PKRU, AMX */
#define SUPPORTED_XSS	0x1800ULL   /* CET */

#define FEATURES0_NO_RBP_MOD	BIT_ULL(18)
#define FEATURES0_TOPOLOGY_ENUM BIT_ULL(20)

#define CONFIG_FLAGS_GPAW_52	BIT_ULL(0)
#define CONFIG_FLAGS_NO_RBP_MOD BIT_ULL(2)
#define EPTP_WB			6ULL
#define EPTP_LEVELS(n)		(((n)-1ULL) << 3)
#define MAX_VCPUS		64

static u64 sys_rd(const struct kvm_tdx_host *host, u64 field)
{
	u64 value = 0;

	tdx_sys_rd(&host->platform, field, &value);
	return value;
}

/* What KVM supports of a field, or 0 where it lacks a bit that the module forces. */
static u64 supported(u64 kvm, u64 fixed0, u64 fixed1)
{
	return (kvm & fixed1) == fixed1 ? kvm & fixed0 : 0;
}

static u32 native_tsc_khz(const struct tdx_native *cpu)
{
	u32 reg[4];

	tdx_native_cpuid(cpu, 0x15, 0, reg);
	return reg[TDX_EAX] ? (u64)reg[TDX_ECX] * reg[TDX_EBX] / reg[TDX_EAX] / 1000 : 0;
}

bool kvm_tdx_host_init(struct kvm_tdx_host *host, const struct tdx_module *module,
		       const struct tdx_native *cpu, enum tdxcpuid_policy policy)
{
	u32 reg[4], xss[4];
	u64 features0;

	memset(host, 0, sizeof(*host));
	host->policy = policy;

	host->init_status = tdx_sys_init(&host->platform, module, cpu, &host->init_rcx);
	if (host->init_status) {
		host->disabled = TDXCPUID_NO_MODULE;
		return false;
	}

	features0 = sys_rd(host, TDX_MD_FEATURES0);
	if (!(features0 & FEATURES0_NO_RBP_MOD))
		host->disabled |= TDXCPUID_NO_RBP_MOD;
	if (!(features0 & FEATURES0_TOPOLOGY_ENUM))
		host->disabled |= TDXCPUID_NO_TOPOLOGY_ENUM;

	host->supported_attrs = supported(SUPPORTED_ATTRS, sys_rd(host, TDX_MD_ATTRIBUTES_FIXED0),
					  sys_rd(host, TDX_MD_ATTRIBUTES_FIXED1));
	if (!host->supported_attrs)
		host->disabled |= TDXCPUID_NO_ATTRS;

	tdx_native_cpuid(cpu, 0xd, 0, reg);
	tdx_native_cpuid(cpu, 0xd, 1, xss);
	host->supported_xfam =
		supported((reg[TDX_EAX] & SUPPORTED_XCR0) | (xss[TDX_ECX] & SUPPORTED_XSS),
			  sys_rd(host, TDX_MD_XFAM_FIXED0), sys_rd(host, TDX_MD_XFAM_FIXED1));
	if (!host->supported_xfam)
		host->disabled |= TDXCPUID_NO_XFAMS;

	/* 5-level EPT is not in CPUID; CPUs with TDX have it where they have LA57. */
	tdx_native_cpuid(cpu, 0x7, 0, reg);
	host->has_gpaw52 = reg[TDX_ECX] & BIT(16);
	host->tsc_khz = native_tsc_khz(cpu);

	for (u64 k = 0; k < sys_rd(host, TDX_MD_NUM_CPUID_CONFIG); k++) {
		const u64 values[] = {
			sys_rd(host, TDX_MD_CPUID_CONFIG_VALUES + 2 * k),
			sys_rd(host, TDX_MD_CPUID_CONFIG_VALUES + 2 * k + 1),
		};

		tdx_cpuid_add_slot(&host->slots, sys_rd(host, TDX_MD_CPUID_CONFIG_LEAVES + k),
				   values);
	}

	return !host->disabled;
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

void kvm_tdx_capability(const struct kvm_tdx_host *host, u32 k, struct kvm_cpuid_entry2 *entry)
{
	struct tdx_cpuid_slot slot = host->slots.slot[k];

	if (host->policy != TDXCPUID_ALLOWLIST)
		memset(slot.allowed, 0xff, sizeof(slot.allowed));

	tdx_cpuid_filter(&slot, entry);

	if (host->policy == TDXCPUID_LINUX_7_3) {
		entry->ebx &= ~kvm_tdx_7_3_denied(entry->function, entry->index, TDX_EBX);
		entry->ecx &= ~kvm_tdx_7_3_denied(entry->function, entry->index, TDX_ECX);
	}
}

void kvm_tdx_place(const struct kvm_tdx_host *host, struct tdxcpuid_violation *v)
{
	v->slot_leaf = v->slot < 0 ? v->leaf : host->slots.slot[v->slot].leaf;
	v->slot_subleaf = v->slot < 0 ? v->subleaf : host->slots.slot[v->slot].subleaf;
}

/* Passes a policy's violations on in the words of this room. */
struct policy_reporter {
	struct tdx_cpuid_reporter policy;
	const struct kvm_tdx_host *host;
	const struct tdxcpuid_request *request;
	struct kvm_tdx_reporter *reporter;
};

static void report_policy(struct tdx_cpuid_reporter *self, const struct tdx_cpuid_violation *pv)
{
	struct policy_reporter *r = (struct policy_reporter *)self;
	struct tdxcpuid_violation v = {
		.layer = TDXCPUID_LAYER_KVM,
		.entry = pv->entry < r->request->nent ? (int)pv->entry : TDXCPUID_NOWHERE,
		.slot = pv->slot < r->host->slots.nr ? (int)pv->slot : TDXCPUID_NOWHERE,
		.has_leaf = true,
		.leaf = pv->leaf,
		.subleaf = pv->subleaf,
		.reg = pv->reg == TDX_CPUID_NO_REG ? TDXCPUID_NOWHERE : (int)pv->reg,
		.mask = pv->mask,
		.requested = pv->value,
		.rule = TDXCPUID_NOWHERE,
	};

	kvm_tdx_place(r->host, &v);
	switch (pv->reason) {
	case TDX_CPUID_GPAW_MISSING:
		v.reason = TDXCPUID_GPAW_MISSING;
		break;
	case TDX_CPUID_GPAW_INVALID:
		v.reason = TDXCPUID_GPAW;
		break;
	case TDX_CPUID_DENIED:
		v.reason = TDXCPUID_DENIED;
		break;
	case TDX_CPUID_DUPLICATE:
		v.layer = TDXCPUID_LAYER_REQUEST;
		v.reason = TDXCPUID_DUPLICATE;
		break;
	case TDX_CPUID_NO_SLOT:
		v.layer = TDXCPUID_LAYER_REQUEST;
		v.reason = v.leaf >> 28 == 4 ? TDXCPUID_PV_LEAF : TDXCPUID_NO_SLOT;
		break;
	}

	r->reporter->report(r->reporter, &v);
}

/* Passes the module's faults on, each at the entry that caused it. */
struct module_reporter {
	struct tdx_fault_report module;
	const struct kvm_tdx_host *host;
	const struct tdxcpuid_request *request;
	const struct tdx_td_params *params;
	struct kvm_tdx_reporter *reporter;
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
		return kvm_tdx_find_entry(request->entries, request->nent, slot->leaf,
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
		v.requested = v.reg >= 0 ? kvm_tdx_reg(e, v.reg) : 0;
	}
	kvm_tdx_place(r->host, &v);

	if (v.reason == TDXCPUID_ATTRIBUTES)
		v.requested = r->request->attributes;
	else if (v.reason == TDXCPUID_XFAM)
		v.requested = r->request->xfam;
	else if (v.reason == TDXCPUID_TSC)
		v.requested = r->params->tsc_frequency;

	r->reporter->report(r->reporter, &v);
}

static int validate_cpuid(struct kvm_tdx_td *td, const struct kvm_tdx_host *host,
			  const struct tdxcpuid_request *request, struct kvm_tdx_reporter *reporter)
{
	struct policy_reporter pr = { { report_policy }, host, request, reporter };
	struct tdx_cpuid_slots slots;

	if (host->policy == TDXCPUID_LINUX_7_3)
		return kvm_tdx_7_3_validate(host, request, td->params.cpuid_values, reporter);

	slots = judged_slots(host);
	return tdx_cpuid_validate(&slots, request->entries, request->nent, host->has_gpaw52,
				  td->params.cpuid_values, &pr.policy);
}

static void report_field(struct kvm_tdx_reporter *reporter, enum tdxcpuid_reason reason,
			 u64 requested, u64 mask)
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
	case TDXM_INCORRECT_MSR_VALUE:
		return policy == TDXCPUID_ALLOWLIST ? -EINVAL : -EIO;
	}

	return -EIO;
}

int kvm_tdx_init_vm(struct kvm_tdx_td *td, const struct kvm_tdx_host *host,
		    const struct tdxcpuid_request *request, struct kvm_tdx_answer *answer,
		    struct kvm_tdx_reporter *reporter)
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

	td->params.attributes = request->attributes | sys_rd(host, TDX_MD_ATTRIBUTES_FIXED1);
	td->params.xfam = request->xfam | sys_rd(host, TDX_MD_XFAM_FIXED1);
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

const u32 *kvm_tdx_effective(const struct kvm_tdx_td *td, u32 k)
{
	return td->td.cpuid[td->host->platform.module->lookup_of_slot[k]];
}

u32 kvm_tdx_at_stake(const struct kvm_tdx_td *td, u32 k, int reg)
{
	return kvm_tdx_effective(td, k)[reg] & td->params.cpuid_values[k][reg] &
	       ~td->host->slots.slot[k].allowed[reg];
}

/* One look at the TD's CPUID, and its entry if there is such a leaf and subleaf. */
static int read_cpuid(const struct kvm_tdx_td *td, u32 leaf, u32 subleaf, bool has_subleaf,
		      struct kvm_cpuid_entry2 *e)
{
	u64 field = TDX_MD_CPUID_VALUES | (leaf >> 31) << 16 | (leaf & 0x7f) << 9;
	u64 ebx_eax, edx_ecx;

	if (subleaf > 0x7f || leaf & GENMASK(30, 7))
		return -EINVAL;

	field |= has_subleaf ? subleaf << 1 : 0x1fe;
	if (tdx_mng_rd(&td->td, field, &ebx_eax) || tdx_mng_rd(&td->td, field + 1, &edx_ecx))
		return -EIO;

	*e = (struct kvm_cpuid_entry2){
		.function = leaf,
		.index = subleaf,
		.flags = has_subleaf ? KVM_CPUID_FLAG_SIGNIFCANT_INDEX : 0,
		.eax = (u32)ebx_eax,
		.ebx = ebx_eax >> 32,
		.ecx = (u32)edx_ecx,
		.edx = edx_ecx >> 32,
	};

	/* The module does not report the GPAW. */
	if (leaf == TDX_CPUID_GPAW_LEAF)
		e->eax = (e->eax & ~TDX_CPUID_GPAW_MASK) | td->gpaw << TDX_CPUID_GPAW_SHIFT;

	return 0;
}

/* Append the entries of @leaf: without subleaf, or every subleaf up to the first failure. */
static u32 read_leaf(const struct kvm_tdx_td *td, u32 leaf, struct kvm_cpuid_entry2 *entries,
		     u32 nent, u32 max)
{
	struct kvm_cpuid_entry2 e;
	u32 subleaf;
	int ret;

	ret = read_cpuid(td, leaf, 0, false, &e);
	if (!ret) {
		if (nent < max)
			entries[nent] = e;
		return nent + 1;
	}
	if (ret != -EIO)
		return nent;

	for (subleaf = 0; !read_cpuid(td, leaf, subleaf, true, &e); subleaf++, nent++) {
		if (nent < max)
			entries[nent] = e;
	}

	return nent;
}

int kvm_tdx_get_cpuid(const struct kvm_tdx_td *td, struct kvm_cpuid_entry2 *entries, u32 max)
{
	static const u32 ranges[] = { 0, 0x80000000 };
	u32 nent = 0;

	for (u32 i = 0; i < ARRAY_SIZE(ranges); i++) {
		struct kvm_cpuid_entry2 first;

		if (read_cpuid(td, ranges[i], 0, false, &first))
			return -EIO;
		/* No leaf above 0x7f of a range can be read, whatever the CPU says is its last. */
		for (u32 leaf = ranges[i]; leaf <= first.eax && leaf <= ranges[i] + 0x7f; leaf++)
			nent = read_leaf(td, leaf, entries, nent, max);
	}

	return nent;
}
