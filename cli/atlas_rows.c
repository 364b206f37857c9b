// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The rows of the atlas: bits one by one, and numbers by the fields that Intel's manual gives them.
 */
#include "atlas.h"
#include "print.h"

#define ANY NO_SUBLEAF /* the same in all subleaves, or there are none */

/* clang-format off */
static const struct field {
	u32 leaf, subleaf;
	int reg, low, high;
	const char *name;
} fields[] = {
	{ 0x1, ANY, TDXCPUID_EAX, 0, 3, "stepping" },
	{ 0x1, ANY, TDXCPUID_EAX, 4, 7, "model" },
	{ 0x1, ANY, TDXCPUID_EAX, 8, 11, "family" },
	{ 0x1, ANY, TDXCPUID_EAX, 12, 13, "processor type" },
	{ 0x1, ANY, TDXCPUID_EAX, 16, 19, "extended model" },
	{ 0x1, ANY, TDXCPUID_EAX, 20, 27, "extended family" },
	{ 0x1, ANY, TDXCPUID_EBX, 16, 23, "logical processor ids" },
	{ 0x4, ANY, TDXCPUID_EAX, 0, 4, "cache type" },
	{ 0x4, ANY, TDXCPUID_EAX, 5, 7, "cache level" },
	{ 0x4, ANY, TDXCPUID_EAX, 8, 8, "self-initializing" },
	{ 0x4, ANY, TDXCPUID_EAX, 9, 9, "fully associative" },
	{ 0x4, ANY, TDXCPUID_EAX, 14, 25, "ids that share the cache, less 1" },
	{ 0x4, ANY, TDXCPUID_EAX, 26, 31, "core ids in the package, less 1" },
	{ 0x4, ANY, TDXCPUID_EBX, 12, 21, "line partitions, less 1" },
	{ 0x4, ANY, TDXCPUID_EBX, 22, 31, "ways, less 1" },
	{ 0x4, ANY, TDXCPUID_ECX, 0, 31, "sets, less 1" },
	{ 0x4, ANY, TDXCPUID_EDX, 0, 0, "WBINVD leaves lower levels" },
	{ 0x4, ANY, TDXCPUID_EDX, 1, 1, "inclusive" },
	{ 0x4, ANY, TDXCPUID_EDX, 2, 2, "complex indexing" },
	{ 0x18, ANY, TDXCPUID_EDX, 8, 8, "fully associative" },
	{ 0x18, ANY, TDXCPUID_EDX, 14, 25, "ids that share the TLB, less 1" },
	{ 0x1f, ANY, TDXCPUID_EAX, 0, 4, "x2APIC id bits below the next domain" },
	{ 0x1f, ANY, TDXCPUID_EBX, 0, 15, "logical processors in the domain" },
	{ 0x1f, ANY, TDXCPUID_ECX, 0, 7, "domain number" },
	{ 0x1f, ANY, TDXCPUID_ECX, 8, 15, "domain type" },
	{ 0x80000008, ANY, TDXCPUID_EAX, 0, 7, "physical address bits" },
	{ 0x80000008, ANY, TDXCPUID_EAX, 16, 23, "guest physical address bits (GPAW)" },
};
/* clang-format on */

static const struct field *find_field(const struct tdxcpuid_bit *bit)
{
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		const struct field *f = &fields[i];

		if (f->leaf == bit->leaf && (f->subleaf == ANY || f->subleaf == bit->subleaf) &&
		    f->reg == bit->reg && f->low <= bit->bit && f->high >= bit->bit)
			return f;
	}
	return NULL;
}

const struct tdxcpuid_module *atlas_module(const struct atlas_modules *modules, u32 n)
{
	const struct tdxcpuid_module *m;
	u32 built_in = 0;

	for (; (m = tdxcpuid_module_nth(built_in)); built_in++) {
		if (built_in == n)
			return m;
	}
	return n - built_in < modules->nr ? modules->more[n - built_in] : NULL;
}

bool atlas_is_gpaw(const struct tdxcpuid_bit *bit)
{
	return bit->leaf == 0x80000008 && bit->reg == TDXCPUID_EAX && bit->bit >= 16 &&
	       bit->bit <= 23;
}

static bool is_shown(const struct atlas_modules *modules, const struct tdxcpuid_bit *bit)
{
	struct tdxcpuid_bit_verdict verdict;
	const struct tdxcpuid_module *m;

	tdxcpuid_bit_verdict(bit, &verdict);
	if (verdict.listed || atlas_is_gpaw(bit))
		return true;
	for (u32 n = 0; (m = atlas_module(modules, n)); n++) {
		enum tdxcpuid_class class = tdxcpuid_module_class(m, bit);

		if (class == TDXCPUID_CLASS_CONFIG || class == TDXCPUID_CLASS_ALLOW)
			return true;
	}
	return false;
}

static bool is_fixed(enum tdxcpuid_class class)
{
	return class == TDXCPUID_CLASS_FIXED0 || class == TDXCPUID_CLASS_FIXED1;
}

/* Whether the two are one number, and no module tells them apart but by its own number. */
static bool belong_together(const struct atlas_modules *modules, const struct tdxcpuid_bit *a,
			    const struct tdxcpuid_bit *b)
{
	u32 values = tdxcpuid_value_mask(a->leaf, a->subleaf, a->reg);
	const struct tdxcpuid_module *m;

	if (!(values >> a->bit & values >> b->bit & 1) || find_field(a) != find_field(b))
		return false;
	for (u32 n = 0; (m = atlas_module(modules, n)); n++) {
		enum tdxcpuid_class one = tdxcpuid_module_class(m, a);
		enum tdxcpuid_class other = tdxcpuid_module_class(m, b);

		if (one != other && !(is_fixed(one) && is_fixed(other)))
			return false;
	}
	return true;
}

u32 atlas_register(const struct atlas_modules *modules, const struct tdxcpuid_bit *in,
		   struct atlas_row rows[32])
{
	struct tdxcpuid_bit bit = *in;
	u32 nr = 0;

	for (bit.bit = 0; bit.bit < 32; bit.bit++) {
		struct atlas_row *last = nr ? &rows[nr - 1] : NULL;
		const struct field *field = find_field(&bit);

		if (!is_shown(modules, &bit))
			continue;
		if (last && last->bit.bit + last->nr_bits == bit.bit &&
		    belong_together(modules, &last->bit, &bit))
			last->nr_bits++;
		else
			rows[nr++] = (struct atlas_row){ bit, 1, field ? field->name : NULL };
	}
	return nr;
}

const char *atlas_anchor(const struct tdxcpuid_bit *bit, char anchor[ANCHOR_MAX])
{
	const struct atlas_modules built_in = { 0 };
	struct atlas_row rows[32];
	char where[PLACE_MAX];
	u32 nr = atlas_register(&built_in, bit, rows);

	for (u32 i = 0; i < nr; i++) {
		int above = bit->bit - rows[i].bit.bit;

		if (above < 0 || above >= rows[i].nr_bits)
			continue;
		register_text(bit->leaf, bit->subleaf, bit->reg, where);
		snprintf(anchor, ANCHOR_MAX, "%s.%d", where + ANCHOR_FROM, rows[i].bit.bit);
		return anchor;
	}
	return NULL;
}
