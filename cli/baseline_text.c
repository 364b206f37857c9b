// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A fleet in words: what all have. */
#include "fleet.h"
#include "print.h"

struct tdxcpuid_bits fleet_bits(const struct fleet_slot *slot, int reg, u32 mask)
{
	return (struct tdxcpuid_bits){
		.leaf = slot->leaf,
		.subleaf = tdxcpuid_leaf_indexed(slot->leaf) ? slot->index : NO_SUBLEAF,
		.reg = reg,
		.mask = mask,
	};
}

static void print_all_have(const struct fleet *f)
{
	static const char *const columns[] = { "REGISTER", "MASK", "BITS" };
	struct table *table = table_new(columns, ARRAY_SIZE(columns));

	print("\nAll hosts with TDX have\n");
	print_field_bits(TDXCPUID_FIELD_ATTRIBUTES, all_have(&f->attributes));
	print_field_bits(TDXCPUID_FIELD_XFAM, all_have(&f->xfam));
	print("GPAW 48%s\n", f->gpaw52 == TDXCPUID_YES ? " and 52" :
			     f->gpaw52 == TDXCPUID_NO  ? "; 52 not all of them" :
							 "; whether 52 is not known of all");
	for (u32 k = 0; k < f->nr_slots; k++) {
		for (int reg = 0; reg < 4; reg++) {
			u32 numbers = tdxcpuid_value_mask(f->slot[k].leaf, f->slot[k].index, reg);
			struct tdxcpuid_bits b = fleet_bits(
				&f->slot[k], reg, all_have(&f->slot[k].reg[reg]) & ~numbers);
			char where[PLACE_MAX], mask[PLACE_MAX], names[NAMES_MAX];

			if (b.mask)
				table_row(table, register_text(b.leaf, b.subleaf, reg, where),
					  mask_text(b.mask, mask), names_text(&b, names));
		}
	}
	table_print(table);
}

static void print_versions(const char *what, const struct versions *v)
{
	const char *comma = "";

	print("%s ", what);
	for (u32 i = 0; i < v->nr; i++) {
		print("%s%s (%llu)", comma, v->version[i].text,
		      (unsigned long long)v->version[i].dumps);
		comma = ", ";
	}
	if (v->others)
		print("%sothers (%llu)", comma, (unsigned long long)v->others);
	if (v->unknown)
		print("%sunknown (%llu)", v->nr ? ", " : "", (unsigned long long)v->unknown);
	print("\n");
}

static void print_hosts(u64 nr, const char *what, const struct names *names)
{
	if (!nr)
		return;
	print("%llu %s", (unsigned long long)nr, what);
	for (u32 i = 0; i < names->nr; i++)
		print("%s%s", i ? ", " : ": ", names->name[i]);
	print("%s\n", names->nr && names->nr < nr ? " and others" : "");
}

void fleet_to_text(const struct fleet *f)
{
	bool one_module = versions_same(&f->modules, f->tdx);

	if (f->unread)
		print("not all hosts: %llu more dumps could not be read\n",
		      (unsigned long long)f->unread);
	print("%llu dump%s, %llu of hosts with TDX\n", (unsigned long long)f->dumps,
	      f->dumps == 1 ? "" : "s", (unsigned long long)f->tdx);
	print_hosts(f->dumps - f->tdx, "without TDX, not looked at below", &f->without);
	print_hosts(f->snp, "with SEV-SNP", &f->snp_names);
	if (f->snp)
		print_versions("firmware of SEV-SNP", &f->firmwares);
	if (f->tdx)
		print_versions("modules", &f->modules);
	print_versions("kernels", &f->kernels);
	print_versions("microcodes", &f->microcodes);
	if (!f->tdx)
		return;
	print_all_have(f);
	print("\n");
	fleet_lacks_to_text(f);
	if (!one_module || !f->native)
		print("The %s, so what depends on that is undecided for the whole: tdxcpuid fits asks host "
		      "by host\n",
		      one_module ? "CPU is not known, or not the same everywhere" :
		      f->native	 ? "module is not the same everywhere" :
				   "modules and CPUs are not the same everywhere");
}
