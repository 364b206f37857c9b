// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * A fleet as one line of JSON: a host that has what all have, for --host, and what merging it
 * with others takes.
 */
#include <stdlib.h>

#include "fleet.h"

static void names_to_json(struct out *j, const char *key, const struct names *names)
{
	out_open(j, key, '[');
	for (u32 i = 0; i < names->nr; i++)
		out_string(j, NULL, names->name[i]);
	out_close(j, ']');
}

static void versions_to_json(struct out *j, const char *key, const struct versions *v)
{
	out_open(j, key, '{');
	out_open(j, "versions", '[');
	for (u32 i = 0; i < v->nr; i++) {
		out_open(j, NULL, '{');
		out_string(j, "version", v->version[i].text);
		out_int(j, "dumps", v->version[i].dumps);
		out_close(j, '}');
	}
	out_close(j, ']');
	out_int(j, "others", v->others);
	out_int(j, "unknown", v->unknown);
	out_close(j, '}');
}

static void some_end(struct out *j, const struct fleet *f, const struct lack *lack)
{
	out_int(j, "have", f->tdx - lack->dumps);
	names_to_json(j, "lack", &lack->names);
	out_close(j, '}');
}

static void field_names(struct out *j, enum tdxcpuid_field field, u64 mask)
{
	out_open(j, "bits", '[');
	for (; mask; mask &= mask - 1) {
		u32 bit = __builtin_ctzll(mask);
		const char *name = tdxcpuid_field_bit_name(field, bit);
		char number[24];

		snprintf(number, sizeof(number), "%s.%u", tdxcpuid_field_name(field), bit);
		out_string(j, NULL, name ? name : number);
	}
	out_close(j, ']');
}

/* An item for all bits that the same hosts lack, so that what is written can be read again. */
static void some_of_field(struct out *j, const struct fleet *f, enum tdxcpuid_field field,
			  const struct word *w)
{
	u64 told;

	for (u64 bits = w->lacked; bits; bits &= ~told) {
		const struct lack *lack = &w->lack[__builtin_ctzll(bits)];

		told = word_lacked_by(w, lack);
		out_open(j, NULL, '{');
		out_string(j, "register", tdxcpuid_field_name(field));
		out_hex(j, "mask", told);
		field_names(j, field, told);
		some_end(j, f, lack);
	}
}

static void some_of_register(struct out *j, const struct fleet *f, const struct fleet_slot *slot,
			     int reg)
{
	const struct word *w = &slot->reg[reg];
	u64 told;

	for (u64 bits = w->lacked; bits; bits &= ~told) {
		const struct lack *lack = &w->lack[__builtin_ctzll(bits)];
		struct tdxcpuid_bits b;

		told = word_lacked_by(w, lack);
		b = fleet_bits(slot, reg, told);
		out_open(j, NULL, '{');
		out_hex(j, "function", slot->leaf);
		out_hex(j, "index", slot->index);
		out_string(j, "register", tdxcpuid_reg_name(reg));
		out_hex(j, "mask", b.mask);
		out_bit_names(j, &b);
		some_end(j, f, lack);
	}
}

static void capabilities_to_json(struct out *j, const struct fleet *f)
{
	out_open(j, "capabilities", '{');
	out_hex(j, "attributes", all_have(&f->attributes));
	out_hex(j, "xfam", all_have(&f->xfam));
	out_int(j, "tsc_khz", f->tsc_khz);
	out_open(j, "cpuid", '[');
	for (u32 k = 0; k < f->nr_slots; k++) {
		const struct fleet_slot *slot = &f->slot[k];
		const struct kvm_cpuid_entry2 e = {
			.function = slot->leaf,
			.index = slot->index,
			.flags = slot->flags,
			.eax = all_have(&slot->reg[TDXCPUID_EAX]),
			.ebx = all_have(&slot->reg[TDXCPUID_EBX]),
			.ecx = all_have(&slot->reg[TDXCPUID_ECX]),
			.edx = all_have(&slot->reg[TDXCPUID_EDX]),
		};

		if (slot->everywhere)
			out_entry(j, &e);
	}
	out_close(j, ']');
	out_close(j, '}');
}

/* Whose members come in an order that does not depend on who was first. */
static void native_to_json(struct out *j, const json_t *native)
{
	char *text = json_dumps(native, JSON_SORT_KEYS | JSON_COMPACT);
	json_t *sorted = text ? json_loads(text, 0, NULL) : NULL;

	if (!sorted)
		out_of_memory();
	out_value(j, "native", sorted);
	json_decref(sorted);
	json_text_free(text);
}

static void baseline_to_json(struct out *j, const struct fleet *f)
{
	out_open(j, "baseline", '{');
	out_int(j, "dumps", f->dumps);
	out_int(j, "unread", f->unread);
	out_int(j, "tdx", f->tdx);
	names_to_json(j, "names", &f->names);
	names_to_json(j, "without", &f->without);
	out_int(j, "snp", f->snp);
	names_to_json(j, "snp_names", &f->snp_names);
	versions_to_json(j, "firmwares", &f->firmwares);
	versions_to_json(j, "modules", &f->modules);
	versions_to_json(j, "kernels", &f->kernels);
	versions_to_json(j, "microcodes", &f->microcodes);
	out_open(j, "some", '[');
	some_of_field(j, f, TDXCPUID_FIELD_ATTRIBUTES, &f->attributes);
	some_of_field(j, f, TDXCPUID_FIELD_XFAM, &f->xfam);
	for (u32 k = 0; k < f->nr_slots; k++) {
		for (int reg = 0; reg < 4; reg++)
			some_of_register(j, f, &f->slot[k], reg);
	}
	out_close(j, ']');
	out_close(j, '}');
}

void fleet_out(struct out *j, const struct fleet *f)
{
	struct snapshot_snp snp = { 0 };

	out_open(j, NULL, '{');
	out_int(j, "schema", 1);
	out_string(j, "module", f->tdx ? versions_same(&f->modules, f->tdx) : NULL);
	if (f->tdx && f->has_policy)
		out_string(j, "policy", tdxcpuid_policy_name(f->policy));
	out_string(j, "kernel", versions_same(&f->kernels, f->dumps));
	out_string(j, "microcode", versions_same(&f->microcodes, f->dumps));
	if (!f->tdx || f->gpaw52 == TDXCPUID_UNKNOWN)
		out_null(j, "gpaw52");
	else
		out_bool(j, "gpaw52", f->gpaw52 == TDXCPUID_YES);
	if (f->tdx)
		capabilities_to_json(j, f);
	else
		out_null(j, "capabilities");
	if (f->snp && f->snp == f->dumps) {
		const char *firmware = versions_same(&f->firmwares, f->snp);

		snp.is_amd = snp.vm_type = true;
		snprintf(snp.firmware, sizeof(snp.firmware), "%s", firmware ? firmware : "");
	}
	snp_member(j, &snp);
	if (f->native)
		native_to_json(j, f->native);
	baseline_to_json(j, f);
	out_close(j, '}');
}
