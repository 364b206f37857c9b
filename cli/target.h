/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The host that answers are about, its module and its CPU. */
#ifndef TARGET_H
#define TARGET_H

#include "input.h"

/* A built-in one by name, a module also as hosts print it, or one read from a file. */
const struct tdxcpuid_module *load_module(const char *name, const char **file, struct trouble *t);
const struct tdxcpuid_cpu *load_cpu(const char *name, const char **file, struct trouble *t);
/* One that is described in a text; kept until load_free(). */
const struct tdxcpuid_module *parse_module(const char *data, size_t size, struct trouble *t);
const struct tdxcpuid_cpu *parse_cpu(const char *data, size_t size, const char *file,
				     struct trouble *t);
/* The same, of a part of a file. */
struct reader;
const struct tdxcpuid_cpu *read_cpu(struct reader *r, const char *file);
/* Among the built-in ones and those read so far. */
const struct tdxcpuid_module *known_module(const char *name);
const struct tdxcpuid_cpu *known_cpu(const char *name);
/* Leaves that a CPU profile has at most. */
#define NATIVE_MAX 1024
/* One of these leaves; kept like the others. */
const struct tdxcpuid_cpu *add_cpu(const char *name, const struct tdxcpuid_leaf *leaves, u32 nr,
				   u64 arch_capabilities);

/* What must be said along with every answer about a host. */
#define NOTES_MAX 32
struct notes {
	u32 nr;
	char text[NOTES_MAX][512];
};

/* Those of a CPU that was read; NULL: none. */
const struct notes *cpu_notes(const struct tdxcpuid_cpu *cpu);
/* One that does not fit is left out. */
void add_note(struct notes *notes, const char *format, ...) PRINTF(2, 3);

/* Those behind a baseline; of a host that is none, zeros. */
struct hosts {
	u64 nr;
	bool modules_differ;
	struct json_t *some; /* who lacks what, as tdxcpuid baseline --json writes it */
};

/* A host, and what all answers about it share. */
struct target {
	struct tdxcpuid_host *kvm;
	struct tdxcpuid_host_info info;
	const char *module; /* version, or NULL: unknown, as the next */
	const char *cpu;
	const char *judged_as; /* the version whose figures stand in for it, or NULL */
	char module_name[32];
	struct hosts hosts;
	struct notes notes;
};

/* The line of modules that CPUs like @cpu are shipped with, if @module is of another; or NULL. */
const char *line_instead(const struct tdxcpuid_module *module, const struct tdxcpuid_cpu *cpu);
/* Says so, if there is such a line. */
void add_line_note(struct notes *notes, const struct target *host);
/* The module on the CPU under the policy; booted once. */
const struct target *model_target(const struct tdxcpuid_module *module,
				  const struct tdxcpuid_cpu *cpu, enum tdxcpuid_policy policy);
/* What @module makes of @bit, KVM and what it supports left aside. */
void module_fate(const struct tdxcpuid_module *module, const struct tdxcpuid_bit *bit,
		 struct tdxcpuid_bit_fate *fate);
/* Keep @kvm until load_free(), with the version of its module, if that is known, and @baseline. */
struct target *keep_target(struct tdxcpuid_host *kvm, const char *module,
			   const struct json_t *baseline);
/* The host that the options name; on failure it has complained. */
const struct target *target_of_options(const struct options *o);
void load_free(void);
/* Hosts, and CPUs that were read, as none of them is needed any more. */
void forget_hosts(void);

/* The KVM of this machine, or one that was written down; NULL: it has complained. */
const struct target *live_target(void);
const struct target *snapshot_target(const char *file);

/* ---- fleet_who.c ---- */

/* Of the member "baseline" of a host, which may be NULL. */
void hosts_of_baseline(struct hosts *h, const struct json_t *baseline);
void hosts_free(struct hosts *h);
/* Bits of a register, or of "attributes" or "xfam", which are of no leaf: 0. */
struct bits_at {
	const char *reg;
	u32 leaf, subleaf;
	u64 mask;
};
#define WHO_MAX 320 /* of a note, in which the bits have to go, too */
/* Those that some of @h have, and the same ones lack, with who they are; 0: none. */
u64 hosts_lack(const struct hosts *h, const struct bits_at *at, char text[WHO_MAX]);

/* What load_free() frees besides. */
void free_modules(void);
void free_cpus(void);

#endif
