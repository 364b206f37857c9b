// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What check --batch cannot do without: parse each line with jansson.  Usage: parse < LINES */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
	size_t size = 0, lines = 0;
	char *line = NULL;
	ssize_t length;

	while ((length = getline(&line, &size, stdin)) > 0) {
		json_t *json = json_loadb(line, length, JSON_REJECT_DUPLICATES, NULL);

		lines += !!json;
		json_decref(json);
	}
	free(line);
	printf("%zu\n", lines);
	return 0;
}
