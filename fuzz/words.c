// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What people paste on a command line: the name of a bit or a field in anybody's notation,
 * a version of the module, a number, a line of a log with a status in it.
 */
#include "../cli/log_line.h"
#include "reader.h"

static void check_text(const char *text)
{
	must(*text && strlen(text) < TDXCPUID_TEXT_MAX && !strpbrk(text, "\n\r"));
}

static void find_bit(const char *word)
{
	struct tdxcpuid_bit bit, again;
	struct tdxcpuid_bit_verdict verdict;
	char name[TDXCPUID_NAME_MAX];

	if (!tdxcpuid_bit_find(word, &bit))
		return;
	must(bit.reg >= 0 && bit.reg < 4 && bit.bit >= 0 && bit.bit < 32);
	must(tdxcpuid_bit_find(tdxcpuid_bit_name(&bit, name), &again));
	must(!memcmp(&bit, &again, sizeof(bit)));
	tdxcpuid_bit_verdict(&bit, &verdict);
	must(*verdict.reason && *verdict.source && verdict.allowed >= verdict.value);
}

static void find_field(const char *word)
{
	enum tdxcpuid_field field;
	char text[TDXCPUID_TEXT_MAX];
	u64 mask;

	if (!tdxcpuid_field_find(word, &field, &mask))
		return;
	must(mask && (field == TDXCPUID_FIELD_XFAM || field == TDXCPUID_FIELD_ATTRIBUTES));
	tdxcpuid_field_text(field, mask, text);
	check_text(text);
}

static void find_module(const char *word)
{
	struct tdxcpuid_module *module;

	if (tdxcpuid_module_parse(word, &module))
		return;
	must(tdxcpuid_module_is_version(tdxcpuid_module_version(module)));
	tdxcpuid_module_free(module);
}

static void find_words(const char *line)
{
	struct tdxcpuid_status status;
	char text[TDXCPUID_TEXT_MAX];
	u64 number;

	if (find_status(line, &status)) {
		must(!tdxcpuid_status_words(&status, text));
		check_text(text);
	}
	if (parse_u64(line, &number)) {
		tdxcpuid_status_text(number, true, status.rcx, text);
		check_text(text);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = text_of(data, size);
	enum tdxcpuid_policy policy;

	find_bit(text);
	find_field(text);
	find_module(text);
	find_words(text);
	if (tdxcpuid_policy_find(text, &policy))
		must(policy <= TDXCPUID_NONE);
	free(text);
	return 0;
}
