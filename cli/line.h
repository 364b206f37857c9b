/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Lines that other programs write, and how they are taken apart. */
#ifndef LINE_H
#define LINE_H

#include "input.h"

/* What is left of a line. */
struct line {
	const char *at;
	const char *end;
};

void line_blanks(struct line *l);
/* Each steps over what it finds, and does not where it finds nothing. */
bool line_word(struct line *l, const char *word); /* in upper or lower case */
bool line_hex(struct line *l, u32 *number);	  /* behind 0x */
bool line_bare_hex(struct line *l, u32 *number);
bool line_decimal(struct line *l, u32 *number);
/* Nothing more but blanks. */
bool line_ends(struct line *l);
/* The line that begins at @at of a text. */
struct line line_at(const char *data, size_t size, size_t at);
/* Where @word is in the line, in upper or lower case as well, or NULL. */
const char *line_find(const struct line *l, const char *word);

#endif
