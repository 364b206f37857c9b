// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* /init of a test bed: what has to be there before the tests run, and how it ends. */
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

bool listed(const char *name, const char *word)
{
	char list[200], *item, *rest = list;

	if (!cmdline_value(name, list, sizeof(list)))
		return false;
	while ((item = strsep(&rest, ",")))
		if (!strcmp(item, word))
			return true;
	return false;
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

int main(void)
{
	struct timespec start, end;

	mount_all();
	tap_open();

	clock_gettime(CLOCK_MONOTONIC, &start);
	run();
	test_kmemleak();
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
