/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A small VMM for the tests of the simulated host: what its scenarios share. */
#ifndef TESTS_HOST_CLIENT_H
#define TESTS_HOST_CLIENT_H

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../host/uapi.h"

#define REQUEST_MAX 32

/* A TD on its way, as far as it has got. */
struct td {
	int kvm;
	int vm;
	int vcpu;
	int gmem;
	struct kvm_run *run;
	void *memory;
};

struct list {
	struct kvm_cpuid2 header;
	struct kvm_cpuid_entry2 entries[256];
};

struct request {
	struct kvm_tdx_init_vm init;
	struct kvm_cpuid_entry2 entries[REQUEST_MAX];
};

/* The result of an ioctl: a negative errno, or what it returned. */
static inline long call(int fd, unsigned long nr, const void *arg)
{
	long result = ioctl(fd, nr, arg);

	return result < 0 ? -errno : result;
}

static inline long tdx_call(int fd, unsigned int id, unsigned int flags, const void *data,
			    __u64 *hw_error)
{
	struct kvm_tdx_cmd cmd = { .id = id, .flags = flags, .data = (__u64)(unsigned long)data };
	long result = call(fd, KVM_MEMORY_ENCRYPT_OP, &cmd);

	if (hw_error)
		*hw_error = cmd.hw_error;
	return result;
}

extern int failures;

/* One expectation; @what says where, as a literal. */
#define expect(what, got, wanted)                                                              \
	do {                                                                                   \
		long got_ = (got), wanted_ = (wanted);                                         \
		if (got_ != wanted_) {                                                         \
			printf("%s:%d: %s: got %ld, expected %ld\n", __func__, __LINE__, what, \
			       got_, wanted_);                                                 \
			failures++;                                                            \
		}                                                                              \
	} while (0)

enum stage { DEVICE, VM, IRQCHIP, TD, VCPU, CPUID, INIT_VCPU, MEMORY, FINAL, STAGES };

/* A request that the host accepts: family, GPAW, x2APIC and no more. */
void make_request(struct request *request);
/* Take a TD up to @stage; every step must succeed. */
void td_start(struct td *td, enum stage stage);
long td_step(struct td *td, enum stage stage);
void td_end(struct td *td);

int scenario_life(int argc, char **argv);
int scenario_order(int argc, char **argv);
int scenario_memory(int argc, char **argv);
int scenario_contained(int argc, char **argv);
int scenario_int80(int argc, char **argv);
int scenario_files(int argc, char **argv);
int scenario_keys(int argc, char **argv);
int scenario_signals(int argc, char **argv);
int scenario_kick(int argc, char **argv);
int scenario_stop(int argc, char **argv);
int scenario_threads(int argc, char **argv);
int scenario_family(int argc, char **argv);
int scenario_death(int argc, char **argv);
int scenario_cpuid(int argc, char **argv);
int scenario_wild(int argc, char **argv);
int scenario_race(int argc, char **argv);
int scenario_random(int argc, char **argv);
int scenario_speed(int argc, char **argv);
int scenario_hang(int argc, char **argv);
int scenario_failing(int argc, char **argv);
int scenario_crowd(int argc, char **argv);
int scenario_sequences(int argc, char **argv);

#endif
