/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Did you mean: the words that are nearest to one that is unknown. */
#ifndef NEAR_H
#define NEAR_H

#include "cli.h"

#define NEAR_MAX 3

struct near {
	const char *wanted;
	u32 distance; /* of the words found so far */
	u32 nr;
	char word[NEAR_MAX][TDXCPUID_NAME_MAX];
};

/* Words further away than a slip of the finger or two are none. */
void near_begin(struct near *n, const char *wanted);
void near_try(struct near *n, const char *word);
/* The bits of CPUID, by name and alias. */
void near_try_bits(struct near *n);
/* "; did you mean 'a' or 'b'?", or nothing. */
#define NEAR_TEXT_MAX (NEAR_MAX * (TDXCPUID_NAME_MAX + 8) + 16)
const char *near_text(const struct near *n, char text[NEAR_TEXT_MAX]);

#endif
