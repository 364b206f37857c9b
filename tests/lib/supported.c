/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tdxcpuid_check_supported() on lists of Intel and AMD hosts, bit by bit: each bit of
 * each register alone, also of leaves that KVM does not report.
 * Usage: lib-supported LIST...
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <tdxcpuid.h>

#include "../tap.h"

#define MAX    TDXCPUID_MAX_ENTRIES
#define BIT(n) (1U << (n))

struct list {
	struct kvm_cpuid_entry2 e[MAX];
	uint32_t nr;
};

static struct tdxcpuid_answer *answer;

static bool read_list(const char *file, struct list *list)
{
	FILE *f = fopen(file, "re");
	char line[256];

	list->nr = 0;
	while (f && fgets(line, sizeof(line), f)) {
		struct kvm_cpuid_entry2 e = { 0 };

		if (sscanf(line, "0x%x 0x%x 0x%x %x %x %x %x", &e.function, &e.index, &e.flags,
			   &e.eax, &e.ebx, &e.ecx, &e.edx) == 7)
			list->e[list->nr++] = e;
	}
	if (f)
		fclose(f);
	return list->nr > 30;
}

static uint32_t *reg_of(struct kvm_cpuid_entry2 *e, int reg)
{
	uint32_t *const regs[] = { &e->eax, &e->ebx, &e->ecx, &e->edx };

	return regs[reg];
}

static struct kvm_cpuid_entry2 *find(struct list *list, uint32_t leaf, uint32_t index)
{
	for (uint32_t i = 0; i < list->nr; i++) {
		if (list->e[i].function == leaf && list->e[i].index == index)
			return &list->e[i];
	}
	return NULL;
}

static int check(const struct list *supported, const struct list *vcpu)
{
	const struct tdxcpuid_vcpu v = { .size = sizeof(v), .nent = vcpu->nr, .entries = vcpu->e };

	return tdxcpuid_check_supported(supported->e, supported->nr, &v, &answer);
}

/* What a bit is, by the manuals and KVM's documentation: a second statement of the rules. */
enum kind { FEATURE, NUMBER, CHOICE, LIMIT };

static bool in(int bit, int low, int high)
{
	return bit >= low && bit <= high;
}

static enum kind basic_kind(uint32_t leaf, uint32_t sub, int reg, int bit)
{
	enum { A, B, C, D };

	switch (leaf) {
	case 0x0:
	case 0x2:
	case 0x3:
	case 0x4:
	case 0x15:
	case 0x16:
	case 0x17:
	case 0x18:
	case 0x1d:
		return NUMBER;
	case 0x5:
	case 0xb:
	case 0x1f:
		return CHOICE;
	case 0x1:
		if (reg == A || (reg == B && bit < 16))
			return NUMBER;
		if (reg == B || (reg == D && bit == 28))
			return CHOICE;
		return reg == C && (bit == 3 || bit == 21 || bit == 24 || bit == 27 || bit == 31) ?
			       CHOICE :
			       FEATURE;
	case 0x6:
		return reg == C && bit == 0 ? CHOICE : FEATURE;
	case 0x7:
		if (sub)
			return FEATURE;
		if (reg == A)
			return NUMBER;
		return (reg == B && (bit == 6 || bit == 13)) || (reg == C && bit == 4) ? CHOICE :
											 FEATURE;
	case 0xa:
		return reg == A || reg == B || (reg == D && bit < 13) ? NUMBER : FEATURE;
	case 0xd:
		if (sub < 2)
			return reg == B || (reg == C && !sub) ? NUMBER : FEATURE;
		return reg == A || reg == B || (reg == C && bit < 2) ? NUMBER : FEATURE;
	case 0x12:
		return sub >= 2 || (!sub && reg == D && bit < 16) ? NUMBER : FEATURE;
	case 0x14:
		return reg == A && (!sub || (sub == 1 && bit < 3)) ? NUMBER : FEATURE;
	case 0x1a:
		return reg == A ? NUMBER : FEATURE;
	case 0x1e:
		return !sub && (reg == A || (reg == B && bit < 24)) ? NUMBER : FEATURE;
	case 0x20:
		return !sub && reg == A ? NUMBER : FEATURE;
	case 0x24:
		if (!sub && reg == B && bit < 8)
			return LIMIT;
		return !sub && reg == A ? NUMBER : FEATURE;
	}
	return FEATURE;
}

static enum kind kind_of(uint32_t leaf, uint32_t sub, int reg, int bit)
{
	enum { A, B, C, D };

	if (leaf < 0x40000000)
		return basic_kind(leaf, sub, reg, bit);
	if (leaf < 0x50000000)
		return CHOICE;
	if ((leaf >= 0x80000002 && leaf <= 0x80000006) || leaf == 0x80000000 ||
	    leaf == 0x80000019 || leaf == 0x8000001d || leaf == 0xc0000000)
		return NUMBER;
	switch (leaf) {
	case 0x8000001e:
	case 0x80000026:
		return CHOICE;
	case 0x80000001:
		return reg == A || reg == B ? NUMBER : FEATURE;
	case 0x80000008:
		if (reg == A)
			return bit < 24 ? LIMIT : FEATURE;
		return reg == C && (bit < 8 || in(bit, 12, 15)) ? CHOICE : FEATURE;
	case 0x8000000a:
		return reg == B || (reg == A && bit < 8) ? NUMBER : FEATURE;
	case 0x8000001f:
		return reg == A ? FEATURE : NUMBER;
	case 0x80000021:
		return reg == B && (bit < 12 || in(bit, 16, 23)) ? NUMBER : FEATURE;
	case 0x80000022:
		return reg == B ? NUMBER : FEATURE;
	case 0xc0000001:
		return reg == A ? NUMBER : FEATURE;
	}
	return FEATURE;
}

/* Also of leaves that KVM does not report. */
static bool has_subleaves(uint32_t leaf)
{
	return tdxcpuid_leaf_indexed(leaf) || leaf == 0x20 || leaf == 0x23 || leaf == 0x80000020 ||
	       leaf == 0x80000026;
}

/* The one violation there is, and no other. */
static bool is_named(const struct tdxcpuid_violation *v, uint32_t leaf, uint32_t sub, int reg,
		     int bit, enum kind kind)
{
	const bool limit = kind == LIMIT;

	return v->leaf == leaf && v->slot_leaf == leaf && v->reg == reg &&
	       v->slot_subleaf == (has_subleaves(leaf) ? sub : TDXCPUID_NO_SUBLEAF) &&
	       v->reason == (limit ? TDXCPUID_VALUE : TDXCPUID_DENIED) &&
	       v->layer == TDXCPUID_LAYER_KVM && v->bits == (limit ? 0 : BIT(bit)) &&
	       (limit ? v->mask & BIT(bit) : v->mask == BIT(bit)) && v->entry >= 0 && *v->fix &&
	       strstr(v->text, "; KVM ");
}

/* A bit that is set and not supported: what does the answer say? */
static bool is_told(const struct list *vcpu, const struct kvm_cpuid_entry2 *e, int reg, int bit)
{
	enum kind kind = kind_of(e->function, e->index, reg, bit);
	const struct tdxcpuid_exempt *exempt = answer->exempt;

	if (answer->verdict != (answer->nr_violations ? TDXCPUID_REJECTED : TDXCPUID_ACCEPTED))
		return false;
	if (kind == NUMBER)
		return !answer->nr_violations && !answer->nr_exempt;
	if (kind == CHOICE)
		return !answer->nr_violations && answer->nr_exempt == 1 &&
		       exempt->mask == BIT(bit) && exempt->reg == reg &&
		       exempt->leaf == e->function && exempt->entry == e - vcpu->e &&
		       *exempt->text && *exempt->source;
	return answer->nr_violations == 1 && !answer->nr_exempt &&
	       is_named(answer->violations, e->function, e->index, reg, bit, kind) &&
	       answer->violations->entry == e - vcpu->e;
}

/* Set it where it is not supported; where it is, take it from what is supported. */
static bool try_bit(struct list *supported, struct list *vcpu, struct kvm_cpuid_entry2 *e, int reg,
		    int bit)
{
	struct kvm_cpuid_entry2 *change = e;
	uint32_t before = *reg_of(e, reg);
	bool good;

	if (before & BIT(bit))
		change = find(supported, e->function, e->index);
	*reg_of(change, reg) ^= BIT(bit);
	good = !check(supported, vcpu) && is_told(vcpu, e, reg, bit);
	*reg_of(change, reg) = before;
	return good;
}

/* Each bit of one subleaf; @tried counts. */
static bool try_subleaf(struct list *supported, uint32_t leaf, uint32_t index, uint32_t *tried)
{
	struct list vcpu = *supported;
	struct kvm_cpuid_entry2 *e = find(&vcpu, leaf, index);
	bool good = true;

	if (!e) {
		e = &vcpu.e[vcpu.nr++];
		*e = (struct kvm_cpuid_entry2){ .function = leaf,
						.index = index,
						.flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX };
	}
	for (int reg = 0; reg < 4; reg++) {
		for (int bit = 0; bit < 32; bit++, ++*tried) {
			if (try_bit(supported, &vcpu, e, reg, bit))
				continue;
			tap_note("%x.%x register %d bit %d: %u violations, %u exempt%s%s", leaf,
				 index, reg, bit, answer->nr_violations, answer->nr_exempt,
				 answer->nr_violations ? ": " : "",
				 answer->nr_violations ? answer->violations->text : "");
			good = false;
		}
	}
	return good;
}

static void test_bits(const char *file, struct list *supported)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = { { 0, 0x28 },
		       { 0x40000000, 0x40000002 },
		       { 0x40000100, 0x40000101 },
		       { 0x80000000, 0x80000028 },
		       { 0x80860001, 0x80860001 },
		       { 0xc0000000, 0xc0000005 } };
	uint32_t tried = 0, bad = 0;

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		for (uint32_t leaf = ranges[i].first; leaf <= ranges[i].last; leaf++) {
			uint32_t nr = leaf == 0xd ? 20 : tdxcpuid_leaf_indexed(leaf) ? 4 : 1;

			for (uint32_t index = 0; index < nr; index++)
				bad += !try_subleaf(supported, leaf, index, &tried);
		}
	}
	tap(!bad && tried > 15000,
	    "%s: %u bits, each alone set or taken from what is supported: named, exempt or a number",
	    file, tried);
}

static void test_list(const char *file)
{
	struct list supported, vcpu;
	struct kvm_cpuid_entry2 *e;
	uint32_t claims;
	bool failed;

	if (!tap(read_list(file, &supported), "%s", file))
		return;
	tap(!check(&supported, &supported) && answer->verdict == TDXCPUID_ACCEPTED &&
		    !answer->nr_violations && !answer->nr_exempt && answer->exempt,
	    "%s: clean against itself", file);
	vcpu = (struct list){ .nr = 0 };
	tap(!check(&supported, &vcpu) && !answer->nr_violations, "%s: an empty list claims nothing",
	    file);
	tap(!check(&vcpu, &supported) && answer->nr_violations > 20,
	    "%s: of nothing, all of it is unsupported", file);
	test_bits(file, &supported);

	/* Widths: below is fine, and an older kernel says nothing of the guest's. */
	vcpu = supported;
	e = find(&vcpu, 0x80000008, 0);
	e->eax = (e->eax & 0xff) - 1;
	tap(!check(&supported, &vcpu) && !answer->nr_violations, "%s: fewer address bits", file);
	e->eax = find(&supported, 0x80000008, 0)->eax + 1;
	failed = check(&supported, &vcpu);
	tap(!failed && answer->nr_violations == 1 &&
		    answer->violations->effective == (e->eax & 0xff) - 1 &&
		    answer->violations->mask == 0xff,
	    "%s: one more: %s", file, answer->nr_violations ? answer->violations->text : "");
	vcpu = supported;
	e = find(&vcpu, 0x80000008, 0);
	failed = false;
	for (uint32_t width = 39; width <= 52; width++) {
		find(&supported, 0x80000008, 0)->eax = width;
		e->eax = width * 0x10001;
		failed |= check(&supported, &vcpu) || answer->nr_violations;
		e->eax += 0x10000;
		failed |= check(&supported, &vcpu) || answer->nr_violations != 1 ||
			  answer->violations->effective != width;
	}
	tap(!failed, "%s: where the host does not say how wide a guest's are, they are as its own",
	    file);

	/* KVM finds an entry without flag for each subleaf. */
	read_list(file, &supported);
	vcpu = supported;
	e = find(&vcpu, 0xd, 0);
	e->flags = 0;
	failed = check(&supported, &vcpu);
	tap(!failed && answer->nr_violations > 0 && answer->violations->leaf == 0xd &&
		    answer->violations->subleaf == 0 && answer->violations->slot_subleaf == 1 &&
		    strstr(answer->violations->text, "not flagged significant"),
	    "%s: %s", file, answer->nr_violations ? answer->violations->text : "");
	claims = answer->nr_violations;
	supported.e[supported.nr++] = *find(&supported, 0xd, 1);
	tap(!check(&supported, &vcpu) && answer->nr_violations == claims,
	    "%s: what is supported twice is looked at once", file);
	find(&vcpu, 0xd, 1)->eax = ~0U;
	tap(!check(&supported, &vcpu) && answer->violations->entry == e - vcpu.e &&
		    answer->violations[answer->nr_violations - 1].entry == e - vcpu.e,
	    "%s: what no look-up finds claims nothing", file);
}

/* What is said of a bit, all else being supported. */
static void test_words(void)
{
	static const struct {
		struct kvm_cpuid_entry2 e;
		const char *words;
	} claims[] = {
		{ { .function = 0x1, .ecx = BIT(5) }, "a guest with VMX finds the bit of CR4" },
		{ { .function = 0x1, .edx = BIT(7) }, "a guest with VMX finds the bit of CR4" },
		{ { .function = 0x1, .ecx = BIT(22) }, "KVM_GET_EMULATED_CPUID" },
		{ { .function = 0x7, .ecx = BIT(5) }, "waitpkg (0x7.0.ecx 0x20); " },
		{ { .function = 0x7, .ecx = BIT(5) }, "KVM acts as if the vCPU lacked it" },
		{ { .function = 0x7, .ecx = BIT(22) }, "KVM_GET_EMULATED_CPUID" },
		{ { .function = 0x7, .ecx = BIT(16) }, "a guest with VMX finds the bit of CR4" },
		{ { .function = 0xd, .eax = BIT(9) }, "XCR0 bit 9 (0xd.0.eax 0x200)" },
		{ { .function = 0xd, .eax = BIT(17) }, "XCR0 bit 17 (0xd.0.eax 0x20000)" },
		{ { .function = 0xd, .eax = BIT(18) }, "fails KVM_SET_CPUID2 with -EPERM" },
		{ { .function = 0xd, .edx = BIT(30) }, "XCR0 bit 62 (0xd.0.edx 0x40000000)" },
		{ { .function = 0xd, .index = 1, .ecx = BIT(11) }, "IA32_XSS bit 11" },
		{ { .function = 0xd, .index = 1, .edx = BIT(0) }, "IA32_XSS bit 32" },
		{ { .function = 0xd, .index = 1, .eax = BIT(3) }, "gives the guest IA32_XSS" },
		{ { .function = 0x12, .ebx = BIT(0) }, "MISCSELECT" },
		{ { .function = 0x12, .index = 1, .eax = BIT(4) }, "its attributes" },
		{ { .function = 0x14, .index = 1, .ebx = BIT(4) }, "IA32_RTIT_CTL" },
		{ { .function = 0x24, .ebx = 2 }, "the version of AVX10: 2 is more than the 0" },
		{ { .function = 0x24, .ebx = 2 }, "KVM does nothing with it" },
		{ { .function = 0x24, .ebx = BIT(18) }, "acts as if the vCPU lacked it" },
		{ { .function = 0x27, .ebx = 2 }, "KVM does nothing with it" },
		{ { .function = 0x27, .ebx = 2 }, "has no entry for 0x27; " },
		{ { .function = 0x80000001, .edx = BIT(26) }, "goes by the host's CPU" },
		{ { .function = 0x80000008, .eax = 52 }, "physical address bits: 52 is more" },
		{ { .function = 0x80000008, .eax = 52 }, "MAXPHYADDR" },
		{ { .function = 0x80000008, .eax = 57 << 8 }, "if it is not 0, 48 or 57" },
		{ { .function = 0x80000007, .ebx = BIT(1) }, "does not support succor (" },
		{ { .function = 0x80000021, .eax = BIT(8) }, "acts as if the vCPU lacked it" },
	};

	for (size_t i = 0; i < sizeof(claims) / sizeof(claims[0]); i++) {
		const struct list none = { .nr = 0 };
		struct list vcpu = { .nr = 1, .e = { claims[i].e } };
		bool failed;

		if (tdxcpuid_leaf_indexed(claims[i].e.function))
			vcpu.e[0].flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX;
		failed = check(&none, &vcpu);
		tap(!failed && answer->nr_violations == 1 &&
			    strstr(answer->violations->text, claims[i].words),
		    "%s", answer->nr_violations ? answer->violations->text : "nothing");
	}
}

/* Whatever a list is, it supports itself. */
static void test_random(void)
{
	uint32_t bad = 0;

	srand(1);
	for (int n = 0; n < 2000; n++) {
		static const uint32_t leaves[] = { 1, 7, 0xd, 0x24, 0x23, 0x80000008 };
		struct list list = { .nr = 1 + rand() % 12 };

		for (uint32_t i = 0; i < list.nr; i++)
			list.e[i] = (struct kvm_cpuid_entry2){ .function = leaves[rand() % 6],
							       .index = rand() % 3,
							       .flags = rand() % 2,
							       .eax = rand(),
							       .ebx = rand(),
							       .ecx = rand(),
							       .edx = rand() };
		bad += check(&list, &list) || answer->nr_violations || answer->nr_exempt;
	}
	tap(!bad, "2000 lists of chance are clean against themselves");
}

static void test_arguments(void)
{
	struct list list = { .nr = 0 };
	struct tdxcpuid_vcpu v = { .size = sizeof(v), .nent = MAX + 1, .entries = list.e };

	tap(tdxcpuid_check_supported(list.e, 0, &v, &answer) == -E2BIG, "257 entries");
	v.nent = 0;
	tap(tdxcpuid_check_supported(list.e, MAX + 1, &v, &answer) == -E2BIG, "257 supported ones");
	tap(tdxcpuid_check_supported(NULL, 1, &v, &answer) == -EINVAL, "no list");
	tap(tdxcpuid_check_supported(list.e, 0, NULL, &answer) == -EINVAL, "no vCPU");
	v.size = 0;
	tap(tdxcpuid_check_supported(list.e, 0, &v, &answer) == -EINVAL, "a vCPU without size");
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		test_list(argv[i]);
	test_words();
	test_random();
	test_arguments();
	tdxcpuid_answer_free(answer);
	return tap_end();
}
