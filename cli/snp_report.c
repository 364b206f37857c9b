// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What check --snp-page says, as text and as JSON. */
#include <stdlib.h>

#include "print.h"
#include "snp.h"

static void print_at_entry(const char *file, const struct tdxcpuid_violation *v, bool error)
{
	print_in(STYLE_BOLD, "%s:", file);
	if (v->entry >= 0)
		print(" entry %d:", v->entry);
	print(" ");
	print_finding(v, error);
	print("\n");
	print_fix(v);
}

/* All registers without a rule at once. */
static void print_unknown(const struct snp_check *s)
{
	struct buffer list = { 0 };
	char where[PLACE_MAX];

	if (s->answer->error && !snp_is_corrected(s))
		return;
	if (!s->cpu) {
		print_in(STYLE_HINT, "unknown:");
		print(" the CPU that the firmware compares with; --cpu names one\n");
		return;
	}
	for (u32 i = 0; i < s->answer->nr_notes; i++) {
		const struct tdxcpuid_violation *v = &s->answer->notes[i];

		if (v->reason != TDXCPUID_FIRMWARE)
			continue;
		register_text(v->leaf, v->subleaf, v->reg, where);
		buffer_add(&list, where, strlen(where));
		buffer_add(&list, " ", 1);
	}
	if (!list.used)
		return;
	list.data[list.used - 1] = '\0';
	print_in(STYLE_HINT, "unknown:");
	print(" no public document tells what the firmware does with these values (docs/psp.md)\n");
	print_labelled("  ", list.data);
	free(list.data);
}

static void print_verdict(const struct snp_check *s)
{
	const struct tdxcpuid_answer *a = s->answer;

	print_in(STYLE_BOLD, "%s:", s->file);
	print(" ");
	print_in(a->verdict == TDXCPUID_ACCEPTED ? STYLE_GOOD :
		 a->verdict == TDXCPUID_REJECTED ? STYLE_ERROR :
						   STYLE_HINT,
		 "%s", verdict_name(a->verdict));
	if (a->error)
		print(" with -%s and fw_error 0x%llx", errno_text(a->error),
		      (unsigned long long)a->hw_error);
	print(" (SEV-SNP firmware%s%s)\n", s->cpu ? ", cpu " : "",
	      s->cpu ? tdxcpuid_cpu_name(s->cpu) : "");
}

static void print_corrected(const struct snp_check *s)
{
	static const char *const columns[] = { "REGISTER", "GIVEN", "HANDED BACK" };
	struct table *table;

	if (!snp_is_corrected(s))
		return;
	print("\nThe page comes back with the rest unchanged; given again it is taken, as far as is "
	      "known\n");
	table = table_new(columns, ARRAY_SIZE(columns));
	for (u32 i = 0; i < s->answer->nr_violations; i++) {
		const struct tdxcpuid_violation *v = &s->answer->violations[i];
		char where[PLACE_MAX], given[PLACE_MAX], back[PLACE_MAX];

		table_row(table, register_text(v->leaf, v->subleaf, v->reg, where),
			  mask_text(v->requested, given), mask_text(v->effective, back));
	}
	table_print(table);
}

void snp_to_text(const struct snp_check *s)
{
	const struct tdxcpuid_answer *a = s->answer;

	for (u32 i = 0; i < a->nr_violations; i++)
		print_at_entry(s->file, &a->violations[i], true);
	for (u32 i = 0; i < a->nr_notes; i++) {
		if (a->notes[i].reason != TDXCPUID_FIRMWARE)
			print_at_entry(s->file, &a->notes[i], false);
	}
	print_verdict(s);
	print_unknown(s);
	print_corrected(s);

	if (s->nr_vcpus)
		print("\n");
	if (!snp_is_comparable(s))
		print("the vCPUs are not checked: this is no page that a guest can have\n");
	else
		print_vcpus(s->vcpus, s->nr_vcpus);
	print_notes(&s->notes);
}

static void out_unknown(struct out *j, const struct tdxcpuid_answer *a)
{
	out_open(j, "unknown", '[');
	for (u32 i = 0; i < a->nr_notes; i++) {
		const struct tdxcpuid_violation *v = &a->notes[i];
		if (v->reason != TDXCPUID_FIRMWARE || v->reg < 0)
			continue;
		out_open(j, NULL, '{');
		out_hex(j, "leaf", v->leaf);
		out_subleaf(j, "subleaf", v->subleaf);
		out_string(j, "register", tdxcpuid_reg_name(v->reg));
		out_hex(j, "mask", v->mask);
		out_close(j, '}');
	}
	out_close(j, ']');
}

/* The entries of the page as it is handed back. */
static void out_corrected(struct out *j, const struct snp_check *s)
{
	static const char *const names[] = { "eax", "ebx", "ecx", "edx" };
	u32 count;

	if (!snp_is_corrected(s)) {
		out_null(j, "corrected");
		return;
	}
	memcpy(&count, s->corrected, sizeof(count));
	out_open(j, "corrected", '[');
	for (u32 i = 0; i < count; i++) {
		const u8 *entry = s->corrected + 16 + 48 * (size_t)i;
		u32 in[2], reg[4];
		u64 xcr0_xss[2];

		memcpy(in, entry, sizeof(in));
		memcpy(xcr0_xss, entry + 8, sizeof(xcr0_xss));
		memcpy(reg, entry + 24, sizeof(reg));
		out_open(j, NULL, '{');
		out_hex(j, "function", in[0]);
		out_hex(j, "index", in[1]);
		out_hex(j, "xcr0_in", xcr0_xss[0]);
		out_hex(j, "xss_in", xcr0_xss[1]);
		for (int k = 0; k < 4; k++)
			out_hex(j, names[k], reg[k]);
		out_close(j, '}');
	}
	out_close(j, ']');
}

static void out_all_notes(struct out *j, const struct snp_check *s)
{
	out_open(j, "notes", '[');
	for (u32 i = 0; i < s->answer->nr_notes; i++) {
		if (s->answer->notes[i].reason != TDXCPUID_FIRMWARE)
			out_string(j, NULL, s->answer->notes[i].text);
	}
	for (u32 i = 0; i < s->notes.nr; i++)
		out_string(j, NULL, s->notes.text[i]);
	out_close(j, ']');
}

static void out_vcpus(struct out *j, const struct snp_check *s)
{
	out_open(j, "vcpus", '[');
	for (int i = 0; i < s->nr_vcpus; i++) {
		const struct tdxcpuid_answer *a = s->vcpus[i].answer;

		out_open(j, NULL, '{');
		out_string(j, "file", s->vcpus[i].file);
		out_string(j, "verdict", vcpu_verdict(&s->vcpus[i]));
		violations_to_json(j, "violations", a ? a->violations : NULL,
				   a ? a->nr_violations : 0);
		violations_to_json(j, "notes", a ? a->notes : NULL, a ? a->nr_notes : 0);
		out_close(j, '}');
	}
	out_close(j, ']');
}

void snp_to_json(const struct snp_check *s)
{
	const struct tdxcpuid_answer *a = s->answer;
	struct out j = { .break_depth = 2 };

	out_open(&j, NULL, '{');
	out_int(&j, "schema", 1);
	out_string(&j, "snp_page", s->file);
	out_string(&j, "cpu", s->cpu ? tdxcpuid_cpu_name(s->cpu) : NULL);
	out_string(&j, "verdict", verdict_name(a->verdict));
	out_int(&j, "errno", a->error);
	out_string(&j, "errno_name", errno_text(a->error));
	out_hex(&j, "hw_error", a->hw_error);
	violations_to_json(&j, "violations", a->violations, a->nr_violations);
	out_unknown(&j, a);
	out_corrected(&j, s);
	out_vcpus(&j, s);
	out_all_notes(&j, s);
	out_close(&j, '}');
	out_flush(&j);
	out_free(&j);
}
