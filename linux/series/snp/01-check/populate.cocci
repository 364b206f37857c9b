// sev_gmem_post_populate() with its arguments and struct kvm_sev_info
// SPDX-License-Identifier: GPL-2.0-only OR MIT
@ names @
identifier kvm, opaque, args, from, sev;
@@
 sev_gmem_post_populate(struct kvm *kvm, ..., struct page *from, void *opaque)
 {
 struct sev_gmem_populate_args *args = opaque;
 ...
 struct kvm_sev_info *sev = to_kvm_sev_info(kvm);
+struct snp_cpuid_table *cpuid = NULL;
 ...
 }

@ copy depends on names @
identifier names.args, names.from, dst, src;
@@
 sev_gmem_post_populate(...)
 {
 <+...
 if (from) {
 ...
 memcpy(dst, src, PAGE_SIZE);
+if (args->type == KVM_SEV_SNP_PAGE_TYPE_CPUID)
+	cpuid = kmemdup(dst, sizeof(*cpuid), GFP_KERNEL_ACCOUNT);
 ...
 }
 ...+>
 }

@ compare depends on copy @
identifier names.args, names.kvm;
identifier ret;
@@
 sev_gmem_post_populate(...)
 {
 <+...
+if (args->type == KVM_SEV_SNP_PAGE_TYPE_CPUID) {
+	ret = cpuid ? 0 : -ENOMEM;
+	if (!ret && args->check_cpuid)
+		ret = snp_check_cpuid(kvm, cpuid);
+	if (ret) {
+		args->cpuid_error = ret;
+		goto out;
+	}
+}
+
 ret = rmp_make_private(...);
 ...+>
 }

@ keep depends on compare @
identifier names.sev, compare.ret;
@@
 sev_gmem_post_populate(...)
 {
 <+...
 ret = __sev_issue_cmd(...);
+if (!ret && cpuid && !sev->snp_cpuid) {
+	/* Pairs with the acquire in sev_vcpu_check_cpuid(). */
+	smp_store_release(&sev->snp_cpuid, cpuid);
+	cpuid = NULL;
+}
+
 ...+>
 }

@ depends on keep @
identifier compare.ret;
@@
 sev_gmem_post_populate(...)
 {
 <+...
+kfree(cpuid);
 return ret;
 ...+>
 }
