// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Several bits that are asked about in one word: a register, or names that begin alike. */
#include <strings.h>

#include "explain.h"

/* Bits that belong to a name without beginning with it. */
static const struct {
	const char *family;
	const char *bit;
} members[] = {
	{ "tsx", "hle" },
	{ "tsx", "rtm" },
	{ "tsx", "rtm_always_abort" },
};

/* As in "7.0.ecx", or as others write it: what makes a bit of it with a number behind. */
bool find_register(const char *word, struct tdxcpuid_bit *bit)
{
	char first[TDXCPUID_NAME_MAX * 4];

	return snprintf(first, sizeof(first), "%s.0", word) < (int)sizeof(first) &&
	       tdxcpuid_bit_find(first, bit) && !bit->bit;
}

void group_register(struct explanation *e, const struct tdxcpuid_bit *first)
{
	e->kind = EXPLAIN_GROUP;
	e->bit = *first;
	for (e->nr_bits = 0; e->nr_bits < 32; e->nr_bits++) {
		e->bits[e->nr_bits] = *first;
		e->bits[e->nr_bits].bit = e->nr_bits;
	}
}

static bool is_member(const char *family, const struct tdxcpuid_bit *bit)
{
	size_t length = strlen(family);
	char name[TDXCPUID_NAME_MAX];
	const char *alias;

	if (!strncasecmp(tdxcpuid_bit_name(bit, name), family, length))
		return true;
	for (u32 n = 0; (alias = tdxcpuid_bit_alias(bit, n)); n++) {
		if (!strncasecmp(alias, family, length))
			return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		if (!strcasecmp(members[i].family, family) && !strcmp(members[i].bit, name))
			return true;
	}
	return false;
}

bool group_family(struct explanation *e, const char *word)
{
	struct tdxcpuid_bit bit;

	e->kind = EXPLAIN_GROUP;
	snprintf(e->name, sizeof(e->name), "%s", word);
	for (u32 n = 0; strlen(word) > 2 && tdxcpuid_bit_nth(n, &bit); n++) {
		if (is_member(word, &bit) && e->nr_bits < EXPLAIN_MAX)
			e->bits[e->nr_bits++] = bit;
	}
	/* One alone is rather a word that is not complete. */
	return e->nr_bits > 1;
}
