// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The cost of judging KVM_TDX_INIT_VM's CPUID: policy/ beside Linux 7.3's own
 * functions and beside copying the same input, in one run.
 * Usage: validate [--count CASE linux|policy|memcpy TIMES]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../tests/generate.h"
#include "linux-shim.h"
#include "timing.h"

#define SAMPLES 301
#define MAX	256

static struct tdx_sys_info sysinfo;
const struct tdx_sys_info *tdx_sysinfo = &sysinfo;

struct input {
	const char *name;
	struct tdx_cpuid_slots slots;
	struct {
		struct kvm_cpuid2 head;
		struct kvm_cpuid_entry2 entries[MAX];
	} cpuid;
};

static struct input inputs[64];
static u32 nr_inputs;

static struct kvm_tdx_host host;

static u64 reports;

static void count(struct tdx_cpuid_reporter *self, const struct tdx_cpuid_violation *v)
{
	(void)self;
	reports += v->mask;
}

static struct tdx_cpuid_reporter counter = { count };
static struct td_params params;
static u32 values[TDX_CPUID_MAX_SLOTS][4];
static struct kvm_cpuid_entry2 copy[MAX];

/* In Linux both are called through a pointer-free call from another object. */
static int __attribute__((noinline)) run_linux(struct input *in)
{
	return linux_validate(&in->cpuid.head, &params);
}

static int __attribute__((noinline)) run_policy(struct input *in)
{
	return tdx_cpuid_validate(&in->slots, in->cpuid.entries, in->cpuid.head.nent, true, values,
				  &counter);
}

static int __attribute__((noinline)) run_memcpy(struct input *in)
{
	memcpy(copy, in->cpuid.entries, in->cpuid.head.nent * sizeof(copy[0]));
	__asm__ volatile("" : : "r"(copy) : "memory");
	return 0;
}

typedef int (*run_t)(struct input *in);
static const run_t runs[] = { run_linux, run_policy, run_memcpy };
static const char *const run_names[] = { "linux", "policy", "memcpy" };

static void use_slots(const struct tdx_cpuid_slots *slots)
{
	sysinfo.td_conf.num_cpuid_config = slots->nr;
	for (u32 k = 0; k < slots->nr; k++) {
		const struct tdx_cpuid_slot *s = &slots->slot[k];

		sysinfo.td_conf.cpuid_config_leaves[k] = s->leaf | (u64)s->subleaf << 32;
		for (int reg = 0; reg < 4; reg++)
			((u32 *)sysinfo.td_conf.cpuid_config_values[k])[reg] = s->configurable[reg];
	}
}

struct figure {
	double median;	/* ns */
	double noise;	/* half of the range from the first to the last decile, relative */
};

/* The three are interleaved, so that whatever disturbs the machine disturbs all. */
static void measure(struct input *in, struct figure figure[3])
{
	static double sample[3][SAMPLES];
	u32 times[3];

	use_slots(&in->slots);
	for (int r = 0; r < 3; r++) {
		double start;

		times[r] = 16;
		do {
			times[r] *= 2;
			start = now();
			for (u32 i = 0; i < times[r]; i++)
				runs[r](in);
		} while (now() - start < 50000);
	}
	for (int s = 0; s < SAMPLES; s++) {
		for (int r = 0; r < 3; r++) {
			double start = now();

			for (u32 i = 0; i < times[r]; i++)
				runs[r](in);
			sample[r][s] = (now() - start) / times[r];
		}
	}
	for (int r = 0; r < 3; r++) {
		qsort(sample[r], SAMPLES, sizeof(double), ascending);
		figure[r].median = sample[r][SAMPLES / 2];
		figure[r].noise = (sample[r][SAMPLES * 9 / 10] - sample[r][SAMPLES / 10]) / 2 /
				  figure[r].median;
	}
}

static struct input *add_input(const char *name)
{
	struct input *in = &inputs[nr_inputs++];

	in->name = name;
	in->slots = host.slots;
	return in;
}

static void add_entry(struct input *in, struct kvm_cpuid_entry2 e)
{
	in->cpuid.entries[in->cpuid.head.nent++] = e;
}

static struct kvm_cpuid_entry2 entry_of(const struct tdx_cpuid_slot *slot)
{
	struct kvm_cpuid_entry2 e = { .function = slot->leaf };

	if (slot->subleaf != 0xffffffff) {
		e.index = slot->subleaf;
		e.flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX;
	}
	if (slot->leaf == 0x80000008)
		e.eax = 48 << 16;
	return e;
}

static void build_inputs(void)
{
	struct input *in;

	kvm_tdx_host_init(&host, tdx_module_find("1.5.34"), tdx_native_find("spr"),
			  KVM_TDX_ALLOWLIST);

	in = add_input("qemu");
	memcpy(in->cpuid.entries, qemu_entries, sizeof(qemu_entries));
	in->cpuid.head.nent = ARRAY_SIZE(qemu_entries);

	in = add_input("reverse28");
	for (u32 k = host.slots.nr; k-- > 0;)
		add_entry(in, entry_of(&host.slots.slot[k]));

	in = add_input("ordered28");
	for (u32 k = 0; k < host.slots.nr; k++)
		add_entry(in, entry_of(&host.slots.slot[k]));

	/* As much as KVM takes: what SET_CPUID2 might get, the slots' entries last. */
	in = add_input("256");
	while (in->cpuid.head.nent < MAX - host.slots.nr)
		add_entry(in, (struct kvm_cpuid_entry2){ .function = 0x1000 + in->cpuid.head.nent });
	for (u32 k = 0; k < host.slots.nr; k++)
		add_entry(in, entry_of(&host.slots.slot[k]));

	/* And the same with every entry in a leaf that has slots. */
	in = add_input("256near");
	while (in->cpuid.head.nent < MAX - host.slots.nr)
		add_entry(in, (struct kvm_cpuid_entry2){ .function = 7, .flags = 1,
							 .index = 100 + in->cpuid.head.nent });
	for (u32 k = 0; k < host.slots.nr; k++)
		add_entry(in, entry_of(&host.slots.slot[k]));
}

static void print_row(const char *name, const struct figure f[3])
{
	printf("%-24s %9.1f %9.1f %9.1f   %5.2f  %6.1f   %4.1f%% %4.1f%% %4.1f%%\n", name, f[0].median,
	       f[1].median, f[2].median, f[1].median / f[0].median, f[1].median / f[2].median,
	       100 * f[0].noise, 100 * f[1].noise, 100 * f[2].noise);
}

static void print_growth(void)
{
	static const u32 entries[] = { 1, 2, 4, 8, 16, 32, 64, 128, 256 };
	static const u32 slots[] = { 4, 8, 16, 28, 32 };
	static const u32 faults[] = { 0, 1, 4, 16, 28, 64, 112 };
	static struct input in;
	struct figure f[3];
	char name[64];

	printf("\ngrowth, policy only: ns in all, and per piece\n");
	for (size_t n = 0; n < ARRAY_SIZE(entries); n++) {
		memset(&in, 0, sizeof(in));
		in.slots = host.slots;
		for (u32 i = 0; i < entries[n]; i++)
			add_entry(&in, (struct kvm_cpuid_entry2){ .function = 0x1000 + i });
		measure(&in, f);
		snprintf(name, sizeof(name), "%u entries without slot", entries[n]);
		printf("%-28s %9.1f  %7.2f an entry\n", name, f[1].median, f[1].median / entries[n]);
	}
	for (size_t n = 0; n < ARRAY_SIZE(slots); n++) {
		memset(&in, 0, sizeof(in));
		for (u32 k = 0; k < slots[n]; k++) {
			const u64 all[2] = { ~0ull, ~0ull };

			tdx_cpuid_add_slot(&in.slots, k ? 0x4 | (u64)k << 32 : 0xffffffff80000008, all);
			add_entry(&in, entry_of(&in.slots.slot[k]));
		}
		measure(&in, f);
		snprintf(name, sizeof(name), "%u slots, all filled", slots[n]);
		printf("%-28s %9.1f  %7.2f a slot\n", name, f[1].median, f[1].median / slots[n]);
	}
	for (size_t n = 0; n < ARRAY_SIZE(faults); n++) {
		memset(&in, 0, sizeof(in));
		for (u32 k = 0; k < 28; k++) {
			const u64 none[2] = { 0, 0 };
			u32 left = n && faults[n] > k * 4 ? faults[n] - k * 4 : 0;

			/* 0xa: nothing is allowed. */
			tdx_cpuid_add_slot(&in.slots, k ? 0xa | (u64)k << 32 : 0xffffffff80000008, none);
			add_entry(&in, entry_of(&in.slots.slot[k]));
			in.cpuid.entries[k].ebx = !!left << 2;
			in.cpuid.entries[k].ecx = (left > 1) << 2;
			in.cpuid.entries[k].edx = (left > 2) << 2;
			in.cpuid.entries[k].eax |= (left > 3) << 30;
		}
		measure(&in, f);
		snprintf(name, sizeof(name), "%u violations", faults[n]);
		printf("%-28s %9.1f  %7.2f a violation more\n", name, f[1].median,
		       faults[n] ? (f[1].median) / faults[n] : 0);
	}
}

int main(int argc, char **argv)
{
	struct figure f[3];

	build_inputs();

	if (argc == 5) {
		for (u32 i = 0; i < nr_inputs; i++) {
			for (int r = 0; r < 3; r++) {
				if (strcmp(inputs[i].name, argv[2]) || strcmp(run_names[r], argv[3]))
					continue;
				use_slots(&inputs[i].slots);
				for (long n = atol(argv[4]); n; n--)
					runs[r](&inputs[i]);
			}
		}
		return 0;
	}

	/* Both must come to the same verdict before their speed means anything. */
	for (u32 i = 0; i < nr_inputs; i++) {
		use_slots(&inputs[i].slots);
		if ((run_linux(&inputs[i]) < 0) != (run_policy(&inputs[i]) < 0)) {
			fprintf(stderr, "%s: two verdicts\n", inputs[i].name);
			return 1;
		}
	}

	printf("%-24s %9s %9s %9s   %5s  %6s   %s\n", "ns, median of 301", "linux", "policy",
	       "memcpy", "p/l", "p/m", "noise of each");
	for (u32 i = 0; i < nr_inputs; i++) {
		char name[64];

		snprintf(name, sizeof(name), "%s (%u entries)", inputs[i].name,
			 inputs[i].cpuid.head.nent);
		measure(&inputs[i], f);
		print_row(name, f);
	}
	print_growth();
	return 0;
}
