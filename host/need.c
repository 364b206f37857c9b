// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Memory of the simulator's own.  KVM's -ENOMEM would be an answer that nobody asked for, and a
 * record with holes is none: without memory the run ends, and the program with it.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "need.h"

void *need(void *data)
{
	static const char text[] = "tdxcpuid run: out of memory\n";

	if (!data) {
		(void)!write(STDERR_FILENO, text, sizeof(text) - 1);
		_exit(2);
	}
	return data;
}
