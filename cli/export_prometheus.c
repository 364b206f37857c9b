// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* tdxcpuid export prometheus: a file for the textfile collector of the node exporter. */
#include "export.h"
#include "print.h"

static void print_metric(const char *name, const char *help)
{
	print("# HELP %s %s\n", name, help);
	print("# TYPE %s gauge\n", name);
}

/* NAME="VALUE", escaped. */
static void print_label(const char *name, const char *value)
{
	char text[2 * sizeof(((struct snapshot *)0)->kernel)];
	size_t used = 0;

	for (; *value && used < sizeof(text) - 2; value++) {
		if (*value == '\\' || *value == '"')
			text[used++] = '\\';
		text[used++] = *value;
	}
	text[used] = '\0';
	print("%s=\"%s\"", name, text);
}

static void print_bit(const struct tdxcpuid_bit *bit, bool configurable)
{
	char name[TDXCPUID_NAME_MAX], leaf[PLACE_MAX], subleaf[PLACE_MAX] = "";

	hex_text(bit->leaf, leaf);
	if (bit->subleaf != NO_SUBLEAF)
		hex_text(bit->subleaf, subleaf);
	print("tdxcpuid_bit_configurable{bit=\"%s\",leaf=\"%s\",subleaf=\"%s\",register=\"%s\"} "
	      "%d\n",
	      tdxcpuid_bit_name(bit, name), leaf, subleaf, tdxcpuid_reg_name(bit->reg),
	      configurable);
}

/* The index of the slot that has @bit; -1: none, on this host. */
static int slot_of(const struct export *e, const struct tdxcpuid_bit *bit)
{
	for (u32 k = 0; k < e->nr_slots; k++) {
		if (e->slots[k].leaf == bit->leaf && e->slots[k].subleaf == bit->subleaf)
			return k;
	}
	return -1;
}

static bool is_listed(const struct tdxcpuid_bit *bit)
{
	struct tdxcpuid_bit_verdict verdict;

	tdxcpuid_bit_verdict(bit, &verdict);
	return verdict.listed && !verdict.value;
}

/* Those of a slot that have no name, and those of a module newer than the policy. */
static void print_rest(const struct tdxcpuid_slot *slot, const u32 printed[4])
{
	for (int i = 0; i < 4 * 32; i++) {
		const struct tdxcpuid_bit bit = { slot->leaf, slot->subleaf, i / 32, i % 32 };
		bool configurable = exported_bits(slot, bit.reg) >> bit.bit & 1;

		if (!(printed[bit.reg] >> bit.bit & 1) && (configurable || is_listed(&bit)))
			print_bit(&bit, configurable);
	}
}

/* All that the policy lists, so that a bit which a host lacks is a 0 there and no gap. */
static void print_bits(const struct export *e)
{
	u32 printed[TDXCPUID_MAX_SLOTS][4] = { 0 };
	struct tdxcpuid_bit bit;

	print_metric("tdxcpuid_bit_configurable",
		     "1: a VMM on this host may set the CPUID bit for a TD.");
	for (u32 n = 0; tdxcpuid_bit_nth(n, &bit); n++) {
		bool configurable = false;
		int k = slot_of(e, &bit);

		if (!is_listed(&bit))
			continue;
		if (k >= 0) {
			configurable = exported_bits(&e->slots[k], bit.reg) >> bit.bit & 1;
			printed[k][bit.reg] |= 1U << bit.bit;
		}
		print_bit(&bit, configurable);
	}
	for (u32 k = 0; k < e->nr_slots; k++)
		print_rest(&e->slots[k], printed[k]);
}

int export_prometheus(const struct export *e)
{
	print_metric("tdxcpuid_tdx", "1: the KVM of this host has TDX.");
	print("tdxcpuid_tdx %d\n", !!e->host);
	print_metric("tdxcpuid_snp", "1: the KVM of this host has SEV-SNP.");
	print("tdxcpuid_snp %d\n", e->snp->vm_type);
	print_metric("tdxcpuid_info", "Versions of this host, empty where unknown.");
	print("tdxcpuid_info{");
	print_label("module", e->module);
	print(",");
	print_label("kernel", e->kernel);
	print(",");
	print_label("microcode", e->microcode);
	print(",");
	print_label("firmware", e->snp->firmware);
	print("} 1\n");
	if (e->host)
		print_bits(e);
	return 0;
}
