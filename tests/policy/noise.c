// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The policy's fuzz target on seeded noise, for those who do not fuzz.  Usage: noise [RUNS] */
#include <stdlib.h>

#include "../../fuzz/fuzz.h"
#include "../tap.h"

static uint64_t next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

int main(int argc, char **argv)
{
	unsigned int most = argc > 1 ? atoi(argv[1]) : 100000;
	uint64_t state = 0x9e3779b97f4a7c15;
	static uint8_t buffer[4096];
	unsigned int runs;

	for (runs = 0; runs < most; runs++) {
		size_t size = next(&state) % (1u << next(&state) % 13);

		for (size_t i = 0; i < size; i++)
			buffer[i] = next(&state) >> 32;
		LLVMFuzzerTestOneInput(buffer, size);
	}

	tap(true, "%u requests on any slots, as the slow statement has them", runs);
	return tap_end();
}
