// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* tdxcpuid completion: what bash and zsh complete, from the tables that --help is made of. */
#include "cli.h"

/* The words for values of @kind, each behind a blank; files are not among them. */
static void print_words(enum value_kind kind)
{
	char name[TDXCPUID_NAME_MAX];
	const void *item;
	struct tdxcpuid_bit bit;

	switch (kind) {
	case VALUE_MODULE:
		for (u32 n = 0; (item = tdxcpuid_module_nth(n)); n++)
			printf(" %s", tdxcpuid_module_version(item));
		break;
	case VALUE_CPU:
		for (u32 n = 0; (item = tdxcpuid_cpu_nth(n)); n++)
			printf(" %s", tdxcpuid_cpu_name(item));
		break;
	case VALUE_POLICY:
		for (int n = TDXCPUID_ALLOWLIST; n <= TDXCPUID_NONE; n++)
			printf(" %s", tdxcpuid_policy_name((enum tdxcpuid_policy)n));
		break;
	case VALUE_BIT:
		for (u32 n = 0; tdxcpuid_bit_nth(n, &bit); n++)
			printf(" %s", tdxcpuid_bit_name(&bit, name));
		break;
	case VALUE_MODE:
		printf(" overlap superset");
		break;
	case VALUE_SHELL:
		printf(" bash zsh");
		break;
	default:
		break;
	}
}

static bool takes_files(enum value_kind kind)
{
	return kind == VALUE_FILE || kind == VALUE_MODULE || kind == VALUE_CPU;
}

static void bash_values(enum value_kind kind)
{
	printf(" COMPREPLY=($(compgen %s-W \"", takes_files(kind) ? "-f " : "");
	print_words(kind);
	printf("\" -- \"$cur\")) ;;\n");
}

static void print_bash(void)
{
	printf("# bash completion for tdxcpuid; made by 'tdxcpuid completion bash'\n"
	       "# shellcheck shell=bash disable=SC2207\n"
	       "_tdxcpuid()\n{\n"
	       "\tlocal cur=${COMP_WORDS[COMP_CWORD]} options=--help\n"
	       "\tif [ \"$COMP_CWORD\" = 1 ]; then\n\t\tCOMPREPLY=($(compgen -W \"");
	for (const struct verb *v = verbs; v->name; v++)
		printf(" %s", v->name);
	printf(" --help --version\" -- \"$cur\"))\n\t\treturn\n\tfi\n"
	       "\tcase ${COMP_WORDS[COMP_CWORD - 1]} in\n");
	for (const struct option_row *o = option_rows; o->name; o++) {
		if (!o->arg)
			continue;
		printf("\t--%s", o->name);
		if (o->letter)
			printf(" | -%c", o->letter);
		printf(")");
		bash_values(o->kind);
	}
	printf("\t*)\n\t\tcase ${COMP_WORDS[1]} in\n");
	for (const struct verb *v = verbs; v->name; v++) {
		printf("\t\t%s) options=\"", v->name);
		for (const struct option_row *o = option_rows; o->name; o++) {
			if (o->verbs & v->bit)
				printf(" --%s", o->name);
		}
		printf("\" ;;\n");
	}
	printf("\t\tesac\n\t\tcase ${COMP_WORDS[1]}:$cur in\n"
	       "\t\t*:-*) COMPREPLY=($(compgen -W \"$options\" -- \"$cur\")) ;;\n");
	for (const struct verb *v = verbs; v->name; v++) {
		if (v->kind == VALUE_NONE)
			continue;
		printf("\t\t%s:*)", v->name);
		bash_values(v->kind);
	}
	printf("\t\tesac\n\tesac\n}\ncomplete -o filenames -F _tdxcpuid tdxcpuid\n");
}

/* Text in single quotes, between brackets or behind a colon. */
static void print_zsh_text(const char *text)
{
	for (; *text; text++) {
		if (*text == '\'')
			printf("'\\''");
		else if (strchr("[]:\\", *text))
			printf("\\%c", *text);
		else
			putchar(*text);
	}
}

static void print_zsh_values(enum value_kind kind)
{
	if (takes_files(kind) && kind != VALUE_FILE)
		printf("{ compadd --");
	else
		printf(kind == VALUE_FILE ? "_files" : "(");
	print_words(kind);
	if (takes_files(kind) && kind != VALUE_FILE)
		printf("; _files }");
	else if (kind != VALUE_FILE)
		printf(")");
}

static void print_zsh_option(const struct option_row *o)
{
	printf(" \\\n\t\t\t'");
	if (o->letter)
		printf("(-%c --%s)'{-%c,--%s}'", o->letter, o->name, o->letter, o->name);
	else
		printf("--%s", o->name);
	printf("[");
	print_zsh_text(o->help);
	printf("]");
	if (o->arg) {
		printf(":%s:", o->arg);
		print_zsh_values(o->kind);
	}
	printf("'");
}

static void print_zsh(void)
{
	printf("#compdef tdxcpuid\n# made by 'tdxcpuid completion zsh'\n"
	       "_tdxcpuid()\n{\n\tlocal -a verbs=(");
	for (const struct verb *v = verbs; v->name; v++) {
		printf("\n\t\t'%s:", v->name);
		print_zsh_text(v->summary);
		printf("'");
	}
	printf("\n\t)\n\tif (( CURRENT == 2 )); then\n\t\t_describe verb verbs\n\t\treturn\n\tfi\n"
	       "\tshift words\n\t(( CURRENT-- ))\n\tcase $words[1] in\n");
	for (const struct verb *v = verbs; v->name; v++) {
		printf("\t%s)\n\t\t_arguments", v->name);
		for (const struct option_row *o = option_rows; o->name; o++) {
			if (o->verbs & v->bit)
				print_zsh_option(o);
		}
		if (v->kind != VALUE_NONE) {
			printf(" \\\n\t\t\t'*:argument:");
			print_zsh_values(v->kind);
			printf("'");
		}
		printf(" ;;\n");
	}
	printf("\tesac\n}\n_tdxcpuid \"$@\"\n");
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
	fprintf(stderr, "tdxcpuid completion: no such shell; known: bash, zsh\n");
	return EXIT_BAD;
}
