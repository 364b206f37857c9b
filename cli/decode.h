/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the files of tdxcpuid decode share. */
#ifndef DECODE_H
#define DECODE_H

#include "input.h"
#include "options.h"

/* False if the arguments are no report of QEMU about a CPUID page; else they are told. */
bool decode_snp(const struct options *o, int *status);

#endif
