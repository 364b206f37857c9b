// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The simulated host of host/, ioctl by ioctl in any order: KVM_TDX_INIT_VM answers what
 * tdxcpuid_check() does, KVM_TDX_CAPABILITIES and KVM_TDX_GET_CPUID what the library has.
 */
#include <errno.h>

#include "../host/internal.h"
#include "answer.h"
#include "entries.h"

#define MEMORY	0x10000U /* where the client's begins, and how much it is */
#define OBJECTS 16
#define LIST	(MEMORY + 0x100)

static uint8_t memory[MEMORY];
static struct host_object *objects[OBJECTS];
static struct kvm_run run;
static struct host_model host;
static struct slot_offer offers[TDXCPUID_MAX_SLOTS];

static int client_read(struct host_client *client, u64 address, void *to, size_t size)
{
	(void)client;
	if (address < MEMORY || size > MEMORY || address - MEMORY > MEMORY - size)
		return -EFAULT;
	memcpy(to, memory + (address - MEMORY), size);
	return 0;
}

static int client_write(struct host_client *client, u64 address, const void *from, size_t size)
{
	(void)client;
	if (address < MEMORY || size > MEMORY || address - MEMORY > MEMORY - size)
		return -EFAULT;
	memcpy(memory + (address - MEMORY), from, size);
	return 0;
}

static int client_object(struct host_client *client, int fd, struct host_object **object)
{
	(void)client;
	if (fd < 0 || fd >= OBJECTS)
		return -EBADF;
	*object = objects[fd];
	return 0;
}

static struct host_client client = {
	.mm = 1, .read = client_read, .write = client_write, .object = client_object
};

static long call(u32 fd, u32 nr, u64 arg)
{
	struct host_object *created;
	long result;
	u32 to;

	if (!objects[fd])
		return -EBADF;
	result = host_ioctl(&host, objects[fd], nr, arg, &client, &created);
	if (!created)
		return result;
	for (to = 0; to < OBJECTS && objects[to]; to++)
		;
	if (to == OBJECTS) {
		host_undo(&host, created);
		return -EMFILE;
	}
	objects[to] = created;
	if (created->kind == HOST_VCPU)
		created->run = &run;
	return to;
}

static long tdx(u32 fd, u32 id, u64 *hw_error)
{
	struct kvm_tdx_cmd cmd = { .id = id, .data = LIST };
	long result;

	memcpy(memory, &cmd, sizeof(cmd));
	result = call(fd, KVM_MEMORY_ENCRYPT_OP, MEMORY);
	memcpy(&cmd, memory, sizeof(cmd));
	*hw_error = cmd.hw_error;
	return result;
}

/* A list of entries out of some of the bytes, into the client's memory behind @header bytes. */
static u32 put_entries(struct bytes *b, size_t header)
{
	static struct kvm_cpuid_entry2 entries[ENTRIES_ROOM];
	struct bytes part = { b->data, take8(b) * 4 };
	u32 nent;

	part.data = b->data;
	part.left = part.left < b->left ? part.left : b->left;
	b->data += part.left;
	b->left -= part.left;
	nent = take_entries(&part, offers, host.info.nr_slots, entries, ENTRIES_ROOM);
	memcpy(memory + 0x100 + header, entries, nent * sizeof(*entries));
	return nent;
}

/* Whether it is the request that decides: not of what is no TD, or one already, or dead. */
static bool takes_request(u32 fd)
{
	const struct host_vm *vm = objects[fd] ? objects[fd]->vm : NULL;

	return vm && objects[fd]->kind == HOST_VM && is_td(vm) && !vm->dead &&
	       vm->state == TD_UNINITIALIZED && !vm->created_vcpus && !host_keys_gone(&host);
}

/* What the library makes of the host, which is accepted, with up to three bits changed. */
static u32 put_honest(struct bytes *b, struct kvm_cpuid_entry2 *entries)
{
	struct tdxcpuid_request request = { .size = sizeof(request),
					    .attributes = host.info.attributes,
					    .xfam = host.info.xfam };

	if (tdxcpuid_host_request(host.judge, &request, entries, TDXCPUID_MAX_SLOTS))
		return 0;
	for (u32 changes = take8(b) & 3; changes && request.nent; changes--)
		(&entries[take8(b) % request.nent].eax)[take8(b) & 3] ^= 1U << (take8(b) & 31);
	return request.nent;
}

static void init_vm(struct bytes *b, u32 fd, bool honest)
{
	struct kvm_tdx_init_vm *init = (void *)(memory + 0x100);
	struct tdxcpuid_request request = { .size = sizeof(request) };
	struct tdxcpuid_answer *answer = NULL;
	const long tsc_khz = call(fd, KVM_GET_TSC_KHZ, 0);
	const bool open = takes_request(fd);
	u64 hw_error;
	long result;

	memset(init, 0, sizeof(*init));
	init->attributes = request.attributes = take_field(b, host.info.attributes);
	init->xfam = request.xfam = take_field(b, host.info.xfam);
	request.nent = honest ? put_honest(b, init->cpuid.entries) : put_entries(b, sizeof(*init));
	init->cpuid.nent = request.nent;
	request.entries = (void *)(memory + 0x100 + sizeof(*init));
	request.tsc_khz = tsc_khz;
	must(!tdxcpuid_check(host.judge, &request, &answer));
	check_answer(answer, request.nent);
	result = tdx(fd, KVM_TDX_INIT_VM, &hw_error);
	if (open) {
		must(result == answer->error && hw_error == answer->hw_error);
		must(result || same_answer(objects[fd]->vm->td, answer));
	} else {
		must(result && !hw_error);
	}
	tdxcpuid_answer_free(answer);
}

static void capabilities(u32 fd)
{
	struct kvm_tdx_capabilities *caps = (void *)(memory + 0x100);
	u64 hw_error;

	caps->cpuid.nent = TDXCPUID_MAX_SLOTS;
	if (tdx(fd, KVM_TDX_CAPABILITIES, &hw_error))
		return;
	must(caps->supported_attrs == host.info.attributes);
	must(caps->supported_xfam == host.info.xfam && caps->cpuid.nent == host.info.nr_slots);
	must(!memcmp(caps + 1, host.info.cpuid, host.info.nr_slots * sizeof(*host.info.cpuid)));
}

static void get_cpuid(u32 fd)
{
	struct kvm_cpuid2 *list = (void *)(memory + 0x100);
	const struct tdxcpuid_answer *td;
	u64 hw_error;

	list->nent = TDXCPUID_MAX_ENTRIES;
	if (tdx(fd, KVM_TDX_GET_CPUID, &hw_error))
		return;
	td = objects[fd]->vm->td;
	must(list->nent == td->nr_effective);
	must(!memcmp(list->entries, td->effective, list->nent * sizeof(*list->entries)));
}

static void step(struct bytes *b)
{
	const uint8_t code = take8(b), fd = take8(b) % OBJECTS;
	struct kvm_cpuid2 *list = (void *)(memory + 0x100);
	u64 hw_error;

	switch (code % 12) {
	case 0:
		call(0, KVM_CREATE_VM, take8(b) & 3 ? KVM_X86_TDX_VM : take8(b));
		break;
	case 1:
		call(fd, KVM_CREATE_VCPU, take8(b));
		break;
	case 2:
	case 3:
		init_vm(b, fd, code & 1);
		break;
	case 4:
		capabilities(fd);
		break;
	case 5:
		list->nent = put_entries(b, sizeof(*list));
		call(fd, KVM_SET_CPUID2, LIST);
		break;
	case 6:
		get_cpuid(fd);
		tdx(fd, take8(b) % 8, &hw_error);
		break;
	case 7:
		if (fd && objects[fd]) {
			host_close(&host, objects[fd]);
			objects[fd] = NULL;
		}
		break;
	case 8:
		call(fd, KVM_SET_TSC_KHZ, take_field(b, 2000000));
		break;
	case 9:
		/* A structure with anything in it, for what follows. */
		for (int i = code >> 4; i >= 0; i--)
			memcpy(memory + 0x100 + i * 8, &(u64){ take_field(b, MEMORY) }, 8);
		break;
	default:
		call(fd, take8(b) & 1 ? _IO(KVMIO, take8(b)) : take32(b),
		     code & 0x80 ? take_field(b, 1) : LIST);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes b = { data, size };
	static struct tdxcpuid_host *judges[32][3];
	const u32 module = take8(&b) & 31, policy = take8(&b) % 3;
	struct tdxcpuid_host **judge = &judges[module][policy];
	struct tdxcpuid_slot slot;
	int steps = 64;

	if (!*judge)
		must(!tdxcpuid_host_new_model(tdxcpuid_module_nth(module), NULL, policy, judge));
	host_init(&host, *judge);
	for (u32 k = 0; tdxcpuid_host_slot(*judge, k, &slot); k++) {
		offers[k] = (struct slot_offer){ slot.leaf, slot.subleaf, { 0 } };
		memcpy(offers[k].reg, slot.reported, sizeof(slot.reported));
	}
	memset(memory, 0, sizeof(memory));
	memset(&run, 0, sizeof(run));
	objects[0] = host_open(&host);
	call(0, KVM_CREATE_VM, KVM_X86_TDX_VM);
	while (b.left && steps--)
		step(&b);
	for (u32 fd = 0; fd < OBJECTS; fd++) {
		if (objects[fd])
			host_close(&host, objects[fd]);
		objects[fd] = NULL;
	}
	must(!host.keys);
	return 0;
}
