// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What holds of a leaf whoever asks: is its index significant, what changes at run time. */
#include <linux/kernel.h>

#include "kvm_tdx.h"

bool kvm_cpuid_is_indexed(u32 leaf)
{
	switch (leaf) {
	case 0x4:
	case 0x7:
	case 0xb:
	case 0xd:
	case 0xf:
	case 0x10:
	case 0x12:
	case 0x14:
	case 0x17:
	case 0x18:
	case 0x1d:
	case 0x1e:
	case 0x1f:
	case 0x24:
	case 0x8000001d:
		return true;
	default:
		return false;
	}
}

u32 kvm_cpuid_runtime_bits(u32 leaf, u32 subleaf, int reg)
{
	static const struct {
		u32 leaf;
		u32 subleaf;
		int reg;
		u32 mask;
	} runtime[] = {
		{ 0x1, TDX_NO_SUBLEAF, TDX_EBX, 0xff000000 },  /* initial APIC ID */
		{ 0x1, TDX_NO_SUBLEAF, TDX_ECX, 0x08000000 },  /* OSXSAVE */
		{ 0x7, 0, TDX_ECX, 0x10 },		       /* OSPKE */
		{ 0xd, 0, TDX_EBX, ~0U },		       /* XSAVE size for XCR0 */
		{ 0xd, 1, TDX_EBX, ~0U },		       /* and for IA32_XSS */
		{ 0x8000001e, TDX_NO_SUBLEAF, TDX_EAX, ~0U },  /* extended APIC ID */
		{ 0x8000001e, TDX_NO_SUBLEAF, TDX_EBX, 0xff }, /* compute unit or core ID */
		{ 0x8000001e, TDX_NO_SUBLEAF, TDX_ECX, 0xff }, /* node ID */
	};

	if ((leaf == 0xb || leaf == 0x1f) && reg == TDX_EDX)
		return ~0U; /* x2APIC ID */

	for (u32 i = 0; i < ARRAY_SIZE(runtime); i++) {
		if (runtime[i].leaf == leaf && runtime[i].subleaf == subleaf &&
		    runtime[i].reg == reg)
			return runtime[i].mask;
	}

	return 0;
}
