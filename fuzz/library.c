// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The library's entry points, with arguments of the right type and any contents: one answer
 * agrees with the other, and none is larger than the question allows.
 */
#include <errno.h>

#include "answer.h"
#include "entries.h"

static struct kvm_cpuid_entry2 entries[ENTRIES_ROOM], list[ENTRIES_ROOM];
static struct slot_offer slots[TDXCPUID_MAX_SLOTS];
static struct tdxcpuid_answer *a, *again;

/* Booting one takes longer than to ask it. */
static struct tdxcpuid_host *take_model(struct bytes *b)
{
	static struct tdxcpuid_host *models[32][16][3];
	const uint8_t module = take8(b) & 31, cpu = take8(b) & 15, policy = take8(b) % 3;
	struct tdxcpuid_host **model = &models[module][cpu][policy];

	if (!*model)
		must(!tdxcpuid_host_new_model(tdxcpuid_module_nth(module), tdxcpuid_cpu_nth(cpu),
					      policy, model));
	return *model;
}

/* A host known by what @model reports, and perhaps by nothing else. */
static struct tdxcpuid_host *take_caps(struct bytes *b, const struct tdxcpuid_host_info *model)
{
	const uint8_t code = take8(b);
	const struct tdxcpuid_caps caps = {
		.size = sizeof(caps),
		.nent = model->nr_slots,
		.cpuid = model->cpuid,
		.attributes = take_field(b, model->attributes),
		.xfam = take_field(b, model->xfam),
		.module = code & 1 ? model->module : NULL,
		.cpu = code & 2 ? model->cpu : NULL,
		.gpaw52 = (code >> 2 & 3) % 3,
		.tsc_khz = code & 16 ? model->tsc_khz : 0,
	};
	struct tdxcpuid_host *host;

	must(!tdxcpuid_host_new_caps(&caps, &host));
	return host;
}

static uint32_t find_slots(const struct tdxcpuid_host *host)
{
	struct tdxcpuid_slot slot;
	uint32_t k;

	for (k = 0; tdxcpuid_host_slot(host, k, &slot); k++) {
		slots[k] = (struct slot_offer){ slot.leaf, slot.subleaf, { 0 } };
		memcpy(slots[k].reg, slot.reported, sizeof(slot.reported));
	}
	return k;
}

/* An explanation of what check says has the same violations, and of anything else an answer. */
static void explain(struct bytes *b, const struct tdxcpuid_host *host,
		    const struct tdxcpuid_request *request)
{
	const int error = -(int)take8(b);

	must(!tdxcpuid_explain(host, request, a->error, a->hw_error, &again));
	if (!a->unknown)
		must(again->nr_violations == a->nr_violations);
	check_answer(again, request->nent);
	must(!tdxcpuid_explain(host, request, error, take_field(b, a->status), &again));
	must(again->error == error);
	check_list(again->violations, again->nr_violations, request->nent);
}

/* What is left has nothing more to drop, and is not refused for what was. */
static void filter(const struct tdxcpuid_host *host, struct tdxcpuid_request *request)
{
	uint32_t nent = request->nent;
	int error;

	memcpy(list, entries, sizeof(list));
	error = tdxcpuid_filter(host, list, &nent, &again);
	must(error == (request->nent > TDXCPUID_MAX_ENTRIES ? -E2BIG : 0) || error == -EOPNOTSUPP);
	if (error)
		return;
	must(nent <= request->nent);
	check_list(again->violations, again->nr_violations, request->nent);
	must(!tdxcpuid_filter(host, list, &nent, &again) && again->verdict == TDXCPUID_ACCEPTED);

	request->entries = list;
	request->nent = nent;
	must(!tdxcpuid_check(host, request, &again));
	check_answer(again, nent);
	for (uint32_t i = 0; i < again->nr_violations; i++) {
		switch (again->violations[i].reason) {
		case TDXCPUID_DUPLICATE:
		case TDXCPUID_NO_SLOT:
		case TDXCPUID_PV_LEAF:
		case TDXCPUID_DENIED:
		case TDXCPUID_NOT_CONFIGURABLE:
			must(!"nothing that the filter drops is left");
		default:
			break;
		}
	}
}

/* What the TD has agrees with the TD; what KVM supports is supported. */
static void vcpus(struct bytes *b, const struct tdxcpuid_host *host,
		  const struct tdxcpuid_request *request)
{
	struct tdxcpuid_vcpu vcpu = { .size = sizeof(vcpu), .nent = a->nr_effective };

	vcpu.entries = list;
	if (vcpu.nent) {
		memcpy(list, a->effective, a->nr_effective * sizeof(*list));
		must(!tdxcpuid_check_vcpu(host, request, &vcpu, &again));
		must(again->verdict == TDXCPUID_ACCEPTED);
		must(!tdxcpuid_check_supported(list, vcpu.nent, &vcpu, &again));
		must(again->verdict == TDXCPUID_ACCEPTED);
	}
	vcpu.superset = take8(b) & 1;
	vcpu.strict = take8(b) & 1;
	vcpu.entries = entries;
	vcpu.nent = request->nent;
	vcpu.effective = a->nr_effective ? list : NULL;
	vcpu.nr_effective = a->nr_effective;
	if (!tdxcpuid_check_vcpu(host, request, &vcpu, &again))
		check_list(again->violations, again->nr_violations,
			   request->nent > vcpu.nent ? request->nent : vcpu.nent);
	if (!tdxcpuid_check_supported(list, a->nr_effective, &vcpu, &again))
		check_answer(again, vcpu.nent);
}

static void ask(struct bytes *b, const struct tdxcpuid_host *host,
		const struct tdxcpuid_host_info *info)
{
	struct tdxcpuid_request request = {
		.size = sizeof(request),
		.entries = entries,
		.attributes = take_field(b, info->attributes),
		.xfam = take_field(b, info->xfam),
		.tsc_khz = take_field(b, 0),
	};
	struct bytes rest = { b->data, b->left < 24 ? b->left : 24 };

	b->data += rest.left;
	b->left -= rest.left;
	request.nent = take_entries(b, slots, find_slots(host), entries, ENTRIES_ROOM);

	must(!tdxcpuid_check(host, &request, &a));
	must(!tdxcpuid_check(host, &request, &again));
	check_answer(a, request.nent);
	must(same_answer(a, again) && (a->verdict == TDXCPUID_REJECTED) == (a->error != 0));
	explain(&rest, host, &request);
	vcpus(&rest, host, &request);
	filter(host, &request);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes b = { data, size };
	const struct tdxcpuid_host *model = take_model(&b);
	struct tdxcpuid_host_info info = { .size = sizeof(info) };
	struct tdxcpuid_host *known = NULL;

	tdxcpuid_host_info(model, &info);
	if (take8(&b) & 1 && !(info.disabled & TDXCPUID_NO_MODULE))
		known = take_caps(&b, &info);
	ask(&b, known ? known : model, &info);
	tdxcpuid_host_free(known);
	return 0;
}
