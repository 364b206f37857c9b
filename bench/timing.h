/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What every measurement here needs: a clock, and an order for the samples. */
#ifndef BENCH_TIMING_H
#define BENCH_TIMING_H

#include <time.h>

/* In ns. */
static inline double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

static inline int ascending(const void *a, const void *b)
{
	double d = *(const double *)a - *(const double *)b;

	return d < 0 ? -1 : d > 0;
}

#endif
