// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * snp_sw.fault=COMMAND:N:STATUS,...: the N-th call of a command from now on (0: every
 * call) fails with STATUS and does nothing.  Writing a list replaces the old one; an
 * empty list clears it.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "snp_sw.h"

#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX "snp_sw."

#define FAULTS 8

static struct fault {
	u32 command;
	u32 nth;
	u32 status;
	u32 calls;
} faults[FAULTS];
static DEFINE_SPINLOCK(lock);

static int fault_set(const char *value, const struct kernel_param *kp)
{
	struct fault list[FAULTS] = {};
	int nr, used;

	for (nr = 0; *value && *value != '\n'; nr++, value += used + (value[used] == ',')) {
		struct fault *f = &list[nr];

		if (nr == FAULTS)
			return -E2BIG;
		used = -1;
		if (sscanf(value, "%i:%i:%i%n", &f->command, &f->nth, &f->status, &used) < 3 ||
		    used < 0 || (value[used] && !strchr(",\n", value[used])) || !f->status)
			return -EINVAL;
	}
	guard(spinlock)(&lock);
	memcpy(faults, list, sizeof(faults));
	return 0;
}

static const struct kernel_param_ops fault_ops = { .set = fault_set };
module_param_cb(fault, &fault_ops, NULL, 0200);

u32 snp_sw_fault(unsigned int command)
{
	u32 status = 0, i;

	guard(spinlock)(&lock);
	for (i = 0; i < FAULTS; i++) {
		struct fault *f = &faults[i];

		if (!f->status || f->command != command)
			continue;
		f->calls++;
		if (!status && (!f->nth || f->nth == f->calls))
			status = f->status;
	}
	return status;
}
