/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the files of tdxcpuid explain share. */
#ifndef EXPLAIN_H
#define EXPLAIN_H

#include "target.h"

#define EXPLAIN_MAX 64 /* modules, CPUs, bits of a group */

/* What one module makes of it, KVM aside. */
struct explained_module {
	const char *version;
	enum tdxcpuid_class class; /* of a bit */
	char text[TDXCPUID_TEXT_MAX];
};

/* One thing that was asked about. */
struct explanation {
	const struct target *host;
	enum { EXPLAIN_BIT, EXPLAIN_FIELD, EXPLAIN_FLAG, EXPLAIN_GROUP } kind;
	char name[TDXCPUID_NAME_MAX];
	char headline[TDXCPUID_TEXT_MAX];
	u32 nr_modules;
	struct explained_module module[EXPLAIN_MAX];
	bool alike; /* all modules, that of the host too */

	/* EXPLAIN_BIT */
	struct tdxcpuid_bit bit;
	struct tdxcpuid_bit_fate fate;
	struct tdxcpuid_bit_verdict verdict;
	bool offered; /* by one of the modules */
	u32 nr_cpus;
	const char *cpu[EXPLAIN_MAX];

	/* EXPLAIN_FIELD */
	enum tdxcpuid_field field;
	u64 mask;
	u32 nr_needed;
	struct tdxcpuid_bits needed[TDXCPUID_MAX_LOOKUP * 4]; /* bits that need it */

	/* EXPLAIN_FLAG */
	const struct linux_flag *flag;

	/* EXPLAIN_GROUP */
	u32 nr_bits;
	struct tdxcpuid_bit bits[EXPLAIN_MAX];
};

/* A flag of /proc/cpuinfo that Linux sets itself. */
struct linux_flag {
	const char *name; /* NULL behind the last */
	const char *text;
	const char *behind; /* the bit that it is made of, or NULL */
};

extern const struct linux_flag linux_flags[];
const struct linux_flag *find_linux_flag(const char *name);

void explain_bit(struct explanation *e, const struct target *host, const struct tdxcpuid_bit *bit);

/* Whether @word is a register, and its bit 0. */
bool find_register(const char *word, struct tdxcpuid_bit *bit);
void group_register(struct explanation *e, const struct tdxcpuid_bit *first);
/* False if there are not several bits whose names begin with @word. */
bool group_family(struct explanation *e, const char *word);

struct out;
void explanation_to_json(struct out *j, const struct explanation *e);
void explanation_to_text(const struct explanation *e);

#endif
