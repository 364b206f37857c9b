/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The words of an answer: what is wrong, why, and what to do, for people.
 */
#ifndef TDXCPUID_WORDS_H
#define TDXCPUID_WORDS_H

#include <stddef.h>

#include "../kvm/kvm_tdx.h"

#define TDXCPUID_TEXT_MAX 1024

const char *tdxcpuid_layer_name(enum kvm_tdx_layer layer);    /* "request", "kvm", "module" */
const char *tdxcpuid_reason_name(enum kvm_tdx_reason reason); /* "denied", "no-slot", ... */
const char *tdxcpuid_policy_name(enum kvm_tdx_policy policy); /* "allowlist", "linux-7.3", "none" */
const char *tdxcpuid_reg_name(int reg);			      /* "eax" to "edx" */
const char *tdxcpuid_loss_name(enum tdx_loss loss);	      /* "not-native", "xfam", ... */
const char *tdxcpuid_errno_name(int error);		      /* "EINVAL"; of a positive errno */

/*
 * What is wrong and why, in @text, and what to do, in @fix: whole sentences
 * without line breaks, cut at TDXCPUID_TEXT_MAX.  For KVM_TDX_INCONSISTENT and
 * KVM_TDX_MISSING, @host may be NULL.
 */
void tdxcpuid_violation_text(const struct kvm_tdx_host *host, const struct kvm_tdx_violation *v,
			     char text[TDXCPUID_TEXT_MAX], char fix[TDXCPUID_TEXT_MAX]);

/* The policy's row for a bit: the verdict and its words.  No row is a denial. */
struct tdxcpuid_verdict {
	bool listed;		/* the bit has a row */
	bool value;		/* the register is a value register or a field of 0x80000008.EAX */
	bool allowed;
	const char *reason;	/* a sentence: why */
	const char *source;	/* a sentence: on what that rests */
};

void tdxcpuid_verdict(u32 leaf, u32 subleaf, int reg, int bit, struct tdxcpuid_verdict *verdict);

/* One line on a TDX status: its name and meaning; details of RCX where there are any. */
void tdxcpuid_status_text(u64 status, bool has_rcx, u64 rcx, char text[TDXCPUID_TEXT_MAX]);

#endif
