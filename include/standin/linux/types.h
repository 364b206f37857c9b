/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Stand-in for the kernel's own <linux/types.h>: policy/ and module/ include
 * what Linux has, and userspace builds find this directory first.
 */
#ifndef STANDIN_LINUX_TYPES_H
#define STANDIN_LINUX_TYPES_H

#include_next <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;

#endif
