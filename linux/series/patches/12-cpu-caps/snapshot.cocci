// tdx_snapshot_cpuid() that calls tdx_snapshot_slots()
// SPDX-License-Identifier: GPL-2.0-only OR MIT
@@
@@
 tdx_snapshot_cpuid(...)
 {
 <+...
 err = tdx_snapshot_slots(...);
+if (!err)
+	err = tdx_snapshot_caps(kvm_tdx, cpuid);
 ...+>
 }
