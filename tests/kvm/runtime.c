// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The bits of CPUID that change while a vCPU runs, or are its own: bit by bit, and no
 * others.  From the SDM's and the APM's descriptions of CPUID.
 */
#include "../../kvm/kvm_tdx.h"
#include "../tap.h"

static bool changes(u32 leaf, u32 subleaf, int reg, int bit)
{
	switch (leaf) {
	case 0x1:
		return (reg == TDX_EBX && bit >= 24) || (reg == TDX_ECX && bit == 27);
	case 0x7:
		return subleaf == 0 && reg == TDX_ECX && bit == 4;
	case 0xb:
	case 0x1f:
		return reg == TDX_EDX;
	case 0xd:
		return subleaf <= 1 && reg == TDX_EBX;
	case 0x8000001e:
		return reg == TDX_EAX || (bit < 8 && (reg == TDX_EBX || reg == TDX_ECX));
	}
	return false;
}

int main(void)
{
	u32 wrong = 0, nr = 0;

	for (u32 n = 0; n < 2 * 0x40 * 4 * 32; n++) {
		u32 leaf = (n / 128 % 0x40) | (n / 128 / 0x40 ? 0x80000000 : 0);
		int reg = n / 32 % 4, bit = n % 32;

		for (u32 subleaf = 0; subleaf < 4; subleaf++) {
			bool indexed = kvm_cpuid_is_indexed(leaf);
			u32 mask = kvm_cpuid_runtime_bits(leaf, indexed ? subleaf : TDX_NO_SUBLEAF,
							  reg);
			bool want = changes(leaf, subleaf, reg, bit);

			wrong += (mask >> bit & 1) != want;
			nr += want;
		}
	}
	tap(!wrong && nr, "the bits that change at run time, %u of 0x80 leaves and 4 subleaves",
	    nr);
	return tap_end();
}
