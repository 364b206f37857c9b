// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* tdxcpuid check --supported: the vCPUs of an ordinary VM against KVM_GET_SUPPORTED_CPUID. */
#include <stdlib.h>

#include "check.h"
#include "json_in.h"

/* The list in a dump.  1: it is no dump. */
static int read_dump(struct request *r, const struct text *text, struct trouble *t)
{
	const size_t start = skip_space(text->data, text->size, 0);
	struct reader dump, part;
	int error = 1;

	if (start == text->size || text->data[start] != '{')
		return 1;
	if (reader_open(&dump, text->data, text->size, t))
		return -1;
	if (json_object_get(dump.json, "supported")) {
		error = reader_part(&part, &dump, "supported") || request_read(r, &part) ? -1 : 0;
		reader_close(&part);
	} else if (json_object_get(dump.json, "capabilities")) {
		error = trouble(t, 1, 1,
				"a dump without 'supported', KVM_GET_SUPPORTED_CPUID: it is of a "
				"modelled host, or from an older tdxcpuid");
	}
	reader_close(&dump);
	return error;
}

static int read_supported(struct request *r, const char *file, struct text *text)
{
	struct trouble t;
	int error;

	if (text_read_up_to(text, file, RECORDING_MAX, &t))
		return complain(file, &t);
	error = read_dump(r, text, &t);
	if (error > 0)
		error = request_parse_supported(r, text->data, text->size, &t);
	if (!error && r->header)
		error = trouble(&t, 1, 1,
				"a request for KVM_TDX_INIT_VM, not a list of "
				"KVM_GET_SUPPORTED_CPUID");
	return error ? complain(file, &t) : 0;
}

static void report(const struct options *o, const struct vcpu *vcpus, int status)
{
	struct out j = { .break_depth = 2 };

	if (!o->json) {
		print_vcpus(vcpus, o->nr_vcpus);
		return;
	}
	out_open(&j, NULL, '{');
	out_int(&j, "schema", 1);
	out_string(&j, "supported", o->supported);
	out_string(&j, "verdict", status ? "inconsistent" : "consistent");
	vcpus_to_json(&j, vcpus, o->nr_vcpus);
	out_close(&j, '}');
	out_flush(&j);
	out_free(&j);
}

int check_supported(const struct options *o, struct vcpu *vcpus)
{
	struct request *list = xcalloc(1, sizeof(*list));
	struct text text = { 0 };
	int status = read_supported(list, o->supported, &text);

	for (int i = 0; i < o->nr_vcpus && !status; i++)
		status = vcpu_open(&vcpus[i], o->vcpus[i]);
	for (int i = 0; i < o->nr_vcpus && status != EXIT_BAD; i++) {
		const struct tdxcpuid_vcpu vcpu = kvm_vcpu(&vcpus[i], false);

		no_memory_if(tdxcpuid_check_supported(list->entries, list->nent, &vcpu,
						      &vcpus[i].answer));
		status |= vcpus[i].answer->nr_violations ? 1 : 0;
	}
	if (status != EXIT_BAD)
		report(o, vcpus, status);
	request_free(list);
	text_free(&text);
	free(list);
	return status;
}
