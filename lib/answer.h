/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* An answer as the library makes it, and what those who fill it share. */
#ifndef LIB_ANSWER_H
#define LIB_ANSWER_H

#include "internal.h"

#define NO_TDX(host)                                                                         \
	((host)->model ? "there is no TDX on this host: the TDX module does not initialize " \
			 "on this CPU" :                                                     \
			 "there is no TDX on this host")

/* What is no violation is marked while both are collected in their order. */
#define NOTE 0x80000000U

#define SLOT_REGS (TDXCPUID_MAX_SLOTS * 4)

struct answer {
	struct tdxcpuid_answer a;
	struct tdx_reporter reporter;
	/* While it is judged; NULL: the fault is no request's. */
	const struct tdxcpuid_request *request;
	struct tdxcpuid_violation *found;
	u32 nr_found;
	u32 room;
	struct tdxcpuid_exempt *exempt; /* tdxcpuid_check_supported() makes room */
	bool no_memory;
	struct block *blocks;
	struct block *block; /* the one that is being filled */
	struct kvm_tdx_answer kvm;
	struct kvm_tdx_td td;
	struct tdxcpuid_slot_values slots[TDXCPUID_MAX_SLOTS];
	struct kvm_cpuid_entry2 effective[TDXCPUID_MAX_LOOKUP];
	struct tdxcpuid_bits lost[SLOT_REGS * (TDX_NR_LOSS + 1)];
	struct tdxcpuid_bits forced[SLOT_REGS * 2];
	struct tdxcpuid_bits left_off[SLOT_REGS * 3];
	struct tdxcpuid_bits at_stake[SLOT_REGS];
	struct tdxcpuid_unflagged unflagged[TDXCPUID_MAX_SLOTS];
	char text[TDXCPUID_TEXT_MAX];
};

/* *@answer, emptied, or a new one; NULL without memory. */
struct answer *answer_start(struct tdxcpuid_answer **answer);
/* Add to the sentence that sums up. */
void __attribute__((format(printf, 2, 3))) answer_say(struct answer *m, const char *format, ...);
/* And what the first violation is: not every VMM shows its user more than the sentence. */
void answer_say_first(struct answer *m);
/* A copy of the text that lasts as long as the answer. */
const char *answer_keep(struct answer *m, const char *text);
/* Put what was found into words, notes behind the violations.  @host is NULL where nothing but the
 * guest is known. */
int answer_finish(struct answer *m, const struct kvm_tdx_host *host);

/* runs.c: make one violation of those that entries in a row have in common */
void runs_fold(struct answer *m);
/* And say so, in place of, or behind, what is said of one.  @request may be NULL. */
void run_words(const struct tdxcpuid_request *request, const struct tdxcpuid_violation *v,
	       char text[TDXCPUID_TEXT_MAX], char fix[TDXCPUID_TEXT_MAX]);

/* check.c: copy a request in, or -EINVAL */
int request_in(const struct tdxcpuid_request *given, struct tdxcpuid_request *request);
/* vcpu.c: the same of a vCPU */
int read_vcpu(const struct tdxcpuid_vcpu *given, struct tdxcpuid_vcpu *vcpu);
/* Ask kvm/.  @error and @hw_error are what KVM has said, or 0. */
void answer_judge(struct answer *m, const struct tdxcpuid_host *host,
		  const struct tdxcpuid_request *request, int error, u64 hw_error);

/* label.c: which entries fill slots that are not theirs */
void find_unflagged(struct answer *m, const struct kvm_tdx_host *host,
		    const struct tdxcpuid_request *request);
/* The entry that is meant for slot @k, where another one fills it; else NULL. */
const struct kvm_cpuid_entry2 *meant_for_slot(const struct answer *m,
					      const struct kvm_tdx_host *host,
					      const struct tdxcpuid_request *request, u32 k);
/* Where a violation comes of such an entry: say so, and that the flag is what is missing. */
void label_words(const struct answer *m, const struct kvm_tdx_host *host,
		 const struct tdxcpuid_violation *v, char text[TDXCPUID_TEXT_MAX],
		 char fix[TDXCPUID_TEXT_MAX]);

/* unknown.c: TDXCPUID_UNKNOWN_*: what the request sets though nobody here can judge it */
u32 find_unknown(const struct tdxcpuid_host *host, const struct kvm_tdx_td *td);
/* Take back what rests on the stand-in for a module or a CPU that is not known. */
void drop_guesses(struct answer *m, const struct tdxcpuid_host *host,
		  const struct tdxcpuid_request *request, int error, u64 hw_error);
/* Whether KVM tells the violation by -EIO. */
bool is_eio(const struct tdxcpuid_violation *v);

#endif
