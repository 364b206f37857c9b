// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The cost of comparing KVM_SET_CPUID2 with the trusted set, beside copying the
 * same list, in one run: QEMU's recorded list, for 1 and for 512 vCPUs.
 * Usage: compare SET_CPUID2_FILE
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../kvm/kvm_tdx.h"
#include "../tests/generate.h"
#include "timing.h"

#define SAMPLES 301
#define MAX	256

static struct kvm_cpuid_entry2 entries[MAX], copy[MAX];
static u32 nent;
static struct tdx_cpuid_trusted trusted;

static void read_entries(const char *name)
{
	FILE *f = fopen(name, "r");
	char line[256];

	while (f && fgets(line, sizeof(line), f)) {
		struct kvm_cpuid_entry2 e = { 0 };

		if (nent < MAX && sscanf(line, "%x %x %x %x %x %x %x", &e.function, &e.index,
					 &e.flags, &e.eax, &e.ebx, &e.ecx, &e.edx) == 7)
			entries[nent++] = e;
	}
	if (!nent) {
		fprintf(stderr, "compare: no entries in %s\n", name);
		exit(2);
	}
	fclose(f);
}

static void ignore(struct tdx_reporter *self, const struct tdxcpuid_violation *v)
{
	(void)self;
	(void)v;
}

static struct tdx_reporter nobody = { ignore };

static void __attribute__((noinline)) run(bool compare, u32 vcpus)
{
	for (u32 i = 0; i < vcpus; i++) {
		if (compare)
			tdx_cpuid_compare(&trusted, entries, nent, false, &nobody);
		else
			memcpy(copy, entries, nent * sizeof(copy[0]));
		__asm__ volatile("" : : "r"(copy) : "memory");
	}
}

/* The two are interleaved, so that whatever disturbs the machine disturbs both. */
static void measure(u32 vcpus)
{
	static double sample[2][SAMPLES];
	u32 times = 1 + 4096 / vcpus;

	for (int s = 0; s < SAMPLES; s++) {
		for (int r = 0; r < 2; r++) {
			double start = now();

			for (u32 i = 0; i < times; i++)
				run(r, vcpus);
			sample[r][s] = (now() - start) / times;
		}
	}
	for (int r = 0; r < 2; r++)
		qsort(sample[r], SAMPLES, sizeof(double), ascending);
	printf("%3u vCPUs, %u entries against %u slots   compare %9.1f ns   memcpy %9.1f ns   "
	       "%5.1f times   noise %.1f%%\n",
	       vcpus, nent, trusted.nr, sample[1][SAMPLES / 2], sample[0][SAMPLES / 2],
	       sample[1][SAMPLES / 2] / sample[0][SAMPLES / 2],
	       50 * (sample[1][SAMPLES * 9 / 10] - sample[1][SAMPLES / 10]) /
		       sample[1][SAMPLES / 2]);
}

int main(int argc, char **argv)
{
	struct tdxcpuid_request request = {
		.attributes = 1 << 28,
		.xfam = 0x61ae7,
		.nent = ARRAY_SIZE(qemu_entries),
		.entries = qemu_entries,
	};
	static struct kvm_tdx_host host;
	static struct kvm_tdx_td td;
	static struct kvm_cpuid_entry2 list[MAX];
	struct kvm_tdx_answer answer;

	if (argc != 2) {
		fprintf(stderr, "Usage: compare SET_CPUID2_FILE\n");
		return 2;
	}
	read_entries(argv[1]);

	/* 28 slots, against which the list of 1.5.05 has two registers wrong. */
	kvm_tdx_host_init(&host, tdx_module_find("1.5.34"), tdx_native_find("spr"),
			  TDXCPUID_ALLOWLIST);
	if (kvm_tdx_init_vm(&td, &host, &request, &answer, &nobody)) {
		fprintf(stderr, "compare: the request was refused\n");
		return 1;
	}
	kvm_tdx_trust(&trusted, &host, &request, list, kvm_tdx_get_cpuid(&td, list, MAX));

	measure(1);
	measure(512);
	return 0;
}
