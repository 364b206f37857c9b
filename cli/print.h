/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Answers as text. */
#ifndef PRINT_H
#define PRINT_H

#include "cli.h"

struct target;
struct notes;

/*
 * Text, which is kept until all of it is there.  Line breaks are those at both ends of the
 * format; what is a control character within is cleaned away.
 */
void print(const char *format, ...) PRINTF(1, 2);
/* Line breaks everywhere: for what consists of our own words only. */
void print_page(const char *format, ...) PRINTF(1, 2);
enum style { STYLE_BOLD, STYLE_ERROR, STYLE_GOOD, STYLE_HINT };
/* In that style if it goes to a terminal. */
void print_in(enum style style, const char *format, ...) PRINTF(2, 3);
/* Where to; standard output if not called. */
void print_to(int fd);
/* Write it; exits if that fails. */
void print_flush(void);
/* Hand it over instead; the data is the caller's to free. */
struct buffer print_take(void);

/* Text tables with a heading; cells may hold line breaks. */
struct table;
struct table *table_new(const char *const *columns, u32 nr);
void table_row(struct table *t, ...); /* as many strings as there are columns */
void table_print(struct table *t);    /* and free it */

#define PLACE_MAX 32
const char *register_text(u32 leaf, u32 subleaf, int reg, char text[PLACE_MAX]); /* "7.0.ecx" */
const char *leaf_text(u32 leaf, u32 subleaf, char text[PLACE_MAX]);
/* The names of all bits, in lines of at most @width. */
#define NAMES_MAX 1400
const char *names_text(const struct tdxcpuid_bits *b, size_t width, char text[NAMES_MAX]);
/* "module 1.5.34, cpu spr, policy allowlist" */
#define HOST_MAX 160
const char *host_text(const struct target *host, char text[HOST_MAX]);
/* "EINVAL" of a negative errno, "OK" of 0 */
const char *errno_text(int error);
/* "value", "allowed" or "denied" */
const char *verdict_text(const struct tdxcpuid_bit_verdict *v);
const char *hex_text(u64 value, char text[PLACE_MAX]);
/* @text in lines of at most @width, each behind @indent. */
void print_wrapped(const char *indent, const char *text, size_t width);
void print_notes(const struct notes *notes);

#endif
