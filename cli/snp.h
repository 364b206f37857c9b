/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* tdxcpuid check --snp-page: what is read, what is found, and who tells it. */
#ifndef SNP_H
#define SNP_H

#include "check.h"

#define SNP_PAGE_SIZE 4096

struct snp_check {
	const char *file; /* of the page */
	struct text page;
	const struct tdxcpuid_cpu *cpu; /* NULL: not named */
	struct tdxcpuid_answer *answer;
	u8 corrected[SNP_PAGE_SIZE];
	struct vcpu *vcpus;
	int nr_vcpus;
	struct notes notes;
};

/* A page whose structure is wrong says nothing about the guest. */
bool snp_is_comparable(const struct snp_check *s);
/* Whether the firmware hands back something else than it was given. */
bool snp_is_corrected(const struct snp_check *s);

void snp_to_text(const struct snp_check *s);
void snp_to_json(const struct snp_check *s);

#endif
