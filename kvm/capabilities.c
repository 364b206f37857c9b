// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What KVM finds out about the module and the CPU when it boots, and KVM_TDX_CAPABILITIES. */
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "kvm_tdx_internal.h"

#define FEATURES0_NO_RBP_MOD	BIT_ULL(18)
#define FEATURES0_TOPOLOGY_ENUM BIT_ULL(20)

u64 kvm_tdx_sys_rd(const struct kvm_tdx_host *host, u64 field)
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

	features0 = kvm_tdx_sys_rd(host, TDX_MD_FEATURES0);
	if (!(features0 & FEATURES0_NO_RBP_MOD))
		host->disabled |= TDXCPUID_NO_RBP_MOD;
	if (!(features0 & FEATURES0_TOPOLOGY_ENUM))
		host->disabled |= TDXCPUID_NO_TOPOLOGY_ENUM;

	host->supported_attrs =
		supported(KVM_TDX_SUPPORTED_ATTRS, kvm_tdx_sys_rd(host, TDX_MD_ATTRIBUTES_FIXED0),
			  kvm_tdx_sys_rd(host, TDX_MD_ATTRIBUTES_FIXED1));
	if (!host->supported_attrs)
		host->disabled |= TDXCPUID_NO_ATTRS;

	tdx_native_cpuid(cpu, 0xd, 0, reg);
	tdx_native_cpuid(cpu, 0xd, 1, xss);
	host->supported_xfam = supported(
		(reg[TDX_EAX] & KVM_TDX_SUPPORTED_XCR0) | (xss[TDX_ECX] & KVM_TDX_SUPPORTED_XSS),
		kvm_tdx_sys_rd(host, TDX_MD_XFAM_FIXED0), kvm_tdx_sys_rd(host, TDX_MD_XFAM_FIXED1));
	if (!host->supported_xfam)
		host->disabled |= TDXCPUID_NO_XFAMS;

	/* 5-level EPT is not in CPUID; CPUs with TDX have it where they have LA57. */
	tdx_native_cpuid(cpu, 0x7, 0, reg);
	host->has_gpaw52 = reg[TDX_ECX] & BIT(16);
	host->tsc_khz = native_tsc_khz(cpu);

	for (u64 k = 0; k < kvm_tdx_sys_rd(host, TDX_MD_NUM_CPUID_CONFIG); k++) {
		u64 leaf = kvm_tdx_sys_rd(host, TDX_MD_CPUID_CONFIG_LEAVES + k);
		u64 ebx_eax = kvm_tdx_sys_rd(host, TDX_MD_CPUID_CONFIG_VALUES + 2 * k);
		u64 edx_ecx = kvm_tdx_sys_rd(host, TDX_MD_CPUID_CONFIG_VALUES + 2 * k + 1);
		const u32 configurable[] = { ebx_eax, ebx_eax >> 32, edx_ecx, edx_ecx >> 32 };

		tdx_cpuid_add_slot(&host->slots, leaf, leaf >> 32, configurable);
	}

	return !host->disabled;
}

void kvm_tdx_capability(const struct kvm_tdx_host *host, u32 k, struct kvm_cpuid_entry2 *entry)
{
	struct tdx_cpuid_slot slot = host->slots.slot[k];

	if (host->policy != TDXCPUID_ALLOWLIST)
		memset(slot.allowed, 0xff, sizeof(slot.allowed));

	tdx_cpuid_filter(&slot, entry);
	if (host->policy != TDXCPUID_ALLOWLIST)
		entry->flags = 0;

	if (host->policy == TDXCPUID_LINUX_7_3) {
		entry->ebx &= ~kvm_tdx_7_3_denied(entry->function, entry->index, TDX_EBX);
		entry->ecx &= ~kvm_tdx_7_3_denied(entry->function, entry->index, TDX_ECX);
	}
}
