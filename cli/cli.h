/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What every file of the tool sees: types, the options, memory, and the way out. */
#ifndef CLI_H
#define CLI_H

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <tdxcpuid.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;

#define ARRAY_SIZE(a)	      (sizeof(a) / sizeof((a)[0]))
#define PRINTF(string, first) __attribute__((format(printf, string, first)))

#define INPUT_MAX      (1U << 20) /* of a file, and of a line of a batch */
#define RECORDING_MAX  (8U << 20) /* of what another program wrote: a thousand CPUs, for example */
#define SHORT_TEXT     256	  /* of a name or version, with its NUL */
#define NO_SUBLEAF     TDXCPUID_NO_SUBLEAF
#define EXIT_BAD       2
#define EXIT_UNDECIDED 3 /* with --strict */

/* How a vCPU's list is compared. */
enum vcpu_mode { MODE_OVERLAP, MODE_SUPERSET, MODE_STRICT };

/* The options of all verbs, as parsed; each verb takes those that its row in main.c names. */
struct options {
	const char *module;   /* NULL: the default, as the next */
	const char **modules; /* all that were named, as hosts */
	int nr_modules;
	const char *cpu;
	enum tdxcpuid_policy policy;
	bool has_policy;  /* it was named */
	bool kvm;	  /* the host that this runs on */
	const char *host; /* a snapshot */
	const char **hosts;
	int nr_hosts;
	const char **vcpus;
	int nr_vcpus;
	enum vcpu_mode mode;
	const char *snp_page;
	const char *corrected; /* where the firmware's page goes */
	const char *supported;
	bool json;
	bool lists; /* the long ones, too */
	bool quiet;
	bool strict;
	bool batch;
	bool brief;
	const char *output; /* a file to write: of run, its report */
	const char *record;
	const char **fails;
	int nr_fails;
	bool stop;
	const char *name;    /* of the host that is written down */
	bool has_attributes; /* of a request that is to be made, as the next */
	bool has_xfam;
	u64 attributes;
	u64 xfam;
	int nr_args;
	char **args;
	char **all; /* what main() was given */
};

/* ---- memory.c: all of it that cli/ takes ---- */

/* Say so and exit, as the next ones do instead of returning NULL. */
void out_of_memory(void) __attribute__((noreturn));
void *xcalloc(size_t nr, size_t size);
void *xrealloc(void *data, size_t size);
char *xstrdup(const char *text);
/* Jansson's as well. */
void memory_init(void);
/* pool.c */
void *json_memory(size_t size);
void json_memory_free(void *data);

/* A text that grows. */
struct buffer {
	char *data;
	size_t used;
	size_t size;
};

/* Where the next @need bytes go; who writes them adds them to used. */
static inline char *buffer_room(struct buffer *b, size_t need)
{
	if (b->size - b->used < need) {
		b->size = (b->used + need) * 2;
		b->data = xrealloc(b->data, b->size);
	}
	return b->data + b->used;
}

static inline void buffer_add(struct buffer *b, const char *text, size_t length)
{
	/* Without a byte there may be no room either. */
	if (!length)
		return;
	memcpy(buffer_room(b, length), text, length);
	b->used += length;
}

/* ---- write.c: all that is written goes through here ---- */

/* How long the character of UTF-8 is that begins at @text; 0 if it is none. */
u32 utf8_length(const char *text);
/* C0, DEL and C1, which a terminal obeys. */
bool is_control(const char *text);
/* Make control characters and what is no UTF-8 question marks; the length that is left. */
size_t clean(char *text, size_t length);
/* 0 or a negative errno. */
int write_all(int fd, const char *data, size_t size);
/* The same, and exit if it fails. */
void write_answer(int fd, const char *data, size_t size);
/*
 * Write @file through one beside it whose name begins with a dot, so that whoever reads it finds
 * the old or the new one, and never a part.  -1: it has complained, and the old one is there.
 */
int replace_file(const char *file, const char *data, size_t size);
/* A line on standard error. */
void message(const char *format, ...) PRINTF(1, 2);
/* Of a place in a file; @hint: NULL, or what would be right. */
void message_at(const char *file, size_t line, size_t column, const char *text, const char *hint);
/* From now on a message is an object, as docs/schema/error.json says. */
void messages_as_json(void);
bool are_messages_json(void);

#endif
