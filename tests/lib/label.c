// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Linux 7.3's look-up by label: in each order of the entries of leaf 7, with each set of flags,
 * what the request has is in the TD or told as lost, and what is wrong is told of the missing flag.
 */
#include <string.h>

#include <tdxcpuid.h>

#include "../../include/linux-names.h"
#include "../tap.h"

/* The second has bits that no other slot of the leaf may have, the third one that all may. */
static const struct kvm_cpuid_entry2 meant[] = {
	{ .function = 7, .index = 0, .ebx = 0x308 },
	{ .function = 7, .index = 1, .eax = 0x1c30 },
	{ .function = 7, .index = 2, .edx = 0x8 },
};
static const int orders[][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
				 { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };

static struct tdxcpuid_answer *answer;
static u32 accepted, refused, lost_by_label;

/* Where Linux 7.3 takes the entry of another subleaf: the oracle. */
static int taken(const struct kvm_cpuid_entry2 *entries, u32 subleaf)
{
	for (int i = 0; i < 3; i++) {
		if (!(entries[i].flags & KVM_CPUID_FLAG_SIGNIFCANT_INDEX) ||
		    entries[i].index == subleaf)
			return i;
	}

	return -1;
}

static u64 slots_of(u32 entry)
{
	for (u32 i = 0; i < answer->nr_unflagged; i++) {
		if (answer->unflagged[i].entry == entry)
			return answer->unflagged[i].slots;
	}

	return 0;
}

static u32 told_lost(u32 subleaf, int reg)
{
	u32 mask = 0;

	for (u32 i = 0; i < answer->lost.nr; i++) {
		const struct tdxcpuid_bits *b = &answer->lost.bits[i];

		if (b->leaf == 7 && b->subleaf == subleaf && b->reg == reg) {
			mask |= b->mask;
			lost_by_label += b->why == TDXCPUID_LABEL;
		}
	}

	return mask;
}

static bool all_accounted(const struct tdxcpuid_host *host, bool with_feature)
{
	struct tdxcpuid_slot slot;
	bool good = true;

	for (u32 k = 0; tdxcpuid_host_slot(host, k, &slot); k++) {
		const u32 *has = answer->slots[k].effective;

		if (slot.leaf != 7)
			continue;
		good &= !with_feature ||
			!(meant[slot.subleaf].ebx & ~has[1] & ~told_lost(slot.subleaf, 1));
		good &= !(meant[slot.subleaf].eax & ~has[0] & ~told_lost(slot.subleaf, 0));
		good &= !(meant[slot.subleaf].edx & ~has[3] & ~told_lost(slot.subleaf, 3));
	}

	return good;
}

static bool blames_the_flag(void)
{
	bool good = answer->nr_violations;

	for (u32 i = 0; i < answer->nr_violations; i++) {
		const struct tdxcpuid_violation *v = &answer->violations[i];

		good &= strstr(v->fix, "KVM_CPUID_FLAG_SIGNIFCANT_INDEX") != NULL;
	}

	return good;
}

static bool try(const struct tdxcpuid_host *host, const int *order, u32 flags, bool with_feature)
{
	struct kvm_cpuid_entry2 entries[4];
	struct tdxcpuid_request request = {
		.size = sizeof(request),
		.nent = 4,
		.entries = entries,
		.attributes = 0x10000000,
		.xfam = 0x61ae7,
	};
	struct tdxcpuid_slot slot;
	bool good = true, any = false;

	for (int i = 0; i < 3; i++) {
		entries[i] = meant[order[i]];
		entries[i].flags = flags >> i & 1;
		if (!with_feature && !order[i])
			entries[i].ebx = 0;
	}
	entries[3] = (struct kvm_cpuid_entry2){ .function = 0x80000008, .eax = 48 << 16 };
	if (tdxcpuid_check(host, &request, &answer))
		return false;

	for (u32 k = 0; tdxcpuid_host_slot(host, k, &slot); k++) {
		int i = slot.leaf == 7 ? taken(entries, slot.subleaf) : -1;

		if (i < 0 || entries[i].index == slot.subleaf)
			continue;
		any = true;
		good &= slots_of(i) >> k & 1;
	}
	good &= any == (answer->nr_unflagged > 0);
	if (answer->error) {
		refused++;
		return good && any && blames_the_flag();
	}
	accepted++;
	return good && all_accounted(host, with_feature);
}

int main(void)
{
	struct tdxcpuid_host *host;
	bool good = true;

	if (tdxcpuid_host_new_model(NULL, NULL, TDXCPUID_LINUX_7_3, &host))
		return 1;
	for (size_t o = 0; o < sizeof(orders) / sizeof(orders[0]); o++) {
		for (u32 flags = 0; flags < 8; flags++) {
			for (int feature = 0; feature < 2; feature++) {
				bool right = try(host, orders[o], flags, feature);

				if (!right)
					tap_note("order %zu, flags %u, %d: %s", o, flags, feature,
						 answer->nr_violations ? answer->violations[0].fix :
									 answer->text);
				good &= right;
			}
		}
	}
	tap(good, "an entry without its flag is told as what is wrong, accepted or not");
	tap(accepted && refused && lost_by_label, "%u accepted, %u refused, %u losses by label",
	    accepted, refused, lost_by_label);
	tdxcpuid_answer_free(answer);
	tdxcpuid_host_free(host);
	return tap_end();
}
