/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What an export says of a host, whoever it is for. */
#ifndef EXPORT_H
#define EXPORT_H

#include "snapshot.h"

struct export
{
	const struct target *host; /* NULL: it has no TDX */
	const struct snapshot_snp *snp;
	const char *module; /* versions; "": unknown */
	const char *kernel;
	const char *microcode;
	/* Slots that differ in place or bits only are told by it. */
	u64 hash;
	u32 nr_slots;
	struct tdxcpuid_slot slots[TDXCPUID_MAX_SLOTS];
};

/* Those of the bits that userspace may set that are features, not parts of a number. */
u32 exported_bits(const struct tdxcpuid_slot *slot, int reg);

/* Print it; -1: they have complained. */
int export_nfd(const struct export *e);
int export_prometheus(const struct export *e);

#endif
