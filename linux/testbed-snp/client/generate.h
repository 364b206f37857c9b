/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Pages and lists out of a seed: the same everywhere. */
#ifndef TESTBED_GENERATE_H
#define TESTBED_GENERATE_H

#include "snp.h"

struct generator {
	uint64_t state;
};

uint32_t random_below(struct generator *g, uint32_t limit);
/* A machine's page, with a few things that are odd or that firmware refuses. */
void random_page(struct generator *g, const struct snp_cpuid_page *machine,
		 struct snp_cpuid_page *page);
/* One that it takes: leaves left out, bits cleared where that is allowed. */
void random_taken_page(struct generator *g, const struct snp_cpuid_page *machine,
		       struct snp_cpuid_page *page);
/* What a vCPU is told beside that page: more, less, or the same. */
void random_list(struct generator *g, const struct snp_cpuid_page *page, struct cpuid_list *list);

#endif
