// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The verbs and their options: the tables that parsing, help and completion are made of. */
#include <getopt.h>
#include <stdlib.h>
#include <strings.h>

#include "input.h"
#include "near.h"
#include "options.h"
#include "print.h"

/* clang-format off */
const struct verb verbs[] = {
	{ "caps", CAPS, "", VALUE_NONE, 0, 0, cmd_caps,
	  "What userspace may configure; what the policy hid and why.",
	  "tdxcpuid caps --module 2.0.18 --cpu gnr" },
	{ "check", CHECK, "REQUEST", VALUE_FILE, 1, 1, cmd_check,
	  "Would KVM_TDX_INIT_VM accept the request; what the TD gets; do the vCPUs agree.",
	  "tdxcpuid request +waitpkg >request.txt\ntdxcpuid check request.txt" },
	{ "request", REQUEST, "[+BIT|-BIT]...", VALUE_CHANGE, 0, 1 << 20, cmd_request,
	  "A request to begin with, as a VMM's '-cpu host' would make it; edit it, check it.",
	  "tdxcpuid request --module 2.0.18 --cpu gnr -amx >request.txt" },
	{ "explain", EXPLAIN, "WHAT...", VALUE_BIT, 1, 1 << 20, cmd_explain,
	  "A bit, register or family (waitpkg, 0x7.0.ecx, tsx, xfam.17): what a TD has of it, and why.",
	  "tdxcpuid explain waitpkg 0x7.0.ecx tsx amx" },
	{ "diff", DIFF, "A B", VALUE_MODULE, 2, 2, cmd_diff,
	  "Two modules: bits that changed class, and what an update without reboot does.",
	  "tdxcpuid diff 1.5.34 2.0.18" },
	{ "decode", DECODE, "STATUS...", VALUE_NONE, 1, 1 << 20, cmd_decode,
	  "A status of the TDX module, with RCX and RDX if known, or a line of a log in words.",
	  "tdxcpuid decode 0xc000010000000045 0x7" },
	{ "run", RUN, "-- VMM...", VALUE_FILE, 1, 1 << 20, cmd_run,
	  "Start a program, a VMM, on a simulated TDX host; what became of its TDs.",
	  "tdxcpuid run --record lists -- qemu-system-x86_64 -accel kvm ..." },
	{ "dump", DUMP, "", VALUE_NONE, 0, 0, cmd_dump,
	  "This host, or a modelled one, as JSON for --host elsewhere; of --cpu alone a profile.",
	  "tdxcpuid dump --module 1.5.34 --cpu gnr >host.json\ntdxcpuid check --host host.json request.txt" },
	{ "list", LIST, "", VALUE_NONE, 0, 0, cmd_list,
	  "Which modules, CPUs and policies there are.",
	  "tdxcpuid list" },
	{ "baseline", BASELINE, "DUMP...", VALUE_FILE, 1, 1 << 20, cmd_baseline,
	  "What all of these hosts can give a TD, and who takes what away.",
	  "tdxcpuid baseline *.json" },
	{ "fits", FITS, "REQUEST DUMP...", VALUE_FILE, 2, 1 << 20, cmd_fits,
	  "Which of these hosts would accept the request.",
	  "tdxcpuid fits request.txt *.json" },
	{ "atlas", ATLAS, "", VALUE_NONE, 0, 0, cmd_atlas,
	  "Every bit, module, CPU and verdict as one HTML page.",
	  "tdxcpuid atlas >atlas.html" },
	{ "export", EXPORT, "FORMAT", VALUE_EXPORT, 1, 1, cmd_export,
	  "This host for others: nfd (node-feature-discovery) or prometheus (node exporter).",
	  "tdxcpuid export prometheus --host host.json" },
	{ "completion", COMPLETION, "SHELL", VALUE_SHELL, 1, 1, cmd_completion,
	  "What bash or zsh needs to complete the words of this tool.",
	  "eval \"$(tdxcpuid completion bash)\"" },
	{ NULL, 0, NULL, VALUE_NONE, 0, 0, NULL, NULL, NULL },
};

const struct option_row option_rows[] = {
	{ "module", 'm', "M", VALUE_MODULE, CAPS | CHECK | REQUEST | EXPLAIN | RUN,
	  "TDX module: a version, what a host prints of it, or a JSON file (default " TDXCPUID_DEFAULT_MODULE
	  ")" },
	{ "module", 'm', "M", VALUE_MODULE, DUMP | EXPORT,
	  "a modelled host: its TDX module, a version, what a host prints of it, or a JSON file" },
	{ "module", 'm', "M", VALUE_MODULE, FITS,
	  "with this TDX module instead of the hosts' own: would they still accept after an update?" },
	{ "module", 'm', "M", VALUE_MODULE, ATLAS,
	  "a column for this TDX module, a version or a JSON file; may be repeated" },
	{ "cpu", 'c', "P", VALUE_CPU, CAPS | CHECK | REQUEST | EXPLAIN | RUN,
	  "CPU profile by name, native (this machine), or a file: tdxcpuid-formats(5) (default "
	  TDXCPUID_DEFAULT_CPU ")" },
	{ "cpu", 'c', "P", VALUE_CPU, DUMP | EXPORT,
	  "and its CPU, by name, native (this machine), or a file: tdxcpuid-formats(5)" },
	{ "policy", 'p', "NAME", VALUE_POLICY, CAPS | CHECK | REQUEST | EXPLAIN | RUN,
	  "allowlist, linux-7.3 (today's denylist) or none (default allowlist)" },
	{ "policy", 'p', "NAME", VALUE_POLICY, DUMP | EXPORT,
	  "and the policy of its KVM: allowlist, linux-7.3 (today's denylist) or none" },
	{ "policy", 'p', "NAME", VALUE_POLICY, FITS,
	  "with --module: allowlist, linux-7.3 or none instead of the policy of the hosts' KVM" },
	{ "kvm", 'k', NULL, VALUE_NONE, CAPS | CHECK | REQUEST | EXPLAIN,
	  "ask the KVM of this host instead of a model" },
	{ "kvm", 'k', NULL, VALUE_NONE, EXPORT, "ask the KVM of this host (default)" },
	{ "host", 'H', "FILE", VALUE_FILE, CAPS | CHECK | REQUEST | EXPLAIN | EXPORT,
	  "a host that tdxcpuid dump has written down instead" },
	{ "host", 'H', "FILE", VALUE_FILE, ATLAS,
	  "a column for a host that tdxcpuid dump has written down; may be repeated" },
	{ "vcpu", 'v', "FILE", VALUE_FILE, CHECK,
	  "compare what KVM_SET_CPUID2 is given with what the TD has; may be repeated" },
	{ "mode", 0, "MODE", VALUE_MODE, CHECK,
	  "overlap: a vCPU may leave out entries (default); superset: it may not; strict: what the "
	  "module lets configure is compared though KVM does not report it" },
	{ "snp-page", 's', "FILE", VALUE_FILE, CHECK,
	  "instead of REQUEST: the CPUID page of an SEV-SNP guest; --cpu or --host: whose firmware judges it" },
	{ "corrected", 'C', "FILE", VALUE_FILE, CHECK,
	  "write the page that SEV-SNP firmware hands back when it refuses one" },
	{ "supported", 'S', "LIST", VALUE_FILE, CHECK,
	  "instead of REQUEST: KVM_GET_SUPPORTED_CPUID, or a dump, for the vCPUs of an ordinary VM" },
	{ "all", 'a', NULL, VALUE_NONE, CHECK,
	  "also list what is left off, what is fixed, and the CPUID of the TD" },
	{ "quiet", 'q', NULL, VALUE_NONE, CHECK, "no output: the exit status is the answer" },
	{ "strict", 0, NULL, VALUE_NONE, CHECK, "undecided has an exit status of its own, 3" },
	{ "batch", 'b', NULL, VALUE_NONE, CHECK,
	  "one JSON request a line in (default: standard input), one answer a line out" },
	{ "brief", 0, NULL, VALUE_NONE, CHECK, "with --batch: the verdict and the first reason only" },
	{ "report", 'o', "FILE", VALUE_FILE, RUN, "also write the report as JSON" },
	{ "output", 'o', "FILE", VALUE_FILE, EXPORT,
	  "write this file, whole or not at all, instead of standard output" },
	{ "record", 'r', "DIR", VALUE_FILE, RUN, "write the lists that the program hands over, for check" },
	{ "fail", 'f', "CALL=WHAT", VALUE_NONE, RUN,
	  "INIT_VM=module:STATUS[,rcx=N], CREATE_VCPU=ENOMEM[,call=N]; may be repeated" },
	{ "stop", 'x', NULL, VALUE_NONE, RUN,
	  "end the program at the first refusal; exit status 1" },
	{ "attributes", 'A', "N", VALUE_NONE, REQUEST,
	  "ATTRIBUTES of the TD (default: SEPT_VE_DISABLE where KVM has it, as QEMU does)" },
	{ "xfam", 'X', "N", VALUE_NONE, REQUEST,
	  "XFAM of the TD (default: all that KVM supports); features without it are left off" },
	{ "name", 'n', "NAME", VALUE_NONE, DUMP, "what to call the host (default: what it calls itself)" },
	{ "color", 0, "WHEN", VALUE_COLOUR, ALL & ~(REQUEST | DUMP | COMPLETION | ATLAS | EXPORT),
	  "auto (default: on a terminal, unless NO_COLOR is set), always or never" },
	{ "json", 'j', NULL, VALUE_NONE, ALL & ~(DUMP | COMPLETION | RUN | ATLAS | EXPORT), "answer in JSON" },
	{ "help", 'h', NULL, VALUE_NONE, ALL, "print this and exit" },
	{ NULL, 0, NULL, VALUE_NONE, 0, NULL },
};
/* clang-format on */

static int option_value(size_t row)
{
	return option_rows[row].letter ? option_rows[row].letter : 256 + (int)row;
}

int try_help(const struct verb *verb)
{
	if (are_messages_json())
		return EXIT_BAD;
	message("Try 'tdxcpuid%s%s --help'.", verb ? " " : "", verb ? verb->name : "");
	return EXIT_BAD;
}

/* Which of the names the value of @option is, whatever its case; -1: it has complained. */
static int choose(const struct verb *verb, const char *option, const char *value,
		  const char *const names[], size_t nr)
{
	char text[NEAR_TEXT_MAX], known[128] = "";
	struct near near;

	near_begin(&near, value);
	for (size_t i = 0; i < nr; i++) {
		size_t used = strlen(known);

		if (!strcasecmp(value, names[i]))
			return i;
		near_try(&near, names[i]);
		snprintf(known + used, sizeof(known) - used, "%s%s", i ? ", " : "", names[i]);
	}
	if (*near_text(&near, text))
		message("tdxcpuid %s: --%s: there is no '%.80s'%s", verb->name, option, value,
			text);
	else
		message("tdxcpuid %s: --%s: there is no '%.80s'; known: %s", verb->name, option,
			value, known);
	return -1;
}

static int parse_mode(const struct verb *verb, const char *name, struct options *o)
{
	static const char *const names[] = {
		[MODE_OVERLAP] = "overlap",
		[MODE_SUPERSET] = "superset",
		[MODE_STRICT] = "strict",
	};
	int mode = choose(verb, "mode", name, names, ARRAY_SIZE(names));

	o->mode = mode < 0 ? MODE_OVERLAP : mode;
	return mode < 0 ? EXIT_BAD : -1;
}

static int parse_colour(const struct verb *verb, const char *name)
{
	static const char *const names[] = {
		[COLOUR_AUTO] = "auto",
		[COLOUR_ALWAYS] = "always",
		[COLOUR_NEVER] = "never",
	};
	int colour = choose(verb, "color", name, names, ARRAY_SIZE(names));

	if (colour < 0)
		return EXIT_BAD;
	print_colour(colour);
	return -1;
}

static int parse_policy(const struct verb *verb, const char *name, struct options *o)
{
	const char *names[TDXCPUID_NONE + 1];
	int policy;

	for (policy = 0; policy <= TDXCPUID_NONE; policy++)
		names[policy] = tdxcpuid_policy_name((enum tdxcpuid_policy)policy);
	policy = choose(verb, "policy", name, names, ARRAY_SIZE(names));
	if (policy < 0)
		return EXIT_BAD;
	o->policy = policy;
	o->has_policy = true;
	return -1;
}

static void unknown_option(const struct verb *verb, const char *word)
{
	char text[NEAR_TEXT_MAX], name[64];
	struct near near;

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(word, "="), word);
	near_begin(&near, name);
	for (size_t i = 0; option_rows[i].name; i++) {
		char option[32];

		snprintf(option, sizeof(option), "--%s", option_rows[i].name);
		if (option_rows[i].verbs & verb->bit)
			near_try(&near, option);
	}
	near_text(&near, text);
	if (verb->bit == RUN && !strcmp(name, "--json"))
		snprintf(text, sizeof(text), "; --report FILE writes the report as JSON");
	message("tdxcpuid %s: unrecognized option '%s'%s", verb->name, word, text);
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
		unknown_option(verb, word);
	return try_help(verb);
}

/* The rows of @verb as getopt_long() has them. */
struct getopt_rows {
	struct option longs[ARRAY_SIZE(option_rows) + 1];
	char shorts[2 * ARRAY_SIZE(option_rows) + 3];
};

static void getopt_rows(const struct verb *verb, struct getopt_rows *rows)
{
	size_t n = 0;

	*rows = (struct getopt_rows){ 0 };
	/* What follows the program's name is the program's. */
	strcpy(rows->shorts, verb->bit == RUN ? "+:" : ":");
	for (size_t i = 0; option_rows[i].name; i++) {
		const struct option_row *row = &option_rows[i];
		size_t used = strlen(rows->shorts);

		if (!(row->verbs & verb->bit))
			continue;
		rows->longs[n++] =
			(struct option){ row->name, row->arg ? required_argument : no_argument,
					 NULL, option_value(i) };
		if (row->letter)
			snprintf(rows->shorts + used, sizeof(rows->shorts) - used, "%c%s",
				 row->letter, row->arg ? ":" : "");
	}
}

/* ATTRIBUTES or XFAM of a request. */
static int parse_field(const char *name, const char *value, bool *has, u64 *number)
{
	*has = true;
	if (parse_u64(value, number))
		return -1;
	message("tdxcpuid request: --%s: '%.80s' is no number up to 0x%llx (0x..., or decimal)",
		name, value, ~0ULL);
	return EXIT_BAD;
}

/* One without a letter, likewise. */
static int take_long(const struct verb *verb, const char *name, const char *value,
		     struct options *o)
{
	if (!strcmp(name, "mode"))
		return parse_mode(verb, value, o);
	if (!strcmp(name, "color"))
		return parse_colour(verb, value);
	if (!strcmp(name, "brief"))
		o->brief = true;
	if (!strcmp(name, "strict"))
		o->strict = true;
	return -1;
}

/* -1: go on; else the exit status. */
static int take_option(const struct verb *verb, int letter, const char *value, struct options *o)
{
	switch (letter) {
	case 'm':
		o->module = o->modules[o->nr_modules++] = value;
		break;
	case 'c':
		o->cpu = value;
		break;
	case 'p':
		return parse_policy(verb, value, o);
	case 'v':
		o->vcpus[o->nr_vcpus++] = value;
		break;
	case 's':
		o->snp_page = value;
		break;
	case 'C':
		o->corrected = value;
		break;
	case 'S':
		o->supported = value;
		break;
	case 'A':
		return parse_field("attributes", value, &o->has_attributes, &o->attributes);
	case 'X':
		return parse_field("xfam", value, &o->has_xfam, &o->xfam);
	case 'k':
		o->kvm = true;
		break;
	case 'H':
		o->host = o->hosts[o->nr_hosts++] = value;
		break;
	case 'b':
		o->batch = true;
		break;
	case 'j':
		o->json = true;
		break;
	case 'o':
		o->output = value;
		break;
	case 'r':
		o->record = value;
		break;
	case 'f':
		o->fails[o->nr_fails++] = value;
		break;
	case 'n':
		o->name = value;
		break;
	case 'x':
		o->stop = true;
		break;
	case 'a':
		o->lists = true;
		break;
	case 'q':
		o->quiet = true;
		break;
	case 'h':
		verb_help(verb);
		return 0;
	default:
		return take_long(verb, option_rows[letter - 256].name, value, o);
	}
	return -1;
}

/* What a dump can have, and who reads it takes. */
static bool is_name(const char *name)
{
	const char *at = name;
	u32 length;

	while (*at && (length = utf8_length(at)))
		at += length;
	return at > name && !*at && at - name < SHORT_TEXT;
}

/* What does not go together. */
static int check_options(const struct verb *verb, const struct options *o)
{
	bool model = o->module || o->cpu || o->has_policy;
	bool no_request = o->snp_page || o->supported;

	if (verb->bit != ATLAS && (o->kvm || o->host) && (model || (o->kvm && o->host)))
		message("tdxcpuid %s: --kvm, --host and a model (--module, --cpu, --policy) "
			"exclude each other",
			verb->name);
	else if (o->name && !is_name(o->name))
		message("tdxcpuid dump: --name takes 1 to %u bytes of UTF-8", SHORT_TEXT - 1);
	else if (o->name && o->cpu && !o->module && !o->has_policy)
		message("tdxcpuid dump: --name is a host's, and --cpu alone a profile");
	else if (verb->bit == FITS && o->has_policy && !o->module)
		message("tdxcpuid fits: --policy goes with --module");
	else if (o->supported && (model || o->kvm || o->host || o->snp_page || o->mode))
		message("tdxcpuid check: --supported goes with --vcpu and --json only");
	else if (no_request && o->nr_args)
		message("tdxcpuid check: %s stands instead of REQUEST",
			o->snp_page ? "--snp-page" : "--supported");
	else if (o->nr_args < verb->min_args && !no_request && !o->batch)
		message("tdxcpuid %s: expected %s", verb->name, verb->args);
	else if (o->nr_args > verb->max_args)
		message("tdxcpuid %s: unexpected argument '%.80s'; expected %s", verb->name,
			o->args[verb->max_args], verb->max_args ? verb->args : "no arguments");
	else if (o->brief && !o->batch)
		message("tdxcpuid check: --brief goes with --batch");
	else if (o->batch && (o->nr_vcpus || no_request))
		message("tdxcpuid check: --batch goes without --vcpu, --snp-page and --supported");
	else if (o->supported && !o->nr_vcpus)
		message("tdxcpuid check: --supported needs a --vcpu");
	else if (o->snp_page && (o->module || o->has_policy || o->kvm))
		message("tdxcpuid check: --snp-page goes with --cpu or --host, and without --module, "
			"--policy and --kvm");
	else if (o->corrected && !(o->snp_page && (o->cpu || o->host)))
		message("tdxcpuid check: --corrected needs --snp-page, and --cpu or --host");
	else
		return -1;
	return try_help(verb);
}

/* -BIT looks like options: put it and +BIT last.  Returns how many words are in front. */
static int sort_changes(int argc, char **argv)
{
	char **change = xcalloc(argc, sizeof(*change));
	int nr = 0, left = 0;

	for (int i = 0; i < argc; i++) {
		const char *word = argv[i];

		if (*word == '+' || (*word == '-' && word[1] && word[1] != '-' && word[2]))
			change[nr++] = argv[i];
		else
			argv[left++] = argv[i];
	}
	memcpy(argv + left, change, nr * sizeof(*change));
	free(change);
	return left;
}

int parse_options(const struct verb *verb, int argc, char **argv, struct options *o)
{
	struct getopt_rows rows;
	int letter, status, words = verb->bit == REQUEST ? sort_changes(argc, argv) : argc;

	getopt_rows(verb, &rows);
	opterr = 0;
	while ((letter = getopt_long(words, argv, rows.shorts, rows.longs, NULL)) != -1) {
		if (letter == '?' || letter == ':')
			return wrong_option(verb, letter, argv[optind - 1]);
		status = take_option(verb, letter, optarg, o);
		if (status >= 0)
			return status;
	}
	o->args = argv + optind;
	o->nr_args = argc - optind;
	return check_options(verb, o);
}
