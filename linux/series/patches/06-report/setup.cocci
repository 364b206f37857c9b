// __tdx_hardware_setup() that calls misc_cg_set_capacity()
// SPDX-License-Identifier: GPL-2.0-only OR MIT
@@
@@
 __tdx_hardware_setup(...)
 {
 <+...
+tdx_init_cpu_caps();
+
 if (misc_cg_set_capacity(...)) { return ...; }
 ...+>
 }
