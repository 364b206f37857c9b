// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * tdxcpuid check: the answer of KVM_TDX_INIT_VM to a request, what the TD gets,
 * and whether the vCPUs agree.  Found once, in struct answer; text and JSON both
 * tell that.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli.h"

/* Every register of every slot, for every reason. */
#define BITS_MAX (TDX_MODULE_MAX_CONFIG * 4 * TDX_NR_LOSS)

struct bits_list {
	u32 nr;
	struct bits bits[BITS_MAX];
};

struct violations {
	struct kvm_tdx_reporter reporter;
	struct kvm_tdx_violation *list;
	u32 nr;
	u32 room;
};

struct answer {
	const struct host *host;
	const struct request *request;
	struct kvm_tdx_answer kvm;
	struct kvm_tdx_td td; /* if kvm.error is 0, as what is below */
	struct violations violations;
	struct bits_list lost;	   /* requested, but 0 in the TD */
	struct bits_list forced;   /* not requested, but 1 in the TD */
	struct bits_list left_off; /* could be had, but not requested */
	struct bits_list at_stake; /* what the allowlist would have denied */
	u32 nr_effective;
	struct kvm_cpuid_entry2 effective[TDX_MODULE_MAX_LOOKUP];
};

struct vcpu {
	const char *file;
	struct text text;
	struct request request;
	struct violations violations;
	bool checked;
};

static void report(struct kvm_tdx_reporter *reporter, const struct kvm_tdx_violation *v)
{
	struct violations *violations = (struct violations *)reporter;

	if (violations->nr == violations->room) {
		violations->room = violations->room * 2 + 16;
		violations->list =
			realloc(violations->list, violations->room * sizeof(*violations->list));
		if (!violations->list) {
			fputs("tdxcpuid: out of memory\n", stderr);
			exit(EXIT_BAD);
		}
	}
	violations->list[violations->nr++] = *v;
}

static void add_bits(struct bits_list *list, const struct tdx_cpuid_slot *slot, int reg, u32 mask,
		     const char *reason)
{
	if (mask && list->nr < BITS_MAX)
		list->bits[list->nr++] =
			(struct bits){ slot->leaf, slot->subleaf, reg, mask, reason };
}

/* What became of the bits of one slot. */
static void sort_slot(struct answer *a, u32 k)
{
	const struct host *host = a->host;
	const struct tdx_cpuid_slot *slot = &host->kvm.slots.slot[k];
	const struct tdx_platform *platform = &host->kvm.platform;
	const u32 *raw = platform->raw[platform->module->lookup_of_slot[k]];
	const u32 *requested = a->td.params.cpuid_values[k],
		  *effective = kvm_tdx_effective(&a->td, k);
	u32 lost[TDX_NR_LOSS][4], masked[4] = { 0 };

	tdx_mng_lost(&a->td.td, &a->td.params, k, lost);
	for (u32 i = 0; i < platform->module->nr_xfam_mask; i++) {
		const struct tdx_xfam_mask *row = &platform->module->xfam_mask[i];

		if (row->leaf != slot->leaf || row->subleaf != slot->subleaf ||
		    !(row->xfam & ~a->td.params.xfam))
			continue;
		for (int reg = 0; reg < 4; reg++)
			masked[reg] |= row->clear[reg];
	}

	for (int reg = 0; reg < 4; reg++) {
		u32 unasked = ~requested[reg] & ~host->numbers[k][reg];
		u32 forced = unasked & effective[reg];
		u32 off = unasked & ~effective[reg] & slot->configurable[reg] & raw[reg];
		u32 offered = kvm_tdx_reg(&host->caps[k], reg);

		for (int why = 0; why < TDX_NR_LOSS; why++)
			add_bits(&a->lost, slot, reg, lost[why][reg], tdxcpuid_loss_name(why));
		add_bits(&a->forced, slot, reg, forced & host->fixed1[k][reg], "fixed1");
		add_bits(&a->forced, slot, reg, forced & ~host->fixed1[k][reg], "native");
		add_bits(&a->left_off, slot, reg, off & offered & ~masked[reg], "not-requested");
		add_bits(&a->left_off, slot, reg, off & offered & masked[reg], "xfam");
		add_bits(&a->left_off, slot, reg, off & ~offered, "denied");
		add_bits(&a->at_stake, slot, reg, kvm_tdx_at_stake(&a->td, k, reg), "denied");
	}
}

static void find_answer(struct answer *a, const struct host *host, const struct request *request)
{
	const struct kvm_tdx_request kvm_request = {
		.attributes = request->attributes,
		.xfam = request->xfam,
		.tsc_khz = request->tsc_khz,
		.nent = request->nent,
		.entries = request->entries,
	};
	int n;

	a->host = host;
	a->request = request;
	a->violations.reporter.report = report;
	a->violations.nr = a->lost.nr = a->forced.nr = a->left_off.nr = a->at_stake.nr = 0;
	a->nr_effective = 0;

	if (kvm_tdx_init_vm(&a->td, &host->kvm, &kvm_request, &a->kvm, &a->violations.reporter))
		return;

	for (u32 k = 0; k < host->kvm.slots.nr; k++)
		sort_slot(a, k);
	n = kvm_tdx_get_cpuid(&a->td, a->effective, TDX_MODULE_MAX_LOOKUP);
	a->nr_effective = n < 0 ? 0 : n;
}

/* The bits of a violation, counted in its slot; none where they are a number. */
static struct bits bits_of(const struct host *host, const struct kvm_tdx_violation *v)
{
	struct bits b = { v->leaf, v->subleaf, v->reg, v->reg < 0 ? 0 : v->mask, NULL };

	if (!host || v->slot < 0)
		return b;

	b.leaf = host->kvm.slots.slot[v->slot].leaf;
	b.subleaf = host->kvm.slots.slot[v->slot].subleaf;
	if (v->reg >= 0 && (v->reason == KVM_TDX_VALUE || v->reason == KVM_TDX_GPAW))
		b.mask &= ~host->numbers[v->slot][v->reg];
	return b;
}

/* ---- JSON ---- */

static void violations_to_json(struct out *j, const struct host *host,
			       const struct violations *violations)
{
	char text[TDXCPUID_TEXT_MAX], fix[TDXCPUID_TEXT_MAX];

	out_open(j, "violations", '[');
	for (u32 i = 0; i < violations->nr; i++) {
		const struct kvm_tdx_violation *v = &violations->list[i];
		const struct bits bits = bits_of(host, v);

		tdxcpuid_violation_text(host ? &host->kvm : NULL, v, text, fix);
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
		if (v->reason == KVM_TDX_INCONSISTENT)
			out_hex(j, "effective", v->effective);
		else
			out_null(j, "effective");
		out_string(j, "text", text);
		out_string(j, "fix", fix);
		out_close(j, '}');
	}
	out_close(j, ']');
}

static void list_to_json(struct out *j, const char *key, const struct bits_list *list)
{
	out_open(j, key, '[');
	for (u32 i = 0; i < list->nr; i++) {
		out_open(j, NULL, '{');
		out_bits(j, &list->bits[i]);
		out_string(j, "reason", list->bits[i].reason);
		out_close(j, '}');
	}
	out_close(j, ']');
}

static const char *vcpu_verdict(const struct vcpu *vcpu)
{
	if (!vcpu->checked)
		return "unchecked";
	return vcpu->violations.nr ? "inconsistent" : "consistent";
}

static void vcpus_to_json(struct out *j, const struct vcpu *vcpus, int nr_vcpus)
{
	out_open(j, "vcpus", '[');
	for (int i = 0; i < nr_vcpus; i++) {
		out_open(j, NULL, '{');
		out_string(j, "file", vcpus[i].file);
		out_string(j, "verdict", vcpu_verdict(&vcpus[i]));
		violations_to_json(j, NULL, &vcpus[i].violations);
		out_close(j, '}');
	}
	out_close(j, ']');
}

static void answer_to_json(struct out *j, const char *key, const struct answer *a,
			   const struct vcpu *vcpus, int nr_vcpus)
{
	const struct kvm_tdx_answer *kvm = &a->kvm;
	const struct kvm_tdx_host *host = &a->host->kvm;

	out_open(j, key, '{');
	out_int(j, "schema", 1);
	out_value(j, "id", a->request->id);
	out_string(j, "module", host->platform.module->version);
	out_string(j, "cpu", host->platform.cpu->name);
	out_string(j, "policy", tdxcpuid_policy_name(host->policy));
	out_string(j, "verdict", kvm->error ? "rejected" : "accepted");
	out_int(j, "errno", kvm->error);
	out_string(j, "errno_name", tdxcpuid_errno_name(-kvm->error));
	out_hex(j, "hw_error", kvm->hw_error);
	out_hex(j, "status", kvm->status);
	if (kvm->asked && kvm->status)
		out_hex(j, "rcx", kvm->rcx);
	else
		out_null(j, "rcx");
	out_bool(j, "warned", kvm->warned);
	violations_to_json(j, a->host, &a->violations);

	if (kvm->error) {
		out_null(j, "effective");
	} else {
		out_open(j, "effective", '[');
		for (u32 i = 0; i < a->nr_effective; i++)
			out_entry(j, &a->effective[i]);
		out_close(j, ']');
	}
	list_to_json(j, "lost", &a->lost);
	list_to_json(j, "forced", &a->forced);
	list_to_json(j, "left_off", &a->left_off);
	list_to_json(j, "at_stake", &a->at_stake);

	vcpus_to_json(j, vcpus, nr_vcpus);
	out_notes(j, &a->host->notes);
	out_close(j, '}');
}

/* ---- text ---- */

/* The line of the input, and a caret with tildes under what is at fault in it. */
static void print_excerpt(const struct place *place)
{
	if (!place->width || place->length > 120)
		return;

	printf("%5zu | ", place->line);
	for (size_t i = 0; i < place->length; i++)
		putchar((unsigned char)place->start[i] < ' ' ? ' ' : place->start[i]);
	printf("\n      | %*s%s^", (int)place->column, "", style(STYLE_GOOD));
	for (size_t i = 1; i < place->width; i++)
		putchar('~');
	printf("%s\n", style(STYLE_PLAIN));
}

static void print_violations(const char *file, const struct request *request,
			     const struct host *host, const struct violations *violations)
{
	char text[TDXCPUID_TEXT_MAX], fix[TDXCPUID_TEXT_MAX], where[PLACE_MAX];

	for (u32 i = 0; i < violations->nr; i++) {
		const struct kvm_tdx_violation *v = &violations->list[i];
		const char *field = v->reason == KVM_TDX_ATTRIBUTES ? "attributes" :
				    v->reason == KVM_TDX_XFAM	    ? "xfam" :
								      NULL;
		struct place place;

		tdxcpuid_violation_text(host ? &host->kvm : NULL, v, text, fix);
		request_place(request, v->entry, v->reg, field, &place);
		printf("%s%s:%zu:%s %serror:%s [%s] ", style(STYLE_BOLD), file, place.line,
		       style(STYLE_PLAIN), style(STYLE_ERROR), style(STYLE_PLAIN),
		       tdxcpuid_layer_name(v->layer));
		if (v->has_leaf && v->reg >= 0)
			printf("%s: ", register_text(v->leaf, v->subleaf, v->reg, where));
		printf("%s\n", text);
		print_excerpt(&place);
		if (*fix)
			printf("%sfix:%s %s\n", style(STYLE_HINT), style(STYLE_PLAIN), fix);
	}
}

static const char *loss_words(const char *reason)
{
	static const char *const words[][2] = {
		{ "not-native", "this CPU does not have it" },
		{ "xfam", "its XFAM component is not requested" },
		{ "attribute", "its attribute is not requested" },
		{ "fixed0", "this module keeps it at 0" },
		{ "fixed1", "this module keeps it at 1" },
		{ "native", "this module passes on what the CPU has" },
		{ "not-requested", "configurable, but 0 in the request" },
		{ "denied", "KVM does not support it for TDs" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (!strcmp(words[i][0], reason))
			return words[i][1];
	}
	return reason;
}

static void print_list(const char *heading, const struct bits_list *list)
{
	static const char *const columns[] = { "REGISTER", "MASK", "BITS", "WHY" };
	struct table *table;

	if (!list->nr)
		return;

	printf("\n%s\n", heading);
	table = table_new(columns, ARRAY_SIZE(columns));
	for (u32 i = 0; i < list->nr; i++) {
		const struct bits *b = &list->bits[i];
		char where[PLACE_MAX], mask[PLACE_MAX], names[NAMES_MAX];

		table_row(table, register_text(b->leaf, b->subleaf, b->reg, where),
			  hex_text(b->mask, mask), names_text(b, 48, names), loss_words(b->reason));
	}
	table_print(table);
}

/* In words, what may happen to the host, once for each reason. */
static void print_at_stake(const struct answer *a)
{
	const char *said[BITS_MAX];
	u32 n = 0;

	print_list("At stake: the TD has what the allowlist denies", &a->at_stake);
	for (u32 i = 0; i < a->at_stake.nr; i++) {
		const struct bits *b = &a->at_stake.bits[i];

		for (int bit = 0; bit < 32; bit++) {
			struct tdxcpuid_verdict verdict;
			char name[TDXCPUID_NAME_MAX];
			u32 k;

			if (!(b->mask >> bit & 1))
				continue;
			tdxcpuid_verdict(b->leaf, b->subleaf, b->reg, bit, &verdict);
			for (k = 0; k < n && strcmp(said[k], verdict.reason); k++)
				;
			if (k < n || n == BITS_MAX)
				continue;
			said[n++] = verdict.reason;
			tdxcpuid_bit_name((struct tdxcpuid_bit){ b->leaf, b->subleaf, b->reg, bit },
					  name);
			printf("%swarning:%s %s: %s\n", style(STYLE_ERROR), style(STYLE_PLAIN),
			       name, verdict.reason);
		}
	}
}

static void print_effective(const struct answer *a)
{
	static const char *const columns[] = { "LEAF", "EAX", "EBX", "ECX", "EDX" };
	struct table *table = table_new(columns, ARRAY_SIZE(columns));
	static const u32 zeros[4];

	printf("\nThe TD gets, in the leaves that can be configured, where not zero (--json has "
	       "all)\n");
	for (u32 k = 0; k < a->host->kvm.slots.nr; k++) {
		const struct tdx_cpuid_slot *slot = &a->host->kvm.slots.slot[k];
		const u32 *effective = kvm_tdx_effective(&a->td, k);
		char cell[5][PLACE_MAX];

		if (!memcmp(effective, zeros, sizeof(zeros)))
			continue;
		leaf_text(slot->leaf, slot->subleaf, cell[0]);
		for (int reg = 0; reg < 4; reg++)
			snprintf(cell[1 + reg], PLACE_MAX, "0x%08x", effective[reg]);
		table_row(table, cell[0], cell[1], cell[2], cell[3], cell[4]);
	}
	table_print(table);
}

static void print_verdict(const char *file, const struct answer *a)
{
	const struct kvm_tdx_answer *kvm = &a->kvm;
	const struct kvm_tdx_host *host = &a->host->kvm;
	char words[TDXCPUID_TEXT_MAX];

	printf("%s%s:%s ", style(STYLE_BOLD), file, style(STYLE_PLAIN));
	if (!kvm->error) {
		printf("%saccepted%s", style(STYLE_GOOD), style(STYLE_PLAIN));
	} else {
		printf("%srejected%s with -%s", style(STYLE_ERROR), style(STYLE_PLAIN),
		       tdxcpuid_errno_name(-kvm->error));
		if (kvm->hw_error)
			printf(" and hw_error 0x%llx", (unsigned long long)kvm->hw_error);
	}
	printf(" (module %s, cpu %s, policy %s)\n", host->platform.module->version,
	       host->platform.cpu->name, tdxcpuid_policy_name(host->policy));

	if (kvm->asked && kvm->status) {
		tdxcpuid_status_text(kvm->status, true, kvm->rcx, words);
		printf("TDH.MNG.INIT returned 0x%llx, RCX 0x%llx: %s\n",
		       (unsigned long long)kvm->status, (unsigned long long)kvm->rcx, words);
	}
	if (kvm->warned)
		printf("%swarning:%s on this status KVM WARNs on the host and marks the VM as "
		       "dead; "
		       "a host with panic_on_warn goes down\n",
		       style(STYLE_ERROR), style(STYLE_PLAIN));
}

static void print_vcpus(const struct vcpu *vcpus, int nr_vcpus)
{
	for (int i = 0; i < nr_vcpus; i++) {
		print_violations(vcpus[i].file, &vcpus[i].request, NULL, &vcpus[i].violations);
		printf("%s: %s\n", vcpus[i].file,
		       vcpus[i].checked ? vcpu_verdict(&vcpus[i]) :
					  "not checked: there is no TD to be consistent with");
	}
}

static void answer_to_text(const char *file, const struct answer *a, const struct vcpu *vcpus,
			   int nr_vcpus)
{
	if (!strcmp(file, "-"))
		file = "<stdin>";
	print_violations(file, a->request, a->host, &a->violations);
	print_verdict(file, a);
	if (!a->kvm.error) {
		print_at_stake(a);
		print_list("Lost: requested, but 0 in the TD", &a->lost);
		print_list("Left off: the TD could have it", &a->left_off);
		print_list("Forced: not requested, but 1 in the TD", &a->forced);
		print_effective(a);
	}

	if (nr_vcpus)
		putchar('\n');
	print_vcpus(vcpus, nr_vcpus);
	print_notes(&a->host->notes);
}

/* ---- one request ---- */

/* The host that the request asks for, by what it names and else by the options. */
static const struct host *host_of_request(const struct request *r, const struct host *preset,
					  struct trouble *t)
{
	const struct tdx_module *module = preset->kvm.platform.module;
	const struct tdx_native *cpu = preset->kvm.platform.cpu;
	enum kvm_tdx_policy policy = preset->kvm.policy;
	const struct host *host;
	struct json_path path = { 1, { { .key = NULL } } };

	if (!r->module && !r->cpu && !r->policy)
		return preset;

	/* Names only: a request does not get to open files. */
	if (r->module) {
		path.step[0].key = "module";
		module = known_module(r->module);
	}
	if (module && r->cpu) {
		path.step[0].key = "cpu";
		cpu = known_cpu(r->cpu);
	}
	if (module && cpu && r->policy && !load_policy(r->policy, &policy)) {
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

static void check_vcpu(struct vcpu *vcpu, const struct kvm_tdx_trusted *trusted, bool superset)
{
	vcpu->checked = true;
	vcpu->violations.reporter.report = report;
	kvm_tdx_check_vcpu(trusted, vcpu->request.entries, vcpu->request.nent,
			   superset ? TDX_CPUID_SUPERSET : 0, &vcpu->violations.reporter);
}

/* Each vCPU against the TD of an accepted request; 1 if one is inconsistent. */
static int check_vcpus(const struct answer *a, struct vcpu *vcpus, int nr_vcpus, bool superset)
{
	const struct kvm_tdx_request request = {
		.nent = a->request->nent,
		.entries = a->request->entries,
	};
	struct kvm_tdx_trusted trusted;
	int status = 0;

	if (a->kvm.error)
		return 0;
	kvm_tdx_trust(&trusted, &a->td, &request);
	for (int i = 0; i < nr_vcpus; i++) {
		check_vcpu(&vcpus[i], &trusted, superset);
		status |= vcpus[i].violations.nr ? 1 : 0;
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
			find_answer(a, host, r);
			status = a->kvm.error ? 1 : 0;
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

/* vCPUs against what the PSP enforces for an SEV-SNP guest. */
static int check_snp(const struct options *o, struct vcpu *vcpus)
{
	struct kvm_tdx_trusted trusted;
	struct out j = { .break_depth = 2 };
	struct text page;
	struct trouble t;
	int status = 0;

	if (text_read(&page, o->snp_page, &t))
		return complain(o->snp_page, &t);
	if (kvm_snp_trust(&trusted, page.data, page.size)) {
		trouble(&t, 1, 1, "not the CPUID page of an SEV-SNP guest");
		status = complain(o->snp_page, &t);
	}
	text_free(&page);

	for (int i = 0; i < o->nr_vcpus && status != EXIT_BAD; i++)
		status = vcpu_open(&vcpus[i], o->vcpus[i]);
	if (status == EXIT_BAD)
		return status;

	for (int i = 0; i < o->nr_vcpus; i++) {
		check_vcpu(&vcpus[i], &trusted, o->superset);
		status |= vcpus[i].violations.nr ? 1 : 0;
	}
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
	struct vcpu *vcpus = calloc(nr_vcpus + 1, sizeof(*vcpus));
	struct request *request = calloc(1, sizeof(*request));
	struct answer *answer = calloc(1, sizeof(*answer));
	struct trouble t;
	int status = -1;

	if (!vcpus || !request || !answer)
		goto out;
	status = request_parse(request, text->data, text->size, &t);
	for (int i = 0; i < nr_vcpus && !status; i++) {
		vcpus[i].file = lists[i].name;
		status = request_parse(&vcpus[i].request, lists[i].data, lists[i].size, &t);
	}
	if (status) {
		complain(text->name, &t);
		goto out;
	}

	find_answer(answer, host, request);
	check_vcpus(answer, vcpus, nr_vcpus, false);
	if (json)
		answer_to_json(json, "check", answer, vcpus, nr_vcpus);
	else
		answer_to_text(text->name, answer, vcpus, nr_vcpus);
out:
	if (status && json)
		out_null(json, "check");
	for (int i = 0; vcpus && i < nr_vcpus; i++) {
		free(vcpus[i].violations.list);
		request_free(&vcpus[i].request);
	}
	if (answer)
		free(answer->violations.list);
	if (request)
		request_free(request);
	free(answer);
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
	if (host) {
		find_answer(b->answer, host, r);
		answer_to_json(&b->out, NULL, b->answer, NULL, 0);
		out_flush(&b->out);
		b->any_rejected |= b->answer->kvm.error != 0;
	} else {
		batch_bad(b, r->id, &t);
	}
	request_free(r);
	fflush(stdout);
}

static int batch_run(struct batch *b, FILE *in, const char *file)
{
	const size_t room = INPUT_MAX + 2;
	char *data = malloc(room);
	size_t used = 0;
	bool skip = false; /* the rest of a line that was too long */
	struct trouble t;
	ssize_t n;

	if (!data) {
		trouble(&t, 1, 1, "out of memory");
		return complain(file, &t);
	}

	for (;;) {
		char *start = data, *newline;

		n = read(fileno(in), data + used, room - 1 - used);
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
			fflush(stdout);
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
	FILE *in = is_stdin ? stdin : fopen(file, "r");
	struct trouble t;
	int status;

	if (!in) {
		trouble(&t, 1, 1, "cannot open: %s", strerror(errno));
		return complain(file, &t);
	}
	status = batch_run(b, in, file);
	if (!is_stdin)
		fclose(in);
	out_free(&b->out);
	return status;
}

int cmd_check(const struct options *o)
{
	const struct host *preset = host_of_options(o);
	struct vcpu *vcpus = calloc(o->nr_vcpus + 1, sizeof(*vcpus));
	struct request *request = calloc(1, sizeof(*request));
	struct answer *answer = calloc(1, sizeof(*answer));
	int status = EXIT_BAD;

	if (preset && vcpus && request && answer) {
		struct batch batch = { .preset = preset, .answer = answer, .request = request };

		if (o->snp_page)
			status = check_snp(o, vcpus);
		else if (o->batch)
			status = check_batch(o, &batch);
		else
			status = check_one(o, preset, answer, request, vcpus);
	}

	for (int i = 0; vcpus && i < o->nr_vcpus; i++) {
		free(vcpus[i].violations.list);
		request_free(&vcpus[i].request);
		text_free(&vcpus[i].text);
	}
	if (answer)
		free(answer->violations.list);
	free(answer);
	free(request);
	free(vcpus);
	return status;
}
