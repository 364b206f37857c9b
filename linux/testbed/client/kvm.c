// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "client.h"

int kvm_fd = -1;

int kvm_ioctl(int fd, unsigned long request, void *argument)
{
	int ret = ioctl(fd, request, argument);

	return ret < 0 ? -errno : ret;
}

int kvm_open(void)
{
	kvm_fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	return kvm_fd < 0 ? -errno : kvm_fd;
}

int td_create(void)
{
	return kvm_ioctl(kvm_fd, KVM_CREATE_VM, (void *)KVM_X86_TDX_VM);
}

int td_command(int fd, uint32_t id, uint32_t flags, void *data, uint64_t *hw_error)
{
	struct kvm_tdx_cmd command = {
		.id = id,
		.flags = flags,
		.data = (uintptr_t)data,
	};
	int ret = kvm_ioctl(fd, KVM_MEMORY_ENCRYPT_OP, &command);

	if (hw_error)
		*hw_error = command.hw_error;
	return ret;
}

int td_capabilities(int vm, struct capabilities *caps)
{
	memset(caps, 0, sizeof(*caps));
	caps->head.cpuid.nent = MAX_ENTRIES;
	return td_command(vm, KVM_TDX_CAPABILITIES, 0, caps, NULL);
}

int td_init_vm(int vm, struct init_vm *init, uint32_t tsc_khz, uint64_t *hw_error)
{
	int ret;

	if (tsc_khz) {
		ret = kvm_ioctl(vm, KVM_SET_TSC_KHZ, (void *)(uintptr_t)tsc_khz);
		if (ret)
			return ret;
	}
	return td_command(vm, KVM_TDX_INIT_VM, 0, init, hw_error);
}

int td_disable_quirks(int vm, uint64_t quirks)
{
	struct kvm_enable_cap cap = { .cap = KVM_CAP_DISABLE_QUIRKS2, .args = { quirks } };

	return kvm_ioctl(vm, KVM_ENABLE_CAP, &cap);
}

int td_create_vcpu(int vm, int id)
{
	struct kvm_enable_cap irqchip = { .cap = KVM_CAP_SPLIT_IRQCHIP, .args = { 24 } };

	/* Of no consequence if it is done already. */
	kvm_ioctl(vm, KVM_ENABLE_CAP, &irqchip);
	return kvm_ioctl(vm, KVM_CREATE_VCPU, (void *)(uintptr_t)id);
}

int td_get_cpuid(int vcpu, struct cpuid_list *list)
{
	memset(list, 0, sizeof(*list));
	list->head.nent = MAX_ENTRIES;
	return td_command(vcpu, KVM_TDX_GET_CPUID, 0, list, NULL);
}

void show_entries(const struct kvm_cpuid_entry2 *entry, uint32_t nent)
{
	for (uint32_t i = 0; i < nent; i++)
		tap_diag("  0x%08x 0x%02x 0x%x %08x %08x %08x %08x", entry[i].function,
			 entry[i].index, entry[i].flags, entry[i].eax, entry[i].ebx, entry[i].ecx,
			 entry[i].edx);
}

void add_entry(struct init_vm *init, uint32_t function, uint32_t index, uint32_t flags,
	       uint32_t eax, uint32_t ebx, uint32_t ecx, uint32_t edx)
{
	init->entry[init->head.cpuid.nent++] = (struct kvm_cpuid_entry2){
		.function = function,
		.index = index,
		.flags = flags,
		.eax = eax,
		.ebx = ebx,
		.ecx = ecx,
		.edx = edx,
	};
}

void minimal_init_vm(struct init_vm *init)
{
	memset(init, 0, sizeof(*init));
	init->head.xfam = 3;
	add_entry(init, 0x80000008, 0, 0, 48 << 16, 0, 0, 0);
}

#define MEMORY_SIZE	(1UL << 20)

void td_rest_of_flow(int vm, const struct cpuid_list *set_cpuid2)
{
	static struct cpuid_list list;
	struct kvm_enable_cap x2apic = {
		.cap = KVM_CAP_X2APIC_API,
		.args = { KVM_X2APIC_API_USE_32BIT_IDS | KVM_X2APIC_API_DISABLE_BROADCAST_QUIRK },
	};
	struct kvm_create_guest_memfd memfd = { .size = MEMORY_SIZE };
	struct kvm_userspace_memory_region2 region = {
		.flags = KVM_MEM_GUEST_MEMFD,
		.memory_size = MEMORY_SIZE,
	};
	struct kvm_memory_attributes private = {
		.size = MEMORY_SIZE,
		.attributes = KVM_MEMORY_ATTRIBUTE_PRIVATE,
	};
	struct kvm_tdx_init_mem_region init_mem = { .nr_pages = 2 };
	char *shared, *source;
	int vcpu, fd;

	check("KVM_CAP_X2APIC_API", kvm_ioctl(vm, KVM_ENABLE_CAP, &x2apic), 0);
	vcpu = td_create_vcpu(vm, 0);
	if (vcpu < 0) {
		case_fail("KVM_CREATE_VCPU: %d", vcpu);
		return;
	}
	check("KVM_TDX_GET_CPUID", td_get_cpuid(vcpu, &list), 0);
	if (!set_cpuid2)
		set_cpuid2 = &list;
	check("KVM_SET_CPUID2", kvm_ioctl(vcpu, KVM_SET_CPUID2, (void *)set_cpuid2), 0);
	check("KVM_TDX_INIT_VCPU", td_command(vcpu, KVM_TDX_INIT_VCPU, 0, NULL, NULL), 0);
	check("KVM_TDX_INIT_VCPU again", td_command(vcpu, KVM_TDX_INIT_VCPU, 0, NULL, NULL),
	      -EINVAL);

	fd = kvm_ioctl(vm, KVM_CREATE_GUEST_MEMFD, &memfd);
	if (fd < 0)
		case_fail("KVM_CREATE_GUEST_MEMFD: %d", fd);
	shared = mmap(NULL, MEMORY_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	source = mmap(NULL, 2 * 4096, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	region.userspace_addr = (uintptr_t)shared;
	region.guest_memfd = fd;
	init_mem.source_addr = (uintptr_t)source;
	check("KVM_SET_USER_MEMORY_REGION2",
	      kvm_ioctl(vm, KVM_SET_USER_MEMORY_REGION2, &region), 0);
	check("KVM_SET_MEMORY_ATTRIBUTES", kvm_ioctl(vm, KVM_SET_MEMORY_ATTRIBUTES, &private), 0);
	check("KVM_TDX_INIT_MEM_REGION",
	      td_command(vcpu, KVM_TDX_INIT_MEM_REGION, KVM_TDX_MEASURE_MEMORY_REGION, &init_mem,
			 NULL), 0);
	check("KVM_TDX_FINALIZE_VM", td_command(vm, KVM_TDX_FINALIZE_VM, 0, NULL, NULL), 0);

	close(vcpu);
	close(fd);
	munmap(shared, MEMORY_SIZE);
	munmap(source, 2 * 4096);
}
