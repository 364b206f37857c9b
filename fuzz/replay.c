// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* main() for compilers without libFuzzer: run each file that is named, as a test. */
#include "fuzz.h"

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		FILE *file = fopen(argv[i], "rb");
		uint8_t *data = malloc(1 << 20);
		size_t size;

		if (!file || !data) {
			perror(argv[i]);
			return 1;
		}
		size = fread(data, 1, 1 << 20, file);
		/* Which one it is that ends the program. */
		fprintf(stderr, "%s\n", argv[i]);
		LLVMFuzzerTestOneInput(data, size);
		fclose(file);
		free(data);
	}
	printf("%d files\n", argc - 1);
	return 0;
}
