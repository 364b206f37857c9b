// snp_launch_update() that returns -EIO
// SPDX-License-Identifier: GPL-2.0-only OR MIT
@@
identifier args;
@@
 snp_launch_update(...)
 {
 ...
 struct sev_gmem_populate_args args = ...;
 <+...
-return -EIO;
+return args.cpuid_error ?: -EIO;
 ...+>
 }
