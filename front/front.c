// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Start the program under the supervisor, and the supervisor's loop. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "internal.h"

#define OPTIONS                                                                               \
	(PTRACE_O_EXITKILL | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | \
	 PTRACE_O_TRACEEXEC | PTRACE_O_TRACESECCOMP | PTRACE_O_TRACESYSGOOD)

#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS	   SECCOMP_IOW(4, __u64)
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP (1UL << 0)
#endif

static int send_fd(int sock, int fd)
{
	char control[CMSG_SPACE(sizeof(int))] = { 0 };
	char byte = 0;
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = control,
			      .msg_controllen = sizeof(control) };
	struct cmsghdr *header = CMSG_FIRSTHDR(&msg);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &fd, sizeof(int));
	return sendmsg(sock, &msg, MSG_NOSIGNAL) == 1 ? 0 : -errno;
}

/* A descriptor, or the errno that came instead of it. */
static int receive_fd(int sock, int *error)
{
	char control[CMSG_SPACE(sizeof(int))];
	struct iovec iov = { error, sizeof(*error) };
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = control,
			      .msg_controllen = sizeof(control) };
	struct cmsghdr *header;
	int fd;

	*error = ESRCH;
	if (recvmsg(sock, &msg, MSG_CMSG_CLOEXEC) <= 0)
		return -1;
	header = CMSG_FIRSTHDR(&msg);
	if (!header)
		return -1;
	memcpy(&fd, CMSG_DATA(header), sizeof(int));
	return fd;
}

struct launch {
	char *const *argv;
	bool code;
	bool paths;
	sigset_t mask; /* the program's own */
	struct rlimit files;
};

/* The child up to its exec.  Everything that fails is told by number on @sock. */
static void child(const struct launch *launch, int sock, pid_t parent)
{
	char go;
	int fd, error;

	/* Until the supervisor holds it by ptrace: nothing may be left behind. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent || read(sock, &go, 1) != 1)
		_exit(126);
	prctl(PR_SET_PDEATHSIG, 0);
	setrlimit(RLIMIT_NOFILE, &launch->files);
	sigprocmask(SIG_SETMASK, &launch->mask, NULL);

	fd = filter_install(launch->code, launch->paths);
	if (fd < 0) {
		error = -fd;
		(void)!write(sock, &error, sizeof(error));
		_exit(126);
	}
	if (send_fd(sock, fd))
		_exit(126);
	close(fd);
	execvp(launch->argv[0], launch->argv);
	error = errno;
	(void)!write(sock, &error, sizeof(error));
	_exit(127);
}

static void raise_limits(struct rlimit *before)
{
	struct rlimit files;

	getrlimit(RLIMIT_NOFILE, before);
	files = *before;
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
}

/*
 * Hand a signal to the first process.  False if that is gone.  One that has ended
 * without being reaped takes signals, too; but none that we send can end it before
 * we look, as it is delivered through us.
 */
static bool hand_on(struct front *front, int sig, bool send)
{
	struct pollfd ended = { .fd = front->main_fd, .events = POLLIN };

	if (front->main_gone ||
	    (send && syscall(SYS_pidfd_send_signal, front->main_fd, sig, NULL, 0)))
		return false;
	return !poll(&ended, 1, 0);
}

/* Signals that are sent to us are meant for the program: its first process, or what is left of it.
 */
static void serve_signals(struct front *front, int signals)
{
	struct signalfd_siginfo info;

	while (read(signals, &info, sizeof(info)) == sizeof(info)) {
		int sig = info.ssi_signo;

		if (sig == SIGCHLD || sig == SIGIO)
			continue;
		/* Ctrl-C reaches the program by itself if it is in the same group. */
		if (!hand_on(front, sig,
			     info.ssi_code != SI_KERNEL || front->main_gone ||
				     getpgid(front->main_pid) != getpgrp()))
			front->ended_by = sig;
	}
}

static void loop(struct front *front, int signals)
{
	struct pollfd fds[] = {
		{ .fd = front->listener, .events = POLLIN },
		{ .fd = signals, .events = POLLIN },
	};
	bool killed = false;

	for (;;) {
		tracee_reap(front);
		if (!front->nr_tasks)
			return;
		if ((front->stop || front->ended_by) && !killed) {
			tracee_kill_all(front);
			killed = true;
		}
		if (poll(fds, 2, tracee_waiting(front) ? 500 : -1) < 0 && errno != EINTR)
			return;
		if (fds[1].revents & POLLIN)
			serve_signals(front, signals);
		if (fds[0].revents & POLLIN)
			notify_serve(front);
		else if (fds[0].revents) /* nobody is left under the filter */
			fds[0].fd = -1;
	}
}

static int start(struct front *front, struct launch *launch, int *exec_errno, int *exec_sock)
{
	int socks[2], error, status;
	pid_t parent = getpid(), pid;
	u64 sync = SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, socks))
		return -errno;
	pid = fork();
	if (pid < 0) {
		error = -errno;
		front->problem = "cannot make a process";
		close(socks[0]);
		close(socks[1]);
		return error;
	}
	if (!pid) {
		close(socks[0]);
		child(launch, socks[1], parent);
	}
	close(socks[1]);

	if (ptrace(PTRACE_SEIZE, pid, 0, OPTIONS)) {
		error = -errno;
		front->problem =
			"ptrace is not allowed here (by a container, by Yama, or under a debugger)";
		goto fail;
	}
	front->main_pid = pid;
	front->main_fd = syscall(SYS_pidfd_open, pid, 0);
	if (front->main_fd < 0) {
		error = -errno;
		front->problem = "there is no pidfd_open() here (a container hides it)";
		goto fail;
	}
	tracee_add_main(front, pid);
	(void)!write(socks[0], "", 1);

	front->listener = receive_fd(socks[0], exec_errno);
	if (front->listener < 0) {
		error = -*exec_errno;
		front->problem =
			*exec_errno == EBUSY ?
				"another seccomp listener is in charge of this process" :
				"the kernel refuses the seccomp filter (Linux 5.19 or later is needed)";
		goto fail;
	}
	/* Linux 6.6 and later: the answer wakes its caller on the same CPU. */
	(void)ioctl(front->listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, sync);
	*exec_sock = socks[0];
	return 0;

fail:
	kill(pid, SIGKILL);
	waitpid(pid, &status, __WALL);
	tracee_free(front);
	if (front->main_fd >= 0)
		close(front->main_fd);
	close(socks[0]);
	return error;
}

int front_run(struct front *front, char *const argv[], int *exec_errno)
{
	struct launch launch = {
		.argv = argv,
		.code = front->cpuid == FRONT_CPUID_PATCHED,
		.paths = front->files_missing,
	};
	sigset_t mask;
	int signals, error, sock = -1;

	front->main_fd = -1;
	sigemptyset(&mask);
	sigaddset(&mask, SIGCHLD);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGHUP);
	sigaddset(&mask, SIGINT);
	sigaddset(&mask, SIGQUIT);
	sigaddset(&mask, SIGIO); /* a lease that is broken */
	sigprocmask(SIG_BLOCK, &mask, &launch.mask);
	signals = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
	raise_limits(&launch.files);

	error = signals < 0 ? -errno : start(front, &launch, exec_errno, &sock);
	if (!error) {
		loop(front, signals);
		/* The socket closed at exec, or it has the reason why there was none. */
		*exec_errno = 0;
		if (recv(sock, exec_errno, sizeof(*exec_errno), MSG_DONTWAIT) ==
		    sizeof(*exec_errno))
			error = -ENOEXEC;
		close(sock);
		close(front->listener);
		close(front->main_fd);
		objects_end(front);
		tracee_free(front);
	}
	objects_free(front);
	if (signals >= 0)
		close(signals);
	sigprocmask(SIG_SETMASK, &launch.mask, NULL);
	setrlimit(RLIMIT_NOFILE, &launch.files);
	if (error)
		return error;
	/* As a wait status: the signal, although the first process had ended well. */
	return front->ended_by ? front->ended_by : front->main_status;
}
