// setup_tdparams_cpuids() that calls tdx_unsupported_cpuid()
// SPDX-License-Identifier: GPL-2.0-only OR MIT
@@
identifier entry, slot;
@@
 setup_tdparams_cpuids(...)
 {
 <+...
-slot.ebx = entry->ebx;
-slot.ecx = entry->ecx;
 if (
-	tdx_unsupported_cpuid(&slot)
+	entry->eax & ~tdx_supported_cpuid(&slot, CPUID_EAX) ||
+	entry->ebx & ~tdx_supported_cpuid(&slot, CPUID_EBX) ||
+	entry->ecx & ~tdx_supported_cpuid(&slot, CPUID_ECX) ||
+	entry->edx & ~tdx_supported_cpuid(&slot, CPUID_EDX)
 	) { return ...; }
 ...+>
 }
