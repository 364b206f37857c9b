/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The verbs and their options: what parsing, help and completion are made of. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "cli.h"

int cmd_atlas(const struct options *o);
int cmd_caps(const struct options *o);
int cmd_check(const struct options *o);
int cmd_explain(const struct options *o);
int cmd_diff(const struct options *o);
int cmd_decode(const struct options *o);
int cmd_dump(const struct options *o);
int cmd_request(const struct options *o);
int cmd_list(const struct options *o);
int cmd_run(const struct options *o);
int cmd_export(const struct options *o);
int cmd_baseline(const struct options *o);
int cmd_fits(const struct options *o);
int cmd_completion(const struct options *o);

/* One bit a verb. */
enum {
	CAPS = 1,
	CHECK = 2,
	EXPLAIN = 4,
	DIFF = 8,
	DECODE = 16,
	DUMP = 32,
	COMPLETION = 64,
	RUN = 128,
	REQUEST = 256,
	LIST = 512,
	BASELINE = 1024,
	FITS = 2048,
	ATLAS = 4096,
	EXPORT = 8192,
	ALL = 16383
};

enum value_kind {
	VALUE_NONE, /* none, or nothing to choose from */
	VALUE_FILE,
	VALUE_MODULE,
	VALUE_CPU,
	VALUE_POLICY,
	VALUE_MODE,
	VALUE_BIT,
	VALUE_CHANGE, /* +BIT or -BIT */
	VALUE_SHELL,
	VALUE_EXPORT,
	VALUE_COLOUR,
};

struct verb {
	const char *name; /* NULL behind the last */
	u32 bit;
	const char *args;
	enum value_kind kind;
	int min_args;
	int max_args;
	int (*run)(const struct options *o);
	const char *summary;
	const char *example; /* commands, a line each */
};

struct option_row {
	const char *name; /* NULL behind the last */
	char letter;
	const char *arg; /* NULL: none */
	enum value_kind kind;
	u32 verbs;
	const char *help;
};

extern const struct verb verbs[];
extern const struct option_row option_rows[];

/* -1: go on; else the exit status. */
int parse_options(const struct verb *verb, int argc, char **argv, struct options *o);
/* Where to look; returns EXIT_BAD.  @verb may be NULL. */
int try_help(const struct verb *verb);
void tool_help(void);
/* A line a verb. */
void list_verbs(void);
void verb_help(const struct verb *verb);

#endif
