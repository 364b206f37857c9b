// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * KVM_X86_QUIRK_IGNORE_FIRMWARE_CPUID: the CPUID page and KVM_SET_CPUID2, bit by bit
 * and in every order. That nothing is compared without it is in launch.c.
 */
#include <errno.h>
#include <string.h>
#include <tdxcpuid.h>
#include <unistd.h>

#include "snp.h"

#define CPUID KVM_SEV_SNP_PAGE_TYPE_CPUID
#define SMAP  (1U << 20) /* 7.0.EBX */

static struct snp_cpuid_page *page, *other;
static struct cpuid_list list, lie, seen;
static struct tdxcpuid_answer *answer;

/* A VM that asks for it, the machine's page and what agrees with it. */
static bool begin(struct vm *vm, int vcpus)
{
	page_of_machine(page, "milan");
	list_of_page(&list, page);
	lie = list;
	list_find(&lie, 0x7, 0)->ebx &= ~SMAP;
	return vm_begin(vm, vcpus) &&
	       check("KVM_CAP_DISABLE_QUIRKS2", td_disable_quirks(vm->fd, IGNORE_FIRMWARE_CPUID), 0);
}

static int rule_of(const struct cpuid_list *cpuid)
{
	struct tdxcpuid_vcpu vcpu = {
		.size = sizeof(vcpu),
		.nent = cpuid->head.nent,
		.entries = cpuid->entry,
	};

	if (tdxcpuid_check_snp(page, sizeof(*page), &vcpu, &answer))
		case_fail("the tool does not answer");
	return answer->nr_violations ? -EINVAL : 0;
}

/*
 * Each bit of the vCPU's list alone. The bits that a page has and the vCPU lacks
 * are refused, be it the list that comes last or the page; all others are taken.
 */
static void each_bit(void)
{
	uint32_t refused = 0, taken = 0, wrong = 0, shown = 0;
	struct vm after, before, unasked;

	case_begin("each bit told differently alone");
	if (!begin(&before, 1) || !begin(&after, 1) || !vm_begin(&unasked, 1))
		goto out;
	check("the page", launch_update(&after, 1, page, CPUID), 0);
	check("the page", launch_update(&unasked, 1, page, CPUID), 0);
	for (uint32_t i = 0; i < 128 * list.head.nent; i++) {
		uint32_t *reg = &list.entry[i / 128].eax + i / 32 % 4, before_it = wrong;
		int rule;

		if (list_bit_is_kvms(&list.entry[i / 128], i / 32 % 4, i % 32))
			continue;
		*reg ^= 1U << i % 32;
		rule = rule_of(&list);
		rule ? refused++ : taken++;
		wrong += set_cpuid2(after.vcpu[0], &list) != rule;
		wrong += set_cpuid2(unasked.vcpu[0], &list) != 0;
		if (rule) {
			wrong += set_cpuid2(before.vcpu[0], &list) != 0;
			wrong += launch_update(&before, 1, page, CPUID) != rule;
		}
		if (wrong != before_it && shown++ < 10)
			case_fail("leaf 0x%x, register %u, bit %u", list.entry[i / 128].function,
				  i / 32 % 4, i % 32);
		*reg ^= 1U << i % 32;
	}
	check("wrong", wrong, 0);
	check("refused at all", refused > 100, 1);
	tap_diag("%u bits refused, %u taken", refused, taken);
	check("the truth before the page", set_cpuid2(before.vcpu[0], &list), 0);
	check("the page", launch_update(&before, 1, page, CPUID), 0);
out:
	vm_destroy(&before);
	vm_destroy(&unasked);
	vm_end(&after);
}

/* What no model told: the bits by hand, so that tool and kernel are not wrong together. */
static void by_hand(void)
{
	static const struct {
		const char *name;
		uint32_t leaf, subleaf;
		int reg;
		uint32_t bits;
		int error;
	} cases[] = {
		{ "AVX2", 0x7, 0, 1, 1 << 5, -EINVAL },
		{ "RDTSCP", 0x80000001, 0, 3, 1 << 27, -EINVAL },
		{ "SVM, which libkrun clears", 0x80000001, 0, 2, 1 << 2, 0 },
		{ "XCR0: AVX", 0xd, 0, 0, 1 << 2, -EINVAL },
		{ "XSS: CET_U", 0xd, 1, 2, 1 << 11, -EINVAL },
		{ "OSXSAVE", 0x1, 0, 2, 1 << 27, 0 },
		{ "HYPERVISOR", 0x1, 0, 2, 1U << 31, 0 },
		{ "an APIC ID", 0x1, 0, 1, 0xff000000, 0 },
		{ "stepping", 0x1, 0, 0, 1, -EINVAL },
		{ "vendor", 0x0, 0, 3, 1, -EINVAL },
		{ "physical bits", 0x80000008, 0, 0, 1, -EINVAL },
		{ "the C-bit", 0x8000001f, 0, 1, 1, -EINVAL },
		{ "physical bits less", 0x8000001f, 0, 1, 1 << 6, 0 },
		{ "the size of a cache", 0x80000006, 0, 2, 1 << 16, 0 },
		{ "the brand", 0x80000002, 0, 0, 1, 0 },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		struct vm vm;

		case_begin("told differently: %s", cases[i].name);
		if (begin(&vm, 2)) {
			check("the page", launch_update(&vm, 1, page, CPUID), 0);
			check("the truth", set_cpuid2(vm.vcpu[0], &list), 0);
			(&list_find(&list, cases[i].leaf, cases[i].subleaf)->eax)[cases[i].reg] ^=
				cases[i].bits;
			check("KVM_SET_CPUID2", set_cpuid2(vm.vcpu[1], &list), cases[i].error);
			check("FINISH", launch_finish(&vm), 0);
		}
		vm_end(&vm);
	}
}

static void orders(void)
{
	struct vm vm;

	case_begin("KVM_SET_CPUID2 after the page and after FINISH");
	if (begin(&vm, 2)) {
		check("a vCPU", set_cpuid2(vm.vcpu[0], &list), 0);
		check("the page", launch_update(&vm, 1, page, CPUID), 0);
		check("a lie", set_cpuid2(vm.vcpu[1], &lie), -EINVAL);
		check("a lie to the other", set_cpuid2(vm.vcpu[0], &lie), -EINVAL);
		check("KVM_GET_CPUID2", get_cpuid2(vm.vcpu[0], &seen), 0);
		check("nothing has changed", !!(list_find(&seen, 0x7, 0)->ebx & SMAP), 1);
		check("FINISH", launch_finish(&vm), 0);
		check("after FINISH", set_cpuid2(vm.vcpu[0], &lie), -EINVAL);
		check("the truth", set_cpuid2(vm.vcpu[0], &list), 0);
		check("what it says itself", set_cpuid2(vm.vcpu[0], &seen), 0);
	}
	vm_end(&vm);

	case_begin("a page that shows more than a vCPU has changes nothing");
	if (begin(&vm, 2)) {
		long long before = firmware_number("pages");

		check("a vCPU", set_cpuid2(vm.vcpu[0], &list), 0);
		check("a lie", set_cpuid2(vm.vcpu[1], &lie), 0);
		*other = *page;
		check("the page", launch_update(&vm, 1, page, CPUID), -EINVAL);
		check("status", vm.fw_error, 0);
		check("pages in the RMP", firmware_number("pages"), before);
		check("the page is as it was", !memcmp(page, other, sizeof(*page)), 1);
		check("the truth", set_cpuid2(vm.vcpu[1], &list), 0);
		check("the same page at the same address", launch_update(&vm, 1, page, CPUID), 0);
		check("FINISH", launch_finish(&vm), 0);
	}
	vm_end(&vm);

	case_begin("the quirk disabled after the page");
	page_of_machine(page, "milan");
	if (vm_begin(&vm, 1)) {
		check("the page", launch_update(&vm, 1, page, CPUID), 0);
		check("a lie", set_cpuid2(vm.vcpu[0], &lie), 0);
		check("KVM_CAP_DISABLE_QUIRKS2", td_disable_quirks(vm.fd, IGNORE_FIRMWARE_CPUID), 0);
		check("FINISH", launch_finish(&vm), -EINVAL);
		check("a lie", set_cpuid2(vm.vcpu[0], &lie), -EINVAL);
		check("the truth", set_cpuid2(vm.vcpu[0], &list), 0);
		check("FINISH", launch_finish(&vm), 0);
	}
	vm_end(&vm);

	case_begin("vCPUs without CPUID, a VM without a page");
	if (begin(&vm, 2)) {
		check("the page", launch_update(&vm, 1, page, CPUID), 0);
		check("FINISH", launch_finish(&vm), 0);
	}
	vm_destroy(&vm);
	if (begin(&vm, 1)) {
		check("no page", set_cpuid2(vm.vcpu[0], &lie), 0);
		check("FINISH", launch_finish(&vm), 0);
	}
	vm_end(&vm);
}

static void two_pages(void)
{
	struct vm vm;

	case_begin("two pages: the second must be the first");
	if (begin(&vm, 1)) {
		*other = *page;
		page_find(other, 0x7, 0)->reg[SNP_EBX] &= ~SMAP;
		check("one", launch_update(&vm, 1, page, CPUID), 0);
		check("another", launch_update(&vm, 2, other, CPUID), -EINVAL);
		check("the first again", launch_update(&vm, 2, page, CPUID), 0);
		check("FINISH", launch_finish(&vm), 0);
	}
	vm_end(&vm);

	case_begin("two pages: what firmware refuses is no first one");
	if (begin(&vm, 1)) {
		*other = *page;
		page_find(other, 0x7, 0)->reg[SNP_EBX] |= 1 << 16;
		list_find(&list, 0x7, 0)->ebx |= 1 << 16;
		check("the vCPU has it", set_cpuid2(vm.vcpu[0], &list), 0);
		check("the page, too", launch_update(&vm, 1, other, CPUID), -EIO);
		check("status", vm.fw_error, INVALID_PARAM);
		check("corrected", !memcmp(page, other, sizeof(*page)), 1);
		check("as corrected", launch_update(&vm, 1, other, CPUID), 0);
		check("FINISH", launch_finish(&vm), 0);
	}
	vm_end(&vm);
}

void test_consistency(void)
{
	page = page_new();
	other = page_new();
	firmware_cpu("milan");
	each_bit();
	by_hand();
	orders();
	two_pages();
	tdxcpuid_answer_free(answer);
}
