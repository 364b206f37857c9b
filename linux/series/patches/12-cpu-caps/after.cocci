// vt_vcpu_after_set_cpuid() that returns for TDs
// SPDX-License-Identifier: GPL-2.0-only OR MIT
@@
identifier v;
@@
 vt_vcpu_after_set_cpuid(struct kvm_vcpu *v)
 {
-if (is_td_vcpu(v))
-	return;
+if (is_td_vcpu(v)) {
+	tdx_vcpu_after_set_cpuid(v);
+	return;
+}
 ...
 }
