// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Bits as others write them: X86_FEATURE_PKS, QEMU's
 * CPUID[eax=07h,ecx=01h].EDX.avx10 [bit 19] and CPUID.07H:EBX.intel-pt, the manual's
 * CPUID.(EAX=07H,ECX=0):ECX[5].
 */
#include <string.h>

#include "internal.h"

struct notation {
	const char *at;
	char token[TDXCPUID_NAME_MAX];
	bool has_leaf;
	bool has_subleaf;
	u32 leaf;
	u32 subleaf;
	int reg;
	int bit;
	char name[TDXCPUID_NAME_MAX];
};

/* The next run of other characters than @separators; false at the end, or if it is too long. */
static bool next_token(struct notation *n, const char *separators)
{
	size_t length;

	n->at += strspn(n->at, separators);
	length = strcspn(n->at, separators);
	if (!length || length >= sizeof(n->token))
		return false;
	memcpy(n->token, n->at, length);
	n->token[length] = '\0';
	n->at += length;
	return true;
}

/* All of @text, with the h that some write behind hexadecimal numbers. */
static bool is_number(const char *text, u32 base, u32 *number)
{
	if (!parse_number(&text, base, number))
		return false;
	return !*text || (base == 16 && (*text == 'h' || *text == 'H') && !text[1]);
}

static int register_of(const char *token)
{
	int reg;

	return parse_register(&token, &reg) && !*token ? reg : -1;
}

/* Up to the register: leaf and subleaf, in their order or behind EAX= and ECX=. */
static bool parse_place(struct notation *n)
{
	const char *const separators = " \t.,:()[]=";

	while (next_token(n, separators)) {
		int reg = register_of(n->token);
		u32 number;

		if (reg >= 0 && *n->at != '=') {
			n->reg = reg;
			return n->has_leaf;
		}
		if (reg >= 0 && ((reg != TDX_EAX && reg != TDX_ECX) || !next_token(n, separators)))
			return false;
		if (!is_number(n->token, 16, &number))
			return false;
		if (reg == TDX_ECX || (reg < 0 && n->has_leaf)) {
			if (n->has_subleaf)
				return false;
			n->has_subleaf = true;
			n->subleaf = number;
		} else {
			if (n->has_leaf)
				return false;
			n->has_leaf = true;
			n->leaf = number;
		}
	}

	return false;
}

/* Behind the register: a name, a number, or both. */
static bool parse_bit(struct notation *n)
{
	/* Names hold dots, as sse4.1 does. */
	n->at += strspn(n->at, ".:");
	while (next_token(n, " \t[]")) {
		const char *token = n->token + strspn(n->token, ".:");
		u32 number;

		if (same_name(token, "bit"))
			continue;
		if (is_number(token, 10, &number)) {
			if (n->bit >= 0 || number > 31)
				return false;
			n->bit = number;
		} else {
			if (*n->name)
				return false;
			strcpy(n->name, token);
		}
	}

	return !*n->at && (n->bit >= 0 || *n->name);
}

static bool fits(const struct notation *n, const struct tdxcpuid_bit *bit)
{
	return bit->leaf == n->leaf && bit->reg == n->reg && (n->bit < 0 || bit->bit == n->bit) &&
	       (!n->has_subleaf || bit->subleaf == n->subleaf ||
		(bit->subleaf == TDX_NO_SUBLEAF && !n->subleaf));
}

bool parse_notation(const char *text, struct tdxcpuid_bit *bit)
{
	struct notation n = { .reg = -1, .bit = -1 };

	if (same_start(text, "X86_FEATURE_"))
		return find_name(text + strlen("X86_FEATURE_"), bit);

	/* There may be a warning in front. */
	while (*text && !same_start(text, "CPUID"))
		text++;
	if (!*text)
		return false;
	n.at = text + strlen("CPUID");
	if (!parse_place(&n) || !parse_bit(&n))
		return false;

	if (*n.name && find_name(n.name, bit))
		return fits(&n, bit);
	if (n.bit < 0)
		return false;
	if (!n.has_subleaf)
		n.subleaf = kvm_cpuid_is_indexed(n.leaf) ? 0 : TDX_NO_SUBLEAF;
	*bit = (struct tdxcpuid_bit){ n.leaf, n.subleaf, n.reg, n.bit };
	return true;
}
