// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The ioctls of a vCPU, but for its TDX calls. */
#include "internal.h"
#include "need.h"

static bool same_entry(const struct kvm_cpuid_entry2 *a, const struct kvm_cpuid_entry2 *b)
{
	return a->function == b->function && a->index == b->index && a->flags == b->flags &&
	       a->eax == b->eax && a->ebx == b->ebx && a->ecx == b->ecx && a->edx == b->edx;
}

static bool same_list(const struct host_vcpu *vcpu, const struct kvm_cpuid_entry2 *entries,
		      u32 nent)
{
	if (nent != vcpu->nent)
		return false;
	for (u32 i = 0; i < nent; i++) {
		if (!same_entry(&vcpu->entries[i], &entries[i]))
			return false;
	}
	return true;
}

static bool list_valid(const struct kvm_cpuid_entry2 *entries, u32 nent)
{
	for (u32 i = 0; i < nent; i++) {
		u32 bits = entries[i].eax >> 8 & 0xff;

		/* The first one that KVM finds decides. */
		if (entries[i].function == 0x80000008)
			return !bits || bits == 48 || bits == 57;
	}
	return true;
}

/* Does the list say what the TD has, where userspace wants KVM to look? */
static bool agrees(const struct host_work *work, const struct host_vm *vm,
		   const struct kvm_cpuid_entry2 *entries, u32 nent)
{
	const struct tdxcpuid_request request = { .size = sizeof(request) };
	struct tdxcpuid_answer *answer = NULL;
	struct tdxcpuid_vcpu vcpu = { .size = sizeof(vcpu), .entries = entries, .nent = nent };
	bool agree;

	if (!vm->td || !(vm->disabled_quirks & QUIRK_IGNORE_FIRMWARE_CPUID))
		return true;

	vcpu.effective = vm->td->effective;
	vcpu.nr_effective = vm->td->nr_effective;
	if (tdxcpuid_check_vcpu(work->host->judge, &request, &vcpu, &answer))
		need(NULL);
	agree = answer->verdict == TDXCPUID_ACCEPTED;
	tdxcpuid_answer_free(answer);
	return agree;
}

static long set_cpuid2(struct host_work *work, struct host_vcpu *vcpu, u64 arg)
{
	struct kvm_cpuid2 header;
	struct kvm_cpuid_entry2 *entries;

	if (get_user_struct(work->client, arg, &header))
		return -EFAULT;
	if (header.nent > TDXCPUID_MAX_ENTRIES)
		return -E2BIG;
	entries = need(calloc(header.nent ? header.nent : 1, sizeof(*entries)));
	if (work->client->read(work->client, arg + sizeof(header), entries,
			       header.nent * sizeof(*entries))) {
		free(entries);
		return -EFAULT;
	}
	if (vcpu->has_run ? !same_list(vcpu, entries, header.nent) :
			    !list_valid(entries, header.nent) ||
				    !agrees(work, vcpu->object.vm, entries, header.nent)) {
		free(entries);
		return -EINVAL;
	}

	free(vcpu->entries);
	vcpu->entries = entries;
	vcpu->nent = header.nent;
	work->call->entries = entries;
	work->call->nent = header.nent;
	show_data(work);
	return 0;
}

static long get_cpuid2(struct host_client *client, const struct host_vcpu *vcpu, u64 arg)
{
	struct kvm_cpuid2 header;

	if (get_user_struct(client, arg, &header))
		return -EFAULT;
	if (header.nent < vcpu->nent)
		return -E2BIG;
	header.nent = vcpu->nent;
	if (client->write(client, arg + sizeof(header), vcpu->entries,
			  vcpu->nent * sizeof(*vcpu->entries)))
		return -EFAULT;
	return put_user_struct(client, arg, &header) ? -EFAULT : 0;
}

/* The MSRs that KVM itself answers for a TD's vCPU; see tdx_has_emulated_msr(). */
static bool has_msr(const struct host_vcpu *vcpu, u32 index, bool write)
{
	if (!is_td(vcpu->object.vm))
		return true;

	switch (index) {
	case 0x1b:	 /* APICBASE */
	case 0xc0000080: /* EFER */
	case 0x3a:	 /* FEAT_CTL */
		return !write;
	case 0x8b:
	case 0x10a:
	case 0xce:
	case 0x140:
	case 0x179 ... 0x17b:
	case 0x1a0:
	case 0x1fc:
	case 0x200 ... 0x26f:
	case 0x277:
	case 0x2ff:
	case 0xfe:
	case 0x280 ... 0x29f:
	case 0x400 ... 0x47f:
	case 0x4d0:
	case 0x6e0:
	case 0x4b564d05:
	case 0x802:
	case 0x803:
	case 0x80d:
	case 0x80f:
	case 0x828:
	case 0x82f ... 0x839:
	case 0x83e:
		return true;
	}
	return false;
}

static long msrs(struct host_client *client, const struct host_vcpu *vcpu, u64 arg, bool write)
{
	struct kvm_msr_entry entry[256];
	struct kvm_msrs header;
	size_t size;
	u32 i;

	if (client->read(client, arg, &header, sizeof(header)))
		return -EFAULT;
	if (header.nmsrs >= 256)
		return -E2BIG;
	size = header.nmsrs * sizeof(*entry);
	if (client->read(client, arg + sizeof(header), entry, size))
		return -EFAULT;
	for (i = 0; i < header.nmsrs && has_msr(vcpu, entry[i].index, write); i++) {
		if (!write)
			entry[i].data = 0;
	}
	if (!write && client->write(client, arg + sizeof(header), entry, size))
		return -EFAULT;
	return i;
}

static long setup_mce(struct host_client *client, u64 arg)
{
	u64 cap;

	if (get_user_struct(client, arg, &cap))
		return -EFAULT;
	if (!(cap & 0xff) || (cap & 0xff) > MCE_BANKS || cap & ~(MCE_CAP | 0xff | 0xff0000))
		return -EINVAL;
	return 0;
}

static long set_signal_mask(struct host_client *client, u64 arg)
{
	struct kvm_signal_mask mask;
	u64 set;

	if (!arg)
		return 0;
	if (client->read(client, arg, &mask, sizeof(mask)))
		return -EFAULT;
	if (mask.len != sizeof(set))
		return -EINVAL;
	return client->read(client, arg + sizeof(mask), &set, sizeof(set)) ? -EFAULT : 0;
}

static long set_mp_state(struct host_client *client, u64 arg)
{
	struct kvm_mp_state state;

	if (get_user_struct(client, arg, &state))
		return -EFAULT;
	return state.mp_state > KVM_MP_STATE_SIPI_RECEIVED ? -EINVAL : 0;
}

/* State that KVM would show of a VM that is no TD: a vCPU that has never run. */
static long state(struct host_client *client, const struct host_vcpu *vcpu, u64 arg, size_t size,
		  bool write)
{
	u8 zero[4096] = { 0 };

	if (is_td(vcpu->object.vm))
		return -EINVAL;
	if (write)
		return client->read(client, arg, zero, size) ? -EFAULT : 0;
	return client->write(client, arg, zero, size) ? -EFAULT : 0;
}

static long plain(struct host_client *client, u64 arg, size_t size, bool write)
{
	u8 zero[1024] = { 0 };

	if (write)
		return client->read(client, arg, zero, size) ? -EFAULT : 0;
	return client->write(client, arg, zero, size) ? -EFAULT : 0;
}

/*
 * Guest code is not run.  The first vCPU that gets as far as the guest reports
 * that the guest has shut down; the others wait to be kicked.
 */
static long vcpu_run(struct host_work *work, struct host_vcpu *vcpu, u64 arg)
{
	struct host_vm *vm = vcpu->object.vm;
	struct kvm_run *run = vcpu->object.run;

	(void)work;
	if (arg)
		return -EINVAL;
	if (!run)
		return -EIO;
	run->flags = 0;
	if (__atomic_load_n(&run->immediate_exit, __ATOMIC_RELAXED))
		return -EINTR;
	if (is_td(vm) && (!vcpu->initialized || vm->state != TD_RUNNABLE))
		return -EINVAL;

	vcpu->has_run = true;
	if (vm->has_run) {
		work->call->detail = "waits";
		return HOST_BLOCKS;
	}
	vm->has_run = true;
	run->exit_reason = KVM_EXIT_SYSTEM_EVENT;
	run->system_event.type = KVM_SYSTEM_EVENT_SHUTDOWN;
	run->system_event.ndata = 0;
	work->call->detail = "shutdown: guest code is not run here";
	return 0;
}

long vcpu_ioctl(struct host_work *work, struct host_vcpu *vcpu, u32 nr, u64 arg)
{
	struct host_client *client = work->client;
	struct host_vm *vm = vcpu->object.vm;
	struct kvm_tpr_access_ctl tac;

	switch (nr) {
	case KVM_RUN:
		return vcpu_run(work, vcpu, arg);
	case KVM_MEMORY_ENCRYPT_OP:
		return is_td(vm) ? tdx_vcpu_ioctl(work, vcpu, arg) : -EINVAL;
	case KVM_SET_CPUID2:
		return set_cpuid2(work, vcpu, arg);
	case KVM_GET_CPUID2:
		return get_cpuid2(client, vcpu, arg);
	case KVM_GET_MSRS:
	case KVM_SET_MSRS:
		return msrs(client, vcpu, arg, nr == KVM_SET_MSRS);
	case KVM_X86_SETUP_MCE:
		return setup_mce(client, arg);
	case KVM_SET_TSC_KHZ:
		return is_td(vm) || (u32)arg >= MAX_TSC_KHZ ? -EINVAL : 0;
	case KVM_GET_TSC_KHZ:
		return vm->tsc_khz;
	case KVM_TPR_ACCESS_REPORTING:
		if (get_user_struct(client, arg, &tac))
			return -EFAULT;
		if (tac.flags)
			return -EINVAL;
		return put_user_struct(client, arg, &tac) ? -EFAULT : 0;
	case KVM_SET_VAPIC_ADDR:
		return plain(client, arg, sizeof(struct kvm_vapic_addr), true);
	case KVM_KVMCLOCK_CTRL:
		return -EINVAL; /* the guest has no kvmclock */
	case KVM_SET_SIGNAL_MASK:
		return set_signal_mask(client, arg);
	case KVM_GET_MP_STATE:
		return plain(client, arg, sizeof(struct kvm_mp_state), false);
	case KVM_SET_MP_STATE:
		return set_mp_state(client, arg);
	case KVM_GET_VCPU_EVENTS:
	case KVM_SET_VCPU_EVENTS:
		return plain(client, arg, sizeof(struct kvm_vcpu_events),
			     nr == KVM_SET_VCPU_EVENTS);
	case KVM_GET_LAPIC:
	case KVM_SET_LAPIC:
		if (is_td(vm)) /* the APIC page is the module's */
			return -EINVAL;
		return plain(client, arg, sizeof(struct kvm_lapic_state), nr == KVM_SET_LAPIC);
	case KVM_GET_REGS:
	case KVM_SET_REGS:
		return state(client, vcpu, arg, sizeof(struct kvm_regs), nr == KVM_SET_REGS);
	case KVM_GET_SREGS:
	case KVM_SET_SREGS:
		return state(client, vcpu, arg, sizeof(struct kvm_sregs), nr == KVM_SET_SREGS);
	case KVM_GET_FPU:
	case KVM_SET_FPU:
		return state(client, vcpu, arg, sizeof(struct kvm_fpu), nr == KVM_SET_FPU);
	case KVM_GET_XSAVE:
	case KVM_SET_XSAVE:
		return state(client, vcpu, arg, sizeof(struct kvm_xsave), nr == KVM_SET_XSAVE);
	case KVM_GET_XCRS:
	case KVM_SET_XCRS:
		return state(client, vcpu, arg, sizeof(struct kvm_xcrs), nr == KVM_SET_XCRS);
	case KVM_GET_DEBUGREGS:
	case KVM_SET_DEBUGREGS:
		return state(client, vcpu, arg, sizeof(struct kvm_debugregs),
			     nr == KVM_SET_DEBUGREGS);
	}
	return -EINVAL;
}
