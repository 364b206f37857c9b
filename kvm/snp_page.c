// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* SNP_LAUNCH_UPDATE of a CPUID page: the firmware's findings in KVM's words, and oddities. */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "kvm_snp.h"

static struct tdxcpuid_violation of_entry(const struct snp_cpuid_page *page, u32 entry)
{
	const struct snp_cpuid_fn *fn = &page->fn[entry];

	return (struct tdxcpuid_violation){
		.layer = TDXCPUID_LAYER_PSP,
		.reason = TDXCPUID_FIRMWARE,
		.entry = entry,
		.slot = TDXCPUID_NOWHERE,
		.has_leaf = 1,
		.leaf = fn->eax_in,
		.subleaf = snp_leaf_indexed(fn->eax_in) ? fn->ecx_in : TDX_NO_SUBLEAF,
		.slot_leaf = fn->eax_in,
		.slot_subleaf = snp_leaf_indexed(fn->eax_in) ? fn->ecx_in : TDX_NO_SUBLEAF,
		.reg = TDXCPUID_NOWHERE,
	};
}

static struct tdxcpuid_violation of_page(enum kvm_snp_rule rule, enum tdxcpuid_reason reason)
{
	return (struct tdxcpuid_violation){
		.layer = TDXCPUID_LAYER_PSP,
		.reason = reason,
		.entry = TDXCPUID_NOWHERE,
		.slot = TDXCPUID_NOWHERE,
		.reg = TDXCPUID_NOWHERE,
		.rule = rule,
	};
}

static void report(struct tdx_reporter *to, struct tdxcpuid_violation v)
{
	to->report(to, &v);
}

struct update {
	struct snp_findings findings;
	const struct snp_cpuid_page *page;
	const struct kvm_snp_reporters *r;
	bool has_platform; /* else all that is no structure is unknown, and that is said once */
};

static void finding(struct snp_findings *self, const struct snp_finding *f)
{
	const struct update *u = (const struct update *)self;
	struct tdxcpuid_violation v;

	if (f->kind == SNP_NO_RULE && !u->has_platform)
		return;
	switch (f->kind) {
	case SNP_BAD_COUNT:
	case SNP_BAD_RESERVED:
		v = of_page(f->kind == SNP_BAD_COUNT ? KVM_SNP_COUNT : KVM_SNP_RESERVED,
			    TDXCPUID_FIRMWARE);
		v.requested = f->provided;
		report(u->r->violations, v);
		return;
	case SNP_BAD_VALUE:
	case SNP_NO_RULE:
		v = of_entry(u->page, f->entry);
		v.reg = f->reg;
		v.mask = f->mask;
		v.requested = f->provided;
		v.effective = f->expected;
		v.rule = f->kind == SNP_NO_RULE ? KVM_SNP_NO_RULE : KVM_SNP_VALUE;
		report(f->kind == SNP_NO_RULE ? u->r->notes : u->r->violations, v);
		return;
	}
}

static bool is_padding(const struct snp_cpuid_fn *fn)
{
	static const struct snp_cpuid_fn zeros;

	return !memcmp(fn, &zeros, sizeof(zeros));
}

static bool is_second(const struct snp_cpuid_page *page, u32 n)
{
	const struct snp_cpuid_fn *fn = &page->fn[n];

	for (u32 i = 0; i < n; i++) {
		if (page->fn[i].eax_in == fn->eax_in && page->fn[i].xcr0_in == fn->xcr0_in &&
		    page->fn[i].xss_in == fn->xss_in &&
		    (!snp_leaf_indexed(fn->eax_in) || page->fn[i].ecx_in == fn->ecx_in))
			return true;
	}
	return false;
}

bool kvm_snp_exchanged(const struct snp_cpuid_page *page, int pair[2])
{
	static const char vendors[][13] = { "AuthenticAMD", "HygonGenuine", "GenuineIntel" };
	/* The letters' order is EBX, EDX, ECX. */
	static const int pairs[][2] = { { 2, 3 }, { 1, 2 }, { 1, 3 } };

	for (u32 i = 0; i < page->count; i++) {
		if (page->fn[i].eax_in)
			continue;
		for (u32 k = 0; k < ARRAY_SIZE(pairs) * ARRAY_SIZE(vendors); k++) {
			const int *p = pairs[k / ARRAY_SIZE(vendors)];
			u32 r[4], letters[3];

			memcpy(r, page->fn[i].reg, sizeof(r));
			r[p[0]] = page->fn[i].reg[p[1]];
			r[p[1]] = page->fn[i].reg[p[0]];
			letters[0] = r[TDX_EBX];
			letters[1] = r[TDX_EDX];
			letters[2] = r[TDX_ECX];
			if (memcmp(letters, vendors[k % ARRAY_SIZE(vendors)], sizeof(letters)))
				continue;
			memcpy(pair, p, 2 * sizeof(*pair));
			return true;
		}
		return false;
	}
	return false;
}

/* What is odd about the page, whatever firmware says. */
static void look_around(const struct snp_cpuid_page *page, struct tdx_reporter *notes)
{
	struct tdxcpuid_violation padding = of_page(KVM_SNP_PADDING, TDXCPUID_MALFORMED), v;
	int pair[2];

	if (!page->count)
		report(notes, of_page(KVM_SNP_NO_ENTRIES, TDXCPUID_MALFORMED));
	if (kvm_snp_exchanged(page, pair)) {
		v = of_page(KVM_SNP_VENDOR, TDXCPUID_MALFORMED);
		v.requested = pair[0];
		v.effective = pair[1];
		report(notes, v);
	}

	for (u32 i = 1; i < page->count; i++) {
		if (is_padding(&page->fn[i])) {
			padding.requested++;
			if (padding.entry < 0)
				padding.entry = i;
		} else if (is_second(page, i)) {
			v = of_entry(page, i);
			v.reason = TDXCPUID_DUPLICATE;
			v.rule = KVM_SNP_SECOND;
			report(notes, v);
		}
	}
	if (padding.requested) {
		padding.effective = page->count - padding.requested;
		report(notes, padding);
	}
}

int kvm_snp_launch_update(struct snp_cpuid_page *page, const struct snp_platform *platform,
			  u32 *fw_error, const struct kvm_snp_reporters *r)
{
	struct update u = { { finding }, page, r, platform };

	if (page->count <= SNP_CPUID_MAX)
		look_around(page, r->notes);
	*fw_error = snp_check_cpuid_page(page, platform, &u.findings);
	return *fw_error ? -EIO : 0;
}
