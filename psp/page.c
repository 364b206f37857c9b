// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A CPUID page before firmware: structure first, then register by register. */
#include <linux/kernel.h>
#include <linux/string.h>
#include "snp_cpuid.h"

struct check {
	struct snp_cpuid_page *page;
	const struct snp_platform *platform;
	struct snp_findings *findings;
	u32 model; /* the platform's 1.EAX without stepping */
	u32 status;
};

static void found(struct check *c, const struct snp_finding *finding)
{
	if (finding->kind != SNP_NO_RULE)
		c->status = SNP_INVALID_PARAM;
	if (c->findings)
		c->findings->found(c->findings, finding);
}

static u32 host_value(const struct check *c, const struct snp_cpuid_fn *fn, int reg)
{
	u32 value[4];

	c->platform->cpuid(c->platform, fn->eax_in, snp_leaf_indexed(fn->eax_in) ? fn->ecx_in : 0,
			   value);
	return value[reg];
}

static bool rule_applies(const struct check *c, const struct snp_rule *rule,
			 const struct snp_cpuid_fn *fn, int reg)
{
	return rule->leaf == fn->eax_in && rule->reg == reg &&
	       (rule->subleaf == SNP_ANY || rule->subleaf == fn->ecx_in) &&
	       (!rule->model || rule->model == c->model);
}

/*
 * XSAVE's size depends on XCR0, so that the platform's own says nothing.  Every QEMU
 * gives this one, and none of its pages was refused for it.
 */
static bool is_xsave_size(const struct snp_cpuid_fn *fn, int reg)
{
	return fn->eax_in == 0xd && fn->ecx_in <= 1 && reg == SNP_EBX;
}

static bool is_seen(const struct snp_cpuid_fn *fn, u32 value)
{
	return value == 0x240 && fn->xcr0_in == 1 && !fn->xss_in;
}

/* Bits that no rule is about: are they taken whatever the rule is? */
static u32 unknown_bits(const struct check *c, const struct snp_cpuid_fn *fn, int reg, u32 rest)
{
	u32 value = fn->reg[reg] & rest, host;

	if (!rest)
		return 0;
	if (is_xsave_size(fn, reg))
		return is_seen(fn, fn->reg[reg]) ? 0 : rest;
	if (!c->platform)
		return rest;

	/* 0 where the platform has 0 breaks no rule, nor does its own value in a listed leaf. */
	host = host_value(c, fn, reg) & rest;
	if (snp_leaf_listed(fn->eax_in))
		return value ^ host;
	return value | host;
}

static void check_register(struct check *c, u32 entry, int reg)
{
	struct snp_cpuid_fn *fn = &c->page->fn[entry];
	struct snp_finding f = { .entry = entry, .reg = reg, .provided = fn->reg[reg] };
	u32 rest = ~0U, corrected = fn->reg[reg], n;
	const struct snp_rule *rule;

	for (n = 0; c->platform && (rule = snp_rule_nth(n)); n++) {
		if (!rule_applies(c, rule, fn, reg))
			continue;
		rest &= ~rule->mask;
		f.expected = snp_rule_expected(rule, f.provided, host_value(c, fn, reg));
		f.mask = (f.provided & rule->mask) ^ f.expected;
		if (!f.mask)
			continue;
		f.kind = SNP_BAD_VALUE;
		f.rule = rule;
		corrected = rule->zeroed ? 0 : (corrected & ~rule->mask) | f.expected;
		f.expected = corrected;
		found(c, &f);
	}
	fn->reg[reg] = corrected;

	f.mask = unknown_bits(c, fn, reg, rest);
	if (f.mask) {
		f.kind = SNP_NO_RULE;
		f.expected = corrected;
		f.rule = NULL;
		found(c, &f);
	}
}

static void check_entry(struct check *c, u32 entry)
{
	const struct snp_cpuid_fn *fn = &c->page->fn[entry];
	int reg;

	if (fn->reserved)
		found(c, &(struct snp_finding){ .kind = SNP_NO_RULE, .entry = entry, .reg = -1 });
	if (!snp_leaf_checked(fn->eax_in))
		return;
	for (reg = 0; reg < 4; reg++)
		check_register(c, entry, reg);
}

u32 snp_check_cpuid_page(struct snp_cpuid_page *page, const struct snp_platform *platform,
			 struct snp_findings *findings)
{
	struct check c = { page, platform, findings, 0, SNP_SUCCESS };
	u32 version[4], i;

	if (page->count > SNP_CPUID_MAX)
		found(&c, &(struct snp_finding){ .kind = SNP_BAD_COUNT, .provided = page->count });
	if (page->reserved1 || page->reserved2)
		found(&c, &(struct snp_finding){ .kind = SNP_BAD_RESERVED });
	if (c.status)
		return c.status;

	if (platform) {
		platform->cpuid(platform, 0x1, 0, version);
		c.model = version[SNP_EAX] & ~0xfU;
	}
	for (i = 0; i < page->count; i++)
		check_entry(&c, i);
	return c.status;
}
