// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Generated pages and lists. They stay near what a VMM gives: what is far away is
 * refused by the first rule, and says nothing of the others.
 */
#include <string.h>

#include "generate.h"

uint32_t random_below(struct generator *g, uint32_t limit)
{
	g->state ^= g->state << 13;
	g->state ^= g->state >> 7;
	g->state ^= g->state << 17;
	return (g->state >> 16) % limit;
}

static uint32_t random_word(struct generator *g)
{
	return random_below(g, 0x10000) << 16 | random_below(g, 0x10000);
}

static void drop(struct generator *g, struct snp_cpuid_page *page)
{
	uint32_t n;

	if (!page->count)
		return;
	n = random_below(g, page->count--);
	page->fn[n] = page->fn[page->count];
}

static void add(struct generator *g, struct snp_cpuid_page *page)
{
	static const uint32_t leaves[] = {
		0x2,	    0x4,	0x5,	    0x10,	0x12,	    0x1f,
		0x24,	    0xffff,	0x10000,    0x40000000, 0x80000007, 0x8000000a,
		0x80000020, 0x80000022, 0x8000ffff, 0x80010000, 0xffffffff,
	};
	uint32_t reg[4] = {};

	if (page->count >= SNP_CPUID_MAX)
		return;
	if (random_below(g, 3))
		reg[random_below(g, 4)] = 1U << random_below(g, 32);
	page_add(page, leaves[random_below(g, ARRAY_SIZE(leaves))], random_below(g, 3), reg);
}

static void change(struct generator *g, struct snp_cpuid_page *page)
{
	uint32_t *reg;

	if (!page->count)
		return;
	reg = &page->fn[random_below(g, page->count)].reg[random_below(g, 4)];
	if (random_below(g, 8))
		*reg ^= 1U << random_below(g, 32);
	else
		*reg = random_word(g);
}

/* Of the registers with a rule: the rest is undecided, and taken. */
static void change_judged(struct generator *g, struct snp_cpuid_page *page)
{
	uint32_t n = 0;

	while (snp_rule_nth(n))
		n++;
	const struct snp_rule *rule = snp_rule_nth(random_below(g, n));

	for (uint32_t i = 0; i < page->count; i++) {
		struct snp_cpuid_fn *fn = &page->fn[i];

		if (fn->eax_in == rule->leaf &&
		    (rule->subleaf == SNP_ANY || rule->subleaf == fn->ecx_in))
			fn->reg[rule->reg] ^= 1U << random_below(g, 32);
	}
}

static void spoil(struct generator *g, struct snp_cpuid_page *page)
{
	struct snp_cpuid_fn *fn = &page->fn[page->count ? random_below(g, page->count) : 0];

	switch (random_below(g, 8)) {
	case 0:
		/* As many as there is room for in a page. */
		page->count = SNP_CPUID_MAX + 1 + random_below(g, 21);
		break;
	case 1:
		page->count = random_below(g, 2) ? 0 : SNP_CPUID_MAX;
		break;
	case 2:
		page->reserved1 = random_word(g);
		break;
	case 3:
		page->reserved2 = (uint64_t)random_word(g) << random_below(g, 32);
		break;
	case 4:
		fn->reserved = random_word(g);
		break;
	case 5:
		fn->ecx_in = random_below(g, 4);
		break;
	case 6:
		fn->xcr0_in = random_below(g, 4);
		fn->xss_in = random_below(g, 2);
		break;
	case 7:
		memset(page->rest, random_below(g, 256), sizeof(page->rest));
		break;
	}
}

void random_page(struct generator *g, const struct snp_cpuid_page *machine,
		 struct snp_cpuid_page *page)
{
	*page = *machine;
	for (uint32_t n = random_below(g, 4); n; n--) {
		switch (random_below(g, 5)) {
		case 0:
			drop(g, page);
			break;
		case 1:
			add(g, page);
			break;
		case 2:
			change(g, page);
			break;
		default:
			change_judged(g, page);
		}
	}
	if (!random_below(g, 6))
		spoil(g, page);
}

void random_taken_page(struct generator *g, const struct snp_cpuid_page *machine,
		       struct snp_cpuid_page *page)
{
	*page = *machine;
	for (uint32_t n = random_below(g, 6); n; n--) {
		struct snp_cpuid_fn *fn = &page->fn[random_below(g, page->count)];
		uint32_t reg = random_below(g, 4), kept = random_word(g) | random_word(g);

		/* The list that is made of it must be one that KVM takes. */
		if (fn->eax_in == 0x80000008 && reg == SNP_EAX)
			kept |= 0xff00;
		if (!random_below(g, 4))
			drop(g, page);
		else if (fn->eax_in && page->count > 4)
			fn->reg[reg] &= kept;
	}
}

void random_list(struct generator *g, const struct snp_cpuid_page *page, struct cpuid_list *list)
{
	list_of_page(list, page);
	for (uint32_t n = random_below(g, 4); n && list->head.nent; n--) {
		struct kvm_cpuid_entry2 *e = &list->entry[random_below(g, list->head.nent)];
		uint32_t reg = random_below(g, 4), bit = random_below(g, 32);

		switch (random_below(g, 8)) {
		case 0:
			*e = list->entry[--list->head.nent];
			break;
		case 1: /* of two the first counts, and it is last */
			if (list->head.nent < MAX_ENTRIES)
				list->entry[list->head.nent++] = *e;
			(&e->eax)[reg] ^= list_bit_is_kvms(e, reg, bit) ? 0 : 1U << bit;
			break;
		default:
			if (!list_bit_is_kvms(e, reg, bit))
				(&e->eax)[reg] ^= 1U << bit;
		}
	}
}
