/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The front end: puts a program on the modelled host.
 *
 * KVM's ioctls and the opening of /dev/kvm reach the supervisor as seccomp user
 * notifications, KVM_RUN, signals and the CPUID instruction through ptrace.  One
 * thread, one loop.
 */
#ifndef FRONT_FRONT_H
#define FRONT_FRONT_H

#include "../host/model.h"

/* Where the kvm_intel module says whether TDX is on. */
#define FRONT_PARAMETER "/sys/module/kvm_intel/parameters/tdx"

/* How the CPUID instruction is answered from the profile once /dev/kvm is open. */
enum front_cpuid {
	FRONT_CPUID_NATIVE,  /* not at all */
	FRONT_CPUID_PATCHED, /* breakpoints in place of the instructions found in its code */
	FRONT_CPUID_FAULTED, /* the CPU traps it: arch_prctl(ARCH_SET_CPUID) */
};

struct front_stats {
	u64 ioctls;   /* KVM's among them, KVM_RUN too */
	u64 foreign;  /* KVM ioctls on descriptors that are not ours: refused */
	u64 cpuids;   /* CPUID instructions answered from the profile */
	u64 sites;    /* CPUID instructions found and replaced */
	u64 doubtful; /* bytes that may be one and were left alone */
	u64 undone;   /* objects taken back because nobody took the descriptor */
	u64 asked;    /* how often it was asked whether a file is still open */
	u32 objects;  /* KVM objects still alive */
};

struct front {
	struct host_model *host;
	enum front_cpuid cpuid; /* what is to be used; front_run() may settle for less */
	bool stop;		/* set by a watcher: end the program after this call */
	bool files_missing;	/* the machine lacks a file below that the program will look for */
	struct front_stats stats;
	const char *problem; /* why front_run() failed, in words */
	int ended_by; /* a signal to us that found the first process gone, and ended the rest */

	/* The front end's own. */
	int listener;
	int main_pid;
	int main_fd; /* a pidfd: the number may be somebody else's once it has ended */
	int main_status;
	bool main_gone;
	struct task *tasks[256];
	u32 nr_tasks;
	u32 nr_spaces;
	struct kept *by_inode[1024];
	struct kept *of_vm[1024];
	u32 nr_kept;
	u32 sweep_at; /* so many: time to look at all of them */
	u64 self;     /* device of our memfds */
};

/* What the front end finds on this machine. */
struct front_machine {
	bool new_enough; /* Linux 5.19 */
	bool user_notification;
	bool files_missing;	/* no /dev/kvm that this user may open, or no FRONT_PARAMETER */
	enum front_cpuid cpuid; /* the best that can be done */
};

/* False if nothing can be run. */
bool front_machine(struct front_machine *machine);

/*
 * Run a program to its end, with all its children.  Returns its wait status, or
 * a negative errno with front->problem.  -ENOEXEC: the program could not be
 * executed, and *exec_errno says why.
 */
int front_run(struct front *front, char *const argv[], int *exec_errno);

#endif
