/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Names of CPUID bits: Linux's own (X86_FEATURE_*, in lower case), with QEMU's
 * and /proc/cpuinfo's as aliases.  A bit without a name is spelt 7.0.ecx.9, or
 * 1.ecx.10 in a leaf without subleaf.
 */
#ifndef TDXCPUID_NAMES_H
#define TDXCPUID_NAMES_H

#include <linux/types.h>

#define TDXCPUID_NAME_MAX 32

struct tdxcpuid_bit {
	u32 leaf;
	u32 subleaf; /* 0xffffffff if the leaf has none */
	int reg;     /* 0 to 3: EAX to EDX */
	int bit;
};

/* The name of @bit in @name, which it returns. */
const char *tdxcpuid_bit_name(struct tdxcpuid_bit bit, char name[TDXCPUID_NAME_MAX]);
/* Alias number @n of @bit, or NULL. */
const char *tdxcpuid_bit_alias(struct tdxcpuid_bit bit, u32 n);
/*
 * Find a bit by name, alias or spelling; case, '-' and '_' make no difference.
 * False if there is no such bit.
 */
bool tdxcpuid_bit_find(const char *name, struct tdxcpuid_bit *bit);
/* Entry @n of the list of named bits, in leaf order; false behind the last. */
bool tdxcpuid_bit_nth(u32 n, struct tdxcpuid_bit *bit);

#endif
