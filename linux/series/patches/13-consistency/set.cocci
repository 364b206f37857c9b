// kvm_set_cpuid() that calls kvm_can_set_cpuid_and_feature_msrs()
// SPDX-License-Identifier: GPL-2.0-only OR MIT
@@
identifier vcpu, e2, nent;
symbol r;
@@
 kvm_set_cpuid(struct kvm_vcpu *vcpu, struct kvm_cpuid_entry2 *e2, int nent)
 {
 <+...
 if (!kvm_can_set_cpuid_and_feature_msrs(vcpu)) { ... }
+
+r = kvm_x86_call(vcpu_check_cpuid)(vcpu);
+if (r)
+	goto err;
 ...+>
 }
