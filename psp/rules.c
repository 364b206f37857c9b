// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The rules of single registers that public documents tell.  There is no complete
 * public list: AMD's PPRs have it, and what is here was quoted from them in public,
 * or can be concluded from what firmware was seen to hand back.
 */
#include <linux/array_size.h>
#include <linux/kernel.h>
#include "snp_cpuid.h"

#define MILAN 0xa00f10U

/* clang-format off */
static const struct snp_rule rules[] = {
	{ 0x1, SNP_ANY, SNP_ECX, SNP_UNCHECKED, .mask = 1U << 31, .observed = 1, .source = "nvtrust" },
	{ 0x1, SNP_ANY, SNP_ECX, SNP_BITMASK, .mask = ~(1U << 31), .source = "qemu-mask" },
	/* Intel's own: AMD's are zero. */
	{ 0x2, SNP_ANY, SNP_EAX, SNP_STRICT, .mask = ~0U, .source = "intel-leaves" },
	{ 0x2, SNP_ANY, SNP_EBX, SNP_STRICT, .mask = ~0U, .source = "intel-leaves" },
	{ 0x2, SNP_ANY, SNP_ECX, SNP_STRICT, .mask = ~0U, .source = "intel-leaves" },
	{ 0x2, SNP_ANY, SNP_EDX, SNP_STRICT, .mask = ~0U, .source = "intel-leaves" },
	{ 0x4, SNP_ANY, SNP_EAX, SNP_STRICT, .mask = ~0U, .source = "intel-leaves" },
	{ 0x4, SNP_ANY, SNP_EBX, SNP_STRICT, .mask = ~0U, .source = "intel-leaves" },
	{ 0x4, SNP_ANY, SNP_ECX, SNP_STRICT, .mask = ~0U, .source = "intel-leaves" },
	{ 0x4, SNP_ANY, SNP_EDX, SNP_STRICT, .mask = ~0U, .source = "intel-leaves" },
	{ 0x7, 0x0, SNP_EBX, SNP_BITMASK, .mask = ~0U, .source = "qemu-mask" },
	{ 0x7, 0x0, SNP_EDX, SNP_BITMASK, .mask = ~0U, .zeroed = 1, .source = "qemu-mask" },
	{ 0x80000008, SNP_ANY, SNP_EBX, SNP_BITMASK, .mask = ~0U, .source = "qemu-mask" },
	{ 0x8000001d, 0x3, SNP_EAX, SNP_UNCHECKED, .mask = 0x80000, .observed = 1, .model = MILAN,
	  .source = "nvtrust" },
	{ 0x8000001d, 0x3, SNP_EDX, SNP_UNCHECKED, .mask = 0x3, .observed = 1, .model = MILAN,
	  .source = "nvtrust" },
	{ 0x8000001d, 0x3, SNP_EDX, SNP_BITMASK, .mask = 0x4, .observed = 1, .model = MILAN,
	  .source = "nvtrust" },
	{ 0x8000001e, SNP_ANY, SNP_ECX, SNP_UNCHECKED, .mask = 0x300, .observed = 1, .source = "nodes" },
	{ 0x8000001e, SNP_ANY, SNP_ECX, SNP_STRICT, .mask = 0xfffff800, .source = "nodes" },
	{ 0x8000001f, SNP_ANY, SNP_EAX, SNP_BITMASK, .mask = ~0U, .source = "sev-bits" },
	/* Bits 27 and 28 come with microcode: the dump cannot tell. */
	{ 0x80000021, SNP_ANY, SNP_EAX, SNP_BITMASK, .mask = ~0x18000000U, .model = MILAN,
	  .source = "ppr-55898" },
};
/* clang-format on */

/*
 * A leaf that is not in firmware's table must be 0.  These were handed back with
 * something else in them: docs/psp.md, "listed".
 */
static const u32 listed[] = {
	0x0,	    0x1,	0x6,	    0x7,	0xb,	    0xd,
	0x80000000, 0x80000001, 0x80000002, 0x80000003, 0x80000004, 0x80000005,
	0x80000006, 0x80000008, 0x8000001d, 0x8000001e, 0x8000001f, 0x80000021,
};

const struct snp_rule *snp_rule_nth(u32 n)
{
	return n < ARRAY_SIZE(rules) ? &rules[n] : NULL;
}

u32 snp_rule_expected(const struct snp_rule *rule, u32 value, u32 host)
{
	value &= rule->mask;
	host &= rule->mask;

	switch (rule->rule) {
	case SNP_STRICT:
		return host;
	case SNP_BITMASK:
		return value & host;
	case SNP_AT_MOST:
		return value > host ? host : value;
	default:
		return value;
	}
}

bool snp_leaf_listed(u32 leaf)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(listed); i++) {
		if (listed[i] == leaf)
			return true;
	}
	return false;
}

bool snp_leaf_checked(u32 leaf)
{
	return leaf <= 0xffff || (leaf >= 0x80000000 && leaf <= 0x8000ffff);
}

/*
 * Firmware asks the processor, so that this is more than the list by which KVM and Linux's
 * guests look entries up, kvm/cpuid.c: that lacks the last two.
 */
bool snp_leaf_indexed(u32 leaf)
{
	switch (leaf) {
	case 0x4:
	case 0x7:
	case 0xb:
	case 0xd:
	case 0xf:
	case 0x10:
	case 0x12:
	case 0x14:
	case 0x17:
	case 0x18:
	case 0x1d:
	case 0x1e:
	case 0x1f:
	case 0x24:
	case 0x8000001d:
	case 0x80000020:
	case 0x80000026:
		return true;
	default:
		return false;
	}
}
