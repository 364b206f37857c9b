// __tdx_td_init(kvm, params, err) with kvm_tdx, that ends with return 0
// SPDX-License-Identifier: GPL-2.0-only OR MIT
@@
identifier kvm, td, params, err;
symbol ret;
@@
 __tdx_td_init(struct kvm *kvm, struct td_params *params, u64 *err)
 {
 struct kvm_tdx *td = to_kvm_tdx(kvm);
 <+...
+ret = tdx_snapshot_cpuid(td, params, err);
+if (ret)
+	goto teardown;
+
 return 0;
 ...+>
 }
