/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef STANDIN_LINUX_BITS_H
#define STANDIN_LINUX_BITS_H

/* Since Linux 6.13 there is one for userspace, which <asm/kvm.h> includes. */
#if __has_include_next(<linux/bits.h>)
#include_next <linux/bits.h>
#endif

#define BIT(nr)	      (1UL << (nr))
#define BIT_ULL(nr)   (1ULL << (nr))
#define GENMASK(h, l) ((~0UL >> (63 - (h))) & (~0UL << (l)))

#endif
