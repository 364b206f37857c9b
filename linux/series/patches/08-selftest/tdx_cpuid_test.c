// SPDX-License-Identifier: GPL-2.0-only
/*
 * Test the CPUID input and output of KVM_TDX_CAPABILITIES and KVM_TDX_INIT_VM.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <linux/bits.h>
#include <linux/kernel.h>

#include "kvm_util.h"
#include "processor.h"
#include "test_util.h"

#define KVM_MAX_CPUID_ENTRIES	256

#define GPAW_LEAF		0x80000008u
#define GPAW(width)		((u32)(width) << 16)
#define GPAW_MASK		GENMASK(23, 16)

#define F_7_0_EBX_HLE		BIT(4)
#define F_7_0_EBX_RTM		BIT(11)
#define F_7_0_ECX_WAITPKG	BIT(5)

#define TDX_STATUS_MASK		GENMASK_ULL(63, 32)
#define TDX_OPERAND_INVALID	0xC000010000000000ull

static struct kvm_tdx_capabilities *caps;

static int tdx_vm_ioctl(struct kvm_vm *vm, u32 id, u32 flags, void *data, u64 *hw_error)
{
	struct kvm_tdx_cmd cmd = {
		.id = id,
		.flags = flags,
		.data = (u64)(unsigned long)data,
		.hw_error = *hw_error,
	};
	int r;

	r = ioctl(vm->fd, KVM_MEMORY_ENCRYPT_OP, &cmd);
	*hw_error = cmd.hw_error;
	return r;
}

static struct kvm_tdx_init_vm *init_alloc(u32 nent)
{
	struct kvm_tdx_init_vm *init;

	init = calloc(1, sizeof(*init) + nent * sizeof(init->cpuid.entries[0]));
	TEST_ASSERT(init, "-ENOMEM when allocating kvm_tdx_init_vm");
	init->cpuid.nent = nent;
	return init;
}

/* All that is configurable configured as zeros, but for the GPA width. */
static struct kvm_tdx_init_vm *init_default(u32 nr_extra)
{
	struct kvm_tdx_init_vm *init = init_alloc(caps->cpuid.nent + nr_extra);
	u32 i;

	for (i = 0; i < caps->cpuid.nent; i++) {
		struct kvm_cpuid_entry2 *e = &init->cpuid.entries[i];

		e->function = caps->cpuid.entries[i].function;
		e->index = caps->cpuid.entries[i].index;
		e->flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX;
		if (e->function == GPAW_LEAF)
			e->eax = GPAW(48);
	}

	return init;
}

static struct kvm_cpuid_entry2 *find(struct kvm_cpuid2 *cpuid, u32 function, u32 index)
{
	u32 i;

	for (i = 0; i < cpuid->nent; i++) {
		if (cpuid->entries[i].function == function && cpuid->entries[i].index == index)
			return &cpuid->entries[i];
	}

	return NULL;
}

static u32 *reg_of(struct kvm_cpuid_entry2 *e, int reg)
{
	return &e->eax + reg;
}

static void try_init(struct kvm_tdx_init_vm *init, u32 flags, int expected, u64 *hw_error,
		     const char *what)
{
	struct kvm_vm *vm = vm_create_barebones_type(KVM_X86_TDX_VM);
	int r, err;

	r = tdx_vm_ioctl(vm, KVM_TDX_INIT_VM, flags, init, hw_error);
	err = r ? errno : 0;
	TEST_ASSERT(err == expected,
		    "%s: wanted errno %d, got %d (%s), hw_error 0x%llx", what, expected, err,
		    strerror(err), (unsigned long long)*hw_error);
	kvm_vm_free(vm);
}

static void accepted(struct kvm_tdx_init_vm *init, const char *what)
{
	u64 hw_error = 0;

	try_init(init, 0, 0, &hw_error, what);
}

/* KVM rejects the request, i.e. the TDX module never sees it. */
static void rejected(struct kvm_tdx_init_vm *init, int expected, const char *what)
{
	u64 hw_error = 0;

	try_init(init, 0, expected, &hw_error, what);
	TEST_ASSERT(!hw_error, "%s: hw_error is 0x%llx", what, (unsigned long long)hw_error);
}

static int get_capabilities(struct kvm_vm *vm, u32 flags, struct kvm_tdx_capabilities *out)
{
	u64 hw_error = 0;

	return tdx_vm_ioctl(vm, KVM_TDX_CAPABILITIES, flags, out, &hw_error);
}

static void test_capabilities(void)
{
	const struct kvm_cpuid_entry2 *e;
	struct kvm_vm *vm;
	u32 i;
	int r;

	vm = vm_create_barebones_type(KVM_X86_TDX_VM);
	caps = calloc(1, sizeof(*caps) + KVM_MAX_CPUID_ENTRIES * sizeof(*e));
	TEST_ASSERT(caps, "-ENOMEM when allocating kvm_tdx_capabilities");

	r = get_capabilities(vm, 0, caps);
	TEST_ASSERT(r && errno == E2BIG, "nent 0: wanted E2BIG, got %d, errno %d", r, errno);

	caps->cpuid.nent = KVM_MAX_CPUID_ENTRIES;
	r = get_capabilities(vm, 1, caps);
	TEST_ASSERT(r && errno == EINVAL, "flags: wanted EINVAL, got %d, errno %d", r, errno);

	r = get_capabilities(vm, 0, NULL);
	TEST_ASSERT(r && errno == EFAULT, "NULL: wanted EFAULT, got %d, errno %d", r, errno);

	r = get_capabilities(vm, 0, caps);
	TEST_ASSERT(!r, "KVM_TDX_CAPABILITIES failed, errno %d", errno);
	TEST_ASSERT(caps->cpuid.nent && caps->cpuid.nent < KVM_MAX_CPUID_ENTRIES,
		    "KVM_TDX_CAPABILITIES has %u CPUID entries", caps->cpuid.nent);
	kvm_vm_free(vm);

	for (i = 0; i < caps->cpuid.nent; i++) {
		e = &caps->cpuid.entries[i];
		pr_debug("0x%x.0x%x: 0x%x 0x%x 0x%x 0x%x\n", e->function, e->index,
			 e->eax, e->ebx, e->ecx, e->edx);
	}

	e = find(&caps->cpuid, GPAW_LEAF, 0);
	TEST_ASSERT(e && (e->eax & GPAW_MASK) == GPAW_MASK,
		    "The GPA width is not reported as configurable");

	/* These TDX features clobber MSRs of the host. */
	e = find(&caps->cpuid, 0x7, 0);
	TEST_ASSERT(e, "CPUID.0x7.0 is not reported");
	TEST_ASSERT(!(e->ebx & (F_7_0_EBX_HLE | F_7_0_EBX_RTM)), "TSX is reported, EBX 0x%x",
		    e->ebx);
	TEST_ASSERT(!(e->ecx & F_7_0_ECX_WAITPKG), "WAITPKG is reported, ECX 0x%x", e->ecx);
}

/* Value registers don't hold feature bits that could be set one by one. */
static bool is_value_register(const struct kvm_cpuid_entry2 *e, int reg)
{
	switch (e->function) {
	case 0x1:
		return reg < 2;
	case 0x4:
	case 0x18:
	case 0x1f:
		return true;
	case GPAW_LEAF:
		return !reg;
	default:
		return false;
	}
}

static void test_supported_bits(void)
{
	struct kvm_tdx_init_vm *init = init_default(0);
	int reg, bit, nr = 0;
	char what[64];
	u32 i;

	accepted(init, "zeros");

	for (i = 0; i < caps->cpuid.nent; i++) {
		struct kvm_cpuid_entry2 *mask = &caps->cpuid.entries[i];
		struct kvm_cpuid_entry2 *e = &init->cpuid.entries[i];

		for (reg = 0; reg < 4; reg++) {
			if (is_value_register(mask, reg))
				continue;

			for (bit = 0; bit < 32; bit++) {
				if (!(*reg_of(mask, reg) & BIT(bit)))
					continue;

				snprintf(what, sizeof(what), "0x%x.0x%x.e%cx[%d]", mask->function,
					 mask->index, "abcd"[reg], bit);
				*reg_of(e, reg) = BIT(bit);
				accepted(init, what);
				*reg_of(e, reg) = 0;
				nr++;
			}
		}
	}

	pr_info("%d configurable bits accepted one by one\n", nr);
	free(init);
}

static void test_denied_bits(void)
{
	static const struct {
		u32 ebx;
		u32 ecx;
		const char *what;
	} denied[] = {
		{ F_7_0_EBX_HLE | F_7_0_EBX_RTM, 0, "HLE and RTM" },
		{ F_7_0_EBX_HLE, 0, "HLE" },
		{ F_7_0_EBX_RTM, 0, "RTM" },
		{ 0, F_7_0_ECX_WAITPKG, "WAITPKG" },
	};
	struct kvm_tdx_init_vm *init = init_default(0);
	struct kvm_cpuid_entry2 *e = find(&init->cpuid, 0x7, 0);
	struct kvm_cpuid_entry2 last;
	char what[64];
	int i;

	/* Last, so that an entry before it can be looked up for another subleaf. */
	last = init->cpuid.entries[init->cpuid.nent - 1];
	init->cpuid.entries[init->cpuid.nent - 1] = *e;
	*e = last;
	e = &init->cpuid.entries[init->cpuid.nent - 1];

	for (i = 0; i < ARRAY_SIZE(denied); i++) {
		e->ebx = denied[i].ebx;
		e->ecx = denied[i].ecx;

		e->index = 0;
		e->flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX;
		snprintf(what, sizeof(what), "%s, flagged", denied[i].what);
		rejected(init, EINVAL, what);

		e->flags = 0;
		snprintf(what, sizeof(what), "%s, not flagged", denied[i].what);
		rejected(init, EINVAL, what);

		/* A look-up of CPUID.0x7.0 finds an entry that isn't flagged. */
		e->index = 5;
		snprintf(what, sizeof(what), "%s as subleaf 5, not flagged", denied[i].what);
		rejected(init, EINVAL, what);
	}

	free(init);
}

static void test_entries(void)
{
	struct kvm_tdx_init_vm *init = init_default(1);
	struct kvm_cpuid_entry2 *e = find(&init->cpuid, GPAW_LEAF, 0);
	struct kvm_cpuid_entry2 *extra;

	init->cpuid.nent--;
	extra = &init->cpuid.entries[init->cpuid.nent];

	/* The entry of a leaf without subleaves: what does its index mean? */
	e->flags = 0;
	e->index = 1;
	accepted(init, "0x80000008 with index 1, not flagged");
	e->flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX;
	rejected(init, EINVAL, "0x80000008 with index 1, flagged");
	e->index = 0;

	e->eax = 0;
	rejected(init, EINVAL, "GPA width 0");
	e->eax = GPAW(47);
	rejected(init, EINVAL, "GPA width 47");
	e->eax = GPAW(57);
	rejected(init, EINVAL, "GPA width 57");
	e->eax = GPAW(48);
	accepted(init, "GPA width 48");

	init->cpuid.nent++;

	*extra = *find(&init->cpuid, 0x7, 0);
	rejected(init, EINVAL, "two entries for 0x7.0");
	extra->flags = 0;
	rejected(init, EINVAL, "two entries for 0x7.0, one not flagged");

	extra->index = 0x100;
	rejected(init, EINVAL, "0x7.0x100, not flagged");
	extra->flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX;
	rejected(init, EINVAL, "0x7.0x100, flagged");

	memset(extra, 0, sizeof(*extra));
	extra->function = 0x40000000;
	rejected(init, EINVAL, "0x40000000");

	/* Drop the extra entry, and the one with the GPA width. */
	init->cpuid.nent -= 2;
	*e = init->cpuid.entries[init->cpuid.nent];
	rejected(init, EINVAL, "no GPA width");

	init->cpuid.nent = 0;
	rejected(init, EINVAL, "nent 0");
	init->cpuid.nent = 1;
	init->cpuid.entries[0] = (struct kvm_cpuid_entry2) {
		.function = GPAW_LEAF,
		.eax = GPAW(48),
	};
	accepted(init, "nothing but the GPA width");

	free(init);
}

static void test_request(void)
{
	struct kvm_tdx_init_vm *init = init_default(0);
	struct kvm_tdx_init_vm *big;
	u64 hw_error = 0;
	struct kvm_vm *vm;
	int i, r;

	try_init(init, 1, EINVAL, &hw_error, "flags");
	rejected(NULL, EFAULT, "NULL");

	hw_error = 1;
	try_init(init, 0, EINVAL, &hw_error, "hw_error as input");
	hw_error = 0;

	init->cpuid.padding = 1;
	rejected(init, EINVAL, "padding");
	init->cpuid.padding = 0;

	for (i = 0; i < ARRAY_SIZE(init->reserved); i++) {
		init->reserved[i] = 1;
		rejected(init, EINVAL, "reserved");
		init->reserved[i] = 0;
	}

	init->attributes = ~caps->supported_attrs;
	rejected(init, EINVAL, "attributes");
	init->attributes = 0;

	init->xfam = ~caps->supported_xfam;
	rejected(init, EINVAL, "xfam");
	init->xfam = 0;

	big = init_alloc(KVM_MAX_CPUID_ENTRIES + 1);
	rejected(big, E2BIG, "nent is KVM_MAX_CPUID_ENTRIES + 1");
	big->cpuid.nent--;
	rejected(big, EINVAL, "nent is KVM_MAX_CPUID_ENTRIES");
	free(big);

	/* What KVM rejects leaves the VM as it was. */
	vm = vm_create_barebones_type(KVM_X86_TDX_VM);
	init->reserved[0] = 1;
	r = tdx_vm_ioctl(vm, KVM_TDX_INIT_VM, 0, init, &hw_error);
	TEST_ASSERT(r && errno == EINVAL, "reserved: got %d, errno %d", r, errno);
	init->reserved[0] = 0;
	r = tdx_vm_ioctl(vm, KVM_TDX_INIT_VM, 0, init, &hw_error);
	TEST_ASSERT(!r, "After a rejected request: errno %d", errno);
	r = tdx_vm_ioctl(vm, KVM_TDX_INIT_VM, 0, init, &hw_error);
	TEST_ASSERT(r && errno == EINVAL, "Second KVM_TDX_INIT_VM: got %d, errno %d", r, errno);
	kvm_vm_free(vm);

	vm = vm_create_barebones();
	r = tdx_vm_ioctl(vm, KVM_TDX_INIT_VM, 0, init, &hw_error);
	TEST_ASSERT(r && errno == ENOTTY, "On a VM of another type: got %d, errno %d", r, errno);
	kvm_vm_free(vm);

	free(init);
}

/*
 * Requests that KVM supports and the TDX module refuses are -EINVAL with the
 * module's status, whatever status that is.
 */
static void test_module(void)
{
	struct kvm_tdx_init_vm *init = init_default(0);
	struct kvm_cpuid_entry2 *e;
	u64 hw_error = 0;

	/* Without subleaf 0, the topology of CPUID.0x1F has no first level. */
	e = find(&init->cpuid, 0x1f, 1);
	if (e) {
		const struct kvm_cpuid_entry2 *mask = find(&caps->cpuid, 0x1f, 1);

		e->eax = 1 & mask->eax;
		e->ebx = 1 & mask->ebx;
		e->ecx = 0x201 & mask->ecx;
		if (e->ecx) {
			try_init(init, 0, EINVAL, &hw_error, "malformed 0x1F");
			TEST_ASSERT(hw_error, "malformed 0x1F: hw_error is 0");
			hw_error = 0;
		}
		e->eax = 0;
		e->ebx = 0;
		e->ecx = 0;
	}

	/* A value register: KVM leaves it to the TDX module. */
	e = find(&init->cpuid, 0x1, 0);
	if (e) {
		e->eax = BIT(31);
		try_init(init, 0, EINVAL, &hw_error, "0x1.eax[31]");
		TEST_ASSERT((hw_error & TDX_STATUS_MASK) == TDX_OPERAND_INVALID,
			    "0x1.eax[31]: hw_error is 0x%llx", (unsigned long long)hw_error);
	}

	free(init);
}

int main(int argc, char *argv[])
{
	TEST_REQUIRE(kvm_check_cap(KVM_CAP_VM_TYPES) & BIT(KVM_X86_TDX_VM));

	test_capabilities();
	test_supported_bits();
	test_denied_bits();
	test_entries();
	test_request();
	test_module();

	free(caps);
	return 0;
}
