// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The supervisor reads the program's memory, and a page of it may be one that
 * does not come: a file of a file system that the program serves itself.  Who
 * does that holds up all of the program, so after a while it is ended.
 */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include "parts.h"

#define PATIENCE 5 /* seconds until the program is killed */
#define DESPAIR	 8 /* seconds until the supervisor goes without a report */

static atomic_uint_fast64_t busy_since; /* in seconds; 0: not at it */

u64 watchdog_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return now.tv_sec + 1;
}

void watchdog_begin(void)
{
	atomic_store_explicit(&busy_since, watchdog_now(), memory_order_relaxed);
}

void watchdog_end(void)
{
	atomic_store_explicit(&busy_since, 0, memory_order_relaxed);
}

static void *watch(void *data)
{
	struct front *front = data;

	for (;;) {
		u64 since = atomic_load_explicit(&busy_since, memory_order_relaxed);
		u64 waited = since ? watchdog_now() - since : 0;

		if (waited >= DESPAIR) {
			static const char text[] = "tdxcpuid run: the program's memory does not answer, "
						   "also now that it is dead\n";

			(void)!write(STDERR_FILENO, text, sizeof(text) - 1);
			_exit(126);
		}
		if (waited >= PATIENCE) {
			front->held_up = true;
			tracee_kill_all(front);
		}
		sleep(1);
	}
	return NULL;
}

/* Never joined: it ends with the process, and does nothing when nobody is busy. */
int watchdog_start(struct front *front)
{
	pthread_attr_t attr;
	sigset_t all, before;
	pthread_t thread;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	error = pthread_create(&thread, &attr, watch, front);
	pthread_attr_destroy(&attr);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -error;
}
