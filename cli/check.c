// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * tdxcpuid check: the answer of KVM_TDX_INIT_VM to a request, what the TD gets,
 * and whether the vCPUs agree.  Found once, in struct answer; text and JSON both
 * tell that.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli.h"

struct answer {
	const struct host *host;
	const struct request *request;
	struct tdxcpuid_answer *kvm;
};

struct vcpu {
	const char *file;
	struct text text;
	struct request request;
	struct tdxcpuid_answer *answer; /* NULL: unchecked */
};

static struct tdxcpuid_request kvm_request(const struct request *request)
{
	return (struct tdxcpuid_request){
		.size = sizeof(struct tdxcpuid_request),
		.attributes = request->attributes,
		.xfam = request->xfam,
		.tsc_khz = request->tsc_khz,
		.nent = request->nent,
		.entries = request->entries,
	};
}

/* The library has no other trouble with what is checked here. */
static void no_memory_if(int error)
{
	if (error)
		out_of_memory();
}

static int find_answer(struct answer *a, const struct host *host, const struct request *request)
{
	const struct tdxcpuid_request r = kvm_request(request);

	a->host = host;
	a->request = request;
	return tdxcpuid_check(host->kvm, &r, &a->kvm);
}

/* ---- JSON ---- */

/* What is not known of a host that is known by its capabilities. */
static const struct {
	u32 bit;
	const char *name;
	const char *words;
} unknowns[] = {
	{ TDXCPUID_UNKNOWN_GPAW52, "gpaw52",
	  "52 bits of guest physical address need 5-level EPT, and it is not known whether the "
	  "host has it" },
	{ TDXCPUID_UNKNOWN_VALUES, "values",
	  "the request sets numbers or TSX, which the TDX module judges by its version and by the "
	  "CPU; one of them is not known" },
	{ TDXCPUID_UNKNOWN_DROPPED, "dropped",
	  "the request sets a bit that KVM does not report; whether the TDX module refuses it or "
	  "drops it depends on its version" },
	{ TDXCPUID_UNKNOWN_TD, "td",
	  "what the TD gets is not known without the version of the TDX module and the CPU" },
};

static void violations_to_json(struct out *j, const struct tdxcpuid_answer *answer)
{
	out_open(j, "violations", '[');
	for (u32 i = 0; answer && i < answer->nr_violations; i++) {
		const struct tdxcpuid_violation *v = &answer->violations[i];
		const struct tdxcpuid_bits bits = { .leaf = v->slot_leaf,
						    .subleaf = v->slot_subleaf,
						    .reg = v->reg,
						    .mask = v->bits };

		out_open(j, NULL, '{');
		out_string(j, "layer", tdxcpuid_layer_name(v->layer));
		out_string(j, "reason", tdxcpuid_reason_name(v->reason));
		if (v->entry >= 0)
			out_int(j, "entry", v->entry);
		else
			out_null(j, "entry");
		if (v->has_leaf)
			out_hex(j, "leaf", v->leaf);
		else
			out_null(j, "leaf");
		out_subleaf(j, "subleaf", v->has_leaf ? v->subleaf : NO_SUBLEAF);
		out_string(j, "register", v->reg >= 0 ? tdxcpuid_reg_name(v->reg) : NULL);
		out_hex(j, "mask", v->mask);
		out_bit_names(j, &bits);
		out_hex(j, "requested", v->requested);
		if (v->reason == TDXCPUID_INCONSISTENT)
			out_hex(j, "effective", v->effective);
		else
			out_null(j, "effective");
		out_string(j, "text", v->text);
		out_string(j, "fix", v->fix);
		out_close(j, '}');
	}
	out_close(j, ']');
}

static void list_to_json(struct out *j, const char *key, const struct tdxcpuid_bits_list *list)
{
	out_open(j, key, '[');
	for (u32 i = 0; i < list->nr; i++) {
		out_open(j, NULL, '{');
		out_bits(j, &list->bits[i]);
		out_string(j, "reason", tdxcpuid_why_name(list->bits[i].why));
		out_close(j, '}');
	}
	out_close(j, ']');
}

static const char *vcpu_verdict(const struct vcpu *vcpu)
{
	if (!vcpu->answer)
		return "unchecked";
	return vcpu->answer->nr_violations ? "inconsistent" : "consistent";
}

static void vcpus_to_json(struct out *j, const struct vcpu *vcpus, int nr_vcpus)
{
	out_open(j, "vcpus", '[');
	for (int i = 0; i < nr_vcpus; i++) {
		out_open(j, NULL, '{');
		out_string(j, "file", vcpus[i].file);
		out_string(j, "verdict", vcpu_verdict(&vcpus[i]));
		violations_to_json(j, vcpus[i].answer);
		out_close(j, '}');
	}
	out_close(j, ']');
}

static void unknown_to_json(struct out *j, const struct tdxcpuid_answer *kvm)
{
	out_open(j, "unknown", '[');
	for (size_t i = 0; i < ARRAY_SIZE(unknowns); i++) {
		if (kvm->unknown & unknowns[i].bit)
			out_string(j, NULL, unknowns[i].name);
	}
	out_close(j, ']');
}

static void answer_to_json(struct out *j, const char *key, const struct answer *a,
			   const struct vcpu *vcpus, int nr_vcpus)
{
	static const char *const verdicts[] = { [TDXCPUID_ACCEPTED] = "accepted",
						[TDXCPUID_REJECTED] = "rejected",
						[TDXCPUID_UNDECIDED] = "undecided" };
	const struct tdxcpuid_answer *kvm = a->kvm;

	out_open(j, key, '{');
	out_int(j, "schema", 1);
	out_value(j, "id", a->request->id);
	out_host(j, a->host);
	out_string(j, "verdict", verdicts[kvm->verdict]);
	out_int(j, "errno", kvm->error);
	out_string(j, "errno_name", errno_text(kvm->error));
	out_hex(j, "hw_error", kvm->hw_error);
	out_hex(j, "status", kvm->status);
	if (kvm->asked && kvm->status)
		out_hex(j, "rcx", kvm->rcx);
	else
		out_null(j, "rcx");
	out_bool(j, "warned", kvm->warned);
	if (!a->host->info.model)
		unknown_to_json(j, kvm);
	violations_to_json(j, kvm);

	if (!kvm->effective) {
		out_null(j, "effective");
	} else {
		out_open(j, "effective", '[');
		for (u32 i = 0; i < kvm->nr_effective; i++)
			out_entry(j, &kvm->effective[i]);
		out_close(j, ']');
	}
	list_to_json(j, "lost", &kvm->lost);
	list_to_json(j, "forced", &kvm->forced);
	list_to_json(j, "left_off", &kvm->left_off);
	list_to_json(j, "at_stake", &kvm->at_stake);

	vcpus_to_json(j, vcpus, nr_vcpus);
	out_notes(j, &a->host->notes);
	out_close(j, '}');
}

/* ---- text ---- */

#define EXCERPT_MAX 120

/* The start of a line as it is shown, in characters. */
static size_t shown(const char *line, size_t length, char text[EXCERPT_MAX + 1])
{
	size_t characters = 0;

	memcpy(text, line, length);
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\t' || text[i] == '\r')
			text[i] = ' ';
	}
	text[length] = '\0';
	length = clean(text, length);
	for (size_t i = 0; i < length; i++)
		characters += (text[i] & 0xc0) != 0x80;
	return characters;
}

/* The line of the input, and a caret with tildes under what is at fault in it. */
static void print_excerpt(const struct place *place)
{
	size_t length = place->length, end = place->column + place->width, column, width;
	char text[EXCERPT_MAX + 1], marks[EXCERPT_MAX];

	while (length && strchr(" \t\r", place->start[length - 1]) && place->start[length - 1])
		length--;
	if (!place->width || length > EXCERPT_MAX || place->column >= length)
		return;

	column = shown(place->start, place->column, text);
	width = shown(place->start, end < length ? end : length, text) - column;
	shown(place->start, length, text);
	memset(marks, '~', sizeof(marks));
	*marks = '^';

	print("%5zu | %s\n", place->line, text);
	print("      | %*s", (int)column, "");
	print_in(STYLE_GOOD, "%.*s", (int)width, marks);
	print("\n");
}

static void print_violations(const char *file, const struct request *request,
			     const struct tdxcpuid_answer *answer)
{
	char where[PLACE_MAX];

	for (u32 i = 0; answer && i < answer->nr_violations; i++) {
		const struct tdxcpuid_violation *v = &answer->violations[i];
		const char *field = v->reason == TDXCPUID_ATTRIBUTES ? "attributes" :
				    v->reason == TDXCPUID_XFAM	     ? "xfam" :
								       NULL;
		struct place place;

		request_place(request, v->entry, v->reg, field, &place);
		print_in(STYLE_BOLD, "%s:%zu:", file, place.line);
		print(" ");
		print_in(STYLE_ERROR, "error:");
		print(" [%s] ", tdxcpuid_layer_name(v->layer));
		if (v->has_leaf && v->reg >= 0)
			print("%s: ", register_text(v->leaf, v->subleaf, v->reg, where));
		print("%s\n", v->text);
		print_excerpt(&place);
		if (*v->fix) {
			print_in(STYLE_HINT, "fix:");
			print(" %s\n", v->fix);
		}
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
	};

	return words[why];
}

static void print_list(const char *heading, const struct tdxcpuid_bits_list *list)
{
	static const char *const columns[] = { "REGISTER", "MASK", "BITS", "WHY" };
	struct table *table;

	if (!list->nr)
		return;

	print("\n%s\n", heading);
	table = table_new(columns, ARRAY_SIZE(columns));
	for (u32 i = 0; i < list->nr; i++) {
		const struct tdxcpuid_bits *b = &list->bits[i];
		char where[PLACE_MAX], mask[PLACE_MAX], names[NAMES_MAX];

		table_row(table, register_text(b->leaf, b->subleaf, b->reg, where),
			  hex_text(b->mask, mask), names_text(b, 48, names), why_words(b->why));
	}
	table_print(table);
}

/* In words, what may happen to the host, once for each reason. */
static void print_at_stake(const struct tdxcpuid_bits_list *list)
{
	const char *said[32];
	u32 n = 0;

	print_list("At stake: the TD has what the allowlist denies", list);
	for (u32 i = 0; i < list->nr; i++) {
		const struct tdxcpuid_bits *b = &list->bits[i];

		for (int bit = 0; bit < 32; bit++) {
			const struct tdxcpuid_bit at = { b->leaf, b->subleaf, b->reg, bit };
			struct tdxcpuid_bit_verdict verdict;
			char name[TDXCPUID_NAME_MAX];
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
			print(" %s: %s\n", tdxcpuid_bit_name(&at, name), verdict.reason);
		}
	}
}

static void print_effective(const struct answer *a)
{
	static const char *const columns[] = { "LEAF", "EAX", "EBX", "ECX", "EDX" };
	struct table *table = table_new(columns, ARRAY_SIZE(columns));
	static const u32 zeros[4];
	struct tdxcpuid_slot slot;

	print("\nThe TD gets, in the leaves that can be configured, where not zero (--json has "
	      "all)\n");
	for (u32 k = 0; tdxcpuid_host_slot(a->host->kvm, k, &slot); k++) {
		const u32 *effective = a->kvm->slots[k].effective;
		char cell[5][PLACE_MAX];

		if (!memcmp(effective, zeros, sizeof(zeros)))
			continue;
		leaf_text(slot.leaf, slot.subleaf, cell[0]);
		for (int reg = 0; reg < 4; reg++)
			snprintf(cell[1 + reg], PLACE_MAX, "0x%08x", effective[reg]);
		table_row(table, cell[0], cell[1], cell[2], cell[3], cell[4]);
	}
	table_print(table);
}

static void print_verdict(const char *file, const struct answer *a)
{
	const struct tdxcpuid_answer *kvm = a->kvm;
	char words[TDXCPUID_TEXT_MAX], name[HOST_MAX];

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
	}
	print(" (%s)\n", host_text(a->host, name));

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

static void print_vcpus(const struct vcpu *vcpus, int nr_vcpus)
{
	for (int i = 0; i < nr_vcpus; i++) {
		print_violations(vcpus[i].file, &vcpus[i].request, vcpus[i].answer);
		print("%s: %s\n", vcpus[i].file,
		      vcpus[i].answer ? vcpu_verdict(&vcpus[i]) :
					"not checked: there is no TD to be consistent with");
	}
}

static void print_unknown(const struct tdxcpuid_answer *kvm)
{
	for (size_t i = 0; i < ARRAY_SIZE(unknowns); i++) {
		if (!(kvm->unknown & unknowns[i].bit))
			continue;
		print_in(STYLE_HINT, "unknown:");
		print(" %s\n", unknowns[i].words);
	}
}

static void answer_to_text(const char *file, const struct answer *a, const struct vcpu *vcpus,
			   int nr_vcpus)
{
	if (!strcmp(file, "-"))
		file = "<stdin>";
	print_violations(file, a->request, a->kvm);
	print_verdict(file, a);
	if (a->kvm->verdict != TDXCPUID_REJECTED)
		print_unknown(a->kvm);
	if (a->kvm->effective) {
		print_at_stake(&a->kvm->at_stake);
		print_list("Lost: requested, but 0 in the TD", &a->kvm->lost);
		print_list("Left off: the TD could have it", &a->kvm->left_off);
		print_list("Forced: not requested, but 1 in the TD", &a->kvm->forced);
		print_effective(a);
	}

	if (nr_vcpus)
		print("\n");
	print_vcpus(vcpus, nr_vcpus);
	print_notes(&a->host->notes);
}

/* ---- one request ---- */

/* The host that the request asks for, by what it names and else by the options. */
static const struct host *host_of_request(const struct request *r, const struct host *preset,
					  struct trouble *t)
{
	const struct tdxcpuid_module *module = preset->info.module;
	const struct tdxcpuid_cpu *cpu = preset->info.cpu;
	enum tdxcpuid_policy policy = preset->info.policy;
	const struct host *host;
	struct json_path path = { 1, { { .key = NULL } } };

	if (!r->module && !r->cpu && !r->policy)
		return preset;

	if (!preset->info.model) {
		trouble(t, 1, 1,
			"'module', 'cpu' and 'policy' are those of the host that is given");
		return NULL;
	}

	/* Names only: a request does not get to open files. */
	if (r->module) {
		path.step[0].key = "module";
		module = known_module(r->module);
	}
	if (module && r->cpu) {
		path.step[0].key = "cpu";
		cpu = known_cpu(r->cpu);
	}
	if (module && cpu && r->policy && !tdxcpuid_policy_find(r->policy, &policy)) {
		path.step[0].key = "policy";
		module = NULL;
	}
	if (!module || !cpu) {
		json_trouble(t, r->data, r->size, &path, false, "there is no %s of that name",
			     path.step[0].key);
		return NULL;
	}

	host = load_host(module, cpu, policy);
	if (!host)
		trouble(t, 1, 1, "out of memory");
	return host;
}

static struct tdxcpuid_vcpu kvm_vcpu(const struct vcpu *vcpu, bool superset)
{
	return (struct tdxcpuid_vcpu){
		.size = sizeof(struct tdxcpuid_vcpu),
		.nent = vcpu->request.nent,
		.entries = vcpu->request.entries,
		.superset = superset,
	};
}

/* Each vCPU against the TD of an accepted request; 1 if one is inconsistent. */
static int check_vcpus(const struct answer *a, struct vcpu *vcpus, int nr_vcpus, bool superset)
{
	const struct tdxcpuid_request request = kvm_request(a->request);
	int status = 0;

	if (!a->kvm->effective)
		return 0;
	for (int i = 0; i < nr_vcpus; i++) {
		const struct tdxcpuid_vcpu vcpu = kvm_vcpu(&vcpus[i], superset);

		no_memory_if(tdxcpuid_check_vcpu(a->host->kvm, &request, &vcpu, &vcpus[i].answer));
		status |= vcpus[i].answer->nr_violations ? 1 : 0;
	}
	return status;
}

static int vcpu_open(struct vcpu *vcpu, const char *file)
{
	struct trouble t;

	vcpu->file = file;
	if (text_read(&vcpu->text, file, &t) ||
	    request_parse(&vcpu->request, vcpu->text.data, vcpu->text.size, &t))
		return complain(file, &t);
	return 0;
}

static int check_one(const struct options *o, const struct host *preset, struct answer *a,
		     struct request *r, struct vcpu *vcpus)
{
	const char *file = o->args[0];
	const struct host *host;
	struct text text;
	struct trouble t;
	int status = 0;

	if (text_read(&text, file, &t))
		return complain(file, &t);

	if (request_parse(r, text.data, text.size, &t)) {
		status = complain(file, &t);
	} else if (!r->header) {
		trouble(&t, 1, 1,
			"a list of CPUID entries for a vCPU, not a request: it lacks attributes "
			"and xfam");
		status = complain(file, &t);
	} else if (!(host = host_of_request(r, preset, &t))) {
		status = complain(file, &t);
	} else {
		for (int i = 0; i < o->nr_vcpus && !status; i++)
			status = vcpu_open(&vcpus[i], o->vcpus[i]);
		if (!status) {
			no_memory_if(find_answer(a, host, r));
			status = a->kvm->error ? 1 : 0;
			status |= check_vcpus(a, vcpus, o->nr_vcpus, o->superset);
			if (o->json) {
				struct out j = { .break_depth = 2 };

				answer_to_json(&j, NULL, a, vcpus, o->nr_vcpus);
				out_flush(&j);
				out_free(&j);
			} else {
				answer_to_text(file, a, vcpus, o->nr_vcpus);
			}
		}
	}

	request_free(r);
	text_free(&text);
	return status;
}

/* The vCPUs that are opened, against the page; 1 if one is inconsistent. */
static int compare_snp(const struct options *o, const struct text *page, struct vcpu *vcpus)
{
	int status = 0;

	for (int i = 0; i < o->nr_vcpus; i++) {
		const struct tdxcpuid_vcpu vcpu = kvm_vcpu(&vcpus[i], o->superset);
		int error = tdxcpuid_check_snp(page->data, page->size, &vcpu, &vcpus[i].answer);
		struct trouble t;

		if (error == -EINVAL) {
			trouble(&t, 1, 1, "not the CPUID page of an SEV-SNP guest");
			return complain(o->snp_page, &t);
		}
		no_memory_if(error);
		status |= vcpus[i].answer->nr_violations ? 1 : 0;
	}
	return status;
}

/* vCPUs against what the PSP enforces for an SEV-SNP guest. */
static int check_snp(const struct options *o, struct vcpu *vcpus)
{
	struct out j = { .break_depth = 2 };
	struct text page;
	struct trouble t;
	int status = 0;

	if (text_read(&page, o->snp_page, &t))
		return complain(o->snp_page, &t);
	for (int i = 0; i < o->nr_vcpus && status != EXIT_BAD; i++)
		status = vcpu_open(&vcpus[i], o->vcpus[i]);
	if (status != EXIT_BAD)
		status = compare_snp(o, &page, vcpus);
	text_free(&page);
	if (status == EXIT_BAD)
		return status;

	if (!o->json) {
		print_vcpus(vcpus, o->nr_vcpus);
		return status;
	}

	out_open(&j, NULL, '{');
	out_int(&j, "schema", 1);
	out_string(&j, "snp_page", o->snp_page);
	out_string(&j, "verdict", status ? "inconsistent" : "consistent");
	vcpus_to_json(&j, vcpus, o->nr_vcpus);
	out_close(&j, '}');
	out_flush(&j);
	out_free(&j);
	return status;
}

/* ---- lists recorded by run ---- */

void check_recorded(const struct host *host, const struct recorded_text *text,
		    const struct recorded_text *lists, int nr_vcpus, struct out *json)
{
	struct vcpu *vcpus = xcalloc(nr_vcpus + 1, sizeof(*vcpus));
	struct request *request = xcalloc(1, sizeof(*request));
	struct answer answer = { 0 };
	struct trouble t;
	int status;

	status = request_parse(request, text->data, text->size, &t);
	for (int i = 0; i < nr_vcpus && !status; i++) {
		vcpus[i].file = lists[i].name;
		status = request_parse(&vcpus[i].request, lists[i].data, lists[i].size, &t);
	}
	if (status) {
		complain(text->name, &t);
		if (json)
			out_null(json, "check");
	} else {
		no_memory_if(find_answer(&answer, host, request));
		check_vcpus(&answer, vcpus, nr_vcpus, false);
		if (json)
			answer_to_json(json, "check", &answer, vcpus, nr_vcpus);
		else
			answer_to_text(text->name, &answer, vcpus, nr_vcpus);
	}

	for (int i = 0; i < nr_vcpus; i++) {
		tdxcpuid_answer_free(vcpus[i].answer);
		request_free(&vcpus[i].request);
	}
	tdxcpuid_answer_free(answer.kvm);
	request_free(request);
	free(request);
	free(vcpus);
}

/* ---- many requests ---- */

struct batch {
	const struct host *preset;
	struct answer *answer;
	struct request *request;
	struct out out;
	size_t line;
	bool any_bad;
	bool any_rejected;
};

static void batch_bad(struct batch *b, const json_t *id, const struct trouble *t)
{
	out_open(&b->out, NULL, '{');
	out_value(&b->out, "id", id);
	out_open(&b->out, "error", '{');
	out_int(&b->out, "line", b->line + t->line - 1);
	out_int(&b->out, "column", t->column);
	out_string(&b->out, "text", t->text);
	out_close(&b->out, '}');
	out_close(&b->out, '}');
	out_flush(&b->out);
	b->any_bad = true;
}

static void batch_line(struct batch *b, const char *data, size_t size)
{
	const struct host *host = NULL;
	struct request *r = b->request;
	struct trouble t;

	if (!request_parse(r, data, size, &t)) {
		if (r->json && r->header)
			host = host_of_request(r, b->preset, &t);
		else
			trouble(&t, 1, 1, "%s",
				r->json ? "'attributes' and 'xfam' are missing" :
					  "a batch takes JSON only");
	}
	/* The next one may need less. */
	if (host && find_answer(b->answer, host, r)) {
		trouble(&t, 1, 1, "out of memory");
		host = NULL;
	}
	if (host) {
		answer_to_json(&b->out, NULL, b->answer, NULL, 0);
		out_flush(&b->out);
		b->any_rejected |= b->answer->kvm->error != 0;
	} else {
		batch_bad(b, r->id, &t);
	}
	request_free(r);
}

static int batch_run(struct batch *b, int fd, const char *file)
{
	const size_t room = INPUT_MAX + 2;
	char *data = xrealloc(NULL, room);
	size_t used = 0;
	bool skip = false; /* the rest of a line that was too long */
	struct trouble t;
	ssize_t n;

	for (;;) {
		char *start = data, *newline;

		n = read(fd, data + used, room - 1 - used);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		used += n;

		while ((newline = memchr(start, '\n', data + used - start))) {
			*newline = '\0';
			if (!skip) {
				b->line++;
				batch_line(b, start, newline - start);
			}
			skip = false;
			start = newline + 1;
		}

		used -= start - data;
		memmove(data, start, used);
		if (skip)
			used = 0;
		if (used > INPUT_MAX) {
			b->line++;
			trouble(&t, 1, INPUT_MAX + 1, "the line is longer than 1 MiB");
			batch_bad(b, NULL, &t);
			skip = true;
			used = 0;
		}
	}

	if (n < 0) {
		trouble(&t, b->line + 1, 1, "cannot read: %s", strerror(errno));
		free(data);
		return complain(file, &t);
	}
	if (used && !skip) {
		data[used] = '\0';
		b->line++;
		batch_line(b, data, used);
	}
	free(data);
	return b->any_bad ? EXIT_BAD : b->any_rejected;
}

static int check_batch(const struct options *o, struct batch *b)
{
	const char *file = o->nr_args ? o->args[0] : "-";
	bool is_stdin = !strcmp(file, "-");
	int fd = is_stdin ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC), status;
	struct trouble t;

	if (fd < 0) {
		trouble(&t, 1, 1, "cannot open: %s", strerror(errno));
		return complain(file, &t);
	}
	status = batch_run(b, fd, file);
	if (!is_stdin)
		close(fd);
	out_free(&b->out);
	return status;
}

int cmd_check(const struct options *o)
{
	const struct host *preset = host_of_options(o);
	struct vcpu *vcpus = xcalloc(o->nr_vcpus + 1, sizeof(*vcpus));
	struct request *request = xcalloc(1, sizeof(*request));
	struct answer *answer = xcalloc(1, sizeof(*answer));
	int status = EXIT_BAD;

	if (preset) {
		struct batch batch = { .preset = preset, .answer = answer, .request = request };

		if (o->snp_page)
			status = check_snp(o, vcpus);
		else if (o->batch)
			status = check_batch(o, &batch);
		else
			status = check_one(o, preset, answer, request, vcpus);
	}

	for (int i = 0; i < o->nr_vcpus; i++) {
		tdxcpuid_answer_free(vcpus[i].answer);
		request_free(&vcpus[i].request);
		text_free(&vcpus[i].text);
	}
	tdxcpuid_answer_free(answer->kvm);
	free(answer);
	free(request);
	free(vcpus);
	return status;
}
