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
	u32 pieces; /* of growth: how many of what @name says */
	struct tdx_cpuid_slots slots;
	struct {
		struct kvm_cpuid2 head;
		struct kvm_cpuid_entry2 entries[MAX];
	} cpuid;
	u32 times[3];		   /* calls in a sample */
	double sample[3][SAMPLES]; /* ns a call */
};

static struct input inputs[32];
static u32 nr_inputs;
static u32 nr_cases; /* the rest is growth */

static struct kvm_tdx_host host;

static u64 reports;

static void count(struct tdx_reporter *self, const struct tdxcpuid_violation *v)
{
	(void)self;
	reports += v->mask;
}

static struct tdx_reporter counter = { count };
static struct td_params params;
static u32 values[TDXCPUID_MAX_SLOTS][4];
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
	double median; /* ns */
	double noise;  /* half of the range from the first to the last decile, relative */
};

static double time_run(struct input *in, int r)
{
	double start = now();

	for (u32 i = 0; i < in->times[r]; i++)
		runs[r](in);
	return now() - start;
}

/*
 * All are interleaved, so that whatever disturbs the machine disturbs all; the
 * inputs too, since how well a branch is predicted depends on what ran before.
 */
static void measure(void)
{
	struct input *in, *end = inputs + nr_inputs;

	for (in = inputs; in < end; in++) {
		use_slots(&in->slots);
		for (int r = 0; r < 3; r++) {
			in->times[r] = 16;
			do {
				in->times[r] *= 2;
			} while (time_run(in, r) < 50000);
		}
	}
	for (int s = 0; s < SAMPLES; s++) {
		for (in = inputs; in < end; in++) {
			use_slots(&in->slots);
			for (int r = 0; r < 3; r++)
				in->sample[r][s] = time_run(in, r) / in->times[r];
		}
	}
	for (in = inputs; in < end; in++) {
		for (int r = 0; r < 3; r++)
			qsort(in->sample[r], SAMPLES, sizeof(double), ascending);
	}
}

static struct figure figure(const struct input *in, int r)
{
	const double *sample = in->sample[r];
	double median = sample[SAMPLES / 2];

	return (struct figure){
		median,
		(sample[SAMPLES * 9 / 10] - sample[SAMPLES / 10]) / 2 / median,
	};
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
	return entry_for(slot->leaf, slot->subleaf);
}

static void build_inputs(void)
{
	struct input *in;

	kvm_tdx_host_init(&host, tdx_module_find("1.5.34"), tdx_native_find("spr"),
			  TDXCPUID_ALLOWLIST);

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
		add_entry(in,
			  (struct kvm_cpuid_entry2){ .function = 0x1000 + in->cpuid.head.nent });
	for (u32 k = 0; k < host.slots.nr; k++)
		add_entry(in, entry_of(&host.slots.slot[k]));

	/* And the same with every entry in a leaf that has slots. */
	in = add_input("256near");
	while (in->cpuid.head.nent < MAX - host.slots.nr)
		add_entry(in, (struct kvm_cpuid_entry2){ .function = 7,
							 .flags = 1,
							 .index = 100 + in->cpuid.head.nent });
	for (u32 k = 0; k < host.slots.nr; k++)
		add_entry(in, entry_of(&host.slots.slot[k]));
}

static void print_row(const struct input *in)
{
	const struct figure f[] = { figure(in, 0), figure(in, 1), figure(in, 2) };
	char name[64];

	snprintf(name, sizeof(name), "%s (%u entries)", in->name, in->cpuid.head.nent);
	printf("%-24s %9.1f %9.1f %9.1f   %5.2f  %6.1f   %4.1f%% %4.1f%% %4.1f%%\n", name,
	       f[0].median, f[1].median, f[2].median, f[1].median / f[0].median,
	       f[1].median / f[2].median, 100 * f[0].noise, 100 * f[1].noise, 100 * f[2].noise);
}

static void build_growth(void)
{
	static const u32 entries[] = { 1, 2, 4, 8, 16, 32, 64, 128, 256 };
	static const u32 slots[] = { 4, 8, 16, 28, 32 };
	static const u32 faults[] = { 0, 1, 4, 16, 28, 64, 112 };
	const u32 all[4] = { ~0u, ~0u, ~0u, ~0u }, none[4] = { 0 };
	struct input *in;

	for (size_t n = 0; n < ARRAY_SIZE(entries); n++) {
		in = add_input("entries without slot");
		in->pieces = entries[n];
		for (u32 i = 0; i < entries[n]; i++)
			add_entry(in, (struct kvm_cpuid_entry2){ .function = 0x1007 + 64 * i });
	}
	for (size_t n = 0; n < ARRAY_SIZE(slots); n++) {
		in = add_input("slots, all filled");
		in->pieces = slots[n];
		in->slots = (struct tdx_cpuid_slots){ 0 };
		for (u32 k = 0; k < slots[n]; k++) {
			tdx_cpuid_add_slot(&in->slots, k ? 0x4 : 0x80000008, k ?: ~0u, all);
			add_entry(in, entry_of(&in->slots.slot[k]));
		}
	}
	for (size_t n = 0; n < ARRAY_SIZE(faults); n++) {
		in = add_input("violations in 28 slots");
		in->pieces = faults[n];
		in->slots = (struct tdx_cpuid_slots){ 0 };
		for (u32 k = 0; k < 28; k++) {
			u32 left = faults[n] > k * 4 ? faults[n] - k * 4 : 0;
			struct kvm_cpuid_entry2 e;

			/* 0xa: nothing is allowed. */
			tdx_cpuid_add_slot(&in->slots, k ? 0xa : 0x80000008, k ?: ~0u, none);
			e = entry_of(&in->slots.slot[k]);
			e.ebx = (left > 0) << 2;
			e.ecx = (left > 1) << 2;
			e.edx = (left > 2) << 2;
			e.eax |= (left > 3) << 30;
			add_entry(in, e);
		}
	}
}

/* It is linear if one piece more costs the same from row to row. */
static void print_growth(void)
{
	printf("\n%-32s %9s  %9s\n", "growth, policy only", "ns", "one more");
	for (const struct input *in = inputs + nr_cases; in < inputs + nr_inputs; in++) {
		double ns = figure(in, 1).median;

		printf("%4u %-27s %9.1f", in->pieces, in->name, ns);
		if (in[-1].name == in->name)
			printf("  %9.2f",
			       (ns - figure(in - 1, 1).median) / (in->pieces - in[-1].pieces));
		printf("\n");
	}
}

int main(int argc, char **argv)
{
	build_inputs();
	nr_cases = nr_inputs;
	build_growth();

	if (argc == 5) {
		for (u32 i = 0; i < nr_inputs; i++) {
			for (int r = 0; r < 3; r++) {
				if (strcmp(inputs[i].name, argv[2]) ||
				    strcmp(run_names[r], argv[3]))
					continue;
				use_slots(&inputs[i].slots);
				for (long n = atol(argv[4]); n; n--)
					runs[r](&inputs[i]);
			}
		}
		return 0;
	}

	/* Both must come to the same verdict before their speed means anything. */
	for (u32 i = 0; i < nr_cases; i++) {
		use_slots(&inputs[i].slots);
		if ((run_linux(&inputs[i]) < 0) != (run_policy(&inputs[i]) < 0)) {
			fprintf(stderr, "%s: two verdicts\n", inputs[i].name);
			return 1;
		}
	}

	printf("%-24s %9s %9s %9s   %5s  %6s   %s\n", "ns, median of 301", "linux", "policy",
	       "memcpy", "p/l", "p/m", "noise of each");
	measure();
	for (u32 i = 0; i < nr_cases; i++)
		print_row(&inputs[i]);
	print_growth();
	return 0;
}
