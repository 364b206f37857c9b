// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What this machine lets the front end do. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "internal.h"

#define ARCH_SET_CPUID 0x1012

bool front_machine(struct front_machine *machine)
{
	struct utsname uts;
	unsigned int major = 0, minor = 0;
	u32 action = SECCOMP_RET_USER_NOTIF;

	*machine = (struct front_machine){
		.files_missing = access("/dev/kvm", R_OK | W_OK) || access(FRONT_PARAMETER, R_OK),
	};

	uname(&uts);
	sscanf(uts.release, "%u.%u", &major, &minor);
	machine->new_enough = major > 5 || (major == 5 && minor >= 19);
	machine->user_notification = !syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action);

	/* Asked for and given back at once: nothing runs in between. */
	if (!syscall(SYS_arch_prctl, ARCH_SET_CPUID, 1L))
		machine->cpuid = FRONT_CPUID_FAULTED;
#ifdef HAVE_CAPSTONE
	else
		machine->cpuid = FRONT_CPUID_PATCHED;
#endif
	return machine->new_enough && machine->user_notification;
}
