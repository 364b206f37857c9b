/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the files of kvm/ share. */
#ifndef KVM_TDX_INTERNAL_H
#define KVM_TDX_INTERNAL_H

#include "kvm_tdx.h"

/* TDH.SYS.RD; 0 where the module does not have the field. */
u64 kvm_tdx_sys_rd(const struct kvm_tdx_host *host, u64 field);

/*
 * The CPUID input as Linux 7.3 judges it.  Same answer as tdx_cpuid_validate(),
 * to which it is the alternative.
 */
int kvm_tdx_7_3_validate(const struct kvm_tdx_host *host, const struct tdxcpuid_request *request,
			 u32 (*values)[4], struct tdx_reporter *reporter);

#endif
