// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The CPUID page of an SEV-SNP guest, against the words of docs/psp.md on each class of
 * rules; what comes back corrected is taken as it is, and a vCPU with a page's own figures
 * agrees with it.
 */
#include <errno.h>
#include <tdxcpuid.h>

#include "../psp/snp_cpuid.h"
#include "answer.h"
#include "entries.h"

static struct snp_cpuid_page page, corrected, twice;
static struct kvm_cpuid_entry2 entries[ENTRIES_ROOM];
static struct tdxcpuid_answer *a;

static uint32_t take_checked_leaf(struct bytes *b)
{
	const uint8_t code = take8(b);
	const struct snp_rule *rule = snp_rule_nth(code & 31);

	if (code & 0x40)
		return (code & 0x20 ? 0x80000000 : 0) | (code & 31);
	return code < 0x80 && rule ? rule->leaf : code < 0xc0 ? 0x8000001d : take32(b);
}

/* Mostly what the CPU has, or a bit beside it. */
static void take_page(struct bytes *b, const struct tdxcpuid_cpu *cpu)
{
	uint8_t code = take8(b);

	memset(&page, 0, sizeof(page));
	page.count = code < 0xf0 ? code % 65 : take32(b);
	page.reserved1 = code == 0xef;
	page.reserved2 = code == 0xee;
	for (uint32_t i = 0; i < page.count && i < SNP_CPUID_MAX && b->left; i++) {
		struct snp_cpuid_fn *fn = &page.fn[i];

		fn->eax_in = take_checked_leaf(b);
		code = take8(b);
		fn->ecx_in = code & 7;
		fn->xcr0_in = code >> 3 & 1;
		fn->reserved = code >> 5 == 5;
		code = take8(b);
		if (code & 0x10 && cpu)
			tdxcpuid_cpu_cpuid(cpu, fn->eax_in, fn->ecx_in, fn->reg);
		for (int reg = 0; reg < 4; reg++) {
			if (code & 1 << reg)
				fn->reg[reg] ^= code & 0x20 ? take32(b) : 1U << (take8(b) & 31);
		}
	}
}

/* What a rule makes of one bit. */
static bool bit_of(const struct snp_rule *rule, bool value, bool host)
{
	return rule->rule == SNP_STRICT ? host : rule->rule == SNP_BITMASK ? value && host : value;
}

static uint32_t expected_register(const struct tdxcpuid_cpu *cpu, const struct snp_cpuid_fn *fn,
				  int reg)
{
	uint32_t value = fn->reg[reg], version[4], host[4];
	const struct snp_rule *rule;

	if (fn->eax_in > 0xffff && fn->eax_in >> 16 != 0x8000)
		return value;
	tdxcpuid_cpu_cpuid(cpu, 1, 0, version);
	tdxcpuid_cpu_cpuid(cpu, fn->eax_in, snp_leaf_indexed(fn->eax_in) ? fn->ecx_in : 0, host);
	for (uint32_t n = 0; (rule = snp_rule_nth(n)); n++) {
		uint32_t before = value;

		if (rule->leaf != fn->eax_in || rule->reg != reg ||
		    (rule->subleaf != SNP_ANY && rule->subleaf != fn->ecx_in) ||
		    (rule->model && rule->model != (version[0] & ~0xfU)))
			continue;
		for (uint32_t bit = 0; bit < 32; bit++) {
			if (rule->mask >> bit & 1 &&
			    bit_of(rule, value >> bit & 1, host[reg] >> bit & 1) !=
				    (value >> bit & 1))
				value ^= 1U << bit;
		}
		if (rule->zeroed && value != before)
			value = 0;
	}
	return value;
}

static void check_page(const struct tdxcpuid_cpu *cpu)
{
	const bool good = page.count <= SNP_CPUID_MAX && !page.reserved1 && !page.reserved2;
	bool changed = false;

	must(a->nr_violations + a->nr_notes <= 9 * page.count + 2);
	for (uint32_t i = 0; i < SNP_CPUID_MAX; i++) {
		for (int reg = 0; reg < 4; reg++) {
			const struct snp_cpuid_fn *fn = &page.fn[i];
			uint32_t value = good && cpu && i < page.count ?
						 expected_register(cpu, fn, reg) :
						 fn->reg[reg];

			changed |= value != fn->reg[reg];
			must(corrected.fn[i].reg[reg] == value);
		}
	}
	must((a->verdict == TDXCPUID_REJECTED) == (!good || changed));
	if (!good)
		return;
	must(!tdxcpuid_check_snp_page(&corrected, sizeof(corrected), cpu, &twice, &a));
	must(a->verdict != TDXCPUID_REJECTED && !memcmp(&twice, &corrected, sizeof(twice)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const cpus[] = { "milan", "genoa", "turin", "spr" };
	struct bytes b = { data, size };
	const uint8_t code = take8(&b);
	const struct tdxcpuid_cpu *cpu = code & 4 ? NULL : tdxcpuid_cpu_find(cpus[code & 3]);
	struct tdxcpuid_vcpu vcpu = { .size = sizeof(vcpu), .entries = entries };
	int error;

	take_page(&b, cpu);
	error = tdxcpuid_check_snp_page(&page, sizeof(page), cpu, &corrected, &a);
	must(error == (page.count > 85 ? -EINVAL : 0));
	if (!error)
		check_page(cpu);

	vcpu.nent = take_entries(&b, NULL, 0, entries, TDXCPUID_MAX_ENTRIES);
	error = tdxcpuid_check_snp(&page, sizeof(page), &vcpu, &a);
	must(error == (page.count > SNP_CPUID_MAX ? -EINVAL : 0));
	if (!error)
		must(a->nr_violations + a->nr_notes <= 8 * (vcpu.nent + page.count) + 16);
	tdxcpuid_answer_free(a);
	a = NULL;
	return 0;
}
