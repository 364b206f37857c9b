// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * A TDX module described in JSON; what is read is booted, and has no objection to the bits of
 * the request that the library makes for it.
 */
#include <errno.h>

#include "../cli/target.h"
#include "answer.h"
#include "reader.h"

static void ask(const struct target *host)
{
	struct kvm_cpuid_entry2 entries[TDXCPUID_MAX_SLOTS];
	struct tdxcpuid_request request = {
		.size = sizeof(request),
		.attributes = host->info.attributes,
		.xfam = host->info.xfam,
	};
	struct tdxcpuid_answer *answer = NULL;
	int error = tdxcpuid_host_request(host->kvm, &request, entries, TDXCPUID_MAX_SLOTS);

	if (host->info.disabled & TDXCPUID_NO_MODULE) {
		must(error == -EOPNOTSUPP);
		return;
	}
	must(!error && request.nent <= host->info.nr_slots);
	must(!tdxcpuid_check(host->kvm, &request, &answer));
	check_answer(answer, request.nent);
	/* A made-up module may want of a number what the CPU has not, lack the GPAW, and have
	 * a part only of what goes together in XFAM. */
	for (u32 i = 0; i < answer->nr_violations; i++) {
		const enum tdxcpuid_reason reason = answer->violations[i].reason;

		must(reason == TDXCPUID_VALUE || reason == TDXCPUID_GPAW_MISSING ||
		     reason == TDXCPUID_XFAM || host->info.disabled);
	}
	tdxcpuid_answer_free(answer);
}

static void check_classes(const struct tdxcpuid_module *module)
{
	struct tdxcpuid_module_entry slot;
	u32 k;

	for (k = 0; tdxcpuid_module_slot(module, k, &slot); k++) {
		for (int i = 0; i < 128; i++) {
			const struct tdxcpuid_bit bit = { slot.leaf, slot.subleaf, i / 32, i % 32 };
			const u32 mask = 1U << bit.bit;
			const enum tdxcpuid_class class = tdxcpuid_module_class(module, &bit);

			must((class == TDXCPUID_CLASS_CONFIG) ==
			     !!(slot.config_direct[bit.reg] & mask));
			must(class != TDXCPUID_CLASS_ALLOW || slot.allow_direct[bit.reg] & mask);
		}
	}
	must(k <= TDXCPUID_MAX_SLOTS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct tdxcpuid_cpu *cpu = tdxcpuid_cpu_find(TDXCPUID_DEFAULT_CPU);
	char *text = text_of(data, size);
	const struct tdxcpuid_module *module;
	struct trouble t = { 0 };

	module = parse_module(text, size, &t);
	if (module) {
		check_classes(module);
		for (int policy = TDXCPUID_ALLOWLIST; policy <= TDXCPUID_NONE; policy++)
			ask(model_target(module, cpu, policy));
	} else {
		check_trouble(&t, text, size);
	}
	load_free();
	free(text);
	return 0;
}
