// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * KVM's two looks at an SEV-SNP guest's CPUID page against a slow statement of both:
 * each fault and each note, in order and in every word, bit by bit and of random pages.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <stdlib.h>
#include "platforms.h"
#include "../../kvm/kvm_snp.h"
#include "../tap.h"

#define MAX_ENTRIES 128
#define NO	    TDX_NO_SUBLEAF

static const char registers[4][4] = { "eax", "ebx", "ecx", "edx" };

static struct snp_cpuid_page page;
static struct kvm_cpuid_entry2 list[MAX_ENTRIES];
static u32 nent;

/* What was told, or is to be. */
struct told {
	struct tdx_reporter reporter;
	u32 nr;
	struct tdxcpuid_violation v[1024];
};

static struct told violations, notes, want, want_notes;

static void hear(struct tdx_reporter *self, const struct tdxcpuid_violation *v)
{
	struct told *t = (struct told *)self;

	if (t->nr < ARRAY_SIZE(t->v))
		t->v[t->nr] = *v;
	t->nr++;
}

static bool same(const struct told *a, const struct told *b)
{
	return a->nr == b->nr && a->nr <= ARRAY_SIZE(a->v) &&
	       !memcmp(a->v, b->v, a->nr * sizeof(a->v[0]));
}

static void clear(void)
{
	violations.nr = notes.nr = want.nr = want_notes.nr = 0;
	violations.reporter.report = notes.reporter.report = hear;
}

/* The rule in the words of the people: features, without what changes at run time, and SVM. */
static const char *const words[] = {
	"1.ecx",	"1.edx",	"6.eax",	"7.0.ebx",	"7.0.ecx",
	"7.0.edx",	"7.1.eax",	"7.1.ecx",	"7.1.edx",	"7.2.edx",
	"d.0.eax",	"d.0.edx",	"d.1.eax",	"d.1.ecx",	"d.1.edx",
	"12.0.eax",	"1e.1.eax",	"24.0.ebx",	"24.1.ecx",	"80000001.ecx",
	"80000001.edx", "80000007.ebx", "80000007.edx", "80000008.ebx", "8000000a.edx",
	"8000001f.eax", "80000021.eax", "80000021.ecx", "80000022.eax",
};

struct bits {
	const char *reg;
	u32 mask;
};

/* The version of AVX10 is a number. */
static const struct bits no_features[] = {
	{ "1.ecx", 0x88000008 }, { "1.edx", 0x200 },	  { "7.0.ecx", 0x10 },
	{ "24.0.ebx", 0xff },	 { "80000001.ecx", 0x4 },
};
static const struct bits equal[] = {
	{ "0.ebx", ~0U },	 { "0.ecx", ~0U },	   { "0.edx", ~0U },
	{ "1.eax", 0x0fff3fff }, { "80000008.eax", 0xff }, { "8000001f.ebx", 0x3f },
};
/* APIC IDs, and sizes of what is enabled. */
static const struct bits a_vcpus_own[] = {
	{ "1.ebx", 0xff000000 }, { "b.0.edx", ~0U },	   { "b.1.edx", ~0U },
	{ "b.2.edx", ~0U },	 { "b.3.edx", ~0U },	   { "1f.0.edx", ~0U },
	{ "1f.1.edx", ~0U },	 { "1f.2.edx", ~0U },	   { "1f.3.edx", ~0U },
	{ "80000026.edx", ~0U }, { "d.0.ebx", ~0U },	   { "d.1.ebx", ~0U },
	{ "8000001e.eax", ~0U }, { "8000001e.ebx", 0xff }, { "8000001e.ecx", 0xff },
};

static u32 bits_of(const char *name, const struct bits *bits, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		if (!strcmp(name, bits[i].reg))
			return bits[i].mask;
	}
	return 0;
}

struct rule {
	u32 features;
	u32 equal;
	u32 free; /* compared by nobody, but told */
};

static struct rule rule_of(u32 leaf, u32 subleaf, int reg)
{
	bool is_word = false;
	struct rule rule;
	char name[32];

	if (kvm_cpuid_is_indexed(leaf))
		snprintf(name, sizeof(name), "%x.%x.%s", leaf, subleaf, registers[reg]);
	else
		snprintf(name, sizeof(name), "%x.%s", leaf, registers[reg]);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		is_word |= !strcmp(name, words[i]);
	rule.features = is_word ? ~bits_of(name, no_features, ARRAY_SIZE(no_features)) : 0;
	rule.equal = bits_of(name, equal, ARRAY_SIZE(equal));
	rule.free =
		is_word ? 0 : ~(rule.equal | bits_of(name, a_vcpus_own, ARRAY_SIZE(a_vcpus_own)));
	return rule;
}

static struct tdxcpuid_violation of(int rule, enum tdxcpuid_reason reason, u32 leaf, u32 subleaf)
{
	return (struct tdxcpuid_violation){
		.layer = TDXCPUID_LAYER_KVM,
		.reason = reason,
		.entry = -1,
		.slot = -1,
		.has_leaf = 1,
		.leaf = leaf,
		.subleaf = subleaf,
		.slot_leaf = leaf,
		.slot_subleaf = subleaf,
		.reg = -1,
		.rule = rule,
	};
}

static void tell(struct told *to, struct tdxcpuid_violation v)
{
	hear(&to->reporter, &v);
}

static bool is_paravirtual(u32 leaf)
{
	return leaf >= 0x40000000 && leaf <= 0x4fffffff;
}

/* The first entry counts, of the page and of the list. */
static int in_page(const struct snp_cpuid_page *p, u32 leaf, u32 subleaf)
{
	u32 i = 0;

	while (i < p->count && (p->fn[i].eax_in != leaf ||
				(kvm_cpuid_is_indexed(leaf) && p->fn[i].ecx_in != subleaf)))
		i++;
	return i < p->count ? (int)i : -1;
}

static int in_list(u32 leaf, u32 subleaf)
{
	u32 k = 0;

	while (k < nent &&
	       (list[k].function != leaf ||
		(kvm_cpuid_is_indexed(leaf) && list[k].flags & 1 && list[k].index != subleaf)))
		k++;
	return k < nent ? (int)k : -1;
}

static void ref_entry(const struct snp_cpuid_page *p, u32 i, bool superset)
{
	u32 leaf = p->fn[i].eax_in, subleaf = kvm_cpuid_is_indexed(leaf) ? p->fn[i].ecx_in : NO;
	u32 before = want.nr, any = 0;
	int k = in_list(leaf, subleaf);

	if (is_paravirtual(leaf) || in_page(p, leaf, subleaf) != (int)i)
		return;
	for (int reg = 0; reg < 4; reg++) {
		struct rule rule = rule_of(leaf, subleaf, reg);
		struct tdxcpuid_violation v = of(0, TDXCPUID_INCONSISTENT, leaf, subleaf);

		v.entry = k;
		v.slot = i;
		v.reg = reg;
		v.requested = k < 0 ? 0 : cpuid_reg(&list[k], reg);
		v.effective = p->fn[i].reg[reg];
		any |= v.effective;
		v.rule = KVM_SNP_MORE;
		v.mask = rule.features & v.effective & ~v.requested;
		if (v.mask)
			tell(&want, v);
		v.rule = KVM_SNP_DIFFERENT;
		v.mask = rule.equal & (v.effective ^ v.requested);
		if (v.mask)
			tell(&want, v);
		v.rule = KVM_SNP_NOT_COMPARED;
		v.mask = rule.free & (v.effective ^ v.requested);
		if (v.mask && k >= 0)
			tell(&want_notes, v);
	}
	if (k < 0 && superset)
		tell(&want, of(KVM_SNP_NOT_IN_VCPU, TDXCPUID_MISSING, leaf, subleaf));
	else if (k < 0 && any && want.nr == before)
		tell(&want_notes, of(KVM_SNP_UNTOLD, TDXCPUID_MISSING, leaf, subleaf));
}

static void ref_absent(const struct snp_cpuid_page *p, u32 k)
{
	u32 leaf = list[k].function, before = want.nr;
	u32 subleaf = kvm_cpuid_is_indexed(leaf) ? list[k].index : NO;
	struct tdxcpuid_violation v = of(KVM_SNP_ABSENT, TDXCPUID_MISSING, leaf, subleaf);

	v.entry = k;
	if (is_paravirtual(leaf) || in_list(leaf, subleaf) != (int)k ||
	    in_page(p, leaf, subleaf) >= 0 ||
	    !(list[k].eax || list[k].ebx || list[k].ecx || list[k].edx))
		return;
	if (leaf != 0 && leaf != 1 && leaf != 0x80000001 && !(leaf == 7 && subleaf == 0)) {
		tell(&want_notes, v);
		return;
	}
	v.rule = KVM_SNP_NOT_IN_PAGE;
	for (v.reg = 0; v.reg < 4; v.reg++) {
		v.requested = cpuid_reg(&list[k], v.reg);
		v.mask = v.requested & rule_of(leaf, subleaf, v.reg).features;
		if (v.mask)
			tell(&want, v);
	}
	v.reg = -1;
	v.requested = v.mask = 0;
	if (want.nr == before)
		tell(&want, v);
}

static void ref_all(const struct snp_cpuid_page *p, bool superset)
{
	want.nr = want_notes.nr = 0;
	for (u32 i = 0; i < p->count; i++)
		ref_entry(p, i, superset);
	for (u32 k = 0; k < nent; k++)
		ref_absent(p, k);
}

static void exchange(struct snp_cpuid_page *p, int a, int b)
{
	for (u32 i = 0; i < SNP_CPUID_MAX; i++) {
		u32 reg = p->fn[i].reg[a];

		p->fn[i].reg[a] = p->fn[i].reg[b];
		p->fn[i].reg[b] = reg;
	}
}

/* Does leaf 0 spell a vendor, as EBX, EDX and ECX have its letters? */
static bool has_vendor(const struct snp_cpuid_page *p)
{
	int i = in_page(p, 0, NO);
	char text[13] = "";

	if (i < 0)
		return false;
	memcpy(text, &p->fn[i].reg[TDX_EBX], 4);
	memcpy(text + 4, &p->fn[i].reg[TDX_EDX], 4);
	memcpy(text + 8, &p->fn[i].reg[TDX_ECX], 4);
	return !strcmp(text, "AuthenticAMD") || !strcmp(text, "HygonGenuine") ||
	       !strcmp(text, "GenuineIntel");
}

/* The page with those registers exchanged that make leaf 0 spell one. */
static bool ref_exchanged(struct snp_cpuid_page *other, int pair[2])
{
	for (int a = 1; a < 4; a++) {
		for (int b = a + 1; b < 4; b++) {
			*other = page;
			exchange(other, a, b);
			pair[0] = a;
			pair[1] = b;
			if (has_vendor(other))
				return true;
		}
	}
	return false;
}

static void ref_vcpu(bool superset)
{
	static struct snp_cpuid_page other;
	struct tdxcpuid_violation v = of(KVM_SNP_EMPTY, TDXCPUID_MISSING, 0, NO);
	u32 as_it_is;
	int pair[2];

	v.has_leaf = 0;
	if (!page.count && nent) {
		tell(&want, v);
		return;
	}
	ref_all(&page, superset);
	as_it_is = want.nr;
	if (!ref_exchanged(&other, pair))
		return;
	ref_all(&other, superset);
	if (want.nr >= as_it_is) {
		ref_all(&page, superset);
		return;
	}
	v.rule = KVM_SNP_EXCHANGED;
	v.reason = TDXCPUID_INCONSISTENT;
	v.requested = pair[0];
	v.effective = pair[1];
	memmove(&want.v[1], want.v, want.nr++ * sizeof(v));
	want.v[0] = v;
}

static const struct kvm_snp_reporters reporters = { &violations.reporter, &notes.reporter };

/* False where one word is another. */
static bool vcpu_is_judged_right(bool superset)
{
	int ret;

	clear();
	ret = kvm_snp_check_vcpu(&page, list, nent, superset, &reporters);
	ref_vcpu(superset);
	return ret == (want.nr ? -EINVAL : 0) && same(&violations, &want) &&
	       same(&notes, &want_notes);
}

/* What the firmware finds, in KVM's words. */
static const struct snp_cpuid_page *judged;
static bool has_machine;

static void translate(struct snp_findings *self, const struct snp_finding *f)
{
	bool of_page = f->kind == SNP_BAD_COUNT || f->kind == SNP_BAD_RESERVED;
	struct tdxcpuid_violation v = of(0, TDXCPUID_FIRMWARE, 0, 0);

	(void)self;
	v.layer = TDXCPUID_LAYER_PSP;
	v.has_leaf = !of_page;
	v.requested = f->provided;
	v.rule = f->kind == SNP_BAD_COUNT    ? KVM_SNP_COUNT :
		 f->kind == SNP_BAD_RESERVED ? KVM_SNP_RESERVED :
		 f->kind == SNP_BAD_VALUE    ? KVM_SNP_VALUE :
					       KVM_SNP_NO_RULE;
	if (!of_page) {
		v.entry = f->entry;
		v.leaf = v.slot_leaf = judged->fn[f->entry].eax_in;
		v.subleaf = snp_leaf_indexed(v.leaf) ? judged->fn[f->entry].ecx_in : NO;
		v.slot_subleaf = v.subleaf;
		v.reg = f->reg;
		v.mask = f->mask;
		v.effective = f->expected;
	}
	if (f->kind != SNP_NO_RULE)
		tell(&want, v);
	else if (has_machine)
		tell(&want_notes, v);
}

static struct tdxcpuid_violation odd(int rule)
{
	struct tdxcpuid_violation v = of(rule, TDXCPUID_MALFORMED, 0, 0);

	v.layer = TDXCPUID_LAYER_PSP;
	v.has_leaf = 0;
	return v;
}

static void ref_oddities(void)
{
	static const struct snp_cpuid_fn zeros;
	static struct snp_cpuid_page other;
	struct tdxcpuid_violation v, padding = odd(KVM_SNP_PADDING);
	int pair[2];

	if (!page.count)
		tell(&want_notes, odd(KVM_SNP_NO_ENTRIES));
	if (ref_exchanged(&other, pair)) {
		v = odd(KVM_SNP_VENDOR);
		v.requested = pair[0];
		v.effective = pair[1];
		tell(&want_notes, v);
	}
	for (u32 i = 1; i < page.count; i++) {
		const struct snp_cpuid_fn *fn = &page.fn[i];
		bool again = false;

		if (!memcmp(fn, &zeros, sizeof(zeros))) {
			padding.entry = padding.requested++ ? padding.entry : (int)i;
			continue;
		}
		for (u32 k = 0; k < i; k++)
			again |= !memcmp(&fn->xcr0_in, &page.fn[k].xcr0_in, 16) &&
				 fn->eax_in == page.fn[k].eax_in &&
				 (fn->ecx_in == page.fn[k].ecx_in || !snp_leaf_indexed(fn->eax_in));
		if (!again)
			continue;
		v = of(KVM_SNP_SECOND, TDXCPUID_DUPLICATE, fn->eax_in,
		       snp_leaf_indexed(fn->eax_in) ? fn->ecx_in : NO);
		v.layer = TDXCPUID_LAYER_PSP;
		v.entry = i;
		tell(&want_notes, v);
	}
	padding.effective = page.count - padding.requested;
	if (padding.requested)
		tell(&want_notes, padding);
}

static bool launch_is_right(const struct snp_platform *platform)
{
	static struct snp_cpuid_page updated, corrected;
	struct snp_findings findings = { translate };
	u32 fw_error, status;
	int ret;

	clear();
	updated = corrected = page;
	ret = kvm_snp_launch_update(&updated, platform, &fw_error, &reporters);
	if (page.count <= SNP_CPUID_MAX)
		ref_oddities();
	judged = &page;
	has_machine = platform;
	status = snp_check_cpuid_page(&corrected, platform, &findings);
	return fw_error == status && ret == (status ? -EIO : 0) && same(&violations, &want) &&
	       same(&notes, &want_notes) && !memcmp(&updated, &corrected, sizeof(updated));
}

static void add(u32 leaf, u32 subleaf, const u32 reg[4])
{
	struct snp_cpuid_fn *fn = &page.fn[page.count++];
	struct kvm_cpuid_entry2 *e = &list[nent++];

	*fn = (struct snp_cpuid_fn){ leaf, subleaf };
	memcpy(fn->reg, reg, sizeof(fn->reg));
	*e = (struct kvm_cpuid_entry2){ .function = leaf,
					.index = subleaf,
					.flags = kvm_cpuid_is_indexed(leaf),
					.eax = reg[0],
					.ebx = reg[1],
					.ecx = reg[2],
					.edx = reg[3] };
}

static const u32 no_machine_has[][2] = {
	{ 0x7, 1 }, { 0x7, 2 },	 { 0x12, 0 },	    { 0x1e, 1 },       { 0x24, 0 },
	{ 0x5, 0 }, { 0x24, 1 }, { 0x80000022, 0 }, { 0x80000007, 0 }, { 0x8000000a, 0 },
	{ 0xb, 3 }, { 0x1f, 1 }, { 0x40000000, 0 }, { 0x50000000, 0 }, { 0x80000026, 1 },
};

static const struct machine *start(u32 which, u32 rows)
{
	const struct machine *m = &machines[which % NR_MACHINES];
	const u32 none[4] = { 0 };

	memset(&page, 0, sizeof(page));
	nent = 0;
	for (u32 i = 0; i < m->nr && i < rows; i++)
		add(m->row[i].leaf, m->row[i].subleaf == SNP_ANY ? 0 : m->row[i].subleaf,
		    m->row[i].reg);
	for (u32 i = 0; i < ARRAY_SIZE(no_machine_has) && page.count < SNP_CPUID_MAX; i++) {
		if (in_page(&page, no_machine_has[i][0], no_machine_has[i][1]) < 0)
			add(no_machine_has[i][0], no_machine_has[i][1], none);
	}
	return m;
}

/* Each bit of each entry, in the page and then in the vCPU. */
static void each_bit(void)
{
	u32 wrong = 0, found = 0, noted = 0, all;

	start(0, 64);
	wrong += !vcpu_is_judged_right(false) || want.nr;
	for (all = 0; all < page.count * 256; all++) {
		u32 reg = all / 32 % 4, bit = 1U << all % 32, i = all / 256;
		struct kvm_cpuid_entry2 *e = &list[i];
		u32 *its[] = { &e->eax, &e->ebx, &e->ecx, &e->edx };
		u32 *value = all / 128 % 2 ? its[reg] : &page.fn[i].reg[reg];

		*value ^= bit;
		wrong += !vcpu_is_judged_right(false);
		found += want.nr == 1 && want.v[0].mask == bit;
		noted += want_notes.nr == 1 && want_notes.v[0].mask == bit;
		*value ^= bit;
	}
	tap(!wrong && found > 1000,
	    "%u of %u bits are found when they alone are wrong, by the rule", found, all);
	tap(noted > 1000, "%u of them are noted, without a rule", noted);
}

static u32 below(u32 n)
{
	return random() % n;
}

static void remove_entry(bool of_page, u32 i)
{
	if (of_page)
		memmove(&page.fn[i], &page.fn[i + 1], (--page.count - i) * sizeof(page.fn[0]));
	else
		memmove(&list[i], &list[i + 1], (--nent - i) * sizeof(list[0]));
}

/* Damage that VMMs do, or that only a test does. */
static void damage(void)
{
	struct snp_cpuid_fn *fn = &page.fn[below(page.count)];
	struct kvm_cpuid_entry2 *e = &list[below(nent)];

	switch (below(13)) {
	case 0:
		fn->reg[below(4)] ^= 1U << below(32);
		return;
	case 1:
		e->ecx ^= 1U << below(32);
		return;
	case 2:
		if (page.count > 1)
			remove_entry(true, below(page.count));
		return;
	case 3:
		if (nent > 1)
			remove_entry(false, below(nent));
		return;
	case 4:
		if (page.count < SNP_CPUID_MAX)
			page.fn[page.count++] = *fn;
		return;
	case 5:
		if (nent < MAX_ENTRIES)
			list[nent++] = *e;
		return;
	case 6:
		e->flags ^= 1;
		return;
	case 7:
		fn->ecx_in ^= 1U << below(2);
		return;
	case 8:
		e->index ^= 1U << below(2);
		return;
	case 9:
		memset(fn, 0, sizeof(*fn));
		return;
	case 10:
		*(below(2) ? &fn->xcr0_in : &fn->xss_in) ^= 1;
		return;
	case 11:
		e->eax = e->ebx = e->ecx = e->edx = below(2);
		return;
	case 12:
		fn->eax_in = page.fn[below(page.count)].eax_in;
		return;
	}
}

static void random_pages(void)
{
	u32 wrong = 0, wrong_launch = 0, faults = 0, exchanges = 0, refused = 0, all;

	srandom(17);
	for (all = 0; all < 3000; all++) {
		const struct machine *m = start(all, all % 4 ? 64 : below(3));
		int a = 1 + below(3), b = 1 + below(3);
		bool superset = below(4) == 0;

		if (below(4) == 0)
			exchange(&page, a, b);
		for (u32 n = below(8); n; n--)
			damage();
		if (below(40) == 0)
			page.count = 0;
		if (below(40) == 0)
			nent = 0;
		wrong += !vcpu_is_judged_right(superset);
		faults += want.nr > 0;
		exchanges += want.nr > 0 && want.v[0].rule == KVM_SNP_EXCHANGED;

		if (below(20) == 0)
			page.count = 65;
		if (below(20) == 0)
			page.reserved1 = 1;
		wrong_launch += !launch_is_right(below(3) ? &m->platform : NULL);
		refused += want.nr > 0;
	}
	tap(!wrong && faults > 500 && exchanges > 100,
	    "a vCPU against %u random pages, %u of them at fault, %u with registers exchanged", all,
	    faults, exchanges);
	tap(!wrong_launch && refused > 500, "and the firmware refuses %u, in KVM's words", refused);
}

/* Exchanged registers are told only where that makes fewer faults. */
static void exchanged_to_no_end(void)
{
	start(0, 1);
	page.count = 1;
	nent = 0;
	exchange(&page, TDX_ECX, TDX_EDX);
	tap(vcpu_is_judged_right(false) && want.nr == 3 && want.v[0].rule == KVM_SNP_DIFFERENT,
	    "a vendor's exchanged letters before a vCPU that has none");
}

/* The word for what no rule compares. */
static void kinds(void)
{
	static const struct {
		u32 leaf;
		const char *kind;
	} known[] = {
		{ 0x1, "topology" },	     { 0xb, "topology" },
		{ 0x1f, "topology" },	     { 0x8000001e, "topology" },
		{ 0x80000026, "topology" },  { 0x2, "caches" },
		{ 0x4, "caches" },	     { 0x80000005, "caches" },
		{ 0x80000006, "caches" },    { 0x80000019, "caches" },
		{ 0x8000001d, "caches" },    { 0xd, "sizes" },
		{ 0x80000002, "the brand" }, { 0x80000003, "the brand" },
		{ 0x80000004, "the brand" },
	};
	u32 wrong = 0;

	for (u32 n = 0; n < 0x20000; n++) {
		u32 leaf = n >> 16 << 31 | (n & 0xffff);
		const char *want = "a number";

		for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
			if (known[i].leaf == leaf)
				want = known[i].kind;
		}
		wrong += strcmp(kvm_snp_kind_of_leaf(leaf), want) != 0;
	}
	tap(!wrong, "topology, caches, sizes and the brand are called so, all else a number");
}

int main(void)
{
	each_bit();
	random_pages();
	exchanged_to_no_end();
	kinds();
	return tap_end();
}
