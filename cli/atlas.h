/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the files of tdxcpuid atlas share: its rows, which explain refers to, and its columns. */
#ifndef ATLAS_H
#define ATLAS_H

#include "target.h"

/* ---- atlas_rows.c ---- */

/* A bit, or the bits of a number that all modules treat alike. */
struct atlas_row {
	struct tdxcpuid_bit bit; /* the lowest */
	int nr_bits;
	const char *field; /* what the number is called; NULL: no number, or one without a name */
};

/* The built-in modules, and those that are asked about besides. */
struct atlas_modules {
	u32 nr;
	const struct tdxcpuid_module *const *more;
};

const struct tdxcpuid_module *atlas_module(const struct atlas_modules *modules, u32 n);
/* The rows of a register: bits that a module lets configure or the allowlist lists; the GPAW. */
u32 atlas_register(const struct atlas_modules *modules, const struct tdxcpuid_bit *in,
		   struct atlas_row rows[32]);
/* Of KVM's own field, which no module has: the width of guest physical addresses. */
bool atlas_is_gpaw(const struct tdxcpuid_bit *bit);
#define ANCHOR_MAX  40
#define ANCHOR_FROM 2 /* of register_text(): without 0x, as links have it */
/* "7.0.ecx.5": the row that @bit stands in, without modules from files; NULL if in none. */
const char *atlas_anchor(const struct tdxcpuid_bit *bit, char anchor[ANCHOR_MAX]);

/* ---- atlas.c ---- */

enum column_kind {
	COLUMN_MODULE, /* and those below it with equal tables */
	COLUMN_HOST,
	COLUMN_CPU,
	COLUMN_QEMU,
};

struct column {
	enum column_kind kind;
	const char *from, *to; /* what it is called; @to NULL: one name */
	char *name;	       /* of a host: @from, to be freed */
	const char *file;      /* that it was read from */
	u32 line;	       /* versions that follow one another have the same */
	const struct tdxcpuid_module *module;
	const struct target *host;
	const struct tdxcpuid_cpu *cpu;
	const struct column *same; /* built-in versions that no row tells it from; NULL: none */
};

#define SOURCES_MAX 8

struct atlas {
	struct atlas_modules modules;
	u32 nr_columns;
	struct column *columns;
	u32 nr_places;
	struct tdxcpuid_bit *places; /* registers, of which bit is not used */
	u32 date;		     /* of the newest table, as 20260330 */
	const struct target *qemu_host;
	const struct kvm_cpuid_entry2 *qemu; /* what QEMU requested on it */
	u32 nr_qemu;
	const char *sources[SOURCES_MAX]; /* of the verdicts, as they come */
};

/* ---- atlas_html.c ---- */
void print_atlas(struct atlas *atlas);
/* Text of others: into HTML, whatever it is. */
void put_html(const char *text);

/* ---- atlas_head.c ---- */
u32 count_columns(const struct atlas *a, enum column_kind kind);
/* Whether its KVM creates no TD. */
bool has_no_tdx(const struct column *host);
/* Each prints a part of the page, and nothing where there is nothing to say. */
void print_narrow(struct atlas *a);
void print_labels(struct atlas *a);
void print_table_class(struct atlas *a);
void print_hosts(struct atlas *a);
void print_head(struct atlas *a);

/* ---- atlas_cell.c ---- */
void print_cells(const struct atlas *a, const struct atlas_row *row);
void print_legend(struct atlas *a);

#endif
