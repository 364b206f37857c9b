// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * A request or a list of entries: as text, JSON, strace or trace.  What is read goes on to
 * KVM, and reads the same when it is written as JSON.
 */
#include "../cli/request.h"
#include "../cli/target.h"
#include "answer.h"
#include "reader.h"

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

	must(!tdxcpuid_check(host->kvm, &request, &answer));
	check_answer(answer, r->nent);
}

/* Wherever a place is, it must lie within the text. */
static void check_places(const struct request *r)
{
	struct place place;

	must(r->nent <= r->size);
	for (int entry = -1; entry < (int)r->nent; entry++) {
		for (int reg = -1; reg < 4; reg++) {
			request_place(r, entry, reg,
				      entry < 0 && reg < 0 && r->header ? "xfam" : NULL, &place);
			must(place.line && place.start >= r->data);
			must(place.start + place.length <= r->data + r->size);
			must(place.column + place.width <= place.length);
		}
	}
}

static void write_back(const struct request *r)
{
	static struct request again;
	struct out j = { 0 };
	struct trouble t;

	out_open(&j, NULL, '{');
	if (r->header) {
		out_hex(&j, "attributes", r->attributes);
		out_hex(&j, "xfam", r->xfam);
		out_int(&j, "tsc_khz", r->tsc_khz);
	}
	out_open(&j, "cpuid", '[');
	for (u32 i = 0; i < r->nent; i++)
		out_entry(&j, &r->entries[i]);
	out_close(&j, ']');
	out_close(&j, '}');
	must(!request_parse(&again, text_written(&j), j.text.used, &t));
	must(again.header == r->header && again.nent == r->nent);
	must(!r->header || (again.attributes == r->attributes && again.xfam == r->xfam &&
			    again.tsc_khz == r->tsc_khz));
	must(!memcmp(again.entries, r->entries, r->nent * sizeof(*r->entries)));
	request_free(&again);
	out_free(&j);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct request r;
	char *text = text_of(data, size);
	struct trouble t = { 0 };

	if (request_parse(&r, text, size, &t)) {
		check_trouble(&t, text, size);
	} else {
		check_places(&r);
		run_kvm(&r);
		write_back(&r);
	}
	request_free(&r);

	if (request_parse_supported(&r, text, size, &t))
		check_trouble(&t, text, size);
	else
		check_places(&r);
	request_free(&r);
	free(text);
	return 0;
}
