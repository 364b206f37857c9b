// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* tdxcpuid completion: what bash and zsh complete, from the tables that --help is made of. */
#include "options.h"
#include "print.h"

/* The words for values of @kind, each behind a blank; files are not among them. */
static void print_words(enum value_kind kind)
{
	struct tdxcpuid_release release;
	char name[TDXCPUID_NAME_MAX];
	const void *item;
	struct tdxcpuid_bit bit;

	switch (kind) {
	case VALUE_MODULE:
		for (u32 n = 0; tdxcpuid_release_nth(n, &release); n++)
			print_page(" %s", release.version);
		break;
	case VALUE_CPU:
		for (u32 n = 0; (item = tdxcpuid_cpu_nth(n)); n++)
			print_page(" %s", tdxcpuid_cpu_name(item));
		print_page(" native");
		break;
	case VALUE_POLICY:
		for (int n = TDXCPUID_ALLOWLIST; n <= TDXCPUID_NONE; n++)
			print_page(" %s", tdxcpuid_policy_name((enum tdxcpuid_policy)n));
		break;
	case VALUE_BIT:
		for (u32 n = 0; tdxcpuid_bit_nth(n, &bit); n++)
			print_page(" %s", tdxcpuid_bit_name(&bit, name));
		break;
	case VALUE_CHANGE:
		for (u32 n = 0; tdxcpuid_bit_nth(n, &bit); n++)
			print_page(" +%s", tdxcpuid_bit_name(&bit, name));
		break;
	case VALUE_MODE:
		print_page(" overlap superset strict");
		break;
	case VALUE_COLOUR:
		print_page(" auto always never");
		break;
	case VALUE_EXPORT:
		print_page(" nfd prometheus");
		break;
	case VALUE_SHELL:
		print_page(" bash zsh");
		break;
	default:
		break;
	}
}

static bool takes_files(enum value_kind kind)
{
	return kind == VALUE_FILE || kind == VALUE_MODULE || kind == VALUE_CPU;
}

/* Where names and files will do, files are for who begins none of the names. */
static void bash_values(enum value_kind kind)
{
	print_page(" COMPREPLY=($(compgen -W \"");
	print_words(kind);
	print_page("\" -- \"%s\"))", kind == VALUE_BIT ? "${cur,,}" : "$cur");
	if (takes_files(kind))
		print_page("\n\t\t[ ${#COMPREPLY[@]} != 0 ] || "
			   "COMPREPLY=($(compgen -f -- \"$cur\"))");
	print_page(" ;;\n");
}

static void bash_verbs(void)
{
	print_page("COMPREPLY=($(compgen -W \"");
	for (const struct verb *v = verbs; v->name; v++)
		print_page(" %s", v->name);
	print_page(" help --help --version\" -- \"$cur\"))");
}

/* What follows run's -- is a command line of its own, which bash-completion can complete. */
static void bash_program(void)
{
	print_page("\tfor ((i = 2; i < COMP_CWORD; i++)); do\n"
		   "\t\t[ \"${COMP_WORDS[1]} ${COMP_WORDS[i]}\" = \"run --\" ] || continue\n"
		   "\t\tif declare -F _comp_command_offset >/dev/null; then\n"
		   "\t\t\t_comp_command_offset $((i + 1))\n"
		   "\t\telif declare -F _command_offset >/dev/null; then\n"
		   "\t\t\t_command_offset $((i + 1))\n"
		   "\t\telse\n"
		   "\t\t\t((COMP_CWORD > i + 1)) || COMPREPLY=($(compgen -c -- \"$cur\"))\n"
		   "\t\t\t[ ${#COMPREPLY[@]} != 0 ] || COMPREPLY=($(compgen -f -- \"$cur\"))\n"
		   "\t\tfi\n"
		   "\t\treturn\n"
		   "\tdone\n");
}

static void print_bash(void)
{
	print_page("# bash completion for tdxcpuid; made by 'tdxcpuid completion bash'\n"
		   "# shellcheck shell=bash disable=SC2207\n"
		   "_tdxcpuid()\n{\n"
		   "\tlocal cur=${COMP_WORDS[COMP_CWORD]} options=--help\n"
		   "\tlocal prev=${COMP_WORDS[COMP_CWORD - 1]} i\n"
		   "\t# --module=1.5 comes as three words\n"
		   "\t[ \"$cur\" != = ] || cur=\n"
		   "\t[ \"$prev\" != = ] || prev=${COMP_WORDS[COMP_CWORD - 2]}\n");
	bash_program();
	print_page("\tif [ \"$COMP_CWORD\" = 1 ] || [ \"$prev\" = help ]; then\n\t\t");
	bash_verbs();
	print_page("\n\t\treturn\n\tfi\n\tcase $prev in\n");
	for (const struct option_row *o = option_rows; o->name; o++) {
		if (!o->arg)
			continue;
		print_page("\t--%s", o->name);
		if (o->letter)
			print_page(" | -%c", o->letter);
		print_page(")");
		bash_values(o->kind);
	}
	print_page("\t*)\n\t\tcase ${COMP_WORDS[1]} in\n");
	for (const struct verb *v = verbs; v->name; v++) {
		print_page("\t\t%s) options=\"", v->name);
		for (const struct option_row *o = option_rows; o->name; o++) {
			if (o->verbs & v->bit)
				print_page(" --%s", o->name);
		}
		print_page("\" ;;\n");
	}
	print_page("\t\tesac\n\t\tcase ${COMP_WORDS[1]}:$cur in\n"
		   "\t\t*:-*) COMPREPLY=($(compgen -W \"$options\" -- \"$cur\")) ;;\n");
	for (const struct verb *v = verbs; v->name; v++) {
		if (v->kind == VALUE_NONE)
			continue;
		print_page("\t\t%s:*)", v->name);
		bash_values(v->kind);
	}
	print_page("\t\tesac\n\tesac\n}\ncomplete -o filenames -F _tdxcpuid tdxcpuid\n");
}

/* Text in single quotes, between brackets or behind a colon. */
static void print_zsh_text(const char *text)
{
	for (; *text; text++) {
		if (*text == '\'')
			print_page("'\\''");
		else if (strchr("[]:\\", *text))
			print_page("\\%c", *text);
		else
			print_page("%c", *text);
	}
}

static void print_zsh_values(enum value_kind kind)
{
	if (takes_files(kind) && kind != VALUE_FILE)
		print_page("{ compadd --");
	else
		print_page(kind == VALUE_FILE ? "_files" : "(");
	print_words(kind);
	if (takes_files(kind) && kind != VALUE_FILE)
		print_page(" || _files }");
	else if (kind != VALUE_FILE)
		print_page(")");
}

static void print_zsh_option(const struct option_row *o)
{
	print_page(" \\\n\t\t\t'");
	if (o->letter)
		print_page("(-%c --%s)'{-%c,--%s}'", o->letter, o->name, o->letter, o->name);
	else
		print_page("--%s", o->name);
	print_page("[");
	print_zsh_text(o->help);
	print_page("]");
	if (o->arg) {
		print_page(":%s:", o->arg);
		print_zsh_values(o->kind);
	}
	print_page("'");
}

static void print_zsh(void)
{
	print_page("#compdef tdxcpuid\n# made by 'tdxcpuid completion zsh'\n"
		   "_tdxcpuid()\n{\n\tlocal -a verbs=(");
	for (const struct verb *v = verbs; v->name; v++) {
		print_page("\n\t\t'%s:", v->name);
		print_zsh_text(v->summary);
		print_page("'");
	}
	print_page(
		"\n\t)\n\tif (( CURRENT == 2 )); then\n\t\t_describe verb verbs\n\t\treturn\n\tfi\n"
		"\tshift words\n\t(( CURRENT-- ))\n\tcase $words[1] in\n");
	for (const struct verb *v = verbs; v->name; v++) {
		print_page("\t%s)\n\t\t_arguments", v->name);
		for (const struct option_row *o = option_rows; o->name; o++) {
			if (o->verbs & v->bit)
				print_zsh_option(o);
		}
		if (v->bit == RUN)
			print_page(" \\\n\t\t\t'(-):program:_command_names -e'"
				   " '*::arguments:_normal'");
		else if (v->kind != VALUE_NONE) {
			print_page(" \\\n\t\t\t'*:argument:");
			print_zsh_values(v->kind);
			print_page("'");
		}
		print_page(" ;;\n");
	}
	print_page("\tesac\n}\n_tdxcpuid \"$@\"\n");
}

int cmd_completion(const struct options *o)
{
	if (!strcmp(o->args[0], "bash")) {
		print_bash();
		return 0;
	}
	if (!strcmp(o->args[0], "zsh")) {
		print_zsh();
		return 0;
	}
	message("tdxcpuid completion: no such shell; known: bash, zsh");
	return EXIT_BAD;
}
