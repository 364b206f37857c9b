/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef STANDIN_LINUX_ARRAY_SIZE_H
#define STANDIN_LINUX_ARRAY_SIZE_H

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif
