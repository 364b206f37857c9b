// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Do Linux with the series and policy/ with kvm/ agree about a TD's CPUID?  For each
 * module table that differs from the others, and for made-up ones of 33 and 48 slots:
 * KVM_TDX_CAPABILITIES of each slot; then of COUNT generated requests the errno, the
 * GPAW and the values in TD_PARAMS.
 *
 *	equal COUNT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../generate.h"
#include "linux.h"

static struct kvm_tdx_host host;
static struct {
	struct kvm_cpuid2 head;
	struct kvm_cpuid_entry2 entries[TDXCPUID_MAX_ENTRIES];
} cpuid;
static u64 compared, accepted, disagree;

static void ignore(struct tdx_reporter *self, const struct tdxcpuid_violation *v)
{
	(void)self;
	(void)v;
}

static void begin(const struct tdx_module *m)
{
	u64 leaves[TDXCPUID_MAX_SLOTS], values[TDXCPUID_MAX_SLOTS][2];

	kvm_tdx_host_init(&host, m, tdx_native_find("spr"), TDXCPUID_ALLOWLIST);
	for (u32 k = 0; k < host.slots.nr; k++) {
		const struct tdx_cpuid_slot *s = &host.slots.slot[k];

		leaves[k] = s->leaf | (u64)s->subleaf << 32;
		for (int i = 0; i < 2; i++)
			values[k][i] = s->configurable[2 * i] | (u64)s->configurable[2 * i + 1]
									<< 32;
	}
	linux_begin(host.slots.nr, leaves, values);
}

static void show(const char *what)
{
	if (++disagree > 10)
		return;
	printf("# module %s, %u slots: %s\n", host.platform.module->version, host.slots.nr, what);
	for (u32 i = 0; i < cpuid.head.nent && disagree <= 3; i++) {
		const struct kvm_cpuid_entry2 *e = &cpuid.entries[i];

		printf("#   0x%x 0x%x %u 0x%08x 0x%08x 0x%08x 0x%08x\n", e->function, e->index,
		       e->flags, e->eax, e->ebx, e->ecx, e->edx);
	}
}

static void compare_capabilities(void)
{
	cpuid.head.nent = 1;
	for (u32 k = 0; k < host.slots.nr; k++) {
		struct kvm_cpuid_entry2 ours, theirs;

		memset(&ours, 0, sizeof(ours));
		memset(&theirs, 0, sizeof(theirs));
		kvm_tdx_capability(&host, k, &ours);
		linux_capability(k, &theirs);
		cpuid.entries[0] = theirs;
		if (memcmp(&ours, &theirs, sizeof(ours)))
			show("KVM_TDX_CAPABILITIES");
		compared++;
	}
}

static void compare_request(void)
{
	u32 ours[TDXCPUID_MAX_SLOTS][4] = { 0 }, theirs[TDXCPUID_MAX_SLOTS][4] = { 0 };
	struct tdx_reporter nobody = { ignore };
	int gpaw, ret;
	u32 width = 0;

	gpaw = tdx_cpuid_validate(&host.slots, cpuid.entries, cpuid.head.nent, true, ours, &nobody);
	ret = linux_validate(&cpuid.head, &width, theirs);
	compared++;
	accepted += !ret;
	if (ret != (gpaw < 0 ? gpaw : 0))
		show(ret ? "Linux refuses" : "policy/ refuses");
	else if (!ret && ((u32)gpaw != width || memcmp(ours, theirs, sizeof(ours))))
		show("GPAW or values");
}

/* Two slots of the module, or a slot and none, in each other's place. */
static void mislabel(struct rng *r)
{
	struct kvm_cpuid_entry2 *e = &cpuid.entries[rng_below(r, cpuid.head.nent)];

	if (rng_once_in(r, 2))
		e->index = rng_below(r, 8);
	if (rng_once_in(r, 2))
		e->flags ^= KVM_CPUID_FLAG_SIGNIFCANT_INDEX;
	if (rng_once_in(r, 4))
		e->function = host.slots.slot[rng_below(r, host.slots.nr)].leaf;
}

/* Each bit of each slot alone, however labelled. */
static void compare_bits(void)
{
	for (u32 k = 0; k < host.slots.nr; k++) {
		for (u32 bit = 0; bit < 128; bit++) {
			for (u32 label = 0; label < 6; label++) {
				struct kvm_cpuid_entry2 *e = &cpuid.entries[0];
				u32 value[4] = { 0 };

				value[bit / 32] = 1u << bit % 32;
				cpuid.head.nent = 2;
				*e = entry_for(host.slots.slot[k].leaf, host.slots.slot[k].subleaf);
				set_entry(e, value);
				e->flags = label & 1 ? KVM_CPUID_FLAG_SIGNIFCANT_INDEX : 0;
				e->index += label / 2 == 1 ? 1 : label / 2 == 2 ? 0x100 : 0;
				cpuid.entries[1] = entry_for(0x80000008, 0xffffffff);
				if (e->function == 0x80000008) {
					e->eax |= cpuid.entries[1].eax;
					cpuid.head.nent = 1;
				}
				compare_request();
			}
		}
	}
}

static void compare_requests(struct rng *r, u32 count)
{
	while (count--) {
		cpuid.head.nent = generate_honest(r, &host, cpuid.entries);
		if (rng_once_in(r, 2) && cpuid.head.nent)
			mislabel(r);
		for (u32 n = rng_below(r, 4); n; n--)
			cpuid.head.nent = mutate(r, &host, cpuid.entries, cpuid.head.nent);
		compare_request();
	}
}

static void compare(struct rng *r, const char *name, u32 count)
{
	u64 before[] = { compared, accepted, disagree };

	compare_capabilities();
	compare_bits();
	compare_requests(r, count);
	printf("# %s, %u slots: %llu compared, %llu accepted, %llu disagree\n", name, host.slots.nr,
	       (unsigned long long)(compared - before[0]),
	       (unsigned long long)(accepted - before[1]),
	       (unsigned long long)(disagree - before[2]));
}

static bool same_slots(const struct kvm_tdx_host *a, const struct kvm_tdx_host *b)
{
	return a->slots.nr == b->slots.nr &&
	       !memcmp(a->slots.slot, b->slots.slot, sizeof(a->slots.slot));
}

static bool has_gpaw(const struct tdx_module *m)
{
	for (u32 k = 0; k < m->nr_config; k++) {
		if (tdx_module_entry(m, m->lookup_of_slot[k])->leaf == 0x80000008)
			return true;
	}
	return false;
}

int main(int argc, char **argv)
{
	static struct generated_module grown;
	static struct kvm_tdx_host seen[32];
	u32 nr_seen = 0, count = argc == 2 ? atoi(argv[1]) : 0;
	struct rng r = { 1 };

	if (!count) {
		fprintf(stderr, "usage: equal COUNT\n");
		return 2;
	}
	for (u32 n = 0; tdx_module_nth(n); n++) {
		u32 i;

		begin(tdx_module_nth(n));
		for (i = 0; i < nr_seen && !same_slots(&seen[i], &host); i++)
			;
		if (i < nr_seen)
			continue;
		seen[nr_seen++] = host;
		compare(&r, host.platform.module->version, count);
	}

	/* Nobody has seen these. */
	for (u32 slots = 33; slots <= 48; slots += 15) {
		do {
			generate_module(&r, &grown);
		} while (grown.m.nr_config > 28 || !has_gpaw(&grown.m));
		for (u32 subleaf = 0; grown.m.nr_config < slots; subleaf++) {
			u32 direct[4] = { rng_next(&r), rng_next(&r), rng_next(&r), ~0U };

			tdx_module_add_slot(&grown.m, grown.pool, 0x29, 16 + subleaf, direct,
					    direct);
		}
		begin(&grown.m);
		compare(&r, "made up", count);
	}
	for (u32 n = 0; n < 16; n++) {
		generate_module(&r, &grown);
		begin(&grown.m);
		compare(&r, "made up", count / 16 + 1);
	}

	printf("%llu compared, %llu accepted, %llu disagree\n", (unsigned long long)compared,
	       (unsigned long long)accepted, (unsigned long long)disagree);
	return !!disagree;
}
