/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What holds for every answer of the library. */
#ifndef FUZZ_ANSWER_H
#define FUZZ_ANSWER_H

#include <tdxcpuid.h>

#include "fuzz.h"

/*
 * An answer grows with the request and not beyond: an entry is at fault once as a whole and
 * once a register; a register of a slot once by the module and once by a stray entry.
 */
static inline uint32_t most_violations(uint32_t nent)
{
	return 5 * nent + 8 * TDXCPUID_MAX_SLOTS + 16;
}

static inline void check_list(const struct tdxcpuid_violation *list, uint32_t nr, uint32_t nent)
{
	must(nr <= most_violations(nent));
	for (uint32_t i = 0; i < nr; i++) {
		const struct tdxcpuid_violation *v = &list[i];

		must(v->entry == TDXCPUID_NOWHERE || (uint32_t)v->entry < nent);
		must(v->entry < 0 || v->entry + v->more < nent);
		must(v->slot >= TDXCPUID_NOWHERE && v->slot < TDXCPUID_MAX_SLOTS);
		must(v->reg >= TDXCPUID_NOWHERE && v->reg <= TDXCPUID_EDX);
		must(v->reg == TDXCPUID_NOWHERE || (v->mask >> 32) == 0);
		must(*v->text && strlen(v->text) < TDXCPUID_TEXT_MAX);
		must(v->fix && strlen(v->fix) < TDXCPUID_TEXT_MAX);
	}
}

/* @nent: entries of the list that was judged. */
static inline void check_answer(const struct tdxcpuid_answer *a, uint32_t nent)
{
	/* KVM takes any vCPU of an ordinary VM, and the library need not. */
	must(!a->error || a->verdict == TDXCPUID_REJECTED);
	must(a->error <= 0 && (a->verdict != TDXCPUID_UNDECIDED || a->unknown));
	must(*a->text && strlen(a->text) < TDXCPUID_TEXT_MAX);
	check_list(a->violations, a->nr_violations, nent);
	check_list(a->notes, a->nr_notes, nent);
	must(a->nr_effective <= TDXCPUID_MAX_LOOKUP && a->nr_exempt <= 4 * nent);
	must(a->nr_unflagged <= nent);
	must(a->lost.nr <= 4 * TDXCPUID_MAX_LOOKUP && a->forced.nr <= 4 * TDXCPUID_MAX_LOOKUP);
}

/* The same, told twice: what is compared has no addresses in it. */
static inline bool same_answer(const struct tdxcpuid_answer *a, const struct tdxcpuid_answer *b)
{
	if (a->verdict != b->verdict || a->error != b->error || a->status != b->status ||
	    a->hw_error != b->hw_error || a->nr_violations != b->nr_violations ||
	    a->nr_effective != b->nr_effective || a->lost.nr != b->lost.nr ||
	    strcmp(a->text, b->text) != 0)
		return false;
	for (uint32_t i = 0; i < a->nr_violations; i++) {
		if (strcmp(a->violations[i].text, b->violations[i].text) != 0)
			return false;
	}
	return !a->nr_effective ||
	       !memcmp(a->effective, b->effective, a->nr_effective * sizeof(*a->effective));
}

#endif
