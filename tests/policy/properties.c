// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What must hold for any module and any request, on seeded ones.
 * Usage: properties [SEED [MODULES]]
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../generate.h"
#include "../tap.h"

#define REQUESTS 12 /* for each module */

enum property {
	SLOW,
	DEFAULT_DENY,
	CAPS_ARE_ALLOWED,
	CAPS_ARE_ACCEPTED,
	NOT_IN_CAPS,
	NOTHING_LOST,
	ORDER_OF_ENTRIES,
	LABEL,
	HARMLESS_STAYS,
	HONEST_SAME,
	UNION,
	FIRST_ERRNO,
	ORDER,
	NO_WARN,
	AT_STAKE,
	GET_CPUID,
	BOUNDS,
	NR_PROPERTIES,
};

static const char *const property_name[NR_PROPERTIES] = {
	[SLOW] = "every answer is the slow statement's",
	[DEFAULT_DENY] = "no bit without a row reaches TD_PARAMS",
	[CAPS_ARE_ALLOWED] =
		"no bit without a row reaches KVM_TDX_CAPABILITIES; slots stay positional",
	[CAPS_ARE_ACCEPTED] = "all that caps reports is accepted",
	[NOT_IN_CAPS] = "what caps does not report is refused, or has no effect",
	[NOTHING_LOST] = "no bit of an accepted request is lost on its way into TD_PARAMS",
	[ORDER_OF_ENTRIES] = "the order of the entries makes no difference",
	[LABEL] = "another label never carries a denied bit into a slot",
	[HARMLESS_STAYS] = "what Linux 7.3 accepts and is harmless stays accepted",
	[HONEST_SAME] =
		"an honestly labelled request that the allowlist accepts, Linux 7.3 accepted",
	[UNION] = "several faults are the union of the single ones",
	[FIRST_ERRNO] = "the first violation is the errno",
	[ORDER] = "violations come in order",
	[NO_WARN] = "no request makes KVM warn",
	[AT_STAKE] = "nothing is at stake in a TD that the allowlist accepted",
	[GET_CPUID] = "KVM_TDX_GET_CPUID tells what the TD has",
	[BOUNDS] = "KVM_TDX_GET_CPUID writes no further than it is let",
};

static unsigned long cases[NR_PROPERTIES], failures[NR_PROPERTIES];
static u64 module_seed;
static struct rng rng;

static struct ref_answer expected;
static struct ref_collector collector, other;
static struct kvm_tdx_td td, td2;
static struct kvm_cpuid_entry2 entries[TDXCPUID_MAX_ENTRIES + 1];
static struct kvm_tdx_answer answer;

static bool expect(enum property p, bool good, const char *text)
{
	cases[p]++;
	if (!good && failures[p]++ < 5)
		tap_note("%s: module seed %llu%s%s", property_name[p],
			 (unsigned long long)module_seed, *text ? ": " : "", text);
	return good;
}

/* Where a violation stands in the list: rule 4. */
static u64 rank(const struct tdxcpuid_violation *v)
{
	if (v->layer == TDXCPUID_LAYER_MODULE)
		return 5ull << 32;
	switch (v->reason) {
	case TDXCPUID_MALFORMED:
	case TDXCPUID_ATTRIBUTES:
		return 0;
	case TDXCPUID_XFAM:
		return 1ull << 32;
	case TDXCPUID_GPAW:
	case TDXCPUID_GPAW_MISSING:
		return 2ull << 32;
	case TDXCPUID_DENIED:
	case TDXCPUID_DUPLICATE:
		return 3ull << 32 | v->slot << 16 | v->entry;
	default:
		return 4ull << 32 | v->entry;
	}
}

/* Asks, and checks what must hold of every answer. */
/* Made-up modules may insist on TSX where there is no TSX_CTRL. */
static bool needs_tsx_ctrl(u64 status)
{
	return status >> 32 == 0xc0000921;
}

static int ask(const struct kvm_tdx_host *host, const struct tdxcpuid_request *request)
{
	const struct ref_list *list = &collector.list;
	bool from_kvm, good = true;
	char text[REF_TEXT];
	int error;

	ref_collect(&collector);
	error = kvm_tdx_init_vm(&td, host, request, &answer, &collector.kvm);
	ref_init_vm(host, request, &expected);
	ref_compare(&expected, &answer, &td, list, text);
	expect(SLOW, !*text && error == answer.error, text);

	from_kvm = list->nr && list->v[0].layer != TDXCPUID_LAYER_MODULE;
	if (!list->nr)
		good = !error && !answer.hw_error;
	else if (list->v[0].reason == TDXCPUID_MALFORMED && list->v[0].entry < 0)
		good = error == -E2BIG && list->nr == 1;
	else if (answer.warned)
		good = error == -EIO && !answer.hw_error &&
		       (host->policy != TDXCPUID_ALLOWLIST || needs_tsx_ctrl(answer.status));
	else
		good = error == -EINVAL && !answer.hw_error == from_kvm;
	expect(FIRST_ERRNO, good && answer.asked == (list->nr == 0 || !from_kvm), "");

	good = true;
	for (u32 i = 1; i < list->nr && host->policy != TDXCPUID_LINUX_7_3; i++)
		good &= rank(&list->v[i - 1]) <= rank(&list->v[i]);
	expect(ORDER, good, "");

	if (host->policy == TDXCPUID_ALLOWLIST)
		expect(NO_WARN, !answer.warned || needs_tsx_ctrl(answer.status), "");

	return error;
}

static const struct tdx_module_entry *slot_of(const struct kvm_tdx_host *host, u32 k)
{
	const struct tdx_module *m = host->platform.module;

	return tdx_module_entry(m, m->lookup_of_slot[k]);
}

/* The slot that an entry belongs to, by DESIGN's rule 2; -1 if it has none. */
static int slot_of_entry(const struct kvm_tdx_host *host, const struct kvm_cpuid_entry2 *e)
{
	for (u32 k = 0; k < host->platform.module->nr_config; k++) {
		const struct tdx_module_entry *slot = slot_of(host, k);

		if (slot->leaf == e->function &&
		    (slot->subleaf == e->index ||
		     (slot->subleaf == 0xffffffff && (!e->index || !(e->flags & 1)))))
			return k;
	}

	return -1;
}

static bool params_within_allowlist(const struct kvm_tdx_host *host, const struct kvm_tdx_td *t)
{
	for (u32 k = 0; k < host->platform.module->nr_config; k++) {
		for (int reg = 0; reg < 4; reg++) {
			if (t->params.cpuid_values[k][reg] &
			    ~ref_allowed(slot_of(host, k)->leaf, slot_of(host, k)->subleaf, reg))
				return false;
		}
	}

	return true;
}

static void check_accepted(const struct kvm_tdx_host *host, const struct tdxcpuid_request *request)
{
	bool good = true;
	u64 filled = 0;

	expect(DEFAULT_DENY, params_within_allowlist(host, &td), "");

	for (u32 i = 0; i < request->nent; i++) {
		struct kvm_cpuid_entry2 e = request->entries[i];
		int k = slot_of_entry(host, &e);

		good &= k >= 0 && !(filled >> k & 1);
		if (!good)
			break;
		filled |= 1ull << k;
		if (e.function == 0x80000008)
			e.eax &= ~0xff0000u;
		for (int reg = 0; reg < 4; reg++)
			good &= td.params.cpuid_values[k][reg] == *cpuid_reg_of(&e, reg);
	}
	for (u32 k = 0; k < TDX_MODULE_MAX_CONFIG; k++) {
		for (int reg = 0; reg < 4 && !(filled >> k & 1); reg++)
			good &= !td.params.cpuid_values[k][reg];
	}
	expect(NOTHING_LOST, good, "");

	good = true;
	for (u32 k = 0; k < host->platform.module->nr_config; k++) {
		for (int reg = 0; reg < 4; reg++)
			good &= !kvm_tdx_at_stake(&td, k, reg);
	}
	expect(AT_STAKE, good, "");
}

static void check_get_cpuid(const struct kvm_tdx_host *host)
{
	static struct kvm_cpuid_entry2 got[TDXCPUID_MAX_ENTRIES];
	char text[32] = "";
	int nent, max;
	bool good;

	memset(got, 0xa5, sizeof(got));
	nent = kvm_tdx_get_cpuid(&td, got, TDXCPUID_MAX_ENTRIES);
	good = nent > 0 && nent <= TDXCPUID_MAX_ENTRIES;
	for (u32 k = 0; good && k < host->platform.module->nr_config; k++) {
		const struct tdx_module_entry *slot = slot_of(host, k);
		bool found = false;

		/* What KVM cannot read: it asks for leaves below 0x80 of two ranges, up to the
		 * last. */
		if ((slot->leaf & 0x7fffff80) || slot->faulting ||
		    slot->leaf > (slot->leaf >> 31 ? 0x80000008 : 0x23u))
			continue;
		for (int i = 0; i < nent; i++) {
			u32 gpaw = slot->leaf == 0x80000008 ? td.gpaw << 16 : 0;

			if (got[i].function != slot->leaf ||
			    got[i].index != (slot->subleaf == 0xffffffff ? 0 : slot->subleaf) ||
			    !(got[i].flags & 1) != (slot->subleaf == 0xffffffff))
				continue;
			found = true;
			good &= (got[i].eax & (gpaw ? ~0xff0000u : ~0u)) ==
				((kvm_tdx_effective(&td, k)[0] & (gpaw ? ~0xff0000u : ~0u)));
			good &= !gpaw || (got[i].eax & 0xff0000) == gpaw;
			good &= got[i].ebx == kvm_tdx_effective(&td, k)[1];
			good &= got[i].ecx == kvm_tdx_effective(&td, k)[2];
			good &= got[i].edx == kvm_tdx_effective(&td, k)[3];
		}
		/* Linux stops at the first subleaf that the module does not know. */
		good &= found || slot->subleaf > 0;
		if (!good)
			snprintf(text, sizeof(text), "leaf %x.%x", slot->leaf, slot->subleaf);
	}
	expect(GET_CPUID, good, text);

	max = rng_below(&rng, nent + 1);
	memset(got, 0xa5, sizeof(got));
	good = kvm_tdx_get_cpuid(&td, got, max) == nent;
	for (int i = max; i < TDXCPUID_MAX_ENTRIES; i++)
		good &= got[i].function == 0xa5a5a5a5 && got[i].edx == 0xa5a5a5a5;
	expect(BOUNDS, good, "");
}

static void check_shuffled(const struct kvm_tdx_host *host, struct tdxcpuid_request request)
{
	static struct kvm_cpuid_entry2 shuffled[TDXCPUID_MAX_ENTRIES];
	struct kvm_tdx_answer again;

	memcpy(shuffled, request.entries, request.nent * sizeof(shuffled[0]));
	for (u32 i = request.nent; i > 1; i--) {
		u32 j = rng_below(&rng, i);
		struct kvm_cpuid_entry2 t = shuffled[j];

		shuffled[j] = shuffled[i - 1];
		shuffled[i - 1] = t;
	}
	request.entries = shuffled;

	ref_collect(&other);
	kvm_tdx_init_vm(&td2, host, &request, &again, &other.kvm);
	expect(ORDER_OF_ENTRIES,
	       again.error == answer.error && again.hw_error == answer.hw_error &&
		       (answer.error || !memcmp(td2.params.cpuid_values, td.params.cpuid_values,
						sizeof(td.params.cpuid_values))),
	       "");
}

/* Relabel each entry in turn: whatever is accepted then is within the allowlist as well. */
static void check_labels(const struct kvm_tdx_host *host, struct tdxcpuid_request request)
{
	static struct kvm_cpuid_entry2 relabelled[TDXCPUID_MAX_ENTRIES];
	struct kvm_tdx_answer again;

	memcpy(relabelled, request.entries, request.nent * sizeof(relabelled[0]));
	request.entries = relabelled;
	for (u32 n = 0; request.nent && n < 4; n++) {
		struct kvm_cpuid_entry2 *e = &relabelled[rng_below(&rng, request.nent)];

		e->index = rng_once_in(&rng, 3) ? 0 : rng_below(&rng, 10);
		e->flags = rng_below(&rng, 2);
		ref_collect(&other);
		if (!kvm_tdx_init_vm(&td2, host, &request, &again, &other.kvm))
			expect(LABEL, params_within_allowlist(host, &td2), "");
		else
			cases[LABEL]++;
	}
}

/* Against Linux 7.3: @same is its host. */
static void check_linux(const struct kvm_tdx_host *host, const struct kvm_tdx_host *same,
			const struct tdxcpuid_request *request)
{
	bool by_slot = true, honest = true, within;
	struct kvm_tdx_answer theirs;
	u64 filled = 0;

	ref_collect(&other);
	kvm_tdx_init_vm(&td2, same, request, &theirs, &other.kvm);

	for (u32 i = 0; i < request->nent; i++) {
		const struct kvm_cpuid_entry2 *e = &request->entries[i];
		int k = slot_of_entry(host, e);

		if (k < 0 || (filled >> k & 1)) {
			by_slot = honest = false;
			break;
		}
		filled |= 1ull << k;
		honest &= slot_of(host, k)->subleaf == 0xffffffff || (e->flags & 1);
		for (int reg = 0; reg < 4; reg++)
			by_slot &= td2.params.cpuid_values[k][reg] ==
				   (*cpuid_reg_of((struct kvm_cpuid_entry2 *)e, reg) &
				    (e->function == 0x80000008 && !reg ? ~0xff0000u : ~0u));
	}
	within = params_within_allowlist(host, &td2);

	if (!theirs.error && by_slot && within)
		expect(HARMLESS_STAYS,
		       !answer.error && !memcmp(&td.params, &td2.params, sizeof(td.params)), "");
	if (!answer.error && honest)
		expect(HONEST_SAME,
		       !theirs.error && !memcmp(&td.params, &td2.params, sizeof(td.params)), "");
}

static void check_capabilities(const struct kvm_tdx_host *host)
{
	struct tdxcpuid_request request = {
		.attributes = 1 << 28,
		.xfam = host->supported_xfam,
		.entries = entries,
	};
	bool has_gpaw = false, positional = host->slots.nr == host->platform.module->nr_config;

	for (u32 k = 0; k < host->slots.nr; k++) {
		const struct tdx_module_entry *slot = slot_of(host, k);
		struct kvm_cpuid_entry2 cap, *e = &entries[k];

		kvm_tdx_capability(host, k, &cap);
		positional &= cap.function == slot->leaf &&
			      cap.flags == (host->policy == TDXCPUID_ALLOWLIST &&
					    slot->subleaf != 0xffffffff) &&
			      cap.index == (slot->subleaf == 0xffffffff ? 0 : slot->subleaf);
		for (int reg = 0; reg < 4 && host->policy == TDXCPUID_ALLOWLIST; reg++)
			positional &= !(*cpuid_reg_of(&cap, reg) &
					~ref_allowed(slot->leaf, slot->subleaf, reg));
		*e = cap;
		e->flags = slot->subleaf != 0xffffffff;
		clear_values(e);
		has_gpaw |= e->function == 0x80000008;
		/* Offered singly on some CPUs of the generator's modules. */
		if (e->function == 7 && e->index == 0)
			e->ebx &= ~0x810u;
	}
	expect(CAPS_ARE_ALLOWED, positional, "");

	request.nent = host->slots.nr;
	if (!has_gpaw) {
		expect(CAPS_ARE_ACCEPTED, ask(host, &request) == -EINVAL, "");
		return;
	}
	/* A module with slots left out can stand in its own way: levels of 0x1F, one of HLE and
	 * RTM. */
	if (ask(host, &request) && host->platform.module->index == NULL) {
		for (u32 i = 0; i < collector.list.nr; i++)
			positional &= collector.list.v[i].rule == TDX_RULE_TOPOLOGY ||
				      collector.list.v[i].rule == TDX_RULE_TSX_PAIR ||
				      collector.list.v[i].rule == TDX_RULE_TSX_CTRL;
		expect(CAPS_ARE_ACCEPTED, positional, "");
		return;
	}
	expect(CAPS_ARE_ACCEPTED, !answer.error, "");

	/* One bit more. */
	for (u32 n = 0; n < 20; n++) {
		u32 k = rng_below(&rng, host->slots.nr), reg = rng_below(&rng, 4);
		u32 bit = 1u << rng_below(&rng, 32);
		const struct tdx_module_entry *slot = slot_of(host, k);
		struct kvm_cpuid_entry2 cap, e = entries[k];

		kvm_tdx_capability(host, k, &cap);
		if (*cpuid_reg_of(&cap, reg) & bit)
			continue;
		*cpuid_reg_of(&entries[k], reg) |= bit;
		/* The module takes an allow_direct bit that the CPU lacks, and clears it. */
		if (!ask(host, &request))
			expect(NOT_IN_CAPS,
			       (slot->allow_direct[reg] & bit) &&
				       (host->policy != TDXCPUID_ALLOWLIST ||
					(ref_allowed(slot->leaf, slot->subleaf, reg) & bit)),
			       "");
		else
			cases[NOT_IN_CAPS]++;
		entries[k] = e;
	}
}

/* Faults that do not touch each other. */
#define NR_FAULTS 10

static void inject(const struct kvm_tdx_host *host, struct tdxcpuid_request *request,
		   struct kvm_cpuid_entry2 *e, u32 fault, struct rng *r)
{
	u32 i, k;

	switch (fault) {
	case 0:
		request->attributes |= 1ull << (32 + rng_below(r, 32));
		break;
	case 1:
		request->xfam |= 1ull << (32 + rng_below(r, 32));
		break;
	case 2: /* not 48, in a list that has the entry */
		for (i = 0; i < request->nent; i++)
			if (e[i].function == 0x80000008)
				e[i].eax = (e[i].eax & ~0xff0000u) | 49 << 16;
		break;
	case 3: /* a denied bit */
	case 4: /* a bit that is allowed and not offered */
		for (u32 n = 0; n < 200; n++) {
			u32 reg = fault == 3 ? 1 + rng_below(r, 2) : 3;
			u32 bit = 1u << rng_below(r, 32);
			bool allowed, offered;

			i = rng_below(r, request->nent);
			k = slot_of_entry(host, &e[i]);
			allowed = ref_allowed(slot_of(host, k)->leaf, slot_of(host, k)->subleaf,
					      reg) &
				  bit;
			offered = (slot_of(host, k)->config_direct[reg] |
				   slot_of(host, k)->allow_direct[reg]) &
				  bit;
			if (slot_of(host, k)->leaf == 0x1f || slot_of(host, k)->leaf == 1)
				continue;
			if (fault == 3 ? !allowed : allowed && !offered) {
				*cpuid_reg_of(&e[i], reg) |= bit;
				break;
			}
		}
		break;
	case 5:
		e[request->nent] = e[rng_below(r, request->nent)];
		/* Without anything that another fault might have put there. */
		set_entry(&e[request->nent++], (u32[4]){ 0 });
		break;
	case 6:
		e[request->nent++] = (struct kvm_cpuid_entry2){ .function = 0x99, .ecx = 1 };
		break;
	case 7:
		e[request->nent++] = (struct kvm_cpuid_entry2){ .function = 0x40000001 };
		break;
	case 8: /* family, model, stepping */
		for (i = 0; i < request->nent; i++)
			if (e[i].function == 1)
				e[i].eax = 0x12345;
		break;
	case 9:
		request->tsc_khz = 50000;
		break;
	}
}

static bool has_violation(const struct ref_list *list, const struct tdxcpuid_violation *v)
{
	for (u32 i = 0; i < list->nr; i++) {
		const struct tdxcpuid_violation *w = &list->v[i];

		if (w->layer == v->layer && w->reason == v->reason && w->slot == v->slot &&
		    w->has_leaf == v->has_leaf && w->leaf == v->leaf && w->subleaf == v->subleaf &&
		    w->reg == v->reg && w->mask == v->mask && w->rule == v->rule)
			return true;
	}

	return false;
}

static void check_union(const struct kvm_tdx_host *host, const struct tdxcpuid_request *base)
{
	static struct kvm_cpuid_entry2 one[TDXCPUID_MAX_ENTRIES], all[TDXCPUID_MAX_ENTRIES];
	static struct ref_list sum;
	struct tdxcpuid_request request = *base;
	u32 faults = rng_next(&rng) & ((1 << NR_FAULTS) - 1);
	u64 seed = rng_next(&rng);
	bool good = true;

	sum.nr = 0;
	memcpy(all, base->entries, base->nent * sizeof(all[0]));
	request.entries = all;
	for (u32 f = 0; f < NR_FAULTS; f++) {
		struct tdxcpuid_request single = *base;
		struct rng r = { seed + f };

		if (!(faults >> f & 1))
			continue;
		/* The same choice in both: it must not depend on what was appended. */
		memcpy(one, base->entries, base->nent * sizeof(one[0]));
		single.entries = one;
		inject(host, &single, one, f, &r);
		ask(host, &single);
		for (u32 i = 0; i < collector.list.nr; i++)
			sum.v[sum.nr++] = collector.list.v[i];

		r.state = seed + f;
		if (f < 5) {
			inject(host, &request, all, f, &r);
		} else {
			u32 nent = request.nent;

			/* Choose among the base's entries. */
			request.nent = base->nent;
			if (f == 5) {
				all[nent] = all[rng_below(&r, base->nent)];
				set_entry(&all[nent], (u32[4]){ 0 });
				request.nent = nent + 1;
			} else {
				request.nent = nent;
				inject(host, &request, all, f, &r);
			}
		}
	}

	ask(host, &request);
	for (u32 i = 0; i < sum.nr; i++)
		good &= has_violation(&collector.list, &sum.v[i]);
	for (u32 i = 0; i < collector.list.nr; i++)
		good &= has_violation(&sum, &collector.list.v[i]);
	expect(UNION, good && sum.nr == collector.list.nr, "");
}

static void check_module(const struct tdx_module *m, const struct tdx_native *cpu)
{
	static struct kvm_tdx_host hosts[3];
	struct tdxcpuid_request request = { .entries = entries };

	for (int policy = 0; policy < 3; policy++) {
		kvm_tdx_host_init(&hosts[policy], m, cpu, policy);
		if (hosts[policy].disabled & TDXCPUID_NO_MODULE)
			return;
		check_capabilities(&hosts[policy]);
	}

	for (u32 n = 0; n < REQUESTS; n++) {
		u32 mutations = rng_below(&rng, 5);
		const struct kvm_tdx_host *allowlist = &hosts[TDXCPUID_ALLOWLIST];

		if (rng_once_in(&rng, 4)) {
			memcpy(entries, qemu_entries, sizeof(qemu_entries));
			request.nent = ARRAY_SIZE(qemu_entries);
			request.attributes = QEMU_ATTRIBUTES;
			request.xfam = QEMU_XFAM;
			request.tsc_khz = QEMU_TSC_KHZ;
		} else {
			request.nent = generate_honest(&rng, &hosts[rng_below(&rng, 3)], entries);
			request.attributes = rng_once_in(&rng, 9) ? rng_next(&rng) : 1 << 28;
			request.xfam = rng_once_in(&rng, 9) ? rng_next(&rng) & 0x6dfff :
				       rng_once_in(&rng, 3) ? 3 :
							      allowlist->supported_xfam;
			request.tsc_khz = rng_once_in(&rng, 9) ? (u32)rng_next(&rng) : 0;
		}
		if (!mutations && request.nent && request.attributes == 1 << 28 &&
		    hosts[0].slots.nr) {
			bool belongs = true;

			ask(allowlist, &request);
			for (u32 i = 0; i < request.nent; i++)
				belongs &= slot_of_entry(allowlist, &entries[i]) >= 0;
			if (!answer.error && belongs)
				check_union(allowlist, &request);
		}
		while (mutations--)
			request.nent = mutate(&rng, allowlist, entries, request.nent);
		if (rng_once_in(&rng, 200))
			request.nent = TDXCPUID_MAX_ENTRIES + 1;

		for (int policy = TDXCPUID_NONE; policy >= 0; policy--) {
			ask(&hosts[policy], &request);
			if (!answer.error)
				check_get_cpuid(&hosts[policy]);
		}
		if (!answer.error)
			check_accepted(allowlist, &request);
		if (request.nent <= TDXCPUID_MAX_ENTRIES) {
			check_shuffled(allowlist, request);
			check_labels(allowlist, request);
			check_linux(allowlist, &hosts[TDXCPUID_LINUX_7_3], &request);
		}
	}
}

int main(int argc, char **argv)
{
	u64 seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
	u32 modules = argc > 2 ? strtoul(argv[2], NULL, 0) : 5000;
	static struct generated_module g;
	const struct tdx_native *cpu;
	u32 cpus = 0, known = 0;

	while (tdx_native_nth(cpus))
		cpus++;
	while (tdx_module_nth(known))
		known++;

	for (u32 n = 0; n < modules; n++) {
		module_seed = rng.state = seed * 1000000 + n;
		cpu = tdx_native_nth(rng_below(&rng, cpus));
		if (n % 4) {
			generate_module(&rng, &g);
			check_module(&g.m, cpu);
		} else {
			check_module(tdx_module_nth(rng_below(&rng, known)), cpu);
		}
	}

	for (int p = 0; p < NR_PROPERTIES; p++)
		tap(cases[p] && !failures[p], "%s (%lu cases)", property_name[p], cases[p]);

	return tap_end();
}
