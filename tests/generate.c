// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Seeded modules and requests, and the one that a real QEMU sends. */
#include <string.h>

#include <linux/kernel.h>

#include "generate.h"

u64 rng_next(struct rng *r)
{
	u64 z = r->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

u32 rng_below(struct rng *r, u32 n)
{
	return rng_next(r) % n;
}

bool rng_once_in(struct rng *r, u32 n)
{
	return !rng_below(r, n);
}

/* Sparse, dense, full or a single bit. */
static u32 rng_mask(struct rng *r)
{
	switch (rng_below(r, 6)) {
	case 0:
		return 0;
	case 1:
		return 1u << rng_below(r, 32);
	case 2:
		return rng_next(r) & rng_next(r);
	case 3:
		return rng_next(r) | rng_next(r);
	case 4:
		return 0xffffffff;
	default:
		return rng_next(r);
	}
}

/* Leaves that a module to come might let a VMM configure. */
static const u32 generated_leaves[][2] = {
	{ 0x1e, 1 },
	{ 0x1e, 0 },
	{ 0x7, 3 },
	{ 0x14, 0 },
	{ 0x14, 1 },
	{ 0x24, 0 },
	{ 0x29, 0 },
	{ 0x6, 0xffffffff },
	{ 0xd, 0 },
	{ 0xd, 1 },
	{ 0x2, 0xffffffff },
	{ 0x10, 0 },
	{ 0x12, 0 },
	{ 0x1a, 0xffffffff },
	{ 0x21, 0 },
	{ 0x80000001, 0xffffffff },
	{ 0x80000007, 0xffffffff },
	{ 0x80000021, 0xffffffff },
	{ 0x23, 1 },
	{ 0x23, 2 },
	{ 0xc0000001, 0xffffffff },
	{ 0x40000000, 0xffffffff },
	{ 0x4, 4 },
	{ 0x18, 9 },
	{ 0x1f, 6 },
};

/* A leaf has one slot without subleaf, or slots with subleaf, never both. */
static bool has_room(const struct tdx_module *m, u32 leaf, u32 subleaf)
{
	for (u32 k = 0; k < m->nr_config; k++) {
		const struct tdx_module_entry *e = tdx_module_entry(m, m->lookup_of_slot[k]);

		if (e->leaf == leaf &&
		    (e->subleaf == subleaf || e->subleaf == 0xffffffff || subleaf == 0xffffffff))
			return false;
	}

	return true;
}

void generate_module(struct rng *r, struct generated_module *g)
{
	const struct tdx_module *base;
	u32 n = 0, order[TDX_MODULE_MAX_CONFIG];
	bool shuffled = rng_once_in(r, 3), partial = rng_once_in(r, 3);

	while (tdx_module_nth(n))
		n++;
	base = tdx_module_nth(rng_below(r, n));

	for (u32 k = 0; k < base->nr_config; k++)
		order[k] = k;
	for (u32 k = base->nr_config; shuffled && k > 1; k--) {
		u32 j = rng_below(r, k), t = order[j];

		order[j] = order[k - 1];
		order[k - 1] = t;
	}

	tdx_module_derive(&g->m, base, g->pool);
	for (u32 k = 0; k < base->nr_config; k++) {
		const struct tdx_module_entry *e =
			tdx_module_entry(base, base->lookup_of_slot[order[k]]);
		u32 direct[4], allow[4];

		if (partial && rng_once_in(r, 4))
			continue;
		for (int reg = 0; reg < 4; reg++) {
			direct[reg] = e->config_direct[reg];
			allow[reg] = e->allow_direct[reg];
			if (rng_once_in(r, 8))
				direct[reg] |= rng_mask(r);
			if (rng_once_in(r, 8))
				allow[reg] |= rng_mask(r);
		}
		tdx_module_add_slot(&g->m, g->pool, e->leaf, e->subleaf, direct, allow);
	}

	while (g->m.nr_config < TDX_MODULE_MAX_CONFIG && !rng_once_in(r, 3)) {
		const u32 *label = generated_leaves[rng_below(r, ARRAY_SIZE(generated_leaves))];
		u32 direct[4] = { rng_mask(r), rng_mask(r), rng_mask(r), rng_mask(r) };
		u32 allow[4] = { rng_mask(r), rng_mask(r), rng_mask(r), rng_mask(r) };

		if (has_room(&g->m, label[0], label[1]))
			tdx_module_add_slot(&g->m, g->pool, label[0], label[1], direct, allow);
	}
}

void set_entry(struct kvm_cpuid_entry2 *e, const u32 value[4])
{
	e->eax = value[0];
	e->ebx = value[1];
	e->ecx = value[2];
	e->edx = value[3];
}

struct kvm_cpuid_entry2 entry_for(u32 leaf, u32 subleaf)
{
	struct kvm_cpuid_entry2 e = { .function = leaf };

	if (subleaf != 0xffffffff) {
		e.index = subleaf;
		e.flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX;
	}
	if (leaf == 0x80000008)
		e.eax = 48 << 16;

	return e;
}

static struct kvm_cpuid_entry2 honest_entry(const struct kvm_tdx_host *host, u32 k)
{
	const struct tdx_module *m = host->platform.module;
	const struct tdx_module_entry *slot = tdx_module_entry(m, m->lookup_of_slot[k]);

	return entry_for(slot->leaf, slot->subleaf);
}

void clear_values(struct kvm_cpuid_entry2 *e)
{
	if (e->function == 1)
		e->eax = 0;
	if (e->function == 0x1f || e->function == 0x4 || e->function == 0x18)
		set_entry(e, (u32[4]){ 0 });
	if (e->function == 0x80000008)
		e->eax = 48 << 16;
}

u32 generate_honest(struct rng *r, const struct kvm_tdx_host *host,
		    struct kvm_cpuid_entry2 entries[TDXCPUID_MAX_ENTRIES])
{
	u32 nent = 0, all = rng_below(r, 2);

	for (u32 k = 0; k < host->platform.module->nr_config; k++) {
		struct kvm_cpuid_entry2 cap, *e = &entries[nent];

		*e = honest_entry(host, k);
		ref_capability(host, k, &cap);
		if (e->function != 0x80000008 && rng_once_in(r, 5))
			continue;
		e->eax |= cap.eax & (all ? ~0u : rng_mask(r));
		e->ebx |= cap.ebx & (all ? ~0u : rng_mask(r));
		e->ecx |= cap.ecx & (all ? ~0u : rng_mask(r));
		e->edx |= cap.edx & (all ? ~0u : rng_mask(r));
		clear_values(e);
		if (e->function == 7 && e->index == 0 && (e->ebx & 0x810) != 0x810)
			e->ebx &= ~0x810u;
		nent++;
	}

	return nent;
}

u32 mutate(struct rng *r, const struct kvm_tdx_host *host,
	   struct kvm_cpuid_entry2 entries[TDXCPUID_MAX_ENTRIES], u32 nent)
{
	struct kvm_cpuid_entry2 *e = nent ? &entries[rng_below(r, nent)] : NULL, t;
	u32 *const regs[] = { e ? &e->eax : NULL, e ? &e->ebx : NULL, e ? &e->ecx : NULL,
			      e ? &e->edx : NULL };
	u32 i, n;

	switch (rng_below(r, 13)) {
	case 0:
	case 1:
		if (e)
			*regs[rng_below(r, 4)] ^= 1u << rng_below(r, 32);
		break;
	case 2:
		if (e)
			*regs[rng_below(r, 4)] = rng_mask(r);
		break;
	case 3:
		if (e)
			e->flags ^= KVM_CPUID_FLAG_SIGNIFCANT_INDEX;
		break;
	case 4:
		if (e)
			e->index = rng_once_in(r, 2) ? rng_below(r, 8) : (u32)rng_next(r);
		break;
	case 5:
		if (e)
			e->flags = rng_mask(r);
		break;
	case 6: /* a second entry, perhaps under another index */
		if (e && nent < TDXCPUID_MAX_ENTRIES) {
			t = *e;
			if (rng_once_in(r, 2))
				t.index = rng_below(r, 8);
			if (rng_once_in(r, 2))
				t.flags ^= KVM_CPUID_FLAG_SIGNIFCANT_INDEX;
			entries[nent++] = t;
		}
		break;
	case 7: /* an entry for some leaf */
		if (nent < TDXCPUID_MAX_ENTRIES) {
			const u32 *label =
				generated_leaves[rng_below(r, ARRAY_SIZE(generated_leaves))];

			entries[nent] = (struct kvm_cpuid_entry2){ .function = label[0] };
			entries[nent].index = label[1] == 0xffffffff ? 0 : label[1];
			entries[nent].flags = rng_below(r, 2);
			entries[nent++].ecx = rng_mask(r);
		}
		break;
	case 8: /* a paravirtual leaf, as in a list for KVM_SET_CPUID2 */
		if (nent < TDXCPUID_MAX_ENTRIES)
			entries[nent++] = (struct kvm_cpuid_entry2){
				.function = 0x40000000 | rng_below(r, 0x20), .eax = rng_mask(r)
			};
		break;
	case 9: /* order */
		for (i = nent; i > 1; i--) {
			n = rng_below(r, i);
			t = entries[n];
			entries[n] = entries[i - 1];
			entries[i - 1] = t;
		}
		break;
	case 10: /* one less */
		if (e)
			*e = entries[--nent];
		break;
	case 11: /* full to the brim, or nearly */
		n = rng_once_in(r, 8) ? TDXCPUID_MAX_ENTRIES : nent + rng_below(r, 9);
		while (nent < n && nent < TDXCPUID_MAX_ENTRIES) {
			if (rng_once_in(r, 2) && host->platform.module->nr_config)
				entries[nent] = honest_entry(
					host, rng_below(r, host->platform.module->nr_config));
			else
				entries[nent] = (struct kvm_cpuid_entry2){ .function = 0x100 + nent,
									   .edx = rng_mask(r) };
			nent++;
		}
		break;
	case 12: /* the width of guest physical addresses */
		for (i = 0; i < nent; i++) {
			if (entries[i].function == 0x80000008)
				entries[i].eax = (rng_once_in(r, 2) ? 52 : rng_below(r, 256)) << 16;
		}
		break;
	}

	return nent;
}

const struct kvm_cpuid_entry2 qemu_entries[12] = {
	{ 0x00000001, 0x00, 0, 0x000806f8, 0x00000000, 0x31000000, 0x08000000, { 0 } },
	{ 0x00000004, 0x00, 1, 0x00000121, 0x01c00000, 0x0000003f, 0x00000001, { 0 } },
	{ 0x00000004, 0x01, 1, 0x00000122, 0x01c00000, 0x0000003f, 0x00000001, { 0 } },
	{ 0x00000004, 0x02, 1, 0x00000143, 0x03c00000, 0x00000fff, 0x00000001, { 0 } },
	{ 0x00000004, 0x03, 1, 0x00000163, 0x03c00000, 0x00003fff, 0x00000006, { 0 } },
	{ 0x00000007, 0x00, 1, 0x00000000, 0xd02b0308, 0x02415f44, 0x00014010, { 0 } },
	{ 0x00000007, 0x01, 1, 0x00001c30, 0x00000000, 0x00000000, 0x00000000, { 0 } },
	{ 0x00000007, 0x02, 1, 0x00000000, 0x00000000, 0x00000000, 0x00000000, { 0 } },
	{ 0x0000001f, 0x00, 1, 0x00000000, 0x00000001, 0x00000100, 0x00000000, { 0 } },
	{ 0x0000001f, 0x01, 1, 0x00000000, 0x00000001, 0x00000201, 0x00000000, { 0 } },
	{ 0x0000001f, 0x02, 1, 0x00000000, 0x00000000, 0x00000002, 0x00000000, { 0 } },
	{ 0x80000008, 0x00, 0, 0x00300000, 0x00000200, 0x00000000, 0x00000000, { 0 } },
};
