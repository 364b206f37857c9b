// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Do Linux with the series for SNP and kvm/ agree whether a vCPU has what the CPUID page
 * shows?  Each bit alone, on either side, and random pages and lists.  That a leaf must
 * be there is kvm/'s rule alone.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../kvm/kvm_snp.h"

int linux_check(const void *page, struct kvm_cpuid_entry2 *entries, int nent);

static const u32 leaves[][2] = {
	{ 0x0, 0 },	   { 0x1, 0 },	      { 0x2, 0 },	 { 0x6, 0 },
	{ 0x7, 0 },	   { 0x7, 1 },	      { 0x7, 2 },	 { 0x7, 3 },
	{ 0xb, 0 },	   { 0xd, 0 },	      { 0xd, 1 },	 { 0xd, 2 },
	{ 0x12, 0 },	   { 0x1e, 0 },	      { 0x1e, 1 },	 { 0x24, 0 },
	{ 0x24, 1 },	   { 0x10000001, 0 }, { 0x40000000, 0 }, { 0x40000001, 0 },
	{ 0x80000000, 0 }, { 0x80000001, 0 }, { 0x80000007, 0 }, { 0x80000008, 0 },
	{ 0x8000000a, 0 }, { 0x8000001d, 0 }, { 0x8000001e, 0 }, { 0x8000001f, 0 },
	{ 0x80000021, 0 }, { 0x80000022, 0 }, { 0x80010001, 0 }, { 0x80860001, 0 },
	{ 0xc0000001, 0 },
};

#define LEAVES (sizeof(leaves) / sizeof(leaves[0]))

static struct snp_cpuid_page page;
static struct kvm_cpuid_entry2 entries[2 * LEAVES];
static u32 nent;

static unsigned long compared, accepted, disagree;
static bool refused;

static void violation(struct tdx_reporter *self, const struct tdxcpuid_violation *v)
{
	(void)self;
	refused |= v->rule == KVM_SNP_MORE || v->rule == KVM_SNP_DIFFERENT;
}

static void note(struct tdx_reporter *self, const struct tdxcpuid_violation *v)
{
	(void)self;
	(void)v;
}

static void compare(void)
{
	struct tdx_reporter violations = { violation }, notes = { note };
	const struct kvm_snp_reporters r = { &violations, &notes };
	bool linux_refuses = linux_check(&page, entries, nent);

	refused = false;
	kvm_snp_check_vcpu(&page, entries, nent, false, &r);
	compared++;
	accepted += !refused;
	if (refused == linux_refuses)
		return;
	disagree++;
	printf("Linux %s, kvm/ does not:\n", linux_refuses ? "refuses" : "accepts");
	for (u32 i = 0; i < page.count; i++)
		printf("  page 0x%x.0x%x: 0x%08x 0x%08x 0x%08x 0x%08x\n", page.fn[i].eax_in,
		       page.fn[i].ecx_in, page.fn[i].reg[0], page.fn[i].reg[1], page.fn[i].reg[2],
		       page.fn[i].reg[3]);
}

static void to_page(u32 k, const u32 reg[4])
{
	struct snp_cpuid_fn *fn = &page.fn[page.count++];

	*fn = (struct snp_cpuid_fn){ .eax_in = leaves[k][0], .ecx_in = leaves[k][1] };
	memcpy(fn->reg, reg, sizeof(fn->reg));
}

static void to_vcpu(u32 k, const u32 reg[4], bool flagged)
{
	entries[nent++] = (struct kvm_cpuid_entry2){
		.function = leaves[k][0],
		.index = leaves[k][1],
		.flags = flagged ? KVM_CPUID_FLAG_SIGNIFCANT_INDEX : 0,
		.eax = reg[0],
		.ebx = reg[1],
		.ecx = reg[2],
		.edx = reg[3],
	};
}

static void single_bits(void)
{
	static const u32 none[4];

	for (u32 i = 0; i < LEAVES * 4 * 32 * 2; i++) {
		u32 reg[4] = { 0 }, k = i / 256;

		reg[i / 64 % 4] = 1U << i / 2 % 32;
		page.count = nent = 0;
		to_page(k, i % 2 ? reg : none);
		to_vcpu(k, i % 2 ? none : reg, kvm_cpuid_is_indexed(leaves[k][0]));
		compare();
	}
}

static bool one_in(u32 n)
{
	return rand() % n == 0;
}

static void random_bits(u32 reg[4])
{
	for (int i = 0; i < 4; i++)
		reg[i] = (u32)rand() << 1 ^ (u32)rand();
}

/* Mostly the same on both sides, so that much is accepted. */
static void random_lists(void)
{
	page.count = nent = 0;
	for (u32 k = 0; k < LEAVES; k++) {
		u32 reg[4], other[4];

		random_bits(reg);
		random_bits(other);
		if (!one_in(20))
			to_vcpu(k, reg, kvm_cpuid_is_indexed(leaves[k][0]) && !one_in(20));
		if (one_in(60))
			to_vcpu(k, other, true);
		if (one_in(4))
			reg[rand() % 4] &= other[0];
		if (one_in(40))
			reg[rand() % 4] ^= 1U << rand() % 32;
		if (one_in(2))
			to_page(k, reg);
		if (one_in(60))
			to_page(k, other);
		if (page.count && one_in(60))
			page.fn[page.count - 1].ecx_in = rand() % 4;
		if (page.count == SNP_CPUID_MAX)
			break;
	}
	if (page.count && nent)
		compare();
}

int main(int argc, char **argv)
{
	unsigned long n = argc > 1 ? strtoul(argv[1], NULL, 0) : 0;

	single_bits();
	for (srand(1); n; n--)
		random_lists();
	printf("%lu compared, %lu accepted, %lu disagree\n", compared, accepted, disagree);
	return disagree || !accepted || accepted == compared;
}
