/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A request or the CPUID of a vCPU, as it was read, and the formats that one is read from. */
#ifndef REQUEST_H
#define REQUEST_H

#include "json_in.h"

/* What to check: a request if it has a header, else the CPUID of a vCPU. */
struct request {
	const char *data; /* the text that it was read from */
	size_t size;
	const char *root; /* as a reader has it */
	json_t *json;	  /* NULL: data is in one of the text formats */
	bool header;
	const char *call;      /* whose list it is, where there are several calls */
	bool first_of_several; /* vCPU lists in the file */
	/* Where what request_place() is asked for stands; of the formats that have no header. */
	size_t (*locate)(const struct request *r, int entry, int reg, size_t *width);
	u64 attributes;
	u64 xfam;
	u32 tsc_khz;
	const json_t *id; /* of @json, as the rest; NULL if not given */
	const char *module;
	const char *cpu;
	const char *policy;
	u32 nent;
	struct kvm_cpuid_entry2 entries[TDXCPUID_MAX_ENTRIES];
	u32 entry_offset[TDXCPUID_MAX_ENTRIES]; /* in the text formats only, like the next */
	u32 header_offset[5];
};

/* Which formats there are, for who cannot use what is read. */
extern const char request_formats[];
/* In any format, told apart by content.  @data must outlive @r. */
int request_parse(struct request *r, const char *data, size_t size, struct trouble *t);
/* The same of a list of KVM_GET_SUPPORTED_CPUID. */
int request_parse_supported(struct request *r, const char *data, size_t size, struct trouble *t);
/* A part of a JSON file, likewise. */
int request_read(struct request *r, const struct reader *in);
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

/* The formats. */
int request_from_object(struct request *r, struct trouble *t); /* of r->json */
int request_from_text(struct request *r, struct trouble *t);
/* The offset of what request_place() is asked for. */
size_t text_locate(const struct request *r, int entry, int reg, const char *field, size_t *width);
#define SET_CPUID2	    "KVM_SET_CPUID2"
#define GET_SUPPORTED_CPUID "KVM_GET_SUPPORTED_CPUID"
/* Whether it shows a list of @call. */
bool is_strace(const char *data, size_t size, const char *call);
int request_from_strace(struct request *r, struct trouble *t);
size_t strace_locate(const struct request *r, int entry, int reg, size_t *width);
bool is_trace(const char *data, size_t size);
int request_from_trace(struct request *r, struct trouble *t);
size_t trace_locate(const struct request *r, int entry, int reg, size_t *width);
/* Where entry @i is in r->json. */
struct json_path entry_path(const struct request *r, size_t i);

#endif
