// setup_tdparams() that calls setup_tdparams_eptp_controls()
// SPDX-License-Identifier: GPL-2.0-only OR MIT
@@
identifier ret;
@@
 setup_tdparams(...)
 {
 <+...
-ret = setup_tdparams_eptp_controls(...);
-if (ret)
-	return ret;
 ...+>
 }
