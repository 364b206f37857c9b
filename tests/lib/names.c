// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The names of bits: in order, without a double meaning, and the same as the policy's. */
#include <ctype.h>
#include <stdio.h>
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

/* As Linux, QEMU and Intel's manual write them; what contradicts itself is no bit. */
static void check_notations(void)
{
	const struct tdxcpuid_bit none = { 0 }, waitpkg = { 7, 0, TDXCPUID_ECX, 5 };
	const struct tdxcpuid_bit avx10 = { 7, 1, TDXCPUID_EDX, 19 };
	const struct tdxcpuid_bit pt = { 7, 0, TDXCPUID_EBX, 25 };
	const struct tdxcpuid_bit sse41 = { 1, SUBLEAF_NONE, TDXCPUID_ECX, 19 };

	check_found("X86_FEATURE_WAITPKG", true, waitpkg);
	check_found("CPUID[eax=07h,ecx=01h].EDX.avx10", true, avx10);
	check_found("CPUID[eax=07h,ecx=01h].EDX.avx10 [bit 19]", true, avx10);
	check_found("warning: host doesn't support requested feature: CPUID.07H:EBX.intel-pt "
		    "[bit 25]",
		    true, pt);
	check_found("CPUID.07H:EBX.intel-pt", true, pt);
	check_found("CPUID.01H:ECX.sse4.1 [bit 19]", true, sse41);
	check_found("CPUID.(EAX=07H,ECX=0):ECX[5]", true, waitpkg);
	check_found("CPUID.(EAX=07H,ECX=0H):ECX.WAITPKG[bit 5]", true, waitpkg);
	check_found("CPUID.07H:ECX[5]", true, waitpkg);
	check_found("cpuid.01h:ecx.19", true, sse41);
	check_found("CPUID.80000008H:EBX[9]", true,
		    (struct tdxcpuid_bit){ 0x80000008, SUBLEAF_NONE, TDXCPUID_EBX, 9 });
	check_found("CPUID[eax=0dh,ecx=01h].EAX.xfd", true,
		    (struct tdxcpuid_bit){ 0xd, 1, TDXCPUID_EAX, 4 });
	check_found("CPUID[eax=14h,ecx=00h].ECX [bit 31]", true,
		    (struct tdxcpuid_bit){ 0x14, 0, TDXCPUID_ECX, 31 });
	check_found("CPUID[eax=07h,ecx=00h].EDX.avx10", false, none);
	check_found("CPUID[eax=07h,ecx=01h].EDX.avx10 [bit 18]", false, none);
	check_found("CPUID.07H:EBX.nonsense", false, none);
	check_found("CPUID.07H:EBX.intel-pt.25 [bit 25]", true, pt);
	check_found("CPUID.07H:EBX", false, none);
	check_found("CPUID.07H", false, none);
	check_found("CPUID", false, none);
	check_found("CPUID.(ECX=07H):ECX[5]", false, none);
	check_found("CPUID.(EAX=07H,ECX=0,ECX=1):ECX[5]", false, none);
	check_found("CPUID.07H:ECX[32]", false, none);
	check_found("CPUID.07H:ECX[5][6]", false, none);
	check_found("CPUID.1007H07H07H07H07H07H07H07H07H07H07H07H07H:ECX[5]", false, none);
	check_found("X86_FEATURE_", false, none);
}

static void check_field(const char *name, enum tdxcpuid_field field, u64 mask)
{
	enum tdxcpuid_field found;
	uint64_t got;
	bool there = tdxcpuid_field_find(name, &found, &got);

	tap(there == !!mask && (!there || (found == field && got == mask)), "'%s' is %s 0x%llx",
	    name, mask ? tdxcpuid_field_name(field) : "none", (unsigned long long)mask);
}

static void check_fields(void)
{
	char text[TDXCPUID_TEXT_MAX];
	bool good = true;

	check_field("perfmon", TDXCPUID_FIELD_ATTRIBUTES, 1ULL << 63);
	check_field("PMU", TDXCPUID_FIELD_ATTRIBUTES, 1ULL << 63);
	check_field("attributes.63", TDXCPUID_FIELD_ATTRIBUTES, 1ULL << 63);
	check_field("ATTRIBUTES.PKS", TDXCPUID_FIELD_ATTRIBUTES, 1 << 30);
	check_field("sept-ve-disable", TDXCPUID_FIELD_ATTRIBUTES, 1 << 28);
	check_field("xfam.17", TDXCPUID_FIELD_XFAM, 1 << 17);
	check_field("xfam.amx", TDXCPUID_FIELD_XFAM, 3 << 17);
	check_field("AVX512", TDXCPUID_FIELD_XFAM, 7 << 5);
	check_field("attributes.64", 0, 0);
	check_field("xfam.", 0, 0);
	check_field("xfam.perfmon", 0, 0);
	check_field("attributes.amx", 0, 0);
	check_field("", 0, 0);

	for (int field = 0; field <= TDXCPUID_FIELD_XFAM; field++) {
		for (u32 bit = 0; bit < 64; bit++) {
			const char *name = tdxcpuid_field_bit_name(field, bit);
			enum tdxcpuid_field found;
			char spelt[64];
			uint64_t mask;

			if (!name)
				continue;
			snprintf(spelt, sizeof(spelt), "%s.%s", tdxcpuid_field_name(field), name);
			good &= tdxcpuid_field_find(spelt, &found, &mask) && (int)found == field &&
				mask == 1ULL << bit;
		}
	}
	tap(good, "each bit of ATTRIBUTES and XFAM is found by its name");

	tdxcpuid_field_text(TDXCPUID_FIELD_XFAM, 0x202e4, text);
	tap(!strcmp(text, "AVX (bit 2), AVX512 (bits 5, 6, 7), PKRU (bit 9), XTILECFG (bit 17)"),
	    "components that go together have one name, half of them their own: %s", text);
	tdxcpuid_field_text(TDXCPUID_FIELD_ATTRIBUTES, 1ULL << 63 | 1 << 3, text);
	tap(!strcmp(text, "bit 3, PERFMON (bit 63)"), "a bit without name: %s", text);
	tdxcpuid_field_text(TDXCPUID_FIELD_XFAM, ~0ULL, text);
	tap(strlen(text) < TDXCPUID_TEXT_MAX - 1 && strstr(text, "bit 63"), "all bits have room");
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
	check_notations();
	check_fields();
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
	tap(tdxcpuid_version() == TDXCPUID_VERSION, "header and library are of one version");
	return tap_end();
}
