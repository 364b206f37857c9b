/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The CPUID tables of every TDX module whose source is published.  Where each
 * figure comes from: docs/modules.md.
 *
 * Most versions share most rows, so the rows are in one pool, in leaf order,
 * and a version is the list of its rows in the order of its cpuid_lookup[],
 * which is the order in which TDH.MNG.INIT finds faults.
 */
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "rules.h"
#include "tdx_module.h"

/* The comment names the versions that have the row. */
enum {
	L0, L1, L1_v2, L2, L3, L4_0, L4_0_v2, L4_1, L4_1_v2, L4_2, L4_2_v2, L4_3, L4_4, L5, L6,
	L6_v2, L7_0, L7_0_v2, L7_1, L7_1_v2, L7_1_v3, L7_1_v4, L7_1_v5, L7_1_v6, L7_2, L8, La,
	La_v2, Lb_0, Lb_1, Lb_2, Lb_2_v2, Ld_0, Ld_1, Ld_2, Ld_3, Ld_4, Ld_5, Ld_6, Ld_7, Ld_8,
	Ld_9, Ld_a, Ld_b, Ld_c, Ld_d, Ld_e, Ld_f, Ld_10, Ld_11, Ld_12, Le, L11, L12, L13, L14_0,
	L14_1, L15, L18_0, L18_1, L18_2, L18_3, L18_4, L18_5, L18_6, L18_7, L18_8, L19, L19_v2,
	L19_v3, L1a, L1c, L1d_0, L1d_1, L1e, L1f_0, L1f_0_v2, L1f_1, L1f_1_v2, L1f_2, L1f_2_v2,
	L1f_3, L1f_3_v2, L1f_4, L1f_4_v2, L1f_5, L1f_5_v2, L20, L21_0, L22, L23_0, L23_1, L23_1_v2,
	L23_2, L23_3, L80000000, L80000001, L80000002, L80000002_v2, L80000006, L80000006_v2,
	L80000007, L80000008, L80000008_v2, L80000008_v3,
};

static const struct tdx_module_entry pool[] = {
	[L0] = { /* all */
		.leaf = 0x0, .subleaf = TDX_NO_SUBLEAF, .slot = -1,
		.fixed0 = { 0xffffffdc, 0x00000000, 0x00000000, 0x00000000 },
		.fixed1 = { 0x00000023, 0x00000000, 0x00000000, 0x00000000 },
		.verify_mask = { 0x00000000, 0xffffffff, 0xffffffff, 0xffffffff },
		.verify_value = { 0x00000000, 0x756e6547, 0x6c65746e, 0x49656e69 },
	},
	[L1] = { /* 1.5.01 to 1.5.08, 2.0.02 */
		.leaf = 0x1, .subleaf = TDX_NO_SUBLEAF, .slot = 0,
		.fixed0 = { 0xf000c000, 0xff0000ff, 0x08010060, 0x40120400 },
		.fixed1 = { 0x00000000, 0x00000000, 0x80000000, 0x00000200 },
		.config_direct = { 0x0fff3fff, 0x00ff0000, 0x00000000, 0x00000000 },
		.allow_direct = { 0x00000000, 0x00000000, 0x31044d88, 0xb8440000 },
		.verify_mask = { 0x00000000, 0x0000ff00, 0x47faa217, 0x1fa9fbff },
		.verify_value = { 0x00000000, 0x00000800, 0x47faa217, 0x1fa9fbff },
	},
	[L1_v2] = { /* 1.5.09 to 1.5.34, 2.0.04 to 2.0.18 */
		.leaf = 0x1, .subleaf = TDX_NO_SUBLEAF, .slot = 0,
		.fixed0 = { 0xf000c000, 0xff0000ff, 0x08010060, 0x40120400 },
		.fixed1 = { 0x00000000, 0x00000000, 0x80000000, 0x00000200 },
		.config_direct = { 0x0fff3fff, 0x00ff0000, 0x00000000, 0x00000000 },
		.allow_direct = { 0x00000000, 0x00000000, 0x31044d88, 0xb8445080 },
		.verify_mask = { 0x00000000, 0x0000ff00, 0x47faa217, 0x1fa9fbff },
		.verify_value = { 0x00000000, 0x00000800, 0x47faa217, 0x1fa9fbff },
	},
	[L2] = { /* 1.5.06 to 1.5.34, 2.0.02 to 2.0.18 */
		.leaf = 0x2, .subleaf = TDX_NO_SUBLEAF, .slot = -1,
		.fixed0 = { 0xff0100fe, 0xffffffff, 0xffffffff, 0xffffffff },
		.fixed1 = { 0x00feff01, 0x00000000, 0x00000000, 0x00000000 },
	},
	[L3] = { /* all */
		.leaf = 0x3, .subleaf = TDX_NO_SUBLEAF, .slot = -1,
		.fixed0 = { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
	},
	[L4_0] = { /* 1.5.01 to 1.5.08 */
		.leaf = 0x4, .subleaf = 0x0, .slot = 1,
		.fixed0 = { 0x00003c00, 0x00000000, 0x00000000, 0x00000004 },
		.config_direct = { 0xffffc3ff, 0xfffff000, 0xffffffff, 0xfffffffb },
		.verify_mask = { 0x00000000, 0x00000fff, 0x00000000, 0x00000000 },
		.verify_value = { 0x00000000, 0x0000003f, 0x00000000, 0x00000000 },
	},
	[L4_0_v2] = { /* 1.5.09 to 1.5.34, 2.0.02 to 2.0.18 */
		.leaf = 0x4, .subleaf = 0x0, .slot = 1,
		.fixed0 = { 0x00003c00, 0x00000000, 0x00000000, 0xfffffff8 },
		.config_direct = { 0xffffc3ff, 0xfffff000, 0xffffffff, 0x00000007 },
		.verify_mask = { 0x00000000, 0x00000fff, 0x00000000, 0x00000000 },
		.verify_value = { 0x00000000, 0x0000003f, 0x00000000, 0x00000000 },
	},
	[L4_1] = { /* 1.5.01 to 1.5.08 */
		.leaf = 0x4, .subleaf = 0x1, .slot = 2,
		.fixed0 = { 0x00003c00, 0x00000000, 0x00000000, 0x00000004 },
		.config_direct = { 0xffffc3ff, 0xfffff000, 0xffffffff, 0xfffffffb },
		.verify_mask = { 0x00000000, 0x00000fff, 0x00000000, 0x00000000 },
		.verify_value = { 0x00000000, 0x0000003f, 0x00000000, 0x00000000 },
	},
	[L4_1_v2] = { /* 1.5.09 to 1.5.34, 2.0.02 to 2.0.18 */
		.leaf = 0x4, .subleaf = 0x1, .slot = 2,
		.fixed0 = { 0x00003c00, 0x00000000, 0x00000000, 0xfffffff8 },
		.config_direct = { 0xffffc3ff, 0xfffff000, 0xffffffff, 0x00000007 },
		.verify_mask = { 0x00000000, 0x00000fff, 0x00000000, 0x00000000 },
		.verify_value = { 0x00000000, 0x0000003f, 0x00000000, 0x00000000 },
	},
	[L4_2] = { /* 1.5.01 to 1.5.08 */
		.leaf = 0x4, .subleaf = 0x2, .slot = 3,
		.fixed0 = { 0x00003c00, 0x00000000, 0x00000000, 0x00000004 },
		.config_direct = { 0xffffc3ff, 0xfffff000, 0xffffffff, 0xfffffffb },
		.verify_mask = { 0x00000000, 0x00000fff, 0x00000000, 0x00000000 },
		.verify_value = { 0x00000000, 0x0000003f, 0x00000000, 0x00000000 },
	},
	[L4_2_v2] = { /* 1.5.09 to 1.5.34, 2.0.02 to 2.0.18 */
		.leaf = 0x4, .subleaf = 0x2, .slot = 3,
		.fixed0 = { 0x00003c00, 0x00000000, 0x00000000, 0xfffffff8 },
		.config_direct = { 0xffffc3ff, 0xfffff000, 0xffffffff, 0x00000007 },
		.verify_mask = { 0x00000000, 0x00000fff, 0x00000000, 0x00000000 },
		.verify_value = { 0x00000000, 0x0000003f, 0x00000000, 0x00000000 },
	},
	[L4_3] = { /* all */
		.leaf = 0x4, .subleaf = 0x3, .slot = 4,
		.fixed0 = { 0x00003c00, 0x00000000, 0x00000000, 0xfffffff8 },
		.config_direct = { 0xffffc3ff, 0xfffff000, 0xffffffff, 0x00000007 },
		.verify_mask = { 0x000000e0, 0x00000fff, 0x00000000, 0x00000001 },
		.verify_value = { 0x00000060, 0x0000003f, 0x00000000, 0x00000000 },
	},
	[L4_4] = { /* all */
		.leaf = 0x4, .subleaf = 0x4, .slot = -1,
		.fixed0 = { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
		.verify_mask = { 0x0000001f, 0x00000000, 0x00000000, 0x00000000 },
	},
	[L5] = { /* all */
		.leaf = 0x5, .subleaf = TDX_NO_SUBLEAF, .slot = -1,
		.fixed0 = { 0xffff0000, 0xffff0000, 0xfffffffc, 0x00000000 },
	},
	[L6] = { /* 1.5.01 to 1.5.08, 2.0.02 */
		.leaf = 0x6, .subleaf = TDX_NO_SUBLEAF, .slot = -1, .faulting = true,
		.verify_mask = { 0x00800000, 0x00000000, 0x00000000, 0x00000000 },
	},
	[L6_v2] = { /* 1.5.09 to 1.5.34, 2.0.04 to 2.0.18 */
		.leaf = 0x6, .subleaf = TDX_NO_SUBLEAF, .slot = -1,
		.fixed0 = { 0xfffffffb, 0xffffffff, 0xffffffff, 0xffffffff },
		.fixed1 = { 0x00000004, 0x00000000, 0x00000000, 0x00000000 },
		.verify_mask = { 0x00800000, 0x00000000, 0x00000000, 0x00000000 },
	},
	[L7_0] = { /* 1.5.01 to 1.5.08, 2.0.02 */
		.leaf = 0x7, .subleaf = 0x0, .slot = 5,
		.fixed0 = { 0x00000000, 0x00404006, 0x643e8010, 0x002298c3 },
		.allow_direct = { 0x00000000, 0xdc2b9b18, 0x02417f65, 0x0005411c },
		.verify_mask = { 0xffffffff, 0x219424c3, 0x99000000, 0xfc082600 },
		.verify_value = { 0x00000002, 0x219424c3, 0x99000000, 0xfc080400 },
	},
	[L7_0_v2] = { /* 1.5.09 to 1.5.34, 2.0.04 to 2.0.18 */
		.leaf = 0x7, .subleaf = 0x0, .slot = 5,
		.fixed0 = { 0x00000000, 0x00404006, 0x643e8010, 0x002298c3 },
		.allow_direct = { 0x00000000, 0xdc2b9b18, 0x02417f65, 0x4005411c },
		.verify_mask = { 0xffffffff, 0x219424c3, 0x99000000, 0xfc082600 },
		.verify_value = { 0x00000002, 0x219424c3, 0x99000000, 0xfc080400 },
	},
	[L7_1] = { /* 1.5.01 */
		.leaf = 0x7, .subleaf = 0x1, .slot = 6,
		.fixed0 = { 0xffffe2cf, 0xffffffff, 0xffffffff, 0xffffffff },
		.allow_direct = { 0x00001d30, 0x00000000, 0x00000000, 0x00000000 },
	},
	[L7_1_v2] = { /* 1.5.05 */
		.leaf = 0x7, .subleaf = 0x1, .slot = 6,
		.fixed0 = { 0xfbffe28f, 0xffffffff, 0xffffffff, 0xfffffbcf },
		.allow_direct = { 0x04001d30, 0x00000000, 0x00000000, 0x00000430 },
	},
	[L7_1_v3] = { /* 1.5.06 to 1.5.13 */
		.leaf = 0x7, .subleaf = 0x1, .slot = 6,
		.fixed0 = { 0xfb77e20f, 0xffffffff, 0xffffffff, 0xfffdfbcf },
		.allow_direct = { 0x04881db0, 0x00000000, 0x00000000, 0x00020430 },
	},
	[L7_1_v4] = { /* 1.5.16 to 1.5.34 */
		.leaf = 0x7, .subleaf = 0x1, .slot = 6,
		.fixed0 = { 0xfb77e20f, 0xffffffff, 0xffffffff, 0xfffdbbcf },
		.allow_direct = { 0x04881db0, 0x00000000, 0x00000000, 0x00024430 },
	},
	[L7_1_v5] = { /* 2.0.02 to 2.0.04 */
		.leaf = 0x7, .subleaf = 0x1, .slot = 6,
		.fixed0 = { 0xfb57e20f, 0xffffffff, 0xffffffff, 0xfffdbbcf },
		.allow_direct = { 0x04a81db0, 0x00000000, 0x00000000, 0x00024430 },
	},
	[L7_1_v6] = { /* 2.0.08 to 2.0.18 */
		.leaf = 0x7, .subleaf = 0x1, .slot = 6,
		.fixed0 = { 0xfb57e200, 0xffffffff, 0xffffffff, 0xfffdbbcf },
		.allow_direct = { 0x04a81dbf, 0x00000000, 0x00000000, 0x00024430 },
	},
	[L7_2] = { /* all */
		.leaf = 0x7, .subleaf = 0x2, .slot = 10,
		.fixed0 = { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffc0 },
		.allow_direct = { 0x00000000, 0x00000000, 0x00000000, 0x00000028 },
		.verify_mask = { 0x00000000, 0x00000000, 0x00000000, 0x00000017 },
		.verify_value = { 0x00000000, 0x00000000, 0x00000000, 0x00000017 },
	},
	[L8] = { /* all */
		.leaf = 0x8, .subleaf = TDX_NO_SUBLEAF, .slot = -1,
		.fixed0 = { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
	},
	[La] = { /* 1.5.01, 1.5.08 to 1.5.34, 2.0.02 to 2.0.18 */
		.leaf = 0xa, .subleaf = TDX_NO_SUBLEAF, .slot = 7,
		.fixed0 = { 0x00000000, 0x00000000, 0x00000000, 0xffff6000 },
		.verify_mask = { 0x0000ff00, 0x00000000, 0xffffff80, 0x00008000 },
		.verify_value = { 0x00000800, 0x00000000, 0x00000000, 0x00008000 },
	},
	[La_v2] = { /* 1.5.05 to 1.5.06 */
		.leaf = 0xa, .subleaf = TDX_NO_SUBLEAF, .slot = 7,
		.fixed0 = { 0x00000000, 0x00000000, 0x00000000, 0xffff6000 },
		.verify_mask = { 0x0000ff00, 0x00000000, 0xfffffff0, 0x00008000 },
		.verify_value = { 0x00000800, 0x00000000, 0x00000000, 0x00008000 },
	},
	[Lb_0] = { /* 1.5.05 to 1.5.34, 2.0.02 to 2.0.18 */
		.leaf = 0xb, .subleaf = 0x0, .slot = -1,
		.fixed0 = { 0xffffffe0, 0xffff0000, 0xffff0000, 0xffffffff },
	},
	[Lb_1] = { /* 1.5.05 to 1.5.34, 2.0.02 to 2.0.18 */
		.leaf = 0xb, .subleaf = 0x1, .slot = -1,
		.fixed0 = { 0xffffffe0, 0xffff0000, 0xffff0000, 0xffffffff },
	},
	[Lb_2] = { /* 1.5.05 */
		.leaf = 0xb, .subleaf = 0x2, .slot = -1,
		.fixed0 = { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
	},
	[Lb_2_v2] = { /* 1.5.06 to 1.5.34, 2.0.02 to 2.0.18 */
		.leaf = 0xb, .subleaf = 0x2, .slot = -1,
		.fixed0 = { 0xffffffff, 0xffffffff, 0xffffff00, 0xffffffff },
	},
	[Ld_0] = { /* all */
		.leaf = 0xd, .subleaf = 0x0, .slot = -1,
		.fixed0 = { 0xfff9fd18, 0xffffffff, 0x00000000, 0xffffffff },
		.verify_mask = { 0x00000003, 0x00000000, 0x00000000, 0x00000000 },
		.verify_value = { 0x00000003, 0x00000000, 0x00000000, 0x00000000 },
	},
	[Ld_1] = { /* all */
		.leaf = 0xd, .subleaf = 0x1, .slot = -1,
		.fixed0 = { 0xffffffe0, 0xffffffff, 0xffff26ff, 0xffffffff },
		.verify_mask = { 0x0000000f, 0x00000000, 0x00001800, 0x00000000 },
		.verify_value = { 0x0000000f, 0x00000000, 0x00001800, 0x00000000 },
	},
	[Ld_2] = { /* all */
		.leaf = 0xd, .subleaf = 0x2, .slot = -1,
		.fixed0 = { 0x00000000, 0x00000000, 0x00000000, 0xffffffff },
	},
	[Ld_3] = { /* all */
		.leaf = 0xd, .subleaf = 0x3, .slot = -1,
		.fixed0 = { 0x00000000, 0x00000000, 0x00000000, 0xffffffff },
	},
	[Ld_4] = { /* all */
		.leaf = 0xd, .subleaf = 0x4, .slot = -1,
		.fixed0 = { 0x00000000, 0x00000000, 0x00000000, 0xffffffff },
	},
	[Ld_5] = { /* all */
		.leaf = 0xd, .subleaf = 0x5, .slot = -1,
		.fixed0 = { 0x00000000, 0x00000000, 0x00000000, 0xffffffff },
	},
	[Ld_6] = { /* all */
		.leaf = 0xd, .subleaf = 0x6, .slot = -1,
		.fixed0 = { 0x00000000, 0x00000000, 0x00000000, 0xffffffff },
	},
	[Ld_7] = { /* all */
		.leaf = 0xd, .subleaf = 0x7, .slot = -1,
		.fixed0 = { 0x00000000, 0x00000000, 0x00000000, 0xffffffff },
	},
	[Ld_8] = { /* all */
		.leaf = 0xd, .subleaf = 0x8, .slot = -1,
		.fixed0 = { 0x00000000, 0x00000000, 0x00000000, 0xffffffff },
	},
	[Ld_9] = { /* all */
		.leaf = 0xd, .subleaf = 0x9, .slot = -1,
		.fixed0 = { 0x00000000, 0x00000000, 0x00000000, 0xffffffff },
	},
	[Ld_a] = { /* all */
		.leaf = 0xd, .subleaf = 0xa, .slot = -1,
		.fixed0 = { 0x00000000, 0x00000000, 0x00000000, 0xffffffff },
	},
	[Ld_b] = { /* all */
		.leaf = 0xd, .subleaf = 0xb, .slot = -1,
		.fixed0 = { 0x00000000, 0x00000000, 0x00000000, 0xffffffff },
	},
	[Ld_c] = { /* all */
		.leaf = 0xd, .subleaf = 0xc, .slot = -1,
		.fixed0 = { 0x00000000, 0x00000000, 0x00000000, 0xffffffff },
	},
	[Ld_d] = { /* all */
		.leaf = 0xd, .subleaf = 0xd, .slot = -1,
		.fixed0 = { 0x00000000, 0x00000000, 0x00000000, 0xffffffff },
	},
	[Ld_e] = { /* all */
		.leaf = 0xd, .subleaf = 0xe, .slot = -1,
		.fixed0 = { 0x00000000, 0x00000000, 0x00000000, 0xffffffff },
	},
	[Ld_f] = { /* all */
		.leaf = 0xd, .subleaf = 0xf, .slot = -1,
		.fixed0 = { 0x00000000, 0x00000000, 0x00000000, 0xffffffff },
	},
	[Ld_10] = { /* all */
		.leaf = 0xd, .subleaf = 0x10, .slot = -1,
		.fixed0 = { 0x00000000, 0x00000000, 0x00000000, 0xffffffff },
	},
	[Ld_11] = { /* all */
		.leaf = 0xd, .subleaf = 0x11, .slot = -1,
		.fixed0 = { 0x00000000, 0x00000000, 0x00000000, 0xffffffff },
	},
	[Ld_12] = { /* all */
		.leaf = 0xd, .subleaf = 0x12, .slot = -1,
		.fixed0 = { 0x00000000, 0x00000000, 0x00000000, 0xffffffff },
	},
	[Le] = { /* all */
		.leaf = 0xe, .subleaf = TDX_NO_SUBLEAF, .slot = -1,
		.fixed0 = { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
	},
	[L11] = { /* all */
		.leaf = 0x11, .subleaf = TDX_NO_SUBLEAF, .slot = -1,
		.fixed0 = { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
	},
	[L12] = { /* all */
		.leaf = 0x12, .subleaf = TDX_NO_SUBLEAF, .slot = -1,
		.fixed0 = { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
	},
	[L13] = { /* all */
		.leaf = 0x13, .subleaf = TDX_NO_SUBLEAF, .slot = -1,
		.fixed0 = { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
	},
	[L14_0] = { /* all */
		.leaf = 0x14, .subleaf = 0x0, .slot = -1,
		.fixed0 = { 0x00000000, 0xfffffe00, 0x7ffffff0, 0xffffffff },
		.verify_mask = { 0xffffffff, 0x00000000, 0x00000000, 0x00000000 },
		.verify_value = { 0x00000001, 0x00000000, 0x00000000, 0x00000000 },
	},
	[L14_1] = { /* all */
		.leaf = 0x14, .subleaf = 0x1, .slot = -1,
		.fixed0 = { 0x0000fff8, 0x00000000, 0xffffffff, 0xffffffff },
	},
	[L15] = { /* all */
		.leaf = 0x15, .subleaf = TDX_NO_SUBLEAF, .slot = -1,
		.fixed0 = { 0xfffffffe, 0x00000000, 0xfe8287bf, 0xffffffff },
		.fixed1 = { 0x00000001, 0x00000000, 0x017d7840, 0x00000000 },
	},
	[L18_0] = { /* 1.5.09 to 1.5.34, 2.0.04 to 2.0.18 */
		.leaf = 0x18, .subleaf = 0x0, .slot = 19,
		.config_direct = { 0x00000000, 0x00000000, 0x00000000, 0x03ffc000 },
	},
	[L18_1] = { /* 1.5.09 to 1.5.34, 2.0.04 to 2.0.18 */
		.leaf = 0x18, .subleaf = 0x1, .slot = 20,
		.config_direct = { 0x00000000, 0x00000000, 0x00000000, 0x03ffc000 },
	},
	[L18_2] = { /* 1.5.09 to 1.5.34, 2.0.04 to 2.0.18 */
		.leaf = 0x18, .subleaf = 0x2, .slot = 21,
		.config_direct = { 0x00000000, 0x00000000, 0x00000000, 0x03ffc000 },
	},
	[L18_3] = { /* 1.5.09 to 1.5.34, 2.0.04 to 2.0.18 */
		.leaf = 0x18, .subleaf = 0x3, .slot = 22,
		.config_direct = { 0x00000000, 0x00000000, 0x00000000, 0x03ffc000 },
	},
	[L18_4] = { /* 1.5.09 to 1.5.34, 2.0.04 to 2.0.18 */
		.leaf = 0x18, .subleaf = 0x4, .slot = 23,
		.config_direct = { 0x00000000, 0x00000000, 0x00000000, 0x03ffc000 },
	},
	[L18_5] = { /* 1.5.09 to 1.5.34, 2.0.04 to 2.0.18 */
		.leaf = 0x18, .subleaf = 0x5, .slot = 24,
		.config_direct = { 0x00000000, 0x00000000, 0x00000000, 0x03ffc000 },
	},
	[L18_6] = { /* 1.5.09 to 1.5.34, 2.0.04 to 2.0.18 */
		.leaf = 0x18, .subleaf = 0x6, .slot = 25,
		.config_direct = { 0x00000000, 0x00000000, 0x00000000, 0x03ffc000 },
	},
	[L18_7] = { /* 1.5.09 to 1.5.34, 2.0.04 to 2.0.18 */
		.leaf = 0x18, .subleaf = 0x7, .slot = 26,
		.config_direct = { 0x00000000, 0x00000000, 0x00000000, 0x03ffc000 },
	},
	[L18_8] = { /* 1.5.09 to 1.5.34, 2.0.04 to 2.0.18 */
		.leaf = 0x18, .subleaf = 0x8, .slot = 27,
		.config_direct = { 0x00000000, 0x00000000, 0x00000000, 0x03ffc000 },
	},
	[L19] = { /* 1.5.01 to 1.5.05 */
		.leaf = 0x19, .subleaf = TDX_NO_SUBLEAF, .slot = -1,
		.fixed0 = { 0xfffffff8, 0xffffffeb, 0xfffffffd, 0xffffffff },
	},
	[L19_v2] = { /* 1.5.06 to 1.5.08, 2.0.02 */
		.leaf = 0x19, .subleaf = TDX_NO_SUBLEAF, .slot = -1,
		.fixed0 = { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
	},
	[L19_v3] = { /* 1.5.09 to 1.5.34, 2.0.04 to 2.0.18 */
		.leaf = 0x19, .subleaf = TDX_NO_SUBLEAF, .slot = 18,
		.fixed0 = { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
	},
	[L1a] = { /* 1.5.05 to 1.5.34, 2.0.02 to 2.0.18 */
		.leaf = 0x1a, .subleaf = TDX_NO_SUBLEAF, .slot = -1,
		.fixed0 = { 0x00000000, 0xffffffff, 0xffffffff, 0xffffffff },
	},
	[L1c] = { /* all */
		.leaf = 0x1c, .subleaf = TDX_NO_SUBLEAF, .slot = 8,
		.allow_direct = { 0x000000ff, 0x00000000, 0x00000000, 0x00000000 },
	},
	[L1d_0] = { /* all */
		.leaf = 0x1d, .subleaf = 0x0, .slot = -1,
	},
	[L1d_1] = { /* all */
		.leaf = 0x1d, .subleaf = 0x1, .slot = -1,
	},
	[L1e] = { /* all */
		.leaf = 0x1e, .subleaf = TDX_NO_SUBLEAF, .slot = -1,
	},
	[L1f_0] = { /* 1.5.01 */
		.leaf = 0x1f, .subleaf = 0x0, .slot = -1, .faulting = true,
	},
	[L1f_0_v2] = { /* 1.5.05 to 1.5.34, 2.0.02 to 2.0.18 */
		.leaf = 0x1f, .subleaf = 0x0, .slot = 12,
		.fixed0 = { 0xffffffe0, 0xffff0000, 0xffff0000, 0xffffffff },
		.config_direct = { 0x0000001f, 0x0000ffff, 0x0000ffff, 0x00000000 },
	},
	[L1f_1] = { /* 1.5.01 */
		.leaf = 0x1f, .subleaf = 0x1, .slot = -1, .faulting = true,
	},
	[L1f_1_v2] = { /* 1.5.05 to 1.5.34, 2.0.02 to 2.0.18 */
		.leaf = 0x1f, .subleaf = 0x1, .slot = 13,
		.fixed0 = { 0xffffffe0, 0xffff0000, 0xffff0000, 0xffffffff },
		.config_direct = { 0x0000001f, 0x0000ffff, 0x0000ffff, 0x00000000 },
	},
	[L1f_2] = { /* 1.5.01 */
		.leaf = 0x1f, .subleaf = 0x2, .slot = -1, .faulting = true,
	},
	[L1f_2_v2] = { /* 1.5.05 to 1.5.34, 2.0.02 to 2.0.18 */
		.leaf = 0x1f, .subleaf = 0x2, .slot = 14,
		.fixed0 = { 0xffffffe0, 0xffff0000, 0xffff0000, 0xffffffff },
		.config_direct = { 0x0000001f, 0x0000ffff, 0x0000ffff, 0x00000000 },
	},
	[L1f_3] = { /* 1.5.01 */
		.leaf = 0x1f, .subleaf = 0x3, .slot = -1, .faulting = true,
	},
	[L1f_3_v2] = { /* 1.5.05 to 1.5.34, 2.0.02 to 2.0.18 */
		.leaf = 0x1f, .subleaf = 0x3, .slot = 15,
		.fixed0 = { 0xffffffe0, 0xffff0000, 0xffff0000, 0xffffffff },
		.config_direct = { 0x0000001f, 0x0000ffff, 0x0000ffff, 0x00000000 },
	},
	[L1f_4] = { /* 1.5.01 */
		.leaf = 0x1f, .subleaf = 0x4, .slot = -1, .faulting = true,
	},
	[L1f_4_v2] = { /* 1.5.05 to 1.5.34, 2.0.02 to 2.0.18 */
		.leaf = 0x1f, .subleaf = 0x4, .slot = 16,
		.fixed0 = { 0xffffffe0, 0xffff0000, 0xffff0000, 0xffffffff },
		.config_direct = { 0x0000001f, 0x0000ffff, 0x0000ffff, 0x00000000 },
	},
	[L1f_5] = { /* 1.5.01 */
		.leaf = 0x1f, .subleaf = 0x5, .slot = -1, .faulting = true,
		.verify_mask = { 0x00000000, 0x00000000, 0x0000ff00, 0x00000000 },
	},
	[L1f_5_v2] = { /* 1.5.05 to 1.5.34, 2.0.02 to 2.0.18 */
		.leaf = 0x1f, .subleaf = 0x5, .slot = 17,
		.fixed0 = { 0xffffffe0, 0xffff0000, 0xffff0000, 0xffffffff },
		.config_direct = { 0x0000001f, 0x0000ffff, 0x0000ffff, 0x00000000 },
		.verify_mask = { 0x00000000, 0x00000000, 0x0000ff00, 0x00000000 },
	},
	[L20] = { /* all */
		.leaf = 0x20, .subleaf = TDX_NO_SUBLEAF, .slot = -1,
		.fixed0 = { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
	},
	[L21_0] = { /* all */
		.leaf = 0x21, .subleaf = 0x0, .slot = -1,
		.fixed0 = { 0xffffffff, 0x9a8b91b6, 0xdfdfdfdf, 0xa7bbab93 },
		.fixed1 = { 0x00000000, 0x65746e49, 0x20202020, 0x5844546c },
	},
	[L22] = { /* all */
		.leaf = 0x22, .subleaf = TDX_NO_SUBLEAF, .slot = -1,
		.fixed0 = { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
	},
	[L23_0] = { /* all */
		.leaf = 0x23, .subleaf = 0x0, .slot = 11,
		.fixed0 = { 0xfffffff0, 0x00000000, 0xffffffff, 0xffffffff },
		.allow_direct = { 0x0000000f, 0x00000000, 0x00000000, 0x00000000 },
	},
	[L23_1] = { /* 1.5.01 to 1.5.06 */
		.leaf = 0x23, .subleaf = 0x1, .slot = -1,
		.fixed0 = { 0x00000000, 0x00000000, 0xffffffff, 0xffffffff },
		.verify_mask = { 0xffffff00, 0xfffffff0, 0x00000000, 0x00000000 },
	},
	[L23_1_v2] = { /* 1.5.08 to 1.5.34, 2.0.02 to 2.0.18 */
		.leaf = 0x23, .subleaf = 0x1, .slot = -1,
		.fixed0 = { 0x00000000, 0x00000000, 0xffffffff, 0xffffffff },
		.verify_mask = { 0xffffff00, 0xffffff80, 0x00000000, 0x00000000 },
	},
	[L23_2] = { /* all */
		.leaf = 0x23, .subleaf = 0x2, .slot = -1,
		.fixed0 = { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
	},
	[L23_3] = { /* all */
		.leaf = 0x23, .subleaf = 0x3, .slot = -1,
		.fixed0 = { 0x00000000, 0xffffffff, 0xffffffff, 0xffffffff },
	},
	[L80000000] = { /* all */
		.leaf = 0x80000000, .subleaf = TDX_NO_SUBLEAF, .slot = -1,
		.fixed0 = { 0x7ffffff7, 0xffffffff, 0xffffffff, 0xffffffff },
		.fixed1 = { 0x80000008, 0x00000000, 0x00000000, 0x00000000 },
	},
	[L80000001] = { /* all */
		.leaf = 0x80000001, .subleaf = TDX_NO_SUBLEAF, .slot = -1,
		.fixed0 = { 0xffffffff, 0xffffffff, 0xfffffede, 0xd3efffff },
		.verify_mask = { 0x00000000, 0x00000000, 0x00000121, 0x2c100800 },
		.verify_value = { 0x00000000, 0x00000000, 0x00000121, 0x2c100800 },
	},
	[L80000002] = { /* 1.5.09 to 1.5.16, 2.0.04 to 2.0.12 */
		.leaf = 0x80000002, .subleaf = TDX_NO_SUBLEAF, .slot = -1,
		.fixed0 = { 0x9a8b91b6, 0xa7dfbbab, 0x93dfdfdf, 0xffffffff },
		.fixed1 = { 0x65746e49, 0x58204454, 0x6c202020, 0x00000000 },
	},
	[L80000002_v2] = { /* 1.5.28 to 1.5.34, 2.0.18 */
		.leaf = 0x80000002, .subleaf = TDX_NO_SUBLEAF, .slot = -1,
		.fixed0 = { 0x9a8b91b6, 0xbbabdf93, 0xdfdfdfa7, 0xffffffff },
		.fixed1 = { 0x65746e49, 0x4454206c, 0x20202058, 0x00000000 },
	},
	[L80000006] = { /* 1.5.01 to 1.5.08, 2.0.02 */
		.leaf = 0x80000006, .subleaf = TDX_NO_SUBLEAF, .slot = -1, .faulting = true,
		.verify_mask = { 0x00000000, 0x00000000, 0x000000ff, 0x00000000 },
		.verify_value = { 0x00000000, 0x00000000, 0x00000040, 0x00000000 },
	},
	[L80000006_v2] = { /* 1.5.09 to 1.5.34, 2.0.04 to 2.0.18 */
		.leaf = 0x80000006, .subleaf = TDX_NO_SUBLEAF, .slot = -1,
		.fixed0 = { 0xffffffff, 0xffffffff, 0x00008fbf, 0xffffffff },
		.fixed1 = { 0x00000000, 0x00000000, 0x00007040, 0x00000000 },
		.verify_mask = { 0x00000000, 0x00000000, 0x000000ff, 0x00000000 },
		.verify_value = { 0x00000000, 0x00000000, 0x00000040, 0x00000000 },
	},
	[L80000007] = { /* all */
		.leaf = 0x80000007, .subleaf = TDX_NO_SUBLEAF, .slot = -1,
		.fixed0 = { 0xffffffff, 0xffffffff, 0xffffffff, 0xfffffeff },
		.verify_mask = { 0x00000000, 0x00000000, 0x00000000, 0x00000100 },
		.verify_value = { 0x00000000, 0x00000000, 0x00000000, 0x00000100 },
	},
	[L80000008] = { /* 1.5.01 to 1.5.05 */
		.leaf = 0x80000008, .subleaf = TDX_NO_SUBLEAF, .slot = 9,
		.fixed0 = { 0xffff0000, 0xfffffdff, 0xffffffff, 0xffffffff },
		.allow_direct = { 0x00000000, 0x00000200, 0x00000000, 0x00000000 },
		.verify_mask = { 0x000000ff, 0x00000200, 0x00000000, 0x00000000 },
		.verify_value = { 0x00000034, 0x00000200, 0x00000000, 0x00000000 },
	},
	[L80000008_v2] = { /* 1.5.06 */
		.leaf = 0x80000008, .subleaf = TDX_NO_SUBLEAF, .slot = 9,
		.fixed0 = { 0xffff0000, 0xfffffdff, 0xffffffff, 0xffffffff },
		.config_direct = { 0x000000ff, 0x00000000, 0x00000000, 0x00000000 },
		.allow_direct = { 0x00000000, 0x00000200, 0x00000000, 0x00000000 },
		.verify_mask = { 0x00000000, 0x00000200, 0x00000000, 0x00000000 },
		.verify_value = { 0x00000000, 0x00000200, 0x00000000, 0x00000000 },
	},
	[L80000008_v3] = { /* 1.5.08 to 1.5.34, 2.0.02 to 2.0.18 */
		.leaf = 0x80000008, .subleaf = TDX_NO_SUBLEAF, .slot = 9,
		.fixed0 = { 0x00000000, 0xfffffdff, 0xffffffff, 0xffffffff },
		.config_direct = { 0x000000ff, 0x00000000, 0x00000000, 0x00000000 },
		.allow_direct = { 0x00000000, 0x00000200, 0x00000000, 0x00000000 },
		.verify_mask = { 0x00000000, 0x00000200, 0x00000000, 0x00000000 },
		.verify_value = { 0x00000000, 0x00000200, 0x00000000, 0x00000000 },
	},
};

/* 1.5.01 */
static const u8 lookup_1_5_01[] = {
	L1, L4_0, L4_1, L4_2, L4_3, L7_0, L7_1, La, L1c, L80000008, L0, L3, L4_4, L6, L7_2, L8,
	Ld_0, Ld_1, Ld_2, Ld_3, Ld_4, Ld_5, Ld_6, Ld_7, Ld_8, Ld_9, Ld_a, Ld_b, Ld_c, Ld_d, Ld_e,
	Ld_f, Ld_10, Ld_11, Ld_12, Le, L11, L12, L13, L14_0, L14_1, L15, L19, L1d_0, L1d_1, L1e,
	L1f_0, L1f_1, L1f_2, L1f_3, L1f_4, L1f_5, L20, L21_0, L80000000, L80000001, L80000006,
	L80000007, L22, L23_0, L23_1, L23_2, L23_3, L5,
};

/* 1.5.05 */
static const u8 lookup_1_5_05[] = {
	L1, L4_0, L4_1, L4_2, L4_3, L7_0, L7_1_v2, La_v2, L1c, L80000008, L0, L3, L4_4, L6, L7_2,
	L8, Ld_0, Ld_1, Ld_2, Ld_3, Ld_4, Ld_5, Ld_6, Ld_7, Ld_8, Ld_9, Ld_a, Ld_b, Ld_c, Ld_d,
	Ld_e, Ld_f, Ld_10, Ld_11, Ld_12, Le, L11, L12, L13, L14_0, L14_1, L15, L19, L1d_0, L1d_1,
	L1e, L1f_0_v2, L1f_1_v2, L1f_2_v2, L1f_3_v2, L1f_4_v2, L1f_5_v2, L20, L21_0, L80000000,
	L80000001, L80000006, L80000007, L22, L23_0, L23_1, L23_2, L23_3, L5, Lb_0, Lb_1, Lb_2,
	L1a,
};

/* 1.5.06 */
static const u8 lookup_1_5_06[] = {
	L1, L4_0, L4_1, L4_2, L4_3, L7_0, L7_1_v3, La_v2, L1c, L80000008_v2, L0, L3, L4_4, L6,
	L7_2, L8, Ld_0, Ld_1, Ld_2, Ld_3, Ld_4, Ld_5, Ld_6, Ld_7, Ld_8, Ld_9, Ld_a, Ld_b, Ld_c,
	Ld_d, Ld_e, Ld_f, Ld_10, Ld_11, Ld_12, Le, L11, L12, L13, L14_0, L14_1, L15, L19_v2, L1d_0,
	L1d_1, L1e, L1f_0_v2, L1f_1_v2, L1f_2_v2, L1f_3_v2, L1f_4_v2, L1f_5_v2, L20, L21_0,
	L80000000, L80000001, L80000006, L80000007, L22, L23_0, L23_1, L23_2, L23_3, L5, Lb_0,
	Lb_1, Lb_2_v2, L1a, L2,
};

/* 1.5.08 */
static const u8 lookup_1_5_08[] = {
	L1, L4_0, L4_1, L4_2, L4_3, L7_0, L7_1_v3, La, L1c, L80000008_v3, L0, L3, L4_4, L6, L7_2,
	L8, Ld_0, Ld_1, Ld_2, Ld_3, Ld_4, Ld_5, Ld_6, Ld_7, Ld_8, Ld_9, Ld_a, Ld_b, Ld_c, Ld_d,
	Ld_e, Ld_f, Ld_10, Ld_11, Ld_12, Le, L11, L12, L13, L14_0, L14_1, L15, L19_v2, L1d_0,
	L1d_1, L1e, L1f_0_v2, L1f_1_v2, L1f_2_v2, L1f_3_v2, L1f_4_v2, L1f_5_v2, L20, L21_0,
	L80000000, L80000001, L80000006, L80000007, L22, L23_0, L23_1_v2, L23_2, L23_3, L5, Lb_0,
	Lb_1, Lb_2_v2, L1a, L2,
};

/* 1.5.09, 1.5.13 */
static const u8 lookup_1_5_09[] = {
	L1_v2, L4_0_v2, L4_1_v2, L4_2_v2, L4_3, L7_0_v2, L7_1_v3, La, L1c, L80000008_v3, L0, L3,
	L4_4, L6_v2, L7_2, L8, Ld_0, Ld_1, Ld_2, Ld_3, Ld_4, Ld_5, Ld_6, Ld_7, Ld_8, Ld_9, Ld_a,
	Ld_b, Ld_c, Ld_d, Ld_e, Ld_f, Ld_10, Ld_11, Ld_12, Le, L11, L12, L13, L14_0, L14_1, L15,
	L19_v3, L1d_0, L1d_1, L1e, L1f_0_v2, L1f_1_v2, L1f_2_v2, L1f_3_v2, L1f_4_v2, L1f_5_v2, L20,
	L21_0, L80000000, L80000001, L80000006_v2, L80000007, L22, L23_0, L23_1_v2, L23_2, L23_3,
	L5, Lb_0, Lb_1, Lb_2_v2, L1a, L18_0, L18_1, L18_2, L18_3, L2, L18_4, L18_5, L18_6, L18_7,
	L18_8, L80000002,
};

/* 1.5.16 */
static const u8 lookup_1_5_16[] = {
	L1_v2, L4_0_v2, L4_1_v2, L4_2_v2, L4_3, L7_0_v2, L7_1_v4, La, L1c, L80000008_v3, L0, L3,
	L4_4, L6_v2, L7_2, L8, Ld_0, Ld_1, Ld_2, Ld_3, Ld_4, Ld_5, Ld_6, Ld_7, Ld_8, Ld_9, Ld_a,
	Ld_b, Ld_c, Ld_d, Ld_e, Ld_f, Ld_10, Ld_11, Ld_12, Le, L11, L12, L13, L14_0, L14_1, L15,
	L19_v3, L1d_0, L1d_1, L1e, L1f_0_v2, L1f_1_v2, L1f_2_v2, L1f_3_v2, L1f_4_v2, L1f_5_v2, L20,
	L21_0, L80000000, L80000001, L80000006_v2, L80000007, L22, L23_0, L23_1_v2, L23_2, L23_3,
	L5, Lb_0, Lb_1, Lb_2_v2, L1a, L18_0, L18_1, L18_2, L18_3, L2, L18_4, L18_5, L18_6, L18_7,
	L18_8, L80000002,
};

/* 1.5.28, 1.5.34 */
static const u8 lookup_1_5_28[] = {
	L1_v2, L4_0_v2, L4_1_v2, L4_2_v2, L4_3, L7_0_v2, L7_1_v4, La, L1c, L80000008_v3, L0, L3,
	L4_4, L6_v2, L7_2, L8, Ld_0, Ld_1, Ld_2, Ld_3, Ld_4, Ld_5, Ld_6, Ld_7, Ld_8, Ld_9, Ld_a,
	Ld_b, Ld_c, Ld_d, Ld_e, Ld_f, Ld_10, Ld_11, Ld_12, Le, L11, L12, L13, L14_0, L14_1, L15,
	L19_v3, L1d_0, L1d_1, L1e, L1f_0_v2, L1f_1_v2, L1f_2_v2, L1f_3_v2, L1f_4_v2, L1f_5_v2, L20,
	L21_0, L80000000, L80000001, L80000006_v2, L80000007, L22, L23_0, L23_1_v2, L23_2, L23_3,
	L5, Lb_0, Lb_1, Lb_2_v2, L1a, L18_0, L18_1, L18_2, L18_3, L2, L18_4, L18_5, L18_6, L18_7,
	L18_8, L80000002_v2,
};

/* 2.0.02 */
static const u8 lookup_2_0_02[] = {
	L1, L4_0_v2, L4_1_v2, L4_2_v2, L4_3, L7_0, L7_1_v5, La, L1c, L80000008_v3, L0, L3, L4_4,
	L6, L7_2, L8, Ld_0, Ld_1, Ld_2, Ld_3, Ld_4, Ld_5, Ld_6, Ld_7, Ld_8, Ld_9, Ld_a, Ld_b, Ld_c,
	Ld_d, Ld_e, Ld_f, Ld_10, Ld_11, Ld_12, Le, L11, L12, L13, L14_0, L14_1, L15, L19_v2, L1d_0,
	L1d_1, L1e, L1f_0_v2, L1f_1_v2, L1f_2_v2, L1f_3_v2, L1f_4_v2, L1f_5_v2, L20, L21_0,
	L80000000, L80000001, L80000006, L80000007, L22, L23_0, L23_1_v2, L23_2, L23_3, L5, Lb_0,
	Lb_1, Lb_2_v2, L1a, L2,
};

/* 2.0.04 */
static const u8 lookup_2_0_04[] = {
	L1_v2, L4_0_v2, L4_1_v2, L4_2_v2, L4_3, L7_0_v2, L7_1_v5, La, L1c, L80000008_v3, L0, L3,
	L4_4, L6_v2, L7_2, L8, Ld_0, Ld_1, Ld_2, Ld_3, Ld_4, Ld_5, Ld_6, Ld_7, Ld_8, Ld_9, Ld_a,
	Ld_b, Ld_c, Ld_d, Ld_e, Ld_f, Ld_10, Ld_11, Ld_12, Le, L11, L12, L13, L14_0, L14_1, L15,
	L19_v3, L1d_0, L1d_1, L1e, L1f_0_v2, L1f_1_v2, L1f_2_v2, L1f_3_v2, L1f_4_v2, L1f_5_v2, L20,
	L21_0, L80000000, L80000001, L80000006_v2, L80000007, L22, L23_0, L23_1_v2, L23_2, L23_3,
	L5, Lb_0, Lb_1, Lb_2_v2, L1a, L18_0, L18_1, L18_2, L18_3, L2, L18_4, L18_5, L18_6, L18_7,
	L18_8, L80000002,
};

/* 2.0.08, 2.0.12, 2.0.14 */
static const u8 lookup_2_0_08[] = {
	L1_v2, L4_0_v2, L4_1_v2, L4_2_v2, L4_3, L7_0_v2, L7_1_v6, La, L1c, L80000008_v3, L0, L3,
	L4_4, L6_v2, L7_2, L8, Ld_0, Ld_1, Ld_2, Ld_3, Ld_4, Ld_5, Ld_6, Ld_7, Ld_8, Ld_9, Ld_a,
	Ld_b, Ld_c, Ld_d, Ld_e, Ld_f, Ld_10, Ld_11, Ld_12, Le, L11, L12, L13, L14_0, L14_1, L15,
	L19_v3, L1d_0, L1d_1, L1e, L1f_0_v2, L1f_1_v2, L1f_2_v2, L1f_3_v2, L1f_4_v2, L1f_5_v2, L20,
	L21_0, L80000000, L80000001, L80000006_v2, L80000007, L22, L23_0, L23_1_v2, L23_2, L23_3,
	L5, Lb_0, Lb_1, Lb_2_v2, L1a, L18_0, L18_1, L18_2, L18_3, L2, L18_4, L18_5, L18_6, L18_7,
	L18_8, L80000002,
};

/* 2.0.16, 2.0.18 */
static const u8 lookup_2_0_18[] = {
	L1_v2, L4_0_v2, L4_1_v2, L4_2_v2, L4_3, L7_0_v2, L7_1_v6, La, L1c, L80000008_v3, L0, L3,
	L4_4, L6_v2, L7_2, L8, Ld_0, Ld_1, Ld_2, Ld_3, Ld_4, Ld_5, Ld_6, Ld_7, Ld_8, Ld_9, Ld_a,
	Ld_b, Ld_c, Ld_d, Ld_e, Ld_f, Ld_10, Ld_11, Ld_12, Le, L11, L12, L13, L14_0, L14_1, L15,
	L19_v3, L1d_0, L1d_1, L1e, L1f_0_v2, L1f_1_v2, L1f_2_v2, L1f_3_v2, L1f_4_v2, L1f_5_v2, L20,
	L21_0, L80000000, L80000001, L80000006_v2, L80000007, L22, L23_0, L23_1_v2, L23_2, L23_3,
	L5, Lb_0, Lb_1, Lb_2_v2, L1a, L18_0, L18_1, L18_2, L18_3, L2, L18_4, L18_5, L18_6, L18_7,
	L18_8, L80000002_v2,
};

/*
 * What the TD loses with a component of XFAM.  Components that only come
 * together (AVX-512, CET, AMX) are one row.
 */
#define XFAM_MASKS_OF_ALL_VERSIONS \
	{ 0x1, TDX_NO_SUBLEAF, BIT(2), { 0, 0, 0x30001000, 0 } }, \
	{ 0x7, 0x0, BIT(2), { 0, 0x00000020, 0x00000600, 0 } }, \
	{ 0x7, 0x0, BIT(5) | BIT(6) | BIT(7), { 0, 0xdc230000, 0x00005842, 0x0080010c } }, \
	{ 0x7, 0x0, BIT(8), { 0, 0x02000000, 0, 0 } }, \
	{ 0x7, 0x0, BIT(9), { 0, 0, 0x00000008, 0 } }, \
	{ 0x7, 0x0, BIT(11) | BIT(12), { 0, 0, 0x00000080, 0x00100000 } }, \
	{ 0x7, 0x0, BIT(14), { 0, 0, 0, 0x00000020 } }, \
	{ 0x7, 0x0, BIT(15), { 0, 0, 0, 0x00080000 } }, \
	{ 0x7, 0x0, BIT(17) | BIT(18), { 0, 0, 0, 0x03400000 } }, \
	{ 0xd, 0x0, BIT(2), { 0x00000004, 0, 0, 0 } }, \
	{ 0xd, 0x0, BIT(5) | BIT(6) | BIT(7), { 0x000000e0, 0, 0, 0 } }, \
	{ 0xd, 0x0, BIT(9), { 0x00000200, 0, 0, 0 } }, \
	{ 0xd, 0x0, BIT(17) | BIT(18), { 0x00060000, 0, 0, 0 } }, \
	{ 0xd, 0x1, BIT(8), { 0, 0, 0x00000100, 0 } }, \
	{ 0xd, 0x1, BIT(11) | BIT(12), { 0, 0, 0x00001800, 0 } }, \
	{ 0xd, 0x1, BIT(14), { 0, 0, 0x00004000, 0 } }, \
	{ 0xd, 0x1, BIT(15), { 0, 0, 0x00008000, 0 } }

/* 1.5.01 */
static const struct tdx_xfam_mask xfam_1_5_01[] = {
	XFAM_MASKS_OF_ALL_VERSIONS,
	{ 0x7, 0x1, BIT(5) | BIT(6) | BIT(7), { 0x00000030, 0, 0, 0 } },
};

/* 1.5.05 */
static const struct tdx_xfam_mask xfam_1_5_05[] = {
	XFAM_MASKS_OF_ALL_VERSIONS,
	{ 0x7, 0x1, BIT(2), { 0x00000010, 0, 0, 0x00000430 } },
	{ 0x7, 0x1, BIT(5) | BIT(6) | BIT(7), { 0x00000020, 0, 0, 0 } },
};

/* 1.5.06, 1.5.08, 1.5.09, 1.5.13, 1.5.16, 1.5.28, 1.5.34 */
static const struct tdx_xfam_mask xfam_1_5_06[] = {
	XFAM_MASKS_OF_ALL_VERSIONS,
	{ 0x7, 0x1, BIT(2), { 0x00800010, 0, 0, 0x00000430 } },
	{ 0x7, 0x1, BIT(5) | BIT(6) | BIT(7), { 0x00000020, 0, 0, 0 } },
};

/* 2.0.02, 2.0.04, 2.0.12 to 2.0.18 */
static const struct tdx_xfam_mask xfam_2_0_02[] = {
	XFAM_MASKS_OF_ALL_VERSIONS,
	{ 0x7, 0x1, BIT(2), { 0x00800010, 0, 0, 0x00000430 } },
	{ 0x7, 0x1, BIT(5) | BIT(6) | BIT(7), { 0x00000020, 0, 0, 0 } },
	{ 0x7, 0x1, BIT(17) | BIT(18), { 0x00200000, 0, 0, 0 } },
};

/* 2.0.08 */
static const struct tdx_xfam_mask xfam_2_0_08[] = {
	XFAM_MASKS_OF_ALL_VERSIONS,
	{ 0x7, 0x1, BIT(2), { 0x00800010, 0, 0, 0x00000430 } },
	{ 0x7, 0x1, BIT(5) | BIT(6) | BIT(7), { 0x00000021, 0, 0, 0 } },
	{ 0x7, 0x1, BIT(17) | BIT(18), { 0x00200000, 0, 0, 0 } },
};

#define LOOKUP(l) .nr_lookup = ARRAY_SIZE(l), .index = (l), .pool = pool
#define XFAM(x) .nr_xfam_mask = ARRAY_SIZE(x), .xfam_mask = (x)
#define SLOTS_12 \
	.nr_config = 12, .lookup_of_slot = { \
		0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 14, 59 \
	}
#define SLOTS_18 \
	.nr_config = 18, .lookup_of_slot = { \
		0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 14, 59, 46, 47, 48, 49, 50, 51 \
	}
#define SLOTS_28 \
	.nr_config = 28, .lookup_of_slot = { \
		0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 14, 59, 46, 47, 48, 49, 50, 51, 42, 68, 69, 70, \
		71, 73, 74, 75, 76, 77 \
	}

static const struct tdx_module modules[] = {
	{
		.version = "1.5.01",
		.rules = TDX_MODULE_VERSION(1, 5, 1),
		.executed = true,
		.update_from = TDX_MODULE_VERSION(1, 5, 1),
		.features0 = 0xf0fbf,
		.features0_published = true,
		.attributes_fixed0 = 0x8000000070000001,
		.xfam_fixed0 = 0x6dbe7,
		.xfam_fixed1 = 0x3,
		.config_flags_fixed0 = 0x7,
		.source = "sslab-gatech/tdx-module dcb1a7e",
		XFAM(xfam_1_5_01),
		LOOKUP(lookup_1_5_01),
		SLOTS_12
	},
	{
		.version = "1.5.05",
		.rules = TDX_MODULE_VERSION(1, 5, 5),
		.executed = true,
		.update_from = TDX_MODULE_VERSION(1, 5, 1),
		.features0 = 0x61f0fbf,
		.features0_published = true,
		.attributes_fixed0 = 0x8000000070000001,
		.attributes_conditional = TDXM_ATTR_LASS,
		.xfam_fixed0 = 0x6dbe7,
		.xfam_fixed1 = 0x3,
		.config_flags_fixed0 = 0x7,
		.source = "sslab-gatech/tdx-module 43c0264",
		XFAM(xfam_1_5_05),
		LOOKUP(lookup_1_5_05),
		SLOTS_18
	},
	{
		.version = "1.5.06",
		.rules = TDX_MODULE_VERSION(1, 5, 6),
		.executed = true,
		.update_from = TDX_MODULE_VERSION(1, 5, 1),
		.features0 = 0x2e1f0fbf,
		.features0_published = true,
		.attributes_fixed0 = 0x8000000070010001,
		.attributes_conditional = TDXM_ATTR_LASS,
		.xfam_fixed0 = 0x6dbe7,
		.xfam_fixed1 = 0x3,
		.config_flags_fixed0 = 0xf,
		.source = "sslab-gatech/tdx-module 2c25cb3",
		XFAM(xfam_1_5_06),
		LOOKUP(lookup_1_5_06),
		SLOTS_18
	},
	{
		.version = "1.5.08",
		.rules = TDX_MODULE_VERSION(1, 5, 6),
		.update_from = TDX_MODULE_VERSION(1, 5, 1),
		.features0 = 0x22e1f0fbf,
		.features0_published = true,
		.attributes_fixed0 = 0x8000000070010001,
		.attributes_conditional = TDXM_ATTR_LASS,
		.xfam_fixed0 = 0x6dbe7,
		.xfam_fixed1 = 0x3,
		.config_flags_fixed0 = 0x1f,
		.source = "niooss-ledger/tdx-module 6f7870cf796b",
		XFAM(xfam_1_5_06),
		LOOKUP(lookup_1_5_08),
		SLOTS_18
	},
	{
		.version = "1.5.09",
		.rules = TDX_MODULE_VERSION(1, 5, 6),
		.update_from = TDX_MODULE_VERSION(1, 5, 1),
		.features0 = 0x26f1f0fbf,
		.features0_published = true,
		.attributes_fixed0 = 0x8000000070010001,
		.attributes_conditional = TDXM_ATTR_LASS,
		.xfam_fixed0 = 0x6dbe7,
		.xfam_fixed1 = 0x3,
		.config_flags_fixed0 = 0x1f,
		.source = "niooss-ledger/tdx-module 1c2473ff487a",
		XFAM(xfam_1_5_06),
		LOOKUP(lookup_1_5_09),
		SLOTS_28
	},
	{
		.version = "1.5.13",
		.rules = TDX_MODULE_VERSION(1, 5, 6),
		.update_from = TDX_MODULE_VERSION(1, 5, 1),
		.features0 = 0x226f1f0fbf,
		.features0_published = true,
		.attributes_fixed0 = 0x8000000070010001,
		.attributes_conditional = TDXM_ATTR_LASS,
		.xfam_fixed0 = 0x6dbe7,
		.xfam_fixed1 = 0x3,
		.config_flags_fixed0 = 0x1f,
		.source = "niooss-ledger/tdx-module 57adbf119f2e",
		XFAM(xfam_1_5_06),
		LOOKUP(lookup_1_5_09),
		SLOTS_28
	},
	{
		.version = "1.5.16",
		.rules = TDX_MODULE_VERSION(1, 5, 6),
		.update_from = TDX_MODULE_VERSION(1, 5, 1),
		.features0 = 0x226f3f0fbf,
		.features0_published = true,
		.attributes_fixed0 = 0x8000000070010001,
		.attributes_conditional = TDXM_ATTR_LASS,
		.xfam_fixed0 = 0x6dbe7,
		.xfam_fixed1 = 0x3,
		.config_flags_fixed0 = 0x1f,
		.source = "niooss-ledger/tdx-module a3e3963d4650",
		XFAM(xfam_1_5_06),
		LOOKUP(lookup_1_5_16),
		SLOTS_28
	},
	{
		.version = "1.5.28",
		.rules = TDX_MODULE_VERSION(1, 5, 6),
		.features0 = 0x226f3f0fbf,
		.attributes_fixed0 = 0x8000000070010001,
		.attributes_conditional = TDXM_ATTR_LASS,
		.xfam_fixed0 = 0x6dbe7,
		.xfam_fixed1 = 0x3,
		.config_flags_fixed0 = 0x1f,
		.source = "intel/tdx-module 30d221886436",
		XFAM(xfam_1_5_06),
		LOOKUP(lookup_1_5_28),
		SLOTS_28
	},
	{
		.version = "1.5.34",
		.rules = TDX_MODULE_VERSION(1, 5, 6),
		.features0 = 0x226f3f0fbf,
		.attributes_fixed0 = 0x8000000070010001,
		.attributes_conditional = TDXM_ATTR_LASS,
		.xfam_fixed0 = 0x6dbe7,
		.xfam_fixed1 = 0x3,
		.config_flags_fixed0 = 0x9f,
		.source = "intel/tdx-module 9fd3c8b1d52b",
		XFAM(xfam_1_5_06),
		LOOKUP(lookup_1_5_28),
		SLOTS_28
	},
	{
		.version = "2.0.02",
		.rules = TDX_MODULE_VERSION(1, 5, 6),
		.preproduction = true,
		.update_from = TDX_MODULE_VERSION(2, 0, 2),
		.features0 = 0x22e1f0fbf,
		.features0_published = true,
		.attributes_fixed0 = 0x8000000070010001,
		.attributes_conditional = TDXM_ATTR_LASS,
		.xfam_fixed0 = 0x6dbe7,
		.xfam_fixed1 = 0x3,
		.config_flags_fixed0 = 0x1f,
		.source = "intel/tdx-module be4432403640",
		XFAM(xfam_2_0_02),
		LOOKUP(lookup_2_0_02),
		SLOTS_18
	},
	{
		.version = "2.0.04",
		.rules = TDX_MODULE_VERSION(1, 5, 6),
		.preproduction = true,
		.update_from = TDX_MODULE_VERSION(2, 0, 4),
		.features0 = 0x12af1f0fbf,
		.features0_published = true,
		.attributes_fixed0 = 0x8000000070010001,
		.attributes_conditional = TDXM_ATTR_LASS,
		.xfam_fixed0 = 0x6dbe7,
		.xfam_fixed1 = 0x3,
		.config_flags_fixed0 = 0x1f,
		.source = "intel/tdx-module 92f6945d3621",
		XFAM(xfam_2_0_02),
		LOOKUP(lookup_2_0_04),
		SLOTS_28
	},
	{
		.version = "2.0.08",
		.rules = TDX_MODULE_VERSION(2, 0, 8),
		.preproduction = true,
		.update_from = TDX_MODULE_VERSION(2, 0, 4),
		.features0 = 0x32a71f0fbf,
		.features0_published = true,
		.attributes_fixed0 = 0x8000000070010041,
		.attributes_conditional = TDXM_ATTR_LASS | TDXM_ATTR_TPA,
		.xfam_fixed0 = 0x6dbe7,
		.xfam_fixed1 = 0x3,
		.config_flags_fixed0 = 0x1f,
		.source = "intel/tdx-module 1666adc494db",
		XFAM(xfam_2_0_08),
		LOOKUP(lookup_2_0_08),
		SLOTS_28
	},
	{
		.version = "2.0.12",
		.rules = TDX_MODULE_VERSION(2, 0, 8),
		.preproduction = true,
		.features0 = 0x32a71f0fbf,
		.attributes_fixed0 = 0x8000000070010041,
		.attributes_conditional = TDXM_ATTR_LASS | TDXM_ATTR_TPA,
		.xfam_fixed0 = 0x6dbe7,
		.xfam_fixed1 = 0x3,
		.config_flags_fixed0 = 0x1f,
		.source = "intel/tdx-module a56a9173cda3",
		XFAM(xfam_2_0_02),
		LOOKUP(lookup_2_0_08),
		SLOTS_28
	},
	{
		.version = "2.0.14",
		.rules = TDX_MODULE_VERSION(2, 0, 8),
		.preproduction = true,
		.features0 = 0x32a71f0fbf,
		.attributes_fixed0 = 0x8000000070010041,
		.attributes_conditional = TDXM_ATTR_LASS | TDXM_ATTR_TPA,
		.xfam_fixed0 = 0x6dbe7,
		.xfam_fixed1 = 0x3,
		.config_flags_fixed0 = 0x1f,
		.source = "intel/tdx-module db57c638520a",
		XFAM(xfam_2_0_02),
		LOOKUP(lookup_2_0_08),
		SLOTS_28
	},
	{
		.version = "2.0.16",
		.rules = TDX_MODULE_VERSION(2, 0, 8),
		.preproduction = true,
		.features0 = 0x32a71f0fbf,
		.attributes_fixed0 = 0x8000000070010041,
		.attributes_conditional = TDXM_ATTR_LASS | TDXM_ATTR_TPA,
		.xfam_fixed0 = 0x6dbe7,
		.xfam_fixed1 = 0x3,
		.config_flags_fixed0 = 0x1f,
		.source = "intel/tdx-module 6e66b9d2070a",
		XFAM(xfam_2_0_02),
		LOOKUP(lookup_2_0_18),
		SLOTS_28
	},
	{
		.version = "2.0.18",
		.rules = TDX_MODULE_VERSION(2, 0, 8),
		.preproduction = true,
		.features0 = 0x32a71f0fbf,
		.attributes_fixed0 = 0x8000000070010041,
		.attributes_conditional = TDXM_ATTR_LASS | TDXM_ATTR_TPA,
		.xfam_fixed0 = 0x6dbe7,
		.xfam_fixed1 = 0x3,
		.config_flags_fixed0 = 0x1f,
		.source = "intel/tdx-module e69a4391305e",
		XFAM(xfam_2_0_02),
		LOOKUP(lookup_2_0_18),
		SLOTS_28
	},
};

const struct tdx_module *tdx_module_nth(u32 n)
{
	return n < ARRAY_SIZE(modules) ? &modules[n] : NULL;
}

const struct tdx_module *tdx_module_find(const char *version)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(modules); i++)
		if (!strcmp(modules[i].version, version))
			return &modules[i];
	return NULL;
}

const struct tdx_module *tdx_module_nearest(u32 version)
{
	const struct tdx_module *nearest = NULL;
	u32 i, known;

	for (i = 0; i < ARRAY_SIZE(modules); i++) {
		known = tdx_module_version(modules[i].version);
		if (known >> 8 == version >> 8 && known <= version)
			nearest = &modules[i];
	}
	return nearest;
}

u32 tdx_module_rules(u32 version)
{
	u32 i, rules = modules[0].rules;

	for (i = 0; i < ARRAY_SIZE(modules); i++)
		if (tdx_module_version(modules[i].version) <= version)
			rules = modules[i].rules;
	return rules;
}
