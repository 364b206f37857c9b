// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* tdxcpuid caps: what KVM_TDX_CAPABILITIES reports, and what the policy keeps from it. */
#include <stdlib.h>

#include "json_out.h"
#include "options.h"
#include "print.h"
#include "target.h"

struct hidden {
	struct tdxcpuid_bits bits;
	const char *text;
};

struct capabilities {
	const struct target *host;
	u32 nr_hidden;
	struct tdxcpuid_slot slot[TDXCPUID_MAX_SLOTS];
	struct hidden hidden[TDXCPUID_MAX_SLOTS * 128];
};

static void hide(struct capabilities *c, const struct tdxcpuid_slot *slot, int reg, u32 mask)
{
	u32 first = c->nr_hidden;

	for (int bit = 0; bit < 32; bit++) {
		struct tdxcpuid_bit_verdict verdict;
		struct hidden *h;

		if (!(mask >> bit & 1))
			continue;
		tdxcpuid_bit_verdict(&(struct tdxcpuid_bit){ slot->leaf, slot->subleaf, reg, bit },
				     &verdict);
		/* The reason to allow it is none to hide it. */
		if (verdict.allowed)
			verdict.reason =
				"this host's KVM does not report it, though the allowlist allows it";
		/* Bits of one register that are hidden for one reason make one row. */
		for (h = &c->hidden[first]; h < &c->hidden[c->nr_hidden]; h++) {
			if (!strcmp(h->text, verdict.reason))
				break;
		}
		if (h == &c->hidden[c->nr_hidden]) {
			c->nr_hidden++;
			h->bits = (struct tdxcpuid_bits){ slot->leaf, slot->subleaf,	   reg,
							  0,	      TDXCPUID_WHY_DENIED, { 0 } };
			h->text = verdict.reason;
		}
		h->bits.mask |= 1U << bit;
	}
}

static void find_capabilities(struct capabilities *c, const struct target *host)
{
	c->host = host;
	for (u32 k = 0; tdxcpuid_host_slot(host->kvm, k, &c->slot[k]); k++) {
		const struct tdxcpuid_slot *slot = &c->slot[k];

		for (int reg = 0; reg < 4; reg++)
			hide(c, slot, reg, slot->configurable[reg] & ~slot->reported[reg]);
	}
}

static void caps_to_json(const struct capabilities *c)
{
	const struct target *host = c->host;
	struct out j = { .break_depth = 2 };

	out_open(&j, NULL, '{');
	out_int(&j, "schema", 1);
	out_host(&j, host);
	out_hex(&j, "attributes", host->info.attributes);
	out_hex(&j, "xfam", host->info.xfam);
	out_open(&j, "cpuid", '[');
	for (u32 k = 0; k < host->info.nr_slots; k++)
		out_entry(&j, &host->info.cpuid[k]);
	out_close(&j, ']');
	out_open(&j, "hidden", '[');
	for (u32 i = 0; i < c->nr_hidden; i++) {
		out_open(&j, NULL, '{');
		out_bits(&j, &c->hidden[i].bits);
		out_string(&j, "reason", tdxcpuid_why_name(c->hidden[i].bits.why));
		out_string(&j, "text", c->hidden[i].text);
		out_close(&j, '}');
	}
	out_close(&j, ']');
	out_notes(&j, &c->host->notes);
	out_close(&j, '}');
	out_flush(&j);
	out_free(&j);
}

/* The bits of a register that can be configured and are numbers, or are not. */
static u32 offered(const struct tdxcpuid_slot *slot, int reg, bool numbers)
{
	u32 mask = tdxcpuid_value_mask(slot->leaf, slot->subleaf, reg);

	return slot->reported[reg] & (numbers ? mask : ~mask);
}

static void print_features(const struct capabilities *c)
{
	static const char *const columns[] = { "REGISTER", "MASK", "BITS" };
	struct table *table = table_new(columns, ARRAY_SIZE(columns));

	print("Features\n");
	for (u32 k = 0; k < c->host->info.nr_slots; k++) {
		const struct tdxcpuid_slot *slot = &c->slot[k];

		for (int reg = 0; reg < 4; reg++) {
			const struct tdxcpuid_bits b = { .leaf = slot->leaf,
							 .subleaf = slot->subleaf,
							 .reg = reg,
							 .mask = offered(slot, reg, false) };
			char where[PLACE_MAX], mask[PLACE_MAX], names[NAMES_MAX];

			if (b.mask)
				table_row(table, register_text(b.leaf, b.subleaf, reg, where),
					  mask_text(b.mask, mask), names_text(&b, names));
		}
	}
	table_print(table);
}

/* One row for subleaves that are alike, as those of 0x1f are. */
static void print_numbers(const struct capabilities *c)
{
	static const char *const columns[] = { "LEAF", "EAX", "EBX", "ECX", "EDX", "WHAT" };
	struct table *table = table_new(columns, ARRAY_SIZE(columns));
	u32 nr = c->host->info.nr_slots, next;

	for (u32 k = 0; k < nr; k = next) {
		const struct tdxcpuid_slot *slot = &c->slot[k];
		char cell[4][PLACE_MAX], first[PLACE_MAX], last[PLACE_MAX];
		char leaves[2 * PLACE_MAX + sizeof(" to ")];
		u32 mask[4], any = 0;

		for (int reg = 0; reg < 4; reg++) {
			mask[reg] = offered(slot, reg, true);
			any |= mask[reg];
			mask_text(mask[reg], cell[reg]);
		}
		for (next = k + 1; next < nr && slot[next - k].leaf == slot->leaf; next++) {
			if (mask[0] != offered(&c->slot[next], 0, true) ||
			    mask[1] != offered(&c->slot[next], 1, true) ||
			    mask[2] != offered(&c->slot[next], 2, true) ||
			    mask[3] != offered(&c->slot[next], 3, true))
				break;
		}
		if (!any)
			continue;

		leaf_text(slot->leaf, slot->subleaf, first);
		leaf_text(slot->leaf, slot[next - k - 1].subleaf, last);
		snprintf(leaves, sizeof(leaves), "%s to %s", first, last);
		table_row(table, next > k + 1 ? leaves : first, cell[0], cell[1], cell[2], cell[3],
			  number_kind(slot->leaf));
	}
	table_print(table);
}

static int hidden_by_place(const void *a, const void *b)
{
	const struct hidden *x = a, *y = b;

	return bits_by_place(&x->bits, &y->bits);
}

static void caps_to_text(struct capabilities *c)
{
	const struct tdxcpuid_host_info *info = &c->host->info;
	char name[HOST_MAX];

	print("KVM_TDX_CAPABILITIES (%s)\n", host_text(c->host, name));
	print_field_bits(TDXCPUID_FIELD_ATTRIBUTES, info->attributes);
	print_field_bits(TDXCPUID_FIELD_XFAM, info->xfam);
	print("%u slots\n\n", info->nr_slots);
	qsort(c->slot, info->nr_slots, sizeof(*c->slot), slots_by_place);
	qsort(c->hidden, c->nr_hidden, sizeof(*c->hidden), hidden_by_place);
	print_features(c);
	print("\nNumbers: any value, for the module to judge\n");
	print_numbers(c);

	if (c->nr_hidden)
		print("\nHidden: the module offers it, KVM does not\n");
	for (u32 i = 0; i < c->nr_hidden; i++) {
		const struct tdxcpuid_bits *b = &c->hidden[i].bits;
		char where[PLACE_MAX], mask[PLACE_MAX], names[NAMES_MAX];

		print("  %s %s %s\n", register_text(b->leaf, b->subleaf, b->reg, where),
		      mask_text(b->mask, mask), names_text(b, names));
		print_labelled("      ", c->hidden[i].text);
	}

	print_notes(&c->host->notes);
}

int cmd_caps(const struct options *o)
{
	const struct target *host = target_of_options(o);
	struct capabilities *c;

	if (!host)
		return EXIT_BAD;
	c = xcalloc(1, sizeof(*c));
	find_capabilities(c, host);
	if (o->json)
		caps_to_json(c);
	else
		caps_to_text(c);
	free(c);
	return 0;
}
