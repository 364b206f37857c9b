/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What holds of libtdxcpuid's answers for every module, CPU and policy, whatever
 * the lists: the filter's result is accepted, what KVM says that a TD has is no
 * contradiction to the TD, and a violation of bits names bits.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <tdxcpuid.h>

#include "../tap.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define LISTS	      10
#define INVENTED      2 /* made of each known module */
#define HLE_RTM	      0x810U

static uint64_t state;
static struct tdxcpuid_answer *answer;

static struct {
	uint32_t hosts, disabled, filtered, refused, dropped, accepted, own, unread, explained,
		bare;
} sum;

static uint32_t below(uint32_t n)
{
	uint64_t z = state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (z ^ z >> 31) % n;
}

static uint32_t bits(void)
{
	return below(4) ? below(0xffffffff) & below(0xffffffff) : below(0xffffffff);
}

/* Slots on leaves that are new, that the look-up has without subleaf, or that KVM cannot read. */
static struct tdxcpuid_module *invent(const struct tdxcpuid_module *base)
{
	static const uint32_t leaves[][2] = {
		{ 0x1e, 0 },	   { 0x1e, 1 },		{ 0x1a, 1 },	{ 0x7, 3 },
		{ 0x7, 9 },	   { 0x29, 0 },		{ 0x7f, 0 },	{ 0x80, 0 },
		{ 0xff, ~0U },	   { 0x12345678, 3 },	{ 0x6, ~0U },	{ 0x24, 0 },
		{ 0x80000021, 0 }, { 0x80000080, ~0U }, { 0x14, 0x80 },
	};
	struct tdxcpuid_module_entry slot[TDXCPUID_MAX_SLOTS];
	struct tdxcpuid_module_desc desc = { .size = sizeof(desc) };
	struct tdxcpuid_module *module;
	uint32_t n = 0, bad;

	tdxcpuid_module_describe(base, &desc);
	for (uint32_t k = 0; k < desc.nr_slots; k++) {
		if (below(6))
			tdxcpuid_module_slot(base, k, &slot[n++]);
	}
	while (n < TDXCPUID_MAX_SLOTS && below(6)) {
		const uint32_t *leaf = leaves[below(ARRAY_SIZE(leaves))];

		slot[n++] = (struct tdxcpuid_module_entry){
			.leaf = leaf[0],
			.subleaf = leaf[1],
			.config_direct = { bits(), bits(), bits(), bits() },
			.allow_direct = { bits(), bits(), bits(), bits() },
		};
	}

	desc.slots = slot;
	/* Of two slots for one leaf, the first. */
	for (desc.nr_slots = n; tdxcpuid_module_new(base, &desc, &module, &bad); desc.nr_slots--)
		memmove(&slot[bad], &slot[bad + 1], (desc.nr_slots - bad - 1) * sizeof(slot[0]));
	return module;
}

/* Entries for some slots, as VMMs label them or not, and for what is none. */
static uint32_t make_list(const struct tdxcpuid_host *host, struct kvm_cpuid_entry2 *list)
{
	struct tdxcpuid_slot slot;
	uint32_t nent = 0;

	for (uint32_t k = 0; tdxcpuid_host_slot(host, k, &slot); k++) {
		struct kvm_cpuid_entry2 *e = &list[nent];
		bool indexed = slot.subleaf != TDXCPUID_NO_SUBLEAF;

		if (!below(4))
			continue;
		*e = (struct kvm_cpuid_entry2){
			.function = slot.leaf,
			.index = indexed  ? slot.subleaf :
				 below(9) ? 0 :
					    below(4),
			.flags = below(3) ? indexed : below(2),
			.eax = bits(),
			.ebx = bits(),
			.ecx = bits(),
			.edx = bits(),
		};
		nent++;
		if (!below(8)) {
			list[nent] = *e;
			list[nent++].index += below(3);
		}
	}
	while (!below(2))
		list[nent++] = (struct kvm_cpuid_entry2){
			.function = below(2) ? below(0x40) : 0x40000000,
			.index = below(3),
			.flags = below(2),
			.edx = bits(),
		};
	return nent;
}

/* Numbers that every module takes: none, and the GPAW. */
static uint32_t clear_numbers(struct kvm_cpuid_entry2 *list, uint32_t nent)
{
	bool has_gpaw = false;

	for (uint32_t i = 0; i < nent; i++) {
		struct kvm_cpuid_entry2 *e = &list[i];
		uint32_t subleaf = e->flags ? e->index : TDXCPUID_NO_SUBLEAF;

		e->eax &= ~tdxcpuid_value_mask(e->function, subleaf, TDXCPUID_EAX);
		e->ebx &= ~tdxcpuid_value_mask(e->function, subleaf, TDXCPUID_EBX);
		e->ecx &= ~tdxcpuid_value_mask(e->function, subleaf, TDXCPUID_ECX);
		e->edx &= ~tdxcpuid_value_mask(e->function, subleaf, TDXCPUID_EDX);
		if (e->function == 7 && !e->index)
			e->ebx &= ~HLE_RTM;
		if (e->function == 0x80000008) {
			e->eax = 48 << 16;
			has_gpaw = true;
		}
	}
	if (!has_gpaw)
		list[nent++] = (struct kvm_cpuid_entry2){ .function = 0x80000008, .eax = 48 << 16 };
	return nent;
}

static bool accepts(const struct tdxcpuid_host *host, const struct kvm_cpuid_entry2 *list,
		    uint32_t nent)
{
	const struct tdxcpuid_request request = {
		.size = sizeof(request),
		.nent = nent,
		.entries = list,
		.xfam = 3,
	};

	if (tdxcpuid_check(host, &request, &answer))
		exit(1);
	return answer->verdict != TDXCPUID_REJECTED;
}

static void check_filter(const struct tdxcpuid_host *host, const struct kvm_cpuid_entry2 *given,
			 uint32_t given_nent)
{
	struct kvm_cpuid_entry2 list[TDXCPUID_MAX_ENTRIES];
	uint32_t nent = given_nent;

	memcpy(list, given, nent * sizeof(list[0]));
	if (tdxcpuid_filter(host, list, &nent, &answer))
		exit(1);
	sum.dropped += answer->nr_violations;
	nent = clear_numbers(list, nent);
	sum.filtered++;
	if (!accepts(host, list, nent) && !sum.refused++)
		tap_note("%s: %s", answer->text,
			 answer->nr_violations ? answer->violations[0].text : "");
}

/* As KVM_TDX_GET_CPUID reports the TD, by the model and by what is said to be KVM's answer. */
static void check_own(const struct tdxcpuid_host *host, const struct kvm_cpuid_entry2 *list,
		      uint32_t nent)
{
	struct kvm_cpuid_entry2 td[TDXCPUID_MAX_LOOKUP];
	const struct tdxcpuid_request request = {
		.size = sizeof(request),
		.nent = nent,
		.entries = list,
		.xfam = 3,
	};
	struct tdxcpuid_vcpu vcpu = { .size = sizeof(vcpu), .entries = td };

	if (!accepts(host, list, nent) || !answer->nr_effective)
		return;
	sum.accepted++;
	vcpu.nent = answer->nr_effective;
	memcpy(td, answer->effective, vcpu.nent * sizeof(td[0]));
	for (int given = 0; given < 2; given++) {
		vcpu.effective = given ? td : NULL;
		vcpu.nr_effective = given ? vcpu.nent : 0;
		if (tdxcpuid_check_vcpu(host, &request, &vcpu, &answer))
			exit(1);
		if (answer->error && !sum.own++)
			tap_note("%s", answer->violations[0].text);
	}
}

static bool names_bits(const struct tdxcpuid_violation *v)
{
	switch (v->reason) {
	case TDXCPUID_ATTRIBUTES:
	case TDXCPUID_XFAM:
	case TDXCPUID_GPAW:
	case TDXCPUID_GPAW_MISSING:
	case TDXCPUID_DENIED:
	case TDXCPUID_NOT_CONFIGURABLE:
	case TDXCPUID_VALUE:
	case TDXCPUID_INCONSISTENT:
		return v->mask;
	default:
		return true;
	}
}

/* Whatever KVM is said to have answered. */
static void check_explain(const struct tdxcpuid_host *host, const struct kvm_cpuid_entry2 *list,
			  uint32_t nent)
{
	static const struct {
		int error;
		uint64_t hw_error;
	} said[] = {
		{ 0, 0 },
		{ -EINVAL, 0 },
		{ -EINVAL, 0xc000010000000045 },
		{ -EINVAL, 0xc000090400000000 },
		{ -EINVAL, 0xc000092100000000 },
		{ -EIO, 0 },
		{ -EIO, 0xc000090000000000 },
		{ -E2BIG, 0 },
	};
	const struct tdxcpuid_request request = {
		.size = sizeof(request),
		.nent = nent,
		.entries = list,
		.attributes = below(3) ? 0 : bits(),
		.xfam = below(3) ? 3 : bits(),
	};

	const size_t i = below(ARRAY_SIZE(said));

	if (tdxcpuid_explain(host, &request, said[i].error, said[i].hw_error, &answer))
		exit(1);
	for (uint32_t k = 0; k < answer->nr_violations; k++) {
		sum.explained++;
		if (!names_bits(&answer->violations[k]) && !sum.bare++)
			tap_note("%s", answer->violations[k].text);
	}
}

/* The same host, known by what it reports only. */
static struct tdxcpuid_host *reported(const struct tdxcpuid_host_info *info, bool known)
{
	const struct tdxcpuid_caps caps = {
		.size = sizeof(caps),
		.attributes = info->attributes,
		.xfam = info->xfam,
		.nent = info->nr_slots,
		.cpuid = info->cpuid,
		.module = known ? info->module : NULL,
		.cpu = known ? info->cpu : NULL,
		.tsc_khz = 2000000,
	};
	struct tdxcpuid_host *host;

	if (tdxcpuid_host_new_caps(&caps, &host))
		exit(1);
	return host;
}

static void check_disabled(const struct tdxcpuid_host *host)
{
	struct kvm_cpuid_entry2 list[TDXCPUID_MAX_ENTRIES] = { { .function = 7, .ecx = 0x20 } };
	uint32_t nent = 1;

	/* No list would be accepted, so none is handed out as if it would. */
	sum.disabled++;
	sum.unread += tdxcpuid_filter(host, list, &nent, &answer) != -EOPNOTSUPP ||
		      answer->verdict != TDXCPUID_REJECTED || nent != 1 || list[0].ecx != 0x20 ||
		      !strstr(answer->text, "no TDX");
	sum.unread += accepts(host, list, nent) || !strstr(answer->text, "no TDX");
}

static void check_host(const struct tdxcpuid_module *module, const struct tdxcpuid_cpu *cpu,
		       enum tdxcpuid_policy policy)
{
	struct tdxcpuid_host_info info = { .size = sizeof(info) };
	struct kvm_cpuid_entry2 list[TDXCPUID_MAX_ENTRIES];
	struct tdxcpuid_host *host, *caps, *known;
	uint32_t lists = LISTS;

	if (tdxcpuid_host_new_model(module, cpu, policy, &host))
		exit(1);
	tdxcpuid_host_info(host, &info);
	sum.hosts++;
	if (info.disabled & TDXCPUID_NO_MODULE) {
		check_disabled(host);
		tdxcpuid_host_free(host);
		return;
	}

	caps = reported(&info, false);
	known = reported(&info, true);
	while (lists--) {
		bool good = accepts(host, list, clear_numbers(list, 0));
		uint32_t nent = make_list(host, list);

		check_explain(below(2) ? caps : known, list, nent);
		/* Some modules take no request at all, as they are too old for KVM. */
		if (!good)
			continue;
		check_filter(below(2) ? caps : known, list, nent);
		check_filter(host, list, nent);
		tdxcpuid_filter(host, list, &nent, &answer);
		nent = clear_numbers(list, nent);
		check_own(host, list, nent);
		check_own(known, list, nent);
	}
	tdxcpuid_host_free(host);
	tdxcpuid_host_free(caps);
	tdxcpuid_host_free(known);
}

static void check_module(const struct tdxcpuid_module *module)
{
	const struct tdxcpuid_cpu *cpu;

	for (uint32_t n = 0; (cpu = tdxcpuid_cpu_nth(n)); n++) {
		for (int policy = TDXCPUID_ALLOWLIST; policy <= TDXCPUID_NONE; policy++) {
			if (below(4) == 0 || n < 2)
				check_host(module, cpu, (enum tdxcpuid_policy)policy);
		}
	}
}

int main(void)
{
	const struct tdxcpuid_module *base;

	for (uint32_t n = 0; (base = tdxcpuid_module_nth(n)); n++) {
		check_module(base);
		for (int i = 0; i < INVENTED; i++) {
			struct tdxcpuid_module *module = invent(base);

			check_module(module);
			tdxcpuid_module_free(module);
		}
	}

	tap_note("%u hosts, %u of them without TDX", sum.hosts, sum.disabled);
	tap(sum.disabled && !sum.unread, "a host without TDX filters nothing: %u do", sum.unread);
	tap(sum.filtered && sum.dropped && !sum.refused,
	    "what the filter leaves of %u lists is accepted: %u are not", sum.filtered,
	    sum.refused);
	tap(sum.accepted && !sum.own, "the CPUID of %u TDs is consistent with itself: %u are not",
	    sum.accepted, sum.own);
	tap(sum.explained && !sum.bare, "%u violations name their bits: %u do not", sum.explained,
	    sum.bare);
	tdxcpuid_answer_free(answer);
	return tap_end();
}
