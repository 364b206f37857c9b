// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* KVM_MEMORY_ENCRYPT_OP of a TD and of its vCPUs. */
#include "internal.h"
#include "need.h"

#define X2APIC		       (1U << 21)
#define R11_SETUP_EVENT_NOTIFY 2	   /* TDVMCALLs that KVM leaves to userspace */
#define OPERAND_BUSY	       0x80000200U /* bits 63:32 of a status of the module */

static long get_cmd(struct host_client *client, u64 arg, struct kvm_tdx_cmd *cmd)
{
	if (get_user_struct(client, arg, cmd))
		return -EFAULT;
	return cmd->hw_error ? -EINVAL : 0;
}

static long capabilities(struct host_work *work, const struct kvm_tdx_cmd *cmd)
{
	const struct tdxcpuid_host_info *info = &work->host->info;
	const struct kvm_tdx_capabilities caps = {
		.supported_attrs = info->attributes,
		.supported_xfam = info->xfam,
		.user_tdvmcallinfo_1_r11 = R11_SETUP_EVENT_NOTIFY,
		.cpuid.nent = info->nr_slots,
	};
	struct host_client *client = work->client;
	u32 nent;

	if (cmd->flags)
		return -EINVAL;
	if (get_user_struct(client, cmd->data + offsetof(struct kvm_tdx_capabilities, cpuid.nent),
			    &nent))
		return -EFAULT;
	if (nent < info->nr_slots)
		return -E2BIG;
	if (put_user_struct(client, cmd->data, &caps) ||
	    client->write(client, cmd->data + sizeof(caps), info->cpuid,
			  info->nr_slots * sizeof(*info->cpuid)))
		return -EFAULT;
	work->call->entries = info->cpuid;
	work->call->nent = info->nr_slots;
	show_data(work);
	return 0;
}

/* What is judged: the request as it was read, once. */
static long td_init(struct host_work *work, struct host_vm *vm, const struct kvm_tdx_init_vm *init,
		    const struct kvm_cpuid_entry2 *entries, u64 *hw_error)
{
	const struct tdxcpuid_request request = {
		.size = sizeof(request),
		.attributes = init->attributes,
		.xfam = init->xfam,
		.tsc_khz = vm->tsc_khz,
		.nent = init->cpuid.nent,
		.entries = entries,
	};
	struct tdxcpuid_answer *answer = NULL;
	long error;

	if (vm->created_vcpus)
		return -EBUSY;
	error = tdxcpuid_check(work->host->judge, &request, &answer);
	if (error == -ENOMEM)
		need(NULL);
	/* An HKID is taken last before the module is asked. */
	if (!error && answer->asked && work->host->keys >= GUEST_KEYS)
		error = -ENOSPC;
	if (error) {
		tdxcpuid_answer_free(answer);
		return error;
	}

	error = answer->error;
	*hw_error = answer->hw_error;
	work->call->request = &request;
	work->call->result = error;
	work->call->hw_error = *hw_error;
	show_data(work);
	if (error) {
		vm->dead |= answer->warned;
		tdxcpuid_answer_free(answer);
		return error;
	}
	vm->td = answer;
	vm->state = TD_INITIALIZED;
	work->host->keys++;
	return 0;
}

static long init_vm(struct host_work *work, struct host_vm *vm, const struct kvm_tdx_cmd *cmd,
		    u64 *hw_error)
{
	struct host_client *client = work->client;
	struct kvm_cpuid_entry2 entries[TDXCPUID_MAX_ENTRIES];
	struct kvm_tdx_init_vm init;
	u32 nent;

	if (vm->state != TD_UNINITIALIZED || cmd->flags)
		return -EINVAL;
	if (get_user_struct(client, cmd->data + offsetof(struct kvm_tdx_init_vm, cpuid.nent),
			    &nent))
		return -EFAULT;
	if (nent > TDXCPUID_MAX_ENTRIES)
		return -E2BIG;
	if (get_user_struct(client, cmd->data, &init) ||
	    client->read(client, cmd->data + sizeof(init), entries, nent * sizeof(*entries)))
		return -EFAULT;
	for (size_t i = 0; i < sizeof(init.reserved) / sizeof(*init.reserved); i++) {
		if (init.reserved[i])
			return -EINVAL;
	}
	/* The count may have changed between the two reads; what counts is the first. */
	if (init.cpuid.padding || init.cpuid.nent != nent)
		return -EINVAL;
	return td_init(work, vm, &init, entries, hw_error);
}

static long finalize(struct host_vm *vm)
{
	if (vm->state != TD_INITIALIZED)
		return -EINVAL;
	vm->state = TD_RUNNABLE;
	return 0;
}

static void name_call(struct host_work *work, u32 id)
{
	const char *name = host_tdx_name(id);

	work->call->tdx = true;
	if (name)
		work->call->name = name;
}

/* The module answers with the status that was asked for. */
static int module_failed(struct host_work *work, struct host_vm *vm, u32 id, u64 *hw_error)
{
	const u64 status = work->call->status;
	int error;

	if (id == KVM_TDX_INIT_VM) {
		error = tdxcpuid_status_error(work->host->info.policy, status);
		*hw_error = error == -EINVAL ? status : 0;
	} else {
		/* TDH.MR.FINALIZE takes nothing of the VMM's: what it says is told, and a bug. */
		error = status >> 32 == OPERAND_BUSY ? -EBUSY : -EIO;
		*hw_error = status;
	}
	vm->dead |= error == -EIO;
	return error;
}

long tdx_vm_ioctl(struct host_work *work, struct host_vm *vm, u64 arg)
{
	struct kvm_tdx_cmd cmd;
	long error = get_cmd(work->client, arg, &cmd);
	u64 hw_error = 0;
	int fault;

	work->call->tdx = true;
	if (error)
		return error;
	name_call(work, cmd.id);

	fault = asked_fault(work, work->call->name);
	if (fault && work->call->status)
		fault = module_failed(work, vm, cmd.id, &hw_error);
	if (cmd.id == KVM_TDX_CAPABILITIES)
		return fault ? fault : capabilities(work, &cmd);

	switch (cmd.id) {
	case KVM_TDX_INIT_VM:
		error = fault ? fault : init_vm(work, vm, &cmd, &hw_error);
		break;
	case KVM_TDX_FINALIZE_VM:
		error = fault ? fault : finalize(vm);
		break;
	default:
		return -EINVAL;
	}
	work->call->hw_error = cmd.hw_error = hw_error;
	if (put_user_struct(work->client, arg, &cmd))
		return -EFAULT;
	return error;
}

static long init_vcpu(struct host_vcpu *vcpu, const struct kvm_tdx_cmd *cmd)
{
	bool x2apic = false;

	if (cmd->flags || vcpu->initialized)
		return -EINVAL;
	/* The APIC base has the x2APIC bit, which needs the feature in KVM_SET_CPUID2. */
	for (u32 i = 0; i < vcpu->nent && !x2apic; i++) {
		if (vcpu->entries[i].function == 1) {
			x2apic = vcpu->entries[i].ecx & X2APIC;
			break;
		}
	}
	if (!x2apic)
		return -EINVAL;
	vcpu->initialized = true;
	return 0;
}

static long init_mem_region(struct host_work *work, struct host_vcpu *vcpu,
			    const struct kvm_tdx_cmd *cmd)
{
	struct host_vm *vm = vcpu->object.vm;
	u64 shared = 1ULL << (vm->td->gpaw - 1);
	struct kvm_tdx_init_mem_region region;
	long error;

	if (!vcpu->initialized || cmd->flags & ~(u32)KVM_TDX_MEASURE_MEMORY_REGION)
		return -EINVAL;
	if (get_user_struct(work->client, cmd->data, &region))
		return -EFAULT;
	if (region.source_addr % PAGE_SIZE || !region.source_addr || region.gpa % PAGE_SIZE ||
	    !region.nr_pages || region.gpa + (region.nr_pages << PAGE_SHIFT) <= region.gpa ||
	    region.gpa & shared || (region.gpa + (region.nr_pages << PAGE_SHIFT) - 1) & shared)
		return -EINVAL;

	error = add_pages(work, vm, &region);
	if (put_user_struct(work->client, cmd->data, &region))
		return -EFAULT;
	return error;
}

static long get_cpuid(struct host_work *work, const struct host_vcpu *vcpu,
		      const struct kvm_tdx_cmd *cmd)
{
	const struct tdxcpuid_answer *td = vcpu->object.vm->td;
	struct host_client *client = work->client;
	struct kvm_cpuid2 header;
	u32 room;

	if (get_user_struct(client, cmd->data, &header))
		return -EFAULT;
	room = header.nent;
	header.nent = td->nr_effective;
	if (put_user_struct(client, cmd->data, &header))
		return -EFAULT;
	if (room < header.nent)
		return -E2BIG;
	if (client->write(client, cmd->data + sizeof(header), td->effective,
			  td->nr_effective * sizeof(*td->effective)))
		return -EFAULT;
	work->call->entries = td->effective;
	work->call->nent = td->nr_effective;
	show_data(work);
	return 0;
}

long tdx_vcpu_ioctl(struct host_work *work, struct host_vcpu *vcpu, u64 arg)
{
	struct host_vm *vm = vcpu->object.vm;
	struct kvm_tdx_cmd cmd;
	long error = get_cmd(work->client, arg, &cmd);

	work->call->tdx = true;
	if (error)
		return error;
	name_call(work, cmd.id);
	error = asked_fault(work, work->call->name);
	if (error)
		return error;
	if (vm->state != TD_INITIALIZED)
		return -EINVAL;

	switch (cmd.id) {
	case KVM_TDX_INIT_VCPU:
		return init_vcpu(vcpu, &cmd);
	case KVM_TDX_INIT_MEM_REGION:
		return init_mem_region(work, vcpu, &cmd);
	case KVM_TDX_GET_CPUID:
		return get_cpuid(work, vcpu, &cmd);
	}
	return -EINVAL;
}
