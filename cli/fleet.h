/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What is known of many hosts together, in memory that does not depend on how many they are. */
#ifndef FLEET_H
#define FLEET_H

#include "json_in.h"
#include "json_out.h"
#include "snapshot.h"

/*
 * fleet_merge() is commutative and associative, so that parts may be merged in any order.  What
 * is cut to the smallest of its kind is still exact: an item that is among the smallest of the
 * whole is among the smallest of each part that has it.
 */
#define FLEET_NAMES    8    /* of hosts that are told by name */
#define FLEET_VERSIONS 64   /* of a module, kernel or microcode */
#define FLEET_SLOTS    1024 /* all modules that are known have 60 between them */
#define FLEET_DUMPS    (1ULL << 48)

/* The smallest names, in order; one that several dumps have is there several times. */
struct names {
	u32 nr;
	char *name[FLEET_NAMES];
};

struct versions {
	u32 nr;
	struct version {
		char *text;
		u64 dumps;
	} version[FLEET_VERSIONS + 1];
	u64 unknown; /* dumps that have none */
	u64 others;  /* dumps of those that found no room */
};

/* Who lacks a bit that somebody has. */
struct lack {
	u64 dumps;
	struct names names;
};

/* A register, ATTRIBUTES or XFAM. */
struct word {
	u64 some;	   /* bits that a host has */
	u64 lacked;	   /* those of them that another one lacks */
	struct lack *lack; /* 64 of them, if any is */
};

struct fleet_slot {
	u32 leaf;
	u32 index;
	u32 flags;
	bool everywhere;
	struct word reg[4];
};

struct fleet {
	u64 dumps;
	u64 unread; /* what should have been dumps: the rest is not of all hosts */
	u64 tdx;    /* dumps with TDX: all that follows up to native is about them */
	struct names names;
	struct versions modules;
	enum tdxcpuid_known gpaw52;
	u32 tsc_khz; /* 0: unknown, or they differ */
	bool has_policy;
	enum tdxcpuid_policy policy; /* of KVM, unless that is unknown or they differ */
	struct word attributes;
	struct word xfam;
	u32 nr_slots;
	struct fleet_slot *slot; /* in order of leaf and index */
	json_t *native;		 /* NULL: unknown, or they differ */
	struct names without;	 /* the hosts that have no TDX */
	u64 snp;		 /* dumps with SEV-SNP: the next two are about them */
	struct names snp_names;
	struct versions firmwares;
	struct versions kernels;
	struct versions microcodes;
};

static inline u64 all_have(const struct word *w)
{
	return w->some & ~w->lacked;
}

/* No subleaf is null, which is read as 0, or 0xffffffff. */
static inline u32 fleet_index(u32 index)
{
	return index == NO_SUBLEAF ? 0 : index;
}

/* fleet.c */
void names_add(struct names *names, const char *name);
void versions_add(struct versions *v, const char *text, u64 dumps); /* NULL: unknown */
/* The version that all @dumps have, or NULL. */
const char *versions_same(const struct versions *v, u64 dumps);
/* The slot of that label, which is made if need be; NULL: there are too many. */
struct fleet_slot *fleet_slot(struct fleet *f, u32 leaf, u32 index);
struct lack *word_lack(struct word *w, u32 bit);
/* Whether these are the same hosts, as far as they are known. */
bool lack_same(const struct lack *a, const struct lack *b);
/* The bits of @w that the hosts of @lack lack. */
u64 word_lacked_by(const struct word *w, const struct lack *lack);
/* Add @part to @f; -1: that is more than there is room for, and @f is as it was. */
int fleet_merge(struct fleet *f, const struct fleet *part, struct trouble *t);
void fleet_free(struct fleet *f);

/* fleet_in.c */

/* What reading a host takes, made once for all of them. */
struct fleet_reader {
	struct request *request;
	struct cpu_in *cpu;
	u32 nr_known;
	json_t *known[8]; /* CPUs that need not be looked at again */
};

/* A dump or a baseline; *fleet is empty before, and to be freed in any case. */
int fleet_parse(struct fleet_reader *r, struct fleet *f, const char *data, size_t size,
		struct trouble *t);
void fleet_reader_free(struct fleet_reader *r);

/* baseline_in.c, baseline_json.c, baseline_text.c: what tdxcpuid baseline writes of one */
int baseline_read(struct fleet *f, const struct reader *whole);
void fleet_out(struct out *j, const struct fleet *f);
void fleet_to_text(const struct fleet *f);
struct tdxcpuid_bits fleet_bits(const struct fleet_slot *slot, int reg, u32 mask);

/* baseline_lacks.c */
void fleet_lacks_to_text(const struct fleet *f);

#endif
