/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Results in the Test Anything Protocol, as meson reads it. */
#ifndef TESTS_TAP_H
#define TESTS_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static int tap_count;
static int tap_failures;

/* One case.  Returns @good. */
static inline bool __attribute__((format(printf, 2, 3))) tap(bool good, const char *format, ...)
{
	va_list ap;

	printf("%sok %d - ", good ? "" : "not ", ++tap_count);
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	putchar('\n');
	tap_failures += !good;
	return good;
}

/* A remark, in one line. */
static inline void __attribute__((format(printf, 1, 2))) tap_note(const char *format, ...)
{
	va_list ap;

	fputs("# ", stdout);
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	putchar('\n');
}

/* The plan, and the exit status. */
static inline int tap_end(void)
{
	printf("1..%d\n", tap_count);
	return !!tap_failures;
}

#endif
