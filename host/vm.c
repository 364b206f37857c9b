// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The ioctls of a VM, but for its memory and its TDX calls. */
#include <time.h>

#include "internal.h"
#include "need.h"

static bool irqchip_in_kernel(const struct host_vm *vm)
{
	return vm->irqchip_full || vm->irqchip_split;
}

static long create_vcpu(struct host_work *work, struct host_vm *vm, u64 id)
{
	struct host_vcpu **tail = &vm->vcpus;
	struct host_vcpu *vcpu;

	if (id >= MAX_VCPU_IDS)
		return -EINVAL;
	if (vm->created_vcpus >= (is_td(vm) ? MAX_VCPUS : 1024))
		return -EINVAL;
	for (; *tail; tail = &(*tail)->next) {
		if ((*tail)->id == id)
			return -EEXIST;
	}
	if (!vm->max_vcpu_ids)
		vm->max_vcpu_ids = MAX_VCPU_IDS;
	if (id >= vm->max_vcpu_ids)
		return -EINVAL;
	if (is_td(vm)) {
		if (vm->state != TD_INITIALIZED)
			return -EIO;
		/* The module virtualizes the local APIC, and nobody an I/O APIC. */
		if (!vm->irqchip_split)
			return -EINVAL;
	}

	vcpu = need(calloc(1, sizeof(*vcpu)));
	vcpu->object.kind = HOST_VCPU;
	vcpu->object.vm = vm;
	vcpu->id = id;
	*tail = vcpu;
	vm->created_vcpus++;
	vm->refs++;
	work->call->vcpu = id;
	*work->created = &vcpu->object;
	return 0;
}

static long enable_cap(const struct host_model *host, struct host_vm *vm,
		       const struct kvm_enable_cap *cap)
{
	u64 arg = cap->args[0];

	if (cap->flags)
		return -EINVAL;

	switch (cap->cap) {
	case KVM_CAP_SPLIT_IRQCHIP:
		if (arg > MAX_IRQ_ROUTES)
			return -EINVAL;
		if (irqchip_in_kernel(vm) || vm->created_vcpus)
			return -EEXIST;
		vm->irqchip_split = true;
		return 0;
	case KVM_CAP_X2APIC_API:
		return arg & ~3ULL ? -EINVAL : 0;
	case KVM_CAP_X86_DISABLE_EXITS:
		return arg & ~0xfULL || vm->created_vcpus ? -EINVAL : 0;
	case KVM_CAP_X86_USER_SPACE_MSR:
		return arg & ~7ULL ? -EINVAL : 0;
	case KVM_CAP_EXIT_HYPERCALL:
		return arg & ~(1ULL << 12) ? -EINVAL : 0;
	case KVM_CAP_MAX_VCPU_ID:
		if (arg > MAX_VCPU_IDS || vm->bsp_vcpu_id > arg)
			return -EINVAL;
		if (vm->max_vcpu_ids && vm->max_vcpu_ids != arg)
			return -EINVAL;
		vm->max_vcpu_ids = arg;
		return 0;
	case KVM_CAP_X86_APIC_BUS_CYCLES_NS:
		if (!arg || arg > ~0ULL / (0xffffffffULL * 128))
			return -EINVAL;
		if (!irqchip_in_kernel(vm))
			return -ENXIO;
		if (vm->created_vcpus)
			return -EINVAL;
		vm->bus_cycle_ns = arg;
		return 0;
	case KVM_CAP_DISABLE_QUIRKS2:
		if (arg & ~known_quirks(host))
			return -EINVAL;
		__attribute__((fallthrough));
	case KVM_CAP_DISABLE_QUIRKS:
		vm->disabled_quirks |= arg & known_quirks(host);
		return 0;
	case KVM_CAP_MSR_PLATFORM_INFO:
		return 0;
	}
	return -EINVAL;
}

static long set_gsi_routing(struct host_work *work, struct host_vm *vm, u64 arg)
{
	struct kvm_irq_routing_entry entry[64];
	struct kvm_irq_routing header;

	if (get_user_struct(work->client, arg, &header))
		return -EFAULT;
	if (!irqchip_in_kernel(vm) || header.nr > MAX_IRQ_ROUTES || header.flags)
		return -EINVAL;

	arg += sizeof(header);
	for (u32 done = 0; done < header.nr;) {
		u32 n = header.nr - done < 64 ? header.nr - done : 64;

		if (work->client->read(work->client, arg + done * sizeof(*entry), entry,
				       n * sizeof(*entry)))
			return -EFAULT;
		for (u32 i = 0; i < n; i++) {
			if (entry[i].gsi >= MAX_IRQ_ROUTES)
				return -EINVAL;
		}
		done += n;
	}
	return 0;
}

static long set_msr_filter(struct host_client *client, u64 arg)
{
	struct kvm_msr_filter filter;

	if (get_user_struct(client, arg, &filter))
		return -EFAULT;
	if (filter.flags & ~1U)
		return -EINVAL;
	for (u32 i = 0; i < KVM_MSR_FILTER_MAX_RANGES; i++) {
		if (filter.ranges[i].flags & ~3U)
			return -EINVAL;
	}
	return 0;
}

static long get_clock(struct host_client *client, u64 arg)
{
	struct kvm_clock_data data = { 0 };
	struct timespec now;

	/* The time of day is no input to a model, but nothing depends on this one. */
	clock_gettime(CLOCK_MONOTONIC, &now);
	data.clock = now.tv_sec * 1000000000ULL + now.tv_nsec;
	return put_user_struct(client, arg, &data) ? -EFAULT : 0;
}

static long set_clock(struct host_client *client, u64 arg)
{
	struct kvm_clock_data data;

	if (get_user_struct(client, arg, &data))
		return -EFAULT;
	return data.flags & ~(u32)(KVM_CLOCK_TSC_STABLE | KVM_CLOCK_REALTIME | KVM_CLOCK_HOST_TSC) ?
		       -EINVAL :
		       0;
}

static long irq_line(struct host_client *client, const struct host_vm *vm, u32 nr, u64 arg)
{
	struct kvm_irq_level level;

	if (get_user_struct(client, arg, &level))
		return -EFAULT;
	if (!irqchip_in_kernel(vm))
		return -ENXIO;
	if (nr == KVM_IRQ_LINE_STATUS) {
		level.status = -1; /* masked: no vCPU takes interrupts here */
		if (put_user_struct(client, arg, &level))
			return -EFAULT;
	}
	return 0;
}

/* Calls without an effect on a host that runs no guest code: their input is read, no more. */
static long accept(struct host_client *client, u64 arg, size_t size)
{
	u8 input[256];

	return client->read(client, arg, input, size) ? -EFAULT : 0;
}

static long set_region(struct host_work *work, struct host_vm *vm, u32 nr, u64 arg)
{
	struct kvm_userspace_memory_region2 region = { 0 };
	size_t size = nr == KVM_SET_USER_MEMORY_REGION ?
			      sizeof(struct kvm_userspace_memory_region) :
			      sizeof(region);

	if (work->client->read(work->client, arg, &region, size))
		return -EFAULT;
	if (nr == KVM_SET_USER_MEMORY_REGION &&
	    region.flags & ~(u32)(KVM_MEM_LOG_DIRTY_PAGES | KVM_MEM_READONLY))
		return -EINVAL;
	return set_memory_region(work, vm, &region);
}

static long set_tsc_khz(struct host_vm *vm, u32 khz)
{
	if (khz >= MAX_TSC_KHZ)
		return -EINVAL;
	return vm->created_vcpus ? -EINVAL : 0;
}

static long create_irqchip(struct host_vm *vm)
{
	if (irqchip_in_kernel(vm))
		return -EEXIST;
	/* An I/O APIC needs EOIs that KVM sees, and the module hides them. */
	if (is_td(vm))
		return -ENOTTY;
	if (vm->created_vcpus)
		return -EINVAL;
	vm->irqchip_full = true;
	return 0;
}

static long create_pit(struct host_vm *vm)
{
	if (vm->pit)
		return -EEXIST;
	if (!vm->irqchip_full)
		return -ENOENT;
	vm->pit = true;
	return 0;
}

/* How much is read of an argument that has no effect here; 0: it is none of these. */
static size_t ignored(u32 nr)
{
	switch (nr) {
	case KVM_SIGNAL_MSI:
		return sizeof(struct kvm_msi);
	case KVM_IRQFD:
		return sizeof(struct kvm_irqfd);
	case KVM_IOEVENTFD:
		return sizeof(struct kvm_ioeventfd);
	case KVM_REGISTER_COALESCED_MMIO:
	case KVM_UNREGISTER_COALESCED_MMIO:
		return sizeof(struct kvm_coalesced_mmio_zone);
	}
	return 0;
}

long vm_ioctl(struct host_work *work, struct host_vm *vm, u32 nr, u64 arg)
{
	struct host_client *client = work->client;
	struct kvm_create_guest_memfd gmem;
	struct kvm_memory_attributes attributes;
	struct kvm_create_device device;
	struct kvm_enable_cap cap;
	long error;

	switch (nr) {
	case KVM_CREATE_VCPU:
		return create_vcpu(work, vm, arg);
	case KVM_ENABLE_CAP:
		return get_user_struct(client, arg, &cap) ? -EFAULT :
							    enable_cap(work->host, vm, &cap);
	case KVM_SET_USER_MEMORY_REGION:
	case KVM_SET_USER_MEMORY_REGION2:
		return set_region(work, vm, nr, arg);
	case KVM_SET_MEMORY_ATTRIBUTES:
		if (get_user_struct(client, arg, &attributes))
			return -EFAULT;
		return set_memory_attributes(work->host, vm, &attributes);
	case KVM_CREATE_GUEST_MEMFD:
		if (get_user_struct(client, arg, &gmem))
			return -EFAULT;
		return create_guest_memfd(work, vm, &gmem);
	case KVM_MEMORY_ENCRYPT_OP:
		return is_td(vm) ? tdx_vm_ioctl(work, vm, arg) : -ENOTTY;
	case KVM_CHECK_EXTENSION:
		return check_extension(work->host, vm, arg, client->amx);
	case KVM_SET_TSC_KHZ:
		error = set_tsc_khz(vm, arg);
		if (!error)
			vm->tsc_khz = (u32)arg ? (u32)arg : work->host->info.tsc_khz;
		return error;
	case KVM_GET_TSC_KHZ:
		return vm->tsc_khz;
	case KVM_SET_BOOT_CPU_ID:
		if (vm->created_vcpus)
			return -EBUSY;
		if (arg > MAX_VCPU_IDS || (vm->max_vcpu_ids && arg > vm->max_vcpu_ids))
			return -EINVAL;
		vm->bsp_vcpu_id = arg;
		return 0;
	case KVM_SET_TSS_ADDR:
		return arg > (u32)(-3 * PAGE_SIZE) ? -EINVAL : 0;
	case KVM_SET_IDENTITY_MAP_ADDR:
		return vm->created_vcpus ? -EINVAL : accept(client, arg, sizeof(u64));
	case KVM_CREATE_IRQCHIP:
		return create_irqchip(vm);
	case KVM_CREATE_PIT2:
		error = accept(client, arg, sizeof(struct kvm_pit_config));
		return error ? error : create_pit(vm);
	case KVM_CREATE_PIT:
		return create_pit(vm);
	case KVM_SET_GSI_ROUTING:
		return set_gsi_routing(work, vm, arg);
	case KVM_IRQ_LINE:
	case KVM_IRQ_LINE_STATUS:
		return irq_line(client, vm, nr, arg);
	case KVM_X86_SET_MSR_FILTER:
		return set_msr_filter(client, arg);
	case KVM_GET_CLOCK:
		return get_clock(client, arg);
	case KVM_SET_CLOCK:
		return set_clock(client, arg);
	case KVM_CREATE_DEVICE:
		return get_user_struct(client, arg, &device) ? -EFAULT : -ENODEV;
	}
	return ignored(nr) ? accept(client, arg, ignored(nr)) : -ENOTTY;
}
