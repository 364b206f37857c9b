// struct sev_gmem_populate_args with fw_error
// SPDX-License-Identifier: GPL-2.0-only OR MIT
@@
@@
 struct sev_gmem_populate_args {
 	...
 	int fw_error;
+	bool check_cpuid;
+	int cpuid_error;
 };
