// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Known answers: what the facts about Linux 7.3 and the module say of single
 * requests; and KVM_SET_CPUID2 against a slow statement of its comparison.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../generate.h"
#include "../tap.h"

static struct kvm_tdx_host host;
static struct kvm_tdx_td td;
static struct ref_collector collector;
static struct kvm_tdx_answer answer;
static struct kvm_cpuid_entry2 entries[TDXCPUID_MAX_ENTRIES + 1];

static const struct tdxcpuid_violation *first = &collector.list.v[0];

static void boot(const char *module, const char *cpu, enum tdxcpuid_policy policy)
{
	kvm_tdx_host_init(&host, tdx_module_find(module), tdx_native_find(cpu), policy);
}

static int ask(u32 nent, u64 attributes, u64 xfam, u32 tsc_khz)
{
	struct tdxcpuid_request request = {
		.attributes = attributes,
		.xfam = xfam,
		.tsc_khz = tsc_khz,
		.nent = nent,
		.entries = entries,
	};

	ref_collect(&collector);
	return kvm_tdx_init_vm(&td, &host, &request, &answer, &collector.kvm);
}

static int ask_qemu(void)
{
	memcpy(entries, qemu_entries, sizeof(qemu_entries));
	return ask(12, QEMU_ATTRIBUTES, QEMU_XFAM, QEMU_TSC_KHZ);
}

static void hosts(void)
{
	static const struct tdx_native_leaf leaf = { 0x15, TDX_NO_SUBLEAF, { 0 } };
	const struct tdx_native no_tsc = {
		.name = "other", .base = tdx_native_find("spr"), .leaf = &leaf, .nr_leaf = 1
	};

	boot("1.5.01", "spr", TDXCPUID_ALLOWLIST);
	tap(host.disabled == TDXCPUID_NO_TOPOLOGY_ENUM, "1.5.01 lacks FEATURES0 bit 20: no TDX");
	tap(host.slots.nr == 12, "1.5.01 has 12 slots");
	boot("1.5.05", "spr", TDXCPUID_ALLOWLIST);
	tap(!host.disabled && host.slots.nr == 18, "1.5.05 has 18 slots and KVM takes it");
	tap(host.supported_attrs == 0x10000000,
	    "KVM supports SEPT_VE_DISABLE and no other attribute");
	tap(host.supported_xfam == 0x61ae7, "and XFAM 0x61ae7 on spr");
	tap(host.has_gpaw52 && host.tsc_khz == 2592000, "spr has 5-level EPT and 2.592 GHz");
	boot("1.5.34", "spr", TDXCPUID_ALLOWLIST);
	tap(!host.disabled && host.slots.nr == 28, "1.5.34 has 28 slots");
	kvm_tdx_host_init(&host, tdx_module_find("1.5.34"), &no_tsc, TDXCPUID_ALLOWLIST);
	tap(!host.tsc_khz, "a CPU that does not tell its TSC's frequency has none");
	boot("1.5.05", "spr_pa46", TDXCPUID_ALLOWLIST);
	tap((host.disabled & TDXCPUID_NO_MODULE) && host.init_status == 0xc000090000000000 &&
		    host.init_rcx == 0xffffffff80000008,
	    "1.5.05 refuses a CPU without 52 physical address bits");
}

/* The causes for which KVM leaves TDX off, each alone and all together. */
static void causes(void)
{
	const struct tdx_module *base = tdx_module_find("1.5.34");
	const struct tdx_native *spr = tdx_native_find("spr");
	const u64 both = 1ull << 18 | 1ull << 20;
	u32 wrong = 0;

	for (u32 want = 0; want < TDXCPUID_NO_MODULE; want++) {
		struct tdx_module m = *base;
		bool enabled;

		m.features0 = ~0ull;
		if (want & TDXCPUID_NO_RBP_MOD)
			m.features0 &= ~(1ull << 18);
		if (want & TDXCPUID_NO_TOPOLOGY_ENUM)
			m.features0 &= ~(1ull << 20);
		if (want & TDXCPUID_NO_ATTRS)
			m.attributes_fixed1 = 1ull << 63;
		if (want & TDXCPUID_NO_XFAMS)
			m.xfam_fixed1 = 1ull << 63;
		enabled = kvm_tdx_host_init(&host, &m, spr, TDXCPUID_ALLOWLIST);
		if (host.disabled != want || enabled != !want) {
			tap_note("disabled 0x%x, not 0x%x, and enabled is %d", host.disabled, want,
				 enabled);
			wrong++;
		}
	}
	tap(!wrong, "TDX is on if nothing is missing; every cause is told, beside every other");

	for (u32 bit = wrong = 0; bit < 64; bit++) {
		struct tdx_module m = *base;

		m.features0 = both & ~(1ull << bit);
		wrong += kvm_tdx_host_init(&host, &m, spr, TDXCPUID_ALLOWLIST) !=
			 (m.features0 == both);
		m.features0 = ~(1ull << bit);
		wrong += kvm_tdx_host_init(&host, &m, spr, TDXCPUID_ALLOWLIST) ==
			 !!(both >> bit & 1);
	}
	tap(!wrong, "of TDX_FEATURES0, bits 18 and 20 and no other count");

	tap(!kvm_tdx_host_init(&host, tdx_module_find("1.5.05"), tdx_native_find("spr_pa46"),
			       TDXCPUID_ALLOWLIST),
	    "a module that refuses the CPU: no TDX");
}

/* What KVM refuses for the whole request is not the module's to refuse again. */
static void told_once(void)
{
	for (int reason = TDXCPUID_ATTRIBUTES; reason <= TDXCPUID_XFAM; reason++) {
		struct tdx_module m = *tdx_module_find("1.5.34");
		u32 n = 0;

		/* KVM supports none of what the module forces. */
		if (reason == TDXCPUID_ATTRIBUTES)
			m.attributes_fixed1 = 1ull << 63;
		else
			m.xfam_fixed1 = 1ull << 63;
		kvm_tdx_host_init(&host, &m, tdx_native_find("spr"), TDXCPUID_ALLOWLIST);
		ask_qemu();
		for (u32 i = 0; i < collector.list.nr; i++)
			n += (int)first[i].reason == reason;
		tap(n == 1 && first->layer == TDXCPUID_LAYER_KVM && (int)first->reason == reason,
		    "%s that the module forces is refused once",
		    reason == TDXCPUID_ATTRIBUTES ? "an attribute" : "a bit of XFAM");
	}
}

/* Is the list what the module can read, up to leaf @last and to 0x7f? */
static bool reads_all(const struct tdx_module *m, u32 last)
{
	static struct kvm_cpuid_entry2 list[TDXCPUID_MAX_ENTRIES];
	int nent = kvm_tdx_get_cpuid(&td, list, TDXCPUID_MAX_ENTRIES);
	int n = 0;

	for (u32 i = 0; i < m->nr_lookup; i++) {
		const struct tdx_module_entry *e = tdx_module_entry(m, i);
		bool indexed = e->subleaf != TDX_NO_SUBLEAF;
		bool found = false, readable = !e->faulting;

		for (u32 s = 0; indexed && s < e->subleaf; s++)
			readable &= tdx_module_index(m, e->leaf, s) >= 0;
		if (e->leaf < 0x80000000)
			readable &= e->leaf <= last && e->leaf <= 0x7f;
		for (int k = 0; k < nent; k++)
			found |= list[k].function == e->leaf && list[k].flags == indexed &&
				 list[k].index == (indexed ? e->subleaf : 0);
		n += readable;
		if (found != readable)
			return false;
	}
	return n == nent;
}

/* What does not fit is counted, and nothing is written behind the end. */
static bool keeps_to(u32 max)
{
	static struct kvm_cpuid_entry2 list[TDXCPUID_MAX_ENTRIES], all[TDXCPUID_MAX_ENTRIES];
	u32 nent = kvm_tdx_get_cpuid(&td, all, TDXCPUID_MAX_ENTRIES);

	for (u32 i = max < nent ? max : nent; i < TDXCPUID_MAX_ENTRIES; i++)
		memset(&all[i], 0xaa, sizeof(all[i]));
	memset(list, 0xaa, sizeof(list));
	return (u32)kvm_tdx_get_cpuid(&td, list, max) == nent && nent < 128 &&
	       !memcmp(list, all, sizeof(list));
}

/* Where the module's last leaf of a range is any, and where it cannot be read. */
static void last_leaves(void)
{
	static struct tdx_module_entry pool[TDX_MODULE_MAX_LOOKUP];
	static const u32 gpaw[4] = { 0xff0000 }, none[4];
	struct tdx_module m;
	u32 wrong = 0;

	tdx_module_derive(&m, tdx_module_find("1.5.34"), pool);
	tdx_module_add_slot(&m, pool, 0x80000008, TDX_NO_SUBLEAF, gpaw, none);
	tdx_module_add_slot(&m, pool, 0x60, 0, none, none);
	tdx_module_add_slot(&m, pool, 0x60, 1, none, none);
	tdx_module_add_slot(&m, pool, 0x7e, TDX_NO_SUBLEAF, none, none);
	tdx_module_add_slot(&m, pool, 0x7f, TDX_NO_SUBLEAF, none, none);
	entries[0] = (struct kvm_cpuid_entry2){ .function = 0x80000008, .eax = 48 << 16 };

	for (u32 last = 0; last < 0x100; last++) {
		struct tdx_module_entry *zero = &pool[tdx_module_index(&m, 0, TDX_NO_SUBLEAF)];

		zero->fixed0[TDX_EAX] = ~last;
		zero->fixed1[TDX_EAX] = last;
		kvm_tdx_host_init(&host, &m, tdx_native_find("spr"), TDXCPUID_ALLOWLIST);
		wrong += ask(1, QEMU_ATTRIBUTES, 3, 0) || !reads_all(&m, last);
	}
	for (u32 max = 0; max < 128; max++)
		wrong += !keeps_to(max);
	tap(!wrong, "KVM_TDX_GET_CPUID goes to the TD's last leaf, and to 0x7f (%u wrong)", wrong);

	for (u32 range = 0; range < 2; range++) {
		struct tdx_module_entry *e =
			&pool[tdx_module_index(&m, range << 31, TDX_NO_SUBLEAF)];
		static struct kvm_cpuid_entry2 list[TDXCPUID_MAX_ENTRIES];

		e->faulting = true;
		kvm_tdx_host_init(&host, &m, tdx_native_find("spr"), TDXCPUID_ALLOWLIST);
		tap(!ask(1, QEMU_ATTRIBUTES, 3, 0) &&
			    kvm_tdx_get_cpuid(&td, list, TDXCPUID_MAX_ENTRIES) == -EIO,
		    "and is EIO where 0x%x cannot be read", range << 31);
		e->faulting = false;
	}
}

static void qemu(void)
{
	for (int policy = 0; policy < 3; policy++) {
		boot("1.5.05", "spr", policy);
		tap(!ask_qemu() && !collector.list.nr, "QEMU's request is accepted, policy %d",
		    policy);
		boot("1.5.34", "spr", policy);
		tap(!ask_qemu() && !collector.list.nr, "and on 1.5.34");
	}

	boot("1.5.05", "spr", TDXCPUID_ALLOWLIST);
	memcpy(entries, qemu_entries, sizeof(qemu_entries));
	entries[0].eax = 0x000906f8;
	tap(ask(12, QEMU_ATTRIBUTES, QEMU_XFAM, 0) == -EINVAL &&
		    answer.hw_error == 0xc000010000000045 && answer.rcx == 0xffffffff00000001 &&
		    collector.list.nr == 1 && first->rule == TDX_RULE_FMS && first->entry == 0,
	    "another model number is the module's to refuse");

	memcpy(entries, qemu_entries, sizeof(qemu_entries));
	tap(ask(12, QEMU_ATTRIBUTES, 0x23, 0) == -EINVAL && collector.list.nr == 1 &&
		    first->layer == TDXCPUID_LAYER_MODULE && first->reason == TDXCPUID_XFAM &&
		    first->requested == 0x23 && answer.hw_error == 0xc000010000000041,
	    "a third of AVX-512 in XFAM is the module's to refuse");
	entries[5].ecx |= 0x20;
	tap(ask(12, QEMU_ATTRIBUTES, 0x23, 0) == -EINVAL && collector.list.nr == 2 &&
		    first->reason == TDXCPUID_DENIED && first[1].reason == TDXCPUID_XFAM &&
		    !answer.hw_error && !answer.asked,
	    "and found in the same pass as a denied bit");
	memcpy(entries, qemu_entries, sizeof(qemu_entries));
	tap(ask(12, QEMU_ATTRIBUTES, 3, 50000) == -EINVAL && first->reason == TDXCPUID_TSC &&
		    answer.hw_error == 0xc000010000000046,
	    "a TSC of 50 MHz is the module's to refuse");
	tap(ask(257, QEMU_ATTRIBUTES, 3, 0) == -E2BIG && collector.list.nr == 1 &&
		    first->reason == TDXCPUID_MALFORMED && first->requested == 257,
	    "257 entries are E2BIG");
	tap(ask(0, QEMU_ATTRIBUTES, 3, 0) == -EINVAL && collector.list.nr == 1 &&
		    first->reason == TDXCPUID_GPAW_MISSING,
	    "no entries: the GPAW is missing");
	tap(ask(12, 1, 1ull << 15, 0) == -EINVAL && collector.list.nr == 2 &&
		    first->reason == TDXCPUID_ATTRIBUTES && first->mask == 1 &&
		    first[1].reason == TDXCPUID_XFAM && first[1].mask == 1 << 15,
	    "DEBUG and XFAM.LBR are refused, both");
	memcpy(entries, qemu_entries, sizeof(qemu_entries));
	entries[11].eax = 52 << 16;
	tap(!ask(12, QEMU_ATTRIBUTES, QEMU_XFAM, 0) && td.gpaw == 52 &&
		    td.params.eptp_controls == 0x26 && td.params.config_flags == 5 &&
		    !td.params.cpuid_values[9][0],
	    "GPAW 52 means 5 levels, and the field is not the module's");
}

/* Defect 1 as executed on 7.3.4, and defect 7. */
static void defects(void)
{
	static const struct kvm_cpuid_entry2 trick[] = {
		{ 0x80000008, 0, 0, 48 << 16, 0, 0, 0, { 0 } },
		{ 7, 1, 1, 0, 0, 0, 0, { 0 } },
		{ 7, 2, 1, 0, 0, 0, 0, { 0 } },
		{ 7, 5, 0, 0, 0x810, 0x20, 0, { 0 } },
	};

	boot("1.5.05", "spr", TDXCPUID_LINUX_7_3);
	memcpy(entries, trick, sizeof(trick));
	tap(!ask(4, 1 << 28, QEMU_XFAM, 0), "Linux 7.3 takes the label trick");
	tap(kvm_tdx_at_stake(&td, 5, TDX_EBX) == 0x810 && kvm_tdx_at_stake(&td, 5, TDX_ECX) == 0x20,
	    "and the TD has HLE, RTM and WAITPKG");
	entries[3].index = 0;
	entries[3].flags = 1;
	tap(ask(4, 1 << 28, QEMU_XFAM, 0) == -EINVAL && !answer.hw_error && collector.list.nr == 2,
	    "but not the same under an honest label");

	boot("1.5.05", "spr", TDXCPUID_ALLOWLIST);
	memcpy(entries, trick, sizeof(trick));
	tap(ask(4, 1 << 28, QEMU_XFAM, 0) == -EINVAL && collector.list.nr == 2 &&
		    first->reason == TDXCPUID_NO_SLOT && first->entry == 3 && first->slot == 5 &&
		    first->reg == TDX_EBX && first->mask == 0x810 && first[1].reg == TDX_ECX &&
		    first[1].mask == 0x20 && first->leaf == 7 && first->subleaf == 5,
	    "the allowlist refuses the trick and names slot and bits");
	entries[3] = (struct kvm_cpuid_entry2){ .function = 0x4fffffff };
	tap(ask(4, 1 << 28, QEMU_XFAM, 0) == -EINVAL && first->reason == TDXCPUID_PV_LEAF,
	    "0x4fffffff is a paravirtual leaf");
	entries[3].function = 0x50000000;
	tap(ask(4, 1 << 28, QEMU_XFAM, 0) == -EINVAL && first->reason == TDXCPUID_NO_SLOT,
	    "0x50000000 is none");
	memcpy(entries, trick, sizeof(trick));
	boot("1.5.05", "spr", TDXCPUID_NONE);
	tap(ask(4, 1 << 28, QEMU_XFAM, 0) == -EINVAL && collector.list.nr == 1 && !first->mask,
	    "none refuses it as an entry without slot");
	entries[3].index = 0;
	tap(!ask(4, 1 << 28, QEMU_XFAM, 0) && kvm_tdx_at_stake(&td, 5, TDX_EBX) == 0x810,
	    "and passes the bits on under an honest label");

	for (int policy = 0; policy < 3; policy++) {
		boot("1.5.05", "spr", policy);
		memcpy(entries, qemu_entries, sizeof(qemu_entries));
		entries[9].ecx = 0x101; /* SMT, SMT */
		ask(12, QEMU_ATTRIBUTES, QEMU_XFAM, 0);
		tap(answer.status == 0xc000090400000000 &&
			    (policy == TDXCPUID_ALLOWLIST ?
				     answer.error == -EINVAL && answer.hw_error == answer.status &&
					     !answer.warned :
				     answer.error == -EIO && !answer.hw_error && answer.warned),
		    "malformed levels of 0x1F, policy %d: %s", policy,
		    policy == TDXCPUID_ALLOWLIST ? "EINVAL with hw_error" : "EIO and WARN");
	}

	/* HLE and RTM on a CPU without TSX_CTRL. */
	boot("1.5.05", "spr_notsxctrl", TDXCPUID_NONE);
	memcpy(entries, trick, sizeof(trick));
	entries[3].index = 0;
	tap(ask(4, 1 << 28, QEMU_XFAM, 0) == -EIO && answer.warned &&
		    answer.status == 0xc00009210000010a,
	    "TSX without TSX_CTRL is a WARN as well");
}

static const u32 all[4] = { ~0u, ~0u, ~0u, ~0u };

static void ignore(struct tdx_reporter *self, const struct tdxcpuid_violation *v)
{
	(void)self;
	(void)v;
}

static void policy_alone(void)
{
	struct kvm_cpuid_entry2 e[] = {
		{ 0x80000008, 0, 0, 48 << 16, 0, 0, 0, { 0 } },
		{ 7, 0, 1, 0, 0x810, 0, 0, { 0 } },
	};
	struct tdx_cpuid_slots slots = { 0 };
	struct tdx_reporter nobody = { ignore };
	struct kvm_cpuid_entry2 out;
	u32 values[TDXCPUID_MAX_SLOTS][4];
	int added = 0;

	while (!tdx_cpuid_add_slot(&slots, 0x7, added, all))
		added++;
	tap(added == 48 && slots.nr == 48 && tdx_cpuid_add_slot(&slots, 0, 0, all) == -E2BIG,
	    "a 49th slot is E2BIG");

	memset(&slots, 0, sizeof(slots));
	tdx_cpuid_add_slot(&slots, 0x80000008, TDXCPUID_NO_SUBLEAF, all);
	tdx_cpuid_add_slot(&slots, 0x7, 0, all);
	tap(slots.slot[0].subleaf == TDXCPUID_NO_SUBLEAF && slots.slot[1].subleaf == 0 &&
		    slots.slot[1].configurable[3] == 0xffffffff,
	    "leaf and subleaf of a slot");
	tdx_cpuid_filter(&slots.slot[0], &out);
	tap(out.function == 0x80000008 && !out.index && !out.flags && out.eax == 0x00ff00ff &&
		    out.ebx == 0x200 && !out.ecx && !out.edx && !out.padding[0],
	    "0x80000008 as reported: two fields and WBNOINVD");
	tap(tdx_cpuid_validate(&slots, e, 2, false, values, &nobody) == -EINVAL,
	    "HLE and RTM: refused");
	e[1].ebx = 8;
	tap(tdx_cpuid_validate(&slots, e, 2, false, values, &nobody) == 48 && values[1][1] == 8 &&
		    !values[0][0],
	    "BMI1: accepted");
	e[0].eax = 52 << 16;
	tap(tdx_cpuid_validate(&slots, e, 2, false, values, &nobody) == -EINVAL &&
		    tdx_cpuid_validate(&slots, e, 2, true, values, &nobody) == 52,
	    "52 only with 5-level EPT");
}

/* Entries behind the last slot have no place, also where the slots are as many as can be. */
static void strays(void)
{
	u32 values[TDXCPUID_MAX_SLOTS + 1][4];
	u32 zero[4] = { 0 }, wrong = 0;
	struct tdx_reporter nobody = { ignore };

	for (u32 nr = 1; nr <= TDXCPUID_MAX_SLOTS; nr++) {
		struct tdx_cpuid_slots slots = { 0 };
		struct kvm_cpuid_entry2 e[] = {
			{ 0x7, nr, 1, ~0u, ~0u, ~0u, ~0u, { 0 } },
			{ 0x80000008, 0, 0, 48 << 16, 0, 0, 0, { 0 } },
			{ 0x99, 0, 1, ~0u, ~0u, ~0u, ~0u, { 0 } },
		};

		tdx_cpuid_add_slot(&slots, 0x80000008, ~0u, all);
		for (u32 k = 1; k < nr; k++)
			tdx_cpuid_add_slot(&slots, 0x7, k, all);
		memset(values, 0, sizeof(values));
		wrong += slots.nr != nr ||
			 tdx_cpuid_validate(&slots, e, 3, true, values, &nobody) != -EINVAL;
		for (u32 k = 0; k <= TDXCPUID_MAX_SLOTS; k++)
			wrong += !!memcmp(values[k], zero, sizeof(zero));
	}
	tap(!wrong, "an entry without slot is no slot's value, with 1 to 48 slots");
}

/* The comparison in one expression: every bit that KVM might believe and the TD has otherwise. */
static u32 ref_conflict(const struct tdx_cpuid_trusted *t, u32 k, int reg, u32 value, bool hidden)
{
	const struct tdx_cpuid_trusted_slot *s = &t->slot[k];
	u32 mask = hidden ? s->hidden[reg] : s->mask[reg];
	u32 gpaw = s->effective[0] >> 16 & 0xff;
	u32 wrong = 0;

	for (int bit = 0; bit < 32; bit++) {
		u32 b = 1u << bit;

		if ((mask & b) && (value & b) != (s->effective[reg] & b))
			wrong |= b;
	}
	if (!hidden && s->leaf == 0x80000008 && reg == 0 && t->has_gpaw && (value >> 16 & 0xff) &&
	    (value >> 16 & 0xff) != gpaw)
		wrong |= 0x00ff0000;

	return wrong;
}

static void ref_vcpu(const struct tdx_cpuid_trusted *t, const struct kvm_cpuid_entry2 *list,
		     u32 nent, bool superset, struct ref_list *out)
{
	out->nr = 0;
	for (u32 k = 0; k < t->nr; k++) {
		const struct tdx_cpuid_trusted_slot *s = &t->slot[k];
		bool found = false;

		for (u32 i = 0; i <= nent; i++) {
			bool none = i == nent;
			const u32 zero[4] = { 0 };
			const u32 regs[4] = { none ? 0 : list[i].eax, none ? 0 : list[i].ebx,
					      none ? 0 : list[i].ecx, none ? 0 : list[i].edx };

			if (none && found)
				break;
			if (!none && (list[i].function != s->leaf ||
				      (s->subleaf != 0xffffffff && (list[i].flags & 1) &&
				       list[i].index != s->subleaf)))
				continue;
			if (!none && s->subleaf != 0xffffffff && found)
				continue;
			found |= !none;
			for (int n = none && s->given && superset ? -1 : 0; n < 8; n++) {
				int reg = n < 0 ? -1 : n / 2;
				struct tdxcpuid_violation v = {
					.layer = TDXCPUID_LAYER_KVM,
					.reason = n % 2 ? TDXCPUID_HIDDEN : TDXCPUID_INCONSISTENT,
					.entry = none ? -1 : (int)i,
					.slot = k,
					.has_leaf = true,
					.leaf = s->leaf,
					.subleaf = s->subleaf,
					.reg = reg,
					.rule = -1,
				};

				if (reg < 0) {
					v.reason = TDXCPUID_MISSING;
				} else {
					v.requested = none ? zero[reg] : regs[reg];
					v.mask = ref_conflict(t, k, reg, v.requested, n % 2);
					if (!v.mask)
						continue;
				}
				out->v[out->nr++] = v;
			}
		}
	}
}

/* 0x80000008.EAX of a vCPU: the GPAW is the TD's or left out, the other fields are free. */
static void gpaws(void)
{
	static struct kvm_cpuid_entry2 list[TDXCPUID_MAX_ENTRIES];
	static struct tdx_cpuid_trusted trusted;

	for (u32 gpaw = 48; gpaw <= 52; gpaw += 4) {
		struct tdxcpuid_request request = {
			.attributes = QEMU_ATTRIBUTES,
			.xfam = QEMU_XFAM,
			.nent = 12,
			.entries = entries,
		};
		u32 own, nent, at = 0, wrong = 0, refused = 0;

		boot("1.5.05", "spr", TDXCPUID_ALLOWLIST);
		memcpy(entries, qemu_entries, sizeof(qemu_entries));
		entries[11].eax = gpaw << 16;
		ref_collect(&collector);
		if (kvm_tdx_init_vm(&td, &host, &request, &answer, &collector.kvm))
			wrong++;
		nent = kvm_tdx_get_cpuid(&td, list, TDXCPUID_MAX_ENTRIES);
		kvm_tdx_trust(&trusted, &host, &request, list, nent);
		while (at < nent - 1 && list[at].function != 0x80000008)
			at++;
		own = list[at].eax;
		wrong += (own >> 16 & 0xff) != gpaw;

		for (u32 n = 0; n < 256; n++) {
			int want = n && n != gpaw ? -EINVAL : 0;

			list[at].eax = (own & ~0xff0000u) | n << 16;
			ref_collect(&collector);
			wrong += tdx_cpuid_compare(&trusted, list, nent, false, &collector.kvm) !=
				 want;
			for (u32 i = 0; i < collector.list.nr; i++) {
				const struct tdxcpuid_violation *v = &collector.list.v[i];

				refused++;
				wrong += v->leaf != 0x80000008 || v->reg != TDX_EAX ||
					 v->mask != 0xff0000 || v->requested != list[at].eax ||
					 v->effective != own;
			}
		}
		tap(!wrong && refused == 254, "a TD of GPAW %u: a vCPU has that or none (%u wrong)",
		    gpaw, wrong);

		for (u32 bit = wrong = 0; bit < 32; bit++) {
			list[at].eax = own ^ 1u << bit;
			wrong += !(0xff0000 >> bit & 1) &&
				 tdx_cpuid_compare(&trusted, list, nent, false, &collector.kvm);
		}
		tap(!wrong, "and what MAXPA it likes");
	}
}

static bool owns_exactly(const struct tdx_cpuid_slot *s, const struct kvm_cpuid_entry2 *e)
{
	return s->leaf == e->function &&
	       (e->flags & 1 ? s->subleaf == e->index : s->subleaf == ~0u);
}

/* Are the masks what is reported, and what is configurable beside it, of what can be read back? */
static bool right_masks(const struct tdx_cpuid_trusted *t, const struct kvm_cpuid_entry2 *list,
			u32 nent)
{
	for (u32 k = 0; k < t->nr; k++) {
		const struct tdx_cpuid_slot *s = &host.slots.slot[k];
		struct kvm_cpuid_entry2 cap;
		bool read = false;

		for (u32 i = 0; i < nent; i++)
			read |= owns_exactly(s, &list[i]);
		ref_capability(&host, k, &cap);
		for (int reg = 0; reg < 4; reg++) {
			bool free = !read || ref_allowed(s->leaf, s->subleaf, reg) == ~0u ||
				    (s->leaf == 0x80000008 && reg == 0);
			u32 mask = free ? 0 : cpuid_reg(&cap, reg);
			u32 hidden = free ? 0 : s->configurable[reg] & ~mask;

			if (t->slot[k].mask[reg] != mask || t->slot[k].hidden[reg] != hidden)
				return false;
		}
	}

	return true;
}

static void vcpus(void)
{
	static struct kvm_cpuid_entry2 list[TDXCPUID_MAX_ENTRIES];
	static struct tdx_cpuid_trusted trusted;
	static struct generated_module g;
	static struct ref_list want;
	unsigned long cases = 0, failures = 0, verbatim = 0, unmasked = 0, noted = 0, refused = 0;
	u32 given, hidden;
	struct rng r = { 42 };

	for (u32 n = 0; n < 20000; n++) {
		struct tdxcpuid_request request = { .attributes = 1 << 28, .entries = entries };
		u32 nent, mutations;
		bool superset;
		char text[REF_TEXT];
		int got;

		if (n % 4)
			generate_module(&r, &g);
		kvm_tdx_host_init(&host, n % 4 ? &g.m : tdx_module_nth(n / 4 % 14),
				  tdx_native_nth(rng_below(&r, 3)), TDXCPUID_ALLOWLIST);
		if (host.disabled & TDXCPUID_NO_MODULE)
			continue;
		request.xfam = rng_once_in(&r, 2) ? host.supported_xfam : 3;
		request.nent = generate_honest(&r, &host, entries);
		ref_collect(&collector);
		if (kvm_tdx_init_vm(&td, &host, &request, &answer, &collector.kvm))
			continue;
		nent = kvm_tdx_get_cpuid(&td, list, TDXCPUID_MAX_ENTRIES);
		kvm_tdx_trust(&trusted, &host, &request, list, nent);
		given = 0;
		for (u32 k = 0; k < host.slots.nr; k++)
			given += trusted.slot[k].given;
		if (given != request.nent)
			failures++;

		/* What the TD has, read back, is never in conflict. */
		unmasked += !right_masks(&trusted, list, nent);
		if (n % 4 == 0) {
			ref_collect(&collector);
			tdx_cpuid_compare(&trusted, list, nent, true, &collector.kvm);
			verbatim += !!collector.list.nr;
		}

		for (mutations = rng_below(&r, 6); mutations; mutations--)
			nent = mutate(&r, &host, list, nent);
		superset = rng_once_in(&r, 2);
		ref_collect(&collector);
		got = tdx_cpuid_compare(&trusted, list, nent, superset, &collector.kvm);
		ref_vcpu(&trusted, list, nent, superset, &want);
		ref_compare_lists(&want, &collector.list, text);
		cases++;
		refused += !!got;
		for (u32 i = hidden = 0; i < want.nr; i++)
			hidden += want.v[i].reason == TDXCPUID_HIDDEN;
		noted += hidden;
		if ((*text || got != (want.nr > hidden ? -EINVAL : 0)) && failures++ < 5)
			tap_note("case %u: %s", n, text);
	}

	tap(!failures && refused > cases / 10 && refused < cases,
	    "KVM_SET_CPUID2 is the slow comparison's (%lu cases, %lu refused)", cases, refused);
	tap(!verbatim, "KVM_TDX_GET_CPUID's answer passes verbatim (%lu do not)", verbatim);
	tap(!unmasked && noted,
	    "what is reported is compared, what KVM hides is told apart (%lu are not, %lu told)",
	    unmasked, noted);
}

int main(void)
{
	hosts();
	causes();
	told_once();
	last_leaves();
	qemu();
	defects();
	policy_alone();
	strays();
	gpaws();
	vcpus();
	return tap_end();
}
