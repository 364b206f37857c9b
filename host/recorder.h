/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What a run leaves behind: for each VM the lists that were handed over, in the
 * text format of recorded lists, and the calls that made it what it was.
 */
#ifndef HOST_RECORDER_H
#define HOST_RECORDER_H

#include <stdio.h>

#include "model.h"

#define RECORDER_MAX_CALLS 4096 /* of a VM; what comes behind is counted only */
#define RECORDER_MAX_VMS   256

/* Calls that follow one another and differ in nothing but their vCPU are one. */
struct recorded_call {
	const char *name;
	int first_vcpu; /* -1 if none */
	int last_vcpu;
	u32 count;
	long result;
	u64 hw_error;
	bool injected;
	u64 status; /* of the module, if that was asked for */
	const char *detail;
};

struct recorded_list {
	int vcpu; /* -1: KVM_TDX_INIT_VM's */
	char *text;
	size_t size;
};

struct recorded_vm {
	u32 serial;
	bool td;       /* a TDX call was made on it */
	bool judged;   /* an INIT_VM got as far as its CPUID list */
	bool injected; /* a call on it was made to fail */
	bool ran;      /* KVM_RUN got as far as the guest */
	bool told;     /* KVM_TDX_CAPABILITIES was answered */
	struct recorded_list request;
	u32 nr_vcpus;
	struct recorded_list *vcpu;	/* the last KVM_SET_CPUID2 of each, in order of creation */
	struct recorded_list effective; /* the last KVM_TDX_GET_CPUID */
	u32 nr_calls;
	u32 room;
	struct recorded_call *call;
	u64 more; /* calls that had no room */
};

struct recorder {
	struct host_watch watch;
	u32 nr_vms;
	struct recorded_vm *vm;
	u64 more_vms;
	/* Called once for each refusal: a TDX call or KVM_SET_CPUID2 that fails. */
	void (*refused)(void *data);
	void *data;
};

void recorder_init(struct recorder *recorder);
void recorder_free(struct recorder *recorder);

/* Write every list into @folder, which is made: 0, or -errno with the name of the file. */
int recorder_write(const struct recorder *recorder, const char *folder, char *file, size_t size);
/* The name of a list's file: "vm1-init_vm.txt", "vm1-vcpu0-set_cpuid2.txt". */
void recorder_file_name(u32 vm, const struct recorded_list *list, char *name, size_t size);

#endif
