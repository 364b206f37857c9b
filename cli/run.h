/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A run of a program on the simulated host, and what is told of it. */
#ifndef RUN_H
#define RUN_H

#include "../front/front.h"
#include "../host/faults.h"
#include "../host/recorder.h"
#include "check.h"

struct run {
	const struct options *options;
	const struct target *host;
	struct front_machine machine;
	struct front front;
	struct host_model model;
	struct recorder recorder;
	struct faults faults;
	bool refused;
	int report;	   /* open, or -1 */
	int status;	   /* as wait() tells it */
	char old_qemu[32]; /* its version, if it is one that cannot have TDX; "" */
};

/* What check says of a VM's lists: as text, or as a member of @json. */
void run_verdict(const struct run *run, const struct recorded_vm *vm, struct out *json);
/* Looks whether the program is a QEMU that has no TDX; runs it once more for that. */
void find_old_qemu(struct run *run);
void run_text(const struct run *run);
/* Into the file of --report, which is closed: 0, or -1 and it has said why. */
int run_json(struct run *run);

#endif
