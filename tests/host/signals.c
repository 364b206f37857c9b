// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Signals, threads, children. */
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>

#include "client.h"

static volatile sig_atomic_t ticks;

static void tick(int sig)
{
	(void)sig;
	ticks++;
}

static void handle(int sig, int flags)
{
	struct sigaction action = { .sa_handler = tick, .sa_flags = flags };

	sigaction(sig, &action, NULL);
}

static void timer(int microseconds)
{
	struct itimerval interval = { { 0, microseconds }, { 0, microseconds } };

	setitimer(ITIMER_REAL, &interval, NULL);
}

/* With a timer at 1 kHz, no call fails for it, and none happens twice. */
int scenario_signals(int argc, char **argv)
{
	int rounds = argc ? atoi(argv[0]) : 100;

	for (int restart = 0; restart < 2; restart++) {
		ticks = 0;
		handle(SIGALRM, restart ? SA_RESTART : 0);
		timer(1000);
		for (int round = 0; round < rounds; round++) {
			struct td td;

			td_start(&td, TD);
			/* A second one of the same number would be EEXIST. */
			for (long id = 0; id < 64; id++) {
				int fd = call(td.vm, KVM_CREATE_VCPU, (void *)id);

				expect("vCPU", fd >= 0, 1);
				close(fd);
			}
			expect("all taken", call(td.vm, KVM_CREATE_VCPU, (void *)64), -EINVAL);
			td_end(&td);
		}
		timer(0);
		printf("# %d signals, SA_RESTART %s\n", (int)ticks, restart ? "on" : "off");
		expect("signals came", ticks > 10, 1);
	}
	return 0;
}

static void *run_vcpu(void *data)
{
	struct td *td = data;

	return (void *)call(td->vcpu, KVM_RUN, NULL);
}

static void nap(int milliseconds)
{
	struct timespec time = { milliseconds / 1000, milliseconds % 1000 * 1000000L };

	while (nanosleep(&time, &time) && errno == EINTR)
		;
}

/* A KVM_RUN that blocks holds nobody up, and a signal ends it, SA_RESTART or not. */
int scenario_kick(int argc, char **argv)
{
	struct td td;
	pthread_t thread;
	void *result;

	(void)argc;
	(void)argv;
	td_start(&td, FINAL);
	expect("first RUN", call(td.vcpu, KVM_RUN, NULL), 0);
	for (int restart = 0; restart < 2; restart++) {
		handle(SIGUSR1, restart ? SA_RESTART : 0);
		for (int round = 0; round < 50; round++) {
			ticks = 0;
			pthread_create(&thread, NULL, run_vcpu, &td);
			if (round % 2)
				nap(2);
			for (int i = 0; i < 20; i++)
				expect("another thread", call(td.vm, KVM_CHECK_EXTENSION, NULL), 1);
			/* Kicked before it waits, as it waits, or behind it. */
			td.run->immediate_exit = 1;
			pthread_kill(thread, SIGUSR1);
			pthread_join(thread, &result);
			td.run->immediate_exit = 0;
			expect("RUN", (long)result, -EINTR);
			expect("handler", ticks, 1);
		}
	}
	td_end(&td);
	return 0;
}

/* A child that is stopped is seen to be, and goes on where it was. */
int scenario_stop(int argc, char **argv)
{
	int status;
	pid_t pid = fork();

	(void)argc;
	(void)argv;
	if (!pid) {
		struct td td;

		for (int i = 0; i < 200; i++) {
			td_start(&td, VCPU);
			td_end(&td);
		}
		_exit(failures ? 1 : 3);
	}
	for (int i = 0; i < 10; i++) {
		nap(2);
		kill(pid, SIGSTOP);
		expect("waitpid", waitpid(pid, &status, WUNTRACED), pid);
		if (!WIFSTOPPED(status))
			break;
		expect("by SIGSTOP", WSTOPSIG(status), SIGSTOP);
		kill(pid, SIGCONT);
		expect("waitpid", waitpid(pid, &status, WCONTINUED), pid);
		expect("continued", WIFCONTINUED(status) ? 1 : 0, 1);
	}
	if (!WIFEXITED(status))
		expect("waitpid", waitpid(pid, &status, 0), pid);
	expect("exit", WIFEXITED(status) ? WEXITSTATUS(status) : -1, 3);
	return 0;
}

static void *whole_life(void *data)
{
	struct td td;

	for (int i = 0; i < 20; i++) {
		td_start(&td, FINAL);
		expect("RUN", call(td.vcpu, KVM_RUN, NULL), 0);
		td_end(&td);
	}
	return data;
}

int scenario_threads(int argc, char **argv)
{
	pthread_t threads[16];

	(void)argc;
	(void)argv;
	for (int i = 0; i < 16; i++)
		pthread_create(&threads[i], NULL, whole_life, NULL);
	for (int i = 0; i < 16; i++)
		pthread_join(threads[i], NULL);
	return 0;
}

static int status_of(pid_t pid)
{
	int status = -1;

	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* fork, vfork and exec: a VM serves the address space that made it, and no other. */
int scenario_family(int argc, char **argv)
{
	struct td td;
	pid_t pid;

	if (argc == 2 && !strcmp(argv[0], "again")) {
		/* Inherited over exec: the same process, another address space. */
		int vm = atoi(argv[1]);

		expect("VM over exec", call(vm, KVM_CHECK_EXTENSION, NULL), -EIO);
		td_start(&td, FINAL);
		td_end(&td);
		return 0;
	}

	td_start(&td, INIT_VCPU);
	pid = fork();
	if (!pid) {
		expect("VM in a child", call(td.vm, KVM_CHECK_EXTENSION, NULL), -EIO);
		expect("vCPU in a child", call(td.vcpu, KVM_RUN, NULL), -EIO);
		expect("device in a child", call(td.kvm, KVM_GET_API_VERSION, NULL), 12);
		td_start(&td, FINAL);
		_exit(failures ? 1 : 0);
	}
	expect("child", status_of(pid), 0);
	expect("the parent's", call(td.vm, KVM_CHECK_EXTENSION, NULL), 1);

	pid = vfork();
	if (!pid)
		_exit(call(td.vm, KVM_CHECK_EXTENSION, NULL) == 1 ? 0 : 1);
	expect("vfork shares memory", status_of(pid), 0);

	fcntl(td.vm, F_SETFD, 0);
	pid = fork();
	if (!pid) {
		char number[16];

		snprintf(number, sizeof(number), "%d", td.vm);
		execl("/proc/self/exe", "client", "family", "again", number, NULL);
		_exit(126);
	}
	expect("exec", status_of(pid), 0);
	td_end(&td);
	return 0;
}

/* Children that die at every stage, by signal, while another thread is busy. */
int scenario_death(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	for (int round = 0; round < 3; round++) {
		for (enum stage stage = DEVICE; stage < STAGES; stage++) {
			pid_t pid = fork();

			if (!pid) {
				struct td td;
				pthread_t thread;

				pthread_create(&thread, NULL, whole_life, NULL);
				td_start(&td, stage);
				if (round == 1)
					raise(SIGKILL);
				if (round == 2)
					abort();
				_exit(0);
			}
			expect("death", status_of(pid), round == 0 ? 0 : round == 1 ? 137 : 134);
		}
	}
	return 0;
}
