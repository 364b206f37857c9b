// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* An SEV-SNP VM: its memory, its vCPUs and the commands of its launch. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "snp.h"

#define POLICY 0x30000 /* SMT, and the bit that has to be set */

int sev_fd = -1;
static long long pages_at_rest;

int snp_open(void)
{
	sev_fd = open("/dev/sev", O_RDWR | O_CLOEXEC);
	pages_at_rest = firmware_number("pages");
	return sev_fd < 0 ? -errno : 0;
}

int vm_command(struct vm *vm, uint32_t id, void *data)
{
	struct kvm_sev_cmd command = { .id = id, .data = (uintptr_t)data, .sev_fd = sev_fd };
	int ret = kvm_ioctl(vm->fd, KVM_MEMORY_ENCRYPT_OP, &command);

	vm->fw_error = command.error;
	return ret;
}

int vm_create(struct vm *vm)
{
	struct kvm_create_guest_memfd memfd = { .size = PAGES * PAGE_SIZE };
	struct kvm_userspace_memory_region2 region = {
		.flags = KVM_MEM_GUEST_MEMFD,
		.memory_size = PAGES * PAGE_SIZE,
	};
	struct kvm_memory_attributes private = {
		.size = PAGES * PAGE_SIZE,
		.attributes = KVM_MEMORY_ATTRIBUTE_PRIVATE,
	};
	struct kvm_sev_init init = {};
	int ret;

	*vm = (struct vm){ .fd = -1, .gmem = -1, .shared = MAP_FAILED };
	memset(vm->vcpu, -1, sizeof(vm->vcpu));
	vm->fd = kvm_ioctl(kvm_fd, KVM_CREATE_VM, (void *)KVM_X86_SNP_VM);
	if (vm->fd < 0)
		return vm->fd;
	ret = vm_command(vm, KVM_SEV_INIT2, &init);
	if (ret)
		return ret;
	vm->gmem = kvm_ioctl(vm->fd, KVM_CREATE_GUEST_MEMFD, &memfd);
	if (vm->gmem < 0)
		return vm->gmem;
	vm->shared = mmap(NULL, PAGES * PAGE_SIZE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (vm->shared == MAP_FAILED)
		return -ENOMEM;
	region.userspace_addr = (uintptr_t)vm->shared;
	region.guest_memfd = vm->gmem;
	ret = kvm_ioctl(vm->fd, KVM_SET_USER_MEMORY_REGION2, &region);
	return ret ? ret : kvm_ioctl(vm->fd, KVM_SET_MEMORY_ATTRIBUTES, &private);
}

void vm_destroy(struct vm *vm)
{
	for (int i = 0; i < VCPUS; i++)
		close(vm->vcpu[i]);
	if (vm->shared != MAP_FAILED)
		munmap(vm->shared, PAGES * PAGE_SIZE);
	close(vm->gmem);
	close(vm->fd);
}

int vm_vcpu(struct vm *vm, int id)
{
	vm->vcpu[id] = kvm_ioctl(vm->fd, KVM_CREATE_VCPU, (void *)(uintptr_t)id);
	return vm->vcpu[id] < 0 ? vm->vcpu[id] : 0;
}

int launch_start(struct vm *vm)
{
	struct kvm_sev_snp_launch_start start = { .policy = POLICY };

	return vm_command(vm, KVM_SEV_SNP_LAUNCH_START, &start);
}

int launch_update(struct vm *vm, uint64_t gfn, void *source, int type)
{
	struct kvm_sev_snp_launch_update update = {
		.gfn_start = gfn,
		.uaddr = (uintptr_t)source,
		.len = PAGE_SIZE,
		.type = type,
	};

	return vm_command(vm, KVM_SEV_SNP_LAUNCH_UPDATE, &update);
}

int launch_finish(struct vm *vm)
{
	struct kvm_sev_snp_launch_finish finish = {};

	return vm_command(vm, KVM_SEV_SNP_LAUNCH_FINISH, &finish);
}

bool vm_begin(struct vm *vm, int vcpus)
{
	bool ok = check("KVM_CREATE_VM, KVM_SEV_INIT2, memory", vm_create(vm), 0);

	for (int i = 0; ok && i < vcpus; i++)
		ok = check("KVM_CREATE_VCPU", vm_vcpu(vm, i), 0);
	return ok && check("KVM_SEV_SNP_LAUNCH_START", launch_start(vm), 0);
}

void vm_none_left(void)
{
	check("guests left in firmware", firmware_number("guests"), 0);
	check("pages left in the RMP", firmware_number("pages"), pages_at_rest);
	check("leaked pages", firmware_number("leaked"), 0);
	case_end();
}

void vm_end(struct vm *vm)
{
	vm_destroy(vm);
	vm_none_left();
}
