// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Finds the verb and runs it. */
#include <fcntl.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

#include "near.h"
#include "options.h"
#include "print.h"
#include "target.h"

static const struct verb *find_verb(const char *name)
{
	for (size_t i = 0; verbs[i].name; i++) {
		if (!strcasecmp(verbs[i].name, name))
			return &verbs[i];
	}
	return NULL;
}

static int unknown_verb(const char *name)
{
	char text[NEAR_TEXT_MAX];
	struct near near;

	near_begin(&near, name);
	for (size_t i = 0; verbs[i].name; i++)
		near_try(&near, verbs[i].name);
	message("tdxcpuid: unknown verb '%s'%s", name, near_text(&near, text));
	return try_help(NULL);
}

static int no_verb(void)
{
	message("tdxcpuid: expected a verb:");
	print_to(STDERR_FILENO);
	list_verbs();
	print_flush();
	return try_help(NULL);
}

/* help [VERB] */
static int help(const char *name)
{
	const struct verb *verb = name ? find_verb(name) : NULL;

	if (name && !verb)
		return unknown_verb(name);
	if (verb)
		verb_help(verb);
	else
		tool_help();
	return 0;
}

/* Find the verb and run it. */
static int run_verb(int argc, char **argv)
{
	struct options o = { .all = argv };
	const struct verb *verb;
	int status;

	if (argc < 2)
		return no_verb();
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help"))
		return help(argv[2]);
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V") ||
	    !strcmp(argv[1], "version")) {
		print("tdxcpuid " VERSION "\n");
		return 0;
	}
	verb = find_verb(argv[1]);
	if (!verb)
		return unknown_verb(argv[1]);

	/* No more of any than arguments. */
	o.modules = xcalloc(argc, sizeof(*o.modules));
	o.hosts = xcalloc(argc, sizeof(*o.hosts));
	o.vcpus = xcalloc(argc, sizeof(*o.vcpus));
	o.fails = xcalloc(argc, sizeof(*o.fails));
	status = parse_options(verb, argc - 1, argv + 1, &o);
	if (status < 0)
		status = verb->run(&o);
	load_free();
	free(o.fails);
	free(o.vcpus);
	free(o.hosts);
	free(o.modules);
	return status;
}

/* Before the options are read, as they may be wrong. */
static bool wants_json(char **argv)
{
	while (*++argv && strcmp(*argv, "--")) {
		if (!strcmp(*argv, "--json") || !strcmp(*argv, "-j"))
			return true;
	}
	return false;
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
	if (argc > 1 && wants_json(argv))
		messages_as_json();
	status = run_verb(argc, argv);
	/* No half of an answer. */
	if (status != EXIT_BAD)
		print_flush();
	return status;
}
