// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The tests of the SEV-SNP test bed. What to run and what to expect is on the kernel's
 * command line:
 *	testbed.tests=launch,consistency,races,kselftest,faults,agree
 *	testbed.has=quirk	the kernel under test compares, if it is asked to
 *	testbed.cpu=milan	agree: the platform
 *	testbed.count=1000	agree: how many pages, and as many lists
 */
#include <stdlib.h>

#include "snp.h"

void run(void)
{
	char cpu[32] = "milan", count[16] = "0";

	expect.quirk = listed("testbed.has", "quirk");
	if (kvm_open() < 0 || snp_open()) {
		tap_result(false, "/dev/kvm and /dev/sev");
		return;
	}
	if (!(kvm_ioctl(kvm_fd, KVM_CHECK_EXTENSION, (void *)KVM_CAP_VM_TYPES) &
	      1 << KVM_X86_SNP_VM)) {
		tap_result(false, "KVM has no SEV-SNP");
		return;
	}
	cmdline_value("testbed.cpu", cpu, sizeof(cpu));
	cmdline_value("testbed.count", count, sizeof(count));
	if (listed("testbed.tests", "launch"))
		test_launch();
	if (listed("testbed.tests", "agree"))
		test_agree(cpu, strtoul(count, NULL, 0));
	if (listed("testbed.tests", "consistency"))
		test_consistency();
	if (listed("testbed.tests", "races"))
		test_races();
	if (listed("testbed.tests", "kselftest")) {
		case_begin("the series' KVM selftest");
		run_kselftest("/selftest");
		vm_none_left();
	}
	/* Last: some of these leave pages behind, as they must. */
	if (listed("testbed.tests", "faults"))
		test_firmware_faults();
}
