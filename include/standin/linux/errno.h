/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Same name and content as userspace's own; here so that the list of headers
 * that module/ may include is complete in one place.
 */
#include_next <linux/errno.h>
