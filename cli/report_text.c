// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What check says, as text. */
#include <stdlib.h>

#include "check.h"
#include "print.h"

#define EXCERPT_MAX 120
#define MARGIN	    8 /* "  123 | " */

/* The start of a line as it is shown, in characters. */
static size_t shown(const char *line, size_t length, char text[EXCERPT_MAX + 1])
{
	memcpy(text, line, length);
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\t' || text[i] == '\r')
			text[i] = ' ';
	}
	text[length] = '\0';
	return columns_of(text, clean(text, length));
}

/* Behind the first @nr characters of @text. */
static const char *behind(const char *text, size_t nr)
{
	for (; nr && *text; nr--)
		text += utf8_length(text);
	return text;
}

/* The line of the input, and a caret with tildes under what is at fault in it. */
static void print_excerpt(const struct place *place)
{
	size_t length = place->length, end = place->column + place->width, column, width;
	char text[EXCERPT_MAX + 1], marks[EXCERPT_MAX];
	const char *from = text;
	size_t room = print_width() - MARGIN;

	while (length && strchr(" \t\r", place->start[length - 1]) && place->start[length - 1])
		length--;
	if (!place->width || length > EXCERPT_MAX || place->column >= length)
		return;

	column = shown(place->start, place->column, text);
	width = shown(place->start, end < length ? end : length, text) - column;
	shown(place->start, length, text);
	/* Of a line that is too long what is marked, and what is before it as far as there is room.
	 */
	width = width < room ? width : room;
	if (column + width > room)
		from = behind(text, column + width - room);
	column -= column + width > room ? column + width - room : 0;
	memset(marks, '~', sizeof(marks));
	*marks = '^';

	print("%5zu | %.*s\n", place->line, (int)(behind(from, room) - from), from);
	print("      | %*s", (int)column, "");
	print_in(STYLE_GOOD, "%.*s", (int)width, marks);
	print("\n");
}

void print_finding(const struct tdxcpuid_violation *v, bool error)
{
	char where[PLACE_MAX];

	if (error)
		print_in(STYLE_ERROR, "error:");
	else
		print_in(STYLE_HINT, "note:");
	print(" [%s] ", tdxcpuid_layer_name(v->layer));
	if (v->has_leaf && v->reg >= 0)
		print("%s: ", register_text(v->leaf, v->subleaf, v->reg, where));
	print("%s", v->text);
}

void print_fix(const struct tdxcpuid_violation *v)
{
	if (!*v->fix)
		return;
	print_in(STYLE_HINT, "fix:");
	print(" ");
	print_hang();
	print("%s\n", v->fix);
}

/* Violations, or what is worth knowing though nobody refuses it. */
static void print_violations(const char *file, const struct request *request,
			     const struct tdxcpuid_violation *list, u32 nr, bool error)
{
	for (u32 i = 0; i < nr; i++) {
		const struct tdxcpuid_violation *v = &list[i];
		const char *field = v->reason == TDXCPUID_ATTRIBUTES ? "attributes" :
				    v->reason == TDXCPUID_XFAM	     ? "xfam" :
								       NULL;
		struct place place;

		request_place(request, v->entry, v->reg, field, &place);
		print_in(STYLE_BOLD, "%s:%zu:", file, place.line);
		print(" ");
		print_finding(v, error);
		if (v->more) {
			struct place last;

			request_place(request, v->entry + v->more, v->reg, field, &last);
			print(" (lines %zu to %zu)", place.line, last.line);
		}
		print("\n");
		print_excerpt(&place);
		print_fix(v);
	}
}

static const char *why_words(enum tdxcpuid_why why)
{
	static const char *const words[] = {
		[TDXCPUID_NOT_NATIVE] = "this CPU does not have it",
		[TDXCPUID_NO_XFAM] = "its XFAM component is not requested",
		[TDXCPUID_NO_ATTRIBUTE] = "its attribute is not requested",
		[TDXCPUID_FIXED0] = "this module keeps it at 0",
		[TDXCPUID_FIXED1] = "this module keeps it at 1",
		[TDXCPUID_NATIVE] = "this module passes on what the CPU has",
		[TDXCPUID_NOT_REQUESTED] = "configurable, but 0 in the request",
		[TDXCPUID_WHY_DENIED] = "KVM does not support it for TDs",
		[TDXCPUID_LABEL] = "Linux 7.3 takes another entry for it",
	};

	return words[why];
}

static const char *why_text(const struct answer *a, const struct tdxcpuid_bits *b,
			    char text[TDXCPUID_TEXT_MAX])
{
	u64 missing = b->why == TDXCPUID_NO_XFAM ? missing_xfam(a, b, ~0U) : 0;
	char bits[TDXCPUID_TEXT_MAX];

	if (!missing)
		return why_words(b->why);
	tdxcpuid_field_text(TDXCPUID_FIELD_XFAM, missing, bits);
	snprintf(text, TDXCPUID_TEXT_MAX, "xfam lacks %.900s", bits);
	return text;
}

static void print_list(const struct answer *a, const char *heading,
		       const struct tdxcpuid_bits_list *list)
{
	static const char *const columns[] = { "REGISTER", "MASK", "BITS", "WHY" };
	struct tdxcpuid_bits *bits;
	struct table *table;

	if (!list->nr)
		return;
	bits = xcalloc(list->nr, sizeof(*bits));
	memcpy(bits, list->bits, list->nr * sizeof(*bits));
	qsort(bits, list->nr, sizeof(*bits), bits_by_place);

	print("\n%s\n", heading);
	table = table_new(columns, ARRAY_SIZE(columns));
	for (u32 i = 0; i < list->nr; i++) {
		const struct tdxcpuid_bits *b = &bits[i];
		char where[PLACE_MAX], mask[PLACE_MAX], names[NAMES_MAX];
		char why[TDXCPUID_TEXT_MAX];

		table_row(table, register_text(b->leaf, b->subleaf, b->reg, where),
			  mask_text(b->mask, mask), names_text(b, names), why_text(a, b, why));
	}
	table_print(table);
	free(bits);
}

/* In words, what may happen to the host, once for each reason. */
static void print_at_stake(const struct answer *a, const struct tdxcpuid_bits_list *list)
{
	const char *said[32];
	u32 n = 0;

	print_list(a, "At stake: the TD has what the allowlist denies", list);
	for (u32 i = 0; i < list->nr; i++) {
		const struct tdxcpuid_bits *b = &list->bits[i];

		for (int bit = 0; bit < 32; bit++) {
			const struct tdxcpuid_bit at = { b->leaf, b->subleaf, b->reg, bit };
			struct tdxcpuid_bit_verdict verdict;
			char name[PLACE_MAX];
			u32 k;

			if (!(b->mask >> bit & 1))
				continue;
			tdxcpuid_bit_verdict(&at, &verdict);
			for (k = 0; k < n && strcmp(said[k], verdict.reason); k++)
				;
			if (k < n || n == ARRAY_SIZE(said))
				continue;
			said[n++] = verdict.reason;
			print_in(STYLE_ERROR, "warning:");
			print(" %s: %s\n", bit_text(&at, name), verdict.reason);
		}
	}
}

struct place_of_slot {
	struct tdxcpuid_slot slot; /* in front, for slots_by_place() */
	u32 nr;			   /* of the slot in the answer */
};

static u32 slots_in_order(const struct answer *a, struct place_of_slot slot[TDXCPUID_MAX_SLOTS])
{
	u32 nr = 0;

	while (tdxcpuid_host_slot(a->host->kvm, nr, &slot[nr].slot)) {
		slot[nr].nr = nr;
		nr++;
	}
	qsort(slot, nr, sizeof(*slot), slots_by_place);
	return nr;
}

/* The registers of the TD, and what some of them say. */
static void print_effective(const struct answer *a)
{
	static const char *const columns[] = { "LEAF", "EAX", "EBX", "ECX", "EDX" };
	static const char *const words[] = { "LEAF", "IN WORDS" };
	struct table *table = table_new(columns, ARRAY_SIZE(columns));
	struct table *numbers = table_new(words, ARRAY_SIZE(words));
	static const u32 zeros[4];
	struct place_of_slot slot[TDXCPUID_MAX_SLOTS];
	u32 nr = slots_in_order(a, slot);

	print("\nThe TD gets, in the leaves that can be configured, where not zero (--json has "
	      "all)\n");
	for (u32 i = 0; i < nr; i++) {
		const u32 *effective = a->kvm->slots[slot[i].nr].effective;
		char cell[5][PLACE_MAX], text[NUMBER_MAX];

		if (!memcmp(effective, zeros, sizeof(zeros)))
			continue;
		leaf_text(slot[i].slot.leaf, slot[i].slot.subleaf, cell[0]);
		for (int reg = 0; reg < 4; reg++)
			mask_text(effective[reg], cell[1 + reg]);
		table_row(table, cell[0], cell[1], cell[2], cell[3], cell[4]);
		if (number_words(slot[i].slot.leaf, effective, text))
			table_row(numbers, cell[0], text);
	}
	table_print(table);
	print("\n");
	table_print(numbers);
}

/* The first one is what KVM returns; in a few words, as its sentence follows. */
static void print_cause(const struct tdxcpuid_answer *kvm)
{
	const struct tdxcpuid_violation *v = kvm->violations;
	const struct tdxcpuid_bits b = { v->slot_leaf, v->slot_subleaf,	    v->reg,
					 v->bits,      TDXCPUID_WHY_DENIED, { 0 } };
	char text[NAMES_MAX], where[PLACE_MAX];

	print(": %s", tdxcpuid_reason_name(v->reason));
	if (v->reason == TDXCPUID_ATTRIBUTES || v->reason == TDXCPUID_XFAM) {
		tdxcpuid_field_text(v->reason == TDXCPUID_XFAM ? TDXCPUID_FIELD_XFAM :
								 TDXCPUID_FIELD_ATTRIBUTES,
				    v->mask, text);
		print(" %s", text);
	} else if (v->has_leaf) {
		print(" %s", register_text(v->slot_leaf, v->slot_subleaf, v->reg, where));
		if (v->bits && __builtin_popcount(v->bits) <= 4)
			print(" %s", names_text(&b, text));
		else if (v->mask)
			print(" 0x%llx", (unsigned long long)v->mask);
	}
	if (kvm->nr_violations > 1)
		print("; %u violations", kvm->nr_violations);
}

static void print_verdict(const char *file, const struct answer *a, const struct vcpu *vcpus,
			  int nr_vcpus)
{
	const struct tdxcpuid_answer *kvm = a->kvm;
	u32 contradict = 0;
	char name[HOST_MAX];

	print_in(STYLE_BOLD, "%s:", file);
	print(" ");
	if (kvm->verdict == TDXCPUID_UNDECIDED) {
		print_in(STYLE_HINT, "undecided");
	} else if (!kvm->error) {
		print_in(STYLE_GOOD, "accepted");
	} else {
		print_in(STYLE_ERROR, "rejected");
		print(" with -%s", errno_text(kvm->error));
		if (kvm->hw_error)
			print(" and hw_error 0x%llx", (unsigned long long)kvm->hw_error);
		if (kvm->nr_violations)
			print_cause(kvm);
	}
	if (kvm->effective)
		print("; lost %u, at stake %u, left off %u, fixed %u", nr_bits(&kvm->lost, 0, true),
		      nr_bits(&kvm->at_stake, 0, true), nr_bits(&kvm->left_off, 0, true),
		      nr_bits(&kvm->forced, TDXCPUID_FIXED1, false));
	for (int i = 0; i < nr_vcpus; i++)
		contradict += vcpus[i].answer && vcpus[i].answer->nr_violations;
	if (contradict)
		print("; %u of %d vCPU lists inconsistent", contradict, nr_vcpus);
	print(" (%s)\n", host_text(a->host, name));
}

static void print_status(const struct tdxcpuid_answer *kvm)
{
	char words[TDXCPUID_TEXT_MAX];

	if (kvm->asked && kvm->status) {
		tdxcpuid_status_text(kvm->status, true, kvm->rcx, words);
		print("TDH.MNG.INIT returned 0x%llx, RCX 0x%llx: %s\n",
		      (unsigned long long)kvm->status, (unsigned long long)kvm->rcx, words);
	}
	if (kvm->warned) {
		print_in(STYLE_ERROR, "warning:");
		print(" on this status KVM WARNs on the host and marks the VM as dead; "
		      "a host with panic_on_warn goes down\n");
	}
}

/* What KVM leaves to userspace, once for each reason. */
static void print_exempt(const char *file, const struct tdxcpuid_answer *answer)
{
	for (u32 i = 0; answer && i < answer->nr_exempt; i++) {
		const struct tdxcpuid_exempt *e = &answer->exempt[i];
		const char *comma = "";
		u32 k;

		for (k = 0; k < i && strcmp(answer->exempt[k].text, e->text); k++)
			;
		if (k < i)
			continue;
		print("%s: ", file);
		print_in(STYLE_HINT, "exempt:");
		print(" ");
		for (; k < answer->nr_exempt; k++) {
			const struct tdxcpuid_exempt *other = &answer->exempt[k];
			char where[PLACE_MAX];

			if (strcmp(other->text, e->text))
				continue;
			print("%s%s 0x%x", comma,
			      register_text(other->leaf, other->subleaf, other->reg, where),
			      other->mask);
			comma = ", ";
		}
		print(": %s (%s)\n", e->text, e->source);
	}
}

void print_vcpus(const struct vcpu *vcpus, int nr_vcpus)
{
	for (int i = 0; i < nr_vcpus; i++) {
		const struct tdxcpuid_answer *answer = vcpus[i].answer;

		if (answer) {
			print_violations(vcpus[i].file, &vcpus[i].request, answer->violations,
					 answer->nr_violations, true);
			print_violations(vcpus[i].file, &vcpus[i].request, answer->notes,
					 answer->nr_notes, false);
			print_exempt(vcpus[i].file, answer);
		}
		print("%s: %s%s\n", vcpus[i].file,
		      answer ? vcpu_verdict(&vcpus[i]) :
			       "not checked: there is no TD to be consistent with",
		      vcpus[i].request.first_of_several ?
			      " (the first vCPU of several in the file)" :
			      "");
	}
}

static void print_unknown(const struct tdxcpuid_answer *kvm)
{
	for (size_t i = 0; unknowns[i].bit; i++) {
		if (!(kvm->unknown & unknowns[i].bit))
			continue;
		print_in(STYLE_HINT, "unknown:");
		print(" %s\n", unknowns[i].words);
	}
}

void answer_to_text(const char *file, const struct answer *a, const struct vcpu *vcpus,
		    int nr_vcpus)
{
	const struct notes notes = notes_of_answer(a);

	if (!strcmp(file, "-"))
		file = "<stdin>";
	print_verdict(file, a, vcpus, nr_vcpus);
	print_violations(file, a->request, a->kvm->violations, a->kvm->nr_violations, true);
	print_violations(file, a->request, a->kvm->notes, a->kvm->nr_notes, false);
	print_status(a->kvm);
	if (a->kvm->verdict != TDXCPUID_REJECTED)
		print_unknown(a->kvm);
	if (a->kvm->effective) {
		print_at_stake(a, &a->kvm->at_stake);
		print_list(a, "Lost: requested, but 0 in the TD", &a->kvm->lost);
	}
	if (a->kvm->effective && a->lists) {
		print_list(a, "Left off: the TD could have it", &a->kvm->left_off);
		print_list(a, "Forced: not requested, but 1 in the TD", &a->kvm->forced);
		print_effective(a);
	}

	if (nr_vcpus)
		print("\n");
	print_vcpus(vcpus, nr_vcpus);
	print_notes(&notes);
}
