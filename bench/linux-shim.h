/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the functions taken out of Linux's tdx.c and cpuid.c need to compile here. */
#ifndef BENCH_LINUX_SHIM_H
#define BENCH_LINUX_SHIM_H

#include <linux/types.h>
#include <asm/kvm.h>

#include <linux/bits.h>
#include <linux/errno.h>

struct kvm_cpuid_entry2 *kvm_find_cpuid_entry2(struct kvm_cpuid_entry2 *entries, int nent,
					       u32 function, u64 index);

/* Nothing without lockdep; the rest is not reached by the look-ups here. */
#define lockdep_assert_irqs_enabled() \
	do {                          \
	} while (0)
#define KVM_CPUID_INDEX_NOT_SIGNIFICANT -1ull
#define cpuid_function_is_indexed(f)	((f) == 0)
#define WARN_ON_ONCE(x)			((void)(x))

#define X86_FEATURE_HLE	    4
#define X86_FEATURE_RTM	    11
#define X86_FEATURE_WAITPKG 5
#define __feature_bit(f)    (1u << (f))

struct tdx_cpuid_value {
	u32 eax, ebx, ecx, edx;
};

struct tdx_sys_info_td_conf {
	u16 num_cpuid_config;
	u64 cpuid_config_leaves[128];
	u64 cpuid_config_values[128][2];
};

struct tdx_sys_info {
	struct tdx_sys_info_td_conf td_conf;
};

extern const struct tdx_sys_info *tdx_sysinfo;

struct td_params {
	u64 eptp_controls;
	u64 config_flags;
	struct tdx_cpuid_value cpuid_values[32];
};

#define cpu_has_vmx_ept_5levels() true
#define VMX_EPTP_MT_WB		  0x6ull
#define VMX_EPTP_PWL_4		  0x18ull
#define VMX_EPTP_PWL_5		  0x20ull
#define TDX_CONFIG_FLAGS_MAX_GPAW 1ull

/* setup_tdparams_eptp_controls() and setup_tdparams_cpuids(), one after the other. */
int linux_validate(struct kvm_cpuid2 *cpuid, struct td_params *td_params);

#endif
