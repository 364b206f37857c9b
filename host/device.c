// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The ioctls of /dev/kvm itself. */
#include "internal.h"
#include "need.h"

/* MSRs that KVM saves and restores on such a host, and those that stand for features. */
static const u32 msrs[] = {
	0x174,	    0x176,	0x175,	    0xc0000081, 0xc0000083, 0xc0000102, 0xc0000084,
	0xc0000082, 0x10,	0x277,	    0x3a,	0xc0000103, 0x48,	0x122,
	0xe1,	    0x1c4,	0x1c5,	    0xda0,	0x6a0,	    0x6a2,	0x6a4,
	0x6a5,	    0x6a6,	0x6a7,	    0x6a8,	0x4b564d00, 0x4b564d01, 0x12,
	0x11,	    0x4b564d02, 0x4b564d03, 0x4b564d04, 0x4b564d06, 0x4b564d07, 0x3b,
	0x6e0,	    0x10a,	0x345,	    0x1a0,	0x17a,	    0x17b,	0x4d0,
	0x34,	    0xce,	0x140,	    0x1fc,	0x8b,	    0x4b564d05,
};

static const u32 feature_msrs[] = { 0x8b, 0x10a, 0x345, 0xce };

#define UCODE_REV	  0x8b
#define ARCH_CAPABILITIES 0x10a
#define PLATFORM_INFO	  0xce
/* What KVM lets a guest see of IA32_ARCH_CAPABILITIES (KVM_SUPPORTED_ARCH_CAP). */
#define ARCH_CAP_MASK 0x400000001d1ae1ffULL

static bool feature_msr(const struct host_model *host, u32 index, u64 *value)
{
	switch (index) {
	case UCODE_REV:
		*value = 0x100000000ULL; /* KVM's own, not the host's */
		return true;
	case ARCH_CAPABILITIES:
		/* Skip the L1D flush, which KVM does itself; NX huge pages are on. */
		*value = (tdxcpuid_cpu_arch_capabilities(host->info.cpu) & ARCH_CAP_MASK) |
			 1ULL << 3 | 1ULL << 6;
		if (*value & 1ULL << 7) /* TSX is off: there is no TAA to be safe from */
			*value &= ~(1ULL << 8);
		return true;
	case PLATFORM_INFO:
		*value = 1ULL << 31; /* CPUID faulting */
		return true;
	case 0x345:
		*value = 0;
		return true;
	}
	return false;
}

static long get_msr_list(struct host_client *client, u64 arg, const u32 *list, u32 nr)
{
	u32 room;

	if (get_user_struct(client, arg, &room))
		return -EFAULT;
	if (put_user_struct(client, arg, &nr))
		return -EFAULT;
	if (room < nr)
		return -E2BIG;
	if (client->write(client, arg + sizeof(nr), list, nr * sizeof(*list)))
		return -EFAULT;
	return 0;
}

static long get_feature_msrs(const struct host_model *host, struct host_client *client, u64 arg)
{
	struct kvm_msr_entry entry[256];
	struct kvm_msrs header;
	u32 i;

	if (client->read(client, arg, &header, sizeof(header)))
		return -EFAULT;
	if (header.nmsrs >= 256) /* MAX_IO_MSRS */
		return -E2BIG;
	arg += sizeof(header);
	if (client->read(client, arg, entry, header.nmsrs * sizeof(*entry)))
		return -EFAULT;

	for (i = 0; i < header.nmsrs; i++) {
		u64 value;

		if (!feature_msr(host, entry[i].index, &value))
			break;
		entry[i].data = value;
	}
	if (client->write(client, arg, entry, header.nmsrs * sizeof(*entry)))
		return -EFAULT;
	return i;
}

/* KVM stops at the first entry without room, so nothing is written on -E2BIG. */
static long get_supported_cpuid(const struct host_model *host, struct host_client *client, u64 arg,
				bool emulated)
{
	struct kvm_cpuid_entry2 entries[TDXCPUID_MAX_ENTRIES];
	u32 nent = emulated ? 0 : supported_cpuid(host, client->amx, entries);
	struct kvm_cpuid2 header;

	if (get_user_struct(client, arg, &header))
		return -EFAULT;
	if (header.nent < 1)
		return -E2BIG;
	if (header.nent < nent)
		return -E2BIG;
	header.nent = nent;
	if (client->write(client, arg + sizeof(header), entries, nent * sizeof(*entries)))
		return -EFAULT;
	if (put_user_struct(client, arg, &header))
		return -EFAULT;
	return 0;
}

static long device_attr(const struct host_model *host, struct host_client *client, u32 nr, u64 arg)
{
	struct kvm_device_attr attr;

	if (get_user_struct(client, arg, &attr))
		return -EFAULT;
	if (attr.group || attr.attr) /* KVM_X86_XCOMP_GUEST_SUPP is 0, 0 */
		return -ENXIO;
	if (nr == KVM_GET_DEVICE_ATTR && put_user_struct(client, attr.addr, &host->supported_xcr0))
		return -EFAULT;
	return 0;
}

static long create_vm(struct host_work *work, u64 type)
{
	struct host_model *host = work->host;
	struct host_vm *vm;

	if (type >= 32 || !(check_extension(host, NULL, KVM_CAP_VM_TYPES, false) & 1L << type))
		return -EINVAL;

	vm = need(calloc(1, sizeof(*vm)));
	vm->object.kind = HOST_VM;
	vm->object.vm = vm;
	vm->serial = ++host->vms;
	vm->refs = 1;
	vm->mm = work->client->mm;
	vm->type = type;
	vm->tsc_khz = host->info.tsc_khz;
	vm->bus_cycle_ns = 1;
	*work->created = &vm->object;
	return 0;
}

long device_ioctl(struct host_work *work, u32 nr, u64 arg)
{
	struct host_model *host = work->host;
	struct host_client *client = work->client;
	u64 mce_cap = MCE_CAP;

	switch (nr) {
	case KVM_GET_API_VERSION:
		return arg ? -EINVAL : KVM_API_VERSION;
	case KVM_CREATE_VM:
		return create_vm(work, arg);
	case KVM_CHECK_EXTENSION:
		return check_extension(host, NULL, arg, client->amx);
	case KVM_GET_VCPU_MMAP_SIZE:
		return arg ? -EINVAL : (long)(HOST_VCPU_PAGES * PAGE_SIZE);
	case KVM_GET_MSR_INDEX_LIST:
		return get_msr_list(client, arg, msrs, sizeof(msrs) / sizeof(*msrs));
	case KVM_GET_MSR_FEATURE_INDEX_LIST:
		return get_msr_list(client, arg, feature_msrs,
				    sizeof(feature_msrs) / sizeof(*feature_msrs));
	case KVM_GET_SUPPORTED_CPUID:
		return get_supported_cpuid(host, client, arg, false);
	case KVM_GET_EMULATED_CPUID:
		return get_supported_cpuid(host, client, arg, true);
	case KVM_X86_GET_MCE_CAP_SUPPORTED:
		return put_user_struct(client, arg, &mce_cap) ? -EFAULT : 0;
	case KVM_GET_MSRS:
		return get_feature_msrs(host, client, arg);
	case KVM_GET_DEVICE_ATTR:
	case KVM_HAS_DEVICE_ATTR:
		return device_attr(host, client, nr, arg);
	}
	return -EINVAL;
}
