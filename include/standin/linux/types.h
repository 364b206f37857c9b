/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Linux's own headers as module/ and kvm/ include them: the system's of
 * the same name, if it has one, and what Linux has in addition.  Only those rooms
 * and their tests look into this folder.
 */
#ifndef STANDIN_LINUX_TYPES_H
#define STANDIN_LINUX_TYPES_H

#include_next <linux/types.h>
#include "../../linux-names.h"

#endif
