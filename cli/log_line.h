/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What a line of a log says of a SEAMCALL or an ioctl that failed. */
#ifndef LOG_LINE_H
#define LOG_LINE_H

#include "input.h"

/* False: it has no number that could be a status. */
bool find_status(const char *line, struct tdxcpuid_status *s);

#endif
