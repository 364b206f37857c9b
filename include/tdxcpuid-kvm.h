/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/**
 * KVM's user API for TDX as of Linux 6.16, in the kernel's own names, where the
 * system's <linux/kvm.h> is older.  Where it is not, this checks that both agree.
 */
#ifndef TDXCPUID_KVM_H
#define TDXCPUID_KVM_H

#include <stddef.h>

#include <linux/kvm.h>

/* Structures that end in one with a flexible array, which the kernel has and ISO C has not. */
#pragma GCC system_header

#ifndef KVM_CAP_VM_TYPES
#define KVM_CAP_VM_TYPES 235
#endif

#ifndef KVM_X86_SNP_VM
#define KVM_X86_SNP_VM 4
#endif

#ifndef KVM_X86_TDX_VM
#define KVM_X86_TDX_VM 5

/** Sub-commands of KVM_MEMORY_ENCRYPT_OP. */
enum kvm_tdx_cmd_id {
	KVM_TDX_CAPABILITIES = 0,
	KVM_TDX_INIT_VM,
	KVM_TDX_INIT_VCPU,
	KVM_TDX_INIT_MEM_REGION,
	KVM_TDX_FINALIZE_VM,
	KVM_TDX_GET_CPUID,
	KVM_TDX_CMD_NR_MAX
};

struct kvm_tdx_cmd {
	__u32 id;
	__u32 flags;
	__u64 data;	/**< address of the sub-command's structure */
	__u64 hw_error; /**< out: status of the SEAMCALL that failed, or 0 */
};

struct kvm_tdx_capabilities {
	__u64 supported_attrs;
	__u64 supported_xfam;
	__u64 kernel_tdvmcallinfo_1_r11;
	__u64 user_tdvmcallinfo_1_r11;
	__u64 kernel_tdvmcallinfo_1_r12;
	__u64 user_tdvmcallinfo_1_r12;
	__u64 reserved[250];
	struct kvm_cpuid2 cpuid;
};

struct kvm_tdx_init_vm {
	__u64 attributes;
	__u64 xfam;
	__u64 mrconfigid[6];
	__u64 mrowner[6];
	__u64 mrownerconfig[6];
	__u64 reserved[12];
	struct kvm_cpuid2 cpuid;
};
#endif

#if defined(__cplusplus)
#define TDXCPUID_KVM_CHECK(what) static_assert(what, #what)
#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#define TDXCPUID_KVM_CHECK(what) _Static_assert(what, #what)
#endif
#ifdef TDXCPUID_KVM_CHECK
TDXCPUID_KVM_CHECK(KVM_TDX_CAPABILITIES == 0 && KVM_TDX_INIT_VM == 1 && KVM_TDX_GET_CPUID == 5);
TDXCPUID_KVM_CHECK(sizeof(struct kvm_cpuid_entry2) == 40);
#ifndef __cplusplus
/* In C++ some versions of <linux/kvm.h> put entries behind an empty structure, 4 bytes off. */
TDXCPUID_KVM_CHECK(sizeof(struct kvm_cpuid2) == 8);
#endif
TDXCPUID_KVM_CHECK(sizeof(struct kvm_tdx_cmd) == 24);
TDXCPUID_KVM_CHECK(offsetof(struct kvm_tdx_cmd, hw_error) == 16);
TDXCPUID_KVM_CHECK(offsetof(struct kvm_tdx_capabilities, supported_xfam) == 8);
TDXCPUID_KVM_CHECK(offsetof(struct kvm_tdx_capabilities, cpuid) == 2048);
TDXCPUID_KVM_CHECK(offsetof(struct kvm_tdx_init_vm, mrconfigid) == 16);
TDXCPUID_KVM_CHECK(offsetof(struct kvm_tdx_init_vm, cpuid) == 256);
#undef TDXCPUID_KVM_CHECK
#endif

#endif /* TDXCPUID_KVM_H */
