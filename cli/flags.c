// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Flags of /proc/cpuinfo that are no bit of CPUID: Linux sets them itself, of a bit, of several,
 * of an MSR, or for what it does.  Facts: arch/x86/include/asm/cpufeatures.h, words 3, 7, 8, 11
 * and 21, of Linux 7.3.
 */
#include "explain.h"

#define OF_BIT "Linux sets it itself where the CPU, in a TD the TDX module, has the bit behind it"
#define OF_MSR "Linux sets it itself, by an MSR"
#define OF_VMX "Linux sets it itself, by the MSRs of VMX, which no TD has"
#define OF_USE "Linux sets it itself, for what it does or how it boots"

const struct linux_flag linux_flags[] = {
	{ "always", OF_USE, NULL },
	{ "arch_perfmon", OF_BIT " (leaf 0xa)", "a.eax.0" },
	{ "art", OF_USE ", by leaf 0x15, which a TD has", NULL },
	{ "bts", OF_MSR " (IA32_MISC_ENABLE) and a bit", "ds" },
	{ "call_depth", OF_USE, NULL },
	{ "cpuid", OF_USE ": the CPU has the CPUID instruction", NULL },
	{ "cpuid_fault", OF_MSR " (MSR_PLATFORM_INFO)", NULL },
	{ "ept", OF_VMX, NULL },
	{ "ept_ad", OF_VMX, NULL },
	{ "ept_1gb", OF_VMX, NULL },
	{ "fence_swapgs_kernel", OF_USE, NULL },
	{ "fence_swapgs_user", OF_USE, NULL },
	{ "flexpriority", OF_VMX, NULL },
	{ "ibpb", OF_BIT, "spec_ctrl" },
	{ "ibrs_enhanced", OF_MSR " (IA32_ARCH_CAPABILITIES)", "arch_capabilities" },
	{ "kernel_ibrs", OF_USE, NULL },
	{ "lfence_rdtsc", OF_USE, "xmm2" },
	{ "msr_ia32_feat_ctl", OF_MSR " (IA32_FEATURE_CONTROL)", NULL },
	{ "msr_spec_ctrl", OF_BIT, "spec_ctrl" },
	{ "msr_tsx_ctrl", OF_MSR " (IA32_ARCH_CAPABILITIES)", "arch_capabilities" },
	{ "nonstop_tsc", OF_BIT, "constant_tsc" },
	{ "nonstop_tsc_s3", OF_USE ", of the CPU's model", NULL },
	{ "nopl", OF_USE ": every 64-bit CPU has the instruction", NULL },
	{ "pebs", OF_MSR " (IA32_MISC_ENABLE) and a bit", "ds" },
	{ "pti", OF_USE, NULL },
	{ "pvunlock", OF_USE ", under a hypervisor", NULL },
	{ "rep_good", OF_USE ", of the CPU's model", NULL },
	{ "retpoline", OF_USE, NULL },
	{ "retpoline_lfence", OF_USE, NULL },
	{ "rethunk", OF_USE, NULL },
	{ "ring3mwait", OF_USE ", of the CPU's model", NULL },
	{ "rsb_ctxsw", OF_USE, NULL },
	{ "rsb_vmexit", OF_USE, NULL },
	{ "split_lock_detect", OF_MSR " (IA32_CORE_CAPABILITIES) or the CPU's model",
	  "core_capabilities" },
	{ "syscall32", OF_BIT, "syscall" },
	{ "sysenter32", OF_BIT, "sep" },
	{ "tdx_guest", OF_USE ": it runs in a TD, by leaf 0x21", NULL },
	{ "tdx_host_platform", OF_MSR " (IA32_MKTME_KEYID_PARTITIONING), on the host", NULL },
	{ "tpr_shadow", OF_VMX, NULL },
	{ "tsc_known_freq", OF_USE ", by leaf 0x15, which a TD has, or as a hypervisor tells it",
	  NULL },
	{ "tsc_reliable", OF_USE ", as in a TD", NULL },
	{ "up", OF_USE ": there is one CPU", NULL },
	{ "use_ibpb", OF_USE, NULL },
	{ "use_ibrs_fw", OF_USE, NULL },
	{ "user_shstk", OF_BIT " and user shadow stacks are configured", "shstk" },
	{ "vcpupreempt", OF_USE ", under a hypervisor", NULL },
	{ "vmcall", OF_USE ", under a hypervisor", NULL },
	{ "vmmcall", OF_USE ", under a hypervisor", NULL },
	{ "vnmi", OF_VMX, NULL },
	{ "vpid", OF_VMX, NULL },
	{ "xtopology", OF_BIT " (leaf 0xb or 0x1f)", "x2apic" },
	{ NULL, NULL, NULL },
};

const struct linux_flag *find_linux_flag(const char *name)
{
	if (!strncasecmp(name, "X86_FEATURE_", strlen("X86_FEATURE_")))
		name += strlen("X86_FEATURE_");
	for (const struct linux_flag *flag = linux_flags; flag->name; flag++) {
		size_t i;

		for (i = 0; name[i] && flag->name[i]; i++) {
			if (name[i] != flag->name[i] && (name[i] | 0x20) != flag->name[i] &&
			    (name[i] != '-' || flag->name[i] != '_'))
				break;
		}
		if (!name[i] && !flag->name[i])
			return flag;
	}
	return NULL;
}
