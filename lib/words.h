/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the sentences of violations share. */
#ifndef LIB_WORDS_H
#define LIB_WORDS_H

#include "internal.h"
#include "text.h"
#include "../kvm/kvm_snp.h"

/* As tdxcpuid explain takes it: 7.0.ecx, or 1.ecx. */
void add_place(struct text *t, u32 leaf, u32 subleaf, int reg);
/* The names of the bits at fault. */
void add_bits(struct text *t, const struct tdxcpuid_violation *v);

/* Of an SEV-SNP guest, enum kvm_snp_rule. */
void snp_words(const struct tdxcpuid_violation *v, struct text *t, struct text *f);

#endif
