// setup_tdparams_cpuids() that calls tdx_unsupported_cpuid() for the user's entry
// SPDX-License-Identifier: GPL-2.0-only OR MIT
@@
identifier entry, slot;
expression i;
@@
 setup_tdparams_cpuids(...)
 {
 <+...
 td_init_cpuid_entry2(&slot, i);
 ...
+/* The index of an entry is meaningless if it isn't significant. */
+slot.ebx = entry->ebx;
+slot.ecx = entry->ecx;
 if (tdx_unsupported_cpuid(
-	entry
+	&slot
 	)) { return ...; }
 ...+>
 }
