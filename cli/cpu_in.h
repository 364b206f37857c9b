/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A CPU while it is read, and the formats that one is read from: a file each. */
#ifndef CPU_IN_H
#define CPU_IN_H

#include "line.h"
#include "target.h"

/* Where CPU @cpu of a dump, from 0, is not like the first. */
struct cpu_difference {
	u32 cpu;
	u32 leaf;
	u32 subleaf;
	int reg;
	u32 here; /* the value of the first */
	u32 there;
};

struct cpu_in {
	const char *data; /* the file */
	size_t size;
	struct trouble *t;
	struct tdxcpuid_leaf leaf[NATIVE_MAX];
	u32 nr;
	u64 arch_capabilities; /* 0: unknown */
	bool dump;	       /* by a program, not a profile that somebody wrote */
	u32 nr_cpus;	       /* that the file has, of which the first is taken */
	u32 next;	       /* where in @leaf the next leaf of a later CPU may be */
	bool has_parent;       /* kcpuid: the lines that follow are subleaves */
	u32 parent;	       /* of this leaf */
	bool differ;
	struct cpu_difference difference;
};

/* Another CPU begins, but for the first. */
void cpu_begin(struct cpu_in *in);
/* A leaf of it, which stands at @place; -1: it has complained. */
int cpu_leaf(struct cpu_in *in, const char *place, const struct tdxcpuid_leaf *leaf);
/* The leaf of the first CPU, or NULL: none yet. */
const struct tdxcpuid_leaf *cpu_find_leaf(struct cpu_in *in, u32 leaf, u32 subleaf);
/* IA32_ARCH_CAPABILITIES of it. */
void cpu_arch_capabilities(struct cpu_in *in, u64 value);
/* All of it is read: what a profile would not have is put right, and told.  -1: no leaf. */
int cpu_finish(struct cpu_in *in, struct notes *notes);
int cpu_trouble(struct cpu_in *in, const char *place, const char *format, ...) PRINTF(3, 4);

/* eax=0x.. to edx=0x.., with eight digits, with blanks or commas between them. */
bool line_registers(struct line *l, u32 reg[4]);

/* A format of lines. */
struct cpu_format {
	const char *name;
	/* Whether a line is this format's and no other's. */
	bool (*recognize)(struct line line);
	/* -1: it has complained. */
	int (*read)(struct cpu_in *in, struct line line);
};

extern const struct cpu_format cpu_format_cpuid;
extern const struct cpu_format cpu_format_kcpuid;
extern const struct cpu_format cpu_format_instlat;

/* The format of lines that the text is in, or NULL. */
const struct cpu_format *cpu_format_of(const char *data, size_t size);
int cpu_from_lines(struct cpu_in *in, const struct cpu_format *format);
int cpu_from_libvirt(struct cpu_in *in);
int cpu_from_json(struct cpu_in *in, struct reader *r);

#endif
