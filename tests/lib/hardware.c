// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The one comparison with hardware: what KVM_TDX_CAPABILITIES was on a real host,
 * "TDX module 1.5.08.04.0784 on EMR", as recorded on 24 January 2025 in the mail
 * 20250124132048.3229049-47-xiaoyao.li@intel.com on QEMU's list.  Its KVM had no
 * GPAW field of its own yet.
 */
#include <string.h>

#include <tdxcpuid.h>

#include "../tap.h"

#define GPAW 0x00ff0000

static const struct {
	uint32_t leaf;
	uint32_t subleaf;
	uint32_t reg[4];
} recorded[] = {
	{ 0x1, TDXCPUID_NO_SUBLEAF, { 0x0fff3fff, 0x00ff0000, 0x31044988, 0xb8400000 } },
	{ 0x7, 0, { 0x00000000, 0xd02b9b18, 0x02417f64, 0x00054010 } },
	{ 0x7, 1, { 0x00001c30, 0x00000000, 0x00000000, 0x00000000 } },
	{ 0x7, 2, { 0x00000000, 0x00000000, 0x00000000, 0x00000008 } },
	{ 0x1c, TDXCPUID_NO_SUBLEAF, { 0x0000000b, 0x00000000, 0x00000000, 0x00000000 } },
	{ 0x80000008, TDXCPUID_NO_SUBLEAF, { 0x000000ff, 0x00000200, 0x00000000, 0x00000000 } },
};

/* How many of the 24 registers are as recorded. */
static unsigned int agreeing(const struct tdxcpuid_module *m, const struct tdxcpuid_cpu *cpu)
{
	struct tdxcpuid_slot slot;
	struct tdxcpuid_host *host;
	unsigned int agree = 0;

	if (tdxcpuid_host_new_model(m, cpu, TDXCPUID_NONE, &host))
		return 0;
	for (uint32_t k = 0; tdxcpuid_host_slot(host, k, &slot); k++) {
		for (size_t i = 0; i < sizeof(recorded) / sizeof(*recorded); i++) {
			if (slot.leaf != recorded[i].leaf || slot.subleaf != recorded[i].subleaf)
				continue;
			if (slot.leaf == 0x80000008)
				slot.reported[TDXCPUID_EAX] &= ~GPAW;
			for (int reg = 0; reg < 4; reg++)
				agree += slot.reported[reg] == recorded[i].reg[reg];
		}
	}
	tdxcpuid_host_free(host);
	return agree;
}

int main(void)
{
	const struct tdxcpuid_cpu *emr = tdxcpuid_cpu_find("emr");
	const struct tdxcpuid_module *m;
	unsigned int agree = agreeing(tdxcpuid_module_find("1.5.08"), emr);

	tap(agree == 24, "1.5.08 on emr: %u of 24 registers as recorded on a real host", agree);

	/* The record tells versions apart; these do not differ in its leaves. */
	for (uint32_t n = 0; (m = tdxcpuid_module_nth(n)); n++) {
		const char *version = tdxcpuid_module_version(m);
		bool same = !strcmp(version, "1.5.06") || !strcmp(version, "1.5.08") ||
			    !strcmp(version, "2.0.02");

		agree = agreeing(m, emr);
		tap((agree == 24) == same, "%s: %u of 24", version, agree);
	}
	agree = agreeing(tdxcpuid_module_find("1.5.08"), tdxcpuid_cpu_find("spr"));
	tap(agree == 23, "on spr, which lacks DDPD_U: %u of 24", agree);
	return tap_end();
}
