// setup_tdparams_eptp_controls() that looks for the GPAW and sets td_params->eptp_controls
// SPDX-License-Identifier: GPL-2.0-only OR MIT
@@
identifier cpuid, e, pa, params;
expression found, missing, bits, invalid, unsupported, wb;
@@
-static int
+static void
 setup_tdparams_eptp_controls(
-	struct kvm_cpuid2 *cpuid
+	int pa
 	, struct td_params *params)
 {
-const struct kvm_cpuid_entry2 *e;
-int pa;
-e = found;
-if (missing) return ...;
-pa = bits;
-if (invalid) return ...;
-if (unsupported) return ...;
 params->eptp_controls = wb;
 if (...) { ... } else { ... }
-return 0;
 }
