/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Faults on demand.  A specification is CALL=WHAT[,OPTION]...:
 *   INIT_VM=module:0xc000010000000045,rcx=7   the module's status; the errno is by KVM's rule
 *   CAPABILITIES=E2BIG                        an errno, by name or number
 *   CREATE_VCPU=ENOMEM,call=3                 the third such call only
 */
#ifndef HOST_FAULTS_H
#define HOST_FAULTS_H

#include "model.h"

#define FAULTS_MAX 32

struct faults {
	struct host_faults host;
	u32 nr;
	struct fault {
		const char *name;
		int error;
		u64 status; /* of the module; 0: the fault is an errno */
		u64 rcx;
		bool has_rcx;
		u32 call; /* the n-th, from 1; 0: every one */
		u32 seen;
	} fault[FAULTS_MAX];
};

void faults_init(struct faults *faults);
/* 0, or -1 with @text saying what is wrong with @spec. */
int faults_add(struct faults *faults, const char *spec, char *text, size_t size);

#endif
