// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * KVM_GET_SUPPORTED_CPUID of the profile's CPU: the native values with what
 * Linux 7.3's kvm_initialize_cpu_caps() and __do_cpuid_func() make of them.  A
 * host without SGX, Intel PT, PEBS and nested virtualization.
 */
#include "internal.h"

#define FLAG(n)		  (1U << (n))
#define HLE		  FLAG(4)
#define RTM		  FLAG(11)
#define AVX10		  FLAG(19)
#define ARCH_CAP_TSX_CTRL FLAG(7)
#define XCR0		  0x602ffULL
#define XSS		  0x1800ULL
#define XTILE		  0x60000ULL

/* Feature bits that KVM passes on where the CPU has them, and those it emulates. */
struct feature_word {
	u32 leaf;
	u32 subleaf;
	int reg;
	u32 passed;
	u32 emulated;
};

static const struct feature_word words[] = {
	{ 0x1, 0, TDXCPUID_ECX, 0x76dab203, FLAG(21) | FLAG(24) | FLAG(31) },
	{ 0x1, 0, TDXCPUID_EDX, 0x0f8bfbff, 0 },
	{ 0x7, 0, TDXCPUID_EBX, 0xfdbf2ff9, FLAG(1) },
	{ 0x7, 0, TDXCPUID_ECX, 0x1b415fee, 0 },
	{ 0x7, 0, TDXCPUID_EDX, 0x9fd1451c, FLAG(29) },
	{ 0x7, 1, TDXCPUID_EAX, 0x80ac1cb7, 0 }, /* LAM is off: CONFIG_ADDRESS_MASKING */
	{ 0x7, 1, TDXCPUID_EDX, 0x00084530, 0 },
	{ 0x7, 2, TDXCPUID_EDX, 0x0000003f, 0 },
	{ 0xd, 1, TDXCPUID_EAX, 0x0000001f, 0 },
	{ 0x1e, 1, TDXCPUID_EAX, 0x000001df, 0 },
	{ 0x24, 0, TDXCPUID_EBX, 0x000700ff, 0 }, /* widths, and the version in bits 7:0 */
	{ 0x24, 1, TDXCPUID_ECX, 0x00000004, 0 },
	{ 0x80000001, 0, TDXCPUID_ECX, 0x00610bf3, 0 },
	{ 0x80000001, 0, TDXCPUID_EDX, 0xefd3fbff, 0 },
	{ 0x80000007, 0, TDXCPUID_EDX, 0x00000100, 0 },
	/* The kernel's own flags for SPEC_CTRL, which AMD's bits stand for. */
	{ 0x80000008, 0, TDXCPUID_EBX, 0x00000205,
	  FLAG(12) | FLAG(14) | FLAG(15) | FLAG(24) | FLAG(30) },
};

struct list {
	const struct host_model *host;
	struct kvm_cpuid_entry2 *entry;
	u32 nr;
};

static void clear(struct kvm_cpuid_entry2 *entry)
{
	entry->eax = entry->ebx = entry->ecx = entry->edx = 0;
}

/* Append what the CPU answers, with KVM's choice of features. */
static struct kvm_cpuid_entry2 *append(struct list *list, u32 leaf, u32 subleaf)
{
	static struct kvm_cpuid_entry2 overflow;
	struct kvm_cpuid_entry2 *entry = &overflow;
	u32 reg[4];

	if (list->nr < TDXCPUID_MAX_ENTRIES)
		entry = &list->entry[list->nr++];
	host_cpuid(list->host, leaf, subleaf, reg);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (words[i].leaf == leaf && words[i].subleaf == subleaf)
			reg[words[i].reg] =
				(reg[words[i].reg] & words[i].passed) | words[i].emulated;
	}
	*entry = (struct kvm_cpuid_entry2){
		.function = leaf,
		.index = subleaf,
		.flags = tdxcpuid_leaf_indexed(leaf) ? KVM_CPUID_FLAG_SIGNIFCANT_INDEX : 0,
		.eax = reg[TDXCPUID_EAX],
		.ebx = reg[TDXCPUID_EBX],
		.ecx = reg[TDXCPUID_ECX],
		.edx = reg[TDXCPUID_EDX],
	};
	return entry;
}

/* Size of the XSAVE area with the components in @mask. */
static u32 xsave_size(const struct host_model *host, u64 mask, bool compacted)
{
	u32 size = 576;

	for (u32 i = 2; i < 64; i++) {
		u32 reg[4], offset;

		if (!(mask >> i & 1))
			continue;
		host_cpuid(host, 0xd, i, reg);
		if (compacted)
			offset = reg[TDXCPUID_ECX] & 2 ? (size + 63) & ~63U : size;
		else
			offset = reg[TDXCPUID_EBX];
		if (compacted || offset + reg[TDXCPUID_EAX] > size)
			size = offset + reg[TDXCPUID_EAX];
	}
	return size;
}

static void append_xstate(struct list *list, u64 xcr0, u64 xss)
{
	struct kvm_cpuid_entry2 *entry = append(list, 0xd, 0);

	entry->eax &= xcr0;
	entry->ebx = entry->ecx = xsave_size(list->host, xcr0, false);
	entry->edx = 0;

	entry = append(list, 0xd, 1);
	entry->ebx = xsave_size(list->host, xcr0 | xss, true);
	entry->ecx &= xss;
	entry->edx = 0;

	for (u32 i = 2; i < 64; i++) {
		if ((xcr0 | xss) >> i & 1)
			append(list, 0xd, i)->edx = 0;
	}
}

static void append_perfmon(struct list *list)
{
	struct kvm_cpuid_entry2 *entry = append(list, 0xa, 0);
	u32 fixed = entry->edx & 0x1f;

	if (!(entry->eax & 0xff))
		return;
	/* KVM's PMU: version 2, at most 8 counters, 3 of them fixed. */
	entry->eax = (entry->eax & 0xffff0000) | 0x0800 | 2;
	entry->edx = (entry->edx & 0x1fe0) | (fixed < 3 ? fixed : 3) | FLAG(15);
	entry->ecx = 0;
}

/* The leaves whose subleaf 0 says in EAX how many there are. */
static void append_subleaves(struct list *list, struct kvm_cpuid_entry2 *entry)
{
	u32 leaf = entry->function, max = entry->eax;

	switch (leaf) {
	case 0x7:
		max = entry->eax = max < 2 ? max : 2;
		if (max >= 1) {
			entry = append(list, leaf, 1);
			entry->ebx = entry->ecx = 0;
		}
		if (max >= 2) {
			entry = append(list, leaf, 2);
			entry->eax = entry->ebx = entry->ecx = 0;
		}
		break;
	case 0x1d:
		for (u32 i = 1; i <= max; i++)
			append(list, leaf, i);
		break;
	case 0x1e:
		max = entry->eax = max < 1 ? max : 1;
		if (max >= 1) {
			entry = append(list, leaf, 1);
			entry->ebx = entry->ecx = entry->edx = 0;
		}
		break;
	}
}

/* AVX10 for who has its feature bit: versions 1 and 2, and no more subleaves than that knows. */
static void append_avx10(struct list *list)
{
	struct kvm_cpuid_entry2 *entry = append(list, 0x24, 0);
	u32 reg[4], version = entry->ebx & 0xff;

	host_cpuid(list->host, 0x7, 1, reg);
	if (!(reg[TDXCPUID_EDX] & AVX10)) {
		clear(entry);
		return;
	}
	entry->eax = entry->eax < 1 ? entry->eax : 1;
	entry->ebx = (entry->ebx & ~0xffU) | (version < 2 ? version : 2);
	entry->ecx = entry->edx = 0;
	if (entry->eax) {
		entry = append(list, 0x24, 1);
		entry->eax = entry->ebx = entry->edx = 0;
	}
}

static void append_leaf(struct list *list, u32 leaf, u64 xcr0)
{
	struct kvm_cpuid_entry2 *entry;
	u32 max, phys;

	switch (leaf) {
	case 0xd:
		append_xstate(list, xcr0, list->host->supported_xss);
		return;
	case 0xa:
		append_perfmon(list);
		return;
	case 0x24:
		append_avx10(list);
		return;
	}

	entry = append(list, leaf, 0);
	switch (leaf) {
	case 0:
		entry->eax = entry->eax < 0x24 ? entry->eax : 0x24;
		break;
	case 0x1:
	case 0x2:
	case 0x80000000:
	case 0x80000001:
	case 0x80000002:
	case 0x80000003:
	case 0x80000004:
	case 0x80000005:
	case 0x80000006:
		break;
	case 0x4:
		for (u32 i = 1; entry->eax & 0x1f; i++)
			entry = append(list, leaf, i);
		break;
	case 0x6:
		clear(entry);
		entry->eax = 0x4; /* ARAT */
		break;
	case 0x7:
	case 0x1d:
	case 0x1e:
		append_subleaves(list, entry);
		break;
	case 0xb:
	case 0x1f:
		entry->eax = entry->ebx = entry->ecx = 0;
		break;
	case 0x80000007:
		entry->eax = entry->ebx = entry->ecx = 0;
		break;
	case 0x80000008:
		phys = entry->eax & 0xff;
		max = list->host->info.gpaw52 != TDXCPUID_YES && phys > 48 ? 48 : phys;
		entry->eax = (entry->eax & 0xffff) | max << 16;
		entry->ecx = entry->edx = 0;
		break;
	default:
		clear(entry);
	}
}

static void append_kvm(struct list *list)
{
	struct kvm_cpuid_entry2 *entry = append(list, 0, 0);

	*entry = (struct kvm_cpuid_entry2){ .function = 0x40000000,
					    .eax = 0x40000001,
					    .ebx = 0x4b4d564b,
					    .ecx = 0x564b4d56,
					    .edx = 0x4d };
	entry = append(list, 0, 0);
	*entry = (struct kvm_cpuid_entry2){ .function = 0x40000001, .eax = 0x01007efb };
}

u32 supported_cpuid(const struct host_model *host, bool amx, struct kvm_cpuid_entry2 *entries)
{
	struct list list = { host, entries, 0 };
	u64 xcr0 = host->supported_xcr0 & ~(amx ? 0 : XTILE);
	u32 first;

	for (u32 range = 0; range < 2; range++) {
		u32 base = range ? 0x80000000 : 0;

		first = list.nr;
		append_leaf(&list, base, xcr0);
		for (u32 leaf = base + 1; leaf <= list.entry[first].eax; leaf++)
			append_leaf(&list, leaf, xcr0);
	}
	append_kvm(&list);
	return list.nr;
}

u32 xsave_area(const struct host_model *host, bool amx)
{
	u32 size = xsave_size(host, host->supported_xcr0 & ~(amx ? 0 : XTILE), false);

	return size < sizeof(struct kvm_xsave) ? sizeof(struct kvm_xsave) : size;
}

void supported_xstate(struct host_model *host)
{
	u32 reg[4];

	tdxcpuid_cpu_cpuid(host->info.cpu, 0xd, 0, reg);
	host->supported_xcr0 = reg[TDXCPUID_EAX] & XCR0;
	tdxcpuid_cpu_cpuid(host->info.cpu, 0xd, 1, reg);
	host->supported_xss = reg[TDXCPUID_ECX] & XSS;
}

/* A CPU has a name; profiles need not say it. */
static void brand(const struct host_model *host, u32 leaf, u32 reg[4])
{
	static const char prefix[] = "Simulated TDX host: ";
	char text[48] = { 0 };

	memcpy(text, prefix, sizeof(prefix));
	strncat(text, tdxcpuid_cpu_name(host->info.cpu), sizeof(text) - sizeof(prefix));
	memcpy(reg, text + (leaf - 0x80000002) * 16, 16);
}

void host_cpuid(const struct host_model *host, u32 leaf, u32 subleaf, u32 reg[4])
{
	u32 max[4];

	/* Outside both ranges an Intel CPU answers with its highest basic leaf. */
	tdxcpuid_cpu_cpuid(host->info.cpu, leaf & 0x80000000, 0, max);
	if (leaf > max[TDXCPUID_EAX]) {
		tdxcpuid_cpu_cpuid(host->info.cpu, 0, 0, max);
		leaf = max[TDXCPUID_EAX];
	}
	tdxcpuid_cpu_cpuid(host->info.cpu, leaf, subleaf, reg);

	/* Linux turns TSX off where it can, and then CPUID hides it; no SGX in this firmware. */
	if (leaf == 7 && !subleaf) {
		reg[TDXCPUID_EBX] &= ~FLAG(2);
		reg[TDXCPUID_ECX] &= ~FLAG(30);
		if (tdxcpuid_cpu_arch_capabilities(host->info.cpu) & ARCH_CAP_TSX_CTRL)
			reg[TDXCPUID_EBX] &= ~(HLE | RTM);
	}
	if (leaf == 0x12)
		memset(reg, 0, 4 * sizeof(*reg));
	if (leaf >= 0x80000002 && leaf <= 0x80000004 && !(reg[0] | reg[1] | reg[2] | reg[3]))
		brand(host, leaf, reg);
}
