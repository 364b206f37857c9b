// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * A CPU that the TDX module does not start on: the register, the bits, what is
 * found and what is wanted, for each bit that each module looks at.
 */
#include <stdlib.h>
#include <string.h>

#include <tdxcpuid.h>

#include "../tap.h"

#define MAX_LEAVES 512

static unsigned int wrong, tried;

static uint32_t leaves_of(const struct tdxcpuid_cpu *cpu, const struct tdxcpuid_module *m,
			  struct tdxcpuid_leaf leaf[MAX_LEAVES])
{
	const struct tdxcpuid_leaf ends[] = { { 0, TDXCPUID_NO_SUBLEAF, { 0 } },
					      { 0x80000000, TDXCPUID_NO_SUBLEAF, { 0 } } };
	struct tdxcpuid_module_entry e;
	uint32_t nr = 0;

	for (uint32_t i = 0; tdxcpuid_module_entry(m, i, &e); i++)
		leaf[nr++] = (struct tdxcpuid_leaf){ e.leaf, e.subleaf, { 0 } };
	for (uint32_t i = 0; i < 2; i++)
		leaf[nr++] = ends[i];
	for (uint32_t i = 0; i < nr; i++)
		tdxcpuid_cpu_cpuid(cpu, leaf[i].leaf,
				   leaf[i].subleaf == TDXCPUID_NO_SUBLEAF ? 0 : leaf[i].subleaf,
				   leaf[i].reg);
	return nr;
}

/* The one refusal of a CPU that differs in @bit of register @reg of entry @i. */
static void check(const struct tdxcpuid_module *m, const struct tdxcpuid_leaf *leaf, uint32_t nr,
		  const struct tdxcpuid_module_entry *e, int reg, uint32_t changed, uint32_t bit)
{
	struct tdxcpuid_host_info info = { .size = sizeof(info) };
	char text[TDXCPUID_TEXT_MAX], again[TDXCPUID_TEXT_MAX], place[32];
	struct tdxcpuid_refusal r, other;
	struct tdxcpuid_host *host;
	struct tdxcpuid_cpu *cpu;
	bool good;

	if (tdxcpuid_cpu_new("changed", leaf, nr, 0, &cpu) ||
	    tdxcpuid_host_new_model(m, cpu, TDXCPUID_ALLOWLIST, &host))
		exit(1);
	tdxcpuid_host_info(host, &info);
	good = info.disabled & TDXCPUID_NO_MODULE && (uint32_t)info.init_rcx == e->leaf &&
	       tdxcpuid_host_refusal(host, 0, &r, text) &&
	       !tdxcpuid_host_refusal(host, 1, &other, again);
	good = good && r.leaf == e->leaf && r.subleaf == e->subleaf && r.reg == reg;
	/* The bit is in the mask, the mask in what is verified, and nothing else is given. */
	good = good && r.mask & bit && !(r.mask & ~e->verify_mask[reg]) &&
	       r.found == (changed & r.mask) && r.wanted == (e->verify_value[reg] & r.mask);
	if (e->subleaf == TDXCPUID_NO_SUBLEAF)
		snprintf(place, sizeof(place), "0x%x.%s", e->leaf, tdxcpuid_reg_name(reg));
	else
		snprintf(place, sizeof(place), "0x%x.%x.%s", e->leaf, e->subleaf,
			 tdxcpuid_reg_name(reg));
	good = good && !strncmp(text, place, strlen(place)) &&
	       strstr(text, tdxcpuid_module_version(m));
	tried++;
	if (!good && !wrong++)
		tap_note("%s %s 0x%x: %s", tdxcpuid_module_version(m), place, bit, text);
	tdxcpuid_host_free(host);
	tdxcpuid_cpu_free(cpu);
}

static void each_bit(const struct tdxcpuid_module *m)
{
	struct tdxcpuid_leaf leaf[MAX_LEAVES];
	uint32_t nr = leaves_of(tdxcpuid_cpu_find("gnr"), m, leaf);
	struct tdxcpuid_module_entry e;

	for (uint32_t i = 0; tdxcpuid_module_entry(m, i, &e); i++) {
		/* Without these two the CPU would have no other leaf. */
		if (e.leaf == 0 || e.leaf == 0x80000000)
			continue;
		for (int bit = 0; bit < 128; bit++) {
			uint32_t mask = 1U << bit % 32;

			if (!(e.verify_mask[bit / 32] & mask))
				continue;
			leaf[i].reg[bit / 32] ^= mask;
			check(m, leaf, nr, &e, bit / 32, leaf[i].reg[bit / 32], mask);
			leaf[i].reg[bit / 32] ^= mask;
		}
	}
}

static void words(const char *module, uint32_t leaf, uint32_t subleaf, int reg, uint32_t value,
		  const char *wanted)
{
	const struct tdxcpuid_module *m = tdxcpuid_module_find(module);
	struct tdxcpuid_leaf list[MAX_LEAVES];
	uint32_t nr = leaves_of(tdxcpuid_cpu_find("emr"), m, list);
	char text[TDXCPUID_TEXT_MAX] = "";
	struct tdxcpuid_refusal r;
	struct tdxcpuid_host *host;
	struct tdxcpuid_cpu *cpu;

	for (uint32_t i = 0; i < nr; i++) {
		if (list[i].leaf == leaf && list[i].subleaf == subleaf)
			list[i].reg[reg] = value;
	}
	if (tdxcpuid_cpu_new("changed", list, nr, 0, &cpu) ||
	    tdxcpuid_host_new_model(m, cpu, TDXCPUID_ALLOWLIST, &host))
		exit(1);
	tap(tdxcpuid_host_refusal(host, 0, &r, text) && !strncmp(text, wanted, strlen(wanted)),
	    "%s", text);
	tdxcpuid_host_free(host);
	tdxcpuid_cpu_free(cpu);
}

int main(void)
{
	struct tdxcpuid_host *host;
	struct tdxcpuid_refusal r;
	const struct tdxcpuid_module *m;
	char text[TDXCPUID_TEXT_MAX];

	for (uint32_t n = 0; (m = tdxcpuid_module_nth(n)); n++) {
		tried = wrong = 0;
		each_bit(m);
		tap(tried > 100 && !wrong, "%s: each of %u bits, changed alone, is the one told",
		    tdxcpuid_module_version(m), tried);
	}
	words("1.5.05", 0x80000008, TDXCPUID_NO_SUBLEAF, TDXCPUID_EAX, 0x392e,
	      "0x80000008.eax[7:0]: the CPU has 0x2e, module 1.5.05 wants 0x34, 52 bits of physical "
	      "address and not 46; firmware limits the CPU to 46 bits");
	words("1.5.34", 1, TDXCPUID_NO_SUBLEAF, TDXCPUID_ECX, 0x7ffedbff,
	      "0x1.ecx[13] (cx16): the CPU has 0x0, module 1.5.34 wants 0x1");
	words("1.5.34", 7, 0, TDXCPUID_EAX, 1,
	      "0x7.0.eax: the CPU has 0x1, module 1.5.34 wants 0x2");
	words("1.5.34", 4, 3, TDXCPUID_EAX, 0xfc1fc143,
	      "0x4.3.eax[7:5]: the CPU has 0x2, module 1.5.34 wants 0x3");

	tdxcpuid_host_new_model(NULL, NULL, TDXCPUID_ALLOWLIST, &host);
	tap(!tdxcpuid_host_refusal(host, 0, &r, text), "a CPU that will do is not refused");
	tdxcpuid_host_free(host);
	return tap_end();
}
