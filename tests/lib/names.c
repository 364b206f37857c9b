// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The names of bits: in order, without a double meaning, and the same as the policy's. */
#include <ctype.h>
#include <string.h>

#include "../../include/linux-names.h"
#include <tdxcpuid.h>
#include "../tap.h"

#define SUBLEAF_NONE TDXCPUID_NO_SUBLEAF
#define SUBLEAF_0    0
#define SUBLEAF_1    1
#define SUBLEAF_2    2

static bool same(struct tdxcpuid_bit a, struct tdxcpuid_bit b)
{
	return a.leaf == b.leaf && a.subleaf == b.subleaf && a.reg == b.reg && a.bit == b.bit;
}

static bool before(struct tdxcpuid_bit a, struct tdxcpuid_bit b)
{
	if (a.leaf != b.leaf)
		return a.leaf < b.leaf;
	if (a.subleaf != b.subleaf)
		return a.subleaf < b.subleaf;
	return a.reg * 32 + a.bit < b.reg * 32 + b.bit;
}

/* X86_FEATURE_* of the policy's table against our own. */
static int policy_rows, policy_faults;

static void policy_row(struct tdxcpuid_bit bit, const char *feature)
{
	char name[TDXCPUID_NAME_MAX];
	size_t i;

	tdxcpuid_bit_name(&bit, name);
	for (i = 0; name[i] && name[i] == tolower((unsigned char)feature[i]); i++)
		;
	policy_rows++;
	if (name[i] || feature[i]) {
		policy_faults++;
		tap_note("the policy calls it %s, names_bits.h %s", feature, name);
	}
}

static void check_policy(void)
{
#define TDX_CPUID_BIT(leaf, subleaf, reg, bit, name, verdict, reason, source) \
	policy_row((struct tdxcpuid_bit){ leaf, SUBLEAF_##subleaf, TDXCPUID_##reg, bit }, #name);
#include "../../policy/tdx_cpuid_bits.h"
	tap(policy_rows > 50 && !policy_faults, "%d names of the policy", policy_rows);
}

static void check_table(void)
{
	struct tdxcpuid_bit bit, last = { 0 }, found;
	char name[TDXCPUID_NAME_MAX];
	bool order = true, names = true, aliases = true;
	const char *alias;
	u32 n;

	for (n = 0; tdxcpuid_bit_nth(n, &bit); n++) {
		if (n && !before(last, bit)) {
			order = false;
			tap_note("row %u is out of order", n);
		}
		last = bit;
		tdxcpuid_bit_name(&bit, name);
		if (!tdxcpuid_bit_find(name, &found) || !same(found, bit)) {
			names = false;
			tap_note("%s is found elsewhere", name);
		}
		for (u32 i = 0; (alias = tdxcpuid_bit_alias(&bit, i)); i++) {
			if (!tdxcpuid_bit_find(alias, &found) || !same(found, bit)) {
				aliases = false;
				tap_note("alias %s of %s is found elsewhere", alias, name);
			}
		}
	}
	tap(order && n > 200, "%u rows in order", n);
	tap(names, "each name means its own bit");
	tap(aliases, "each alias means its own bit");
}

static void check_spellings(void)
{
	static const u32 leaves[] = { 0, 1, 0x1e, 0x80000008, 0xffffffff };
	static const u32 subleaves[] = { 0, 5, 0xfffffffe, SUBLEAF_NONE };
	struct tdxcpuid_bit found;
	char name[TDXCPUID_NAME_MAX];
	bool good = true;

	for (u32 l = 0; l < 5; l++) {
		for (u32 s = 0; s < 4; s++) {
			for (int i = 0; i < 128; i++) {
				const struct tdxcpuid_bit bit = { leaves[l], subleaves[s], i / 32,
								  i % 32 };

				if (strlen(tdxcpuid_bit_name(&bit, name)) >= TDXCPUID_NAME_MAX ||
				    !tdxcpuid_bit_find(name, &found) || !same(found, bit))
					good = false;
			}
		}
	}
	tap(good, "each bit is found by what it is called");
}

static void check_found(const char *name, bool there, struct tdxcpuid_bit bit)
{
	struct tdxcpuid_bit found;
	bool got = tdxcpuid_bit_find(name, &found);

	tap(got == there && (!there || same(found, bit)), "'%s' is %s", name,
	    there ? "a bit" : "none");
}

int main(void)
{
	const struct tdxcpuid_bit waitpkg = { 7, 0, TDXCPUID_ECX, 5 }, none = { 0 };

	check_table();
	check_spellings();
	check_policy();
	check_found("waitpkg", true, waitpkg);
	check_found("WAITPKG", true, waitpkg);
	check_found("wait-pkg", true, waitpkg);
	check_found("7.0.ecx.5", true, waitpkg);
	check_found("0x7.0x0.ECX.5", true, waitpkg);
	check_found("tsc-deadline", true,
		    (struct tdxcpuid_bit){ 1, SUBLEAF_NONE, TDXCPUID_ECX, 24 });
	check_found("sse4.2", true, (struct tdxcpuid_bit){ 1, SUBLEAF_NONE, TDXCPUID_ECX, 20 });
	check_found("fred", true, (struct tdxcpuid_bit){ 7, 1, TDXCPUID_EAX, 17 });
	check_found("", false, none);
	check_found("-", false, none);
	check_found("7", false, none);
	check_found("7.0.ecx", false, none);
	check_found("7.0.ecx.", false, none);
	check_found("7.0.ecx.32", false, none);
	check_found("7.0.ecx.5.", false, none);
	check_found("7.0.0.ecx.5", false, none);
	check_found("7.0.exx.5", false, none);
	check_found("100000000.0.ecx.5", false, none);
	check_found("7.0.ecx.-1", false, none);
	check_found("7.0.ecx.0x5", false, none);
	return tap_end();
}
