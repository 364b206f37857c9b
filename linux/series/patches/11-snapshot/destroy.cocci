// tdx_vm_destroy() that calls tdx_reclaim_td_control_pages()
// SPDX-License-Identifier: GPL-2.0-only OR MIT
@@
identifier kvm_tdx;
expression E;
@@
 tdx_vm_destroy(...)
 {
 struct kvm_tdx *kvm_tdx = E;
 <+...
 tdx_reclaim_td_control_pages(...);
+kfree(kvm_tdx->cpuid);
 ...+>
 }
