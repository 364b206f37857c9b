// __tdx_td_init() that compares a status with TDX_OPERAND_INVALID
// SPDX-License-Identifier: GPL-2.0-only OR MIT
@@
identifier err;
constant mask;
@@
 __tdx_td_init(...)
 {
 <+...
 if (
-	(err & mask) == TDX_OPERAND_INVALID
+	(err & mask) == TDX_OPERAND_INVALID || (err & mask) == TDX_CPUID_LEAF_1F_FORMAT_UNRECOGNIZED
 	) { ... } else if (...) { ... }
 ...+>
 }
