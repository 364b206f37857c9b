// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Firmware fails at each command of a launch: KVM must return the right errno and
 * status, warn only where a page or a context is lost, and give everything else back.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "snp.h"

/* include/linux/psp-sev.h of Linux, and RMPUPDATE as snp_sw.h numbers it. */
enum {
	DF_FLUSH = 0x84,
	DECOMMISSION = 0x90,
	ACTIVATE = 0x91,
	GCTX_CREATE = 0x93,
	LAUNCH_START = 0xa0,
	LAUNCH_UPDATE = 0xa1,
	LAUNCH_FINISH = 0xa2,
	PAGE_RECLAIM = 0xc7,
	RMPUPDATE = 0x1000,
};

#define HWERROR_PLATFORM 0x13
#define SEV_RET_BUSY	 0x0c

/* More often than there are ASIDs, so that a lost one is noticed. */
#define BATCH 30

static struct snp_cpuid_page *page;
static long long in_rmp; /* before a case */

/* As far as it gets: two vCPUs, a CPUID page and one of data. */
static int whole_launch(uint32_t *status)
{
	struct vm vm;
	int ret = vm_create(&vm);

	for (int i = 0; !ret && i < 2; i++)
		ret = vm_vcpu(&vm, i);
	ret = ret ? ret : launch_start(&vm);
	ret = ret ? ret : launch_update(&vm, 1, page, KVM_SEV_SNP_PAGE_TYPE_CPUID);
	ret = ret ? ret : launch_update(&vm, 2, vm.shared, KVM_SEV_SNP_PAGE_TYPE_NORMAL);
	ret = ret ? ret : launch_finish(&vm);
	*status = vm.fw_error;
	vm_destroy(&vm);
	return ret;
}

/* @rounds times the same fault; false: something else came of it. */
static bool fault_rounds(const char *text, unsigned int command, uint32_t status, int error,
			 int rounds)
{
	for (int i = 0; i < rounds; i++) {
		uint32_t fw_error;
		bool ok;

		firmware_fault(text);
		ok = check("errno", whole_launch(&fw_error), error) &
		     check("guests left in firmware", firmware_number("guests"), 0) &
		     check("pages left in the RMP", firmware_number("pages"), in_rmp);
		/* RMPUPDATE is KVM's own, without a status. */
		if (error && command != RMPUPDATE)
			ok &= check("status", fw_error, status);
		firmware_fault("");
		if (!ok)
			return false;
	}
	return true;
}

static void fault(const char *name, unsigned int command, unsigned int nth, uint32_t status,
		  int error)
{
	long long before, lost = 0;
	char text[64];

	case_begin("fault: %s, call %u (0: all), status 0x%x", name, nth, status);
	in_rmp = firmware_number("pages");
	page_of_machine(page, "milan");
	snprintf(text, sizeof(text), "%u:%u:0x%x", command, nth, status);
	/*
	 * Caches come and go, and the first rounds fill them: a page that is lost in each
	 * round is lost in each batch of them. A debugging kernel holds on to what was
	 * freed, so no such count there.
	 */
	for (int batch = 0; batch < 4; batch++) {
		before = settled_pages();
		if (!fault_rounds(text, command, status, error, BATCH))
			break;
		lost = before - settled_pages();
		if (lost < BATCH || !access(KMEMLEAK, F_OK))
			break;
		if (batch == 3)
			case_fail("%lld pages lost in %d rounds, each time", lost, BATCH);
	}
	check("leaked pages", firmware_number("leaked"), 0);
	check("without the fault", whole_launch(&(uint32_t){ 0 }), 0);
	case_end();
}

/* Each VMSA and the command itself; what was not measured can be tried again. */
static void try_again(void)
{
	struct vm vm;

	case_begin("fault: KVM_SEV_SNP_LAUNCH_FINISH once, then again");
	if (vm_begin(&vm, 1)) {
		firmware_fault("0xa1:1:0x13");
		check("the VMSA is refused", launch_finish(&vm), -EIO);
		check("status", vm.fw_error, HWERROR_PLATFORM);
		firmware_fault("");
		check("again", launch_finish(&vm), 0);
	}
	vm_end(&vm);
	case_begin("fault: KVM_SEV_SNP_LAUNCH_UPDATE once, then again");
	page_of_machine(page, "milan");
	if (vm_begin(&vm, 1)) {
		firmware_fault("0xa1:1:0x13");
		check("the page is refused", launch_update(&vm, 1, page, KVM_SEV_SNP_PAGE_TYPE_CPUID),
		      -EIO);
		check("status", vm.fw_error, HWERROR_PLATFORM);
		firmware_fault("");
		check("again", launch_update(&vm, 1, page, KVM_SEV_SNP_PAGE_TYPE_CPUID), 0);
	}
	vm_end(&vm);
}

/* ASIDs are used again only after DF_FLUSH: without it there are none left. */
static void flush(void)
{
	struct vm vm;
	int ret = 0;

	case_begin("fault: SNP_DF_FLUSH");
	firmware_fault("0x84:0:0x13");
	for (int i = 0; !ret && i < BATCH; i++) {
		ret = vm_create(&vm);
		vm_destroy(&vm);
	}
	check("no ASID is left", ret, -EBUSY);
	firmware_fault("");
	check("KVM_CREATE_VM, KVM_SEV_INIT2, memory", vm_create(&vm), 0);
	vm_end(&vm);
}

/* Firmware keeps what it was given: Linux must not use it any more, and says so. */
static void lost(void)
{
	struct vm vm;

	case_begin("fault: SNP_DECOMMISSION");
	if (vm_begin(&vm, 0))
		firmware_fault("0x90:1:0x13");
	vm_destroy(&vm);
	firmware_fault("");
	check("guests left in firmware", firmware_number("guests"), 1);
	case_expect_warning();
	case_end();

	/* Last: the page goes back to Linux with the VM, and to use it again would fail. */
	case_begin("fault: SNP_PAGE_RECLAIM of a refused page");
	page_of_machine(page, "milan");
	page_find(page, 0x7, 0)->reg[SNP_EBX] |= 1 << 16;
	if (vm_begin(&vm, 0)) {
		firmware_fault("0xc7:1:0x13");
		check("KVM_SEV_SNP_LAUNCH_UPDATE",
		      launch_update(&vm, 1, page, KVM_SEV_SNP_PAGE_TYPE_CPUID), -EIO);
		check("status", vm.fw_error, INVALID_PARAM);
		check("not corrected", page_find(page, 0x7, 0)->reg[SNP_EBX] >> 16 & 1, 1);
		firmware_fault("");
	}
	vm_destroy(&vm);
	check("leaked pages", firmware_number("leaked"), 1);
	case_expect_warning();
	case_end();
}

void test_firmware_faults(void)
{
	page = page_new();
	firmware_cpu("milan");
	fault("none", 0xffff, 0, HWERROR_PLATFORM, 0);
	/* Linux has no other errno for want of a context. */
	fault("SNP_GCTX_CREATE", GCTX_CREATE, 1, HWERROR_PLATFORM, -ENOTTY);
	fault("SNP_LAUNCH_START", LAUNCH_START, 1, HWERROR_PLATFORM, -EIO);
	fault("SNP_LAUNCH_START", LAUNCH_START, 1, SEV_RET_BUSY, -EIO);
	fault("SNP_ACTIVATE", ACTIVATE, 1, HWERROR_PLATFORM, -EIO);
	/* The CPUID page, the other one, two VMSAs. */
	for (unsigned int nth = 1; nth <= 4; nth++)
		fault("SNP_LAUNCH_UPDATE", LAUNCH_UPDATE, nth, HWERROR_PLATFORM, -EIO);
	fault("SNP_LAUNCH_UPDATE", LAUNCH_UPDATE, 1, INVALID_PARAM, -EIO);
	fault("SNP_LAUNCH_FINISH", LAUNCH_FINISH, 1, HWERROR_PLATFORM, -EIO);
	try_again();
	flush();
	lost();
}
