// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Of an ordinary VM's CPUID, which bits are no features, which are userspace's to
 * choose, and what KVM does with the others: tables for kvm/supported.c.
 *
 * "api.rst" is Linux 7.3's Documentation/virt/kvm/api.rst.  A register that is not
 * here is judged bit by bit, so that a bit of tomorrow is not taken for a number.
 */
#include <linux/bits.h>
#include <linux/kernel.h>

#include "supported.h"

#define EAX  TDXCPUID_EAX
#define EBX  TDXCPUID_EBX
#define ECX  TDXCPUID_ECX
#define EDX  TDXCPUID_EDX
#define NONE TDXCPUID_NO_SUBLEAF
#define ANY  KVM_ANY

#define NUMBER(leaf, subleaf, reg, mask) { leaf, subleaf, reg, mask, KVM_BITS_NUMBER, NULL, NULL },
#define LIMIT(leaf, subleaf, reg, mask, what) \
	{ leaf, subleaf, reg, mask, KVM_BITS_LIMIT, what, NULL },
#define CHOICE(leaf, subleaf, reg, mask, ...) \
	{ leaf, subleaf, reg, mask, KVM_BITS_CHOICE, __VA_ARGS__ },

#define API	 "Documentation/virt/kvm/api.rst, "
#define TOPOLOGY "topology and APIC IDs are the VM's own", API "9.1, CPU topology"
/* The section names 0xb, 0x1f and 0x8000001e; these say the same of the same. */
#define TOPOLOGY_TOO "topology is the VM's own", API "9.1, CPU topology, of which this is a part"
#define MWAIT                                                                                 \
	"MONITOR and MWAIT go by what the VM enables (KVM_CAP_X86_DISABLE_EXITS); KVM never " \
	"reports them",                                                                       \
		API "4.46, KVM_GET_SUPPORTED_CPUID"
#define RUN_TIME                                                                               \
	"KVM sets and clears it itself, with the guest's CR4, and takes nobody's word for it", \
		"arch/x86/kvm/cpuid.c, kvm_update_cpuid_runtime()"
#define X87                                                                             \
	"set means that the CPU lacks something, and KVM's advice is to set it always", \
		"Documentation/virt/kvm/x86/errata.rst, x87 features"

/* clang-format off */
static const struct kvm_bits rows[] = {
	NUMBER(0x0, NONE, ANY, ~0U)
	NUMBER(0x1, NONE, EAX, ~0U)
	CHOICE(0x1, NONE, EBX, GENMASK(31, 16), TOPOLOGY_TOO)
	NUMBER(0x1, NONE, EBX, GENMASK(15, 0))
	CHOICE(0x1, NONE, ECX, BIT(3), MWAIT)
	CHOICE(0x1, NONE, ECX, BIT(21),
	       "KVM emulates the x2APIC where it has the local APIC", API "4.46, KVM_GET_SUPPORTED_CPUID")
	CHOICE(0x1, NONE, ECX, BIT(24),
	       "KVM emulates the TSC deadline timer where it has the local APIC "
	       "(KVM_CAP_TSC_DEADLINE_TIMER), else userspace may", API "4.46, KVM_GET_SUPPORTED_CPUID")
	CHOICE(0x1, NONE, ECX, BIT(27), RUN_TIME)
	CHOICE(0x1, NONE, ECX, BIT(31),
	       "it tells the guest that it is one; KVM reports it whatever the CPU is",
	       "arch/x86/kvm/cpuid.c, kvm_initialize_cpu_caps()")
	CHOICE(0x1, NONE, EDX, BIT(28), TOPOLOGY_TOO)
	NUMBER(0x2, NONE, ANY, ~0U)
	NUMBER(0x3, NONE, ANY, ~0U)
	NUMBER(0x4, ANY, ANY, ~0U)
	CHOICE(0x5, NONE, ANY, ~0U, MWAIT)
	CHOICE(0x6, NONE, ECX, BIT(0),
	       "IA32_APERF and IA32_MPERF go by what the VM enables; KVM leaves the bit to userspace",
	       API "7.13, KVM_CAP_X86_DISABLE_EXITS")
	NUMBER(0x7, 0, EAX, ~0U)
	CHOICE(0x7, 0, EBX, BIT(6) | BIT(13), X87)
	CHOICE(0x7, 0, ECX, BIT(4), RUN_TIME)
	NUMBER(0xa, NONE, EAX, ~0U)
	/* Set: the CPU lacks the event. */
	NUMBER(0xa, NONE, EBX, ~0U)
	NUMBER(0xa, NONE, EDX, GENMASK(12, 0))
	CHOICE(0xb, ANY, ANY, ~0U, TOPOLOGY)
	NUMBER(0xd, 0, EBX, ~0U)
	NUMBER(0xd, 0, ECX, ~0U)
	NUMBER(0xd, 1, EBX, ~0U)
	/* The SGX leaf goes on with where userspace has put the EPC. */
	NUMBER(0x12, 0, EDX, GENMASK(15, 0))
	NUMBER(0x14, 0, EAX, ~0U)
	NUMBER(0x14, 1, EAX, GENMASK(2, 0))
	NUMBER(0x15, NONE, ANY, ~0U)
	NUMBER(0x16, NONE, ANY, ~0U)
	NUMBER(0x17, ANY, ANY, ~0U)
	NUMBER(0x18, ANY, ANY, ~0U)
	NUMBER(0x1a, NONE, EAX, ~0U)
	NUMBER(0x1d, ANY, ANY, ~0U)
	NUMBER(0x1e, 0, EAX, ~0U)
	NUMBER(0x1e, 0, EBX, GENMASK(23, 0))
	CHOICE(0x1f, ANY, ANY, ~0U, TOPOLOGY)
	NUMBER(0x20, 0, EAX, ~0U)
	NUMBER(0x24, 0, EAX, ~0U)
	LIMIT(0x24, 0, EBX, GENMASK(7, 0), "the version of AVX10")
	NUMBER(0x80000000, NONE, ANY, ~0U)
	NUMBER(0x80000001, NONE, EAX, ~0U)
	NUMBER(0x80000001, NONE, EBX, ~0U)
	NUMBER(0x80000002, NONE, ANY, ~0U)
	NUMBER(0x80000003, NONE, ANY, ~0U)
	NUMBER(0x80000004, NONE, ANY, ~0U)
	NUMBER(0x80000005, NONE, ANY, ~0U)
	NUMBER(0x80000006, NONE, ANY, ~0U)
	LIMIT(0x80000008, NONE, EAX, GENMASK(7, 0), "physical address bits")
	LIMIT(0x80000008, NONE, EAX, GENMASK(15, 8), "linear address bits")
	LIMIT(0x80000008, NONE, EAX, GENMASK(23, 16), "guest physical address bits")
	CHOICE(0x80000008, NONE, ECX, GENMASK(15, 12) | GENMASK(7, 0), TOPOLOGY_TOO)
	NUMBER(0x8000000a, NONE, EAX, GENMASK(7, 0))
	NUMBER(0x8000000a, NONE, EBX, ~0U)
	NUMBER(0x80000019, NONE, ANY, ~0U)
	NUMBER(0x8000001d, ANY, ANY, ~0U)
	CHOICE(0x8000001e, NONE, ANY, ~0U, TOPOLOGY)
	NUMBER(0x8000001f, NONE, EBX, ~0U)
	NUMBER(0x8000001f, NONE, ECX, ~0U)
	NUMBER(0x8000001f, NONE, EDX, ~0U)
	NUMBER(0x80000021, NONE, EBX, GENMASK(23, 16) | GENMASK(11, 0))
	NUMBER(0x80000022, NONE, EBX, ~0U)
	CHOICE(0x80000026, ANY, ANY, ~0U, TOPOLOGY_TOO)
	NUMBER(0xc0000000, NONE, ANY, ~0U)
	NUMBER(0xc0000001, NONE, EAX, ~0U)
};

/* Leaves that stand for many. */
static const struct kvm_bits paravirtual = {
	0, ANY, ANY, ~0U, KVM_BITS_CHOICE,
	"paravirtual leaves are userspace's to fill, of KVM's hypervisor or of another",
	"Documentation/virt/kvm/x86/cpuid.rst; " API "4.118, KVM_GET_SUPPORTED_HV_CPUID"
};
/* Of a component of the XSAVE area (0xd, from 2 on): size and place, and what it is. */
static const struct kvm_bits component_size = { 0xd, ANY, EAX, ~0U, KVM_BITS_NUMBER, NULL, NULL };
static const struct kvm_bits component_kind = { 0xd, ANY, ECX, 3, KVM_BITS_NUMBER, NULL, NULL };
/* A section of the EPC (0x12, from 2 on): where userspace has put it. */
static const struct kvm_bits epc = { 0x12, ANY, ANY, ~0U, KVM_BITS_NUMBER, NULL, NULL };
/* clang-format on */

static const struct kvm_bits *row_of_many(u32 leaf, u32 subleaf, int reg)
{
	if (leaf >> 28 == 4)
		return &paravirtual;
	if (subleaf == TDXCPUID_NO_SUBLEAF || subleaf < 2)
		return NULL;
	if (leaf == 0x12)
		return &epc;
	if (leaf == 0xd && reg != TDXCPUID_EDX)
		return reg == TDXCPUID_ECX ? &component_kind : &component_size;
	return NULL;
}

const struct kvm_bits *kvm_bits_row(u32 leaf, u32 subleaf, int reg, u32 n)
{
	const struct kvm_bits *many = row_of_many(leaf, subleaf, reg);

	if (many)
		return n ? NULL : many;
	for (u32 i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct kvm_bits *row = &rows[i];

		if (row->leaf == leaf && (row->subleaf == KVM_ANY || row->subleaf == subleaf) &&
		    (row->reg == KVM_ANY || row->reg == (u32)reg) && n-- == 0)
			return row;
	}
	return NULL;
}

/* ---- what KVM does with a bit ---- */

#define LACKS	"acts as if the vCPU lacked it, but "
#define NOTHING "does nothing with it, but the guest's CPUID shows it"
#define CR4	LACKS "a guest with VMX finds the bit of CR4 allowed in IA32_VMX_CR4_FIXED1"

struct use {
	u32 leaf;
	u32 subleaf;
	u32 reg;
	u32 mask;
	const char *words;
};

/* What is read as userspace has set it.  The functions are Linux 7.3's. */
static const struct use uses[] = {
	/* nested_vmx_cr_fixed1_bits_update() */
	{ 0x1, NONE, ECX, 0x04020060, CR4 },
	{ 0x1, NONE, EDX, 0x030020de, CR4 },
	{ 0x7, 0, EBX, 0x00100081, CR4 },
	{ 0x7, 0, ECX, 0x0001008c, CR4 },
	{ 0x7, 0, EDX, 0x00100000, CR4 },
	{ 0x7, 1, EAX, 0x04000000, CR4 },
	/* cpuid_func_emulated() */
	{ 0x1, NONE, ECX, 0x00400000, "emulates it, one exit each time (KVM_GET_EMULATED_CPUID)" },
	{ 0x7, 0, ECX, 0x00400000,
	  "emulates it where it supports RDTSCP, one exit each time (KVM_GET_EMULATED_CPUID)" },
	/* kvm_check_cpuid() */
	{ 0xd, 0, EAX, 0x00040000,
	  "fails KVM_SET_CPUID2 with -EPERM unless the process has asked for AMX in guests "
	  "(arch_prctl(ARCH_REQ_XCOMP_GUEST_PERM)); a list from before that lacks it, too" },
	{ 0xd, 0, EAX, 0x00020000,
	  "leaves it out of the XCR0 that the guest may set; a list from before "
	  "arch_prctl(ARCH_REQ_XCOMP_GUEST_PERM) lacks it, too" },
	/* cpuid_get_supported_xcr0(), cpuid_get_supported_xss() */
	{ 0xd, 0, EAX, ~0U, "leaves it out of the XCR0 that the guest may set: XSETBV is #GP" },
	{ 0xd, 0, EDX, ~0U, "leaves it out of the XCR0 that the guest may set: XSETBV is #GP" },
	{ 0xd, 1, ECX, ~0U, "leaves it out of the IA32_XSS that the guest may set: WRMSR is #GP" },
	{ 0xd, 1, EDX, ~0U, "leaves it out of the IA32_XSS that the guest may set: WRMSR is #GP" },
	/* kvm_set_msr_common() */
	{ 0xd, 1, EAX, 0x8, "gives the guest IA32_XSS" },
	/* __handle_encls_ecreate() */
	{ 0x12, 0, EBX, ~0U, "lets an enclave of a guest with SGX ask for it in MISCSELECT" },
	{ 0x12, 1, ANY, ~0U, "lets an enclave of a guest with SGX ask for it in its attributes" },
	/* update_intel_pt_cfg() */
	{ 0x14, ANY, ANY, ~0U,
	  "lets a guest with Intel PT set what it stands for in IA32_RTIT_CTL" },
	/* A feature word, but for the version in it. */
	{ 0x24, 0, EBX, 0x000000ff, NOTHING },
	/* kvm_vcpu_after_set_cpuid() */
	{ 0x80000001, NONE, EDX, 0x04000000, "goes by the host's CPU instead, with EPT or NPT" },
	{ 0x80000008, NONE, EAX, 0x000000ff,
	  "takes it for MAXPHYADDR: which bits of addresses and page tables are reserved" },
	/* kvm_check_cpuid() */
	{ 0x80000008, NONE, EAX, 0x0000ff00, "fails KVM_SET_CPUID2 if it is not 0, 48 or 57" },
};

/* KVM's feature words, reverse_cpuid[]. */
static const struct use words[] = {
	{ 0x1, NONE, ECX },	   { 0x1, NONE, EDX },	      { 0x6, NONE, EAX },
	{ 0x7, 0, EBX },	   { 0x7, 0, ECX },	      { 0x7, 0, EDX },
	{ 0x7, 1, EAX },	   { 0x7, 1, ECX },	      { 0x7, 1, EDX },
	{ 0x7, 2, EDX },	   { 0xd, 1, EAX },	      { 0x12, 0, EAX },
	{ 0x1e, 1, EAX },	   { 0x24, 0, EBX },	      { 0x24, 1, ECX },
	{ 0x80000001, NONE, ECX }, { 0x80000001, NONE, EDX }, { 0x80000007, NONE, EDX },
	{ 0x80000008, NONE, EBX }, { 0x8000000a, NONE, EDX }, { 0x8000001f, NONE, EAX },
	{ 0x80000021, NONE, EAX }, { 0x80000021, NONE, ECX }, { 0x80000022, NONE, EAX },
	{ 0x80860001, NONE, EDX }, { 0xc0000001, NONE, EDX },
};

static bool is_of(const struct use *use, u32 leaf, u32 subleaf, int reg)
{
	return use->leaf == leaf && (use->subleaf == KVM_ANY || use->subleaf == subleaf) &&
	       (use->reg == KVM_ANY || use->reg == (u32)reg);
}

const char *kvm_cpuid_use(u32 leaf, u32 subleaf, int reg, u32 *mask)
{
	/* Rows with all bits of a register stand behind those with a few. */
	for (u32 i = 0; i < ARRAY_SIZE(uses); i++) {
		if (is_of(&uses[i], leaf, subleaf, reg) && *mask & uses[i].mask) {
			*mask &= uses[i].mask;
			return uses[i].words;
		}
	}
	for (u32 i = 0; i < ARRAY_SIZE(words); i++) {
		if (is_of(&words[i], leaf, subleaf, reg))
			return LACKS "the guest's CPUID shows it";
	}
	return NOTHING;
}
