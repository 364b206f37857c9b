/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * A second, slow statement of what KVM has to answer: written from DESIGN.md's
 * rules and from Linux 7.3's source, with figures of its own.  Of policy/ and
 * kvm/ it uses the structures only.
 */
#ifndef TESTS_SLOW_H
#define TESTS_SLOW_H

#include "../kvm/kvm_tdx.h"

#define SLOW_MAX 4096

/* What a call reported. */
struct slow_list {
	u32 nr;
	struct tdxcpuid_violation v[SLOW_MAX];
};

struct slow_answer {
	struct kvm_tdx_answer kvm;
	struct tdx_td_params params;
	u32 gpaw;
	struct slow_list list;
};

/* The bits of a register that KVM supports, whatever the module offers. */
u32 slow_allowed(u32 leaf, u32 subleaf, int reg);

/* KVM_TDX_CAPABILITIES and KVM_TDX_INIT_VM.  Of @host: platform, policy, has_gpaw52, tsc_khz. */
void slow_capability(const struct kvm_tdx_host *host, u32 k, struct kvm_cpuid_entry2 *entry);
void slow_init_vm(const struct kvm_tdx_host *host, const struct tdxcpuid_request *request,
		  struct slow_answer *answer);

/*
 * tdx_cpuid_validate() alone, on any slots: returns the GPAW or an errno.
 * @everything: the slots allow every bit, as under the policy none.
 */
int slow_validate(const struct tdx_cpuid_slots *slots, bool everything,
		  const struct kvm_cpuid_entry2 *entries, u32 nent, bool has_gpaw52,
		  u32 (*values)[4], struct slow_list *list);

/* Collects what kvm/ and policy/ report, in the same form. */
struct slow_collector {
	struct kvm_tdx_reporter kvm;
	struct slow_list list;
};

struct slow_policy_collector {
	struct tdx_cpuid_reporter policy;
	const struct tdx_cpuid_slots *slots;
	u32 nent;
	struct slow_list list;
};

void slow_collect(struct slow_collector *c);
void slow_policy_collect(struct slow_policy_collector *c, const struct tdx_cpuid_slots *slots,
			 u32 nent);

/* The first difference in @text, "" if there is none. */
#define SLOW_TEXT 512
void slow_compare_lists(const struct slow_list *expected, const struct slow_list *got,
			char text[SLOW_TEXT]);
void slow_compare(const struct slow_answer *expected, const struct kvm_tdx_answer *answer,
		  const struct kvm_tdx_td *td, const struct slow_list *list, char text[SLOW_TEXT]);

#endif
