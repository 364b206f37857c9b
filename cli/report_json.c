// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What check says, as JSON. */
#include "check.h"
#include "print.h"

void violations_to_json(struct out *j, const char *key, const struct tdxcpuid_violation *list,
			u32 nr)
{
	out_open(j, key, '[');
	for (u32 i = 0; i < nr; i++) {
		const struct tdxcpuid_violation *v = &list[i];
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
		if (v->reason == TDXCPUID_INCONSISTENT || v->reason == TDXCPUID_HIDDEN ||
		    (v->reason == TDXCPUID_FIRMWARE && v->reg >= 0))
			out_hex(j, "effective", v->effective);
		else
			out_null(j, "effective");
		if (v->more)
			out_int(j, "count", v->more + 1);
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

/* Of an ordinary VM: what KVM leaves to userspace. */
static void exempt_to_json(struct out *j, const struct tdxcpuid_answer *answer)
{
	out_open(j, "exempt", '[');
	for (u32 i = 0; i < answer->nr_exempt; i++) {
		const struct tdxcpuid_exempt *e = &answer->exempt[i];
		const struct tdxcpuid_bits bits = {
			.leaf = e->leaf, .subleaf = e->subleaf, .reg = e->reg, .mask = e->mask
		};

		out_open(j, NULL, '{');
		out_int(j, "entry", e->entry);
		out_bits(j, &bits);
		out_string(j, "text", e->text);
		out_string(j, "source", e->source);
		out_close(j, '}');
	}
	out_close(j, ']');
}

void vcpus_to_json(struct out *j, const struct vcpu *vcpus, int nr_vcpus)
{
	out_open(j, "vcpus", '[');
	for (int i = 0; i < nr_vcpus; i++) {
		const struct tdxcpuid_answer *answer = vcpus[i].answer;

		out_open(j, NULL, '{');
		out_string(j, "file", vcpus[i].file);
		out_string(j, "verdict", vcpu_verdict(&vcpus[i]));
		if (vcpus[i].request.first_of_several)
			out_bool(j, "first_of_several", true);
		violations_to_json(j, "violations", answer ? answer->violations : NULL,
				   answer ? answer->nr_violations : 0);
		if (answer && answer->exempt)
			exempt_to_json(j, answer);
		else
			violations_to_json(j, "hidden", answer ? answer->notes : NULL,
					   answer ? answer->nr_notes : 0);
		out_close(j, '}');
	}
	out_close(j, ']');
}

static void unknown_to_json(struct out *j, const struct tdxcpuid_answer *kvm)
{
	out_open(j, "unknown", '[');
	for (size_t i = 0; unknowns[i].bit; i++) {
		if (kvm->unknown & unknowns[i].bit)
			out_string(j, NULL, unknowns[i].name);
	}
	out_close(j, ']');
}

void answer_to_json(struct out *j, const char *key, const struct answer *a,
		    const struct vcpu *vcpus, int nr_vcpus)
{
	const struct tdxcpuid_answer *kvm = a->kvm;
	struct notes notes = notes_of_answer(a);

	/* As text they are told with their lines. */
	for (u32 i = 0; i < kvm->nr_notes; i++)
		add_note(&notes, "%s", kvm->notes[i].text);
	out_open(j, key, '{');
	out_int(j, "schema", 1);
	out_value(j, "id", a->request->id);
	out_host(j, a->host);
	out_string(j, "verdict", verdict_name(kvm->verdict));
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
	violations_to_json(j, "violations", kvm->violations, kvm->nr_violations);

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
	out_notes(j, &notes);
	out_close(j, '}');
}
