// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The kernel and the tool: what becomes of generated pages, and of lists beside them.
 * The library of the tool runs in the guest, so that it is asked on the spot.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <tdxcpuid.h>
#include <unistd.h>

#include "generate.h"

#define CPUID	  KVM_SEV_SNP_PAGE_TYPE_CPUID
#define SHOWN	  5 /* disagreements */
#define PER_VM	  (PAGES - 4)
#define LISTS	  8 /* for a page */

static const struct tdxcpuid_cpu *cpu;
static struct tdxcpuid_answer *answer;
static struct snp_cpuid_page machine, given, expected, *page;
static struct cpuid_list list;
static uint32_t compared, disagree;

static bool differ(uint32_t n, const char *what, long long kernel, long long tool)
{
	if (kernel == tool)
		return false;
	if (disagree < SHOWN)
		case_fail("%u: %s: the kernel says %lld, the tool %lld", n, what, kernel, tool);
	return true;
}

/* The tool's word for @page; what comes back is in expected. */
static uint32_t ask(void)
{
	uint32_t undecided = 0;

	if (tdxcpuid_check_snp_page(page, sizeof(*page), cpu, &expected, &answer)) {
		case_fail("the tool does not answer");
		return 0;
	}
	for (uint32_t i = 0; i < answer->nr_notes; i++)
		undecided += answer->notes[i].reason == TDXCPUID_FIRMWARE;
	return undecided;
}

/* Returns what the kernel says. */
static int judge(struct vm *vm, uint32_t n, uint64_t gfn)
{
	long long before = firmware_number("undecided");
	uint32_t undecided = ask();
	bool wrong = false;
	int ret;

	ret = launch_update(vm, gfn, page, CPUID);
	wrong |= differ(n, "errno", ret, answer->error);
	wrong |= differ(n, "status", vm->fw_error, answer->hw_error);
	wrong |= differ(n, "the page as it comes back",
			!memcmp(page, &expected, sizeof(*page)), 1);
	/* The tool tells the same of two entries once. */
	wrong |= differ(n, "are there registers without a rule",
			firmware_number("undecided") != before, undecided != 0);
	compared++;
	disagree += wrong;
	return ret;
}

static void pages(struct generator *g, uint32_t count)
{
	uint32_t taken = 0, corrected = 0, unchanged = 0;
	struct vm vm = { .fd = -1 };

	case_begin("generated pages on %s", tdxcpuid_cpu_name(cpu));
	for (uint32_t n = 0; n < count; n++) {
		uint64_t gfn = n % PER_VM;

		if (!gfn) {
			if (n)
				vm_destroy(&vm);
			if (!vm_begin(&vm, 0))
				break;
		}
		random_page(g, &machine, page);
		given = *page;
		if (!judge(&vm, n, gfn)) {
			taken++;
		} else if (!memcmp(page, &given, sizeof(given))) {
			unchanged++;
		} else {
			corrected++;
			/* As it came back it is taken. */
			if (differ(n, "as corrected", judge(&vm, n, gfn), 0))
				disagree++;
		}
	}
	tap_diag("%s: %u pages taken, %u corrected, %u refused without correction",
		 tdxcpuid_cpu_name(cpu), taken, corrected, unchanged);
	vm_end(&vm);
}

/*
 * Linux compares where both are known; that a guest needs some leaves is a rule of the
 * tool alone.
 */
static int rule_of_linux(void)
{
	struct tdxcpuid_vcpu vcpu = {
		.size = sizeof(vcpu),
		.nent = list.head.nent,
		.entries = list.entry,
	};

	if (tdxcpuid_check_snp(page, sizeof(*page), &vcpu, &answer))
		case_fail("the tool does not answer");
	for (uint32_t i = 0; i < answer->nr_violations; i++) {
		if (answer->violations[i].reason == TDXCPUID_INCONSISTENT)
			return -EINVAL;
	}
	return 0;
}

static bool begin_opted_in(struct vm *vm)
{
	return vm_begin(vm, 1) &&
	       check("KVM_CAP_DISABLE_QUIRKS2", td_disable_quirks(vm->fd, IGNORE_FIRMWARE_CPUID), 0);
}

static void told(uint32_t n, const char *what, int kernel, int tool, uint32_t *refused)
{
	compared++;
	*refused += !!tool;
	if (differ(n, what, kernel, tool) && disagree++ < SHOWN)
		tap_diag("%u: %s", n, answer->text);
}

/* The page first, and lists after it; or a list first, and the page after it. */
static void lists(struct generator *g, uint32_t count)
{
	uint32_t refused = 0, n = 0;
	struct vm vm = { .fd = -1 };

	case_begin("generated lists on %s", tdxcpuid_cpu_name(cpu));
	while (n < count) {
		if (n)
			vm_destroy(&vm);
		if (!begin_opted_in(&vm))
			break;
		random_taken_page(g, &machine, page);
		bool taken = false;

		for (int i = 0; i < LISTS; i++, n++) {
			random_list(g, page, &list);
			check("before the page", set_cpuid2(vm.vcpu[0], &list), 0);
			/* Only what firmware takes is interesting from here on. */
			ask();
			memcpy(page, &expected, sizeof(*page));
			int rule = rule_of_linux();

			told(n, "the page", launch_update(&vm, 1, page, CPUID), rule, &refused);
			if (!rule) {
				taken = true;
				break;
			}
		}
		for (int i = 0; taken && i < LISTS; i++, n++) {
			random_list(g, page, &list);
			int rule = rule_of_linux();

			told(n, "KVM_SET_CPUID2", set_cpuid2(vm.vcpu[0], &list), rule, &refused);
		}
	}
	tap_diag("%s: %u lists, %u refused", tdxcpuid_cpu_name(cpu), n, refused);
	vm_end(&vm);
}

void test_agree(const char *name, uint32_t count)
{
	struct generator g = { .state = 0x9e3779b97f4a7c15ULL ^ name[0] };

	cpu = tdxcpuid_cpu_find(name);
	page = page_new();
	firmware_cpu(name);
	page_of_machine(&machine, name);
	compared = disagree = 0;
	pages(&g, count);
	if (expect.quirk)
		lists(&g, count);
	tap_diag("requests: %u compared, %u disagree", compared, disagree);
	tdxcpuid_answer_free(answer);
	answer = NULL;
}
