// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The machine that this runs on: its KVM and its CPUID.
 */
#include <cpuid.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <tdxcpuid-kvm.h>

#include "internal.h"

int tdxcpuid_kvm_open(const char *device, int *vm_fd)
{
	int fd, types, error = 0;

	fd = open(device ? device : "/dev/kvm", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return -errno;

	types = ioctl(fd, KVM_GET_API_VERSION, 0) < 0 ?
			-1 :
			ioctl(fd, KVM_CHECK_EXTENSION, KVM_CAP_VM_TYPES);
	if (types < 0) {
		error = -ENOTTY;
	} else if (!(types & 1 << KVM_X86_TDX_VM)) {
		error = -EOPNOTSUPP;
	} else {
		*vm_fd = ioctl(fd, KVM_CREATE_VM, (unsigned long)KVM_X86_TDX_VM);
		if (*vm_fd < 0)
			error = -errno;
	}

	close(fd);
	return error;
}

static int tdx_ioctl(int fd, u32 id, void *data)
{
	struct kvm_tdx_cmd cmd = { .id = id, .data = (uintptr_t)data };

	return ioctl(fd, KVM_MEMORY_ENCRYPT_OP, &cmd) < 0 ? -errno : 0;
}

/* Hand over what KVM has filled in, of which there was room for @most. */
static int take_list(const struct kvm_cpuid2 *cpuid, u32 most, struct kvm_cpuid_entry2 *entries,
		     uint32_t *nent)
{
	if (cpuid->nent > *nent || cpuid->nent > most)
		return -E2BIG;

	*nent = cpuid->nent;
	if (*nent)
		memcpy(entries, cpuid->entries, *nent * sizeof(*entries));
	return 0;
}

int tdxcpuid_kvm_capabilities(int vm_fd, uint64_t *attributes, uint64_t *xfam,
			      struct kvm_cpuid_entry2 *entries, uint32_t *nent)
{
	const u32 most = TDXCPUID_MAX_ENTRIES;
	struct kvm_tdx_capabilities *caps;
	int error;

	if (!entries && *nent)
		return -EINVAL;

	caps = malloc(sizeof(*caps) + most * sizeof(caps->cpuid.entries[0]));
	if (!caps)
		return -ENOMEM;

	/* Linux does not write back how many it wants, so ask with more each time. */
	for (u32 room = 8; room <= most; room *= 2) {
		memset(caps, 0, sizeof(*caps) + room * sizeof(caps->cpuid.entries[0]));
		caps->cpuid.nent = room;
		error = tdx_ioctl(vm_fd, KVM_TDX_CAPABILITIES, caps);
		if (error != -E2BIG)
			break;
	}

	if (!error)
		error = take_list(&caps->cpuid, most, entries, nent);
	if (!error) {
		*attributes = caps->supported_attrs;
		*xfam = caps->supported_xfam;
	}

	free(caps);
	return error;
}

int tdxcpuid_kvm_supported(int kvm_fd, struct kvm_cpuid_entry2 *entries, uint32_t *nent)
{
	const u32 most = TDXCPUID_MAX_ENTRIES;
	struct kvm_cpuid2 *cpuid;
	int error = 0;

	if (!entries && *nent)
		return -EINVAL;

	cpuid = calloc(1, sizeof(*cpuid) + most * sizeof(cpuid->entries[0]));
	if (!cpuid)
		return -ENOMEM;

	cpuid->nent = most;
	if (ioctl(kvm_fd, KVM_GET_SUPPORTED_CPUID, cpuid) < 0)
		error = -errno;
	if (!error)
		error = take_list(cpuid, most, entries, nent);

	free(cpuid);
	return error;
}

int tdxcpuid_kvm_get_cpuid(int vcpu_fd, struct kvm_cpuid_entry2 *entries, uint32_t *nent)
{
	struct kvm_cpuid2 *cpuid;
	int error;

	if (!entries && *nent)
		return -EINVAL;

	cpuid = calloc(1, sizeof(*cpuid) + *nent * sizeof(cpuid->entries[0]));
	if (!cpuid)
		return -ENOMEM;

	cpuid->nent = *nent;
	error = tdx_ioctl(vcpu_fd, KVM_TDX_GET_CPUID, cpuid);
	if (!error)
		error = take_list(cpuid, *nent, entries, nent);

	free(cpuid);
	return error;
}

/* ---- CPUID ---- */

struct native_list {
	struct tdxcpuid_leaf *leaves;
	u32 room;
	u32 nr;
};

static void read_native(u32 leaf, u32 subleaf, u32 reg[4])
{
	__cpuid_count(leaf, subleaf == TDXCPUID_NO_SUBLEAF ? 0 : subleaf, reg[0], reg[1], reg[2],
		      reg[3]);
	for (int i = 0; i < 4; i++)
		reg[i] &= ~kvm_cpuid_runtime_bits(leaf, subleaf, i);
}

static void add_native(struct native_list *list, u32 leaf, u32 subleaf)
{
	if (list->nr < list->room) {
		struct tdxcpuid_leaf *l = &list->leaves[list->nr];

		l->leaf = leaf;
		l->subleaf = subleaf;
		read_native(leaf, subleaf, l->reg);
	}
	list->nr++;
}

/* How many subleaves the leaf may have; 0 if ECX makes no difference to it. */
static u32 count_subleaves(u32 leaf)
{
	u32 reg[4];

	read_native(leaf, 0, reg);
	switch (leaf) {
	case 0x7:
	case 0x14:
	case 0x17:
	case 0x18:
	case 0x1d:
	case 0x20:
	case 0x24:
		return reg[0] < 63 ? reg[0] + 1 : 64;
	case 0xd:
		return 64;
	case 0x4:
	case 0xb:
	case 0xf:
	case 0x10:
	case 0x12:
	case 0x1e:
	case 0x1f:
	case 0x23:
	case 0x8000001d:
	case 0x80000020:
	case 0x80000026:
		return 8;
	default:
		return 0;
	}
}

static void add_leaf(struct native_list *list, u32 leaf)
{
	u32 nr = count_subleaves(leaf), reg[4];

	if (!nr)
		add_native(list, leaf, TDXCPUID_NO_SUBLEAF);

	for (u32 i = 0; i < nr; i++) {
		read_native(leaf, i, reg);
		/* The subleaf's own number is in there, also behind the last level. */
		if (leaf == 0xb || leaf == 0x1f || leaf == 0x80000026)
			reg[2] &= ~0xffU;
		if (!i || reg[0] | reg[1] | reg[2] | reg[3])
			add_native(list, leaf, i);
	}
}

uint32_t tdxcpuid_native(struct tdxcpuid_leaf *leaves, uint32_t room)
{
	static const u32 ranges[] = { 0, 0x80000000 };
	struct native_list list = { leaves, leaves ? room : 0, 0 };

	for (u32 r = 0; r < sizeof(ranges) / sizeof(ranges[0]); r++) {
		u32 reg[4];

		read_native(ranges[r], 0, reg);
		for (u32 leaf = ranges[r]; leaf <= reg[0] && leaf <= ranges[r] + 0xff; leaf++)
			add_leaf(&list, leaf);
	}

	return list.nr;
}
