/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the files of the front end share. */
#ifndef FRONT_INTERNAL_H
#define FRONT_INTERNAL_H

#include <errno.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/user.h>

#include "front.h"

/* An address space: shared by threads and by vfork()'s child, copied by fork(). */
struct space {
	u32 refs;
	u64 id;	     /* host_client.mm */
	bool opened; /* has had /dev/kvm: CPUID is the profile's from now on */
	bool amx;    /* has asked for AMX for its guests */
	u32 nr_sites;
	u64 *site; /* addresses of replaced CPUID instructions, ascending */
};

/* A thread. */
struct task {
	struct task *next;
	pid_t tid;
	struct space *space; /* NULL until its parent's report of it is in */
	bool waiting;	     /* stopped, until its parent's report is in */
	u64 since;	     /* when it began to, in seconds */
	bool blocked;	     /* in the system call that stands in for KVM_RUN */
	bool mapping;	     /* in an mmap() of code */
	enum { NO_STEP, STEP_OUT, STEP_OVER } step; /* on the way to make the CPU trap CPUID */
	long text;				    /* what was where the system call is put */
	struct user_regs_struct saved;		    /* of a blocked KVM_RUN, or while stepping */
	u64 passed_ip; /* the last call that was passed on to the kernel */
	u64 passed_arg;
};

/* An object and the file that stands for it. */
struct kept {
	struct host_object *object;
	int fd;
	u64 inode;
	void *memory; /* of a vCPU */
	struct kept *next_by_inode;
	struct kept *next_of_vm;
};

/* filter.c */
int filter_install(bool code, bool paths);

/* notify.c */
void notify_serve(struct front *front);

/* tracee.c */
void tracee_add_main(struct front *front, pid_t pid);
void tracee_reap(struct front *front);
struct task *tracee_find(struct front *front, pid_t tid);
void tracee_kill_all(struct front *front);
/* Is a new thread waiting for its parent's report?  Kill those that wait for too long. */
bool tracee_waiting(struct front *front);
void tracee_free(struct front *front);

/* objects.c */
struct host_object *objects_find(struct front *front, pid_t tid, int fd, int *error);
int objects_add(struct front *front, struct host_object *object);
void objects_remove(struct front *front, struct host_object *object);
void objects_sweep(struct front *front, struct host_object *object);
void objects_end(struct front *front);
void objects_free(struct front *front);

/* remote.c */
struct remote {
	struct host_client client;
	struct front *front;
	pid_t tid;
	u64 id; /* of the notification; 0: the thread is stopped */
};

void remote_init(struct remote *remote, struct front *front, const struct task *task, u64 id);
/* A string of at most @size - 1 bytes: its length, or -errno. */
ssize_t remote_string(struct remote *remote, u64 address, char *to, size_t size);

/* sites.c */
void sites_scan(struct front *front, struct task *task, u64 start, u64 end);
void sites_scan_all(struct front *front, struct task *task);
bool sites_has(const struct space *space, u64 address);

#endif
