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
+/*
+ * Judge the values by the slot that they end up in.  The index of an
+ * entry that isn't flagged significant can be anything.
+ */
+slot.eax = entry->eax;
+slot.ebx = entry->ebx;
+slot.ecx = entry->ecx;
+slot.edx = entry->edx;
 if (tdx_unsupported_cpuid(
-	entry
+	&slot
 	)) { return ...; }
 ...+>
 }
