/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Answers as text. */
#ifndef PRINT_H
#define PRINT_H

#include "cli.h"

struct target;
struct notes;

/*
 * Text, which is kept until all of it is there.  Line breaks are those at both ends of the
 * format; what is a control character within is cleaned away.  Lines that are wider than the
 * terminal are broken between words.
 */
void print(const char *format, ...) PRINTF(1, 2);
/* Line breaks everywhere and as they are: for what consists of our own words only. */
void print_page(const char *format, ...) PRINTF(1, 2);
enum style { STYLE_BOLD, STYLE_ERROR, STYLE_GOOD, STYLE_HINT };
/* In that style if it goes to a terminal, or as --color says. */
void print_in(enum style style, const char *format, ...) PRINTF(2, 3);
enum colour { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };
void print_colour(enum colour wanted);
/* Should the line be broken, it goes on below this place of it. */
void print_hang(void);
/* @text behind @label, and its further lines below its start. */
void print_labelled(const char *label, const char *text);
/* How many columns there are: COLUMNS, the terminal's, or 80. */
size_t print_width(void);
/* No line is broken: it is no human who reads them. */
void print_as_is(void);
/* Where to, before anything is printed; standard output if not called. */
void print_to(int fd);
/* Write it; exits if that fails. */
void print_flush(void);
/* Hand it over instead; the data is the caller's to free. */
struct buffer print_take(void);

/* ---- fold.c ---- */

size_t width_of(int fd);
size_t columns_of(const char *text, size_t length);
/* Where to break @text so that what is before fits into @room; all of it if it does. */
size_t fold_at(const char *text, size_t length, size_t room);
/* @line in lines of at most @width, as far as there are blanks; all but the first in column @hang.
 */
void fold(struct buffer *to, const char *line, size_t length, size_t width, size_t hang);

/* Text tables with a heading; the cells of a row are broken where they do not fit. */
struct table;
struct table *table_new(const char *const *columns, u32 nr);
void table_row(struct table *t, ...); /* as many strings as there are columns */
void table_print(struct table *t);    /* and free it */

#define PLACE_MAX 32
const char *register_text(u32 leaf, u32 subleaf, int reg, char text[PLACE_MAX]); /* "0x7.0.ecx" */
const char *leaf_text(u32 leaf, u32 subleaf, char text[PLACE_MAX]);
/* Its name, or its place with 0x. */
const char *bit_text(const struct tdxcpuid_bit *bit, char text[PLACE_MAX]);
/* The order of places, for qsort(): of struct tdxcpuid_bits, and of struct tdxcpuid_slot. */
int bits_by_place(const void *a, const void *b);
int slots_by_place(const void *a, const void *b);
/* The names of all bits. */
#define NAMES_MAX 1400
const char *names_text(const struct tdxcpuid_bits *b, char text[NAMES_MAX]);

/* ---- numbers.c ---- */

#define NUMBER_MAX 128
/* "family 6, model 143, stepping 8" of the registers of a leaf; false: there are no words for it.
 */
bool number_words(u32 leaf, const u32 reg[4], char text[NUMBER_MAX]);
/* What the numbers of @leaf are about; "": nothing to be said in short. */
const char *number_kind(u32 leaf);
/* Whether all registers of @leaf are numbers, of which no VMM is asked for any. */
bool only_numbers(u32 leaf);

/* "1.5.34", or in words why there is none to be told. */
const char *module_text(const struct target *host);
/* "module 1.5.34, cpu spr, policy allowlist" */
#define HOST_MAX 160
const char *host_text(const struct target *host, char text[HOST_MAX]);
/* "EINVAL" of a negative errno, "OK" of 0 */
const char *errno_text(int error);
/* "value", "allowed" or "denied" */
const char *verdict_text(const struct tdxcpuid_bit_verdict *v);
const char *hex_text(u64 value, char text[PLACE_MAX]);
/* What is in a register: all of its digits. */
const char *mask_text(u32 mask, char text[PLACE_MAX]);
/* "xfam 0x3: X87 (bit 0), SSE (bit 1)" */
void print_field_bits(enum tdxcpuid_field field, u64 value);
void print_notes(const struct notes *notes);

#endif
