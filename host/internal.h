/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the files of the model share.  Names and limits are KVM's. */
#ifndef HOST_INTERNAL_H
#define HOST_INTERNAL_H

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

#define PAGE_SIZE  4096ULL
#define PAGE_SHIFT 12

#define MAX_VCPUS      64 /* of a TD: the host's logical CPUs, as kvm/ has it */
#define MAX_VCPU_IDS   4096
#define MAX_IRQ_ROUTES 4096
#define MEM_SLOTS      32767
#define USER_MEM_SLOTS (MEM_SLOTS - 3)
#define MAX_TSC_KHZ    0x7fffffffU
#define MCE_BANKS      32
#define MCE_CAP	       0x09000500ULL /* MCG_CTL_P, CMCI_P, SER_P, LMCE_P */
#define GUEST_KEYS     63	     /* private HKIDs for TDs; differs from platform to platform */

enum td_state { TD_UNINITIALIZED, TD_INITIALIZED, TD_RUNNABLE };

struct host_vcpu {
	struct host_object object;
	struct host_vcpu *next;
	u32 id;
	bool initialized; /* KVM_TDX_INIT_VCPU */
	bool has_run;
	u32 nent;
	struct kvm_cpuid_entry2 *entries;
};

struct host_memslot {
	u32 id;
	u32 flags;
	u64 base_gfn;
	u64 npages;
	u64 userspace_addr;
	struct host_object *gmem;
	u64 gmem_page;
};

/* A set of page frames: ascending ranges that neither overlap nor touch. */
struct host_range {
	u64 start;
	u64 end;
};

struct host_ranges {
	u32 nr;
	u32 room;
	struct host_range *range;
};

struct host_vm {
	struct host_object object;
	u32 serial;
	u32 refs; /* descriptors: its own, its vCPUs', its guest_memfds' */
	u64 mm;
	u64 type;
	bool dead; /* KVM_BUG_ON() */
	bool irqchip_full;
	bool irqchip_split;
	bool pit;
	bool has_run;
	u32 created_vcpus;
	u32 max_vcpu_ids;
	u32 bsp_vcpu_id;
	u32 tsc_khz;
	u64 bus_cycle_ns;
	u64 disabled_quirks;
	enum td_state state;
	struct tdxcpuid_answer *td; /* once initialized: what it got */
	struct host_vcpu *vcpus;
	u32 nr_memslots;
	u32 memslots_room;
	struct host_memslot *memslot;
	struct host_ranges private; /* KVM_MEMORY_ATTRIBUTE_PRIVATE */
	struct host_ranges added;   /* pages that INIT_MEM_REGION has put into the TD */
};

static inline bool is_td(const struct host_vm *vm)
{
	return vm->type == KVM_X86_TDX_VM;
}

/* Copy a whole structure in or out, and give up with the client's errno. */
#define get_user_struct(client, from, to) ((client)->read(client, from, to, sizeof(*(to))))
#define put_user_struct(client, to, from) ((client)->write(client, to, from, sizeof(*(from))))

/* One call on its way: what the files hand to each other. */
struct host_work {
	struct host_model *host;
	struct host_client *client;
	struct host_object **created;
	struct host_call *call;
};

/* device.c, vm.c, vcpu.c, tdx.c */
long device_ioctl(struct host_work *work, u32 nr, u64 arg);
long vm_ioctl(struct host_work *work, struct host_vm *vm, u32 nr, u64 arg);
long vcpu_ioctl(struct host_work *work, struct host_vcpu *vcpu, u32 nr, u64 arg);
long tdx_vm_ioctl(struct host_work *work, struct host_vm *vm, u64 arg);
long tdx_vcpu_ioctl(struct host_work *work, struct host_vcpu *vcpu, u64 arg);
/* By default on; off, KVM_SET_CPUID2 must agree with the TD: linux/series, the RFC. */
#define QUIRK_IGNORE_FIRMWARE_CPUID (1 << 12)
u64 known_quirks(const struct host_model *host);
long check_extension(const struct host_model *host, const struct host_vm *vm, u64 extension,
		     bool amx);

/* supported.c */
u32 supported_cpuid(const struct host_model *host, bool amx, struct kvm_cpuid_entry2 *entries);
u32 xsave_area(const struct host_model *host, bool amx);
void supported_xstate(struct host_model *host);

/* memory.c */
long set_memory_region(struct host_work *work, struct host_vm *vm,
		       const struct kvm_userspace_memory_region2 *region);
long set_memory_attributes(struct host_model *host, struct host_vm *vm,
			   const struct kvm_memory_attributes *attributes);
long create_guest_memfd(struct host_work *work, struct host_vm *vm,
			const struct kvm_create_guest_memfd *args);
long add_pages(struct host_work *work, struct host_vm *vm, struct kvm_tdx_init_mem_region *region);
void unbind_gmem(struct host_model *host, struct host_vm *vm, const struct host_object *gmem);
void free_memory(struct host_model *host, struct host_vm *vm);

/* Show the watcher what the call carries, as long as it lasts. */
static inline void show_data(struct host_work *work)
{
	if (work->host->watch)
		work->host->watch->data(work->host->watch, work->call);
	work->call->request = NULL;
	work->call->entries = NULL;
	work->call->nent = 0;
}

/* Ask whether the call that is being served is to fail. */
static inline int asked_fault(struct host_work *work, const char *name)
{
	struct host_faults *faults = work->host->faults;
	int error = faults ? faults->fault(faults, name, &work->call->status) : 0;

	if (error)
		work->call->injected = true;
	return error;
}

#endif
