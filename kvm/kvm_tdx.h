/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What KVM does with CPUID for a TD, as functions: the TDX ioctls in Linux's
 * order of checks, on the software TDX module, under one of three policies.
 *
 * No I/O and no allocation; nothing is shared between two hosts.
 */
#ifndef KVM_TDX_H
#define KVM_TDX_H

#include "../include/tdxcpuid.h"
#include "../module/tdx_abi.h"
#include "../module/tdx_module.h"
#include "../policy/policy.h"

/* What KVM can virtualize for a TD, whatever the module and the CPU offer. */
#define KVM_TDX_SUPPORTED_ATTRS (1ULL << 28) /* SEPT_VE_DISABLE */
#define KVM_TDX_SUPPORTED_XCR0	0x602ffULL   /* x87, SSE, AVX, MPX, AVX-512, PKRU, AMX */
#define KVM_TDX_SUPPORTED_XSS	0x1800ULL    /* CET */

struct kvm_tdx_host {
	struct tdx_platform platform;
	enum tdxcpuid_policy policy;
	struct tdx_cpuid_slots slots; /* CPUID_CONFIG as read at boot, with the allowlist */
	u64 supported_attrs;
	u64 supported_xfam;
	bool has_gpaw52; /* 5-level EPT; taken from native LA57 */
	u32 tsc_khz;	 /* native */
	u32 disabled;	 /* enum tdxcpuid_disabled: Linux 7.3 and later leave TDX off */
	u64 init_status; /* of TDH.SYS.INIT */
	u64 init_rcx;
};

/* The answer of KVM_TDX_INIT_VM. */
struct kvm_tdx_answer {
	int error;    /* 0 or a negative errno */
	u64 hw_error; /* as KVM returns it in struct kvm_tdx_cmd */
	bool asked;   /* KVM got as far as TDH.MNG.INIT */
	u64 status;   /* of TDH.MNG.INIT, 0 if not asked */
	u64 rcx;
	bool warned; /* KVM WARNs and the VM is dead */
};

struct kvm_tdx_td {
	const struct kvm_tdx_host *host;
	struct tdx_td_params params; /* TD_PARAMS as KVM fills them in */
	u32 gpaw;		     /* 48 or 52 */
	struct tdx_td td;
};

/*
 * Boot KVM with the module on the CPU.  True if KVM enables TDX; if not,
 * host->disabled says why, and the host still answers as if it had, unless the
 * module itself did not initialize (TDXCPUID_NO_MODULE).
 */
bool kvm_tdx_host_init(struct kvm_tdx_host *host, const struct tdx_module *module,
		       const struct tdx_native *cpu, enum tdxcpuid_policy policy);

/* KVM_TDX_CAPABILITIES: the entry of slot @k, one for each of host->slots.nr. */
void kvm_tdx_capability(const struct kvm_tdx_host *host, u32 k, struct kvm_cpuid_entry2 *entry);

/*
 * KVM_TDX_INIT_VM from the attributes on.  Returns answer->error; @td is a TD
 * only if that is 0.  Every violation goes to @reporter, in order: those of KVM,
 * then the module's own, also where KVM refuses before it asks the module.
 */
int kvm_tdx_init_vm(struct kvm_tdx_td *td, const struct kvm_tdx_host *host,
		    const struct tdxcpuid_request *request, struct kvm_tdx_answer *answer,
		    struct tdx_reporter *reporter);

/* The entry that fills slot @k under the host's policy, or NULL. */
const struct kvm_cpuid_entry2 *kvm_tdx_entry_of_slot(const struct kvm_tdx_host *host,
						     const struct tdxcpuid_request *request, u32 k);

/*
 * What KVM_TDX_INIT_VM makes of the status of TDH.MNG.INIT.  -EINVAL is the VMM's
 * fault and comes with the status in hw_error; -EIO is KVM's own: hw_error is 0, KVM
 * WARNs and the VM is dead.
 */
int kvm_tdx_error_of_status(enum tdxcpuid_policy policy, u64 status);

/*
 * Bits of a slot's register that the TD has by configuration and that the
 * allowlist denies: what an accepting policy puts at stake.
 */
u32 kvm_tdx_at_stake(const struct kvm_tdx_td *td, u32 k, int reg);

/* What the TD has in the registers of slot @k. */
const u32 *kvm_tdx_effective(const struct kvm_tdx_td *td, u32 k);

/* KVM_TDX_GET_CPUID: fills up to @max entries, returns how many there are (or -errno). */
int kvm_tdx_get_cpuid(const struct kvm_tdx_td *td, struct kvm_cpuid_entry2 *entries, u32 max);

/*
 * What the TDX module enforces for the TD of @request, of which KVM_TDX_GET_CPUID
 * answers @list: all that KVM_TDX_CAPABILITIES reports, and apart from it what is
 * configurable all the same.
 */
void kvm_tdx_trust(struct tdx_cpuid_trusted *trusted, const struct kvm_tdx_host *host,
		   const struct tdxcpuid_request *request, const struct kvm_cpuid_entry2 *list,
		   u32 nent);

/* The denylist of Linux 7.3 on an entry labelled @leaf and @index. */
u32 kvm_tdx_7_3_denied(u32 leaf, u32 index, int reg);

/* Leaves whose index is significant; KVM's own list. */
bool kvm_cpuid_is_indexed(u32 leaf);

/* Bits that differ from CPU to CPU, or that software changes at run time. */
u32 kvm_cpuid_runtime_bits(u32 leaf, u32 subleaf, int reg);

#endif
