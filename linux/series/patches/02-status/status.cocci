// __tdx_td_init() that compares the status of tdh_mng_init() with TDX_OPERAND_INVALID
// SPDX-License-Identifier: GPL-2.0-only OR MIT
@@
expression err;
@@
 __tdx_td_init(...)
 {
 <+...
 err = tdh_mng_init(...);
 if (
-	(err & TDX_SEAMCALL_STATUS_MASK) == TDX_OPERAND_INVALID
+	tdx_is_td_params_error(err)
 	) { ... } else if (...) { ... }
 ...+>
 }
