// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The names of calls, as `--fail` takes them and the report prints them. */
#include "internal.h"

#define DEV  (1 << HOST_DEVICE)
#define VM   (1 << HOST_VM)
#define VCPU (1 << HOST_VCPU)

static const struct {
	u32 nr;
	u32 kinds;
	const char *name;
} calls[] = {
#define CALL(kinds, name)                \
	{                                \
		KVM_##name, kinds, #name \
	}
	CALL(DEV, GET_API_VERSION),
	CALL(DEV, CREATE_VM),
	CALL(DEV, GET_VCPU_MMAP_SIZE),
	CALL(DEV, GET_MSR_INDEX_LIST),
	CALL(DEV, GET_MSR_FEATURE_INDEX_LIST),
	CALL(DEV, GET_SUPPORTED_CPUID),
	CALL(DEV, GET_EMULATED_CPUID),
	CALL(DEV, X86_GET_MCE_CAP_SUPPORTED),
	CALL(DEV, HAS_DEVICE_ATTR),
	CALL(DEV, GET_DEVICE_ATTR),
	CALL(DEV | VM, CHECK_EXTENSION),
	CALL(DEV | VCPU, GET_MSRS),
	CALL(VM, CREATE_VCPU),
	CALL(VM, ENABLE_CAP),
	CALL(VM, SET_USER_MEMORY_REGION),
	CALL(VM, SET_USER_MEMORY_REGION2),
	CALL(VM, SET_MEMORY_ATTRIBUTES),
	CALL(VM, CREATE_GUEST_MEMFD),
	CALL(VM, SET_BOOT_CPU_ID),
	CALL(VM, SET_TSS_ADDR),
	CALL(VM, SET_IDENTITY_MAP_ADDR),
	CALL(VM, CREATE_IRQCHIP),
	CALL(VM, CREATE_PIT),
	CALL(VM, CREATE_PIT2),
	CALL(VM, SET_GSI_ROUTING),
	CALL(VM, IRQ_LINE),
	CALL(VM, IRQ_LINE_STATUS),
	CALL(VM, SIGNAL_MSI),
	CALL(VM, IRQFD),
	CALL(VM, IOEVENTFD),
	CALL(VM, REGISTER_COALESCED_MMIO),
	CALL(VM, UNREGISTER_COALESCED_MMIO),
	CALL(VM, X86_SET_MSR_FILTER),
	CALL(VM, GET_CLOCK),
	CALL(VM, SET_CLOCK),
	CALL(VM, CREATE_DEVICE),
	CALL(VM | VCPU, MEMORY_ENCRYPT_OP),
	CALL(VM | VCPU, SET_TSC_KHZ),
	CALL(VM | VCPU, GET_TSC_KHZ),
	CALL(VCPU, RUN),
	CALL(VCPU, SET_CPUID2),
	CALL(VCPU, GET_CPUID2),
	CALL(VCPU, SET_MSRS),
	CALL(VCPU, X86_SETUP_MCE),
	CALL(VCPU, TPR_ACCESS_REPORTING),
	CALL(VCPU, SET_VAPIC_ADDR),
	CALL(VCPU, KVMCLOCK_CTRL),
	CALL(VCPU, SET_SIGNAL_MASK),
	CALL(VCPU, GET_MP_STATE),
	CALL(VCPU, SET_MP_STATE),
	CALL(VCPU, GET_VCPU_EVENTS),
	CALL(VCPU, SET_VCPU_EVENTS),
	CALL(VCPU, GET_LAPIC),
	CALL(VCPU, SET_LAPIC),
	CALL(VCPU, GET_REGS),
	CALL(VCPU, SET_REGS),
	CALL(VCPU, GET_SREGS),
	CALL(VCPU, SET_SREGS),
	CALL(VCPU, GET_FPU),
	CALL(VCPU, SET_FPU),
	CALL(VCPU, GET_XSAVE),
	CALL(VCPU, SET_XSAVE),
	CALL(VCPU, GET_XCRS),
	CALL(VCPU, SET_XCRS),
	CALL(VCPU, GET_DEBUGREGS),
	CALL(VCPU, SET_DEBUGREGS),
};

static const char *const tdx_calls[] = {
	[KVM_TDX_CAPABILITIES] = "TDX_CAPABILITIES",
	[KVM_TDX_INIT_VM] = "TDX_INIT_VM",
	[KVM_TDX_INIT_VCPU] = "TDX_INIT_VCPU",
	[KVM_TDX_INIT_MEM_REGION] = "TDX_INIT_MEM_REGION",
	[KVM_TDX_FINALIZE_VM] = "TDX_FINALIZE_VM",
	[KVM_TDX_GET_CPUID] = "TDX_GET_CPUID",
};

#define NR(array) (sizeof(array) / sizeof(*(array)))

const char *host_ioctl_name(enum host_kind kind, u32 nr)
{
	for (size_t i = 0; i < NR(calls); i++) {
		if (calls[i].nr == nr && calls[i].kinds & 1 << kind)
			return calls[i].name;
	}
	return NULL;
}

const char *host_tdx_name(u32 id)
{
	return id < NR(tdx_calls) ? tdx_calls[id] : NULL;
}

const char *host_call_find(const char *name)
{
	for (size_t i = 0; i < NR(calls); i++) {
		if (!strcmp(calls[i].name, name))
			return calls[i].name;
	}
	for (size_t i = 0; i < NR(tdx_calls); i++) {
		if (!strcmp(tdx_calls[i], name) || !strcmp(tdx_calls[i] + strlen("TDX_"), name))
			return tdx_calls[i];
	}
	return NULL;
}
