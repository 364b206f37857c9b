// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli.h"

enum { CAPS = 1, CHECK = 2, EXPLAIN = 4, DIFF = 8, DECODE = 16, DUMP = 32, COMPLETION = 64,
       RUN = 128, ALL = 255 };

const struct verb verbs[] = {
	{ "caps", CAPS, "", VALUE_NONE, 0, 0, cmd_caps,
	  "What userspace may configure; what the policy hid and why." },
	{ "check", CHECK, "REQUEST", VALUE_FILE, 1, 1, cmd_check,
	  "Would KVM_TDX_INIT_VM accept the request; what the TD gets; do the vCPUs agree." },
	{ "explain", EXPLAIN, "BIT", VALUE_BIT, 1, 1, cmd_explain,
	  "One bit, such as waitpkg or 7.0.ecx.5: verdict, reason, which modules offer it." },
	{ "diff", DIFF, "A B", VALUE_MODULE, 2, 2, cmd_diff,
	  "Two modules: bits that changed class, and what an update without reboot does." },
	{ "decode", DECODE, "STATUS [RCX]", VALUE_NONE, 1, 2, cmd_decode,
	  "A status of the TDX module in words." },
	{ "run", RUN, "-- VMM...", VALUE_FILE, 1, 1 << 20, cmd_run,
	  "Start a program, a VMM, on a simulated TDX host; what became of its TDs." },
	{ "dump", DUMP, "", VALUE_NONE, 0, 0, cmd_dump,
	  "This host's capabilities and CPUID as JSON, for --host on another machine." },
	{ "completion", COMPLETION, "SHELL", VALUE_SHELL, 1, 1, cmd_completion,
	  "What bash or zsh needs to complete the words of this tool." },
	{ NULL, 0, NULL, VALUE_NONE, 0, 0, NULL, NULL },
};

const struct option_row option_rows[] = {
	{ "module", 'm', "M", VALUE_MODULE, CAPS | CHECK | RUN,
	  "version of the TDX module, or a JSON file that describes one (default " TDXCPUID_DEFAULT_MODULE
	  ")" },
	{ "cpu", 'c', "P", VALUE_CPU, CAPS | CHECK | RUN,
	  "CPU profile by name, or a JSON file with one (default " TDXCPUID_DEFAULT_CPU ")" },
	{ "policy", 'p', "NAME", VALUE_POLICY, CAPS | CHECK | RUN,
	  "allowlist, linux-7.3 (today's denylist) or none (default allowlist)" },
	{ "kvm", 'k', NULL, VALUE_NONE, CAPS | CHECK,
	  "ask the KVM of this host instead of a model" },
	{ "host", 'H', "FILE", VALUE_FILE, CAPS | CHECK,
	  "a host that tdxcpuid dump has written down, likewise" },
	{ "vcpu", 'v', "FILE", VALUE_FILE, CHECK,
	  "compare what KVM_SET_CPUID2 is given with what the TD has; may be repeated" },
	{ "mode", 0, "MODE", VALUE_MODE, CHECK,
	  "overlap: a vCPU may leave out entries (default); superset: it may not" },
	{ "snp-page", 's', "FILE", VALUE_FILE, CHECK,
	  "instead of REQUEST: the CPUID page of an SEV-SNP guest, to compare vCPUs with" },
	{ "batch", 'b', NULL, VALUE_NONE, CHECK,
	  "one JSON request a line in (default: standard input), one answer a line out" },
	{ "report", 'o', "FILE", VALUE_FILE, RUN, "also write the report as JSON" },
	{ "record", 'r', "DIR", VALUE_FILE, RUN, "write the lists that the program hands over, for check" },
	{ "fail", 'f', "CALL=WHAT", VALUE_NONE, RUN,
	  "INIT_VM=module:STATUS[,rcx=N], CREATE_VCPU=ENOMEM[,call=N]; may be repeated" },
	{ "stop", 'x', NULL, VALUE_NONE, RUN,
	  "end the program at the first refusal; exit status 1" },
	{ "json", 'j', NULL, VALUE_NONE, ALL & ~(DUMP | COMPLETION | RUN), "answer in JSON" },
	{ "help", 'h', NULL, VALUE_NONE, ALL, "print this and exit" },
	{ NULL, 0, NULL, VALUE_NONE, 0, NULL },
};

static int option_value(size_t row)
{
	return option_rows[row].letter ? option_rows[row].letter : 256 + (int)row;
}

static void tool_help(void)
{
	print_page("Usage: tdxcpuid VERB [OPTION]... [ARGUMENT]...\n"
	       "What CPUID a VMM may set for an Intel TDX guest, and what comes of "
	       "it.\n\nVerbs:\n");
	for (size_t i = 0; verbs[i].name; i++)
		print_page("  %-10s %-13s %s\n", verbs[i].name, verbs[i].args, verbs[i].summary);
	print_page("\n'tdxcpuid VERB --help' lists the options of a verb, 'tdxcpuid --version' says\n"
	       "which tdxcpuid this is.\n"
	       "Exit status: check: 0 accepted, 1 rejected; run: the program's own;\n"
	       "all others: 0; 2 on bad usage or input.\n");
}

static void verb_help(const struct verb *verb)
{
	print_page("Usage: tdxcpuid %s [OPTION]...%s%s\n%s\n\nOptions:\n", verb->name,
	       *verb->args ? " " : "", verb->args, verb->summary);
	for (size_t i = 0; option_rows[i].name; i++) {
		const struct option_row *row = &option_rows[i];
		char text[32];

		if (!(row->verbs & verb->bit))
			continue;
		snprintf(text, sizeof(text), "--%s%s%s", row->name, row->arg ? " " : "",
			 row->arg ? row->arg : "");
		if (row->letter)
			print_page("  -%c, %-14s  %s\n", row->letter, text, row->help);
		else
			print_page("      %-14s  %s\n", text, row->help);
	}
	if (verb->bit == RUN)
		print_page("\nKVM's ioctls never reach the machine's own /dev/kvm. Guest code is not run. Programs\n"
		       "that are setuid gain nothing, debuggers cannot attach, io_uring and 32-bit system\n"
		       "calls are absent. Exit status: the program's own, 128 + N on signal N, 1 with --stop,\n"
		       "2 on bad usage, 126 or 127 if the program cannot be run.\n");
	if (verb->bit == CHECK)
		print_page("\nREQUEST is a file, or - for standard input: text as recorded, or JSON.\n"
		       "Exit status: 0 accepted and consistent, 1 rejected or inconsistent, "
		       "2 on bad usage or input.\n");
}

static int try_help(const struct verb *verb)
{
	message("Try 'tdxcpuid%s%s --help'.", verb ? " " : "", verb ? verb->name : "");
	return EXIT_BAD;
}

static int parse_mode(const char *name, struct options *o)
{
	o->superset = !strcmp(name, "superset");
	if (o->superset || !strcmp(name, "overlap"))
		return 0;
	message("tdxcpuid: unknown mode '%s'; known: overlap, superset", name);
	return -1;
}

/* getopt_long() would say it itself, with the word as it is. */
static int wrong_option(const struct verb *verb, int what, const char *word)
{
	if (what == ':')
		message("tdxcpuid %s: option '%s' requires an argument", verb->name, word);
	else if (strncmp(word, "--", 2))
		message("tdxcpuid %s: invalid option -- '%c'", verb->name, optopt);
	else if (optopt)
		message("tdxcpuid %s: option '%s' takes no argument", verb->name, word);
	else
		message("tdxcpuid %s: unrecognized option '%s'", verb->name, word);
	return try_help(verb);
}

/* -1: go on; else the exit status. */
static int parse_options(const struct verb *verb, int argc, char **argv, struct options *o)
{
	struct option longs[ARRAY_SIZE(option_rows) + 1] = { 0 };
	/* What follows the program's name is the program's. */
	char shorts[2 * ARRAY_SIZE(option_rows) + 3] = "+:";
	bool policy = false;
	size_t n = 0;
	int c;

	for (size_t i = 0; option_rows[i].name; i++) {
		const struct option_row *row = &option_rows[i];

		if (!(row->verbs & verb->bit))
			continue;
		longs[n++] = (struct option){ row->name, row->arg ? required_argument : no_argument,
					      NULL, option_value(i) };
		if (row->letter)
			snprintf(shorts + strlen(shorts), sizeof(shorts) - strlen(shorts), "%c%s",
				 row->letter, row->arg ? ":" : "");
	}

	opterr = 0;
	while ((c = getopt_long(argc, argv, verb->bit == RUN ? shorts : shorts + 1, longs, NULL)) !=
	       -1) {
		switch (c) {
		case 'm':
			o->module = optarg;
			break;
		case 'c':
			o->cpu = optarg;
			break;
		case 'p':
			policy = true;
			if (!tdxcpuid_policy_find(optarg, &o->policy)) {
				message("tdxcpuid: unknown policy '%s'; known: allowlist, "
					"linux-7.3, none",
					optarg);
				return EXIT_BAD;
			}
			break;
		case 'v':
			o->vcpus[o->nr_vcpus++] = optarg;
			break;
		case 's':
			o->snp_page = optarg;
			break;
		case 'k':
			o->kvm = true;
			break;
		case 'H':
			o->host = optarg;
			break;
		case 'b':
			o->batch = true;
			break;
		case 'j':
			o->json = true;
			break;
		case 'o':
			o->report = optarg;
			break;
		case 'r':
			o->record = optarg;
			break;
		case 'f':
			o->fails[o->nr_fails++] = optarg;
			break;
		case 'x':
			o->stop = true;
			break;
		case 'h':
			verb_help(verb);
			return 0;
		case '?':
		case ':':
			return wrong_option(verb, c, argv[optind - 1]);
		default:
			if (parse_mode(optarg, o))
				return try_help(verb);
		}
	}

	if ((o->kvm || o->host) && (o->module || o->cpu || policy || (o->kvm && o->host))) {
		message("tdxcpuid %s: --kvm, --host and a model (--module, --cpu, --policy) "
			"exclude each other",
			verb->name);
		return try_help(verb);
	}

	o->args = argv + optind;
	o->nr_args = argc - optind;
	if (o->snp_page && o->nr_args) {
		message("tdxcpuid check: --snp-page stands instead of REQUEST");
		return try_help(verb);
	}
	if ((o->nr_args < verb->min_args && !o->snp_page && !o->batch) ||
	    o->nr_args > verb->max_args) {
		if (verb->max_args)
			message("tdxcpuid %s: expected %s", verb->name, verb->args);
		else
			message("tdxcpuid %s: expected no arguments", verb->name);
		return try_help(verb);
	}
	if (o->batch && (o->nr_vcpus || o->snp_page)) {
		message("tdxcpuid check: --batch goes without --vcpu and --snp-page");
		return try_help(verb);
	}
	if (o->snp_page && !o->nr_vcpus) {
		message("tdxcpuid check: --snp-page needs a --vcpu");
		return try_help(verb);
	}
	return -1;
}

/* Find the verb and run it. */
static int run_verb(int argc, char **argv)
{
	const struct verb *verb = NULL;
	struct options o = { 0 };
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
