// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Runs a fuzz target without libFuzzer: on files, on the files of directories,
 * and on seeded noise.
 * Usage: replay [--random TIMES] [FILE|DIRECTORY]...
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t buffer[1 << 20];
static unsigned long runs;

static int replay(const char *path)
{
	FILE *file;
	DIR *dir = opendir(path);
	size_t size;

	if (dir) {
		struct dirent *entry;
		char name[4096];
		int ret = 0;

		while ((entry = readdir(dir))) {
			if (entry->d_name[0] == '.')
				continue;
			snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
			ret |= replay(name);
		}
		closedir(dir);
		return ret;
	}

	file = fopen(path, "rb");
	if (!file) {
		perror(path);
		return 2;
	}
	size = fread(buffer, 1, sizeof(buffer), file);
	fclose(file);
	LLVMFuzzerTestOneInput(buffer, size);
	runs++;
	return 0;
}

static uint64_t next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void noise(unsigned long times)
{
	uint64_t state = 0x9e3779b97f4a7c15;

	while (times--) {
		size_t size = next(&state) % (1u << next(&state) % 13);

		for (size_t i = 0; i < size; i++)
			buffer[i] = next(&state) >> 32;
		LLVMFuzzerTestOneInput(buffer, size);
		runs++;
	}
}

int main(int argc, char **argv)
{
	int ret = 0;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--random") && i + 1 < argc)
			noise(strtoul(argv[++i], NULL, 0));
		else
			ret |= replay(argv[i]);
	}

	printf("ok 1 - %lu inputs\n1..1\n", runs);
	return ret;
}
