/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The life of VMs, vCPUs and guest_memfds on a TDX host: what KVM answers to
 * each ioctl, in its order of checks, with its errnos.
 *
 * Independent of how calls arrive: no file descriptors, no I/O, no global state.
 * Every object is reached through a host, and a host is used by one thread at a
 * time.  Guest code is not run.
 */
#ifndef HOST_MODEL_H
#define HOST_MODEL_H

#include <tdxcpuid.h>

#include "../include/linux-names.h"
#include "uapi.h"

#define HOST_VCPU_PAGES 3 /* KVM_GET_VCPU_MMAP_SIZE: kvm_run, PIO data, coalesced MMIO */

enum host_kind { HOST_DEVICE, HOST_VM, HOST_VCPU, HOST_GMEM };

struct host_vm;

/* What a file descriptor stands for. */
struct host_object {
	enum host_kind kind;
	struct host_vm *vm;  /* itself for a VM, NULL for /dev/kvm */
	struct kvm_run *run; /* vCPU: set by who provides the memory */
	u64 size;	     /* guest_memfd, in bytes */
	void *front;	     /* for the front end; the model does not look */
};

/* The thread that calls: its memory, its descriptors. */
struct host_client {
	u64 mm;	  /* equal for two threads exactly if they share an address space */
	bool amx; /* has asked arch_prctl() to let its guests use AMX */
	/* 0, -EFAULT, or any other errno if the call has gone away: it is passed up unchanged. */
	int (*read)(struct host_client *client, u64 address, void *to, size_t size);
	int (*write)(struct host_client *client, u64 address, const void *from, size_t size);
	/* What descriptor @fd is: 0 and *object (NULL for a foreign one), or -EBADF. */
	int (*object)(struct host_client *client, int fd, struct host_object **object);
};

/* One call, for a watcher.  What does not apply is NULL. */
struct host_call {
	const char *name; /* "CREATE_VM", "TDX_INIT_VM", ... */
	bool tdx;	  /* a KVM_MEMORY_ENCRYPT_OP of a TD */
	u32 vm;		  /* serial number of the VM, from 1; 0 if there is none */
	int vcpu;	  /* vCPU id, or -1 */
	long result;
	u64 hw_error;
	bool injected;				/* the result is a fault that was asked for */
	u64 status;				/* of the module, if that was asked for */
	const char *detail;			/* the argument in words */
	const struct tdxcpuid_request *request; /* INIT_VM, if it got as far as the CPUID list */
	const struct kvm_cpuid_entry2 *entries; /* SET_CPUID2, GET_CPUID */
	u32 nent;
};

struct host_watch {
	/* What a call carried: INIT_VM, CAPABILITIES, GET_CPUID, SET_CPUID2. */
	void (*data)(struct host_watch *watch, const struct host_call *call);
	/* A call has been served; request and entries are gone by now. */
	void (*call)(struct host_watch *watch, const struct host_call *call);
};

/*
 * Faults on demand: what call @name is to fail with, or 0.  With *status it is the
 * module that fails, and KVM's own rule says which errno that is.
 */
struct host_faults {
	int (*fault)(struct host_faults *faults, const char *name, u64 *status);
};

struct host_model {
	const struct tdxcpuid_host *judge;
	struct tdxcpuid_host_info info; /* of the judge */
	struct host_watch *watch;
	struct host_faults *faults; /* NULL: none */
	u64 supported_xcr0;
	u64 supported_xss;
	u32 vms;    /* VMs ever created */
	u32 keys;   /* HKIDs in use */
	u32 budget; /* memory slots and ranges that may still be made */
};

/* Nothing of KVM's: KVM_RUN blocks until the caller is interrupted. */
#define HOST_BLOCKS 0x7fffffffL

/* @judge is a modelled one, and outlives the host. */
void host_init(struct host_model *host, const struct tdxcpuid_host *judge);

/* open("/dev/kvm"). */
struct host_object *host_open(struct host_model *host);

/*
 * An ioctl.  If *created is set, the answer is a new descriptor for that object:
 * install it, or take it back with host_undo().
 */
long host_ioctl(struct host_model *host, struct host_object *object, u32 nr, u64 arg,
		struct host_client *client, struct host_object **created);

/* The descriptor for a new object could not be installed. */
void host_undo(struct host_model *host, struct host_object *object);
/* The last descriptor of an object is closed. */
void host_close(struct host_model *host, struct host_object *object);

/* The serial number of the VM that the object belongs to, 0 for /dev/kvm. */
u32 host_vm_serial(const struct host_object *object);
/* Does its VM hold a key, of which there are few, and have they all been given out? */
bool host_has_key(const struct host_object *object);
bool host_keys_gone(const struct host_model *host);

/* What the CPUID instruction answers on this host. */
void host_cpuid(const struct host_model *host, u32 leaf, u32 subleaf, u32 reg[4]);

/* "CREATE_VM"; NULL for an ioctl that KVM does not have. */
const char *host_ioctl_name(enum host_kind kind, u32 nr);
const char *host_tdx_name(u32 id);
/* The call with that name, of any kind; TDX_ may be left out.  NULL if there is none. */
const char *host_call_find(const char *name);

#endif
