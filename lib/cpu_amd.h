/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Built-in CPUs that SEV-SNP firmware runs on: the library's own, beside those of module/. */
#ifndef LIB_CPU_AMD_H
#define LIB_CPU_AMD_H

#include "internal.h"

/* NULL behind the last. */
const struct tdx_native *amd_nth(u32 n);
const struct tdx_native *amd_find(const char *name);

#endif
