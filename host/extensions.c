// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* KVM_CHECK_EXTENSION. */
#include "internal.h"

#define EXIT_HYPERCALL_MAP_GPA (1 << 12)

/*
 * The value of what is more than there or not there.  Left out, and so not
 * offered, is what this host does not model: nested virtualization, Hyper-V,
 * Xen, statistics, SGX.
 */
long check_extension(const struct host_model *host, const struct host_vm *vm, u64 extension,
		     bool amx)
{
	switch (extension) {
	case KVM_CAP_IRQCHIP:
	case KVM_CAP_HLT:
	case KVM_CAP_MMU_SHADOW_CACHE_CONTROL:
	case KVM_CAP_USER_MEMORY:
	case KVM_CAP_USER_MEMORY2:
	case KVM_CAP_SET_TSS_ADDR:
	case KVM_CAP_VAPIC:
	case KVM_CAP_EXT_CPUID:
	case KVM_CAP_CLOCKSOURCE:
	case KVM_CAP_PIT:
	case KVM_CAP_NOP_IO_DELAY:
	case KVM_CAP_MP_STATE:
	case KVM_CAP_SYNC_MMU:
	case KVM_CAP_DESTROY_MEMORY_REGION_WORKS:
	case KVM_CAP_USER_NMI:
	case KVM_CAP_SET_GUEST_DEBUG:
	case KVM_CAP_REINJECT_CONTROL:
	case KVM_CAP_IRQ_INJECT_STATUS:
	case KVM_CAP_JOIN_MEMORY_REGIONS_WORKS:
	case KVM_CAP_IRQFD:
	case KVM_CAP_PIT2:
	case KVM_CAP_SET_BOOT_CPU_ID:
	case KVM_CAP_PIT_STATE2:
	case KVM_CAP_IOEVENTFD:
	case KVM_CAP_SET_IDENTITY_MAP_ADDR:
	case KVM_CAP_INTERNAL_ERROR_DATA:
	case KVM_CAP_VCPU_EVENTS:
	case KVM_CAP_PCI_SEGMENT:
	case KVM_CAP_DEBUGREGS:
	case KVM_CAP_X86_ROBUST_SINGLESTEP:
	case KVM_CAP_ENABLE_CAP:
	case KVM_CAP_XSAVE:
	case KVM_CAP_XCRS:
	case KVM_CAP_ASYNC_PF:
	case KVM_CAP_TSC_CONTROL:
	case KVM_CAP_GET_TSC_KHZ:
	case KVM_CAP_TSC_DEADLINE_TIMER:
	case KVM_CAP_KVMCLOCK_CTRL:
	case KVM_CAP_SIGNAL_MSI:
	case KVM_CAP_IRQFD_RESAMPLE:
	case KVM_CAP_DEVICE_CTRL:
	case KVM_CAP_EXT_EMUL_CPUID:
	case KVM_CAP_ENABLE_CAP_VM:
	case KVM_CAP_IOAPIC_POLARITY_IGNORED:
	case KVM_CAP_CHECK_EXTENSION_VM:
	case KVM_CAP_DISABLE_QUIRKS:
	case KVM_CAP_SPLIT_IRQCHIP:
	case KVM_CAP_IOEVENTFD_ANY_LENGTH:
	case KVM_CAP_IMMEDIATE_EXIT:
	case KVM_CAP_GET_MSR_FEATURES:
	case KVM_CAP_MSR_PLATFORM_INFO:
	case KVM_CAP_COALESCED_PIO:
	case KVM_CAP_X86_MSR_FILTER:
	case KVM_CAP_X86_USER_SPACE_MSR:
	case KVM_CAP_ENFORCE_PV_FEATURE_CPUID:
	case KVM_CAP_SYS_ATTRIBUTES:
	case KVM_CAP_VM_TSC_CONTROL:
	case KVM_CAP_MEMORY_FAULT_INFO:
	case KVM_CAP_GUEST_MEMFD:
	case KVM_CAP_PRE_FAULT_MEMORY:
	case KVM_CAP_LAST_CPU:
		return 1;
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
