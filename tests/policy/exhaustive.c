// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Every known module, every slot, each of its 128 bits, under the three policies
 * and on several CPUs: kvm/ and policy/ against their slow statement.
 */
#include <stdlib.h>
#include <string.h>

#include "../reference.h"
#include "../tap.h"

static const char *const policy_name[] = { "allowlist", "linux-7.3", "none" };

static struct ref_answer expected;
static struct ref_collector collector;
static struct kvm_tdx_td td;
static unsigned long requests, failures;

static void check(const struct kvm_tdx_host *host, const struct tdxcpuid_request *request, u32 k,
		  int bit, const char *shape)
{
	struct kvm_tdx_answer answer;
	char text[REF_TEXT];

	ref_init_vm(host, request, &expected);
	ref_collect(&collector);
	kvm_tdx_init_vm(&td, host, request, &answer, &collector.kvm);
	ref_compare(&expected, &answer, &td, &collector.list, text);
	requests++;
	if (*text && failures++ < 20)
		tap_note("%s: slot %u bit %d: %s", shape, k, bit, text);
}

static void set_bit(struct kvm_cpuid_entry2 *e, int bit)
{
	u32 *reg[] = { &e->eax, &e->ebx, &e->ecx, &e->edx };

	*reg[bit / 32] ^= 1u << bit % 32;
}

/* One bit in one slot; -1: none. */
static void check_bit(const struct kvm_tdx_host *host, u32 k, int bit, bool tricks)
{
	const struct tdx_module *m = host->platform.module;
	const struct tdx_module_entry *slot = tdx_module_entry(m, m->lookup_of_slot[k]);
	struct kvm_cpuid_entry2 e[4];
	struct tdxcpuid_request request = { .attributes = 1u << 28, .xfam = 3, .entries = e };

	memset(e, 0, sizeof(e));
	e[1].function = 0x80000008;
	e[1].eax = 48 << 16;
	e[0].function = slot->leaf;
	if (slot->leaf == 0x80000008)
		e[0].eax = 48 << 16;
	if (slot->subleaf != 0xffffffff) {
		e[0].index = slot->subleaf;
		e[0].flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX;
	}
	if (bit >= 0)
		set_bit(&e[0], bit);
	request.nent = slot->leaf == 0x80000008 ? 1 : 2;
	check(host, &request, k, bit, "honest label");
	if (!tricks)
		return;

	/* The same content under an index that is no slot, unflagged. */
	e[0].index = 0x55;
	e[0].flags = 0;
	check(host, &request, k, bit, "foreign index");

	/* And flagged. */
	e[0].flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX;
	check(host, &request, k, bit, "no slot");

	/* The entry that makes up for an uncounted one, and a second entry for the slot. */
	e[0].index = slot->subleaf == 0xffffffff ? 0 : slot->subleaf;
	e[0].flags = 0;
	e[2] = e[0];
	e[2].flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX;
	request.nent = 3;
	check(host, &request, k, bit, "duplicate");
}

int main(void)
{
	const struct tdx_module *m;
	const struct tdx_native *cpu;
	static struct kvm_tdx_host host;

	for (u32 i = 0; (m = tdx_module_nth(i)); i++) {
		for (int policy = 0; policy < 3; policy++) {
			unsigned long before = failures, requests_before = requests;

			for (u32 c = 0; (cpu = tdx_native_nth(c)); c++) {
				kvm_tdx_host_init(&host, m, cpu, policy);
				for (u32 k = 0; k < host.slots.nr; k++) {
					struct kvm_cpuid_entry2 want, got;

					ref_capability(&host, k, &want);
					memset(&got, 0xff, sizeof(got));
					kvm_tdx_capability(&host, k, &got);
					if (memcmp(&want, &got, sizeof(got)) && failures++ < 20)
						tap_note("%s: capability of slot %u differs",
							 cpu->name, k);
					for (int bit = -1; bit < 128; bit++)
						check_bit(&host, k, bit, !c);
				}
			}
			tap(failures == before, "%s, %s: %lu requests", m->version,
			    policy_name[policy], requests - requests_before);
		}
	}

	return tap_end();
}
