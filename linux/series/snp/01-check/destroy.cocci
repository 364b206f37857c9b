// sev_vm_destroy() that calls snp_guest_req_cleanup()
// SPDX-License-Identifier: GPL-2.0-only OR MIT
@@
identifier v, s;
@@
 sev_vm_destroy(struct kvm *v)
 {
 ...
 struct kvm_sev_info *s = to_kvm_sev_info(v);
 <+...
+kfree(s->snp_cpuid);
 snp_guest_req_cleanup(v);
 ...+>
 }
