// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * KVM_TDX_INIT_VM and KVM_TDX_CAPABILITIES on any module, built in or made up, any CPU and
 * policy, against the slow statement of what KVM answers.
 */
#include "../tests/generate.h"
#include "entries.h"

static struct kvm_cpuid_entry2 entries[ENTRIES_ROOM];
static struct slot_offer offers[TDXCPUID_MAX_SLOTS];
static struct generated_module made_up;
static struct kvm_tdx_host host;
static struct kvm_tdx_td td;
static struct kvm_tdx_answer answer;
static struct ref_collector got;
static struct ref_answer expected;

static void boot(struct bytes *b)
{
	const uint8_t code = take8(b);
	struct rng rng = { take32(b) };
	const struct tdx_module *module = tdx_module_nth(rng.state & 31);
	const struct tdx_native *cpu = tdx_native_nth(code >> 2 & 15);

	if (code & 0x40 || !module) {
		generate_module(&rng, &made_up);
		module = &made_up.m;
	}
	kvm_tdx_host_init(&host, module, cpu ? cpu : tdx_native_nth(0), (code & 3) % 3);
}

static void check_capability(u32 k)
{
	const struct tdx_cpuid_slot *slot = &host.slots.slot[k];
	struct kvm_cpuid_entry2 is, ought;

	kvm_tdx_capability(&host, k, &is);
	ref_capability(&host, k, &ought);
	must(!memcmp(&is, &ought, sizeof(is)));
	offers[k] = (struct slot_offer){ slot->leaf,
					 slot->subleaf,
					 { is.eax, is.ebx, is.ecx, is.edx } };
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes b = { data, size };
	struct tdxcpuid_request request = { .entries = entries };
	char text[REF_TEXT];

	boot(&b);
	for (u32 k = 0; k < host.slots.nr && !host.init_status; k++)
		check_capability(k);
	request.attributes = take_field(&b, host.supported_attrs);
	request.xfam = take_field(&b, host.supported_xfam);
	request.tsc_khz = take_field(&b, 0);
	request.nent = take_entries(&b, offers, host.init_status ? 0 : host.slots.nr, entries,
				    ENTRIES_ROOM);

	ref_collect(&got);
	must(kvm_tdx_init_vm(&td, &host, &request, &answer, &got.kvm) == answer.error);
	ref_init_vm(&host, &request, &expected);
	ref_compare(&expected, &answer, &td, &got.list, text);
	if (*text) {
		fprintf(stderr, "%s\n", text);
		abort();
	}
	/* Default deny, said once more. */
	for (u32 k = 0; !answer.error && host.policy == TDXCPUID_ALLOWLIST && k < host.slots.nr;
	     k++)
		for (int reg = 0; reg < 4; reg++)
			must(!(td.params.cpuid_values[k][reg] &
			       ~ref_allowed(host.slots.slot[k].leaf, host.slots.slot[k].subleaf,
					    reg)));
	return 0;
}
