// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What holds for every module on every CPU, where no recorded answer exists:
 * tables made at run time, all faults in one pass, lost bits, unread states.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tdx_module.h"

#define MNG_RD_CPUID	0x9410000300000000ULL
#define RANDOM_REQUESTS 300

static unsigned long checks, failures, l2_checks;

static void expect(bool ok, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void expect(bool ok, const char *fmt, ...)
{
	va_list ap;

	checks++;
	if (ok)
		return;
	failures++;
	printf("FAIL ");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

static u32 next_random(void)
{
	static u32 x = 0x2545f491;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x;
}

/* All faults of one TDH.MNG.INIT. */
struct faults {
	struct tdx_fault_report report;
	u32 n;
	struct tdx_fault f[512];
};

static void keep(struct tdx_fault_report *self, const struct tdx_fault *f)
{
	struct faults *all = (struct faults *)self;

	if (all->n < 512)
		all->f[all->n] = *f;
	all->n++;
}

static struct tdx_td_params good_params(void)
{
	return (struct tdx_td_params){
		.xfam = 3,
		.max_vcpus = 1,
		.eptp_controls = 0x1e,
		.tsc_frequency = 100,
	};
}

/* What the module reports, in values that every rule accepts. */
static void reported_params(const struct tdx_platform *p, struct tdx_td_params *t)
{
	const struct tdx_module_entry *e;
	u32 k, *c;

	*t = good_params();
	t->xfam = p->xfam_fixed0;
	for (k = 0; k < p->module->nr_config; k++) {
		e = tdx_module_entry(p->module, p->module->lookup_of_slot[k]);
		c = t->cpuid_values[k];
		tdx_sys_config(p, k, c);
		if (e->leaf == 1)
			c[TDX_EAX] = 0;
		if (e->leaf == 0x1f)
			memset(c, 0, 4 * sizeof(*c));
		if (e->leaf == 7 && e->subleaf == 0 &&
		    (!(c[TDX_EBX] >> 4 & 1) != !(c[TDX_EBX] >> 11 & 1) ||
		     !(p->cpu->arch_capabilities >> 7 & 1)))
			c[TDX_EBX] &= ~0x810U;
	}
}

/* Near a good request, so that some are accepted and the others fail everywhere. */
static void random_params(const struct tdx_platform *p, struct tdx_td_params *t)
{
	const struct tdx_module *m = p->module;
	const struct tdx_module_entry *e;
	u32 k, r, flips = next_random() % 3;

	reported_params(p, t);
	for (k = 0; k < m->nr_config; k++)
		for (r = 0; r < 4; r++)
			t->cpuid_values[k][r] &= next_random() | next_random();
	for (k = 0; k < m->nr_config; k++) {
		e = tdx_module_entry(m, m->lookup_of_slot[k]);
		if (e->leaf == 7 && e->subleaf == 0)
			t->cpuid_values[k][TDX_EBX] &= ~0x810U;
		if (e->allow_direct[TDX_ECX] && next_random() % 2)
			t->cpuid_values[k][TDX_ECX] |= e->allow_direct[TDX_ECX];
	}
	for (; flips; flips--)
		t->cpuid_values[next_random() % m->nr_config][next_random() % 4] ^=
			1U << next_random() % 32;
	if (next_random() % 4 == 0)
		t->attributes = 1ULL << next_random() % 64;
	if (next_random() % 4 == 0)
		t->xfam ^= 1ULL << next_random() % 20;
	if (next_random() % 4 == 0)
		t->config_flags = 1ULL << next_random() % 6;
}

/* A module made at run time from another one's slots is that module. */
static void derive_all(struct tdx_module *m, const struct tdx_module *base,
		       struct tdx_module_entry *pool)
{
	static const u32 none[4];
	const struct tdx_module_entry *e;
	u32 k;

	tdx_module_derive(m, base, pool);
	expect(!m->nr_config, "%s: derived with slots", base->version);
	for (k = 0; k < m->nr_lookup; k++)
		expect(pool[k].slot < 0 && !memcmp(pool[k].config_direct, none, sizeof(none)) &&
			       !memcmp(pool[k].allow_direct, none, sizeof(none)),
		       "%s: derived without slots, entry %u is configurable", base->version, k);
	for (k = 0; k < base->nr_config; k++) {
		e = tdx_module_entry(base, base->lookup_of_slot[k]);
		expect(!tdx_module_add_slot(m, pool, e->leaf, e->subleaf, e->config_direct,
					    e->allow_direct),
		       "%s: slot %u", base->version, k);
	}
}

static void check_derived(const struct tdx_platform *p)
{
	static struct tdx_module_entry pool[TDX_MODULE_MAX_LOOKUP];
	static struct tdx_platform q;
	static struct tdx_td a, b;
	struct tdx_td_params t;
	struct tdx_module m;
	u64 sa, sb, ra, rb, field;
	u32 n;

	derive_all(&m, p->module, pool);
	expect(!tdx_sys_init(&q, &m, p->cpu, &ra), "derived: TDH.SYS.INIT");
	for (n = 0; n < RANDOM_REQUESTS; n++) {
		random_params(p, &t);
		sa = tdx_mng_init(&a, p, &t, &ra, NULL);
		sb = tdx_mng_init(&b, &q, &t, &rb, NULL);
		expect(sa == sb && ra == rb && !memcmp(a.cpuid, b.cpuid, sizeof(a.cpuid)),
		       "%s on %s: derived module differs", m.version, p->cpu->name);
	}
	for (field = 0x9900000300000400ULL; field < 0x9900000300000540ULL; field++) {
		sa = tdx_sys_rd(p, field, &ra);
		sb = tdx_sys_rd(&q, field, &rb);
		expect(sa == sb && ra == rb, "%s: 0x%" PRIx64 " of derived module differs",
		       m.version, (uint64_t)field);
	}
}

/* Every bit that is not configurable is named, in the order of the module's list. */
static void check_all_ones(const struct tdx_platform *p)
{
	const struct tdx_module *m = p->module;
	const struct tdx_module_entry *e;
	static struct faults all;
	static struct tdx_td td;
	struct tdx_td_params t = good_params();
	u64 status, rcx;
	u32 i, r, n = 0, bad;

	memset(t.cpuid_values, 0xff, sizeof(t.cpuid_values));
	all.n = 0;
	all.report.report = keep;
	status = tdx_mng_init(&td, p, &t, &rcx, &all.report);
	expect(status && status == all.f[0].status && rcx == all.f[0].rcx && !td.initialized,
	       "%s: answer to all ones", m->version);
	expect(all.n < 512, "%s: %u faults", m->version, all.n);
	for (i = 0; i < m->nr_lookup; i++) {
		e = tdx_module_entry(m, i);
		for (r = 0; r < 4 && e->slot >= 0; r++) {
			bad = ~(e->config_direct[r] | e->allow_direct[r]);
			while (n < all.n && all.f[n].rule != TDX_RULE_NOT_CONFIGURABLE)
				n++;
			if (!bad)
				continue;
			expect(n < all.n && all.f[n].leaf == e->leaf &&
				       all.f[n].subleaf == e->subleaf && all.f[n].reg == (int)r &&
				       all.f[n].mask == bad,
			       "%s: 0x%x.0x%x register %u is not reported", m->version, e->leaf,
			       e->subleaf, r);
			n++;
		}
	}
}

/* The faults before CPUID, all at once, in the module's order. */
static void check_params_order(const struct tdx_platform *p)
{
	static const enum tdx_rule order[] = {
		TDX_RULE_ATTRIBUTES,	    TDX_RULE_XFAM,	   TDX_RULE_MAX_VCPUS,
		TDX_RULE_NUM_L2_VMS,	    TDX_RULE_CONFIG_FLAGS, TDX_RULE_EPTP_CONTROLS,
		TDX_RULE_TSC_FREQUENCY,	    TDX_RULE_RESERVED,	   TDX_RULE_RESERVED,
		TDX_RULE_ARCH_CAPABILITIES,
	};
	/* 2.0.08 does not look at IA32_ARCH_CAPABILITIES there. */
	u32 gnr_a0 = p->fms == 0xa06d0 && p->module->rules >= TDX_MODULE_VERSION(2, 0, 8);
	static struct faults all;
	static struct tdx_td td;
	struct tdx_td_params t = {
		.attributes = 2,
		.num_l2_vms = 4,
		.config_flags = 0x8000,
		.msr_config_ctls = 2,
		.ia32_arch_capabilities_config = 1,
		.reserved_nonzero = true,
	};
	u64 rcx;
	u32 n;

	all.n = 0;
	all.report.report = keep;
	tdx_mng_init(&td, p, &t, &rcx, &all.report);
	expect(all.n == sizeof(order) / sizeof(order[0]) - gnr_a0, "%s: %u faults",
	       p->module->version, all.n);
	for (n = 0; n < sizeof(order) / sizeof(order[0]) - gnr_a0 && n < all.n; n++)
		expect(all.f[n].rule == order[n], "%s: fault %u is %u", p->module->version, n,
		       all.f[n].rule);
}

/* A requested bit is effective or lost, for exactly one reason. */
static void check_lost_of(const struct tdx_td *td, const struct tdx_td_params *t)
{
	const struct tdx_module *m = td->platform->module;
	u32 lost[TDX_NR_LOSS][4];
	u32 k, r, why, sum, twice;

	for (k = 0; k < m->nr_config; k++) {
		tdx_mng_lost(td, t, k, lost);
		for (r = 0; r < 4; r++) {
			for (sum = twice = why = 0; why < TDX_NR_LOSS; why++) {
				twice |= sum & lost[why][r];
				sum |= lost[why][r];
			}
			expect(!twice && sum == (t->cpuid_values[k][r] &
						 ~td->cpuid[m->lookup_of_slot[k]][r]),
			       "%s on %s: slot %u register %u: lost 0x%x", m->version,
			       td->platform->cpu->name, k, r, sum);
		}
	}
}

static void check_lost(const struct tdx_platform *p)
{
	static struct tdx_td td;
	struct tdx_td_params t;
	u32 n, accepted = 0;
	u64 rcx;

	for (n = 0; n < RANDOM_REQUESTS; n++) {
		random_params(p, &t);
		if (tdx_mng_init(&td, p, &t, &rcx, NULL))
			continue;
		accepted++;
		check_lost_of(&td, &t);
	}
	reported_params(p, &t);
	expect(!tdx_mng_init(&td, p, &t, &rcx, NULL) && td.initialized,
	       "%s on %s: what is reported is refused", p->module->version, p->cpu->name);
	check_lost_of(&td, &t);
	expect(accepted, "%s on %s: no random request is accepted", p->module->version,
	       p->cpu->name);
}

/* TDH.MNG.RD gives every entry, and nothing of a TD that failed. */
static void check_mng_rd(const struct tdx_platform *p)
{
	const struct tdx_module *m = p->module;
	const struct tdx_module_entry *e;
	static struct tdx_td td;
	struct tdx_td_params t;
	u64 rcx, value, other, field, status;
	u32 i, half;

	reported_params(p, &t);
	tdx_mng_init(&td, p, &t, &rcx, NULL);
	for (i = 0; i < m->nr_lookup; i++) {
		e = tdx_module_entry(m, i);
		for (half = 0; half < 2; half++) {
			field = MNG_RD_CPUID | half | (e->leaf & 0x7f) << 9 |
				(e->leaf >> 31) << 16 |
				(e->subleaf == TDX_NO_SUBLEAF ? 0x1fe : e->subleaf << 1);
			status = tdx_mng_rd(&td, field, &value);
			/* Whatever else is in the field where there is no subleaf. */
			if (e->subleaf == TDX_NO_SUBLEAF)
				expect(tdx_mng_rd(&td, field & ~0xfeULL, &other) == status &&
					       other == value,
				       "%s: MNG.RD of 0x%x by bit 8", m->version, e->leaf);
			else
				expect(tdx_mng_rd(&td, (field & ~0xfeULL) | 0x100, &other) != 0 ||
					       tdx_module_index(m, e->leaf, TDX_NO_SUBLEAF) >= 0,
				       "%s: MNG.RD of 0x%x without subleaf", m->version, e->leaf);
			expect(e->faulting ? status == 0xc0000c0200000000ULL && !value :
					     !status && (u32)value == td.cpuid[i][2 * half] &&
						     value >> 32 == td.cpuid[i][2 * half + 1],
			       "%s: MNG.RD of 0x%x.0x%x", m->version, e->leaf, e->subleaf);
		}
	}
	t.tsc_frequency = 0;
	tdx_mng_init(&td, p, &t, &rcx, NULL);
	expect(tdx_mng_rd(&td, MNG_RD_CPUID | 0x3fe, &value) == 0xc000060800000000ULL && !value,
	       "%s: MNG.RD of a TD that is not initialized", m->version);
}

/* A slot with subleaf makes the leaf one that is not read without; @m and @pool are copies. */
static void check_subleaves(struct tdx_module m, const struct tdx_module_entry *base)
{
	static struct tdx_module_entry pool[TDX_MODULE_MAX_LOOKUP];
	static const u32 none[4];
	u32 nr = m.nr_lookup, i;

	memcpy(pool, base, sizeof(pool));
	m.pool = pool;
	for (i = 0; i < nr; i++) {
		if (base[i].subleaf != TDX_NO_SUBLEAF || base[i].slot >= 0)
			continue;
		expect(!tdx_module_add_slot(&m, pool, base[i].leaf, 0, none, none) &&
			       m.nr_lookup == nr && !pool[i].subleaf,
		       "what 0x%x answered is the answer of 0x%x.0", base[i].leaf, base[i].leaf);
	}

	pool[nr] = (struct tdx_module_entry){ .leaf = 0x70, .subleaf = TDX_NO_SUBLEAF, .slot = -1 };
	pool[nr + 1] = (struct tdx_module_entry){ .leaf = 0x70, .slot = -1 };
	m.nr_lookup += 2;
	expect(!tdx_module_add_slot(&m, pool, 0x70, 1, none, none) && m.nr_lookup == nr + 3 &&
		       pool[nr].faulting && !pool[nr + 1].faulting,
	       "0x70 cannot be read where 0x70.0 can");
}

/* An invented module: a slot of leaf 7, and one that the look-up does not know. */
static void check_invented(void)
{
	static const u32 some[4] = { 0, 0, 0x200, 0 }, eax[4] = { 0x1f, 0, 0, 0 }, none[4];
	static struct tdx_module_entry pool[TDX_MODULE_MAX_LOOKUP];
	static struct tdx_platform p;
	static struct tdx_td td;
	struct tdx_td_params t = good_params();
	struct tdx_module m;
	u32 mask[4], k;
	u64 rcx, value;

	memset(pool, 0xff, sizeof(pool));
	tdx_module_derive(&m, tdx_module_find("1.5.34"), pool);
	expect(!tdx_module_add_slot(&m, pool, 7, 0, none, none), "slot of leaf 7");
	expect(tdx_module_add_slot(&m, pool, 7, 0, none, none) == -EEXIST, "leaf 7 again");
	expect(!tdx_module_add_slot(&m, pool, 0x1e, 1, eax, some), "slot of leaf 0x1e.1");
	expect(tdx_module_add_slot(&m, pool, 0x1e, 1, eax, some) == -EEXIST, "the same again");
	expect(m.nr_lookup == tdx_module_find("1.5.34")->nr_lookup + 1, "one entry more");
	check_subleaves(m, pool);
	expect(!tdx_sys_init(&p, &m, tdx_native_find("spr"), &rcx), "invented: TDH.SYS.INIT");
	tdx_sys_config(&p, 1, mask);
	expect(mask[0] == 0x1f && !mask[2], "invented: what is reported");
	t.cpuid_values[1][0] = 0x15;
	t.cpuid_values[1][2] = 0x200;
	expect(!tdx_mng_init(&td, &p, &t, &rcx, NULL), "invented: TDH.MNG.INIT");
	/* The rest of the entry is the CPU's: nothing in it is fixed. */
	expect(!tdx_mng_rd(&td, MNG_RD_CPUID | 0x1e << 9 | 1 << 1, &value) &&
		       value == 0x401000000015ULL,
	       "invented: 0x1e.1");
	t.cpuid_values[1][1] = 1;
	expect(tdx_mng_init(&td, &p, &t, &rcx, NULL) == 0xc000010000000045ULL &&
		       rcx == 0x10000001eULL,
	       "invented: a bit that is not configurable");

	for (k = 2; k < TDX_MODULE_MAX_CONFIG; k++)
		expect(!tdx_module_add_slot(&m, pool, 0x30 + k, 0, none, none), "slot %u", k);
	expect(tdx_module_add_slot(&m, pool, 0x70, 0, none, none) == -ENOSPC, "33rd slot");
}

static u32 effective(const struct tdx_td *td, u32 leaf, u32 subleaf, enum tdx_reg reg)
{
	int i = tdx_module_index(td->platform->module, leaf, subleaf);

	return i < 0 ? ~0U : td->cpuid[i][reg];
}

/* The only fault of a request. */
static struct tdx_fault sole_fault(const struct tdx_platform *p, const struct tdx_td_params *t)
{
	static struct faults all;
	static struct tdx_td td;
	u64 rcx;

	all.n = 0;
	all.report.report = keep;
	tdx_mng_init(&td, p, t, &rcx, &all.report);
	expect(all.n == 1, "%s on %s: %u faults", p->module->version, p->cpu->name, all.n);
	return all.f[0];
}

/* What no CPU of the recorded answers shows. */
static void check_other_cpus(void)
{
	static const struct tdx_native_leaf leaf[] = {
		{ 0x1, TDX_NO_SUBLEAF, { 0x806f7, 0x00800800, 0x7ffefbff, 0xbfebfbff } },
		{ 0x7, 0x0, { 2, 0xf3bfbfff, 0xfbc17ffe, 0xffdd4432 } },
		{ 0x19, TDX_NO_SUBLEAF, { 1, 1, 1, 1 } },
		{ 0xd, 0x0, { 0x2e7, 0x2b00, 0x2b00, 0 } },
	};
	struct tdx_native_leaf none[] = { leaf[0] };
	static const struct tdx_native_leaf few[] = {
		{ 0x0, TDX_NO_SUBLEAF, { 0x1c, 0x756e6547, 0x6c65746e, 0x49656e69 } },
	};
	static const struct tdx_native_leaf states[] = {
		{ 0xd, 0x0, { 0x2e7, 0, 0, 0x40000002 } },
		{ 0xd, 0x1, { 0x1f, 0, 0x1900, 0x10000008 } },
	};
	static const struct tdx_native_leaf no_level[] = {
		{ 0x1f, 0x0, { 1, 1, 0x601, 0 } },
	};
	static const struct tdx_native_leaf wrong[] = {
		{ 0x1, TDX_NO_SUBLEAF, { 0x806f8, 0x00800800, 0, 0xbfebfbff } },
	};
	struct tdx_native cpu = {
		.name = "other",
		.base = tdx_native_find("spr"),
		.leaf = leaf,
		.nr_leaf = 4,
	};
	static struct tdx_platform p;
	static struct tdx_td td;
	struct tdx_td_params t = good_params();
	struct tdx_module m;
	u64 rcx;

	expect(!tdx_sys_init(&p, tdx_module_find("1.5.06"), &cpu, &rcx), "other CPU");
	expect(p.xfam_fixed0 == (0x6dbe7 & ~0x60000), "XFAM_FIXED0 without AMX");
	t.xfam = 0x60003;
	expect(tdx_mng_init(&td, &p, &t, &rcx, NULL) == 0xc000010000000041ULL, "XFAM without AMX");
	t.xfam = 3;
	expect(!tdx_mng_init(&td, &p, &t, &rcx, NULL), "other CPU: init");
	t.attributes = 1ULL << 29;
	t.cpuid_values[0][TDX_EAX] = 0x806f7;
	expect(!tdx_mng_init(&td, &p, &t, &rcx, NULL), "own stepping");
	t.cpuid_values[0][TDX_EAX] = 0x806f8;
	expect(tdx_mng_init(&td, &p, &t, &rcx, NULL) == 0xc000010000000045ULL &&
		       rcx == 0xffffffff00000001ULL,
	       "a listed stepping that the platform does not reach");

	expect(!tdx_sys_init(&p, tdx_module_find("1.5.05"), &cpu, &rcx), "Key Locker");
	t = good_params();
	expect(!tdx_mng_init(&td, &p, &t, &rcx, NULL), "Key Locker: init");
	expect(!effective(&td, 0x19, TDX_NO_SUBLEAF, TDX_EAX), "0x19 of a CPU that has it");
	expect(!(effective(&td, 7, 0, TDX_ECX) >> 23 & 1), "Key Locker of a CPU that has it");

	none[0].reg[TDX_EAX] = 0;
	cpu.leaf = none;
	cpu.nr_leaf = 1;
	tdx_sys_init(&p, tdx_module_find("1.5.06"), &cpu, &rcx);
	t = good_params();
	t.attributes = 1ULL << 29;
	expect(sole_fault(&p, &t).mask == ~0U, "a CPU without family and model: all of 1.EAX");

	cpu.leaf = few;
	cpu.nr_leaf = 1;
	expect(!tdx_sys_init(&p, tdx_module_find("1.5.06"), &cpu, &rcx), "a CPU of few leaves");
	t = good_params();
	tdx_mng_init(&td, &p, &t, &rcx, NULL);
	expect(!effective(&td, 0x1e, TDX_NO_SUBLEAF, TDX_EBX), "a leaf beyond the last one");

	cpu.leaf = states;
	cpu.nr_leaf = 2;
	m = *tdx_module_find("1.5.34");
	m.xfam_fixed0 = ~0ULL;
	tdx_sys_init(&p, &m, &cpu, &rcx);
	expect(p.xfam_fixed0 == 0x5000000a00001be7ULL,
	       "XFAM_FIXED0 of XCR0 and IA32_XSS: 0x%" PRIx64, (uint64_t)p.xfam_fixed0);

	cpu.leaf = no_level;
	cpu.nr_leaf = 1;
	t = good_params();
	tdx_sys_init(&p, tdx_module_find("1.5.01"), &cpu, &rcx);
	expect(!tdx_mng_init(&td, &p, &t, &rcx, NULL), "1.5.01 does not look at 0x1f");
	tdx_sys_init(&p, tdx_module_find("1.5.05"), &cpu, &rcx);
	expect(tdx_mng_init(&td, &p, &t, &rcx, NULL) == 0xc000090400000000ULL, "1.5.05 does");

	cpu.leaf = wrong;
	cpu.nr_leaf = 1;
	expect(tdx_sys_init(&p, tdx_module_find("1.5.06"), &cpu, &rcx) == 0xc000090000000000ULL &&
		       rcx == 0xffffffff00000001ULL,
	       "a CPU without what every TD has");
}

/* The bits at fault, where a rule is about more than one. */
static void check_masks(void)
{
	static const struct {
		const char *cpu;
		u64 flags, eptp, mask;
	} eptp[] = {
		{ "spr", 0, 0x1f, 0x7 },
		{ "spr", 0, 0x1c, 0x7 },
		{ "spr", 0, 0x5e, 0x40 },
		{ "spr", 0, 0x800000000000001eULL, 0x8000000000000000ULL },
		{ "spr", 0, 0x16, 0x38 },
		{ "spr", 0, 0x50, 0x7f },
		{ "spr", 1, 0x1e, 0x38 },
		{ "spr", 1, 0x58, 0x7f },
		{ "spr_pa46", 0, 0x26, 0x38 },
		{ "spr_pa46", 0, 0x60, 0x7f },
	};
	static const u32 tsx[] = { 0x10, 0x800, 0x810 };
	/* Subleaf and ECX; the levels before it are right. */
	static const struct {
		u32 subleaf, ecx, mask;
	} level[] = {
		{ 0, 0x000, 0xff00 }, { 0, 0x600, 0xff00 }, { 0, 0x101, 0xff },
		{ 1, 0x101, 0xff00 }, { 1, 0x601, 0xff00 }, { 1, 0x200, 0xff },
		{ 1, 0x2ff, 0xff },   { 2, 0x202, 0xff00 }, { 2, 0x303, 0xff },
	};
	static struct tdx_platform p;
	struct tdx_td_params t;
	struct tdx_fault f;
	u32 i, k, n;
	u64 rcx;

	for (i = 0; i < sizeof(eptp) / sizeof(eptp[0]); i++) {
		tdx_sys_init(&p, tdx_module_find("1.5.34"), tdx_native_find(eptp[i].cpu), &rcx);
		t = good_params();
		t.eptp_controls = eptp[i].eptp;
		t.config_flags = eptp[i].flags;
		f = sole_fault(&p, &t);
		expect(f.rule == TDX_RULE_EPTP_CONTROLS && f.mask == eptp[i].mask,
		       "EPTP_CONTROLS 0x%" PRIx64 ": mask 0x%" PRIx64, (uint64_t)eptp[i].eptp,
		       (uint64_t)f.mask);
	}

	tdx_sys_init(&p, tdx_module_find("1.5.34"), tdx_native_find("spr_notsxctrl"), &rcx);
	for (i = 0; i < sizeof(tsx) / sizeof(tsx[0]); i++) {
		t = good_params();
		k = tdx_module_entry(p.module, tdx_module_index(p.module, 7, 0))->slot;
		t.cpuid_values[k][TDX_EBX] = tsx[i];
		f = sole_fault(&p, &t);
		expect(f.rule == (tsx[i] == 0x810 ? TDX_RULE_TSX_CTRL : TDX_RULE_TSX_PAIR) &&
			       f.reg == TDX_EBX && f.mask == 0x810,
		       "7.0.EBX 0x%x: mask 0x%" PRIx64, tsx[i], (uint64_t)f.mask);
	}

	tdx_sys_init(&p, tdx_module_find("1.5.34"), tdx_native_find("spr"), &rcx);
	for (i = 0; i < sizeof(level) / sizeof(level[0]); i++) {
		t = good_params();
		k = tdx_module_entry(p.module, tdx_module_index(p.module, 0x1f, 0))->slot;
		for (n = 0; n < 3; n++) {
			t.cpuid_values[k + n][TDX_EBX] = 1;
			t.cpuid_values[k + n][TDX_ECX] = (n + 1) << 8 | n;
		}
		t.cpuid_values[k + level[i].subleaf][TDX_ECX] = level[i].ecx;
		f = sole_fault(&p, &t);
		expect(f.rule == TDX_RULE_TOPOLOGY && f.subleaf == level[i].subleaf &&
			       f.reg == TDX_ECX && f.mask == level[i].mask,
		       "0x1F.%u.ECX 0x%x: subleaf %u mask 0x%" PRIx64, level[i].subleaf,
		       level[i].ecx, f.subleaf, (uint64_t)f.mask);
	}
	/* A level behind the last one is SMT's as little as any other that is not in order. */
	t = good_params();
	t.cpuid_values[k][TDX_ECX] = 0x100;
	t.cpuid_values[k + 1][TDX_ECX] = 0x201;
	t.cpuid_values[k + 2][TDX_ECX] = 0x002;
	t.cpuid_values[k + 3][TDX_ECX] = 0x103;
	f = sole_fault(&p, &t);
	expect(f.subleaf == 3 && f.mask == 0xff00, "0x1F.3 is SMT: mask 0x%" PRIx64,
	       (uint64_t)f.mask);
	/* Nothing in subleaf 0 says the CPU's own levels, and nothing behind it. */
	t = good_params();
	t.cpuid_values[k + 1][TDX_ECX] = 0x201;
	f = sole_fault(&p, &t);
	expect(f.subleaf == 1 && f.mask == 0xff00, "0x1F.1 behind an empty 0x1F.0: mask 0x%" PRIx64,
	       (uint64_t)f.mask);
}

/* A flag that the module does not have is the only fault, whatever it would be about. */
static void check_flags(const struct tdx_platform *p)
{
	struct tdx_td_params t;
	struct tdx_fault f;
	u64 flag;

	for (flag = 1; flag; flag <<= 1) {
		if (flag & p->module->config_flags_fixed0)
			continue;
		t = good_params();
		t.config_flags = flag;
		f = sole_fault(p, &t);
		expect(f.rule == TDX_RULE_CONFIG_FLAGS && f.mask == flag,
		       "%s: CONFIG_FLAGS 0x%" PRIx64 ": mask 0x%" PRIx64, p->module->version,
		       (uint64_t)flag, (uint64_t)f.mask);
	}
}

/* Bits that no known module lets a VMM configure: PKS and LASS go with their attributes. */
static void check_lost_by_attribute(void)
{
	static const u32 pks[4] = { 0, 0, 1U << 31, 0 }, lass[4] = { 1U << 6, 0, 0, 0 }, none[4];
	static struct tdx_module_entry pool[TDX_MODULE_MAX_LOOKUP];
	static struct tdx_platform p;
	static struct tdx_td td;
	struct tdx_td_params t = good_params();
	u32 lost[TDX_NR_LOSS][4], want[TDX_NR_LOSS][4];
	struct tdx_module m;
	u32 k, with;
	u64 rcx;

	tdx_module_derive(&m, tdx_module_find("1.5.34"), pool);
	expect(!tdx_module_add_slot(&m, pool, 7, 0, pks, none), "slot of PKS");
	expect(!tdx_module_add_slot(&m, pool, 7, 1, lass, none), "slot of LASS");
	m.attributes_fixed0 |= 1ULL << 30 | 1ULL << 27;
	tdx_sys_init(&p, &m, tdx_native_find("spr"), &rcx);
	memcpy(t.cpuid_values[0], pks, sizeof(pks));
	memcpy(t.cpuid_values[1], lass, sizeof(lass));

	for (with = 0; with < 4; with++) {
		t.attributes = (with & 1 ? 1ULL << 30 : 0) | (with & 2 ? 1ULL << 27 : 0);
		expect(!tdx_mng_init(&td, &p, &t, &rcx, NULL), "PKS and LASS as invented");
		for (k = 0; k < 2; k++) {
			memset(want, 0, sizeof(want));
			if (!(with >> k & 1))
				memcpy(want[TDX_LOST_ATTRIBUTE], k ? lass : pks, sizeof(pks));
			tdx_mng_lost(&td, &t, k, lost);
			expect(!memcmp(lost, want, sizeof(lost)),
			       "%s is lost by the attribute alone", k ? "LASS" : "PKS");
		}
	}
}

/* A TD with L2 VMs does not migrate; 2.0.08 lets it. */
static void check_l2(const struct tdx_platform *p)
{
	bool old = p->module->rules < TDX_MODULE_VERSION(2, 0, 8);
	static struct tdx_td td;
	struct tdx_td_params t;
	u64 rcx, status;
	u32 how;

	/* Where the CPU's own model may migrate at all. */
	t = good_params();
	t.attributes = 1ULL << 29;
	if (tdx_mng_init(&td, p, &t, &rcx, NULL))
		return;
	l2_checks++;
	for (how = 0; how < 4; how++) {
		t = good_params();
		t.attributes = how & 1 ? 1ULL << 29 : 0;
		t.num_l2_vms = how & 2 ? 1 : 0;
		status = tdx_mng_init(&td, p, &t, &rcx, NULL);
		expect(status == (how == 3 && old ? 0xc000010000000002ULL : 0),
		       "%s on %s: L2 VMs %u, MIGRATABLE %u: 0x%" PRIx64, p->module->version,
		       p->cpu->name, how >> 1, how & 1, (uint64_t)status);
	}
	t.num_l2_vms = 3;
	if (old)
		expect(sole_fault(p, &t).mask == 3, "%s: L2 VMs at fault", p->module->version);
}

/* The models from which a TD may come, newest first, as TDH.SYS.RD and TDH.MNG.INIT have them. */
static void check_models(void)
{
	static const struct {
		const char *module;
		u32 fms[6];
	} known[] = {
		{ "1.5.01", { 0xd06d0, 0xa06e0, 0xa06d0, 0xa06f0, 0xc06f2, 0x806f8 } },
		{ "1.5.05", { 0xd06d0, 0xa06e0, 0xa06d0, 0xa06f3, 0xc06f2, 0x806f8 } },
		{ "1.5.34", { 0xd06d0, 0xa06e0, 0xa06d0, 0xa06f3, 0xc06f2, 0x806f8 } },
		{ "2.0.08", { 0xd06d1, 0xa06e1, 0xa06d1, 0xa06f3, 0xc06f2, 0x806f8 } },
		{ "2.0.18", { 0xd06d1, 0xa06e1, 0xa06d1, 0xa06f3, 0xc06f2, 0x806f8 } },
	};
	struct tdx_native_leaf leaf = { 0x1,
					TDX_NO_SUBLEAF,
					{ 0, 0x00800800, 0x7ffefbff, 0xbfebfbff } };
	struct tdx_native cpu = {
		.name = "other",
		.base = tdx_native_find("spr"),
		.leaf = &leaf,
		.nr_leaf = 1,
	};
	static struct tdx_platform p;
	static struct tdx_td td;
	struct tdx_td_params t = good_params();
	u64 rcx, value, status;
	u32 i, own, n, step;

	t.attributes = 1ULL << 29;
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		for (own = 0; own < 6; own++) {
			/* A later stepping than the one that the module knows. */
			leaf.reg[TDX_EAX] = known[i].fms[own] + 2;
			expect(!tdx_sys_init(&p, tdx_module_find(known[i].module), &cpu, &rcx),
			       "%s: model", known[i].module);
			tdx_sys_rd(&p, 0x9900000100000800ULL, &value);
			expect(value == 6 - own, "%s: %u models", known[i].module, (u32)value);
			for (n = own; n < 6; n++) {
				tdx_sys_rd(&p, 0x9900000300000810ULL + n - own, &value);
				expect(value == (n == own ? leaf.reg[TDX_EAX] : known[i].fms[n]),
				       "%s: model %u is 0x%x", known[i].module, n, (u32)value);
				for (step = 0; step < 2; step++) {
					t.cpuid_values[0][TDX_EAX] = known[i].fms[n] + step;
					status = tdx_mng_init(&td, &p, &t, &rcx, NULL);
					expect(!status == !step, "%s: a TD of 0x%x on 0x%x",
					       known[i].module, t.cpuid_values[0][TDX_EAX],
					       leaf.reg[TDX_EAX]);
				}
			}
		}
	}
}

/* The PMU's subleaves that 0x23.0.EAX says there are; 2.0.08 leaves out the others. */
static void check_0x23(const char *version, bool by_bit)
{
	static const struct tdx_native_leaf leaf[] = {
		{ 0x23, 0x0, { 0xf, 1, 0, 0 } },
		{ 0x23, 0x1, { 1, 1, 1, 1 } },
		{ 0x23, 0x2, { 2, 2, 2, 2 } },
		{ 0x23, 0x3, { 3, 3, 3, 3 } },
	};
	const struct tdx_native cpu = {
		.name = "other",
		.base = tdx_native_find("gnr"),
		.leaf = leaf,
		.nr_leaf = 4,
	};
	static struct tdx_platform p;
	static struct tdx_td td;
	struct tdx_td_params t;
	u32 k, n, eax, found, seen = 0;
	u64 rcx;

	expect(!tdx_sys_init(&p, tdx_module_find(version), &cpu, &rcx), "%s: 0x23", version);
	k = tdx_module_entry(p.module, tdx_module_index(p.module, 0x23, 0))->slot;
	for (eax = 0; eax < 16; eax++) {
		reported_params(&p, &t);
		t.attributes = 1ULL << 63;
		t.cpuid_values[k][TDX_EAX] = eax;
		expect(!tdx_mng_init(&td, &p, &t, &rcx, NULL), "%s: 0x23.0.EAX 0x%x", version, eax);
		for (n = 1; n < 4; n++) {
			found = effective(&td, 0x23, n, TDX_EAX);
			if (!p.native[tdx_module_index(p.module, 0x23, n)][TDX_EAX])
				continue;
			seen |= 1U << n;
			expect(!found == (by_bit && !(eax >> n & 1)),
			       "%s: 0x23.%u.EAX is 0x%x with 0x23.0.EAX 0x%x", version, n, found,
			       eax);
		}
	}
	expect(seen, "%s: 0x23 of that CPU", version);
}

/* 0xB is made of all that 0x1F has, EDX too, which no known module lets a VMM configure. */
static void check_0xb(const char *version, u32 nr, const u32 want[][4])
{
	static const u32 all[4] = { ~0U, ~0U, ~0U, ~0U }, none[4];
	static struct tdx_module_entry pool[TDX_MODULE_MAX_LOOKUP];
	static struct tdx_platform p;
	static struct tdx_td td;
	struct tdx_td_params t = good_params();
	struct tdx_module m;
	u64 rcx;
	u32 n;

	tdx_module_derive(&m, tdx_module_find(version), pool);
	for (n = 0; n < 6; n++)
		expect(!tdx_module_add_slot(&m, pool, 0x1f, n, all, none), "slot of 0x1f.%u", n);
	for (n = 0; n < 2; n++) {
		t.cpuid_values[n][TDX_EAX] = 3 + n;
		t.cpuid_values[n][TDX_EBX] = 5 + n;
		t.cpuid_values[n][TDX_ECX] = (n + 1) << 8 | n;
		t.cpuid_values[n][TDX_EDX] = 7;
	}
	for (; n < 6; n++) {
		t.cpuid_values[n][TDX_ECX] = n;
		t.cpuid_values[n][TDX_EDX] = 7;
	}
	tdx_sys_init(&p, &m, tdx_native_find("gnr"), &rcx);
	expect(!tdx_mng_init(&td, &p, &t, &rcx, NULL), "%s: 0x1f as invented", version);
	for (n = 0; n < 4 * nr; n++)
		expect(effective(&td, 0xb, n / 4, n % 4) == want[n / 4][n % 4],
		       "%s: 0xb.%u register %u is 0x%x", version, n / 4, n % 4,
		       effective(&td, 0xb, n / 4, n % 4));

	/* None of it means the CPU's levels; any of it does not. */
	for (n = 0; n < 4; n++) {
		memset(t.cpuid_values, 0, sizeof(t.cpuid_values));
		t.cpuid_values[0][n] = 7;
		expect(tdx_mng_init(&td, &p, &t, &rcx, NULL) == 0xc000090400000000ULL,
		       "%s: 0x1f.0 with register %u alone", version, n);
	}
}

/* From 1.5.05 on the whole leaf is there only with 7.1.EAX[8]; fate.c says the same. */
static void check_0x23_extension(const char *version, bool needed)
{
	static struct tdx_platform p;
	static struct tdx_td td;
	const struct tdx_module_entry *e;
	struct tdx_needs needs;
	struct tdx_td_params t;
	u32 has;
	u64 rcx;

	expect(!tdx_sys_init(&p, tdx_module_find(version), tdx_native_find("gnr"), &rcx),
	       "%s: 0x23", version);
	e = tdx_module_entry(p.module, tdx_module_index(p.module, 0x23, 0));
	for (has = 0; has < 2; has++) {
		reported_params(&p, &t);
		t.attributes = 1ULL << 63;
		if (!has)
			t.cpuid_values[tdx_module_entry(p.module, tdx_module_index(p.module, 7, 1))
					       ->slot][TDX_EAX] &= ~(1U << 8);
		expect(!tdx_mng_init(&td, &p, &t, &rcx, NULL), "%s: 7.1.EAX[8] %u", version, has);
		expect(!effective(&td, 0x23, 0, TDX_EAX) == (needed && !has),
		       "%s: 0x23.0.EAX is 0x%x with 7.1.EAX[8] %u", version,
		       effective(&td, 0x23, 0, TDX_EAX), has);
	}
	tdx_bit_fate(p.module, e, TDX_EAX, 0, &needs);
	expect(needs.perfmon_ext == needed, "%s: what 0x23 needs", version);
}

/* 2.0.08, which was read but not run. */
static void check_2_0_08(void)
{
	static struct tdx_platform p;
	static struct tdx_td td;
	struct tdx_td_params t;
	u64 rcx, value;

	expect(!tdx_sys_init(&p, tdx_module_find("2.0.08"), tdx_native_find("gnr"), &rcx),
	       "2.0.08: TDH.SYS.INIT");
	reported_params(&p, &t);
	t.attributes = 1ULL << 29;
	expect(!tdx_mng_init(&td, &p, &t, &rcx, NULL), "2.0.08: gnr stepping 1 migrates");
	t.attributes = 1ULL << 63;
	t.config_flags = 0x10;
	expect(!tdx_mng_init(&td, &p, &t, &rcx, NULL), "2.0.08: MAXGPA_VIRT");
	expect(!tdx_mng_rd(&td, MNG_RD_CPUID | 0x8UL << 9 | 1 << 16, &value) &&
		       ((u32)value & 0xff00ff) == 0x300034,
	       "2.0.08: MAXGPA 0x%x", (u32)value);
	expect(!tdx_mng_rd(&td, MNG_RD_CPUID | 0x23UL << 9 | 1 << 1, &value) && value,
	       "2.0.08: 0x23.1 with 0x23.0.EAX[1]");
	expect(!tdx_mng_rd(&td, MNG_RD_CPUID | 0x23UL << 9 | 2 << 1, &value) && !value,
	       "2.0.08: 0x23.2 without 0x23.0.EAX[2]");
	t.config_flags = 0x18;
	expect(tdx_mng_init(&td, &p, &t, &rcx, NULL) == 0xc000010000000042ULL,
	       "2.0.08: MAXPA_VIRT and MAXGPA_VIRT");
}

/* Fields of TDH.SYS.RD that came with a version. */
static void check_fields(const struct tdx_platform *p)
{
	static const struct {
		u64 field;
		u32 since;
		u64 value;
	} known[] = {
		{ 0x9900000100000008ULL, TDX_MODULE_VERSION(1, 5, 5), 576 },
		{ 0x9900000000000009ULL, TDX_MODULE_VERSION(1, 5, 6), 45 },
	};
	u64 status, value;
	u32 i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		bool there = p->module->rules >= known[i].since;

		status = tdx_sys_rd(p, known[i].field, &value);
		expect(status == (there ? 0 : 0xc0000c0000000000ULL) &&
			       value == (there ? known[i].value : 0),
		       "%s: field 0x%" PRIx64 ": 0x%" PRIx64, p->module->version,
		       (uint64_t)known[i].field, (uint64_t)status);
	}
}

/* A CPU answers behind its last level: the number that was asked for, and the x2APIC ID. */
static void check_levels(const struct tdx_native *cpu)
{
	u32 first[4], reg[4], leaf, n;

	for (leaf = 0xb; leaf <= 0x1f; leaf += 0x14) {
		tdx_native_cpuid(cpu, leaf, 0, first);
		for (n = 0; n < 0x200; n++) {
			tdx_native_cpuid(cpu, leaf, n, reg);
			expect((reg[TDX_ECX] & 0xff) == (n & 0xff) &&
				       reg[TDX_EDX] == first[TDX_EDX],
			       "%s: 0x%x.%u", cpu->name, leaf, n);
		}
	}
}

static void check_versions(void)
{
	expect(tdx_module_version("1.5.34") == TDX_MODULE_VERSION(1, 5, 34), "1.5.34");
	expect(tdx_module_version("2.0.08") == TDX_MODULE_VERSION(2, 0, 8), "2.0.08");
	expect(tdx_module_version("255.255.255") == TDX_MODULE_VERSION(255, 255, 255), "255");
	expect(!tdx_module_version("") && !tdx_module_version("1.5") &&
		       !tdx_module_version("1.5.") && !tdx_module_version("1.5.6.7") &&
		       !tdx_module_version("1.5.256") && !tdx_module_version("next"),
	       "no versions");
	expect(tdx_module_rules(TDX_MODULE_VERSION(1, 5, 0)) == TDX_MODULE_VERSION(1, 5, 1) &&
		       tdx_module_rules(TDX_MODULE_VERSION(1, 5, 99)) ==
			       TDX_MODULE_VERSION(1, 5, 6) &&
		       tdx_module_rules(TDX_MODULE_VERSION(3, 0, 0)) == TDX_MODULE_VERSION(2, 0, 8),
	       "rules of a version");
}

int main(void)
{
	const struct tdx_module *m;
	const struct tdx_native *cpu;
	static struct tdx_platform p;
	u32 i, j;
	u64 rcx;

	check_versions();
	check_invented();
	check_other_cpus();
	check_2_0_08();
	/* 1.5.05 takes the last subleaf, others the last level; 2.0.08 numbers what is behind. */
	check_0xb("1.5.05", 2, (const u32[][4]){ { 3, 5, 0x100, 7 }, { 0, 0, 0x205, 7 } });
	check_0xb("1.5.34", 3, (const u32[][4]){ { 3, 5, 0x100, 7 }, { 4, 6, 0x201, 7 }, { 0 } });
	check_0xb("2.0.08", 3,
		  (const u32[][4]){ { 3, 5, 0x100, 7 }, { 4, 6, 0x201, 7 }, { 0, 0, 2, 7 } });
	check_0x23("1.5.34", false);
	check_0x23("2.0.08", true);
	check_0x23_extension("1.5.01", false);
	check_0x23_extension("1.5.05", true);
	check_0x23_extension("2.0.18", true);
	check_masks();
	check_lost_by_attribute();
	check_models();
	expect(!tdx_native_find("none"), "a CPU that there is not");
	for (j = 0; (cpu = tdx_native_nth(j)); j++)
		check_levels(cpu);
	for (i = 0; (m = tdx_module_nth(i)); i++) {
		expect(m == tdx_module_find(m->version), "%s: find", m->version);
		for (j = 0; (cpu = tdx_native_nth(j)); j++) {
			expect(cpu == tdx_native_find(cpu->name), "%s: find", cpu->name);
			if (tdx_sys_init(&p, m, cpu, &rcx)) {
				/* The older ones want 52 physical address bits. */
				expect(m->rules < TDX_MODULE_VERSION(1, 5, 6) &&
					       rcx == 0xffffffff80000008ULL,
				       "%s refuses %s", m->version, cpu->name);
				continue;
			}
			check_derived(&p);
			check_all_ones(&p);
			check_params_order(&p);
			check_flags(&p);
			check_fields(&p);
			check_lost(&p);
			check_mng_rd(&p);
			check_l2(&p);
		}
	}
	expect(l2_checks > 20, "%lu CPUs for L2 VMs", l2_checks);
	printf("%lu passed, %lu failed\n", checks - failures, failures);
	return failures != 0;
}
