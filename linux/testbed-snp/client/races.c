// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What a second thread does meanwhile: it changes the source page, creates vCPUs, or
 * tells a vCPU something else. Rounds are many, as no single one is sure to hit.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <tdxcpuid.h>
#include <unistd.h>

#include "snp.h"

#define CPUID  KVM_SEV_SNP_PAGE_TYPE_CPUID
#define SMAP   (1U << 20) /* 7.0.EBX */
#define ROUNDS 60

static struct snp_cpuid_page *page;
static struct cpuid_list truth, lie;
static struct vm vm;
static atomic_bool stop, started;
static pthread_t beside;

/* Beside the first one, not in turns with it. */
static void take_second_cpu(void)
{
	cpu_set_t second;

	CPU_ZERO(&second);
	CPU_SET(1, &second);
	sched_setaffinity(0, sizeof(second), &second);
	atomic_store(&started, true);
}

/* @thread runs, beside this one, when this returns; it goes on until stop_thread(). */
static void start_thread(void *(*thread)(void *), void *argument)
{
	atomic_store(&stop, false);
	atomic_store(&started, false);
	pthread_create(&beside, NULL, thread, argument);
	while (!atomic_load(&started))
		;
}

static void stop_thread(void)
{
	atomic_store(&stop, true);
	pthread_join(beside, NULL);
}

static bool begin_unasked(int vcpus)
{
	page_of_machine(page, "milan");
	list_of_page(&truth, page);
	lie = truth;
	list_find(&lie, 0x7, 0)->ebx &= ~SMAP;
	return vm_begin(&vm, vcpus);
}

static bool begin(int vcpus)
{
	return begin_unasked(vcpus) &&
	       (!expect.quirk || check("KVM_CAP_DISABLE_QUIRKS2",
				       td_disable_quirks(vm.fd, IGNORE_FIRMWARE_CPUID), 0));
}

static void *flip_source(void *argument)
{
	volatile uint32_t *ebx = argument;

	take_second_cpu();
	while (!atomic_load(&stop))
		*ebx ^= SMAP;
	return NULL;
}

/*
 * The vCPU lacks SMAP, and the page has it every other moment. Whatever is taken must
 * be the page without; a second page tells, which has to be the same.
 */
static void source_changes(void)
{
	uint32_t *ebx, refused = 0, taken = 0;

	case_begin("the source page is changed meanwhile");
	if (!begin(1))
		goto out;
	check("KVM_SET_CPUID2", set_cpuid2(vm.vcpu[0], &lie), 0);
	ebx = &page_find(page, 0x7, 0)->reg[SNP_EBX];
	start_thread(flip_source, ebx);
	for (int i = 0; i < 10 * ROUNDS && taken < PAGES / 2; i++) {
		int ret = launch_update(&vm, taken, page, CPUID);

		taken += !ret;
		refused += !!ret;
		if (ret && !check("what shows more is refused", ret, -EINVAL))
			break;
	}
	stop_thread();
	tap_diag("%u pages taken, %u refused", taken, refused);
	if (expect.quirk && taken) {
		*ebx |= SMAP;
		check("with SMAP", launch_update(&vm, PAGES - 1, page, CPUID), -EINVAL);
		*ebx &= ~SMAP;
		check("without", launch_update(&vm, PAGES - 1, page, CPUID), 0);
	}
	check("FINISH", launch_finish(&vm), 0);
out:
	vm_end(&vm);
}

static void *create_vcpus(void *argument)
{
	(void)argument;
	take_second_cpu();
	for (int i = 1; i < VCPUS; i++)
		check("KVM_CREATE_VCPU", vm_vcpu(&vm, i), 0);
	atomic_store(&stop, true);
	return NULL;
}

/*
 * Both want every vCPU to stand still. KVM_CREATE_VCPU holds kvm->lock from beginning
 * to end, so that neither ever finds one that is half made.
 */
static void vcpu_is_created(bool finish)
{
	case_begin("vCPUs are created during %s", finish ? "LAUNCH_FINISH" : "LAUNCH_UPDATE");
	for (int round = 0; round < ROUNDS; round++) {
		int gfn = 0, ret;

		if (!begin(1) || !check("KVM_SET_CPUID2", set_cpuid2(vm.vcpu[0], &truth), 0))
			break;
		start_thread(create_vcpus, NULL);
		do {
			ret = finish ? launch_finish(&vm) :
				       launch_update(&vm, gfn++, page, CPUID);
			/* FINISH goes well once: a VMSA is measured, the guest runs. */
			if (finish && (ret == -EINVAL || ret == -EIO))
				ret = 0;
		} while (check("meanwhile", ret, 0) && !atomic_load(&stop) && gfn < PAGES);
		pthread_join(beside, NULL);
		if (round != ROUNDS - 1)
			vm_destroy(&vm);
	}
	vm_end(&vm);
}

static void *set_lists(void *argument)
{
	(void)argument;
	take_second_cpu();
	while (!atomic_load(&stop)) {
		set_cpuid2(vm.vcpu[0], &lie);
		set_cpuid2(vm.vcpu[0], &truth);
	}
	return NULL;
}

/* Whichever comes last is refused, so that in the end they agree. */
static void list_changes(void)
{
	static struct cpuid_list seen;
	unsigned int refused = 0;

	case_begin("a vCPU is told something else meanwhile");
	for (int round = 0; round < ROUNDS; round++) {
		int ret;

		if (!begin(1) || !check("KVM_SET_CPUID2", set_cpuid2(vm.vcpu[0], &truth), 0))
			break;
		start_thread(set_lists, NULL);
		ret = launch_update(&vm, 1, page, CPUID);
		if (ret)
			check("KVM_SEV_SNP_LAUNCH_UPDATE", ret, -EINVAL);
		refused += !!ret;
		usleep(1000);
		stop_thread();
		check("KVM_GET_CPUID2", get_cpuid2(vm.vcpu[0], &seen), 0);
		if (!ret)
			check("they agree", !!(list_find(&seen, 0x7, 0)->ebx & SMAP), 1);
		if (round != ROUNDS - 1)
			vm_destroy(&vm);
	}
	tap_diag("%u of %u pages were refused", refused, ROUNDS);
	vm_end(&vm);
}

static void *ask_and_set_lists(void *argument)
{
	take_second_cpu();
	td_disable_quirks(vm.fd, IGNORE_FIRMWARE_CPUID);
	return set_lists(argument);
}

/* No vCPU may be looked at that is not locked: a debugging kernel would tell. */
static void quirk_is_disabled(void)
{
	case_begin("the quirk is disabled meanwhile");
	for (int round = 0; round < ROUNDS; round++) {
		int ret;

		if (!begin_unasked(1) || !check("KVM_SET_CPUID2", set_cpuid2(vm.vcpu[0], &truth), 0))
			break;
		start_thread(ask_and_set_lists, NULL);
		for (int gfn = 0; gfn < 10; gfn++) {
			ret = launch_update(&vm, gfn, page, CPUID);
			if (ret)
				check("KVM_SEV_SNP_LAUNCH_UPDATE", ret, -EINVAL);
		}
		stop_thread();
		check("the truth", set_cpuid2(vm.vcpu[0], &truth), 0);
		check("the page", launch_update(&vm, 10, page, CPUID), 0);
		check("FINISH", launch_finish(&vm), 0);
		if (round != ROUNDS - 1)
			vm_destroy(&vm);
	}
	vm_end(&vm);
}

void test_races(void)
{
	page = page_new();
	firmware_cpu("milan");
	source_changes();
	vcpu_is_created(true);
	vcpu_is_created(false);
	if (!expect.quirk)
		return;
	list_changes();
	quirk_is_disabled();
}
