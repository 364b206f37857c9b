// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* KVM_CHECK_EXTENSION. */
#include "internal.h"

#define EXIT_HYPERCALL_MAP_GPA (1 << 12)

/* Those of which there is no more to say than that KVM has them. */
static const u32 plain[] = {
	KVM_CAP_IRQCHIP,
	KVM_CAP_HLT,
	KVM_CAP_MMU_SHADOW_CACHE_CONTROL,
	KVM_CAP_USER_MEMORY,
	KVM_CAP_USER_MEMORY2,
	KVM_CAP_SET_TSS_ADDR,
	KVM_CAP_VAPIC,
	KVM_CAP_EXT_CPUID,
	KVM_CAP_CLOCKSOURCE,
	KVM_CAP_PIT,
	KVM_CAP_NOP_IO_DELAY,
	KVM_CAP_MP_STATE,
	KVM_CAP_SYNC_MMU,
	KVM_CAP_DESTROY_MEMORY_REGION_WORKS,
	KVM_CAP_USER_NMI,
	KVM_CAP_SET_GUEST_DEBUG,
	KVM_CAP_REINJECT_CONTROL,
	KVM_CAP_IRQ_INJECT_STATUS,
	KVM_CAP_JOIN_MEMORY_REGIONS_WORKS,
	KVM_CAP_IRQFD,
	KVM_CAP_PIT2,
	KVM_CAP_SET_BOOT_CPU_ID,
	KVM_CAP_PIT_STATE2,
	KVM_CAP_IOEVENTFD,
	KVM_CAP_SET_IDENTITY_MAP_ADDR,
	KVM_CAP_INTERNAL_ERROR_DATA,
	KVM_CAP_VCPU_EVENTS,
	KVM_CAP_PCI_SEGMENT,
	KVM_CAP_DEBUGREGS,
	KVM_CAP_X86_ROBUST_SINGLESTEP,
	KVM_CAP_ENABLE_CAP,
	KVM_CAP_XSAVE,
	KVM_CAP_XCRS,
	KVM_CAP_ASYNC_PF,
	KVM_CAP_TSC_CONTROL,
	KVM_CAP_GET_TSC_KHZ,
	KVM_CAP_TSC_DEADLINE_TIMER,
	KVM_CAP_KVMCLOCK_CTRL,
	KVM_CAP_SIGNAL_MSI,
	KVM_CAP_IRQFD_RESAMPLE,
	KVM_CAP_DEVICE_CTRL,
	KVM_CAP_EXT_EMUL_CPUID,
	KVM_CAP_ENABLE_CAP_VM,
	KVM_CAP_IOAPIC_POLARITY_IGNORED,
	KVM_CAP_CHECK_EXTENSION_VM,
	KVM_CAP_DISABLE_QUIRKS,
	KVM_CAP_SPLIT_IRQCHIP,
	KVM_CAP_IOEVENTFD_ANY_LENGTH,
	KVM_CAP_IMMEDIATE_EXIT,
	KVM_CAP_GET_MSR_FEATURES,
	KVM_CAP_MSR_PLATFORM_INFO,
	KVM_CAP_COALESCED_PIO,
	KVM_CAP_X86_MSR_FILTER,
	KVM_CAP_X86_USER_SPACE_MSR,
	KVM_CAP_ENFORCE_PV_FEATURE_CPUID,
	KVM_CAP_SYS_ATTRIBUTES,
	KVM_CAP_VM_TSC_CONTROL,
	KVM_CAP_MEMORY_FAULT_INFO,
	KVM_CAP_GUEST_MEMFD,
	KVM_CAP_PRE_FAULT_MEMORY,
	KVM_CAP_LAST_CPU,
};

/* Linux 7.3's, and the one of the RFC, by which KVM looks away in KVM_SET_CPUID2. */
u64 known_quirks(const struct host_model *host)
{
	return 0xfff | (host->info.policy == TDXCPUID_ALLOWLIST ? QUIRK_IGNORE_FIRMWARE_CPUID : 0);
}

/*
 * The value of what is more than there or not there.  Left out, and so not
 * offered, is what this host does not model: nested virtualization, Hyper-V,
 * Xen, statistics, SGX.
 */
long check_extension(const struct host_model *host, const struct host_vm *vm, u64 extension,
		     bool amx)
{
	for (size_t i = 0; i < ARRAY_SIZE(plain); i++) {
		if (plain[i] == extension)
			return 1;
	}

	switch (extension) {
	case KVM_CAP_NR_VCPUS:
	case KVM_CAP_MAX_VCPUS:
		if (extension == KVM_CAP_NR_VCPUS || (vm && is_td(vm)))
			return MAX_VCPUS;
		return 1024;
	case KVM_CAP_MAX_VCPU_ID:
		return MAX_VCPU_IDS;
	case KVM_CAP_NR_MEMSLOTS:
		return USER_MEM_SLOTS;
	case KVM_CAP_COALESCED_MMIO:
		return 2; /* the page of the ring in the vCPU's memory */
	case KVM_CAP_IRQ_ROUTING:
		return MAX_IRQ_ROUTES;
	case KVM_CAP_MCE:
		return MCE_BANKS;
	case KVM_CAP_ADJUST_CLOCK:
		return KVM_CLOCK_TSC_STABLE | KVM_CLOCK_REALTIME | KVM_CLOCK_HOST_TSC;
	case KVM_CAP_DISABLE_QUIRKS2:
		return known_quirks(host);
	case KVM_CAP_X2APIC_API:
		return KVM_X2APIC_API_USE_32BIT_IDS | KVM_X2APIC_API_DISABLE_BROADCAST_QUIRK;
	case KVM_CAP_X86_DISABLE_EXITS:
		return 0xf;
	case KVM_CAP_XSAVE2:
		return xsave_area(host, amx);
	case KVM_CAP_EXIT_HYPERCALL:
		return EXIT_HYPERCALL_MAP_GPA;
	case KVM_CAP_VM_TYPES:
		return 1 << 0 | (host->info.disabled ? 0 : 1 << KVM_X86_TDX_VM);
	case KVM_CAP_READONLY_MEM:
		return !vm || !is_td(vm);
	case KVM_CAP_MEMORY_ATTRIBUTES:
		return !vm || is_td(vm) ? KVM_MEMORY_ATTRIBUTE_PRIVATE : 0;
	case KVM_CAP_X86_APIC_BUS_CYCLES_NS:
		return vm ? vm->bus_cycle_ns : 1;
	}
	return 0;
}
