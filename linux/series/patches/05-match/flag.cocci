// td_init_cpuid_entry2() that sets the index of a leaf without subleaves to 0
// SPDX-License-Identifier: GPL-2.0-only OR MIT
@@
identifier entry, idx;
expression E;
@@
 td_init_cpuid_entry2(struct kvm_cpuid_entry2 *entry, unsigned char idx)
 {
 <+...
 entry->index = E;
+entry->flags = 0;
 ...
-if (entry->index == KVM_TDX_CPUID_NO_SUBLEAF)
-	entry->index = 0;
+if (entry->index == KVM_TDX_CPUID_NO_SUBLEAF)
+	entry->index = 0;
+else
+	entry->flags |= KVM_CPUID_FLAG_SIGNIFCANT_INDEX;
 ...+>
 }
