/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* libtdxcpuid's answers, one case after the other, as a VMM would ask. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <tdxcpuid.h>

#include "../tap.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define SIGNIFICANT   KVM_CPUID_FLAG_SIGNIFCANT_INDEX

static const struct kvm_cpuid_entry2 gpaw48 = { .function = 0x80000008, .eax = 48 << 16 };

static struct tdxcpuid_host *model(const char *module, const char *cpu, enum tdxcpuid_policy policy)
{
	struct tdxcpuid_host *host;

	if (tdxcpuid_host_new_model(module ? tdxcpuid_module_find(module) : NULL,
				    cpu ? tdxcpuid_cpu_find(cpu) : NULL, policy, &host))
		exit(1);
	return host;
}

/* The same host, known by what it reports only. */
static struct tdxcpuid_host *reported(const struct tdxcpuid_host *host, bool module, bool cpu)
{
	struct tdxcpuid_host_info info = { .size = sizeof(info) };
	struct tdxcpuid_caps caps = { .size = sizeof(caps) };
	struct tdxcpuid_host *known;

	tdxcpuid_host_info(host, &info);
	caps.attributes = info.attributes;
	caps.xfam = info.xfam;
	caps.nent = info.nr_slots;
	caps.cpuid = info.cpuid;
	caps.module = module ? info.module : NULL;
	caps.cpu = cpu ? info.cpu : NULL;
	if (tdxcpuid_host_new_caps(&caps, &known))
		exit(1);
	return known;
}

static struct tdxcpuid_answer *answer;

static const struct tdxcpuid_answer *check(const struct tdxcpuid_host *host, uint64_t attributes,
					   uint64_t xfam, const struct kvm_cpuid_entry2 *entries,
					   uint32_t nent)
{
	const struct tdxcpuid_request request = {
		.size = sizeof(request),
		.nent = nent,
		.entries = entries,
		.attributes = attributes,
		.xfam = xfam,
	};

	if (tdxcpuid_check(host, &request, &answer))
		exit(1);
	return answer;
}

static const struct tdxcpuid_violation *violation(enum tdxcpuid_reason reason)
{
	for (uint32_t i = 0; i < answer->nr_violations; i++) {
		if (answer->violations[i].reason == reason)
			return &answer->violations[i];
	}
	return NULL;
}

static bool has_bit(const struct tdxcpuid_bits_list *list, uint32_t leaf, int reg, uint32_t mask)
{
	for (uint32_t i = 0; i < list->nr; i++) {
		if (list->bits[i].leaf == leaf && list->bits[i].reg == reg &&
		    list->bits[i].mask & mask)
			return true;
	}
	return false;
}

static void test_check(void)
{
	const struct kvm_cpuid_entry2 trick[] = {
		gpaw48,
		{ .function = 7, .index = 1, .flags = SIGNIFICANT },
		{ .function = 7, .index = 2, .flags = SIGNIFICANT },
		{ .function = 7, .index = 5, .ebx = 0x810, .ecx = 0x20 },
	};
	const struct kvm_cpuid_entry2 honest[] = {
		gpaw48,
		{ .function = 7, .index = 0, .flags = SIGNIFICANT, .ecx = 0x20 },
	};
	struct tdxcpuid_host *allowlist = model(NULL, NULL, TDXCPUID_ALLOWLIST);
	struct tdxcpuid_host *denylist = model(NULL, NULL, TDXCPUID_LINUX_7_3);
	const struct tdxcpuid_violation *v;

	check(allowlist, 0, 3, &gpaw48, 1);
	tap(answer->verdict == TDXCPUID_ACCEPTED && !answer->error && !answer->unknown &&
		    !answer->nr_violations && answer->gpaw == 48,
	    "the least request is accepted");
	tap(answer->nr_effective > 20 && answer->slots, "the TD's CPUID is told");
	tap(has_bit(&answer->left_off, 0x80000008, TDXCPUID_EBX, 0x200),
	    "WBNOINVD could have been had");

	check(allowlist, 0, 3, honest, ARRAY_SIZE(honest));
	v = violation(TDXCPUID_DENIED);
	tap(answer->error == -EINVAL && !answer->hw_error && v && v->entry == 1 &&
		    v->layer == TDXCPUID_LAYER_KVM && v->leaf == 7 && v->subleaf == 0 &&
		    v->reg == TDXCPUID_ECX && v->mask == 0x20 && v->requested == 0x20 &&
		    v->bits == 0x20,
	    "WAITPKG is denied, bit by bit");
	tap(v && strstr(v->text, "waitpkg") && strstr(v->text, "IA32_UMWAIT_CONTROL") &&
		    strstr(v->fix, "clear 0x20"),
	    "in words: %s", v ? v->text : "");

	check(denylist, 0, 3, trick, ARRAY_SIZE(trick));
	tap(answer->verdict == TDXCPUID_ACCEPTED &&
		    has_bit(&answer->at_stake, 7, TDXCPUID_EBX, 0x810) &&
		    has_bit(&answer->at_stake, 7, TDXCPUID_ECX, 0x20),
	    "the label trick passes Linux 7.3, and says what is at stake");
	check(allowlist, 0, 3, trick, ARRAY_SIZE(trick));
	v = violation(TDXCPUID_NO_SLOT);
	tap(answer->verdict == TDXCPUID_REJECTED && v && v->entry == 3 && v->slot_subleaf == 0,
	    "the label trick does not pass the allowlist");

	check(allowlist, 1, 3, &gpaw48, 1);
	v = violation(TDXCPUID_ATTRIBUTES);
	tap(v && v->mask == 1 && v->entry == TDXCPUID_NOWHERE && !v->has_leaf,
	    "an attribute that KVM does not support");
	check(allowlist, 0, 3, NULL, 0);
	tap(violation(TDXCPUID_GPAW_MISSING), "no 0x80000008");
	check(allowlist, 0, 3, NULL, 257);
	tap(answer->error == -E2BIG && violation(TDXCPUID_MALFORMED),
	    "257 entries are not looked at");

	tdxcpuid_host_free(allowlist);
	tdxcpuid_host_free(denylist);
}

static void test_caps(void)
{
	struct kvm_cpuid_entry2 entries[2] = { gpaw48, { .function = 1 } };
	struct tdxcpuid_host *full = model("1.5.05", "spr", TDXCPUID_ALLOWLIST);
	struct tdxcpuid_host *bare = reported(full, false, false);
	struct tdxcpuid_host *both = reported(full, true, true);

	check(bare, 0, 3, entries, 1);
	tap(answer->verdict == TDXCPUID_ACCEPTED && answer->unknown == TDXCPUID_UNKNOWN_TD &&
		    !answer->nr_effective && !answer->slots,
	    "capabilities alone decide the least request");

	entries[1].eax = 0x12345;
	check(bare, 0, 3, entries, 2);
	tap(answer->verdict == TDXCPUID_UNDECIDED && answer->unknown & TDXCPUID_UNKNOWN_VALUES &&
		    !answer->error && !answer->nr_violations,
	    "but not whether 0x1.eax is the platform's: unknown is not no");
	check(both, 0, 3, entries, 2);
	tap(answer->verdict == TDXCPUID_REJECTED && violation(TDXCPUID_VALUE),
	    "with module and CPU they do");

	entries[1].eax = 0;
	entries[0].eax = 52 << 16;
	check(bare, 0, 3, entries, 1);
	tap(answer->verdict == TDXCPUID_UNDECIDED && answer->unknown & TDXCPUID_UNKNOWN_GPAW52,
	    "nor whether there is 5-level EPT");

	entries[0] = gpaw48;
	entries[1].ecx = 1u << 3 | 1u << 5;
	check(bare, 0, 3, entries, 2);
	tap(answer->verdict == TDXCPUID_REJECTED && violation(TDXCPUID_DENIED)->mask == 1u << 5 &&
		    violation(TDXCPUID_DENIED)->layer == TDXCPUID_LAYER_KVM &&
		    !violation(TDXCPUID_NOT_CONFIGURABLE),
	    "a bit that is not reported and has no row is denied");
	tap(!strstr(violation(TDXCPUID_DENIED)->text, "(null)"), "no version is made up");

	tdxcpuid_host_free(bare);
	tdxcpuid_host_free(both);
	tdxcpuid_host_free(full);
}

static void test_bad_caps(void)
{
	struct kvm_cpuid_entry2 twice[49] = { { .function = 7 }, { .function = 7 } };
	struct tdxcpuid_caps caps = { .size = sizeof(caps), .cpuid = twice, .nent = 2 };
	struct tdxcpuid_host *host = NULL;

	tap(tdxcpuid_host_new_caps(&caps, &host) == -EINVAL && !host, "two entries for one slot");
	caps.nent = 49;
	tap(tdxcpuid_host_new_caps(&caps, &host) == -E2BIG && !host, "49 slots");
	caps.size = 0;
	tap(tdxcpuid_host_new_caps(&caps, &host) == -EINVAL && !host, "a structure without size");
	caps.size = 8;
	caps.nent = 0;
	tap(!tdxcpuid_host_new_caps(&caps, &host) && host, "an older, shorter structure");
	tdxcpuid_host_free(host);
}

static void explain(const struct tdxcpuid_host *host, const struct kvm_cpuid_entry2 *entries,
		    uint32_t nent, int error, uint64_t hw_error)
{
	const struct tdxcpuid_request request = {
		.size = sizeof(request),
		.nent = nent,
		.entries = entries,
		.xfam = 3,
	};

	if (tdxcpuid_explain(host, &request, error, hw_error, &answer))
		exit(1);
}

static void test_explain(void)
{
	/* WAITPKG is KVM's to refuse, and the levels of 0x1f are the module's. */
	const struct kvm_cpuid_entry2 entries[] = {
		gpaw48,
		{ .function = 7, .flags = SIGNIFICANT, .ecx = 0x20 },
		{ .function = 0x1f, .flags = SIGNIFICANT, .ecx = 0x500 },
	};
	const uint64_t cpuid_config = 0xc000010000000045;
	struct tdxcpuid_host *full = model(NULL, NULL, TDXCPUID_ALLOWLIST);
	struct tdxcpuid_host *host = reported(full, false, false);

	explain(host, entries, ARRAY_SIZE(entries), -EINVAL, 0);
	tap(answer->nr_violations == 1 && answer->violations[0].reason == TDXCPUID_DENIED &&
		    answer->violations[0].flags & TDXCPUID_CAUSE &&
		    answer->unknown & TDXCPUID_UNKNOWN_VALUES,
	    "-EINVAL without hw_error is KVM's");
	explain(host, entries, ARRAY_SIZE(entries), -EINVAL, 0xc000090400000000);
	tap(answer->nr_violations == 2 && answer->violations[0].layer == TDXCPUID_LAYER_MODULE &&
		    answer->violations[0].flags & TDXCPUID_CAUSE &&
		    answer->violations[0].leaf == 0x1f,
	    "with hw_error it is the module's, which comes first");
	tap(strstr(answer->text, "LEAF_1F") && strstr(answer->text, "1 violation explains"),
	    "in words: %s", answer->text);
	explain(host, entries, ARRAY_SIZE(entries), -EIO, 0);
	tap(answer->violations[0].leaf == 0x1f && answer->violations[0].flags & TDXCPUID_CAUSE,
	    "-EIO is a status that Linux 7.3 does not know");
	explain(host, entries, 1, -EINVAL, 0);
	tap(!answer->nr_violations && strstr(answer->text, "no rule that is known here"),
	    "no cause: %s", answer->text);
	explain(host, entries, 1, -EINVAL, cpuid_config);
	tap(strstr(answer->text, "OPERAND_INVALID") && strstr(answer->text, "no rule"),
	    "no cause: %s", answer->text);
	explain(host, entries, 1, -EBUSY, 0);
	tap(strstr(answer->text, "vCPU"), "-EBUSY: %s", answer->text);

	tdxcpuid_host_free(host);
	tdxcpuid_host_free(full);
}

static void test_filter(void)
{
	struct kvm_cpuid_entry2 entries[] = {
		{ .function = 0, .eax = 0x23 },
		{ .function = 7,
		  .flags = SIGNIFICANT,
		  .ebx = 0x810 | 1 << 3,
		  .ecx = 0x20 | 1 << 8 },
		{ .function = 7, .flags = SIGNIFICANT, .ebx = 1 << 8 },
		{ .function = 0x40000000 },
		gpaw48,
	};
	uint32_t nent = ARRAY_SIZE(entries), more = 257;
	struct tdxcpuid_host *full = model(NULL, NULL, TDXCPUID_ALLOWLIST);
	struct tdxcpuid_host *host = reported(full, false, false);

	tap(!tdxcpuid_filter(host, entries, &nent, &answer) && nent == 2 &&
		    entries[0].function == 7 && entries[0].ebx == 1 << 3 &&
		    entries[0].ecx == 1 << 8 && entries[1].function == 0x80000008 &&
		    entries[1].eax == 48 << 16,
	    "what is left can be configured");
	tap(violation(TDXCPUID_NO_SLOT)->entry == 0 && violation(TDXCPUID_DENIED)->entry == 1 &&
		    violation(TDXCPUID_DUPLICATE)->entry == 2 &&
		    violation(TDXCPUID_PV_LEAF)->entry == 3 && answer->verdict == TDXCPUID_REJECTED,
	    "what was dropped is told");
	check(host, 0, 3, entries, nent);
	tap(answer->verdict == TDXCPUID_ACCEPTED, "what is left is accepted");
	tap(!tdxcpuid_filter(host, entries, &nent, &answer) && nent == 2 &&
		    !answer->nr_violations && answer->verdict == TDXCPUID_ACCEPTED,
	    "a second time nothing is dropped");
	tap(tdxcpuid_filter(host, NULL, &more, &answer) == -E2BIG, "257 entries");

	tdxcpuid_host_free(host);
	tdxcpuid_host_free(full);
}

static void test_vcpu(void)
{
	struct kvm_cpuid_entry2 vcpu[128];
	struct tdxcpuid_host *full = model(NULL, NULL, TDXCPUID_ALLOWLIST);
	struct tdxcpuid_host *host = reported(full, false, false);
	const struct tdxcpuid_request request = {
		.size = sizeof(request),
		.nent = 1,
		.entries = &gpaw48,
		.xfam = 3,
	};
	struct tdxcpuid_vcpu v = { .size = sizeof(v), .entries = vcpu };
	struct kvm_cpuid_entry2 td[128];
	uint32_t seven = 0;

	check(full, 0, 3, &gpaw48, 1);
	memcpy(td, answer->effective, answer->nr_effective * sizeof(td[0]));
	memcpy(vcpu, td, answer->nr_effective * sizeof(td[0]));
	v.nent = answer->nr_effective;
	while (td[seven].function != 7)
		seven++;

	tap(!tdxcpuid_check_vcpu(full, &request, &v, &answer) && !answer->error,
	    "KVM_TDX_GET_CPUID's own answer is consistent, by the model");
	tap(tdxcpuid_check_vcpu(host, &request, &v, &answer) == -ENODATA,
	    "without a model somebody must say what the TD has");
	v.effective = td;
	v.nr_effective = v.nent;
	tap(!tdxcpuid_check_vcpu(host, &request, &v, &answer) &&
		    answer->verdict == TDXCPUID_ACCEPTED,
	    "it is consistent with itself");

	vcpu[seven].ecx ^= 0x20;
	tdxcpuid_check_vcpu(host, &request, &v, &answer);
	tap(answer->error == 0, "WAITPKG is not reported here, and not compared");
	vcpu[seven].ebx ^= 1 << 8;
	tdxcpuid_check_vcpu(host, &request, &v, &answer);
	tap(answer->verdict == TDXCPUID_REJECTED && answer->nr_violations == 1 &&
		    answer->violations[0].reason == TDXCPUID_INCONSISTENT &&
		    answer->violations[0].mask == 1 << 8 &&
		    answer->violations[0].entry == (int)seven,
	    "a vCPU that claims another BMI2 is not");

	tdxcpuid_host_free(host);
	tdxcpuid_host_free(full);
}

/* Where it is known what the TD has, no value of the request counts. */
static void test_vcpu_effective(void)
{
	/* Filled by label, so that Linux 7.3 has something to say of it. */
	const struct kvm_cpuid_entry2 seven = { .function = 0x7, .index = 1 };
	const struct kvm_cpuid_entry2 td[] = {
		{ .function = 0x7, .index = 0, .flags = SIGNIFICANT, .ebx = 1 << 8 },
		{ .function = 0x80000008, .eax = 52 << 16 },
	};
	const struct kvm_cpuid_entry2 requested[][2] = { { gpaw48, seven },
							 { gpaw48, gpaw48 },
							 { td[1], { .function = 0x99 } } };
	const struct tdxcpuid_vcpu v = {
		.size = sizeof(v),
		.nent = ARRAY_SIZE(td),
		.entries = td,
		.effective = td,
		.nr_effective = ARRAY_SIZE(td),
	};
	struct tdxcpuid_vcpu other = v;

	other.entries = &td[1];
	other.nent = 1;
	for (int policy = TDXCPUID_ALLOWLIST; policy <= TDXCPUID_NONE; policy++) {
		struct tdxcpuid_host *host = model(NULL, NULL, policy);

		for (size_t i = 0; i < ARRAY_SIZE(requested); i++) {
			const struct tdxcpuid_request request = { .size = sizeof(request),
								  .nent = 2,
								  .entries = requested[i],
								  .xfam = 1ULL << 63 };

			tap(!tdxcpuid_check_vcpu(host, &request, &v, &answer) && !answer->error &&
				    !answer->nr_violations && answer->gpaw == 52 &&
				    !answer->nr_unflagged && !answer->unflagged,
			    "%s, request %zu: the TD is as KVM_TDX_GET_CPUID says, GPAW and all",
			    tdxcpuid_policy_name(policy), i);
			tap(!tdxcpuid_check_vcpu(host, &request, &other, &answer) &&
				    answer->verdict == TDXCPUID_REJECTED &&
				    answer->nr_violations == 1 &&
				    answer->violations[0].effective == 1 << 8,
			    "%s, request %zu: and what differs from that is wrong",
			    tdxcpuid_policy_name(policy), i);
		}
		tdxcpuid_host_free(host);
	}
}

static void test_modules(void)
{
	const struct tdxcpuid_module_entry slots[] = {
		{ .leaf = 0x1e, .subleaf = 1, .config_direct = { 0x1d0, 0, 1, 0 } },
		{ .leaf = 0x80000008, .subleaf = TDXCPUID_NO_SUBLEAF },
		{ .leaf = 0x1e, .subleaf = 1 },
	};
	const struct tdxcpuid_bit fp8 = { 0x1e, 1, TDXCPUID_EAX, 4 };
	struct tdxcpuid_module_desc desc = { .size = sizeof(desc) };
	struct tdxcpuid_module *module;
	struct tdxcpuid_slot slot;
	struct tdxcpuid_host *host;
	uint32_t bad;

	tdxcpuid_module_describe(tdxcpuid_module_find("1.5.34"), &desc);
	tap(!strcmp(desc.version, "1.5.34") && desc.nr_slots == 28, "28 slots in 1.5.34");

	desc.version = "9.9.9";
	desc.slots = slots;
	desc.nr_slots = 3;
	tap(tdxcpuid_module_new(NULL, &desc, &module, &bad) == -EEXIST && bad == 2 && !module,
	    "a slot that is there twice");
	desc.nr_slots = 2;
	tap(!tdxcpuid_module_new(NULL, &desc, &module, &bad) &&
		    tdxcpuid_module_class(module, &fp8) == TDXCPUID_CLASS_CONFIG,
	    "a module that nobody has seen yet");
	tdxcpuid_host_new_model(module, NULL, TDXCPUID_ALLOWLIST, &host);
	tap(tdxcpuid_host_slot(host, 0, &slot) && slot.configurable[TDXCPUID_ECX] == 1 &&
		    slot.reported[TDXCPUID_ECX] == 0 && slot.reported[TDXCPUID_EAX] == 0x1d0 &&
		    !tdxcpuid_host_slot(host, 2, &slot),
	    "the allowlist hides what it does not know");
	tdxcpuid_host_free(host);
	tdxcpuid_module_free(module);
}

static void test_names(void)
{
	struct tdxcpuid_bit bit, again;
	struct tdxcpuid_bit_verdict verdict;
	enum tdxcpuid_policy policy;
	char name[TDXCPUID_NAME_MAX], text[TDXCPUID_TEXT_MAX];
	uint32_t n = 0, bad = 0;

	tap(tdxcpuid_bit_find("WAITPKG", &bit) && bit.leaf == 7 && bit.reg == TDXCPUID_ECX &&
		    bit.bit == 5,
	    "waitpkg is 7.0.ecx.5");
	tdxcpuid_bit_verdict(&bit, &verdict);
	tap(verdict.listed && !verdict.allowed, "and denied: %s", verdict.reason);
	tap(!tdxcpuid_bit_find("nonsense", &bit), "nonsense is none");
	for (; tdxcpuid_bit_nth(n, &bit); n++)
		bad += !tdxcpuid_bit_find(tdxcpuid_bit_name(&bit, name), &again) ||
		       memcmp(&bit, &again, sizeof(bit));
	tap(n > 200 && !bad, "%u named bits are found by their name", n);
	tap(tdxcpuid_policy_find("linux-7.3", &policy) && policy == TDXCPUID_LINUX_7_3 &&
		    !tdxcpuid_policy_find("linux", &policy),
	    "policies by name");
	tap(!strcmp(tdxcpuid_reason_name((enum tdxcpuid_reason)99), "?"), "no name for nonsense");
	tdxcpuid_status_text(0xc000010000000045, true, 7, text);
	tap(strstr(text, "OPERAND_INVALID"), "%s", text);
	tap(tdxcpuid_value_mask(0x80000008, TDXCPUID_NO_SUBLEAF, TDXCPUID_EAX) == ~0u &&
		    !tdxcpuid_value_mask(7, 0, TDXCPUID_ECX),
	    "numbers and features");
}

/* Where no attribute is supported all of them make the longest violation; the sum has no more room.
 */
static void test_room(void)
{
	static const char count[] = " (and 2 more)";
	const struct tdxcpuid_caps nothing = { .size = sizeof(nothing) };
	const struct tdxcpuid_answer *a;
	struct tdxcpuid_host *host;
	size_t length;

	if (tdxcpuid_host_new_caps(&nothing, &host))
		exit(1);
	a = check(host, ~0ULL, ~0ULL, NULL, 0);
	length = strlen(a->text);
	tap(length == TDXCPUID_TEXT_MAX - 1 && !strcmp(a->text + length + 1 - sizeof(count), count),
	    "the sum has the room that is promised, and ends with the count: %zu, ...%s", length,
	    a->text + length - 20);
	tdxcpuid_host_free(host);
}

int main(void)
{
	test_check();
	test_caps();
	test_bad_caps();
	test_explain();
	test_filter();
	test_vcpu();
	test_vcpu_effective();
	test_modules();
	test_names();
	test_room();
	tdxcpuid_answer_free(answer);
	tdxcpuid_answer_free(NULL);
	return tap_end();
}
