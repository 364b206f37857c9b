// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The tests of the TDX test bed. What to run and what to expect is on the kernel's
 * command line:
 *	testbed.tests=vectors,selftest,alioth,defects,tsx,negative,faults,quirk,
 *			slots,sequences,kselftest,tool,ordinary
 *	testbed.has=label,status,allowlist,quirk	what the kernel under test has
 */
#include <unistd.h>

#include "client.h"

static void say_what_is_supported(void)
{
	static struct capabilities caps;
	int vm = td_create();

	if (vm >= 0 && !td_capabilities(vm, &caps))
		tap_diag("supported: attributes=0x%llx xfam=0x%llx slots=%u",
			 caps.head.supported_attrs, caps.head.supported_xfam,
			 caps.head.cpuid.nent);
	close(vm);
}

void run(void)
{
	int ret = kvm_open();

	expect.label_fix = listed("testbed.has", "label");
	expect.status_fix = listed("testbed.has", "status");
	expect.allowlist = listed("testbed.has", "allowlist");
	expect.quirk = listed("testbed.has", "quirk");

	if (ret < 0) {
		tap_result(false, "open /dev/kvm: %d", ret);
		return;
	}
	say_what_is_supported();
	if (listed("testbed.tests", "vectors"))
		test_vectors("/vectors");
	if (listed("testbed.tests", "selftest"))
		test_selftest_flow();
	if (listed("testbed.tests", "alioth"))
		test_alioth();
	if (listed("testbed.tests", "defects"))
		test_known_defects();
	if (listed("testbed.tests", "tsx"))
		test_tsx_without_tsx_ctrl();
	if (listed("testbed.tests", "negative"))
		test_negative();
	if (listed("testbed.tests", "faults"))
		test_faults();
	if (listed("testbed.tests", "quirk"))
		test_quirk();
	if (listed("testbed.tests", "slots"))
		test_too_many_slots();
	if (listed("testbed.tests", "sequences"))
		test_sequences("/host-client", "/sequences");
	if (listed("testbed.tests", "kselftest")) {
		case_begin("the series' KVM selftest");
		run_kselftest("/selftest");
		check("pages left in the module", module_pages(), 0);
		case_end();
	}
	if (listed("testbed.tests", "tool"))
		test_tool("/tool");
	if (listed("testbed.tests", "ordinary"))
		test_ordinary();
}
