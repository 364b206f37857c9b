// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * TDH.MNG.INIT of the software TDX module on any TD_PARAMS, as the vectors ask it: told all
 * faults or the first, it answers the same; and a TD has what module/fate.c says of each bit.
 */
#include "../module/tdx_module.h"
#include "fuzz.h"

#define MOST_FAULTS (4 * 32 * TDX_MODULE_MAX_CONFIG)
#define MWAIT	    (1U << 3) /* of 1.ECX */
#define PERFMON_EXT (1U << 8) /* of 7.1.EAX */
#define MIGRATABLE                                                                     \
	(1ULL << 29) /* of ATTRIBUTES; KVM supports none, and fate.c is not about them \
		      */

struct counter {
	struct tdx_fault_report report;
	u32 nr;
	struct tdx_fault first;
};

/* What is found once for a platform, as it takes longer than a TD. */
static struct booted {
	struct tdx_platform platform;
	u64 status; /* of TDH.SYS.INIT */
	struct decided {
		enum tdx_fate fate;
		struct tdx_needs needs;
	} bit[TDX_MODULE_MAX_LOOKUP][4][32];
} * booted[32][16], *on;
static struct tdx_td td, again;

static void boot(u32 m, u32 c)
{
	const struct tdx_module *module = tdx_module_nth(m);
	const struct tdx_native *cpu = tdx_native_nth(c);
	u64 rcx;

	on = booted[m][c];
	if (on)
		return;
	on = booted[m][c] = calloc(1, sizeof(*on));
	must(on);
	on->status = module && cpu ? tdx_sys_init(&on->platform, module, cpu, &rcx) : 1;
	for (u32 i = 0; !on->status && i < module->nr_lookup; i++) {
		for (u32 bit = 0; bit < 128; bit++) {
			struct decided *d = &on->bit[i][bit / 32][bit % 32];

			d->fate = tdx_bit_fate(module, tdx_module_entry(module, i), bit / 32,
					       bit % 32, &d->needs);
		}
	}
}

static void count(struct tdx_fault_report *self, const struct tdx_fault *fault)
{
	struct counter *c = (struct counter *)self;

	must(fault->status >> 63 && fault->reg < 4);
	if (!c->nr++)
		c->first = *fault;
	must(c->nr <= MOST_FAULTS);
}

static void take_slot(struct bytes *b, u32 k, u32 value[4])
{
	const struct tdx_module *m = on->platform.module;
	const u8 code = take8(b);
	u32 offered[4];

	tdx_sys_config(&on->platform, k, offered);
	for (int reg = 0; reg < 4; reg++) {
		if (code & 0x10)
			value[reg] = offered[reg];
		if (code & 1 << reg)
			value[reg] ^= code & 0x20 ? take32(b) : 1U << (take8(b) & 31);
	}
	/* All of a number is seldom one. */
	if (code & 0x10 && tdx_module_entry(m, m->lookup_of_slot[k])->leaf == 1)
		value[TDX_EAX] = 0;
}

static void take_params(struct bytes *b, struct tdx_td_params *t)
{
	*t = (struct tdx_td_params){
		.attributes = take_field(b, on->platform.module->attributes_fixed1),
		.xfam = take_field(b, on->platform.xfam_fixed0),
		.max_vcpus = take_field(b, 1),
		.config_flags = take_field(b, 0),
		.tsc_frequency = take_field(b, 100),
		.ia32_arch_capabilities_config = take_field(b, 0),
	};
	t->eptp_controls = take_field(b, t->config_flags & 1 ? 0x26 : 0x1e);
	t->num_l2_vms = take_field(b, 0);
	t->msr_config_ctls = take_field(b, 0);
	t->reserved_nonzero = take8(b) == 1;
	for (u32 k = 0; k < on->platform.module->nr_config; k++)
		take_slot(b, k, t->cpuid_values[k]);
}

/* One bit of a TD, from what the tables say of it; -1: it is part of a number, or nobody's. */
static int expected_bit(const struct tdx_td_params *t, u32 i, int reg, u32 mask)
{
	const struct tdx_module_entry *e = tdx_module_entry(on->platform.module, i);
	const u32 asked = e->slot < 0 ? 0 : t->cpuid_values[(int)e->slot][reg] & mask;
	const int leaf_1 = tdx_module_index(on->platform.module, 1, TDX_NO_SUBLEAF);
	const int leaf_7_1 = tdx_module_index(on->platform.module, 7, 1);
	const struct decided *d = &on->bit[i][reg][__builtin_ctz(mask)];

	/*
	 * Levels that nobody configures are the module's to fill in.  Which subleaves of 0x23
	 * there are, subleaf 0 says in 2.0.08.
	 */
	if (e->faulting || d->fate == TDX_FATE_NUMBER || e->leaf == 0x1f ||
	    (e->leaf == 0x23 && e->subleaf))
		return -1;
	if (d->needs.xfam & ~t->xfam || d->needs.attributes & ~t->attributes)
		return 0;
	if (d->needs.mwait && leaf_1 >= 0 && !(td.cpuid[leaf_1][TDX_ECX] & MWAIT))
		return 0;
	if (d->needs.perfmon_ext && leaf_7_1 >= 0 && !(td.cpuid[leaf_7_1][TDX_EAX] & PERFMON_EXT))
		return 0;
	switch (d->fate) {
	case TDX_FATE_ONE:
		return 1;
	case TDX_FATE_NATIVE:
		return !!(on->platform.native[i][reg] & mask);
	case TDX_FATE_CONFIG:
		return !!asked;
	case TDX_FATE_ALLOW:
		return asked & on->platform.raw[i][reg] ? 1 : 0;
	default:
		return 0;
	}
}

static void check_slots(const struct tdx_td_params *t)
{
	const struct tdx_module *m = on->platform.module;

	for (u32 k = 0; k < m->nr_config; k++) {
		const struct tdx_module_entry *e = tdx_module_entry(m, m->lookup_of_slot[k]);

		for (int reg = 0; reg < 4; reg++)
			must(!(t->cpuid_values[k][reg] &
			       ~(e->config_direct[reg] | e->allow_direct[reg])));
	}
}

static void check_bits(const struct tdx_td_params *t)
{
	const struct tdx_module *m = on->platform.module;

	for (u32 i = 0; i < m->nr_lookup; i++) {
		for (u32 bit = 0; bit < 128; bit++) {
			const u32 mask = 1U << bit % 32;
			const int expected = expected_bit(t, i, bit / 32, mask);

			if (expected < 0 || expected == !!(td.cpuid[i][bit / 32] & mask))
				continue;
			fprintf(stderr, "%x.%x reg %u bit %u: expected %d\n",
				tdx_module_entry(m, i)->leaf, tdx_module_entry(m, i)->subleaf,
				bit / 32, bit % 32, expected);
			abort();
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes b = { data, size };
	const u32 module = take8(&b) & 31, cpu = take8(&b) & 15;
	struct counter c = { .report.report = count };
	struct tdx_td_params t;
	u64 status, rcx, rcx2;

	boot(module, cpu);
	if (on->status)
		return 0;
	take_params(&b, &t);
	status = tdx_mng_init(&td, &on->platform, &t, &rcx, NULL);
	must(tdx_mng_init(&again, &on->platform, &t, &rcx2, &c.report) == status && rcx2 == rcx);
	must(!status == !c.nr);
	must(!status || (c.first.status == status && c.first.rcx == rcx));
	if (!status) {
		must(!memcmp(&td, &again, sizeof(td)));
		check_slots(&t);
		if (!(t.attributes & MIGRATABLE))
			check_bits(&t);
	}
	return 0;
}
