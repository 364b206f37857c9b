// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The threads of the program as their tracer sees them: from birth to death. */
#include <sched.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../host/need.h"
#include "internal.h"

/* Seconds from somewhere. */
static u64 now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return now.tv_sec;
}

/* The kernel's own: it makes a call interrupted by a signal start again, or not. */
#define ERESTARTSYS    512
#define ERESTARTNOINTR 513

static struct task **slot_of(struct front *front, pid_t tid)
{
	struct task **link = &front->tasks[(u32)tid % (sizeof(front->tasks) / sizeof(*link))];

	while (*link && (*link)->tid != tid)
		link = &(*link)->next;
	return link;
}

struct task *tracee_find(struct front *front, pid_t tid)
{
	return *slot_of(front, tid);
}

static struct task *add(struct front *front, pid_t tid)
{
	struct task **link = slot_of(front, tid), *task = *link;

	if (task)
		return task;
	task = need(calloc(1, sizeof(*task)));
	task->tid = tid;
	*link = task;
	front->nr_tasks++;
	return task;
}

static void put_space(struct space *space)
{
	if (space && !--space->refs) {
		free(space->site);
		free(space);
	}
}

static struct space *new_space(struct front *front)
{
	struct space *space = need(calloc(1, sizeof(*space)));

	space->refs = 1;
	space->id = ++front->nr_spaces;
	return space;
}

/* fork() copies the memory, our breakpoints in it too. */
static struct space *copy_space(struct front *front, const struct space *from)
{
	struct space *space = new_space(front);

	space->opened = from->opened;
	space->amx = from->amx;
	if (from->nr_sites) {
		space->site = need(malloc(from->nr_sites * sizeof(*space->site)));
		memcpy(space->site, from->site, from->nr_sites * sizeof(*space->site));
		space->nr_sites = from->nr_sites;
	}
	return space;
}

static void forget(struct front *front, pid_t tid)
{
	struct task **link = slot_of(front, tid), *task = *link;

	if (!task)
		return;
	*link = task->next;
	put_space(task->space);
	free(task);
	front->nr_tasks--;
}

/* Until it is reaped, a thread that we trace keeps its number to itself. */
static bool ours(pid_t tid)
{
	siginfo_t info;

	return !waitid(P_PID, tid, &info, WEXITED | WNOHANG | WNOWAIT | __WALL);
}

static void go_on(struct task *task, int sig)
{
	int how = task->step ? PTRACE_SINGLESTEP : task->mapping ? PTRACE_SYSCALL : PTRACE_CONT;

	/* Dead already, or about to be: its end is reported by wait. */
	(void)ptrace(how, task->tid, 0, (long)sig);
}

#define ARCH_SET_CPUID 0x1012
#define SYSCALL_INSN   0x050f

/*
 * Make the thread call arch_prctl(ARCH_SET_CPUID, 0) before the first instruction
 * of its new program: exec has cleared the flag, threads and children inherit it.
 * One step leads out of execve(), the next over the call.
 */
static void step(struct task *task)
{
	struct user_regs_struct regs;

	if (ptrace(PTRACE_GETREGS, task->tid, 0, &regs))
		return;
	if (task->step == STEP_OUT) {
		errno = 0;
		task->saved = regs;
		task->text = ptrace(PTRACE_PEEKTEXT, task->tid, regs.rip, 0);
		task->step = NO_STEP;
		if (errno || ptrace(PTRACE_POKETEXT, task->tid, regs.rip,
				    (task->text & ~0xffffL) | SYSCALL_INSN))
			return;
		task->step = STEP_OVER;
		regs.rax = SYS_arch_prctl;
		regs.orig_rax = -1;
		regs.rdi = ARCH_SET_CPUID;
		regs.rsi = 0;
		(void)ptrace(PTRACE_SETREGS, task->tid, 0, &regs);
		return;
	}
	task->step = NO_STEP;
	(void)ptrace(PTRACE_POKETEXT, task->tid, task->saved.rip, task->text);
	(void)ptrace(PTRACE_SETREGS, task->tid, 0, &task->saved);
}

void tracee_add_main(struct front *front, pid_t pid)
{
	add(front, pid)->space = new_space(front);
}

/* A thread or process is born: it starts once we know whose memory it lives in. */
static void born(struct front *front, struct task *parent)
{
	struct user_regs_struct regs;
	struct task *child;
	unsigned long tid;
	u64 flags = 0;

	if (ptrace(PTRACE_GETEVENTMSG, parent->tid, 0, &tid) ||
	    ptrace(PTRACE_GETREGS, parent->tid, 0, &regs))
		return;
	/* It may have been killed and reaped before this report. */
	if (!tracee_find(front, tid) && !ours(tid))
		return;
	child = add(front, tid);
	if (child->space)
		return;
	if (regs.orig_rax == SYS_clone)
		flags = regs.rdi;
	if (regs.orig_rax == SYS_vfork)
		flags = CLONE_VM;
	if (flags & CLONE_VM) {
		child->space = parent->space;
		parent->space->refs++;
	} else {
		child->space = copy_space(front, parent->space);
	}
	if (child->waiting) {
		child->waiting = false;
		go_on(child, 0);
	}
}

/* A new program: other memory, nothing replaced in it, no /dev/kvm opened by it. */
static void executed(struct front *front, struct task *task)
{
	unsigned long former;

	/* Of the threads only one is left, and it has the leader's number now. */
	if (!ptrace(PTRACE_GETEVENTMSG, task->tid, 0, &former) && (pid_t)former != task->tid)
		forget(front, former);
	put_space(task->space);
	task->space = new_space(front);
	task->blocked = false;
	task->mapping = false;
	task->step = front->cpuid == FRONT_CPUID_FAULTED ? STEP_OUT : NO_STEP;
	if (!task->space)
		kill(task->tid, SIGKILL);
}

static void run_vcpu(struct front *front, struct task *task, struct user_regs_struct *regs)
{
	struct host_object *object, *created;
	struct remote remote;
	long result;
	int error = -ENOTTY;

	object = objects_find(front, task->tid, regs->rdi, &error);
	if (!object) {
		front->stats.foreign += error == -ENOTTY;
		result = error;
	} else {
		objects_sweep(front, object);
		front->stats.ioctls++;
		remote_init(&remote, front, task, 0);
		result = host_ioctl(front->host, object, KVM_RUN, regs->rdx, &remote.client,
				    &created);
	}

	if (result == HOST_BLOCKS) {
		/* ppoll() of nothing: a wait that any signal ends, also one sent just now. */
		task->saved = *regs;
		task->blocked = true;
		regs->orig_rax = SYS_ppoll;
		regs->rdi = regs->rsi = regs->rdx = regs->r10 = 0;
		regs->r8 = 8;
	} else {
		regs->orig_rax = -1;
		regs->rax = result;
	}
	(void)ptrace(PTRACE_SETREGS, task->tid, 0, regs);
}

static void filtered(struct front *front, struct task *task)
{
	struct user_regs_struct regs;

	if (ptrace(PTRACE_GETREGS, task->tid, 0, &regs))
		return;
	if (regs.orig_rax == SYS_ioctl)
		run_vcpu(front, task, &regs);
	else if (regs.orig_rax == SYS_mmap && task->space->opened)
		task->mapping = true;
}

/* The end of an mmap() of code. */
static void mapped(struct front *front, struct task *task)
{
	struct user_regs_struct regs;

	task->mapping = false;
	if (!ptrace(PTRACE_GETREGS, task->tid, 0, &regs) && regs.rax < -4095ULL)
		sites_scan(front, task, regs.rax, regs.rax + regs.rsi);
}

/* Answer the CPUID instruction at @rip. */
static void answer_cpuid(struct front *front, struct task *task, struct user_regs_struct *regs,
			 u64 rip)
{
	u32 reg[4];

	if (task->space->opened) {
		host_cpuid(front->host, regs->rax, regs->rcx, reg);
		front->stats.cpuids++;
	} else {
		__asm__ volatile("cpuid"
				 : "=a"(reg[0]), "=b"(reg[1]), "=c"(reg[2]), "=d"(reg[3])
				 : "a"((u32)regs->rax), "c"((u32)regs->rcx));
	}
	regs->rax = reg[TDXCPUID_EAX];
	regs->rbx = reg[TDXCPUID_EBX];
	regs->rcx = reg[TDXCPUID_ECX];
	regs->rdx = reg[TDXCPUID_EDX];
	regs->rip = rip + 2;
	(void)ptrace(PTRACE_SETREGS, task->tid, 0, regs);
}

/* Is it one of our breakpoints, or CPUID trapped by the CPU? */
static bool is_cpuid(struct front *front, struct task *task, int sig, struct user_regs_struct *regs)
{
	siginfo_t info;

	if ((sig != SIGTRAP && sig != SIGSEGV) || ptrace(PTRACE_GETSIGINFO, task->tid, 0, &info) ||
	    info.si_code != SI_KERNEL)
		return false;
	if (sig == SIGTRAP && sites_has(task->space, regs->rip - 1)) {
		answer_cpuid(front, task, regs, regs->rip - 1);
		return true;
	}
	if (sig == SIGSEGV && front->cpuid == FRONT_CPUID_FAULTED) {
		errno = 0;
		if ((ptrace(PTRACE_PEEKTEXT, task->tid, regs->rip, 0) & 0xffff) == 0xa20f &&
		    !errno) {
			answer_cpuid(front, task, regs, regs->rip);
			return true;
		}
	}
	return false;
}

static bool is_open(u64 nr)
{
	return nr == SYS_open || nr == SYS_openat || nr == SYS_openat2;
}

/*
 * A signal is about to be delivered.  One that comes between a call and its
 * reception by us must not be seen in its result: it is made to start again, as
 * KVM's calls do not fail with EINTR.  KVM_RUN does.
 */
static void signalled(struct task *task, struct user_regs_struct *regs)
{
	bool ours = false;

	if (task->blocked) {
		task->blocked = false;
		task->saved.rax = -EINTR;
		task->saved.orig_rax = -1;
		(void)ptrace(PTRACE_SETREGS, task->tid, 0, &task->saved);
		return;
	}
	if ((long)regs->rax != -ERESTARTSYS)
		return;
	if (regs->orig_rax == SYS_ioctl)
		ours = (regs->rsi & 0xff00) == KVMIO << 8;
	else if (is_open(regs->orig_rax)) /* one that the kernel serves may well be interrupted */
		ours = task->passed_ip != regs->rip || task->passed_arg != (regs->rdi ^ regs->rsi);
	if (ours) {
		regs->rax = -ERESTARTNOINTR;
		(void)ptrace(PTRACE_SETREGS, task->tid, 0, regs);
	}
}

static bool stops(int sig)
{
	return sig == SIGSTOP || sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU;
}

static void stopped(struct front *front, pid_t tid, int status)
{
	struct user_regs_struct regs;
	struct task *task = tracee_find(front, tid);
	int sig = WSTOPSIG(status), event = status >> 16;

	if (!task) {
		task = add(front, tid);
	}
	if (!task->space) {
		task->waiting = true;
		task->since = now();
		return;
	}

	switch (event) {
	case PTRACE_EVENT_STOP:
		if (stops(sig)) {
			(void)ptrace(PTRACE_LISTEN, tid, 0, 0);
			return;
		}
		break;
	case PTRACE_EVENT_CLONE:
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
		born(front, task);
		break;
	case PTRACE_EVENT_EXEC:
		executed(front, task);
		break;
	case PTRACE_EVENT_SECCOMP:
		filtered(front, task);
		break;
	case 0:
		if (sig == (SIGTRAP | 0x80)) {
			mapped(front, task);
			break;
		}
		if (sig == SIGTRAP && task->step) {
			step(task);
			break;
		}
		if (!ptrace(PTRACE_GETREGS, tid, 0, &regs)) {
			if (is_cpuid(front, task, sig, &regs))
				break;
			signalled(task, &regs);
		}
		go_on(task, sig);
		return;
	}
	go_on(task, 0);
}

/* Take every report that is there. */
void tracee_reap(struct front *front)
{
	int status;
	pid_t tid;

	while ((tid = waitpid(-1, &status, WNOHANG | __WALL)) > 0) {
		if (WIFSTOPPED(status)) {
			stopped(front, tid, status);
			continue;
		}
		forget(front, tid);
		if (tid == front->main_pid && !front->main_gone) {
			front->main_gone = true;
			front->main_status = status;
		}
	}
}

void tracee_kill_all(struct front *front)
{
	for (size_t i = 0; i < sizeof(front->tasks) / sizeof(*front->tasks); i++) {
		for (struct task *task = front->tasks[i]; task; task = task->next) {
			if (ours(task->tid))
				kill(task->tid, SIGKILL);
		}
	}
}

/*
 * A parent that is killed right as it gives birth makes no report.  Its child
 * would stay stopped for ever.
 */
bool tracee_waiting(struct front *front)
{
	bool waiting = false;

	for (size_t i = 0; i < sizeof(front->tasks) / sizeof(*front->tasks); i++) {
		for (struct task *task = front->tasks[i]; task; task = task->next) {
			waiting |= task->waiting;
			if (task->waiting && now() > task->since + 1)
				kill(task->tid, SIGKILL);
		}
	}
	return waiting;
}

void tracee_free(struct front *front)
{
	for (size_t i = 0; i < sizeof(front->tasks) / sizeof(*front->tasks); i++) {
		while (front->tasks[i])
			forget(front, front->tasks[i]->tid);
	}
}
