// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * /init of the test bed. What to run and what to expect is on the kernel's
 * command line:
 *	testbed.tests=vectors,selftest,alioth,defects,tsx,negative,faults,quirk,
 *			slots,sequences,kselftest,tool,ordinary
 *	testbed.has=label,status,allowlist,quirk	what the kernel under test has
 */
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "client.h"

struct expectation expect;

static void mount_all(void)
{
	static const char *const mounts[][2] = {
		{ "devtmpfs", "/dev" },
		{ "proc", "/proc" },
		{ "sysfs", "/sys" },
		{ "debugfs", "/sys/kernel/debug" },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(mounts); i++) {
		mkdir(mounts[i][1], 0755);
		mount(mounts[i][0], mounts[i][1], mounts[i][0], 0, NULL);
	}
}

/* Is @word in the comma-separated list that the command line has under @name? */
static bool listed(const char *name, const char *word)
{
	char list[200], *item, *rest = list;

	if (!cmdline_value(name, list, sizeof(list)))
		return false;
	while ((item = strsep(&rest, ",")))
		if (!strcmp(item, word))
			return true;
	return false;
}

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

/* On a debugging kernel: nothing that was allocated may be out of reach now. */
static void test_kmemleak(void)
{
	char leaks[4096];

	if (access(KMEMLEAK, F_OK))
		return;
	case_begin("kmemleak");
	/* An object must be unreferenced in two scans, and some seconds old. */
	for (int i = 0; i < 2; i++) {
		sleep(6);
		write_file(KMEMLEAK, "scan");
	}
	if (!read_file(KMEMLEAK, leaks, sizeof(leaks)))
		case_fail("cannot read %s", KMEMLEAK);
	if (leaks[0])
		case_fail("%s", leaks);
	case_end();
}

static void run(void)
{
	int ret = kvm_open();

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
	if (listed("testbed.tests", "kselftest"))
		test_kselftest("/selftest");
	if (listed("testbed.tests", "tool"))
		test_tool("/tool");
	if (listed("testbed.tests", "ordinary"))
		test_ordinary();
	test_kmemleak();
}

int main(void)
{
	struct timespec start, end;

	mount_all();
	tap_open();
	expect.label_fix = listed("testbed.has", "label");
	expect.status_fix = listed("testbed.has", "status");
	expect.allowlist = listed("testbed.has", "allowlist");
	expect.quirk = listed("testbed.has", "quirk");

	clock_gettime(CLOCK_MONOTONIC, &start);
	run();
	clock_gettime(CLOCK_MONOTONIC, &end);
	tap_diag("%ld ms of the guest's time",
		 (end.tv_sec - start.tv_sec) * 1000 + (end.tv_nsec - start.tv_nsec) / 1000000);
	tap_end();

	sync();
	/* Let the console catch up. */
	usleep(50000);
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}
