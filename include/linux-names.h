/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What Linux calls differently from userspace, for code that is on both sides:
 * it sees the system's own headers, and this before those of kvm/ and below.
 */
#ifndef LINUX_NAMES_H
#define LINUX_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif
