/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What all targets have: the promise that ends the program, and numbers out of bytes. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Not assert(): that goes with NDEBUG. */
#define must(promise)                                                                         \
	do {                                                                                  \
		if (!(promise)) {                                                             \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #promise); \
			abort();                                                              \
		}                                                                             \
	} while (0)

/* The input, which reads as zeros behind its end. */
struct bytes {
	const uint8_t *data;
	size_t left;
};

static inline uint8_t take8(struct bytes *b)
{
	if (!b->left)
		return 0;
	b->left--;
	return *b->data++;
}

static inline uint32_t take32(struct bytes *b)
{
	uint32_t v = take8(b);

	v |= (uint32_t)take8(b) << 8;
	v |= (uint32_t)take8(b) << 16;
	return v | (uint32_t)take8(b) << 24;
}

static inline uint64_t take64(struct bytes *b)
{
	uint64_t low = take32(b);

	return low | (uint64_t)take32(b) << 32;
}

/* A field of 64 bits: what is @usual, nothing, all of it, with one bit changed, or anything. */
static inline uint64_t take_field(struct bytes *b, uint64_t usual)
{
	uint8_t code = take8(b);

	switch (code >> 6) {
	case 0:
		return usual;
	case 1:
		return usual ^ 1ULL << (code & 63);
	case 2:
		return code & 1 ? ~0ULL : 0;
	default:
		return take64(b);
	}
}

#endif
