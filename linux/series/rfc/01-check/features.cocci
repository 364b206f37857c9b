// tdx_supported_cpuid() that looks a register up in tdx_cpu_caps
// SPDX-License-Identifier: GPL-2.0-only OR MIT
@@
identifier slot, reg, i;
expression cond;
statement S;
@@
 tdx_supported_cpuid(const struct kvm_cpuid_entry2 *slot, int reg)
 {
-int i;
-
 <+...
-for (i = 0; cond; i++) S
-
-return 0;
+return tdx_supported_features(slot, reg);
 ...+>
 }
