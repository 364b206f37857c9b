/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef CLI_H
#define CLI_H

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include <tdxcpuid.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#define INPUT_MAX  (1U << 20) /* of a file, and of a line of a batch */
#define NO_SUBLEAF TDXCPUID_NO_SUBLEAF
#define EXIT_BAD   2

/* The options of all verbs, as parsed; each verb takes those that its row in main.c names. */
struct options {
	const char *module; /* NULL: the default, as the next */
	const char *cpu;
	enum tdxcpuid_policy policy;
	bool kvm;	  /* the host that this runs on */
	const char *host; /* a snapshot */
	const char **vcpus;
	int nr_vcpus;
	bool superset;
	const char *snp_page;
	bool json;
	bool batch;
	const char *report;
	const char *record;
	const char **fails;
	int nr_fails;
	bool stop;
	int nr_args;
	char **args;
};

int cmd_caps(const struct options *o);
int cmd_check(const struct options *o);
int cmd_explain(const struct options *o);
int cmd_diff(const struct options *o);
int cmd_decode(const struct options *o);
int cmd_dump(const struct options *o);
int cmd_run(const struct options *o);
int cmd_completion(const struct options *o);

/* ---- main.c: the verbs and their options, which help and completion are made of ---- */

enum value_kind {
	VALUE_NONE, /* none, or nothing to choose from */
	VALUE_FILE,
	VALUE_MODULE,
	VALUE_CPU,
	VALUE_POLICY,
	VALUE_MODE,
	VALUE_BIT,
	VALUE_SHELL,
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

#define PRINTF(string, first) __attribute__((format(printf, string, first)))

/* ---- memory.c: all of it that cli/ takes ---- */

/* Say so and exit, as the next ones do instead of returning NULL. */
void out_of_memory(void) __attribute__((noreturn));
void *xcalloc(size_t nr, size_t size);
void *xrealloc(void *data, size_t size);
char *xstrdup(const char *text);
/* Jansson's as well. */
void memory_init(void);

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
/* A line on standard error. */
void message(const char *format, ...) PRINTF(1, 2);

/* ---- input.c: what is read, and what is wrong with it ---- */

/* Why an input cannot be used; lines and columns count from 1. */
struct trouble {
	size_t line;
	size_t column;
	char text[256];
};

/* Fill in @t and return -1. */
int trouble(struct trouble *t, size_t line, size_t column, const char *format, ...) PRINTF(4, 5);
/* The same on standard error, as "FILE:LINE:COLUMN: error: ..."; returns EXIT_BAD. */
int complain(const char *file, const struct trouble *t);

struct text {
	char *data; /* NUL-terminated */
	size_t size;
};

/* "-" is standard input. */
int text_read(struct text *text, const char *file, struct trouble *t);
void text_free(struct text *text);

/* One value in a JSON text: up to four keys or indexes, outermost first. */
struct json_path {
	u32 depth;
	struct {
		const char *key; /* NULL: index */
		size_t index;
	} step[4];
};

json_t *json_parse(const char *data, size_t size, struct trouble *t);
/* The offset of the value at @path, or of its key; of the nearest value around it if it is not
 * there. */
size_t json_locate(const char *data, size_t size, const struct json_path *path, bool of_key);
/* Complain about the value at @path. */
int json_trouble(struct trouble *t, const char *data, size_t size, const struct json_path *path,
		 bool of_key, const char *format, ...) PRINTF(6, 7);
/* An integer or a 0x string up to @max.  False if it is neither. */
bool json_number(const json_t *value, u64 max, u64 *number);
/* A number on the command line: 0x..., decimal, or 16 bare hex digits. */
bool parse_u64(const char *text, u64 *number);

/* What to check: a request if it has a header, else the CPUID of a vCPU. */
struct request {
	const char *data; /* the text that it was read from */
	size_t size;
	json_t *json; /* NULL: data is in the text format */
	bool header;
	u64 attributes;
	u64 xfam;
	u32 tsc_khz;
	const json_t *id; /* of @json, as the rest; NULL if not given */
	const char *module;
	const char *cpu;
	const char *policy;
	u32 nent;
	struct kvm_cpuid_entry2 entries[TDXCPUID_MAX_ENTRIES];
	u32 entry_offset[TDXCPUID_MAX_ENTRIES]; /* in the text format only, like the next */
	u32 header_offset[5];
};

/* Either format, told apart by content.  @data must outlive @r. */
int request_parse(struct request *r, const char *data, size_t size, struct trouble *t);
void request_free(struct request *r);

/* Where an entry, or one of its registers, stands in the text it was read from. */
struct place {
	size_t line;
	const char *start; /* of the line */
	size_t length;
	size_t column; /* from 0, of what is at fault in it */
	size_t width;
};

/* @reg -1: the entry.  @entry -1: @field, "attributes" or "xfam", or NULL: the whole. */
void request_place(const struct request *r, int entry, int reg, const char *field,
		   struct place *place);

/* ---- load.c: modules, CPUs, policies ---- */

/* A built-in one by name, or one read from a JSON file. */
const struct tdxcpuid_module *load_module(const char *name, const char **file, struct trouble *t);
const struct tdxcpuid_cpu *load_cpu(const char *name, const char **file, struct trouble *t);
/* One described in JSON; kept until load_free(). */
const struct tdxcpuid_module *parse_module(const char *data, size_t size, struct trouble *t);
const struct tdxcpuid_cpu *parse_cpu(const char *data, size_t size, const char *file,
				     struct trouble *t);
/* Among the built-in ones and those read so far. */
const struct tdxcpuid_module *known_module(const char *name);
const struct tdxcpuid_cpu *known_cpu(const char *name);
/* Leaves that a CPU profile has at most. */
#define NATIVE_MAX 1024
/* One of these leaves; kept like the others. */
const struct tdxcpuid_cpu *add_cpu(const char *name, const struct tdxcpuid_leaf *leaves, u32 nr,
				   u64 arch_capabilities, struct trouble *t);

/* What must be said along with every answer about a host. */
#define NOTES_MAX 8
struct notes {
	u32 nr;
	char text[NOTES_MAX][256];
};

/* A host, and what all answers about it share. */
struct host {
	struct tdxcpuid_host *kvm;
	struct tdxcpuid_host_info info;
	const char *module; /* version, or NULL: unknown, as the next */
	const char *cpu;
	char module_name[32];
	struct notes notes;
};

/* The module on the CPU under the policy; booted once. */
const struct host *load_host(const struct tdxcpuid_module *module, const struct tdxcpuid_cpu *cpu,
			     enum tdxcpuid_policy policy);
/* Keep @kvm until load_free(), with the version of its module if that is known. */
const struct host *keep_host(struct tdxcpuid_host *kvm, const char *module);
/* The host that the options name; on failure it has complained. */
const struct host *host_of_options(const struct options *o);
void load_free(void);

/* ---- snapshot.c ---- */

/* The KVM of this machine, or one that was written down; NULL: it has complained. */
const struct host *live_host(void);
const struct host *snapshot_host(const char *file);

/* ---- check.c ---- */

/* A recorded list in the text format, under the name of its file. */
struct recorded_text {
	const char *name;
	const char *data;
	size_t size;
};

struct out;
/* What check says of a request and its vCPUs: as text, or as member "check" of @json. */
void check_recorded(const struct host *host, const struct recorded_text *request,
		    const struct recorded_text *vcpus, int nr_vcpus, struct out *json);

/* ---- output.c ---- */

/*
 * A JSON writer: nothing is kept but the text, so that an answer costs no more
 * than its bytes.  A key is NULL inside an array.
 */
struct out {
	char *data;
	size_t used;
	size_t size;
	u32 depth;
	u32 break_depth; /* down to this depth each value has a line of its own */
	bool comma;
};

void out_open(struct out *j, const char *key, char bracket);
void out_close(struct out *j, char bracket);
void out_string(struct out *j, const char *key, const char *value); /* NULL: null */
void out_hex(struct out *j, const char *key, u64 value);
void out_int(struct out *j, const char *key, long long value);
void out_bool(struct out *j, const char *key, bool value);
void out_null(struct out *j, const char *key);
void out_value(struct out *j, const char *key, const json_t *value); /* NULL: null */
void out_subleaf(struct out *j, const char *key, u32 subleaf);
void out_entry(struct out *j, const struct kvm_cpuid_entry2 *e);
/* leaf, subleaf, register, mask, bits: the members that all lists of bits share. */
void out_bits(struct out *j, const struct tdxcpuid_bits *b);
void out_bit_names(struct out *j, const struct tdxcpuid_bits *b);
void out_notes(struct out *j, const struct notes *notes);
/* module, cpu and policy */
void out_host(struct out *j, const struct host *host);
/* The newline behind all of it. */
void out_end(struct out *j);
/* That, and all of it to standard output; exits if that fails. */
void out_flush(struct out *j);
void out_free(struct out *j);

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
const char *host_text(const struct host *host, char text[HOST_MAX]);
/* "EINVAL" of a negative errno, "OK" of 0 */
const char *errno_text(int error);
const char *hex_text(u64 value, char text[PLACE_MAX]);
/* @text in lines of at most @width, each behind @indent. */
void print_wrapped(const char *indent, const char *text, size_t width);
void print_notes(const struct notes *notes);

#endif
