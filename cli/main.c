// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Finds the verb and runs it. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "options.h"
#include "print.h"
#include "target.h"

/* Find the verb and run it. */
static int run_verb(int argc, char **argv)
{
	const struct verb *verb = NULL;
	struct options o = { .all = argv };
	int status;

	if (argc < 2) {
		message("tdxcpuid: expected a verb");
		return try_help(NULL);
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
		tool_help();
		return 0;
	}
	if (!strcmp(argv[1], "--version")) {
		print("tdxcpuid " VERSION "\n");
		return 0;
	}
	for (size_t i = 0; verbs[i].name; i++) {
		if (!strcmp(verbs[i].name, argv[1]))
			verb = &verbs[i];
	}
	if (!verb) {
		message("tdxcpuid: unknown verb '%s'", argv[1]);
		return try_help(NULL);
	}

	/* No more vCPUs than arguments. */
	o.vcpus = xcalloc(argc, sizeof(*o.vcpus));
	o.fails = xcalloc(argc, sizeof(*o.fails));
	status = parse_options(verb, argc - 1, argv + 1, &o);
	if (status < 0)
		status = verb->run(&o);
	load_free();
	free(o.fails);
	free(o.vcpus);
	return status;
}

/* What is opened must not become standard output by chance: writing to it has to fail. */
static void fill_standard_files(void)
{
	for (int fd = 0; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0)
			open("/dev/null", (fd ? O_RDONLY : O_WRONLY) | O_CLOEXEC);
	}
}

int main(int argc, char **argv)
{
	int status;

	fill_standard_files();
	memory_init();
	status = run_verb(argc, argv);
	/* No half of an answer. */
	if (status != EXIT_BAD)
		print_flush();
	return status;
}
