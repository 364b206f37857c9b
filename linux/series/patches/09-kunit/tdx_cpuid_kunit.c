// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests for the CPUID bits of a TD that KVM lets userspace configure.
 */
#include <linux/array_size.h>
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/string.h>
#include <kunit/test.h>

#include "../tdx_cpuid.h"

#define LEAF(leaf, subleaf)	((u64)(subleaf) << 32 | (leaf))
#define REGS(low, high)		((u64)(high) << 32 | (low))

/* A TDX module that offers everything in every register. */
static const u64 tdx_cpuid_leaves[] = {
	LEAF(0x1, TDX_CPUID_NO_SUBLEAF),
	LEAF(0x7, 0),
	LEAF(0x7, 1),
	LEAF(0x1c, TDX_CPUID_NO_SUBLEAF),
	LEAF(0x1e, 1),
	LEAF(0x1f, 0),
	LEAF(0x99, 0),
	LEAF(0x80000008, TDX_CPUID_NO_SUBLEAF),
};

enum { SLOT_1, SLOT_7_0, SLOT_7_1, SLOT_1C, SLOT_1E_1, SLOT_1F, SLOT_99, SLOT_GPAW, NR_SLOTS };

#define F_EBX_HLE	BIT(4)
#define F_EBX_BMI2	BIT(8)
#define F_EBX_RTM	BIT(11)
#define F_ECX_WAITPKG	BIT(5)
#define F_ECX_GFNI	BIT(8)

struct tdx_cpuid_context {
	struct tdx_cpuid_slots slots;
	u32 values[NR_SLOTS][TDX_CPUID_NR_REGS];
	struct tdx_cpuid_reporter reporter;
	struct tdx_cpuid_violation violations[16];
	u32 nr;
};

static void tdx_cpuid_record(struct tdx_cpuid_reporter *reporter,
			     const struct tdx_cpuid_violation *violation)
{
	struct tdx_cpuid_context *ctx = container_of(reporter, struct tdx_cpuid_context, reporter);

	if (ctx->nr < ARRAY_SIZE(ctx->violations))
		ctx->violations[ctx->nr++] = *violation;
}

static int tdx_cpuid_kunit_init(struct kunit *test)
{
	static const u64 all[2] = { ~0ULL, ~0ULL };
	struct tdx_cpuid_context *ctx;
	int i;

	ctx = kunit_kzalloc(test, sizeof(*ctx), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, ctx);

	ctx->reporter.report = tdx_cpuid_record;
	for (i = 0; i < ARRAY_SIZE(tdx_cpuid_leaves); i++)
		KUNIT_ASSERT_EQ(test, tdx_cpuid_add_slot(&ctx->slots, tdx_cpuid_leaves[i], all), 0);

	test->priv = ctx;
	return 0;
}

static int tdx_cpuid_judge(struct kunit *test, const struct kvm_cpuid_entry2 *entries, u32 nent)
{
	struct tdx_cpuid_context *ctx = test->priv;

	ctx->nr = 0;
	memset(ctx->values, 0, sizeof(ctx->values));
	return tdx_cpuid_validate(&ctx->slots, entries, nent, true, ctx->values, &ctx->reporter);
}

static void tdx_cpuid_expect(struct kunit *test, u32 i, enum tdx_cpuid_reason reason, u32 leaf,
			     u32 subleaf, enum tdx_cpuid_reg reg, u32 mask)
{
	struct tdx_cpuid_context *ctx = test->priv;
	const struct tdx_cpuid_violation *v = &ctx->violations[i];

	KUNIT_ASSERT_GT(test, ctx->nr, i);
	KUNIT_EXPECT_EQ_MSG(test, v->reason, reason, "violation %u", i);
	KUNIT_EXPECT_EQ_MSG(test, v->leaf, leaf, "violation %u", i);
	KUNIT_EXPECT_EQ_MSG(test, v->subleaf, subleaf, "violation %u", i);
	KUNIT_EXPECT_EQ_MSG(test, v->reg, reg, "violation %u", i);
	KUNIT_EXPECT_EQ_MSG(test, v->mask, mask, "violation %u", i);
}

#define GPAW_ENTRY	{ .function = 0x80000008, .eax = 48 << 16 }

static void tdx_cpuid_slots_test(struct kunit *test)
{
	static const u64 values[2] = { REGS(1, 2), REGS(3, 4) };
	struct tdx_cpuid_slots *slots;
	int i;

	slots = kunit_kzalloc(test, sizeof(*slots), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, slots);

	for (i = 0; i < TDX_CPUID_MAX_SLOTS; i++)
		KUNIT_EXPECT_EQ(test, tdx_cpuid_add_slot(slots, LEAF(0x7, i), values), 0);

	KUNIT_EXPECT_EQ(test, tdx_cpuid_add_slot(slots, LEAF(0x7, i), values), -E2BIG);
	KUNIT_EXPECT_EQ(test, slots->nr, TDX_CPUID_MAX_SLOTS);
	KUNIT_EXPECT_EQ(test, slots->slot[2].leaf, 0x7);
	KUNIT_EXPECT_EQ(test, slots->slot[2].subleaf, 2);
	for (i = 0; i < TDX_CPUID_NR_REGS; i++)
		KUNIT_EXPECT_EQ(test, slots->slot[2].configurable[i], i + 1);
}

static void tdx_cpuid_filter_test(struct kunit *test)
{
	struct tdx_cpuid_context *ctx = test->priv;
	struct kvm_cpuid_entry2 e;

	tdx_cpuid_filter(&ctx->slots.slot[SLOT_1], &e);
	KUNIT_EXPECT_EQ(test, e.function, 0x1);
	KUNIT_EXPECT_EQ(test, e.index, 0);
	KUNIT_EXPECT_EQ(test, e.eax, ~0U);
	KUNIT_EXPECT_EQ(test, e.ebx, ~0U);

	tdx_cpuid_filter(&ctx->slots.slot[SLOT_7_0], &e);
	KUNIT_EXPECT_EQ(test, e.eax, 0);
	KUNIT_EXPECT_EQ(test, e.ebx & (F_EBX_HLE | F_EBX_BMI2 | F_EBX_RTM), F_EBX_BMI2);
	KUNIT_EXPECT_EQ(test, e.ecx & (F_ECX_WAITPKG | F_ECX_GFNI), F_ECX_GFNI);

	tdx_cpuid_filter(&ctx->slots.slot[SLOT_7_1], &e);
	KUNIT_EXPECT_EQ(test, e.index, 1);

	/* Nothing of a register that the table does not list, or not yet. */
	tdx_cpuid_filter(&ctx->slots.slot[SLOT_1C], &e);
	KUNIT_EXPECT_EQ(test, e.eax | e.ebx | e.ecx | e.edx, 0);
	tdx_cpuid_filter(&ctx->slots.slot[SLOT_1E_1], &e);
	KUNIT_EXPECT_EQ(test, e.eax, BIT(4) | BIT(6) | BIT(7) | BIT(8));
	KUNIT_EXPECT_EQ(test, e.ebx | e.ecx | e.edx, 0);
	tdx_cpuid_filter(&ctx->slots.slot[SLOT_99], &e);
	KUNIT_EXPECT_EQ(test, e.function, 0x99);
	KUNIT_EXPECT_EQ(test, e.eax | e.ebx | e.ecx | e.edx, 0);

	tdx_cpuid_filter(&ctx->slots.slot[SLOT_1F], &e);
	KUNIT_EXPECT_EQ(test, e.eax & e.ebx & e.ecx & e.edx, ~0U);

	tdx_cpuid_filter(&ctx->slots.slot[SLOT_GPAW], &e);
	KUNIT_EXPECT_EQ(test, e.eax, 0xff00ff);
	KUNIT_EXPECT_EQ(test, e.ebx, BIT(9));
}

static void tdx_cpuid_accept_test(struct kunit *test)
{
	static const struct kvm_cpuid_entry2 entries[] = {
		{ .function = 0x80000008, .index = 3, .eax = 52 << 16 | 46, .ebx = BIT(9) },
		{ .function = 0x7, .index = 1, .eax = BIT(4) },
		{ .function = 0x7, .index = 0, .flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX,
		  .ebx = F_EBX_BMI2, .ecx = F_ECX_GFNI },
		{ .function = 0x1, .eax = 0x806f8, .ebx = 0x12345678 },
		{ .function = 0x1f, .eax = 1, .ebx = 2, .ecx = 0x100, .edx = 4 },
	};
	struct tdx_cpuid_context *ctx = test->priv;
	static const u32 zeros[TDX_CPUID_NR_REGS];

	KUNIT_EXPECT_EQ(test, tdx_cpuid_judge(test, entries, ARRAY_SIZE(entries)), 52);
	KUNIT_EXPECT_EQ(test, ctx->nr, 0);

	KUNIT_EXPECT_EQ(test, ctx->values[SLOT_1][TDX_CPUID_EAX], 0x806f8);
	KUNIT_EXPECT_EQ(test, ctx->values[SLOT_1][TDX_CPUID_EBX], 0x12345678);
	KUNIT_EXPECT_EQ(test, ctx->values[SLOT_7_0][TDX_CPUID_EBX], F_EBX_BMI2);
	KUNIT_EXPECT_EQ(test, ctx->values[SLOT_7_0][TDX_CPUID_ECX], F_ECX_GFNI);
	KUNIT_EXPECT_EQ(test, ctx->values[SLOT_7_1][TDX_CPUID_EAX], BIT(4));
	KUNIT_EXPECT_EQ(test, ctx->values[SLOT_1F][TDX_CPUID_EDX], 4);
	KUNIT_EXPECT_EQ(test, ctx->values[SLOT_GPAW][TDX_CPUID_EAX], 46);
	KUNIT_EXPECT_EQ(test, ctx->values[SLOT_GPAW][TDX_CPUID_EBX], BIT(9));
	KUNIT_EXPECT_MEMEQ(test, ctx->values[SLOT_1C], zeros, sizeof(zeros));
	KUNIT_EXPECT_MEMEQ(test, ctx->values[SLOT_99], zeros, sizeof(zeros));
}

static void tdx_cpuid_deny_test(struct kunit *test)
{
	static const struct kvm_cpuid_entry2 entries[] = {
		GPAW_ENTRY,
		{ .function = 0x99, .edx = BIT(31) },
		{ .function = 0x1e, .index = 1, .ecx = BIT(0) },
		{ .function = 0x7, .flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX,
		  .ebx = F_EBX_HLE | F_EBX_BMI2 | F_EBX_RTM, .ecx = F_ECX_WAITPKG },
	};
	struct tdx_cpuid_context *ctx = test->priv;

	KUNIT_EXPECT_EQ(test, tdx_cpuid_judge(test, entries, ARRAY_SIZE(entries)), -EINVAL);
	KUNIT_EXPECT_EQ(test, ctx->nr, 4);
	tdx_cpuid_expect(test, 0, TDX_CPUID_DENIED, 0x7, 0, TDX_CPUID_EBX, F_EBX_HLE | F_EBX_RTM);
	tdx_cpuid_expect(test, 1, TDX_CPUID_DENIED, 0x7, 0, TDX_CPUID_ECX, F_ECX_WAITPKG);
	tdx_cpuid_expect(test, 2, TDX_CPUID_DENIED, 0x1e, 1, TDX_CPUID_ECX, BIT(0));
	tdx_cpuid_expect(test, 3, TDX_CPUID_DENIED, 0x99, 0, TDX_CPUID_EDX, BIT(31));
}

/* A look-up by function and flags would find the last entry for CPUID.0x7.0. */
static void tdx_cpuid_label_test(struct kunit *test)
{
	static const struct kvm_cpuid_entry2 entries[] = {
		GPAW_ENTRY,
		{ .function = 0x7, .index = 1, .flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX },
		{ .function = 0x7, .index = 5, .ebx = F_EBX_HLE | F_EBX_RTM },
	};
	struct tdx_cpuid_context *ctx = test->priv;

	KUNIT_EXPECT_EQ(test, tdx_cpuid_judge(test, entries, ARRAY_SIZE(entries)), -EINVAL);
	KUNIT_EXPECT_EQ(test, ctx->nr, 1);
	tdx_cpuid_expect(test, 0, TDX_CPUID_NO_SLOT, 0x7, 5, TDX_CPUID_EBX, F_EBX_HLE | F_EBX_RTM);
	KUNIT_EXPECT_EQ(test, ctx->violations[0].slot, SLOT_7_0);
	KUNIT_EXPECT_EQ(test, ctx->values[SLOT_7_0][TDX_CPUID_EBX], 0);
}

static void tdx_cpuid_entries_test(struct kunit *test)
{
	static const struct kvm_cpuid_entry2 entries[] = {
		GPAW_ENTRY,
		{ .function = 0x7, .index = 0, .flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX },
		{ .function = 0x7, .index = 0 },
		{ .function = 0x40000000 },
		{ .function = 0x1, .index = 1, .flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX },
	};
	struct tdx_cpuid_context *ctx = test->priv;

	KUNIT_EXPECT_EQ(test, tdx_cpuid_judge(test, entries, 2), 48);

	KUNIT_EXPECT_EQ(test, tdx_cpuid_judge(test, entries, ARRAY_SIZE(entries)), -EINVAL);
	KUNIT_EXPECT_EQ(test, ctx->nr, 3);
	tdx_cpuid_expect(test, 0, TDX_CPUID_DUPLICATE, 0x7, 0, TDX_CPUID_NO_REG, 0);
	tdx_cpuid_expect(test, 1, TDX_CPUID_NO_SLOT, 0x40000000, TDX_CPUID_NO_SUBLEAF,
			 TDX_CPUID_NO_REG, 0);
	tdx_cpuid_expect(test, 2, TDX_CPUID_NO_SLOT, 0x1, 1, TDX_CPUID_NO_REG, 0);
}

static void tdx_cpuid_gpaw_test(struct kunit *test)
{
	struct tdx_cpuid_context *ctx = test->priv;
	struct kvm_cpuid_entry2 e = GPAW_ENTRY;

	KUNIT_EXPECT_EQ(test, tdx_cpuid_judge(test, NULL, 0), -EINVAL);
	tdx_cpuid_expect(test, 0, TDX_CPUID_GPAW_MISSING, 0x80000008, TDX_CPUID_NO_SUBLEAF,
			 TDX_CPUID_EAX, 0xff0000);

	e.eax = 57 << 16;
	KUNIT_EXPECT_EQ(test, tdx_cpuid_judge(test, &e, 1), -EINVAL);
	tdx_cpuid_expect(test, 0, TDX_CPUID_GPAW_INVALID, 0x80000008, TDX_CPUID_NO_SUBLEAF,
			 TDX_CPUID_EAX, 0xff0000);

	e.eax = 52 << 16;
	KUNIT_EXPECT_EQ(test, tdx_cpuid_judge(test, &e, 1), 52);
	KUNIT_EXPECT_EQ(test, tdx_cpuid_validate(&ctx->slots, &e, 1, false, ctx->values, NULL),
			-EINVAL);

	/* The bits next to it are neither the GPA width nor MAXPA. */
	e.eax = 48 << 16 | BIT(8) | BIT(24);
	KUNIT_EXPECT_EQ(test, tdx_cpuid_judge(test, &e, 1), -EINVAL);
	tdx_cpuid_expect(test, 0, TDX_CPUID_DENIED, 0x80000008, TDX_CPUID_NO_SUBLEAF,
			 TDX_CPUID_EAX, BIT(8) | BIT(24));
}

static struct kunit_case tdx_cpuid_test_cases[] = {
	KUNIT_CASE(tdx_cpuid_slots_test),
	KUNIT_CASE(tdx_cpuid_filter_test),
	KUNIT_CASE(tdx_cpuid_accept_test),
	KUNIT_CASE(tdx_cpuid_deny_test),
	KUNIT_CASE(tdx_cpuid_label_test),
	KUNIT_CASE(tdx_cpuid_entries_test),
	KUNIT_CASE(tdx_cpuid_gpaw_test),
	{}
};

static struct kunit_suite tdx_cpuid_test_suite = {
	.name = "tdx_cpuid",
	.init = tdx_cpuid_kunit_init,
	.test_cases = tdx_cpuid_test_cases,
};

kunit_test_suite(tdx_cpuid_test_suite);
