// __tdx_hardware_setup() that calls misc_cg_set_capacity()
// SPDX-License-Identifier: GPL-2.0-only OR MIT
@@
@@
 __tdx_hardware_setup(...)
 {
 <+...
+if (tdx_setup_cpuid_slots(&tdx_sysinfo->td_conf))
+	return -ENODEV;
+
 if (misc_cg_set_capacity(...)) { return ...; }
 ...+>
 }
