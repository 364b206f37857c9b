/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What is read, and what is wrong with it. */
#ifndef INPUT_H
#define INPUT_H

#include "cli.h"

/* Why an input cannot be used; lines and columns count from 1, line 0: it is no text. */
struct trouble {
	size_t line;
	size_t column;
	char text[1024];
	const char *hint; /* which formats there are; NULL: they do not matter */
};

/* Fill in @t and return -1. */
int trouble(struct trouble *t, size_t line, size_t column, const char *format, ...) PRINTF(4, 5);
int vtrouble(struct trouble *t, size_t line, size_t column, const char *format, va_list ap);
/* The same on standard error, as "FILE:LINE:COLUMN: error: ...", and the hint; returns EXIT_BAD. */
int complain(const char *file, const struct trouble *t);

/* "-" is standard input, and that there is once.  -1: @t says why not. */
int input_open(const char *file, struct trouble *t);
void input_close(int fd);

struct text {
	char *data; /* NUL-terminated */
	size_t size;
};

/* Drop a byte order mark; -1: there is a NUL in it. */
int text_check(struct text *text, struct trouble *t);
/* Of at most @max.  It is to be freed in any case, and of what is larger there is the start. */
int bytes_read(struct text *text, const char *file, size_t max, struct trouble *t);
/* The same, checked. */
int text_read_up_to(struct text *text, const char *file, size_t max, struct trouble *t);
/* Of at most INPUT_MAX. */
int text_read(struct text *text, const char *file, struct trouble *t);
void text_free(struct text *text);

/*
 * A line ends with a newline or with the input, for every place that is told; a carriage
 * return is a blank, wherever it is.  Columns count characters.  Jansson has it the same.
 */
void line_and_column(const char *data, size_t offset, size_t *line, size_t *column);

/* False if it is none, or above @max. */
bool parse_hex(const char *text, size_t length, u64 max, u64 *number);
bool parse_decimal(const char *text, size_t length, u64 max, u64 *number);
bool has_0x(const char *text, size_t length);
/* A number on the command line: 0x..., decimal, or 16 bare hex digits. */
bool parse_u64(const char *text, u64 *number);

#endif
