// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* client SCENARIO [ARGUMENT]...: exit status 0 if all that it expects is so. */
#include "client.h"

int failures;

#define X2APIC (1U << 21)

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} scenarios[] = {
	{ "life", scenario_life },	     { "order", scenario_order },
	{ "memory", scenario_memory },	     { "contained", scenario_contained },
	{ "files", scenario_files },	     { "keys", scenario_keys },
	{ "signals", scenario_signals },     { "kick", scenario_kick },
	{ "stop", scenario_stop },	     { "threads", scenario_threads },
	{ "family", scenario_family },	     { "death", scenario_death },
	{ "cpuid", scenario_cpuid },	     { "wild", scenario_wild },
	{ "race", scenario_race },	     { "random", scenario_random },
	{ "speed", scenario_speed },	     { "hang", scenario_hang },
	{ "sequences", scenario_sequences }, { "int80", scenario_int80 },
	{ "failing", scenario_failing },     { "crowd", scenario_crowd },
};

void make_request(struct request *request)
{
	memset(request, 0, sizeof(*request));
	request->init.attributes = 1ULL << 28;
	request->init.xfam = 0x61ae7;
	request->init.cpuid.nent = 2;
	request->entries[0] = (struct kvm_cpuid_entry2){ .function = 1, .eax = 0x806f8 };
	request->entries[1] = (struct kvm_cpuid_entry2){ .function = 0x80000008, .eax = 48 << 16 };
}

static long init_vm(struct td *td)
{
	struct request request;

	make_request(&request);
	return tdx_call(td->vm, KVM_TDX_INIT_VM, 0, &request, NULL);
}

/* What KVM_TDX_GET_CPUID says is by definition consistent. */
static long set_cpuid(struct td *td)
{
	struct list list = { .header.nent = 256 };
	long error = tdx_call(td->vcpu, KVM_TDX_GET_CPUID, 0, &list, NULL);

	return error ? error : call(td->vcpu, KVM_SET_CPUID2, &list);
}

static long add_memory(struct td *td)
{
	struct kvm_create_guest_memfd create = { .size = 16 * 4096 };
	struct kvm_userspace_memory_region2 region = { .flags = KVM_MEM_GUEST_MEMFD,
						       .memory_size = 16 * 4096 };
	struct kvm_memory_attributes attributes = { .size = 16 * 4096,
						    .attributes = KVM_MEMORY_ATTRIBUTE_PRIVATE };
	struct kvm_tdx_init_mem_region init = { .nr_pages = 16 };
	long error;

	td->memory =
		mmap(NULL, 16 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	td->gmem = call(td->vm, KVM_CREATE_GUEST_MEMFD, &create);
	if (td->gmem < 0)
		return td->gmem;
	region.guest_memfd = td->gmem;
	region.userspace_addr = (__u64)(unsigned long)td->memory;
	error = call(td->vm, KVM_SET_USER_MEMORY_REGION2, &region);
	if (!error)
		error = call(td->vm, KVM_SET_MEMORY_ATTRIBUTES, &attributes);
	init.source_addr = (__u64)(unsigned long)td->memory;
	if (!error)
		error = tdx_call(td->vcpu, KVM_TDX_INIT_MEM_REGION, KVM_TDX_MEASURE_MEMORY_REGION,
				 &init, NULL);
	return error ? error : (long)init.nr_pages;
}

long td_step(struct td *td, enum stage stage)
{
	struct kvm_enable_cap split = { .cap = KVM_CAP_SPLIT_IRQCHIP, .args = { 24 } };

	switch (stage) {
	case DEVICE:
		td->kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
		return td->kvm < 0 ? -errno : 0;
	case VM:
		td->vm = call(td->kvm, KVM_CREATE_VM, (void *)KVM_X86_TDX_VM);
		return td->vm < 0 ? td->vm : 0;
	case IRQCHIP:
		return call(td->vm, KVM_ENABLE_CAP, &split);
	case TD:
		return init_vm(td);
	case VCPU:
		td->vcpu = call(td->vm, KVM_CREATE_VCPU, NULL);
		if (td->vcpu < 0)
			return td->vcpu;
		td->run = mmap(NULL, 0x3000, PROT_READ | PROT_WRITE, MAP_SHARED, td->vcpu, 0);
		return td->run == MAP_FAILED ? -errno : 0;
	case CPUID:
		return set_cpuid(td);
	case INIT_VCPU:
		return tdx_call(td->vcpu, KVM_TDX_INIT_VCPU, 0, NULL, NULL);
	case MEMORY:
		return add_memory(td);
	case FINAL:
		return tdx_call(td->vm, KVM_TDX_FINALIZE_VM, 0, NULL, NULL);
	case STAGES:
		break;
	}
	return -1;
}

void td_start(struct td *td, enum stage stage)
{
	static const char *const names[] = { "DEVICE", "VM",	    "IRQCHIP", "TD",   "VCPU",
					     "CPUID",  "INIT_VCPU", "MEMORY",  "FINAL" };

	*td = (struct td){ -1, -1, -1, -1, MAP_FAILED, MAP_FAILED };
	for (enum stage step = DEVICE; step <= stage; step++) {
		long result = td_step(td, step);

		expect(names[step], result, 0);
		if (result)
			exit(1);
	}
}

void td_end(struct td *td)
{
	if (td->run != MAP_FAILED)
		munmap(td->run, 0x3000);
	if (td->memory != MAP_FAILED)
		munmap(td->memory, 16 * 4096);
	close(td->vcpu);
	close(td->gmem);
	close(td->vm);
	close(td->kvm);
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (size_t i = 0; argc > 1 && i < sizeof(scenarios) / sizeof(*scenarios); i++) {
		if (!strcmp(argv[1], scenarios[i].name)) {
			int status = scenarios[i].run(argc - 2, argv + 2);

			return failures ? 1 : status;
		}
	}
	fprintf(stderr, "client: which scenario?\n");
	return 2;
}
