// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The numbers of CPUID in words: which CPU it is, its caches, its topology, its addresses. */
#include "print.h"

#define FAMILY_EXTENDED 0xf

static void model_words(u32 eax, char text[NUMBER_MAX])
{
	u32 family = eax >> 8 & 0xf, model = eax >> 4 & 0xf, extended = eax >> 16 & 0xf;

	if (family == 6 || family == FAMILY_EXTENDED)
		model |= extended << 4;
	if (family == FAMILY_EXTENDED)
		family += eax >> 20 & 0xff;
	snprintf(text, NUMBER_MAX, "family %u, model %u, stepping %u", family, model, eax & 0xf);
}

static void cache_words(const u32 reg[4], char text[NUMBER_MAX])
{
	static const char *const types[] = { "", "data ", "instruction ", "" };
	u32 ways = (reg[TDXCPUID_EBX] >> 22) + 1, parts = (reg[TDXCPUID_EBX] >> 12 & 0x3ff) + 1;
	u32 line = (reg[TDXCPUID_EBX] & 0xfff) + 1, type = reg[TDXCPUID_EAX] & 0x1f;
	u32 sharing = (reg[TDXCPUID_EAX] >> 14 & 0xfff) + 1;
	u64 size = (u64)ways * parts * line * ((u64)reg[TDXCPUID_ECX] + 1);

	if (!type) {
		snprintf(text, NUMBER_MAX, "no cache");
		return;
	}
	snprintf(text, NUMBER_MAX, "L%u %scache, %llu KiB, %u ways, for up to %u processor%s",
		 reg[TDXCPUID_EAX] >> 5 & 7, type < ARRAY_SIZE(types) ? types[type] : "",
		 (unsigned long long)size >> 10, ways, sharing, sharing > 1 ? "s" : "");
}

static void level_words(const u32 reg[4], char text[NUMBER_MAX])
{
	static const char *const types[] = { "no",   "thread", "core",	   "module",
					     "tile", "die",    "die group" };
	u32 type = reg[TDXCPUID_ECX] >> 8 & 0xff, nr = reg[TDXCPUID_EBX] & 0xffff;

	if (!type)
		snprintf(text, NUMBER_MAX, "no level");
	else
		snprintf(text, NUMBER_MAX,
			 "%s level, %u processor%s, APIC IDs above it shifted by %u",
			 type < ARRAY_SIZE(types) ? types[type] : "unknown", nr, nr == 1 ? "" : "s",
			 reg[TDXCPUID_EAX] & 0x1f);
}

static void width_words(u32 eax, char text[NUMBER_MAX])
{
	u32 gpaw = eax >> 16 & 0xff;

	snprintf(text, NUMBER_MAX, "%u bits of physical address, %u of linear", eax & 0xff,
		 eax >> 8 & 0xff);
	if (gpaw)
		snprintf(text + strlen(text), NUMBER_MAX - strlen(text), ", GPAW %u", gpaw);
}

bool number_words(u32 leaf, const u32 reg[4], char text[NUMBER_MAX])
{
	switch (leaf) {
	case 0x1:
		model_words(reg[TDXCPUID_EAX], text);
		return reg[TDXCPUID_EAX];
	case 0x4:
		cache_words(reg, text);
		return true;
	case 0xb:
	case 0x1f:
		level_words(reg, text);
		return true;
	case 0x80000008:
		width_words(reg[TDXCPUID_EAX], text);
		return reg[TDXCPUID_EAX];
	default:
		return false;
	}
}

const char *number_kind(u32 leaf)
{
	switch (leaf) {
	case 0x0:
	case 0x80000000:
		return "highest leaf, vendor";
	case 0x1:
		return "model, APIC ID";
	case 0x2:
		return "caches, TLBs";
	case 0x4:
		return "caches";
	case 0x7:
		return "highest subleaf";
	case 0x15:
	case 0x16:
		return "frequencies";
	case 0x18:
		return "TLBs";
	case 0xb:
	case 0x1f:
		return "topology";
	case 0x80000002:
	case 0x80000003:
	case 0x80000004:
		return "the CPU's name";
	case 0x80000008:
		return "widths, GPAW";
	default:
		return "";
	}
}

bool only_numbers(u32 leaf)
{
	return leaf == 0x0 || leaf == 0x2 || leaf == 0xb || leaf == 0x15 || leaf == 0x16 ||
	       (leaf >= 0x80000000 && leaf <= 0x80000004 && leaf != 0x80000001);
}
