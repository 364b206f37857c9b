// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The releases of the TDX module, by what a host prints of them.  Figures: the
 * vendor's release notes; docs/modules.md says which releases have source.
 */
#include <linux/kernel.h>
#include "tdx_module.h"

static const struct tdx_release releases[] = {
	{ "1.5.01", 595, 20231008 },
	{ "1.5.05", 698, 20240129 },
	{ "1.5.06", 744, 20240407 },
	{ "1.5.08", 784, 20240725 },
	{ "1.5.09", 813, 20240912 },
	{ "1.5.13", 864, 20250210 },
	{ "1.5.16", 869, 20250221 },
	{ "1.5.20", 920, 20250531 },
	{ "1.5.24", 943, 20250729 },
	{ "1.5.25", 954, 20250902 },
	{ "1.5.28", 989, 20251126 },
	{ "1.5.34", 1024, 20260330 },
	{ "2.0.02", 786, 20240814 },
	{ "2.0.04", 859, 20250116 },
	{ "2.0.05", 0, 0 },
	{ "2.0.08", 882, 20250402 },
	{ "2.0.12", 924, 20250605 },
	{ "2.0.14", 947, 20260425 },
	{ "2.0.16", 994, 20251204 },
	{ "2.0.18", 1013, 20260211 },
};

const struct tdx_release *tdx_release_nth(u32 n)
{
	return n < ARRAY_SIZE(releases) ? &releases[n] : NULL;
}
