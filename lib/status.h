/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the words for a status are made of. */
#ifndef LIB_STATUS_H
#define LIB_STATUS_H

#include "internal.h"

/* NULL: none that is known here. */
const char *msr_name(u32 msr);
/*
 * "CPUID_CONFIG_LEAVES[3]" for the id of a metadata field; false if it is none that is known.
 * An id may also say how many elements or fields are meant; not if @exact.
 */
bool metadata_words(u64 id, bool exact, char *text, size_t size);

#endif
