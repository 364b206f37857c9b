// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What tdxcpuid_bit_fate() says of a bit whatever the request must be what tdxcpuid_check()
 * says of requests: every bit of every leaf, on every module, CPU and policy, with nothing and
 * with everything configured, with each XFAM that KVM supports but for one component or pair.
 */
#include <string.h>

#include <tdxcpuid.h>

#include "../../include/linux-names.h"
#include "../tap.h"

#define HLE_RTM 0x810U

static u64 nr_bits, nr_faults;

static struct judged {
	struct tdxcpuid_host *host;
	struct tdxcpuid_host_info info;
	u64 xfam;
	u32 nent;
	struct kvm_cpuid_entry2 entries[TDXCPUID_MAX_SLOTS];
	struct tdxcpuid_answer *answer;
} j = { .info = { .size = sizeof(j.info) } };

/* Of the leaves that the module knows and of some that it does not, once for a host. */
static const u32 unknown[][2] = { { 0x1e, 1 }, { 0x24, 0 }, { 0x7, 3 }, { 0x30, ~0U } };
static struct leaf {
	u32 leaf;
	u32 subleaf;
	u32 native[4];
	struct tdxcpuid_bit_fate fate[4][32];
} leaves[TDXCPUID_MAX_LOOKUP + 4];
static u32 nr_leaves;

static void add_leaf(u32 leaf, u32 subleaf)
{
	struct leaf *l = &leaves[nr_leaves++];

	l->leaf = leaf;
	l->subleaf = subleaf;
	tdxcpuid_cpu_cpuid(j.info.cpu, leaf, subleaf == TDXCPUID_NO_SUBLEAF ? 0 : subleaf,
			   l->native);
	for (int i = 0; i < 128; i++) {
		const struct tdxcpuid_bit bit = { leaf, subleaf, i / 32, i % 32 };

		tdxcpuid_bit_fate(j.host, &bit, &l->fate[i / 32][i % 32]);
	}
}

static void find_fates(void)
{
	struct tdxcpuid_module_entry entry;

	nr_leaves = 0;
	for (u32 i = 0; tdxcpuid_module_entry(j.info.module, i, &entry); i++)
		add_leaf(entry.leaf, entry.subleaf);
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
		add_leaf(unknown[i][0], unknown[i][1]);
}

static u32 reg_of(const struct kvm_cpuid_entry2 *e, int reg)
{
	const u32 regs[4] = { e->eax, e->ebx, e->ecx, e->edx };

	return regs[reg];
}

static bool is_choice(enum tdxcpuid_fate fate)
{
	return fate == TDXCPUID_FATE_CHOICE || fate == TDXCPUID_FATE_CHOICE_NATIVE;
}

/* Of 0x1f the module takes the CPU's levels where there are none. */
static bool is_topology(u32 leaf)
{
	return leaf == 0x1f;
}

static u32 choices(u32 leaf, u32 subleaf, int reg, bool without_tsx)
{
	u32 mask = 0;

	for (int bit = 0; bit < 32; bit++) {
		struct tdxcpuid_bit_fate fate;

		tdxcpuid_bit_fate(j.host, &(struct tdxcpuid_bit){ leaf, subleaf, reg, bit }, &fate);
		if (is_choice(fate.fate))
			mask |= 1U << bit;
	}
	if (without_tsx && leaf == 7 && !subleaf && reg == TDXCPUID_EBX)
		mask &= ~HLE_RTM;

	return mask;
}

/* A request with every bit that is said to be the VMM's choice, or with none. */
static void make_request(bool all, bool without_tsx)
{
	struct tdxcpuid_slot slot;

	j.nent = 0;
	for (u32 k = 0; tdxcpuid_host_slot(j.host, k, &slot); k++) {
		struct kvm_cpuid_entry2 *e = &j.entries[j.nent++];
		u32 mask[4] = { 0 };

		for (int reg = 0; all && !is_topology(slot.leaf) && reg < 4; reg++)
			mask[reg] = choices(slot.leaf, slot.subleaf, reg, without_tsx);
		*e = (struct kvm_cpuid_entry2){ .function = slot.leaf,
						.eax = mask[0],
						.ebx = mask[1],
						.ecx = mask[2],
						.edx = mask[3] };
		if (slot.subleaf != TDXCPUID_NO_SUBLEAF) {
			e->index = slot.subleaf;
			e->flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX;
		}
		if (slot.leaf == 0x80000008)
			e->eax |= 48 << 16;
	}
}

static int judge(void)
{
	const struct tdxcpuid_request request = {
		.size = sizeof(request),
		.nent = j.nent,
		.entries = j.entries,
		.attributes = j.info.attributes,
		.xfam = j.xfam,
	};

	if (tdxcpuid_check(j.host, &request, &j.answer))
		return -1;
	return j.answer->error;
}

static const struct kvm_cpuid_entry2 *find_effective(u32 leaf, u32 subleaf)
{
	for (u32 i = 0; i < j.answer->nr_effective; i++) {
		const struct kvm_cpuid_entry2 *e = &j.answer->effective[i];
		bool indexed = e->flags & KVM_CPUID_FLAG_SIGNIFCANT_INDEX;

		if (e->function == leaf &&
		    (indexed ? e->index == subleaf : subleaf == TDXCPUID_NO_SUBLEAF))
			return e;
	}

	return NULL;
}

static u32 requested(u32 leaf, u32 subleaf, int reg)
{
	for (u32 i = 0; i < j.nent; i++) {
		const struct kvm_cpuid_entry2 *e = &j.entries[i];

		if (e->function == leaf && (subleaf == TDXCPUID_NO_SUBLEAF || e->index == subleaf))
			return reg_of(e, reg);
	}

	return 0;
}

/* The bits of a register that are said to be 1 in the TD; *@open: of which nothing is said. */
static u32 expected(const struct leaf *l, int reg, u32 *open)
{
	u32 asked = requested(l->leaf, l->subleaf, reg), ones = 0;
	bool mwait = find_effective(1, TDXCPUID_NO_SUBLEAF)->ecx & 8;

	for (int bit = 0; bit < 32; bit++) {
		const struct tdxcpuid_bit_fate *fate = &l->fate[reg][bit];
		u32 mask = 1U << bit;

		if ((fate->xfam & ~j.xfam) || (fate->attributes & ~j.info.attributes) ||
		    (fate->mwait && !mwait))
			continue;
		switch (fate->fate) {
		case TDXCPUID_FATE_NEVER:
			break;
		case TDXCPUID_FATE_ALWAYS:
			ones |= mask;
			break;
		case TDXCPUID_FATE_NATIVE:
			ones |= l->native[reg] & mask;
			break;
		case TDXCPUID_FATE_CHOICE:
			ones |= asked & mask;
			break;
		case TDXCPUID_FATE_CHOICE_NATIVE:
			ones |= asked & l->native[reg] & mask;
			break;
		case TDXCPUID_FATE_RUN_TIME:
		case TDXCPUID_FATE_NUMBER:
		case TDXCPUID_FATE_UNKNOWN:
			*open |= mask;
		}
	}
	if (is_topology(l->leaf))
		*open = ~0U;

	return ones;
}

/* What may stay open: nobody hides a feature behind "a number". */
static u32 may_stay_open(u32 leaf, u32 subleaf, int reg)
{
	static const struct {
		u32 leaf;
		u32 subleaf;
		int reg;
		u32 mask;
	} known[] = {
		{ 0x1, TDXCPUID_NO_SUBLEAF, TDXCPUID_EBX, 0xff000000 },
		{ 0x1, TDXCPUID_NO_SUBLEAF, TDXCPUID_ECX, 1 << 27 },
		{ 0x7, 0, TDXCPUID_ECX, 1 << 4 },
		{ 0xd, 0, TDXCPUID_EBX, ~0U },
		{ 0xd, 0, TDXCPUID_ECX, ~0U },
		{ 0xd, 1, TDXCPUID_EBX, ~0U },
		{ 0x15, TDXCPUID_NO_SUBLEAF, TDXCPUID_EBX, ~0U },
		{ 0x80000001, TDXCPUID_NO_SUBLEAF, TDXCPUID_EDX, 1 << 11 },
		{ 0x80000008, TDXCPUID_NO_SUBLEAF, TDXCPUID_EAX, 0xffffff },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (known[i].leaf == leaf && known[i].subleaf == subleaf && known[i].reg == reg)
			return known[i].mask;
	}

	return leaf == 0xb || leaf == 0x1f ? ~0U : 0;
}

static void compare_leaf(const struct leaf *l)
{
	const struct kvm_cpuid_entry2 *e = find_effective(l->leaf, l->subleaf);

	for (int reg = 0; reg < 4; reg++) {
		u32 open = 0, said = expected(l, reg, &open);
		u32 is = e ? reg_of(e, reg) : 0;
		u32 wrong =
			((said ^ is) & ~open) | (open & ~may_stay_open(l->leaf, l->subleaf, reg));

		nr_bits += 32;
		if (wrong && nr_faults++ < 20)
			tap_note(
				"module %s, %s, %s, xfam 0x%llx: %x.%x.%s is 0x%x, said to be 0x%x",
				tdxcpuid_module_version(j.info.module),
				tdxcpuid_cpu_name(j.info.cpu), tdxcpuid_policy_name(j.info.policy),
				(unsigned long long)j.xfam, l->leaf, l->subleaf,
				tdxcpuid_reg_name(reg), is, said);
	}
}

static void compare_all(void)
{
	for (u32 i = 0; i < nr_leaves; i++)
		compare_leaf(&leaves[i]);
}

/* Each bit alone that KVM is said to deny is refused. */
static bool refuses_denied(void)
{
	struct tdxcpuid_slot slot;
	bool good = true;

	make_request(false, false);
	for (u32 k = 0; tdxcpuid_host_slot(j.host, k, &slot); k++) {
		u32 *regs[4] = { &j.entries[k].eax, &j.entries[k].ebx, &j.entries[k].ecx,
				 &j.entries[k].edx };

		for (int i = 0; i < 128; i++) {
			struct tdxcpuid_bit bit = { slot.leaf, slot.subleaf, i / 32, i % 32 };
			struct tdxcpuid_bit_fate fate;
			u32 before = *regs[bit.reg];

			tdxcpuid_bit_fate(j.host, &bit, &fate);
			if (!fate.denied)
				continue;
			*regs[bit.reg] |= 1U << bit.bit;
			good &= judge() && j.answer->violations[0].reason == TDXCPUID_DENIED;
			*regs[bit.reg] = before;
		}
	}

	return good;
}

static bool compare_host(void)
{
	static const u64 without[] = { 0, 0x60000, 0xe0, 0x200, 0x1800, 0xe4, 0x61ae4 };
	bool good = true;

	find_fates();
	for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++) {
		j.xfam = j.info.xfam & ~without[i];
		make_request(false, false);
		if (judge())
			return false;
		compare_all();
		/* HLE and RTM are the VMM's choice, together and with IA32_TSX_CTRL. */
		make_request(true, false);
		if (judge())
			make_request(true, true);
		if (judge())
			return false;
		compare_all();
	}

	j.xfam = j.info.xfam;
	if (j.info.policy != TDXCPUID_NONE)
		good = refuses_denied();
	return good;
}

/* No KVM that is modelled supports PERFMON; of one that does, two things are needed. */
static void two_needs(void)
{
	const struct tdxcpuid_caps caps = {
		.size = sizeof(caps),
		.attributes = 1ULL << 63,
		.module = tdxcpuid_module_find(TDXCPUID_DEFAULT_MODULE),
	};
	const struct tdxcpuid_bit bit = { 0x23, 0, TDXCPUID_EBX, 0 };
	struct tdxcpuid_bit_fate fate;
	char text[TDXCPUID_TEXT_MAX];
	struct tdxcpuid_host *host;

	if (tdxcpuid_host_new_caps(&caps, &host))
		return;
	tdxcpuid_bit_fate(host, &bit, &fate);
	tdxcpuid_fate_text(&fate, text);
	tap(!strcmp(text, "as the CPU has it, only with ATTRIBUTES.PERFMON (bit 63) and "
			  "arch_perfmon_ext"),
	    "0x23.0.ebx: %s", text);
	tdxcpuid_host_free(host);
}

/* What is without knowing the module holds with @module; bits in *nr. */
static bool holds_with(const struct tdxcpuid_caps *caps, const struct tdxcpuid_host *without,
		       const struct tdxcpuid_module *module, u32 *nr_said, u32 *nr_open)
{
	struct tdxcpuid_caps more = *caps;
	struct tdxcpuid_module_entry e;
	struct tdxcpuid_host *host;
	bool good = true;

	more.module = module;
	if (tdxcpuid_host_new_caps(&more, &host))
		return false;
	for (u32 i = 0; tdxcpuid_module_entry(module, i, &e); i++) {
		for (int n = 0; n < 128; n++) {
			const struct tdxcpuid_bit bit = { e.leaf, e.subleaf, n / 32, n % 32 };
			struct tdxcpuid_bit_fate said, is;

			tdxcpuid_bit_fate(without, &bit, &said);
			tdxcpuid_bit_fate(host, &bit, &is);
			if (said.fate == TDXCPUID_FATE_UNKNOWN) {
				++*nr_open;
				continue;
			}
			++*nr_said;
			good &= said.fate == is.fate ||
				(is_choice(said.fate) && is_choice(is.fate));
			if (said.fate != TDXCPUID_FATE_NEVER)
				good &= said.xfam == is.xfam && said.attributes == is.attributes;
		}
	}
	tdxcpuid_host_free(host);
	return good;
}

static bool is_unknown(const struct tdxcpuid_host *host, const char *name)
{
	struct tdxcpuid_bit_fate fate;
	struct tdxcpuid_bit bit;

	if (!tdxcpuid_bit_find(name, &bit))
		return false;
	tdxcpuid_bit_fate(host, &bit, &fate);
	return fate.fate == TDXCPUID_FATE_UNKNOWN;
}

/* Of a host whose module is not known nothing is said that a module makes untrue. */
static void without_module(void)
{
	const struct kvm_cpuid_entry2 cpuid = { .function = 1, .edx = 1 << 22 };
	const struct tdxcpuid_caps caps = {
		.size = sizeof(caps),
		.attributes = 1 << 28,
		.xfam = 0x61ae7,
		.cpuid = &cpuid,
		.nent = 1,
	};
	const struct tdxcpuid_module *module;
	struct tdxcpuid_host *host;
	u32 nr_said = 0, nr_open = 0;

	if (tdxcpuid_host_new_caps(&caps, &host))
		return;
	for (u32 n = 0; (module = tdxcpuid_module_nth(n)); n++)
		tap(holds_with(&caps, host, module, &nr_said, &nr_open),
		    "what is said without a module holds with %s", tdxcpuid_module_version(module));
	tap(nr_open && nr_said > 2 * nr_open, "%u bits are known whichever it is, %u are not",
	    nr_said, nr_open);
	tap(is_unknown(host, "mce") && is_unknown(host, "amx_fp16") && !is_unknown(host, "acpi") &&
		    !is_unknown(host, "pcid"),
	    "where modules differ nothing is said, but of what KVM reports");
	tdxcpuid_host_free(host);
}

int main(void)
{
	const struct tdxcpuid_module *module;
	const struct tdxcpuid_cpu *cpu;
	u32 hosts = 0;
	bool good = true;

	for (u32 m = 0; (module = tdxcpuid_module_nth(m)); m++) {
		for (u32 c = 0; (cpu = tdxcpuid_cpu_nth(c)); c++) {
			for (int policy = 0; policy <= TDXCPUID_NONE; policy++) {
				if (tdxcpuid_host_new_model(module, cpu, policy, &j.host))
					return 1;
				tdxcpuid_host_info(j.host, &j.info);
				if (!(j.info.disabled & TDXCPUID_NO_MODULE)) {
					if (!compare_host()) {
						tap_note("module %s, %s, %s: %s",
							 tdxcpuid_module_version(module),
							 tdxcpuid_cpu_name(cpu),
							 tdxcpuid_policy_name(policy),
							 j.answer->nr_violations ?
								 j.answer->violations[0].text :
								 j.answer->text);
						good = false;
					}
					hosts++;
				}
				tdxcpuid_host_free(j.host);
			}
		}
	}
	tap(good && hosts > 100,
	    "%u hosts take what is said to be the VMM's choice, refuse the denied", hosts);
	tap(!nr_faults && nr_bits > 10000000, "%llu bits are as they are said to be",
	    (unsigned long long)nr_bits);
	two_needs();
	without_module();
	tdxcpuid_answer_free(j.answer);
	return tap_end();
}
