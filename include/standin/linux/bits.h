/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef STANDIN_LINUX_BITS_H
#define STANDIN_LINUX_BITS_H

#define BIT(nr) (1UL << (nr))
#define BIT_ULL(nr) (1ULL << (nr))
#define GENMASK(h, l) ((~0UL >> (63 - (h))) & (~0UL << (l)))

#endif
