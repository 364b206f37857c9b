// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Does KVM support what an ordinary VM's KVM_SET_CPUID2 says?  Its words are here, too. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"

#include "../kvm/supported.h"

/* Each register of each entry, and of each subleaf that an entry stands in for. */
#define CLAIMS_MAX (2 * TDXCPUID_MAX_ENTRIES * 4)

struct claims {
	struct kvm_claim_reporter reporter;
	struct answer *m;
	const struct kvm_cpuid_entry2 *supported;
	u32 nr_supported;
};

static void __attribute__((format(printf, 2, 3)))
add(char text[TDXCPUID_TEXT_MAX], const char *format, ...)
{
	size_t used = strlen(text);
	va_list ap;

	va_start(ap, format);
	vsnprintf(text + used, TDXCPUID_TEXT_MAX - used, format, ap);
	va_end(ap);
}

static void add_leaf(char text[TDXCPUID_TEXT_MAX], u32 leaf, u32 subleaf)
{
	if (subleaf == TDXCPUID_NO_SUBLEAF)
		add(text, "0x%x", leaf);
	else
		add(text, "0x%x.%x", leaf, subleaf);
}

static void add_register(char text[TDXCPUID_TEXT_MAX], const struct tdxcpuid_violation *v)
{
	add_leaf(text, v->slot_leaf, v->slot_subleaf);
	add(text, ".%s", tdxcpuid_reg_name(v->reg));
}

/* Components of the XSAVE area go by the number of their bit in the whole register. */
static bool add_components(char text[TDXCPUID_TEXT_MAX], const struct tdxcpuid_violation *v)
{
	static const struct {
		u32 subleaf;
		int reg;
		const char *name;
		int base;
	} registers[] = {
		{ 0, TDXCPUID_EAX, "XCR0", 0 },
		{ 0, TDXCPUID_EDX, "XCR0", 32 },
		{ 1, TDXCPUID_ECX, "IA32_XSS", 0 },
		{ 1, TDXCPUID_EDX, "IA32_XSS", 32 },
	};
	const char *comma = " bit ";

	for (size_t i = 0; i < ARRAY_SIZE(registers); i++) {
		if (v->slot_leaf != 0xd || v->slot_subleaf != registers[i].subleaf ||
		    v->reg != registers[i].reg)
			continue;
		add(text, "%s", registers[i].name);
		for (int bit = 0; bit < 32; bit++) {
			if (!(v->mask >> bit & 1))
				continue;
			add(text, "%s%d", comma, registers[i].base + bit);
			comma = ", ";
		}
		return true;
	}
	return false;
}

static void add_bits(char text[TDXCPUID_TEXT_MAX], const struct tdxcpuid_violation *v)
{
	const char *comma = "";

	for (int bit = 0; bit < 32; bit++) {
		const struct tdxcpuid_bit at = { v->slot_leaf, v->slot_subleaf, v->reg, bit };
		char name[TDXCPUID_NAME_MAX];

		if (!(v->mask >> bit & 1))
			continue;
		tdxcpuid_bit_name(&at, name);
		add(text, "%s%s%s", comma, strchr(name, '.') ? "0x" : "", name);
		comma = ", ";
	}
}

static void limit_words(const struct tdxcpuid_violation *v, char text[TDXCPUID_TEXT_MAX],
			char fix[TDXCPUID_TEXT_MAX])
{
	const struct kvm_bits *row;
	u32 number = 0;

	for (u32 n = 0; (row = kvm_bits_row(v->slot_leaf, v->slot_subleaf, v->reg, n)); n++) {
		if (row->kind != KVM_BITS_LIMIT || row->mask != v->mask)
			continue;
		number = kvm_bits_number(row, v->requested);
		add(text, "%s: %u is more than the %u that KVM supports (", row->what, number,
		    (u32)v->effective);
	}
	add_register(text, v);
	add(text, " 0x%x)", (u32)v->mask);
	add(fix, "set the field to at most %u", (u32)v->effective);
}

/* What KVM does not support, and what it makes of it. */
static void claim_words(const struct claims *claims, const struct tdxcpuid_violation *v,
			char text[TDXCPUID_TEXT_MAX], char fix[TDXCPUID_TEXT_MAX])
{
	const struct kvm_cpuid_entry2 *s = kvm_find_cpuid(claims->supported, claims->nr_supported,
							  v->slot_leaf, v->slot_subleaf);
	u32 mask = v->mask;

	*text = *fix = '\0';
	if (v->reason == TDXCPUID_VALUE) {
		limit_words(v, text, fix);
	} else {
		add(text, "KVM does not support ");
		if (!add_components(text, v))
			add_bits(text, v);
		add(text, " (");
		add_register(text, v);
		add(text, " 0x%x)", mask);
		add(fix, "clear 0x%x in ", mask);
		add_register(fix, v);
	}
	if (v->subleaf != v->slot_subleaf) {
		add(text, "; the entry for ");
		add_leaf(text, v->leaf, v->subleaf);
		add(text, " is not flagged significant, so that KVM finds it for ");
		add_leaf(text, v->slot_leaf, v->slot_subleaf);
		snprintf(fix, TDXCPUID_TEXT_MAX, "set KVM_CPUID_FLAG_SIGNIFCANT_INDEX");
	}
	if (!s) {
		add(text, "; KVM_GET_SUPPORTED_CPUID has no entry for ");
		add_leaf(text, v->slot_leaf, v->slot_subleaf);
	}
	add(text, "; KVM %s", kvm_cpuid_use(v->slot_leaf, v->slot_subleaf, v->reg, &mask));
}

static void take_violation(struct kvm_claim_reporter *reporter, const struct tdxcpuid_violation *v)
{
	struct answer *m = ((struct claims *)reporter)->m;

	m->reporter.report(&m->reporter, v);
}

static void take_exempt(struct kvm_claim_reporter *reporter, const struct tdxcpuid_exempt *exempt)
{
	struct answer *m = ((struct claims *)reporter)->m;

	m->exempt[m->a.nr_exempt++] = *exempt;
}

/* Put what was found into words. */
static int finish(const struct claims *claims)
{
	char text[TDXCPUID_TEXT_MAX], fix[TDXCPUID_TEXT_MAX];
	struct answer *m = claims->m;

	for (u32 i = 0; i < m->nr_found; i++) {
		struct tdxcpuid_violation *v = &m->found[i];

		claim_words(claims, v, text, fix);
		v->text = answer_keep(m, text);
		v->fix = answer_keep(m, fix);
		v->bits = v->reason == TDXCPUID_DENIED ? v->mask : 0;
	}
	m->a.violations = m->found;
	m->a.nr_violations = m->nr_found;
	m->a.exempt = m->exempt;
	m->a.verdict = m->nr_found ? TDXCPUID_REJECTED : TDXCPUID_ACCEPTED;
	answer_say(m, m->nr_found ? "the vCPU is told of what KVM does not support" :
				    "KVM supports what the vCPU is told of");
	return m->no_memory ? -ENOMEM : 0;
}

int tdxcpuid_check_supported(const struct kvm_cpuid_entry2 *supported, uint32_t nr_supported,
			     const struct tdxcpuid_vcpu *given, struct tdxcpuid_answer **answer)
{
	struct claims claims = {
		{ take_violation, take_exempt }, answer_start(answer), supported, nr_supported
	};
	struct answer *m = claims.m;
	struct tdxcpuid_vcpu vcpu;

	if (!m)
		return -ENOMEM;
	if (!copy_in(&vcpu, sizeof(vcpu), given) || (!vcpu.entries && vcpu.nent) ||
	    (!supported && nr_supported))
		return -EINVAL;
	if (vcpu.nent > TDXCPUID_MAX_ENTRIES || nr_supported > TDXCPUID_MAX_ENTRIES)
		return -E2BIG;
	if (!m->exempt)
		m->exempt = calloc(CLAIMS_MAX, sizeof(*m->exempt));
	if (!m->exempt)
		return -ENOMEM;

	kvm_check_claims(supported, nr_supported, vcpu.entries, vcpu.nent, &claims.reporter);
	return finish(&claims);
}
