// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reference.h"

#define NO_SUBLEAF 0xffffffffu
#define FLAGGED	   1u /* KVM_CPUID_FLAG_SIGNIFCANT_INDEX */

#define SUBLEAF_NONE NO_SUBLEAF
#define SUBLEAF_0    0
#define SUBLEAF_1    1
#define SUBLEAF_2    2
enum { EAX, EBX, ECX, EDX };

/* The feature registers as reviewed; the value registers and the fields are below. */
static const struct {
	u32 leaf;
	u32 subleaf;
	int reg;
	u32 mask;
} supported[] = {
#define SUPPORTED(leaf, subleaf, reg, mask) { leaf, SUBLEAF_##subleaf, reg, mask },
#include "golden/supported.h"
};

u32 ref_allowed(u32 leaf, u32 subleaf, int reg)
{
	if (leaf == 0x4 || leaf == 0x18 || leaf == 0x1f)
		return 0xffffffff;
	if (leaf == 0x1 && reg <= 1)
		return 0xffffffff;
	if (leaf == 0x80000008 && reg == 0)
		return 0x00ff00ff;

	for (size_t i = 0; i < sizeof(supported) / sizeof(supported[0]); i++) {
		if (supported[i].leaf == leaf && supported[i].subleaf == subleaf &&
		    supported[i].reg == reg)
			return supported[i].mask;
	}

	return 0;
}

static void add(struct ref_list *list, struct tdxcpuid_violation v)
{
	if (list->nr == REF_MAX)
		abort();
	list->v[list->nr++] = v;
}

static struct tdxcpuid_violation at_entry(const struct tdx_cpuid_slots *slots,
					  enum tdxcpuid_layer layer, enum tdxcpuid_reason reason,
					  const struct kvm_cpuid_entry2 *entries, int i, int slot,
					  int reg, u64 mask)
{
	struct tdxcpuid_violation v = { 0 };

	v.layer = layer;
	v.reason = reason;
	v.entry = i;
	v.slot = slot;
	v.has_leaf = true;
	v.leaf = 0x80000008;
	v.subleaf = NO_SUBLEAF;
	v.reg = reg;
	v.mask = mask;
	v.rule = -1;
	if (i >= 0) {
		v.leaf = entries[i].function;
		/* The label; whether it has a subleaf at all, the slot knows best. */
		if (slot >= 0 ? slots->slot[slot].subleaf != NO_SUBLEAF :
				entries[i].index != 0 || (entries[i].flags & FLAGGED))
			v.subleaf = entries[i].index;
		if (reg >= 0)
			v.requested = cpuid_reg(&entries[i], reg);
	}

	return v;
}

/* Rule 2. */
static bool owns(u32 slot_leaf, u32 slot_subleaf, const struct kvm_cpuid_entry2 *e)
{
	if (e->function != slot_leaf)
		return false;
	if (slot_subleaf == NO_SUBLEAF)
		return e->index == 0 || (e->flags & FLAGGED) == 0;
	return e->index == slot_subleaf;
}

/* kvm_find_cpuid_entry2() for a slot, as 7.3 calls it: -1 if there is none. */
static int linux_finds(u32 slot_leaf, u32 slot_subleaf, const struct kvm_cpuid_entry2 *entries,
		       u32 nent)
{
	u32 index = slot_subleaf == NO_SUBLEAF ? 0 : slot_subleaf;

	for (u32 i = 0; i < nent; i++) {
		if (entries[i].function != slot_leaf)
			continue;
		if ((entries[i].flags & FLAGGED) == 0 || entries[i].index == index)
			return i;
	}

	return -1;
}

static u32 wanted_gpaw(u32 eax)
{
	return eax >> 16 & 0xff;
}

static bool good_gpaw(u32 gpaw, bool has_gpaw52)
{
	return gpaw == 48 || (gpaw == 52 && has_gpaw52);
}

int ref_validate(const struct tdx_cpuid_slots *slots, bool everything,
		 const struct kvm_cpuid_entry2 *entries, u32 nent, bool has_gpaw52,
		 u32 (*values)[4], struct ref_list *list)
{
	u32 first_violation = list->nr;
	int gpaw_entry = -1, gpaw_slot = -1;

	/* 0x80000008, by slot. */
	for (u32 k = 0; k < slots->nr && gpaw_entry < 0; k++) {
		if (slots->slot[k].leaf != 0x80000008)
			continue;
		for (u32 i = 0; i < nent && gpaw_entry < 0; i++) {
			if (owns(slots->slot[k].leaf, slots->slot[k].subleaf, &entries[i])) {
				gpaw_entry = i;
				gpaw_slot = k;
			}
		}
	}
	if (gpaw_entry < 0)
		add(list, at_entry(slots, TDXCPUID_LAYER_KVM, TDXCPUID_GPAW_MISSING, entries, -1,
				   -1, 0, 0x00ff0000));
	else if (!good_gpaw(wanted_gpaw(entries[gpaw_entry].eax), has_gpaw52))
		add(list, at_entry(slots, TDXCPUID_LAYER_KVM, TDXCPUID_GPAW, entries, gpaw_entry,
				   gpaw_slot, 0, 0x00ff0000));

	for (u32 k = 0; k < slots->nr; k++) {
		u32 leaf = slots->slot[k].leaf, subleaf = slots->slot[k].subleaf;
		bool taken = false;

		for (int reg = 0; reg < 4; reg++)
			values[k][reg] = 0;

		for (u32 i = 0; i < nent; i++) {
			if (!owns(leaf, subleaf, &entries[i]))
				continue;
			if (taken)
				add(list, at_entry(slots, TDXCPUID_LAYER_REQUEST,
						   TDXCPUID_DUPLICATE, entries, i, k, -1, 0));
			for (int reg = 0; reg < 4; reg++) {
				u32 ok = everything ? 0xffffffff : ref_allowed(leaf, subleaf, reg);
				u32 bad = cpuid_reg(&entries[i], reg) & ~ok;

				if (bad)
					add(list,
					    at_entry(slots, TDXCPUID_LAYER_KVM, TDXCPUID_DENIED,
						     entries, i, k, reg, bad));
				if (!taken)
					values[k][reg] = cpuid_reg(&entries[i], reg);
			}
			taken = true;
		}
		if (leaf == 0x80000008)
			values[k][0] &= 0xff00ffff;
	}

	for (u32 i = 0; i < nent; i++) {
		enum tdxcpuid_reason reason = TDXCPUID_NO_SLOT;
		bool owned = false, named = false;

		if (entries[i].function >= 0x40000000 && entries[i].function <= 0x4fffffff)
			reason = TDXCPUID_PV_LEAF;

		for (u32 k = 0; k < slots->nr; k++) {
			if (owns(slots->slot[k].leaf, slots->slot[k].subleaf, &entries[i]))
				owned = true;
		}
		if (owned)
			continue;

		for (u32 k = 0; k < slots->nr; k++) {
			u32 leaf = slots->slot[k].leaf, subleaf = slots->slot[k].subleaf;

			if (linux_finds(leaf, subleaf, entries, nent) != (int)i)
				continue;
			for (int reg = 0; reg < 4; reg++) {
				u32 ok = everything ? 0xffffffff : ref_allowed(leaf, subleaf, reg);
				u32 bad = cpuid_reg(&entries[i], reg) & ~ok;

				if (!bad)
					continue;
				add(list, at_entry(slots, TDXCPUID_LAYER_REQUEST, reason, entries,
						   i, k, reg, bad));
				named = true;
			}
		}
		if (!named)
			add(list,
			    at_entry(slots, TDXCPUID_LAYER_REQUEST, reason, entries, i, -1, -1, 0));
	}

	if (list->nr > first_violation)
		return -EINVAL;

	return wanted_gpaw(entries[gpaw_entry].eax);
}

/* setup_tdparams_eptp_controls() and setup_tdparams_cpuids() of 7.3, without early returns. */
static int linux_validate(const struct tdx_cpuid_slots *slots,
			  const struct kvm_cpuid_entry2 *entries, u32 nent, bool has_gpaw52,
			  u32 (*values)[4], struct ref_list *list)
{
	u32 first_violation = list->nr;
	u32 copies[256] = { 0 };
	u32 copy_cnt = 0;
	int found;

	found = linux_finds(0x80000008, NO_SUBLEAF, entries, nent);
	if (found < 0 || !good_gpaw(wanted_gpaw(entries[found].eax), has_gpaw52))
		add(list, at_entry(slots, TDXCPUID_LAYER_KVM,
				   found < 0 ? TDXCPUID_GPAW_MISSING : TDXCPUID_GPAW, entries,
				   found, -1, 0, 0x00ff0000));

	for (u32 k = 0; k < slots->nr; k++) {
		int i = linux_finds(slots->slot[k].leaf, slots->slot[k].subleaf, entries, nent);

		memset(values[k], 0, 16);
		if (i < 0)
			continue;
		copy_cnt++;
		copies[i]++;
		if (entries[i].function == 7 && entries[i].index == 0) {
			if (entries[i].ebx & 0x810)
				add(list, at_entry(slots, TDXCPUID_LAYER_KVM, TDXCPUID_DENIED,
						   entries, i, k, 1, entries[i].ebx & 0x810));
			if (entries[i].ecx & 0x20)
				add(list, at_entry(slots, TDXCPUID_LAYER_KVM, TDXCPUID_DENIED,
						   entries, i, k, 2, 0x20));
		}
		for (int reg = 0; reg < 4; reg++)
			values[k][reg] = cpuid_reg(&entries[i], reg);
		if (slots->slot[k].leaf == 0x80000008)
			values[k][0] &= 0xff00ffff;
		/* Refused; what else the module would say of it is asked without these bits. */
		if (entries[i].function == 7 && entries[i].index == 0) {
			values[k][1] &= ~0x810u;
			values[k][2] &= ~0x20u;
		}
	}

	for (u32 i = 0; i < nent && copy_cnt != nent; i++) {
		enum tdxcpuid_reason reason = TDXCPUID_NO_SLOT;
		int slot = -1;

		if (copies[i] == 1)
			continue;
		if (entries[i].function >= 0x40000000 && entries[i].function <= 0x4fffffff)
			reason = TDXCPUID_PV_LEAF;
		for (int k = slots->nr - 1; k >= 0; k--) {
			if (linux_finds(slots->slot[k].leaf, slots->slot[k].subleaf, &entries[i],
					1) == 0)
				slot = k;
		}
		if (slot >= 0)
			reason = TDXCPUID_DUPLICATE;
		if (copies[i] > 1)
			reason = TDXCPUID_MALFORMED;
		add(list, at_entry(slots, TDXCPUID_LAYER_REQUEST, reason, entries, i, slot, -1, 0));
	}

	if (list->nr > first_violation)
		return -EINVAL;

	return wanted_gpaw(entries[found].eax);
}

void ref_capability(const struct kvm_tdx_host *host, u32 k, struct kvm_cpuid_entry2 *entry)
{
	const struct tdx_module *m = host->platform.module;
	const struct tdx_module_entry *e = tdx_module_entry(m, m->lookup_of_slot[k]);
	u32 mask[4];

	/* By TDH.SYS.RD; 1.5.01 leaves out what depends on the CPU. */
	tdx_sys_config(&host->platform, k, mask);
	if (!strcmp(m->version, "1.5.01"))
		memcpy(mask, e->config_direct, sizeof(mask));
	if (host->policy == TDXCPUID_ALLOWLIST) {
		for (int reg = 0; reg < 4; reg++)
			mask[reg] &= ref_allowed(e->leaf, e->subleaf, reg);
	}
	/* 7.3 hides three bits, where the entry's index comes out as 0. */
	if (host->policy == TDXCPUID_LINUX_7_3 && e->leaf == 7 &&
	    (e->subleaf == 0 || e->subleaf == NO_SUBLEAF)) {
		mask[1] &= ~0x810u;
		mask[2] &= ~0x20u;
	}

	memset(entry, 0, sizeof(*entry));
	entry->function = e->leaf;
	entry->index = e->subleaf == NO_SUBLEAF ? 0 : e->subleaf;
	/* Linux 7.3 leaves them out, which its own look-up goes by. */
	if (host->policy == TDXCPUID_ALLOWLIST && e->subleaf != NO_SUBLEAF)
		entry->flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX;
	entry->eax = mask[0];
	entry->ebx = mask[1];
	entry->ecx = mask[2];
	entry->edx = mask[3];
	if (e->leaf == 0x80000008)
		entry->eax |= 0x00ff0000;
}

/* The module's own objections, and what became of those that KVM has voiced already. */
struct module_collector {
	struct tdx_fault_report module;
	const struct kvm_tdx_host *host;
	const struct tdx_cpuid_slots *slots;
	const struct tdxcpuid_request *request;
	const struct tdx_td_params *params;
	bool attributes_voiced;
	bool xfam_voiced;
	struct ref_list *list;
};

static void module_fault(struct tdx_fault_report *self, const struct tdx_fault *f)
{
	struct module_collector *c = (struct module_collector *)self;
	struct tdxcpuid_violation v = { 0 };

	v.layer = TDXCPUID_LAYER_MODULE;
	v.reason = TDXCPUID_VALUE;
	v.entry = -1;
	v.slot = -1;
	v.reg = -1;
	v.leaf = f->leaf;
	v.subleaf = f->subleaf;
	v.mask = f->mask;
	v.rule = f->rule;

	if (f->rule == TDX_RULE_ATTRIBUTES) {
		if (c->attributes_voiced)
			return;
		v.reason = TDXCPUID_ATTRIBUTES;
		v.requested = c->request->attributes;
	} else if (f->rule == TDX_RULE_XFAM) {
		if (c->xfam_voiced)
			return;
		v.reason = TDXCPUID_XFAM;
		v.requested = c->request->xfam;
	} else if (f->rule == TDX_RULE_TSC_FREQUENCY) {
		v.reason = TDXCPUID_TSC;
		v.requested = c->params->tsc_frequency;
	} else if (f->rule == TDX_RULE_NOT_CONFIGURABLE) {
		v.reason = TDXCPUID_NOT_CONFIGURABLE;
	}

	if (f->reg >= 0) {
		v.has_leaf = true;
		v.reg = f->reg;
		for (u32 k = 0; k < c->slots->nr; k++) {
			if (c->slots->slot[k].leaf != f->leaf ||
			    c->slots->slot[k].subleaf != f->subleaf)
				continue;
			v.slot = k;
			if (c->host->policy == TDXCPUID_LINUX_7_3) {
				v.entry = linux_finds(f->leaf, f->subleaf, c->request->entries,
						      c->request->nent);
			} else {
				for (u32 i = c->request->nent; i-- > 0;)
					if (owns(f->leaf, f->subleaf, &c->request->entries[i]))
						v.entry = i;
			}
		}
		if (v.entry >= 0)
			v.requested = cpuid_reg(&c->request->entries[v.entry], f->reg);
	}

	add(c->list, v);
}

void ref_init_vm(const struct kvm_tdx_host *host, const struct tdxcpuid_request *request,
		 struct ref_answer *answer)
{
	const struct tdx_module *m = host->platform.module;
	struct tdx_td_params *p = &answer->params;
	struct module_collector mc = { { module_fault } };
	static struct tdx_cpuid_slots slots;
	static struct tdx_td td;
	u64 xfam_supported, attributes_supported, rcx;
	u32 xcr0[4], xss[4];
	int gpaw;

	memset(&answer->kvm, 0, sizeof(answer->kvm));
	memset(p, 0, sizeof(*p));
	answer->list.nr = 0;
	answer->gpaw = 0;

	/* No TDX, no VM, no answer but that. */
	if (host->init_status) {
		answer->kvm.error = -EINVAL;
		return;
	}

	if (request->nent > 256) {
		struct tdxcpuid_violation v = { 0 };

		v.layer = TDXCPUID_LAYER_REQUEST;
		v.reason = TDXCPUID_MALFORMED;
		v.entry = v.slot = v.reg = v.rule = -1;
		v.requested = request->nent;
		add(&answer->list, v);
		answer->kvm.error = -E2BIG;
		return;
	}

	slots.nr = m->nr_config;
	for (u32 k = 0; k < m->nr_config; k++) {
		const struct tdx_module_entry *e = tdx_module_entry(m, m->lookup_of_slot[k]);

		slots.slot[k].leaf = e->leaf;
		slots.slot[k].subleaf = e->subleaf;
	}

	tdx_native_cpuid(host->platform.cpu, 0xd, 0, xcr0);
	tdx_native_cpuid(host->platform.cpu, 0xd, 1, xss);
	attributes_supported = 0x10000000 & host->platform.attributes_fixed0;
	xfam_supported = ((xcr0[0] & 0x602ff) | (xss[2] & 0x1800)) & host->platform.xfam_fixed0;

	for (int field = 0; field < 2; field++) {
		u64 bad = field ? request->xfam & ~xfam_supported :
				  request->attributes & ~attributes_supported;
		struct tdxcpuid_violation v = { 0 };

		if (!bad)
			continue;
		v.layer = TDXCPUID_LAYER_KVM;
		v.reason = field ? TDXCPUID_XFAM : TDXCPUID_ATTRIBUTES;
		v.entry = v.slot = v.reg = v.rule = -1;
		v.mask = bad;
		v.requested = field ? request->xfam : request->attributes;
		add(&answer->list, v);
		answer->kvm.error = -EINVAL;
		if (field)
			mc.xfam_voiced = true;
		else
			mc.attributes_voiced = true;
	}

	if (host->policy == TDXCPUID_LINUX_7_3)
		gpaw = linux_validate(&slots, request->entries, request->nent, host->has_gpaw52,
				      p->cpuid_values, &answer->list);
	else
		gpaw = ref_validate(&slots, host->policy == TDXCPUID_NONE, request->entries,
				    request->nent, host->has_gpaw52, p->cpuid_values,
				    &answer->list);
	if (gpaw < 0)
		answer->kvm.error = gpaw;
	answer->gpaw = gpaw == 52 ? 52 : 48;

	p->attributes = request->attributes & attributes_supported;
	p->xfam = (request->xfam & xfam_supported) | 3;
	p->max_vcpus = 64;
	p->config_flags = answer->gpaw == 52 ? 5 : 4;
	p->eptp_controls = answer->gpaw == 52 ? 0x26 : 0x1e;
	p->tsc_frequency = (request->tsc_khz ? request->tsc_khz : host->tsc_khz) / 25000;
	if (answer->kvm.error && host->policy == TDXCPUID_ALLOWLIST) {
		for (u32 k = 0; k < slots.nr; k++) {
			for (int reg = 0; reg < 4; reg++)
				p->cpuid_values[k][reg] &=
					ref_allowed(slots.slot[k].leaf, slots.slot[k].subleaf, reg);
		}
	}

	mc.host = host;
	mc.slots = &slots;
	mc.request = request;
	mc.params = p;
	mc.list = &answer->list;
	if (answer->kvm.error) {
		tdx_mng_init(&td, &host->platform, p, &rcx, &mc.module);
		return;
	}

	answer->kvm.asked = true;
	answer->kvm.status = tdx_mng_init(&td, &host->platform, p, &answer->kvm.rcx, &mc.module);
	if (!answer->kvm.status)
		return;

	/* Rule 9: what the request can cause is its own fault; 7.3 knows one status only. */
	if (answer->kvm.status >> 32 == 0xc0000100 ||
	    (host->policy == TDXCPUID_ALLOWLIST && answer->kvm.status >> 32 == 0xc0000904)) {
		answer->kvm.error = -EINVAL;
		answer->kvm.hw_error = answer->kvm.status;
	} else {
		answer->kvm.error = -EIO;
		answer->kvm.warned = true;
	}
}

static void collect(struct tdx_reporter *self, const struct tdxcpuid_violation *v)
{
	add(&((struct ref_collector *)self)->list, *v);
}

void ref_collect(struct ref_collector *c)
{
	c->kvm.report = collect;
	c->list.nr = 0;
}

static void print_violation(char *text, size_t size, const struct tdxcpuid_violation *v)
{
	snprintf(
		text, size,
		"layer %d reason %d entry %d slot %d %s %x.%x reg %d mask %llx requested %llx rule %d",
		v->layer, v->reason, v->entry, v->slot, v->has_leaf ? "leaf" : "-", v->leaf,
		v->subleaf, v->reg, (unsigned long long)v->mask, (unsigned long long)v->requested,
		v->rule);
}

void ref_compare_lists(const struct ref_list *expected, const struct ref_list *got,
		       char text[REF_TEXT])
{
	char a[200] = "nothing", b[200] = "nothing";

	*text = '\0';
	for (u32 i = 0; i < expected->nr || i < got->nr; i++) {
		const struct tdxcpuid_violation *x = &expected->v[i], *y = &got->v[i];

		if (i < expected->nr && i < got->nr && x->layer == y->layer &&
		    x->reason == y->reason && x->entry == y->entry && x->slot == y->slot &&
		    x->has_leaf == y->has_leaf &&
		    (!x->has_leaf || (x->leaf == y->leaf && x->subleaf == y->subleaf)) &&
		    x->reg == y->reg && x->mask == y->mask && x->requested == y->requested &&
		    x->rule == y->rule)
			continue;
		if (i < expected->nr)
			print_violation(a, sizeof(a), x);
		if (i < got->nr)
			print_violation(b, sizeof(b), y);
		snprintf(text, REF_TEXT, "violation %u: expected %s; got %s", i, a, b);
		return;
	}
}

void ref_compare(const struct ref_answer *expected, const struct kvm_tdx_answer *answer,
		 const struct kvm_tdx_td *td, const struct ref_list *list, char text[REF_TEXT])
{
	const struct kvm_tdx_answer *a = &expected->kvm;
	const struct tdx_td_params *p = &expected->params, *q = &td->params;

	*text = '\0';
	if (a->error != answer->error || a->hw_error != answer->hw_error ||
	    a->asked != answer->asked || a->status != answer->status || a->rcx != answer->rcx ||
	    a->warned != answer->warned) {
		snprintf(text, REF_TEXT,
			 "expected errno %d hw_error %llx asked %d status %llx rcx %llx warned %d; "
			 "got errno %d hw_error %llx asked %d status %llx rcx %llx warned %d",
			 a->error, (unsigned long long)a->hw_error, a->asked,
			 (unsigned long long)a->status, (unsigned long long)a->rcx, a->warned,
			 answer->error, (unsigned long long)answer->hw_error, answer->asked,
			 (unsigned long long)answer->status, (unsigned long long)answer->rcx,
			 answer->warned);
		return;
	}

	ref_compare_lists(&expected->list, list, text);
	if (*text || !a->asked)
		return;

	if (memcmp(p->cpuid_values, q->cpuid_values, sizeof(p->cpuid_values)) ||
	    p->attributes != q->attributes || p->xfam != q->xfam || p->max_vcpus != q->max_vcpus ||
	    p->eptp_controls != q->eptp_controls || p->config_flags != q->config_flags ||
	    p->tsc_frequency != q->tsc_frequency || expected->gpaw != td->gpaw)
		snprintf(text, REF_TEXT, "TD_PARAMS differ");
}
