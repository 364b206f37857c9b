// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What the software PSP and RMP count, and what they are told: snp_sw.* of the kernel. */
#include <stdio.h>

#include "snp.h"

#define PARAMETERS "/sys/module/snp_sw/parameters/"

long long firmware_number(const char *name)
{
	char path[100];

	snprintf(path, sizeof(path), PARAMETERS "%s", name);
	return read_number(path);
}

void firmware_fault(const char *faults)
{
	char text[256];

	/* sysfs ignores a write of nothing. */
	snprintf(text, sizeof(text), "%s\n", faults);
	if (!write_file(PARAMETERS "fault", text))
		case_fail("cannot set the fault '%s'", faults);
}

void firmware_cpu(const char *name)
{
	if (!write_file(PARAMETERS "cpu", name))
		case_fail("no platform %s", name);
}
