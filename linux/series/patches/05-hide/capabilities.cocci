// init_kvm_tdx_caps() that calls td_init_cpuid_entry2()
// SPDX-License-Identifier: GPL-2.0-only OR MIT
@@
expression entry, i;
@@
 init_kvm_tdx_caps(...)
 {
 <+...
-td_init_cpuid_entry2(entry, i);
+tdx_cpuid_filter(&tdx_cpuid_slots.slot[i], entry);
 ...+>
 }
