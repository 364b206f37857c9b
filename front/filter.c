// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The seccomp filter: which system calls are looked at, and which are not there. */
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/kvm.h>
#include <sched.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "internal.h"

#define X32_BIT		     0x40000000
#define ARCH_GET_XCOMP_GUEST 0x1024
#define ARCH_REQ_XCOMP_GUEST 0x1025
#define USERFAULTFD_IOC_NEW  0xaa00
#define MAX_INSNS	     128

#define LOW(n) (offsetof(struct seccomp_data, args) + 8 * (n)) /* little endian */

struct program {
	struct sock_filter insn[MAX_INSNS];
	unsigned short nr;
};

static void emit(struct program *p, unsigned short code, unsigned int k, unsigned char jt,
		 unsigned char jf)
{
	p->insn[p->nr++] = (struct sock_filter){ code, jt, jf, k };
}

static void load(struct program *p, unsigned int offset)
{
	emit(p, BPF_LD | BPF_W | BPF_ABS, offset, 0, 0);
}

static void ret(struct program *p, unsigned int action)
{
	emit(p, BPF_RET | BPF_K, action, 0, 0);
}

/* If the accumulator is @value: @action. */
static void on(struct program *p, unsigned int value, unsigned int action)
{
	emit(p, BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
	ret(p, action);
}

/* What follows, up to done(), is for system call @nr only. */
static unsigned short only(struct program *p, unsigned int nr)
{
	emit(p, BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 0);
	return p->nr;
}

static void done(struct program *p, unsigned short block)
{
	ret(p, SECCOMP_RET_ALLOW);
	p->insn[block - 1].jf = p->nr - block;
}

#define ABSENT (SECCOMP_RET_ERRNO | ENOSYS)

/* What would go round the filter or hold up the supervisor. */
static void refuse(struct program *p)
{
	unsigned short block;

	/* A ring would make system calls behind the filter's back. */
	on(p, SYS_io_uring_setup, ABSENT);
	on(p, SYS_io_uring_enter, ABSENT);
	on(p, SYS_io_uring_register, ABSENT);
	/* A page that answers when it likes would hold up the supervisor. */
	on(p, SYS_userfaultfd, ABSENT);
	/* Its flags are out of a filter's sight, and every libc goes on with clone(). */
	on(p, SYS_clone3, ABSENT);
	/* A process outside, made to call ioctl(). */
	on(p, SYS_ptrace, SECCOMP_RET_ERRNO | EPERM);

	block = only(p, SYS_clone);
	load(p, LOW(0));
	emit(p, BPF_JMP | BPF_JSET | BPF_K, CLONE_UNTRACED, 0, 1);
	ret(p, SECCOMP_RET_ERRNO | EPERM);
	done(p, block);

	/* A process that is not dumpable is one whose arguments cannot be read. */
	block = only(p, SYS_prctl);
	load(p, LOW(0));
	on(p, PR_SET_DUMPABLE, SECCOMP_RET_ERRNO | 0);
	done(p, block);
}

static void build(struct program *p, bool code, bool paths)
{
	unsigned short block;

	/* Other ABIs have numbers of their own for ioctl(). */
	load(p, offsetof(struct seccomp_data, arch));
	emit(p, BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0);
	ret(p, ABSENT);
	load(p, offsetof(struct seccomp_data, nr));
	emit(p, BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 0, 1);
	ret(p, ABSENT);

	block = only(p, SYS_ioctl);
	load(p, LOW(1));
	on(p, KVM_RUN, SECCOMP_RET_TRACE);
	on(p, USERFAULTFD_IOC_NEW, SECCOMP_RET_ERRNO | ENOTTY);
	emit(p, BPF_ALU | BPF_AND | BPF_K, 0xff00, 0, 0);
	on(p, KVMIO << 8, SECCOMP_RET_USER_NOTIF);
	done(p, block);

	on(p, SYS_openat, SECCOMP_RET_USER_NOTIF);
	on(p, SYS_open, SECCOMP_RET_USER_NOTIF);
	on(p, SYS_openat2, SECCOMP_RET_USER_NOTIF);
	if (paths) {
		on(p, SYS_access, SECCOMP_RET_USER_NOTIF);
		on(p, SYS_faccessat, SECCOMP_RET_USER_NOTIF);
		on(p, SYS_faccessat2, SECCOMP_RET_USER_NOTIF);
		on(p, SYS_stat, SECCOMP_RET_USER_NOTIF);
		on(p, SYS_newfstatat, SECCOMP_RET_USER_NOTIF);
		on(p, SYS_statx, SECCOMP_RET_USER_NOTIF);
	}

	refuse(p);

	block = only(p, SYS_arch_prctl);
	load(p, LOW(0));
	on(p, ARCH_REQ_XCOMP_GUEST, SECCOMP_RET_USER_NOTIF);
	on(p, ARCH_GET_XCOMP_GUEST, SECCOMP_RET_USER_NOTIF);
	done(p, block);

	if (code) {
		/* mmap() of a file's code: it may have CPUID instructions. */
		block = only(p, SYS_mmap);
		load(p, LOW(3));
		emit(p, BPF_JMP | BPF_JSET | BPF_K, MAP_ANONYMOUS, 3, 0);
		load(p, LOW(2));
		emit(p, BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 0, 1);
		ret(p, SECCOMP_RET_TRACE);
		done(p, block);
	}
	ret(p, SECCOMP_RET_ALLOW);
}

/* The listener, or -errno. */
int filter_install(bool code, bool paths)
{
	struct program program = { .nr = 0 };
	struct sock_fprog prog;
	int fd;

	build(&program, code, paths);
	prog = (struct sock_fprog){ program.nr, program.insn };
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	/* Once a call is being served, only death interrupts its caller. */
	fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
		     SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
		     &prog);
	return fd < 0 ? -errno : fd;
}
