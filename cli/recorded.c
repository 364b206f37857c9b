// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Lists that were recorded by tdxcpuid run, judged as check does it. */
#include <stdlib.h>

#include "check.h"

void check_recorded(const struct target *host, const struct recorded_text *text,
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
		check_vcpus(&answer, vcpus, nr_vcpus, MODE_OVERLAP);
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
