// kvm_set_cpuid() that calls kvm_can_set_cpuid_and_feature_msrs()
// SPDX-License-Identifier: GPL-2.0-only OR MIT
@@
identifier v;
symbol r;
@@
 kvm_set_cpuid(struct kvm_vcpu *v, ...)
 {
 <+...
 if (<+... kvm_can_set_cpuid_and_feature_msrs(v) ...+>) { ... }
+
+if (!kvm_check_has_quirk(v->kvm, KVM_X86_QUIRK_IGNORE_FIRMWARE_CPUID)) {
+	r = kvm_x86_call(vcpu_check_cpuid)(v);
+	if (r)
+		goto err;
+}
 ...+>
 }
