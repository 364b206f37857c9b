// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The bits of ATTRIBUTES and XFAM: what they are called, and which go together. */
#include <string.h>

#include "internal.h"
#include "text.h"

static const struct named_field_bit {
	u8 bit;
	const char *name;
	const char *group; /* of XFAM bits that a TD has all or none of, or NULL */
	const char *use;   /* what it is for, or NULL */
} attributes[] = {
	/* clang-format off */
	{ 0, "DEBUG", NULL, "reading and writing the TD from outside" },
	{ 4, "HGS_PLUS_PROF", NULL, NULL },
	{ 5, "PERF_PROF", NULL, NULL },
	{ 6, "PMT_PROF", NULL, NULL },
	{ 16, "ICSSD", NULL, NULL },
	{ 27, "LASS", NULL, "linear address space separation (lass)" },
	{ 28, "SEPT_VE_DISABLE", NULL, "no #VE on pages that the guest has not accepted" },
	{ 29, "MIGRATABLE", NULL, "live migration" },
	{ 30, "PKS", NULL, "protection keys of supervisor pages (pks)" },
	{ 31, "KL", NULL, "Key Locker" },
	{ 62, "TPA", NULL, "TDX Connect" },
	{ 63, "PERFMON", NULL, "a PMU in the guest" },
}, components[] = {
	{ 0, "X87", NULL, NULL },
	{ 1, "SSE", NULL, NULL },
	{ 2, "AVX", NULL, NULL },
	{ 3, "BNDREGS", "MPX", NULL },
	{ 4, "BNDCSR", "MPX", NULL },
	{ 5, "OPMASK", "AVX512", NULL },
	{ 6, "ZMM_HI256", "AVX512", NULL },
	{ 7, "HI16_ZMM", "AVX512", NULL },
	{ 8, "PT", NULL, "Processor Trace in the guest (intel_pt)" },
	{ 9, "PKRU", NULL, NULL },
	{ 10, "PASID", NULL, "enqcmd" },
	{ 11, "CET_U", "CET", NULL },
	{ 12, "CET_S", "CET", NULL },
	{ 13, "HDC", NULL, NULL },
	{ 14, "UINTR", NULL, "user interrupts (uintr)" },
	{ 15, "LBR", NULL, "last branch records in the guest (arch_lbr)" },
	{ 16, "HWP", NULL, NULL },
	{ 17, "XTILECFG", "AMX", NULL },
	{ 18, "XTILEDATA", "AMX", NULL },
	{ 19, "APX", NULL, NULL },
	/* clang-format on */
};

static const struct {
	const char *prefix;
	enum tdxcpuid_field field;
} prefixes[] = {
	{ "attributes.", TDXCPUID_FIELD_ATTRIBUTES }, { "tdx_td_attr_", TDXCPUID_FIELD_ATTRIBUTES },
	{ "tdx_attr_", TDXCPUID_FIELD_ATTRIBUTES },   { "xfam.", TDXCPUID_FIELD_XFAM },
	{ "xfeature_", TDXCPUID_FIELD_XFAM },
};

/* Other names that are in use for one of the above. */
static const struct {
	const char *name;
	enum tdxcpuid_field field;
	u64 mask;
} others[] = {
	{ "PMU", TDXCPUID_FIELD_ATTRIBUTES, 1ULL << 63 },
	{ "FP", TDXCPUID_FIELD_XFAM, 1 << 0 },
	{ "YMM", TDXCPUID_FIELD_XFAM, 1 << 2 },
	{ "PKU", TDXCPUID_FIELD_XFAM, 1 << 9 },
	{ "CET_USER", TDXCPUID_FIELD_XFAM, 1 << 11 },
	{ "CET_KERNEL", TDXCPUID_FIELD_XFAM, 1 << 12 },
	{ "ULI", TDXCPUID_FIELD_XFAM, 1 << 14 },
	{ "XTILE_CFG", TDXCPUID_FIELD_XFAM, 1 << 17 },
	{ "XTILE_DATA", TDXCPUID_FIELD_XFAM, 1 << 18 },
};

static const struct named_field_bit *rows_of(enum tdxcpuid_field field, size_t *nr)
{
	*nr = field == TDXCPUID_FIELD_XFAM ? ARRAY_SIZE(components) : ARRAY_SIZE(attributes);
	return field == TDXCPUID_FIELD_XFAM ? components : attributes;
}

static const struct named_field_bit *find_row(enum tdxcpuid_field field, u32 bit)
{
	const struct named_field_bit *row;
	size_t nr;

	for (row = rows_of(field, &nr); nr; row++, nr--) {
		if (row->bit == bit)
			return row;
	}

	return NULL;
}

static u64 group_mask(const char *group)
{
	u64 mask = 0;

	for (size_t i = 0; i < ARRAY_SIZE(components); i++) {
		if (components[i].group && same_name(components[i].group, group))
			mask |= 1ULL << components[i].bit;
	}

	return mask;
}

const char *tdxcpuid_field_name(enum tdxcpuid_field field)
{
	return field == TDXCPUID_FIELD_ATTRIBUTES ? "attributes" :
	       field == TDXCPUID_FIELD_XFAM	  ? "xfam" :
						    "?";
}

const char *tdxcpuid_field_bit_name(enum tdxcpuid_field field, u32 bit)
{
	const struct named_field_bit *row = find_row(field, bit);

	return row ? row->name : NULL;
}

const char *tdxcpuid_field_use(enum tdxcpuid_field field, u32 bit)
{
	const struct named_field_bit *row = find_row(field, bit);

	return row ? row->use : NULL;
}

u64 xfam_group(u32 bit, const char **name)
{
	const struct named_field_bit *row = find_row(TDXCPUID_FIELD_XFAM, bit);
	bool group = row && row->group;

	*name = group ? row->group : row ? row->name : NULL;
	return group ? group_mask(row->group) : 1ULL << (bit & 63);
}

/* Bits that are listed together under one name, and those without one each. */
void tdxcpuid_field_text(enum tdxcpuid_field field, uint64_t mask, char text[TDXCPUID_TEXT_MAX])
{
	struct text t = { text, TDXCPUID_TEXT_MAX };
	const char *comma = "";

	*text = '\0';
	for (u32 bit = 0; bit < 64; bit++) {
		const char *name = tdxcpuid_field_bit_name(field, bit);
		u64 together = 1ULL << bit;

		if (!(mask >> bit & 1))
			continue;
		if (field == TDXCPUID_FIELD_XFAM &&
		    (xfam_group(bit, &name) & mask) == xfam_group(bit, &name))
			together = xfam_group(bit, &name);
		else
			name = tdxcpuid_field_bit_name(field, bit);

		add(&t, "%s%s%sbit%s ", comma, name ? name : "", name ? " (" : "",
		    together & (together - 1) ? "s" : "");
		for (u32 n = bit; n < 64; n++) {
			if (together >> n & 1)
				add(&t, "%s%u", n > bit ? ", " : "", n);
		}
		add(&t, "%s", name ? ")" : "");
		comma = ", ";
		mask &= ~together;
	}
	if (!*comma)
		add(&t, "none");
}

/* A number in decimal up to 63, to the end. */
static bool parse_bit(const char *text, u32 *bit)
{
	u32 n = 0;

	if (!*text)
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return false;
		n = n * 10 + (*text - '0');
		if (n > 63)
			return false;
	}
	*bit = n;
	return true;
}

static bool find_in(enum tdxcpuid_field field, const char *name, uint64_t *mask)
{
	const struct named_field_bit *row;
	size_t nr;

	for (row = rows_of(field, &nr); nr; row++, nr--) {
		if (same_name(row->name, name)) {
			*mask = 1ULL << row->bit;
			return true;
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		if (others[i].field == field && same_name(others[i].name, name)) {
			*mask = others[i].mask;
			return true;
		}
	}
	if (field == TDXCPUID_FIELD_XFAM && group_mask(name)) {
		*mask = group_mask(name);
		return true;
	}
	return false;
}

bool tdxcpuid_field_find(const char *name, enum tdxcpuid_field *field, uint64_t *mask)
{
	u32 bit;

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		size_t length = strlen(prefixes[i].prefix);

		if (!same_start(name, prefixes[i].prefix))
			continue;
		*field = prefixes[i].field;
		if (!parse_bit(name + length, &bit))
			return find_in(*field, name + length, mask);
		*mask = 1ULL << bit;
		return true;
	}

	*field = TDXCPUID_FIELD_ATTRIBUTES;
	if (find_in(*field, name, mask))
		return true;
	*field = TDXCPUID_FIELD_XFAM;
	return find_in(*field, name, mask);
}
