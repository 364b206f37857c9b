/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What libtdxcpuid says of a host that it knows by KVM_TDX_CAPABILITIES only must
 * be what the whole model says, wherever it says that it is decided.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../include/linux-names.h"
#include "../../kvm/kvm_tdx.h"
#include <tdxcpuid.h>

#include "../tap.h"

#define MODULES	 300
#define REQUESTS 60

static u64 state;

static u64 next(void)
{
	u64 z = state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static u32 below(u32 n)
{
	return next() % n;
}

/* A known module, some of its slots widened, some left out, and perhaps new ones. */
static struct tdxcpuid_module *make_module(void)
{
	static const u32 new_leaves[][2] = { { 0x1e, 1 },
					     { 0x7, 3 },
					     { 0x14, 0 },
					     { 0x29, 0 },
					     { 0x80000007, TDXCPUID_NO_SUBLEAF },
					     { 0x1c, ~0U } };
	struct tdxcpuid_module_entry slots[TDXCPUID_MAX_SLOTS];
	struct tdxcpuid_module_desc desc = { .size = sizeof(desc) };
	const struct tdxcpuid_module *base;
	struct tdxcpuid_module *module;
	u32 n = 0, nr = 0, bad;

	while (tdxcpuid_module_nth(n))
		n++;
	base = tdxcpuid_module_nth(below(n));
	tdxcpuid_module_describe(base, &desc);

	for (u32 k = 0; k < desc.nr_slots; k++) {
		if (!below(8))
			continue;
		tdxcpuid_module_slot(base, k, &slots[nr]);
		for (int reg = 0; reg < 4 && !below(4); reg++)
			slots[nr].config_direct[reg] |= next() & next();
		nr++;
	}
	for (size_t i = 0; i < sizeof(new_leaves) / sizeof(new_leaves[0]); i++) {
		if (nr == TDXCPUID_MAX_SLOTS || below(3))
			continue;
		slots[nr] = (struct tdxcpuid_module_entry){
			.leaf = new_leaves[i][0],
			.subleaf = new_leaves[i][1],
			.config_direct = { next(), next(), next(), next() },
		};
		nr++;
	}

	desc.slots = slots;
	desc.nr_slots = nr;
	/* A leaf that is there already: one less. */
	while (tdxcpuid_module_new(base, &desc, &module, &bad)) {
		slots[bad] = slots[--desc.nr_slots];
	}
	return module;
}

static u32 make_request(const struct tdxcpuid_host *host, struct kvm_cpuid_entry2 *entries)
{
	struct tdxcpuid_slot slot;
	u32 nent = 0;

	for (u32 k = 0; tdxcpuid_host_slot(host, k, &slot); k++) {
		struct kvm_cpuid_entry2 *e = &entries[nent];
		u32 dirt = below(40) ? 0 : 1U << below(32);

		if (!below(6))
			continue;
		memset(e, 0, sizeof(*e));
		e->function = slot.leaf;
		if (slot.subleaf != TDXCPUID_NO_SUBLEAF) {
			e->index = slot.subleaf;
			e->flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX;
		}
		e->ebx = slot.reported[1] & next();
		e->ecx = (slot.reported[2] & next()) ^ dirt;
		e->edx = slot.reported[3] & next();
		if (slot.leaf == 0x80000008)
			e->eax = (below(20) ? 48 : 52) << 16 | (below(20) ? 0 : 46);
		else if (slot.leaf != 1 || !below(10))
			e->eax = slot.reported[0] & next();
		if (slot.leaf == 0x1f && below(10))
			e->eax = e->ebx = e->ecx = 0;
		if (slot.leaf == 7 && !slot.subleaf && below(10))
			e->ebx &= ~0x810U;
		nent++;
	}
	if (!below(10) && nent) {
		entries[nent] = entries[below(nent)];
		entries[nent++].index += below(3);
	}
	if (!below(10))
		entries[nent++] = (struct kvm_cpuid_entry2){ .function = 0x40000000 };
	return nent;
}

static struct {
	u32 requests, accepted, rejected, undecided, wrong_verdict, wrong_violation, wrong_full,
		wrong_model, filtered_bad;
} sum;

static bool same(const struct tdxcpuid_violation *a, const struct tdxcpuid_violation *b)
{
	return a->layer == b->layer && a->reason == b->reason && a->entry == b->entry &&
	       a->slot == b->slot && a->leaf == b->leaf && a->reg == b->reg && a->mask == b->mask;
}

static bool contains(const struct tdxcpuid_answer *a, const struct tdxcpuid_violation *v)
{
	for (u32 i = 0; i < a->nr_violations; i++) {
		if (same(&a->violations[i], v))
			return true;
	}
	return false;
}

static bool all_the_same(const struct tdxcpuid_answer *a, const struct tdxcpuid_answer *b)
{
	if (a->error != b->error || a->hw_error != b->hw_error || a->rcx != b->rcx ||
	    a->nr_violations != b->nr_violations || a->nr_effective != b->nr_effective ||
	    a->verdict != b->verdict)
		return false;
	for (u32 i = 0; i < a->nr_violations; i++) {
		if (!same(&a->violations[i], &b->violations[i]))
			return false;
	}
	return !a->nr_effective ||
	       !memcmp(a->effective, b->effective, a->nr_effective * sizeof(a->effective[0]));
}

/* The errno and status of kvm/ itself. */
static void ignore(struct tdx_reporter *reporter, const struct tdxcpuid_violation *v)
{
	(void)reporter;
	(void)v;
}

static bool model_agrees(const struct tdxcpuid_answer *a, const struct kvm_tdx_host *kvm,
			 const struct tdxcpuid_request *r)
{
	static struct kvm_tdx_td td;
	struct tdx_reporter reporter = { ignore };
	struct kvm_tdx_answer answer;

	kvm_tdx_init_vm(&td, kvm, r, &answer, &reporter);
	return a->error == answer.error && a->hw_error == answer.hw_error &&
	       a->status == answer.status && a->rcx == answer.rcx;
}

static void compare(const struct tdxcpuid_host *model, const struct tdxcpuid_host *caps,
		    const struct tdxcpuid_host *full, const struct kvm_tdx_host *kvm)
{
	static struct tdxcpuid_answer *m, *c, *f;
	struct kvm_cpuid_entry2 entries[64];
	struct tdxcpuid_request r = {
		.size = sizeof(r),
		.entries = entries,
		.nent = make_request(model, entries),
		.attributes = below(10) ? 0x10000000 : 1,
		.xfam = below(10) ? 0x602e7 : 0x23,
		.tsc_khz = 2000000,
	};

	if (tdxcpuid_check(model, &r, &m) || tdxcpuid_check(caps, &r, &c) ||
	    tdxcpuid_check(full, &r, &f))
		exit(1);

	sum.requests++;
	sum.accepted += c->verdict == TDXCPUID_ACCEPTED;
	sum.rejected += c->verdict == TDXCPUID_REJECTED;
	sum.undecided += c->verdict == TDXCPUID_UNDECIDED;
	sum.wrong_verdict += c->verdict != TDXCPUID_UNDECIDED && c->verdict != m->verdict;
	/* Nothing is made up. */
	for (u32 i = 0; i < c->nr_violations; i++)
		sum.wrong_violation += !contains(m, &c->violations[i]);
	sum.wrong_full += !f->unknown && !all_the_same(f, m);
	sum.wrong_model += !model_agrees(m, kvm, &r);

	if (tdxcpuid_filter(caps, entries, &r.nent, &c) || tdxcpuid_check(model, &r, &m))
		exit(1);
	for (u32 i = 0; i < m->nr_violations; i++) {
		enum tdxcpuid_reason why = m->violations[i].reason;

		sum.filtered_bad += why == TDXCPUID_DENIED || why == TDXCPUID_NOT_CONFIGURABLE ||
				    why == TDXCPUID_DUPLICATE || why == TDXCPUID_NO_SLOT;
	}
}

/* Without TDX nothing else counts, and nothing is accepted. */
static void without_tdx(void)
{
	static const struct kvm_cpuid_entry2 slot = { .function = 7, .ebx = ~0U };
	struct tdxcpuid_host_info info = { .size = sizeof(info) };
	struct tdxcpuid_request r = { .size = sizeof(r), .xfam = 3 };
	struct tdxcpuid_caps c = { .size = sizeof(c),
				   .nent = 1,
				   .cpuid = &slot,
				   .attributes = ~0ULL,
				   .xfam = 3,
				   .gpaw52 = TDXCPUID_YES,
				   .no_tdx = 1 };
	struct tdxcpuid_answer *a = NULL;
	struct tdxcpuid_host *host;
	const struct tdxcpuid_cpu *cpu;
	bool right = true;

	for (u32 n = 0; (cpu = tdxcpuid_cpu_nth(n)); n++) {
		c.cpu = cpu;
		if (tdxcpuid_host_new_caps(&c, &host))
			exit(1);
		tdxcpuid_host_info(host, &info);
		if (tdxcpuid_check(host, &r, &a))
			exit(1);
		right &= !info.model && info.disabled == TDXCPUID_NO_MODULE && !info.init_status &&
			 info.cpu == cpu && !info.nr_slots && !info.attributes && !info.xfam &&
			 a->verdict == TDXCPUID_REJECTED && a->error == -EINVAL && !a->unknown &&
			 !a->nr_violations && !strcmp(a->text, "there is no TDX on this host");
		tdxcpuid_host_free(host);
	}
	tdxcpuid_answer_free(a);
	tap(right, "a host without TDX, whatever its CPU");
}

int main(void)
{
	without_tdx();
	for (u32 seed = 0; seed < MODULES; seed++) {
		struct tdxcpuid_host_info info = { .size = sizeof(info) };
		struct tdxcpuid_caps c = { .size = sizeof(c) };
		struct tdxcpuid_host *model, *caps, *full;
		struct tdxcpuid_module *module;
		static struct kvm_tdx_host kvm;

		state = seed;
		module = make_module();
		if (tdxcpuid_host_new_model(module, tdxcpuid_cpu_nth(seed % 2), TDXCPUID_ALLOWLIST,
					    &model))
			exit(1);
		tdxcpuid_host_info(model, &info);
		/* A module or CPU of this library's is one of the model's. */
		kvm_tdx_host_init(&kvm, (const struct tdx_module *)info.module,
				  (const struct tdx_native *)info.cpu, TDXCPUID_ALLOWLIST);
		c.attributes = info.attributes;
		c.xfam = info.xfam;
		c.nent = info.nr_slots;
		c.cpuid = info.cpuid;
		c.gpaw52 = info.gpaw52;
		c.tsc_khz = info.tsc_khz;
		if (tdxcpuid_host_new_caps(&c, &caps))
			exit(1);
		c.module = info.module;
		c.cpu = info.cpu;
		if (tdxcpuid_host_new_caps(&c, &full))
			exit(1);

		for (u32 i = 0; i < REQUESTS; i++)
			compare(model, caps, full, &kvm);

		tdxcpuid_host_free(model);
		tdxcpuid_host_free(caps);
		tdxcpuid_host_free(full);
		tdxcpuid_module_free(module);
	}

	tap_note("%u requests to %u modules: %u accepted, %u rejected, %u undecided", sum.requests,
		 MODULES, sum.accepted, sum.rejected, sum.undecided);
	tap(sum.accepted > 100 && sum.rejected > 100 && sum.undecided > 100,
	    "all three verdicts are met");
	tap(!sum.wrong_model, "the model is kvm/: %u differ", sum.wrong_model);
	tap(!sum.wrong_verdict, "what is decided is right: %u are not", sum.wrong_verdict);
	tap(!sum.wrong_violation, "no violation is made up: %u are", sum.wrong_violation);
	tap(!sum.wrong_full, "with module and CPU all is known: %u differ", sum.wrong_full);
	tap(!sum.filtered_bad, "the filter leaves nothing behind: %u", sum.filtered_bad);
	return tap_end();
}
