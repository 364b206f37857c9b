/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the files of tdxcpuid check share. */
#ifndef CHECK_H
#define CHECK_H

#include "json_out.h"
#include "request.h"
#include "target.h"

struct answer {
	const struct target *host;
	const struct request *request;
	struct tdxcpuid_answer *kvm;
	bool lists; /* as text, the long ones, too */
};

struct vcpu {
	const char *file;
	struct text text;
	struct request request;
	struct tdxcpuid_answer *answer; /* NULL: unchecked */
};

/* ---- check.c ---- */

/* 0, or EXIT_BAD: it has complained. */
int read_request(const char *file, struct text *text, struct request *r);

/* ---- judge.c ---- */

/* The host that the request asks for, by what it names and else by the options. */
const struct target *target_of_request(const struct request *r, const struct target *preset,
				       struct trouble *t);
/* 0 or a negative errno, which is -ENOMEM. */
int find_answer(struct answer *a, const struct target *host, const struct request *request);
/* Of a rejection, or what is not known; NULL: no rule that has a name, and accepted. */
void first_reason(const struct tdxcpuid_answer *kvm, const char **reason, const char **text);
/* Those of the list for that reason, or @all. */
u32 nr_bits(const struct tdxcpuid_bits_list *list, enum tdxcpuid_why why, bool all);
/* The components that those of @bits in @b need and the request's XFAM lacks. */
u64 missing_xfam(const struct answer *a, const struct tdxcpuid_bits *b, u32 bits);
/* The library has no other trouble with what is checked here. */
void no_memory_if(int error);
int vcpu_open(struct vcpu *vcpu, const char *file);
struct tdxcpuid_vcpu kvm_vcpu(const struct vcpu *vcpu, enum vcpu_mode mode);
/* Each vCPU against the TD of an accepted request; 1 if one is inconsistent. */
int check_vcpus(const struct answer *a, struct vcpu *vcpus, int nr_vcpus, enum vcpu_mode mode);
const char *vcpu_verdict(const struct vcpu *vcpu);
/* "accepted", "rejected" or "undecided" */
const char *verdict_name(enum tdxcpuid_verdict verdict);

/* What is not known of a host that is known by its capabilities. */
struct unknown {
	u32 bit; /* 0 behind the last */
	const char *name;
	const char *words;
};

extern const struct unknown unknowns[];

/* ---- notes.c ---- */

/* The host's, and those on what the TD gets. */
struct notes notes_of_answer(const struct answer *a);

/* ---- report_json.c, report_text.c ---- */

void answer_to_json(struct out *j, const char *key, const struct answer *a,
		    const struct vcpu *vcpus, int nr_vcpus);
void violations_to_json(struct out *j, const char *key, const struct tdxcpuid_violation *list,
			u32 nr);
void vcpus_to_json(struct out *j, const struct vcpu *vcpus, int nr_vcpus);
void answer_to_text(const char *file, const struct answer *a, const struct vcpu *vcpus,
		    int nr_vcpus);
/* "error: [kvm] 7.0.ecx: why", without line break, and the line on what to do, if there is any. */
void print_finding(const struct tdxcpuid_violation *v, bool error);
void print_fix(const struct tdxcpuid_violation *v);
void print_vcpus(const struct vcpu *vcpus, int nr_vcpus);

/* ---- other ways to check ---- */

int check_snp(const struct options *o, struct vcpu *vcpus);
int check_supported(const struct options *o, struct vcpu *vcpus);
int check_batch(const struct options *o, const struct target *preset);

/* A recorded list in the text format, under the name of its file. */
struct recorded_text {
	const char *name;
	const char *data;
	size_t size;
};

/* What check says of a request and its vCPUs: as text, or as member "check" of @json. */
void check_recorded(const struct target *host, const struct recorded_text *request,
		    const struct recorded_text *vcpus, int nr_vcpus, struct out *json);

#endif
