// __tdx_hardware_setup() that calls misc_cg_set_capacity()
// SPDX-License-Identifier: GPL-2.0-only OR MIT
@@
@@
 __tdx_hardware_setup(...)
 {
 <+...
+if (td_conf->num_cpuid_config * sizeof(struct tdx_cpuid_value) >
+    sizeof_field(struct td_params, reserved3)) {
+	pr_err("Disable TDX: TD_PARAMS has no room for %u CPUID_CONFIG entries.\n",
+	       td_conf->num_cpuid_config);
+	return -ENODEV;
+}
+
 if (misc_cg_set_capacity(...)) { return ...; }
 ...+>
 }
