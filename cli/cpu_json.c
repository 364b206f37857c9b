// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A CPU profile in JSON, as tdxcpuid dump --cpu writes it. */
#include "cpu_in.h"
#include "json_in.h"

/* "7" or "d.a", in hex. */
static bool parse_leaf_key(const char *key, u32 *leaf, u32 *subleaf)
{
	int end = 0;

	if (strspn(key, "0123456789abcdefABCDEF.") != strlen(key) || strlen(key) > 17)
		return false;
	*subleaf = NO_SUBLEAF;
	if (sscanf(key, "%8x%n.%8x%n", leaf, &end, subleaf, &end) < 1)
		return false;
	return !key[end];
}

int cpu_from_json(struct cpu_in *in, struct reader *r)
{
	const struct json_path top = { 0 }, path = { 1, { { .key = "cpuid" } } };
	json_t *leaves = json_object_get(r->json, "cpuid"), *registers;
	const char *key;

	if (json_object_get(r->json, "profiles"))
		return reader_trouble(r, &top, "a list of profiles; put one of them into a file");
	if (!json_is_object(leaves))
		return reader_trouble(r, &path, "'cpuid' must be an object of leaves");
	if (json_object_size(leaves) > NATIVE_MAX)
		return reader_trouble(r, &path, "'cpuid' has more than 1024 leaves");
	if (read_number(r, r->json, &top, "ia32_arch_capabilities", ~0ULL, &in->arch_capabilities))
		return -1;

	json_object_foreach (leaves, key, registers) {
		const struct json_path here = below(&path, key, 0);
		struct tdxcpuid_leaf leaf;

		if (!parse_leaf_key(key, &leaf.leaf, &leaf.subleaf))
			return reader_trouble(r, &here, "a leaf is named like 7 or d.1, in hex");
		/* JSON itself allows no key twice, but a and 0a are two. */
		if (cpu_find_leaf(in, leaf.leaf, leaf.subleaf))
			return reader_trouble(r, &here,
					      "the leaf is there already, spelt otherwise");
		if (json_array_size(registers) != 4)
			return reader_trouble(r, &here, "expected [eax, ebx, ecx, edx]");
		for (int i = 0; i < 4; i++) {
			const struct json_path there = below(&here, NULL, i);
			u64 number;

			if (!json_number(json_array_get(registers, i), 0xffffffff, &number))
				return reader_trouble(r, &there,
						      "a register must be an integer from 0 to "
						      "0xffffffff, or such a 0x string");
			leaf.reg[i] = number;
		}
		in->leaf[in->nr++] = leaf;
	}

	return 0;
}
