// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The record of a run: what was called, what was handed over, and the files of it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "need.h"
#include "recorder.h"

static const struct recorded_call *last_call(const struct recorded_vm *vm)
{
	return vm->nr_calls ? &vm->call[vm->nr_calls - 1] : NULL;
}

static struct recorded_vm *find_vm(struct recorder *r, u32 serial)
{
	struct recorded_vm *vm;

	for (u32 i = r->nr_vms; i; i--) {
		if (r->vm[i - 1].serial == serial)
			return &r->vm[i - 1];
	}
	if (r->nr_vms == RECORDER_MAX_VMS) {
		r->more_vms++;
		return NULL;
	}
	vm = need(realloc(r->vm, (r->nr_vms + 1) * sizeof(*vm)));
	r->vm = vm;
	vm = &r->vm[r->nr_vms++];
	*vm = (struct recorded_vm){ .serial = serial };
	return vm;
}

static void write_list(FILE *out, const struct host_call *call)
{
	const struct kvm_cpuid_entry2 *e = call->request ? call->request->entries : call->entries;
	u32 nent = call->request ? call->request->nent : call->nent;

	if (call->request)
		fprintf(out, "KVM_TDX_INIT_VM attributes=0x%llx xfam=0x%llx tsc_khz=%u\n",
			(unsigned long long)call->request->attributes,
			(unsigned long long)call->request->xfam, call->request->tsc_khz);
	else
		fprintf(out, "KVM_%s vcpu=%d\n", call->name, call->vcpu);
	fprintf(out, "nent=%u\n# function   index    flags    eax      ebx      ecx      edx\n",
		nent);
	for (; nent; nent--, e++)
		fprintf(out, "0x%08x 0x%02x 0x%x %08x %08x %08x %08x\n", e->function, e->index,
			e->flags, e->eax, e->ebx, e->ecx, e->edx);
}

static void keep_list(struct recorded_list *list, const struct host_call *call)
{
	FILE *out;

	free(list->text);
	list->text = NULL;
	list->vcpu = call->request ? -1 : call->vcpu;
	out = need(open_memstream(&list->text, &list->size));
	write_list(out, call);
	/* It grows in memory, and tells at the end whether that was there. */
	need(fclose(out) ? NULL : list->text);
}

static struct recorded_list *vcpu_list(struct recorded_vm *vm, int id)
{
	struct recorded_list *list;

	for (u32 i = 0; i < vm->nr_vcpus; i++) {
		if (vm->vcpu[i].vcpu == id)
			return &vm->vcpu[i];
	}
	list = need(realloc(vm->vcpu, (vm->nr_vcpus + 1) * sizeof(*list)));
	vm->vcpu = list;
	list = &vm->vcpu[vm->nr_vcpus++];
	*list = (struct recorded_list){ .vcpu = id };
	return list;
}

static void take_data(struct host_watch *watch, const struct host_call *call)
{
	struct recorder *r = (struct recorder *)watch;
	struct recorded_vm *vm = find_vm(r, call->vm);
	struct recorded_list *list;

	if (!vm)
		return;
	if (call->request) {
		vm->judged = true;
		keep_list(&vm->request, call);
	} else if (!strcmp(call->name, "TDX_CAPABILITIES")) {
		vm->told = true;
	} else if (!strcmp(call->name, "TDX_GET_CPUID")) {
		keep_list(&vm->effective, call);
	} else {
		list = vcpu_list(vm, call->vcpu);
		if (list)
			keep_list(list, call);
	}
}

static bool same(const struct recorded_call *a, const struct host_call *b)
{
	return !strcmp(a->name, b->name) && a->result == b->result && a->hw_error == b->hw_error &&
	       a->injected == b->injected && a->status == b->status &&
	       (a->last_vcpu < 0) == (b->vcpu < 0) && !a->detail == !b->detail &&
	       (!a->detail || !strcmp(a->detail, b->detail));
}

/* Is it one that tells how a TD came to be? */
static bool of_interest(const struct host_call *call)
{
	static const char *const names[] = {
		"CREATE_VM", "CREATE_VCPU",	      "SET_CPUID2",
		"RUN",	     "SET_MEMORY_ATTRIBUTES", "CREATE_GUEST_MEMFD"
	};

	if (call->tdx || call->injected)
		return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (!strcmp(names[i], call->name))
			return true;
	}
	return false;
}

static void keep_call(struct recorded_vm *vm, const struct host_call *call)
{
	struct recorded_call *last = (struct recorded_call *)last_call(vm);

	if (last && same(last, call)) {
		last->last_vcpu = call->vcpu;
		last->count++;
		return;
	}
	if (vm->nr_calls == RECORDER_MAX_CALLS) {
		vm->more++;
		return;
	}
	if (vm->nr_calls == vm->room) {
		u32 room = vm->room ? 2 * vm->room : 32;

		vm->call = need(realloc(vm->call, room * sizeof(*vm->call)));
		vm->room = room;
	}
	vm->call[vm->nr_calls++] = (struct recorded_call){
		call->name,	call->vcpu,   call->vcpu,   1, call->result, call->hw_error,
		call->injected, call->status, call->detail,
	};
}

/* Too little room is how a program learns how much it needs. */
static bool is_refusal(const struct host_call *call)
{
	if (call->result >= 0)
		return false;
	if (call->tdx)
		return call->injected || (call->result != -E2BIG && call->result != -EINTR);
	return !strcmp(call->name, "SET_CPUID2") || (call->injected && call->result < 0);
}

static void take_call(struct host_watch *watch, const struct host_call *call)
{
	struct recorder *r = (struct recorder *)watch;
	struct recorded_vm *vm;

	if (is_refusal(call) && r->refused)
		r->refused(r->data);
	if (!of_interest(call))
		return;
	/* What failed before there was a VM is told under number 0. */
	vm = find_vm(r, call->vm);
	if (!vm)
		return;
	vm->td |= call->tdx;
	vm->injected |= call->injected;
	vm->ran |= !strcmp(call->name, "RUN") && !call->result;
	keep_call(vm, call);
}

void recorder_init(struct recorder *r)
{
	*r = (struct recorder){ .watch = { take_data, take_call } };
}

void recorder_free(struct recorder *r)
{
	for (u32 i = 0; i < r->nr_vms; i++) {
		struct recorded_vm *vm = &r->vm[i];

		for (u32 k = 0; k < vm->nr_vcpus; k++)
			free(vm->vcpu[k].text);
		free(vm->vcpu);
		free(vm->call);
		free(vm->request.text);
		free(vm->effective.text);
	}
	free(r->vm);
	r->vm = NULL;
	r->nr_vms = 0;
}

void recorder_file_name(u32 vm, const struct recorded_list *list, char *name, size_t size)
{
	if (list->vcpu < 0)
		snprintf(name, size, "vm%u-init_vm.txt", vm);
	else
		snprintf(name, size, "vm%u-vcpu%d-set_cpuid2.txt", vm, list->vcpu);
}

static int write_file(const char *folder, const char *name, const struct recorded_list *list,
		      char *file, size_t size)
{
	FILE *out;
	int error = 0;

	if (!list->text)
		return 0;
	snprintf(file, size, "%s/%s", folder, name);
	out = fopen(file, "we");
	if (!out)
		return -errno;
	if (fwrite(list->text, 1, list->size, out) != list->size)
		error = -errno;
	if (fclose(out) && !error)
		error = -errno;
	return error;
}

int recorder_write(const struct recorder *r, const char *folder, char *file, size_t size)
{
	char name[64];
	int error = 0;

	snprintf(file, size, "%s", folder);
	if (mkdir(folder, 0777) && errno != EEXIST)
		return -errno;
	for (u32 i = 0; i < r->nr_vms && !error; i++) {
		const struct recorded_vm *vm = &r->vm[i];

		recorder_file_name(vm->serial, &(struct recorded_list){ .vcpu = -1 }, name,
				   sizeof(name));
		error = write_file(folder, name, &vm->request, file, size);
		snprintf(name, sizeof(name), "vm%u-get_cpuid.txt", vm->serial);
		if (!error)
			error = write_file(folder, name, &vm->effective, file, size);
		for (u32 k = 0; k < vm->nr_vcpus && !error; k++) {
			recorder_file_name(vm->serial, &vm->vcpu[k], name, sizeof(name));
			error = write_file(folder, name, &vm->vcpu[k], file, size);
		}
	}
	return error;
}
