// __tdx_td_init() that calls tdh_mng_init() with a place for RCX
// SPDX-License-Identifier: GPL-2.0-only OR MIT
@@
expression err, td, params;
identifier rcx;
@@
 __tdx_td_init(...)
 {
 <+...
 err = tdh_mng_init(td, params, &rcx);
+if (err)
+	trace_kvm_tdx_mng_init_failed(err, rcx);
+
 ...+>
 }
