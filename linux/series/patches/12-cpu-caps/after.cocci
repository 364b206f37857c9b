// vt_vcpu_after_set_cpuid() that returns for TDs
// SPDX-License-Identifier: GPL-2.0-only OR MIT
@@
identifier vcpu;
@@
 vt_vcpu_after_set_cpuid(struct kvm_vcpu *vcpu)
 {
-if (is_td_vcpu(vcpu))
-	return;
+if (is_td_vcpu(vcpu)) {
+	tdx_vcpu_after_set_cpuid(vcpu);
+	return;
+}
 ...
 }
