// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What KVM answers: in order, out of order, with errors. */
#include "client.h"

int scenario_life(int argc, char **argv)
{
	struct td td;

	(void)argc;
	(void)argv;
	td_start(&td, FINAL);
	td.run->immediate_exit = 1;
	expect("RUN with immediate_exit", call(td.vcpu, KVM_RUN, NULL), -EINTR);
	td.run->immediate_exit = 0;
	expect("RUN", call(td.vcpu, KVM_RUN, NULL), 0);
	expect("exit reason", td.run->exit_reason, KVM_EXIT_SYSTEM_EVENT);
	expect("event", td.run->system_event.type, KVM_SYSTEM_EVENT_SHUTDOWN);
	expect("RUN with an argument", call(td.vcpu, KVM_RUN, (void *)1), -EINVAL);
	td_end(&td);
	return 0;
}

static void device_errnos(int kvm)
{
	struct kvm_device_attr attr = { .group = 0, .attr = 0 };
	struct list list = { .header.nent = 0 };
	__u32 none[2] = { 0 };

	expect("API", call(kvm, KVM_GET_API_VERSION, NULL), 12);
	expect("API, argument", call(kvm, KVM_GET_API_VERSION, (void *)1), -EINVAL);
	expect("MMAP_SIZE", call(kvm, KVM_GET_VCPU_MMAP_SIZE, NULL), 0x3000);
	expect("VM type 6", call(kvm, KVM_CREATE_VM, (void *)6), -EINVAL);
	expect("VM type 2^32 + 5", call(kvm, KVM_CREATE_VM, (void *)0x100000005), -EINVAL);
	expect("unknown", call(kvm, _IO(KVMIO, 0xfe), NULL), -EINVAL);
	expect("no room for CPUID", call(kvm, KVM_GET_SUPPORTED_CPUID, &list), -E2BIG);
	expect("CPUID nowhere", call(kvm, KVM_GET_SUPPORTED_CPUID, NULL), -EFAULT);
	list.header.nent = 256;
	expect("CPUID", call(kvm, KVM_GET_SUPPORTED_CPUID, &list), 0);
	expect("no room for MSRs", call(kvm, KVM_GET_MSR_INDEX_LIST, none), -E2BIG);
	expect("their number", none[0] > 10, 1);
	attr.addr = 8;
	expect("XCR0 nowhere", call(kvm, KVM_GET_DEVICE_ATTR, &attr), -EFAULT);
	attr.attr = 7;
	expect("another attribute", call(kvm, KVM_GET_DEVICE_ATTR, &attr), -ENXIO);
	expect("VM types", call(kvm, KVM_CHECK_EXTENSION, (void *)KVM_CAP_VM_TYPES), 0x21);
}

static void capabilities_errnos(int vm)
{
	struct {
		struct kvm_tdx_capabilities fixed;
		struct kvm_cpuid_entry2 entries[32];
	} caps = { 0 };
	struct kvm_tdx_cmd cmd = { .id = KVM_TDX_CAPABILITIES, .hw_error = 1 };

	expect("hw_error set", call(vm, KVM_MEMORY_ENCRYPT_OP, &cmd), -EINVAL);
	expect("cmd nowhere", call(vm, KVM_MEMORY_ENCRYPT_OP, NULL), -EFAULT);
	expect("flags", tdx_call(vm, KVM_TDX_CAPABILITIES, 1, &caps, NULL), -EINVAL);
	expect("nowhere", tdx_call(vm, KVM_TDX_CAPABILITIES, 0, NULL, NULL), -EFAULT);
	expect("no room", tdx_call(vm, KVM_TDX_CAPABILITIES, 0, &caps, NULL), -E2BIG);
	caps.fixed.cpuid.nent = 32;
	expect("CAPABILITIES", tdx_call(vm, KVM_TDX_CAPABILITIES, 0, &caps, NULL), 0);
	expect("attributes", caps.fixed.supported_attrs, 1 << 28);
	expect("no such command", tdx_call(vm, 99, 0, NULL, NULL), -EINVAL);
	expect("a vCPU's command", tdx_call(vm, KVM_TDX_GET_CPUID, 0, NULL, NULL), -EINVAL);
}

static void init_vm_errnos(int vm)
{
	struct request good, bad;
	__u64 hw_error;

	make_request(&good);
	expect("flags", tdx_call(vm, KVM_TDX_INIT_VM, 1, &good, NULL), -EINVAL);
	expect("nowhere", tdx_call(vm, KVM_TDX_INIT_VM, 0, NULL, NULL), -EFAULT);
	bad = good;
	bad.init.cpuid.nent = 257;
	expect("257 entries", tdx_call(vm, KVM_TDX_INIT_VM, 0, &bad, NULL), -E2BIG);
	bad = good;
	bad.init.reserved[11] = 1;
	expect("reserved", tdx_call(vm, KVM_TDX_INIT_VM, 0, &bad, NULL), -EINVAL);
	bad = good;
	bad.init.cpuid.padding = 1;
	expect("padding", tdx_call(vm, KVM_TDX_INIT_VM, 0, &bad, NULL), -EINVAL);
	bad = good;
	bad.init.attributes |= 1;
	expect("attributes", tdx_call(vm, KVM_TDX_INIT_VM, 0, &bad, &hw_error), -EINVAL);
	expect("by KVM", hw_error, 0);
	bad = good;
	bad.entries[1].eax = 51 << 16;
	expect("GPAW 51", tdx_call(vm, KVM_TDX_INIT_VM, 0, &bad, NULL), -EINVAL);
	bad = good;
	bad.entries[0].eax = 0x806f7;
	expect("family", tdx_call(vm, KVM_TDX_INIT_VM, 0, &bad, &hw_error), -EINVAL);
	expect("by the module", hw_error == 0xc000010000000045ULL, 1);
	expect("INIT_VM", tdx_call(vm, KVM_TDX_INIT_VM, 0, &good, &hw_error), 0);
	expect("again", tdx_call(vm, KVM_TDX_INIT_VM, 0, &good, NULL), -EINVAL);
}

/* crowd N: so many VMs at the same time, each asked something. */
int scenario_crowd(int argc, char **argv)
{
	int kvm = open("/dev/kvm", O_RDWR);

	for (int i = 0; i < (argc ? atoi(argv[0]) : 100); i++) {
		int vm = call(kvm, KVM_CREATE_VM, (void *)KVM_X86_TDX_VM);

		expect("VM", vm >= 0, 1);
		expect("its answer", call(vm, KVM_CHECK_EXTENSION, NULL), 1);
	}
	return 0;
}

/* failing CALL ERROR HW_ERROR: what a call that was made to fail says, and to the VM. */
int scenario_failing(int argc, char **argv)
{
	bool init = argc && !strcmp(argv[0], "INIT_VM");
	long error = argc > 1 ? strtol(argv[1], NULL, 0) : 0;
	__u64 hw_error;
	struct request request;
	struct td td;

	td_start(&td, init ? IRQCHIP : MEMORY);
	make_request(&request);
	expect("error",
	       init ? tdx_call(td.vm, KVM_TDX_INIT_VM, 0, &request, &hw_error) :
		      tdx_call(td.vm, KVM_TDX_FINALIZE_VM, 0, NULL, &hw_error),
	       error);
	expect("hw_error", hw_error, argc > 2 ? strtoull(argv[2], NULL, 0) : 0);
	/* KVM's own fault: the VM is dead. */
	expect("VM", call(td.vm, KVM_CHECK_EXTENSION, NULL), error == -EIO ? -EIO : 1);
	return 0;
}

/* KVM_SET_CPUID2 is compared with the TD for those who ask for it. */
static void firmware_cpuid(struct td *td)
{
	struct kvm_enable_cap off = { .cap = KVM_CAP_DISABLE_QUIRKS2, .args = { 1 << 13 } };
	struct list own = { .header.nent = 256 }, other;

	expect("GET_CPUID", tdx_call(td->vcpu, KVM_TDX_GET_CPUID, 0, &own, NULL), 0);
	other = own;
	for (__u32 i = 0; i < other.header.nent; i++) {
		/* FSRM, which the request leaves off. */
		if (other.entries[i].function == 7 && !other.entries[i].index)
			other.entries[i].edx ^= 1 << 4;
	}

	expect("a list like no TD's", call(td->vcpu, KVM_SET_CPUID2, &other), 0);
	expect("no such quirk", call(td->vm, KVM_ENABLE_CAP, &off), -EINVAL);
	off.args[0] = call(td->vm, KVM_CHECK_EXTENSION, (void *)KVM_CAP_DISABLE_QUIRKS2);
	expect("quirks off", call(td->vm, KVM_ENABLE_CAP, &off), 0);
	expect("is refused then", call(td->vcpu, KVM_SET_CPUID2, &other), -EINVAL);
	expect("the TD's own is not", call(td->vcpu, KVM_SET_CPUID2, &own), 0);
}

int scenario_order(int argc, char **argv)
{
	struct kvm_enable_cap split = { .cap = KVM_CAP_SPLIT_IRQCHIP, .args = { 24 } };
	struct kvm_create_guest_memfd gmem = { .size = 4096 };
	struct td td;

	(void)argc;
	(void)argv;
	td_start(&td, VM);
	device_errnos(td.kvm);
	expect("CHECK_EXTENSION", call(td.vm, KVM_CHECK_EXTENSION, (void *)KVM_CAP_MAX_VCPUS), 64);
	expect("vCPU before INIT_VM", call(td.vm, KVM_CREATE_VCPU, NULL), -EIO);
	expect("FINALIZE before INIT_VM", tdx_call(td.vm, KVM_TDX_FINALIZE_VM, 0, NULL, NULL),
	       -EINVAL);
	expect("I/O APIC", call(td.vm, KVM_CREATE_IRQCHIP, NULL), -ENOTTY);
	expect("unknown to a VM", call(td.vm, _IO(KVMIO, 0xfe), NULL), -ENOTTY);
	capabilities_errnos(td.vm);
	init_vm_errnos(td.vm);
	expect("vCPU without APIC", call(td.vm, KVM_CREATE_VCPU, NULL), -EINVAL);
	expect("SPLIT_IRQCHIP", call(td.vm, KVM_ENABLE_CAP, &split), 0);
	expect("again", call(td.vm, KVM_ENABLE_CAP, &split), -EEXIST);
	expect("vCPU 4096", call(td.vm, KVM_CREATE_VCPU, (void *)4096), -EINVAL);
	expect("vCPU", td_step(&td, VCPU), 0);
	expect("the same", call(td.vm, KVM_CREATE_VCPU, NULL), -EEXIST);
	expect("RUN", call(td.vcpu, KVM_RUN, NULL), -EINVAL);
	expect("unknown to a vCPU", call(td.vcpu, _IO(KVMIO, 0xfe), NULL), -EINVAL);
	expect("registers", call(td.vcpu, KVM_GET_REGS, &gmem), -EINVAL);
	expect("TSC", call(td.vcpu, KVM_SET_TSC_KHZ, (void *)1000000), -EINVAL);
	expect("INIT_VCPU without x2APIC", tdx_call(td.vcpu, KVM_TDX_INIT_VCPU, 0, NULL, NULL),
	       -EINVAL);
	expect("CPUID", td_step(&td, CPUID), 0);
	firmware_cpuid(&td);
	expect("INIT_VCPU, flags", tdx_call(td.vcpu, KVM_TDX_INIT_VCPU, 1, NULL, NULL), -EINVAL);
	expect("INIT_VCPU", td_step(&td, INIT_VCPU), 0);
	expect("again", td_step(&td, INIT_VCPU), -EINVAL);
	expect("RUN before FINALIZE", call(td.vcpu, KVM_RUN, NULL), -EINVAL);
	expect("FINALIZE", td_step(&td, FINAL), 0);
	expect("again", td_step(&td, FINAL), -EINVAL);
	expect("GET_CPUID behind it", tdx_call(td.vcpu, KVM_TDX_GET_CPUID, 0, NULL, NULL), -EINVAL);
	expect("vCPU behind it", call(td.vm, KVM_CREATE_VCPU, (void *)1), -EIO);
	td_end(&td);
	return 0;
}

/* INIT_MEM_REGION stops where it cannot go on, and says where. */
static void partial(struct td *td)
{
	struct kvm_tdx_init_mem_region region = { .gpa = 0x20000 - 4096, .nr_pages = 2 };
	char *source = mmap(NULL, 3 * 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	munmap(source + 4096, 4096);
	region.source_addr = (__u64)(unsigned long)source;
	region.gpa = 0xe000;
	expect("half of the source", tdx_call(td->vcpu, KVM_TDX_INIT_MEM_REGION, 0, &region, NULL),
	       -EFAULT);
	expect("one is left", region.nr_pages, 1);
	expect("which", region.gpa, 0xf000);
	region.gpa = 0xe000;
	region.source_addr = (__u64)(unsigned long)source;
	expect("a page twice", tdx_call(td->vcpu, KVM_TDX_INIT_MEM_REGION, 0, &region, NULL), -EIO);
	region.gpa = 1ULL << 47;
	expect("a shared page", tdx_call(td->vcpu, KVM_TDX_INIT_MEM_REGION, 0, &region, NULL),
	       -EINVAL);
	munmap(source, 3 * 4096);
}

int scenario_memory(int argc, char **argv)
{
	struct kvm_create_guest_memfd create = { .size = 16 * 4096 };
	struct kvm_userspace_memory_region2 region = { .memory_size = 16 * 4096 };
	struct kvm_memory_attributes attributes = { .size = 16 * 4096 };
	struct td td, other;
	int gmem;

	(void)argc;
	(void)argv;
	td_start(&td, INIT_VCPU);
	td_start(&other, VM);

	create.flags = 2;
	expect("gmem, flags", call(td.vm, KVM_CREATE_GUEST_MEMFD, &create), -EINVAL);
	create.flags = 0;
	create.size = 4095;
	expect("gmem, size", call(td.vm, KVM_CREATE_GUEST_MEMFD, &create), -EINVAL);
	create.size = 16 * 4096;
	gmem = call(td.vm, KVM_CREATE_GUEST_MEMFD, &create);
	expect("gmem", gmem > 0, 1);

	region.flags = KVM_MEM_READONLY;
	expect("read-only", call(td.vm, KVM_SET_USER_MEMORY_REGION2, &region), -EINVAL);
	region.flags = KVM_MEM_GUEST_MEMFD | KVM_MEM_LOG_DIRTY_PAGES;
	expect("dirty log", call(td.vm, KVM_SET_USER_MEMORY_REGION2, &region), -EINVAL);
	region.flags = KVM_MEM_GUEST_MEMFD;
	region.guest_memfd = 999;
	expect("no such file", call(td.vm, KVM_SET_USER_MEMORY_REGION2, &region), -EBADF);
	region.guest_memfd = td.vm;
	expect("no guest_memfd", call(td.vm, KVM_SET_USER_MEMORY_REGION2, &region), -EINVAL);
	region.guest_memfd = gmem;
	expect("another VM's", call(other.vm, KVM_SET_USER_MEMORY_REGION2, &region), -EINVAL);
	region.guest_memfd_offset = 4096;
	expect("too long", call(td.vm, KVM_SET_USER_MEMORY_REGION2, &region), -EINVAL);
	region.guest_memfd_offset = 0;
	expect("region", call(td.vm, KVM_SET_USER_MEMORY_REGION2, &region), 0);
	expect("private ones do not change", call(td.vm, KVM_SET_USER_MEMORY_REGION2, &region),
	       -EINVAL);
	region.slot = 1;
	expect("overlap", call(td.vm, KVM_SET_USER_MEMORY_REGION2, &region), -EEXIST);
	region.guest_phys_addr = 1 << 20;
	expect("bound already", call(td.vm, KVM_SET_USER_MEMORY_REGION2, &region), -EEXIST);
	region.memory_size = 0;
	expect("nothing to delete", call(td.vm, KVM_SET_USER_MEMORY_REGION2, &region), -EINVAL);
	region.slot = 32767;
	region.memory_size = 4096;
	expect("slot", call(td.vm, KVM_SET_USER_MEMORY_REGION2, &region), -EINVAL);

	attributes.attributes = 4;
	expect("attribute", call(td.vm, KVM_SET_MEMORY_ATTRIBUTES, &attributes), -EINVAL);
	attributes.attributes = KVM_MEMORY_ATTRIBUTE_PRIVATE;
	attributes.flags = 1;
	expect("flags", call(td.vm, KVM_SET_MEMORY_ATTRIBUTES, &attributes), -EINVAL);
	attributes.flags = 0;
	expect("private", call(td.vm, KVM_SET_MEMORY_ATTRIBUTES, &attributes), 0);
	partial(&td);

	close(gmem);
	{
		struct kvm_tdx_init_mem_region init = { .nr_pages = 1 };

		init.source_addr = (__u64)(unsigned long)td.run;
		expect("the file is gone",
		       tdx_call(td.vcpu, KVM_TDX_INIT_MEM_REGION, 0, &init, NULL), -EFAULT);
	}
	td_end(&td);
	td_end(&other);
	return 0;
}

/* HKIDs are few, and come back when a VM goes. */
int scenario_keys(int argc, char **argv)
{
	static struct td td[80];
	struct request request;
	int i;

	(void)argc;
	(void)argv;
	make_request(&request);
	for (int round = 0; round < 3; round++) {
		for (i = 0; i < 80; i++) {
			td_start(&td[i], IRQCHIP);
			if (tdx_call(td[i].vm, KVM_TDX_INIT_VM, 0, &request, NULL))
				break;
		}
		expect("TDs at a time", i, 63);
		expect("one more", tdx_call(td[i].vm, KVM_TDX_INIT_VM, 0, &request, NULL), -ENOSPC);
		for (; i >= 0; i--)
			td_end(&td[i]);
	}
	for (i = 0; i < 5000; i++) {
		td_start(&td[0], VCPU);
		td_end(&td[0]);
	}
	return 0;
}
