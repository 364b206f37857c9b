// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What explain says, as text: first what a TD has, then who decides that. */
#include <stdlib.h>

#include "atlas.h"
#include "explain.h"
#include "print.h"

/* 1.5.34 and 1.5.08, but not 2.0.02, are versions of one line. */
static bool same_line(const char *a, const char *b)
{
	const char *dot = strchr(a, '.');

	dot = dot ? strchr(dot + 1, '.') : NULL;
	return dot && !strncmp(a, b, dot - a + 1);
}

/* The versions with the text of module @first, as ranges. */
static void ranges_text(const struct explanation *e, u32 first, struct buffer *ranges)
{
	const struct explained_module *m = e->module;
	const char *comma = "";

	for (u32 n = first, last; n < e->nr_modules; n = last + 1) {
		char range[80];

		last = n;
		if (strcmp(m[n].text, m[first].text))
			continue;
		while (last + 1 < e->nr_modules && !strcmp(m[last + 1].text, m[first].text) &&
		       same_line(m[n].version, m[last + 1].version))
			last++;
		snprintf(range, sizeof(range), "%s%.30s%s%.30s", comma, m[n].version,
			 last > n ? " to " : "", last > n ? m[last].version : "");
		buffer_add(ranges, range, strlen(range));
		comma = ", ";
	}
	buffer_add(ranges, "", 1);
}

static void print_modules(const struct explanation *e)
{
	print("modules:\n");
	for (u32 n = 0; n < e->nr_modules; n++) {
		struct buffer ranges = { 0 };
		u32 before;

		for (before = 0; strcmp(e->module[before].text, e->module[n].text); before++)
			;
		if (before < n)
			continue;
		ranges_text(e, n, &ranges);
		print("  %s: %s\n", ranges.data, e->module[n].text);
		free(ranges.data);
	}
}

static void print_headline(const struct explanation *e, enum style style)
{
	const struct target *host = e->host;

	/* Whose answer it is, where that makes a difference or is not what it seems. */
	print("In a TD");
	if (!e->alike || host->judged_as)
		print(" (module %s%s%s)", module_text(host), host->judged_as ? " judged as " : "",
		      host->judged_as ? host->judged_as : "");
	print(": ");
	print_in(style, "%s", e->headline);
	print("\n");
}

/* Who of those behind a baseline keeps it from all. */
static void print_lack(const struct explanation *e)
{
	const struct bits_at at = { tdxcpuid_reg_name(e->bit.reg), e->bit.leaf, e->bit.subleaf,
				    1U << e->bit.bit };
	char who[WHO_MAX];

	if (hosts_lack(&e->host->hosts, &at, who))
		print("hosts:     %s\n", who);
}

static void print_policy(const struct explanation *e)
{
	const struct tdxcpuid_bit_verdict *v = &e->verdict;
	enum tdxcpuid_policy policy = e->host->info.policy;

	if (!e->host->info.model)
		print("policy:    KVM of this host %s\n",
		      e->fate.denied && v->allowed ?
			      "does not report it, though the allowlist allows it" :
		      e->fate.denied || e->fate.fate == TDXCPUID_FATE_UNKNOWN ?
			      "does not report it" :
		      e->fate.module == TDXCPUID_FATE_CHOICE ||
				      e->fate.module == TDXCPUID_FATE_CHOICE_NATIVE ?
			      "reports it" :
			      "is not asked");
	else if (policy != TDXCPUID_ALLOWLIST)
		print("policy:    %s %s it\n", tdxcpuid_policy_name(policy),
		      e->fate.denied ? "denies" : "does not deny");
	print(e->host->info.model && policy == TDXCPUID_ALLOWLIST ? "policy:  " : "allowlist: ");

	if (v->listed || v->value || e->offered) {
		print_in(v->allowed || v->value ? STYLE_GOOD : STYLE_ERROR, "%s", verdict_text(v));
		print("%s%s\n", v->listed || v->value ? "" : ": the allowlist has no row for it",
		      e->offered || v->value ? "" : "; no module lets a VMM set it yet");
	} else {
		print("not asked: no module lets a VMM set it (denied if one should)\n");
		/* But for what is known of this one, that is the rule for all that have no row. */
		if (!strncmp(v->reason, "no row", 6))
			return;
	}
	print_labelled("  because: ", v->reason);
	print_labelled("  source:  ", v->source);
}

/* That of avx: which of the two a word means is not always what was meant. */
static void print_namesake(const char *name)
{
	char xfam[TDXCPUID_NAME_MAX + 8];
	enum tdxcpuid_field field;
	u64 mask;

	snprintf(xfam, sizeof(xfam), "xfam.%s", name);
	if (tdxcpuid_field_find(xfam, &field, &mask))
		print("the XFAM component: tdxcpuid explain %s\n", xfam);
}

static void print_bit(const struct explanation *e)
{
	char where[PLACE_MAX], anchor[ANCHOR_MAX];
	const char *alias;

	print_in(STYLE_BOLD, "%s", bit_text(&e->bit, where));
	print(": CPUID %s bit %d", register_text(e->bit.leaf, e->bit.subleaf, e->bit.reg, where),
	      e->bit.bit);
	for (u32 n = 0; (alias = tdxcpuid_bit_alias(&e->bit, n)); n++)
		print("%s%s", n ? ", " : " (also ", alias);
	print("%s\n", tdxcpuid_bit_alias(&e->bit, 0) ? ")" : "");

	print_headline(e, e->fate.fate == TDXCPUID_FATE_NEVER	? STYLE_ERROR :
			  e->fate.fate == TDXCPUID_FATE_UNKNOWN ? STYLE_HINT :
								  STYLE_GOOD);
	print_lack(e);
	print_policy(e);
	print_modules(e);
	/* Of one bit of a number it says nothing. */
	if (!e->verdict.value && e->fate.fate != TDXCPUID_FATE_NUMBER) {
		print("CPUs that have it:");
		for (u32 n = 0; n < e->nr_cpus; n++)
			print(" %s", e->cpu[n]);
		print("%s\n", e->nr_cpus ? "" : " none of the profiles");
	}
	if (atlas_anchor(&e->bit, anchor))
		print("in the atlas: #%s\n", anchor);
	print_namesake(e->name);
	for (u32 n = 0; (alias = tdxcpuid_bit_alias(&e->bit, n)); n++)
		print_namesake(alias);
}

static bool has_names(const struct tdxcpuid_bits *b)
{
	char name[TDXCPUID_NAME_MAX];

	for (int bit = 0; bit < 32; bit++) {
		const struct tdxcpuid_bit at = { b->leaf, b->subleaf, b->reg, bit };

		if ((b->mask >> bit & 1) && strchr(tdxcpuid_bit_name(&at, name), '.'))
			return false;
	}
	return true;
}

/* Features by name; of numbers the leaf. */
static void print_needed(const struct explanation *e)
{
	char where[PLACE_MAX], names[NAMES_MAX];
	const struct tdxcpuid_bits *last = NULL;

	if (e->nr_needed)
		print("what a TD has only with it:\n");
	for (u32 n = 0; n < e->nr_needed; n++) {
		const struct tdxcpuid_bits *b = &e->needed[n];

		if (has_names(b))
			print("  %s: %s\n", register_text(b->leaf, b->subleaf, b->reg, where),
			      names_text(b, names));
	}
	for (u32 n = 0; n < e->nr_needed; n++) {
		const struct tdxcpuid_bits *b = &e->needed[n];

		if (has_names(b) || (last && last->leaf == b->leaf && last->subleaf == b->subleaf))
			continue;
		print("%s%s", last ? ", " : "  numbers of ", leaf_text(b->leaf, b->subleaf, where));
		last = b;
	}
	if (last)
		print("\n");
}

static bool is_never(const char *headline)
{
	return !strncmp(headline, "never", 5);
}

static void print_field(const struct explanation *e)
{
	u64 left = e->mask & (e->mask - 1);
	u32 first = __builtin_ctzll(e->mask);
	const char *use = tdxcpuid_field_use(e->field, first);

	print_in(STYLE_BOLD, "%s", e->name);
	print(": %s bit%s %u", e->field == TDXCPUID_FIELD_XFAM ? "XFAM" : "ATTRIBUTES",
	      left ? "s" : "", first);
	for (; left; left &= left - 1)
		print(", %u", (u32)__builtin_ctzll(left));
	print("%s%s\n", use ? ", for " : "", use ? use : "");
	print_headline(e, is_never(e->headline) ? STYLE_ERROR : STYLE_GOOD);
	print_modules(e);
	print_needed(e);
}

static void print_flag(const struct explanation *e)
{
	struct explanation *behind;
	struct tdxcpuid_bit bit;

	print_in(STYLE_BOLD, "%s", e->name);
	print(": a flag of Linux's own, no bit of CPUID\n");
	print_labelled("  ", e->flag->text);
	if (!e->flag->behind || !tdxcpuid_bit_find(e->flag->behind, &bit))
		return;
	print("  the bit behind it:\n");
	behind = xcalloc(1, sizeof(*behind));
	explain_bit(behind, e->host, &bit);
	print_bit(behind);
	free(behind);
}

/* What is said of one bit of a group. */
struct group_answer {
	char text[TDXCPUID_TEXT_MAX];
	bool named;
	bool alike;
};

static void answer_group(const struct explanation *e, struct group_answer *answers)
{
	struct explanation *one = xcalloc(1, sizeof(*one));

	for (u32 n = 0; n < e->nr_bits; n++) {
		memset(one, 0, sizeof(*one));
		explain_bit(one, e->host, &e->bits[n]);
		strcpy(answers[n].text, one->headline);
		answers[n].named = !strchr(one->name, '.');
		answers[n].alike = one->alike;
	}
	free(one);
}

/* "bits 3, 5 to 9" */
static void print_numbers(u32 mask)
{
	const char *before = mask & (mask - 1) ? "bits" : "bit";

	for (u32 bit = 0, last; bit < 32; bit = last + 1) {
		last = bit;
		if (!(mask >> bit & 1))
			continue;
		while (last < 31 && (mask >> (last + 1) & 1))
			last++;
		print("%s %u", before, bit);
		if (last > bit)
			print(" to %u", last);
		before = ",";
	}
}

/* @which of the bits of a group; only a register has such without a name. */
static void print_members(const struct explanation *e, const struct group_answer *answers,
			  u64 which)
{
	const char *before = "";
	char name[PLACE_MAX];
	u32 unnamed = 0;

	for (u32 n = 0; n < e->nr_bits; n++) {
		if (!(which >> n & 1))
			continue;
		if (!answers[n].named) {
			unnamed |= 1U << n;
			continue;
		}
		print("%s%s", before, bit_text(&e->bits[n], name));
		before = " ";
	}
	if (unnamed) {
		print("%s", *before ? ", " : "");
		print_numbers(unnamed);
	}
	print("\n");
}

/* Those of which the same is said as of @first. */
static void print_alike(const struct explanation *e, const struct group_answer *answers, u32 first)
{
	const char *text = answers[first].text;
	u64 alike = 0;

	for (u32 n = first; n < e->nr_bits; n++)
		alike |= (u64)!strcmp(answers[n].text, text) << n;
	print("  ");
	print_in(is_never(text) ? STYLE_ERROR : STYLE_GOOD, "%s", text);
	print("\n    ");
	print_members(e, answers, alike);
}

/* What a TD may have first, then what it never has. */
static void print_group(const struct explanation *e)
{
	struct group_answer *answers = xcalloc(e->nr_bits, sizeof(*answers));
	u64 otherwise = 0;
	char text[HOST_MAX];

	answer_group(e, answers);
	print_in(STYLE_BOLD, "%s",
		 *e->name ? e->name : register_text(e->bit.leaf, e->bit.subleaf, e->bit.reg, text));
	print(": %u bits; 'tdxcpuid explain' of one of them says why\n", e->nr_bits);
	if (!*e->name && (!~tdxcpuid_value_mask(e->bit.leaf, e->bit.subleaf, e->bit.reg) ||
			  only_numbers(e->bit.leaf)))
		print("Numbers, not features: %s\n", number_kind(e->bit.leaf));
	print("In a TD (%s):\n", host_text(e->host, text));
	for (int never = 0; never < 2; never++) {
		for (u32 n = 0, seen; n < e->nr_bits; n++) {
			for (seen = 0; strcmp(answers[seen].text, answers[n].text); seen++)
				;
			if (seen == n && is_never(answers[n].text) == never)
				print_alike(e, answers, n);
		}
	}
	for (u32 n = 0; n < e->nr_bits; n++)
		otherwise |= (u64)!answers[n].alike << n;
	if (otherwise) {
		print("With other modules it is otherwise for ");
		print_members(e, answers, otherwise);
	}
	free(answers);
}

void explanation_to_text(const struct explanation *e)
{
	switch (e->kind) {
	case EXPLAIN_BIT:
		print_bit(e);
		break;
	case EXPLAIN_FIELD:
		print_field(e);
		break;
	case EXPLAIN_FLAG:
		print_flag(e);
		break;
	case EXPLAIN_GROUP:
		print_group(e);
		break;
	}
}
