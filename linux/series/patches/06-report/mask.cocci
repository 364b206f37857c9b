// td_init_cpuid_entry2() that calls tdx_clear_unsupported_cpuid()
// SPDX-License-Identifier: GPL-2.0-only OR MIT
@@
identifier entry;
@@
 td_init_cpuid_entry2(struct kvm_cpuid_entry2 *entry, ...)
 {
 <+...
-tdx_clear_unsupported_cpuid(entry);
+entry->eax &= tdx_supported_cpuid(entry, CPUID_EAX);
+entry->ebx &= tdx_supported_cpuid(entry, CPUID_EBX);
+entry->ecx &= tdx_supported_cpuid(entry, CPUID_ECX);
+entry->edx &= tdx_supported_cpuid(entry, CPUID_EDX);
 ...+>
 }
