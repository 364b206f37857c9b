// snp_launch_update_vmsa() that calls kvm_lock_all_vcpus()
// SPDX-License-Identifier: GPL-2.0-only OR MIT
@@
identifier v;
@@
 snp_launch_update_vmsa(struct kvm *v, ...)
 {
 <+...
-kvm_lock_all_vcpus(v)
+snp_lock_all_vcpus(v)
 ...+>
 }
