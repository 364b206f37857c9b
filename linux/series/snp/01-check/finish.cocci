// snp_launch_update_vmsa() that locks all vCPUs and unlocks them at a label
// SPDX-License-Identifier: GPL-2.0-only OR MIT
@@
identifier kvm, sev;
symbol ret;
@@
 snp_launch_update_vmsa(struct kvm *kvm, ...)
 {
 ...
 struct kvm_sev_info *sev = to_kvm_sev_info(kvm);
 ...
 ret = kvm_lock_all_vcpus(kvm);
 if (ret) return ret;
+
+if (!kvm_check_has_quirk(kvm, KVM_X86_QUIRK_IGNORE_FIRMWARE_CPUID))
+	ret = snp_check_cpuid(kvm, sev->snp_cpuid);
+if (ret)
+	goto out;
 ...
 }
