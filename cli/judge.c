// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A request and its vCPUs before the host: found once, for text and JSON to tell. */
#include "check.h"
#include "json_in.h"

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

void no_memory_if(int error)
{
	if (error)
		out_of_memory();
}

int find_answer(struct answer *a, const struct target *host, const struct request *request)
{
	const struct tdxcpuid_request r = kvm_request(request);

	a->host = host;
	a->request = request;
	return tdxcpuid_check(host->kvm, &r, &a->kvm);
}

u32 nr_bits(const struct tdxcpuid_bits_list *list, enum tdxcpuid_why why, bool all)
{
	u32 n = 0;

	for (u32 i = 0; i < list->nr; i++) {
		if (all || list->bits[i].why == why)
			n += __builtin_popcount(list->bits[i].mask);
	}
	return n;
}

void first_reason(const struct tdxcpuid_answer *kvm, const char **reason, const char **text)
{
	*reason = *text = NULL;
	if (kvm->verdict == TDXCPUID_REJECTED) {
		*text = kvm->nr_violations ? kvm->violations[0].text : kvm->text;
		*reason =
			kvm->nr_violations ? tdxcpuid_reason_name(kvm->violations[0].reason) : NULL;
	}
	for (size_t i = 0; kvm->verdict == TDXCPUID_UNDECIDED && unknowns[i].bit && !*text; i++) {
		if (kvm->unknown & unknowns[i].bit) {
			*text = unknowns[i].bit == TDXCPUID_UNKNOWN_DROPPED && kvm->nr_notes ?
					kvm->notes[0].text :
					unknowns[i].words;
			*reason = unknowns[i].name;
		}
	}
}

u64 missing_xfam(const struct answer *a, const struct tdxcpuid_bits *b, u32 bits)
{
	u64 missing = 0;

	for (int bit = 0; bit < 32; bit++) {
		const struct tdxcpuid_bit at = { b->leaf, b->subleaf, b->reg, bit };
		struct tdxcpuid_bit_fate fate;

		if (!(b->mask & bits & 1U << bit))
			continue;
		tdxcpuid_bit_fate(a->host->kvm, &at, &fate);
		missing |= fate.xfam & ~a->request->xfam;
	}
	return missing;
}

const struct target *target_of_request(const struct request *r, const struct target *preset,
				       struct trouble *t)
{
	const struct tdxcpuid_module *module = preset->info.module;
	const struct tdxcpuid_cpu *cpu = preset->info.cpu;
	enum tdxcpuid_policy policy = preset->info.policy;
	const struct target *host;
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
		json_trouble(t, r->data, r->size, NULL, &path, false, "there is no %s of that name",
			     path.step[0].key);
		return NULL;
	}

	host = model_target(module, cpu, policy);
	if (!host)
		trouble(t, 1, 1, "out of memory");
	return host;
}

struct tdxcpuid_vcpu kvm_vcpu(const struct vcpu *vcpu, enum vcpu_mode mode)
{
	return (struct tdxcpuid_vcpu){
		.size = sizeof(struct tdxcpuid_vcpu),
		.nent = vcpu->request.nent,
		.entries = vcpu->request.entries,
		.superset = mode == MODE_SUPERSET,
		.strict = mode == MODE_STRICT,
	};
}

int check_vcpus(const struct answer *a, struct vcpu *vcpus, int nr_vcpus, enum vcpu_mode mode)
{
	const struct tdxcpuid_request request = kvm_request(a->request);
	int status = 0;

	if (!a->kvm->effective)
		return 0;
	for (int i = 0; i < nr_vcpus; i++) {
		const struct tdxcpuid_vcpu vcpu = kvm_vcpu(&vcpus[i], mode);

		no_memory_if(tdxcpuid_check_vcpu(a->host->kvm, &request, &vcpu, &vcpus[i].answer));
		status |= vcpus[i].answer->nr_violations ? 1 : 0;
	}
	return status;
}

int vcpu_open(struct vcpu *vcpu, const char *file)
{
	struct trouble t;

	vcpu->file = file;
	if (text_read_up_to(&vcpu->text, file, RECORDING_MAX, &t) ||
	    request_parse(&vcpu->request, vcpu->text.data, vcpu->text.size, &t))
		return complain(file, &t);
	return 0;
}

const char *verdict_name(enum tdxcpuid_verdict verdict)
{
	static const char *const names[] = { [TDXCPUID_ACCEPTED] = "accepted",
					     [TDXCPUID_REJECTED] = "rejected",
					     [TDXCPUID_UNDECIDED] = "undecided" };

	return names[verdict];
}

const char *vcpu_verdict(const struct vcpu *vcpu)
{
	if (!vcpu->answer)
		return "unchecked";
	return vcpu->answer->nr_violations ? "inconsistent" : "consistent";
}

const struct unknown unknowns[] = {
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
	{ 0 },
};
