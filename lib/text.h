/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Text that grows at the end of a buffer, and stops where that is full. */
#ifndef LIB_TEXT_H
#define LIB_TEXT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

struct text {
	char *at;
	size_t left;
};

static inline void __attribute__((format(printf, 2, 3)))
add(struct text *t, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(t->at, t->left, format, ap);
	va_end(ap);

	if (n < 0)
		return;
	if ((size_t)n >= t->left)
		n = t->left - 1;
	t->at += n;
	t->left -= n;
}

#endif
