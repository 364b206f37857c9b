// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * KVM_X86_QUIRK_IGNORE_FIRMWARE_CPUID, where more counts than one KVM_SET_CPUID2:
 * how it is disabled, the order of calls, and what is left behind. Which lists agree
 * with a TD is in the vectors.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "client.h"

#define GPAW_LEAF	0x80000008
#define MWAIT		(1U << 3)	/* 1.ECX */
#define MCE		(1U << 7)	/* 1.EDX */
#define HT		(1U << 28)
#define MNG_RD		11		/* SEAMCALL */
#define PAGE_METADATA	"0xc000030000000001"

static struct cpuid_list list, other;
static struct init_vm init;

struct td {
	int vm;
	int vcpu;
};

/* A TD that has all of leaf 1 that it can have; its CPUID is in list. */
static bool td_begin(struct td *td, uint64_t disabled_quirks)
{
	static struct capabilities caps;

	td->vcpu = -1;
	td->vm = td_create();
	check("KVM_CAP_DISABLE_QUIRKS2", td_disable_quirks(td->vm, disabled_quirks), 0);
	check("KVM_TDX_CAPABILITIES", td_capabilities(td->vm, &caps), 0);
	minimal_init_vm(&init);
	for (uint32_t i = 0; i < caps.head.cpuid.nent; i++)
		if (caps.entry[i].function == 1)
			add_entry(&init, 1, 0, 0, 0, 0, caps.entry[i].ecx, caps.entry[i].edx);
	if (!check("KVM_TDX_INIT_VM", td_init_vm(td->vm, &init, 0, NULL), 0))
		return false;
	td->vcpu = td_create_vcpu(td->vm, 0);
	return check("KVM_CREATE_VCPU", td->vcpu < 0 ? td->vcpu : 0, 0) &&
	       check("KVM_TDX_GET_CPUID", td_get_cpuid(td->vcpu, &list), 0);
}

static void td_end(struct td *td)
{
	close(td->vcpu);
	close(td->vm);
	check("pages left in the module", module_pages(), 0);
	case_end();
}

static int set_cpuid2(int vcpu, struct cpuid_list *cpuid)
{
	return kvm_ioctl(vcpu, KVM_SET_CPUID2, cpuid);
}

static int get_cpuid2(int vcpu, struct cpuid_list *cpuid)
{
	memset(cpuid, 0, sizeof(*cpuid));
	cpuid->head.nent = MAX_ENTRIES;
	return kvm_ioctl(vcpu, KVM_GET_CPUID2, cpuid);
}

static struct kvm_cpuid_entry2 *find(struct cpuid_list *cpuid, uint32_t function)
{
	static struct kvm_cpuid_entry2 none;

	for (uint32_t i = 0; i < cpuid->head.nent; i++)
		if (cpuid->entry[i].function == function)
			return &cpuid->entry[i];
	case_fail("no leaf 0x%x", function);
	return &none;
}

static void drop(struct cpuid_list *cpuid, uint32_t function)
{
	uint32_t nent = 0;

	for (uint32_t i = 0; i < cpuid->head.nent; i++)
		if (cpuid->entry[i].function != function)
			cpuid->entry[nent++] = cpuid->entry[i];
	cpuid->head.nent = nent;
}

static void add(struct cpuid_list *cpuid, uint32_t function, uint32_t eax)
{
	cpuid->entry[cpuid->head.nent++] = (struct kvm_cpuid_entry2){
		.function = function,
		.eax = eax,
	};
}

static bool same_list(const struct cpuid_list *a, const struct cpuid_list *b)
{
	return a->head.nent == b->head.nent &&
	       !memcmp(a->entry, b->entry, a->head.nent * sizeof(a->entry[0]));
}

/* Nobody is checked who has not asked for it; who disables all that there is has. */
static void opt_in(void)
{
	static const struct {
		const char *name;
		uint32_t cap;
		uint64_t quirks;
		int error, lie;
	} cases[] = {
		{ "nothing disabled", KVM_CAP_DISABLE_QUIRKS2, 0, 0, 0 },
		{ "all others", KVM_CAP_DISABLE_QUIRKS, ~IGNORE_FIRMWARE_CPUID, 0, 0 },
		{ "one that there is not", KVM_CAP_DISABLE_QUIRKS2, 1ULL << 63 | IGNORE_FIRMWARE_CPUID,
		  -EINVAL, 0 },
		{ "this one", KVM_CAP_DISABLE_QUIRKS2, IGNORE_FIRMWARE_CPUID, 0, -EINVAL },
		{ "this one, by the legacy capability", KVM_CAP_DISABLE_QUIRKS,
		  IGNORE_FIRMWARE_CPUID, 0, -EINVAL },
		{ "~0 by the legacy capability", KVM_CAP_DISABLE_QUIRKS, ~0ULL, 0, -EINVAL },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		struct kvm_enable_cap cap = { .cap = cases[i].cap, .args = { cases[i].quirks } };
		struct td td;

		case_begin("quirks: %s", cases[i].name);
		if (td_begin(&td, 0)) {
			check("KVM_CHECK_EXTENSION",
			      !!(kvm_ioctl(td.vm, KVM_CHECK_EXTENSION,
					   (void *)KVM_CAP_DISABLE_QUIRKS2) &
				 IGNORE_FIRMWARE_CPUID), 1);
			check("KVM_ENABLE_CAP", kvm_ioctl(td.vm, KVM_ENABLE_CAP, &cap),
			      cases[i].error);
			check("the truth", set_cpuid2(td.vcpu, &list), 0);
			find(&list, 1)->edx ^= HT;
			check("a lie", set_cpuid2(td.vcpu, &list), cases[i].lie);
		}
		td_end(&td);
	}
}

static void ordinary_vm(void)
{
	struct td td;

	case_begin("the quirk disabled for an ordinary VM");
	td.vm = kvm_ioctl(kvm_fd, KVM_CREATE_VM, (void *)KVM_X86_DEFAULT_VM);
	check("KVM_CAP_DISABLE_QUIRKS2", td_disable_quirks(td.vm, IGNORE_FIRMWARE_CPUID), 0);
	td.vcpu = kvm_ioctl(td.vm, KVM_CREATE_VCPU, NULL);
	memset(&list, 0, sizeof(list));
	check("no entries", set_cpuid2(td.vcpu, &list), 0);
	add(&list, 1, 0x806f8);
	check("one entry", set_cpuid2(td.vcpu, &list), 0);
	td_end(&td);
}

/* Any other GPAW than the TD's is refused, none is fine, and nothing warns on the way. */
static void gpaw(void)
{
	static const struct {
		const char *name;
		bool leaf, highest;
		uint32_t gpaw;
		int error;
	} cases[] = {
		{ "the TD's", true, true, 48, 0 },
		{ "52", true, true, 52, -EINVAL },
		{ "52, without 0x80000000", true, false, 52, -EINVAL },
		{ "0", true, true, 0, 0 },
		{ "without 0x80000000", true, false, 48, 0 },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		struct td td;

		case_begin("KVM_SET_CPUID2: GPAW told as %s", cases[i].name);
		if (td_begin(&td, IGNORE_FIRMWARE_CPUID)) {
			drop(&list, 0x80000000);
			if (cases[i].highest)
				add(&list, 0x80000000, GPAW_LEAF);
			find(&list, GPAW_LEAF)->eax = cases[i].gpaw << 16 | 46;
			check("KVM_SET_CPUID2", set_cpuid2(td.vcpu, &list), cases[i].error);
			close(td.vcpu);
			close(td.vm);
			/* On to where the TD's pages are mapped, at the level that it has. */
			td.vcpu = -1;
			td.vm = td_create();
			check("KVM_TDX_INIT_VM", td_init_vm(td.vm, &init, 0, NULL), 0);
			td_rest_of_flow(td.vm, &list);
		}
		td_end(&td);
	}
}

static void before_the_first_run(void)
{
	struct td td;

	case_begin("KVM_SET_CPUID2 twice before the first run");
	if (td_begin(&td, IGNORE_FIRMWARE_CPUID)) {
		check("first", set_cpuid2(td.vcpu, &list), 0);
		check("equal", set_cpuid2(td.vcpu, &list), 0);
		add(&list, 0x40000001, 1);
		check("with a paravirtual leaf", set_cpuid2(td.vcpu, &list), 0);
		check("KVM_GET_CPUID2", get_cpuid2(td.vcpu, &other), 0);
		list = other;
		find(&list, 1)->edx ^= MCE;
		find(&list, 1)->ecx ^= MWAIT;
		check("a lie", set_cpuid2(td.vcpu, &list), -EINVAL);
		memset(&list, 0, sizeof(list));
		check("no entries", set_cpuid2(td.vcpu, &list), -EINVAL);
		check("KVM_GET_CPUID2", get_cpuid2(td.vcpu, &list), 0);
		check("nothing has changed", same_list(&list, &other), 1);
		check("the truth", set_cpuid2(td.vcpu, &other), 0);
		check("KVM_TDX_INIT_VCPU",
		      td_command(td.vcpu, KVM_TDX_INIT_VCPU, 0, NULL, NULL), 0);
		check("after KVM_TDX_INIT_VCPU", set_cpuid2(td.vcpu, &other), 0);
		find(&other, 1)->ecx ^= MWAIT;
		check("a lie after KVM_TDX_INIT_VCPU", set_cpuid2(td.vcpu, &other), -EINVAL);
	}
	td_end(&td);
}

/*
 * The TD is found dead as soon as it runs; to KVM it has run. KVM warns as it
 * looks for the instruction pointer, which a TD does not show.
 */
static void run_once(int vcpu)
{
	check("KVM_RUN", kvm_ioctl(vcpu, KVM_RUN, NULL), 0);
	case_expect_warning();
}

static void after_the_first_run(void)
{
	struct td td;

	case_begin("KVM_SET_CPUID2 after the first run");
	if (td_begin(&td, IGNORE_FIRMWARE_CPUID)) {
		add(&list, 0x40000001, 1);
		check("KVM_SET_CPUID2", set_cpuid2(td.vcpu, &list), 0);
		check("KVM_TDX_INIT_VCPU",
		      td_command(td.vcpu, KVM_TDX_INIT_VCPU, 0, NULL, NULL), 0);
		check("KVM_TDX_FINALIZE_VM",
		      td_command(td.vm, KVM_TDX_FINALIZE_VM, 0, NULL, NULL), 0);
		check("KVM_GET_CPUID2", get_cpuid2(td.vcpu, &list), 0);
		run_once(td.vcpu);
		check("equal", set_cpuid2(td.vcpu, &list), 0);
		other = list;
		find(&other, 1)->ecx ^= MWAIT;
		check("a lie", set_cpuid2(td.vcpu, &other), -EINVAL);
		check("KVM_GET_CPUID2", get_cpuid2(td.vcpu, &other), 0);
		check("nothing has changed", same_list(&list, &other), 1);
	}
	td_end(&td);
}

/* What KVM says is what it takes, even where it has rewritten MWAIT itself. */
static void round_trip(bool quirk)
{
	struct td td;

	case_begin("KVM_GET_CPUID2 to KVM_SET_CPUID2, MWAIT %s",
		   quirk ? "under its quirk" : "by IA32_MISC_ENABLE");
	if (td_begin(&td, IGNORE_FIRMWARE_CPUID | (quirk ? 0 : KVM_X86_QUIRK_MISC_ENABLE_NO_MWAIT))) {
		check("the TD has MWAIT", !!(find(&list, 1)->ecx & MWAIT), 1);
		check("KVM_SET_CPUID2", set_cpuid2(td.vcpu, &list), 0);
		check("KVM_GET_CPUID2", get_cpuid2(td.vcpu, &other), 0);
		check("MWAIT", !!(find(&other, 1)->ecx & MWAIT), quirk);
		check("KVM_SET_CPUID2 of that", set_cpuid2(td.vcpu, &other), 0);
		check("KVM_GET_CPUID2 again", get_cpuid2(td.vcpu, &list), 0);
		check("the same", same_list(&list, &other), 1);
		find(&other, 1)->ecx ^= MWAIT;
		check("MWAIT told differently", set_cpuid2(td.vcpu, &other), quirk ? -EINVAL : 0);
		find(&list, 1)->edx ^= HT;
		check("HT told differently", set_cpuid2(td.vcpu, &list), -EINVAL);
	}
	td_end(&td);
}

/* What cannot be read is not taken for right. */
static void unreadable(void)
{
	struct td td;

	for (unsigned int nth = 1; nth <= 2; nth++) {
		char fault[64];

		case_begin("KVM_SET_CPUID2: TDH.MNG.RD fails, call %u", nth);
		if (td_begin(&td, IGNORE_FIRMWARE_CPUID)) {
			snprintf(fault, sizeof(fault), "%d:%u:" PAGE_METADATA, MNG_RD, nth);
			module_fault(fault);
			check("the truth", set_cpuid2(td.vcpu, &list), -EIO);
			module_fault("");
			check("the truth, again", set_cpuid2(td.vcpu, &list), 0);
			/* One half of a leaf readable, the other not: Linux 7.3 wonders. */
			if (nth == 2)
				case_expect_warning();
		}
		td_end(&td);
	}
}

void test_quirk(void)
{
	opt_in();
	ordinary_vm();
	gpaw();
	before_the_first_run();
	after_the_first_run();
	round_trip(true);
	round_trip(false);
	unreadable();
}
