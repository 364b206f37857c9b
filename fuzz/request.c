// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A request or a vCPU list, as text or JSON; what parses goes on to KVM. */
#include <stdlib.h>

#include "../cli/cli.h"
#include "fuzz.h"

static void ignore(struct kvm_tdx_reporter *reporter, const struct kvm_tdx_violation *v)
{
	char text[TDXCPUID_TEXT_MAX], fix[TDXCPUID_TEXT_MAX];

	(void)reporter;
	tdxcpuid_violation_text(NULL, &(struct kvm_tdx_violation){ .reason = KVM_TDX_MISSING },
				text, fix);
	if (v->entry >= KVM_TDX_MAX_ENTRIES)
		abort();
}

static void run_kvm(const struct request *r)
{
	const struct host *host = load_host(tdx_module_find(DEFAULT_MODULE),
					    tdx_native_find(DEFAULT_CPU), KVM_TDX_ALLOWLIST);
	const struct kvm_tdx_request request = {
		.attributes = r->attributes,
		.xfam = r->xfam,
		.tsc_khz = r->tsc_khz,
		.nent = r->nent,
		.entries = r->entries,
	};
	struct kvm_tdx_reporter reporter = { ignore };
	struct kvm_tdx_answer answer;
	struct kvm_tdx_td td;

	kvm_tdx_init_vm(&td, &host->kvm, &request, &answer, &reporter);
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
