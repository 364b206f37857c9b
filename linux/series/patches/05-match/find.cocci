// setup_tdparams_cpuids() that calls kvm_find_cpuid_entry2() for a slot
// SPDX-License-Identifier: GPL-2.0-only OR MIT
@@
identifier cpuid, entry, slot;
@@
 setup_tdparams_cpuids(struct kvm_cpuid2 *cpuid, ...)
 {
 <+...
-entry = kvm_find_cpuid_entry2(cpuid->entries, cpuid->nent, slot.function, slot.index);
+entry = tdx_find_cpuid_entry(cpuid, &slot);
 ...+>
 }
