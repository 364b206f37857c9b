// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A request or a vCPU list, as text or JSON; what parses goes on to KVM. */
#include <stdlib.h>

#include "../cli/request.h"
#include "../cli/target.h"
#include "fuzz.h"

static void run_kvm(const struct request *r)
{
	const struct target *host =
		model_target(tdxcpuid_module_find(TDXCPUID_DEFAULT_MODULE),
			     tdxcpuid_cpu_find(TDXCPUID_DEFAULT_CPU), TDXCPUID_ALLOWLIST);
	const struct tdxcpuid_request request = {
		.size = sizeof(request),
		.attributes = r->attributes,
		.xfam = r->xfam,
		.tsc_khz = r->tsc_khz,
		.nent = r->nent,
		.entries = r->entries,
	};
	static struct tdxcpuid_answer *answer;

	if (tdxcpuid_check(host->kvm, &request, &answer))
		abort();
	for (u32 i = 0; i < answer->nr_violations; i++) {
		if (answer->violations[i].entry >= TDXCPUID_MAX_ENTRIES ||
		    !*answer->violations[i].text)
			abort();
	}
}

/* Wherever a place is, it must lie within the text. */
static void check_places(const struct request *r)
{
	struct place place;

	for (int entry = -1; entry < (int)r->nent; entry++) {
		for (int reg = -1; reg < 4; reg++) {
			request_place(r, entry, reg,
				      entry < 0 && reg < 0 && r->header ? "xfam" : NULL, &place);
			if (!place.line || place.start < r->data ||
			    place.start + place.length > r->data + r->size ||
			    place.column + place.width > place.length)
				abort();
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct request r;
	struct trouble t = { 0 };
	/* The parsers may count on a NUL behind the text. */
	char *text = malloc(size + 1);

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (request_parse(&r, text, size, &t)) {
		if (!t.line || !t.column || !*t.text)
			abort();
	} else {
		check_places(&r);
		run_kvm(&r);
	}
	request_free(&r);
	free(text);
	return 0;
}
