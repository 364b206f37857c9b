// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What a bit is called: by Linux, QEMU and others, and how one without a name is spelt. */
#include <stdio.h>
#include <string.h>

#include "internal.h"

#define SUBLEAF_NONE TDXCPUID_NO_SUBLEAF
#define SUBLEAF_0    0
#define SUBLEAF_1    1
#define SUBLEAF_2    2

static const struct named_bit {
	u32 leaf;
	u32 subleaf;
	u8 reg;
	u8 bit;
	const char *name[4]; /* the name and its aliases, NULL behind the last */
} named_bits[] = {
#define NAMED(leaf, subleaf, reg, bit, ...) \
	{ leaf, SUBLEAF_##subleaf, TDXCPUID_##reg, bit, { __VA_ARGS__, NULL } },
#include "names_bits.h"
};

static const char registers[4][4] = { "eax", "ebx", "ecx", "edx" };

/* Where a bit stands in the order of the table: two keys compare as the bits do. */
static u64 place(u32 leaf, u32 subleaf)
{
	return (u64)leaf << 32 | subleaf;
}

static int compare(const struct named_bit *row, const struct tdxcpuid_bit *bit)
{
	u64 a = place(row->leaf, row->subleaf), b = place(bit->leaf, bit->subleaf);

	if (a != b)
		return a < b ? -1 : 1;

	return (row->reg * 32 + row->bit) - (bit->reg * 32 + bit->bit);
}

static const struct named_bit *find_row(const struct tdxcpuid_bit *bit)
{
	size_t low = 0, high = ARRAY_SIZE(named_bits);

	if (!is_bit(bit))
		return NULL;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = compare(&named_bits[middle], bit);

		if (!order)
			return &named_bits[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}

	return NULL;
}

const char *tdxcpuid_bit_name(const struct tdxcpuid_bit *bit, char name[TDXCPUID_NAME_MAX])
{
	const struct named_bit *row = find_row(bit);

	if (row)
		strcpy(name, row->name[0]);
	else if (bit->subleaf == SUBLEAF_NONE)
		snprintf(name, TDXCPUID_NAME_MAX, "%x.%s.%d", bit->leaf, registers[bit->reg & 3],
			 bit->bit);
	else
		snprintf(name, TDXCPUID_NAME_MAX, "%x.%x.%s.%d", bit->leaf, bit->subleaf,
			 registers[bit->reg & 3], bit->bit);

	return name;
}

const char *tdxcpuid_bit_alias(const struct tdxcpuid_bit *bit, u32 n)
{
	const struct named_bit *row = find_row(bit);
	u32 i;

	if (!row)
		return NULL;

	for (i = 1; i < ARRAY_SIZE(row->name) && row->name[i]; i++) {
		if (n-- == 0)
			return row->name[i];
	}

	return NULL;
}

bool tdxcpuid_bit_nth(u32 n, struct tdxcpuid_bit *bit)
{
	if (n >= ARRAY_SIZE(named_bits))
		return false;

	*bit = (struct tdxcpuid_bit){
		.leaf = named_bits[n].leaf,
		.subleaf = named_bits[n].subleaf,
		.reg = named_bits[n].reg,
		.bit = named_bits[n].bit,
	};
	return true;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

bool same_start(const char *name, const char *start)
{
	for (; *start; name++, start++) {
		if (lower(*name) != lower(*start))
			return false;
	}
	return true;
}

bool same_name(const char *a, const char *b)
{
	for (;;) {
		while (*a == '-' || *a == '_')
			a++;
		while (*b == '-' || *b == '_')
			b++;
		if (lower(*a) != lower(*b))
			return false;
		if (!*a)
			return true;
		a++;
		b++;
	}
}

bool parse_number(const char **text, u32 base, u32 *number)
{
	const char *p = *text;
	u64 n = 0;
	int digits = 0;

	if (base == 16 && p[0] == '0' && lower(p[1]) == 'x')
		p += 2;

	for (;; p++, digits++) {
		const char *digit = *p ? strchr("0123456789abcdef", lower(*p)) : NULL;

		if (!digit || (u32)(digit - "0123456789abcdef") >= base)
			break;
		n = n * base + (digit - "0123456789abcdef");
		if (n > 0xffffffff)
			return false;
	}

	*text = p;
	*number = n;
	return digits > 0;
}

bool parse_register(const char **text, int *reg)
{
	char name[4] = "";
	int i;

	for (i = 0; i < 3 && (*text)[i]; i++)
		name[i] = lower((*text)[i]);

	for (i = 0; i < 4; i++) {
		if (!strcmp(name, registers[i])) {
			*text += 3;
			*reg = i;
			return true;
		}
	}

	return false;
}

/* 7.0.ecx.5 or 1.ecx.10 */
static bool parse_spelling(const char *text, struct tdxcpuid_bit *bit)
{
	u32 number;

	if (!parse_number(&text, 16, &bit->leaf) || *text++ != '.')
		return false;

	bit->subleaf = SUBLEAF_NONE;
	if (!parse_register(&text, &bit->reg)) {
		if (!parse_number(&text, 16, &bit->subleaf) || *text++ != '.' ||
		    !parse_register(&text, &bit->reg))
			return false;
	}

	if (*text++ != '.' || !parse_number(&text, 10, &number) || *text || number > 31)
		return false;

	bit->bit = number;
	return true;
}

bool find_name(const char *name, struct tdxcpuid_bit *bit)
{
	u32 i, n;

	for (i = 0; i < ARRAY_SIZE(named_bits); i++) {
		for (n = 0; n < ARRAY_SIZE(named_bits[i].name) && named_bits[i].name[n]; n++) {
			if (same_name(named_bits[i].name[n], name))
				return tdxcpuid_bit_nth(i, bit);
		}
	}

	return false;
}

bool tdxcpuid_bit_find(const char *name, struct tdxcpuid_bit *bit)
{
	return find_name(name, bit) || parse_spelling(name, bit) || parse_notation(name, bit);
}
