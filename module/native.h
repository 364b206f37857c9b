/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The built-in CPUs, which native.c puts into one list. */
#ifndef TDX_NATIVE_H
#define TDX_NATIVE_H

#include "tdx_module.h"

extern const struct tdx_native tdx_real_cpus[];
extern const u32 tdx_nr_real_cpus;
extern const struct tdx_native tdx_synthetic_cpus[];
extern const u32 tdx_nr_synthetic_cpus;

#endif
