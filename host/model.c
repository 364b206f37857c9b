// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The simulated host as a whole: objects open and close, and an ioctl finds its way. */
#include "internal.h"
#include "need.h"

#define BUDGET (1U << 20)

void host_init(struct host_model *host, const struct tdxcpuid_host *judge)
{
	*host = (struct host_model){
		.judge = judge,
		.info.size = sizeof(host->info),
		.budget = BUDGET,
	};
	tdxcpuid_host_info(judge, &host->info);
	supported_xstate(host);
}

struct host_object *host_open(struct host_model *host)
{
	struct host_object *device = need(calloc(1, sizeof(*device)));

	(void)host;
	device->kind = HOST_DEVICE;
	return device;
}

static void free_vm(struct host_model *host, struct host_vm *vm)
{
	struct host_vcpu *vcpu;

	while ((vcpu = vm->vcpus)) {
		vm->vcpus = vcpu->next;
		free(vcpu->entries);
		free(vcpu);
	}
	if (vm->td) {
		host->keys--;
		tdxcpuid_answer_free(vm->td);
	}
	free_memory(host, vm);
	free(vm);
}

static void vm_put(struct host_model *host, struct host_vm *vm)
{
	if (!--vm->refs)
		free_vm(host, vm);
}

void host_close(struct host_model *host, struct host_object *object)
{
	struct host_vm *vm = object->vm;

	switch (object->kind) {
	case HOST_DEVICE:
		free(object);
		return;
	case HOST_VM:
		break;
	case HOST_VCPU:
		/* The vCPU lives and keeps its id until the VM goes. */
		object->run = NULL;
		break;
	case HOST_GMEM:
		unbind_gmem(host, vm, object);
		free(object);
		break;
	}
	vm_put(host, vm);
}

void host_undo(struct host_model *host, struct host_object *object)
{
	struct host_vm *vm = object->vm;

	if (object->kind == HOST_VCPU) {
		struct host_vcpu **link = &vm->vcpus;
		struct host_vcpu *vcpu = (struct host_vcpu *)object;

		while (*link != vcpu)
			link = &(*link)->next;
		*link = vcpu->next;
		vm->created_vcpus--;
		free(vcpu);
		vm_put(host, vm);
		return;
	}
	host_close(host, object);
}

u32 host_vm_serial(const struct host_object *object)
{
	return object->vm ? object->vm->serial : 0;
}

bool host_has_key(const struct host_object *object)
{
	return object->vm && object->vm->td;
}

bool host_keys_gone(const struct host_model *host)
{
	return host->keys >= GUEST_KEYS;
}

/* KVM serves nobody but the address space that made the VM, and no dead VM. */
static bool reachable(const struct host_object *object, const struct host_client *client)
{
	return !object->vm || (object->vm->mm == client->mm && !object->vm->dead);
}

static long dispatch(struct host_work *work, struct host_object *object, u32 nr, u64 arg)
{
	int error;

	if (!reachable(object, work->client))
		return -EIO;

	/* A TDX call is asked for by its own name, once it is known. */
	if (work->call->name && nr != KVM_MEMORY_ENCRYPT_OP) {
		error = asked_fault(work, work->call->name);
		if (error)
			return error;
	}

	switch (object->kind) {
	case HOST_DEVICE:
		return device_ioctl(work, nr, arg);
	case HOST_VM:
		return vm_ioctl(work, object->vm, nr, arg);
	case HOST_VCPU:
		return vcpu_ioctl(work, (struct host_vcpu *)object, nr, arg);
	case HOST_GMEM:
		break;
	}
	return -ENOTTY;
}

long host_ioctl(struct host_model *host, struct host_object *object, u32 nr, u64 arg,
		struct host_client *client, struct host_object **created)
{
	struct host_call call = {
		.name = host_ioctl_name(object->kind, nr),
		.vm = host_vm_serial(object),
		.vcpu = object->kind == HOST_VCPU ? (int)((struct host_vcpu *)object)->id : -1,
	};
	struct host_work work = { host, client, created, &call };

	*created = NULL;
	call.result = dispatch(&work, object, nr, arg);

	if (*created && (*created)->kind == HOST_VM)
		call.vm = (*created)->vm->serial;
	if (host->watch && call.name)
		host->watch->call(host->watch, &call);
	return call.result;
}
