/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * A second, slow statement of what KVM has to answer: written from the
 * rules of docs/how-it-decides.md and from Linux 7.3's source.  The supported bits
 * are those reviewed in golden/.  Of policy/ and kvm/ it uses the structures only.
 */
#ifndef TESTS_REFERENCE_H
#define TESTS_REFERENCE_H

#include "../kvm/kvm_tdx.h"

#define REF_MAX 4096

/* What a call reported. */
struct ref_list {
	u32 nr;
	struct tdxcpuid_violation v[REF_MAX];
};

struct ref_answer {
	struct kvm_tdx_answer kvm;
	struct tdx_td_params params;
	u32 gpaw;
	struct ref_list list;
};

/* The bits of a register that KVM supports, whatever the module offers. */
u32 ref_allowed(u32 leaf, u32 subleaf, int reg);

/* KVM_TDX_CAPABILITIES and KVM_TDX_INIT_VM.  Of @host: platform, policy, has_gpaw52, tsc_khz. */
void ref_capability(const struct kvm_tdx_host *host, u32 k, struct kvm_cpuid_entry2 *entry);
void ref_init_vm(const struct kvm_tdx_host *host, const struct tdxcpuid_request *request,
		 struct ref_answer *answer);

/*
 * tdx_cpuid_validate() alone, on any slots: returns the GPAW or an errno.
 * @everything: the slots allow every bit, as under the policy none.
 */
int ref_validate(const struct tdx_cpuid_slots *slots, bool everything,
		 const struct kvm_cpuid_entry2 *entries, u32 nent, bool has_gpaw52,
		 u32 (*values)[4], struct ref_list *list);

/* Collects what kvm/ and policy/ report. */
struct ref_collector {
	struct tdx_reporter kvm;
	struct ref_list list;
};

void ref_collect(struct ref_collector *c);

/* The first difference in @text, "" if there is none. */
#define REF_TEXT 512
void ref_compare_lists(const struct ref_list *expected, const struct ref_list *got,
		       char text[REF_TEXT]);
void ref_compare(const struct ref_answer *expected, const struct kvm_tdx_answer *answer,
		 const struct kvm_tdx_td *td, const struct ref_list *list, char text[REF_TEXT]);

#endif
