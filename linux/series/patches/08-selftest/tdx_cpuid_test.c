// SPDX-License-Identifier: GPL-2.0-only
/*
 * Test the CPUID bits that KVM_TDX_CAPABILITIES reports as configurable, and what
 * KVM_TDX_INIT_VM makes of them.
 */
#include "kvm_util.h"
#include "processor.h"
#include "test_util.h"

#define TDX_GPAW(bits)	((u32)(bits) << 16)

static struct kvm_tdx_capabilities *caps;
static struct kvm_tdx_init_vm *init;

static int tdx_vm_ioctl(struct kvm_vm *vm, u32 id, void *data, u64 *hw_error)
{
	union {
		struct kvm_tdx_cmd c;
		unsigned long raw;	/* what the ioctl's number has the size of */
	} cmd = { .c = {
		.id = id,
		.data = (u64)(unsigned long)data,
	} };
	int r;

	r = __vm_ioctl(vm, KVM_MEMORY_ENCRYPT_OP, &cmd.raw);
	*hw_error = cmd.c.hw_error;
	return r ? errno : 0;
}

static int tdx_init_vm(u64 *hw_error)
{
	struct kvm_vm *vm = vm_create_barebones_type(KVM_X86_TDX_VM);
	int err;

	err = tdx_vm_ioctl(vm, KVM_TDX_INIT_VM, init, hw_error);
	kvm_vm_free(vm);
	return err;
}

/* KVM itself rejects the entries, i.e. doesn't ask the TDX module. */
#define TEST_REJECTED(what)							\
do {										\
	u64 __hw_error;								\
	int __err = tdx_init_vm(&__hw_error);					\
										\
	TEST_ASSERT(__err == EINVAL && !__hw_error,				\
		    "%s: wanted EINVAL, got errno %d, hw_error 0x%lx",		\
		    what, __err, (unsigned long)__hw_error);			\
} while (0)

static struct kvm_cpuid_entry2 *init_entry(u32 function, u32 index)
{
	return (void *)get_cpuid_entry(&init->cpuid, function, index);
}

/* Everything that is reported, but no values other than the GPA width. */
static void reset_init(void)
{
	struct kvm_cpuid_entry2 *e;

	init->cpuid.nent = caps->cpuid.nent;
	memcpy(init->cpuid.entries, caps->cpuid.entries, caps->cpuid.nent * sizeof(*e));

	for (e = init->cpuid.entries; e < &init->cpuid.entries[init->cpuid.nent]; e++) {
		switch (e->function) {
		case 0x1:
			e->eax = 0;
			e->ebx = 0;
			break;
		case 0x4:
		case 0x18:
		case 0x1f:
			e->eax = 0;
			e->ebx = 0;
			e->ecx = 0;
			e->edx = 0;
			break;
		case 0x80000008:
			e->eax = TDX_GPAW(48);
			break;
		}
	}
}

static void test_capabilities(void)
{
	struct kvm_vm *vm = vm_create_barebones_type(KVM_X86_TDX_VM);
	const struct kvm_cpuid_entry2 *e;
	u64 hw_error;
	int i, r;

	r = tdx_vm_ioctl(vm, KVM_TDX_CAPABILITIES, caps, &hw_error);
	TEST_ASSERT(r == E2BIG, "Wanted E2BIG for nent 0, got errno %d", r);

	caps->cpuid.nent = MAX_NR_CPUID_ENTRIES;
	r = tdx_vm_ioctl(vm, KVM_TDX_CAPABILITIES, caps, &hw_error);
	TEST_ASSERT(!r, "KVM_TDX_CAPABILITIES failed, errno %d", r);
	kvm_vm_free(vm);

	for (i = 0; i < caps->cpuid.nent; i++) {
		e = &caps->cpuid.entries[i];
		TEST_ASSERT(!e->index || e->flags == KVM_CPUID_FLAG_SIGNIFCANT_INDEX,
			    "CPUID.0x%x.0x%x isn't flagged", e->function, e->index);
	}

	e = get_cpuid_entry(&caps->cpuid, 0x80000008, 0);
	TEST_ASSERT((e->eax & TDX_GPAW(0xff)) == TDX_GPAW(0xff), "GPA width isn't configurable");

	/* TDs would clobber MSRs of the host. */
	e = get_cpuid_entry(&caps->cpuid, 0x7, 0);
	TEST_ASSERT(!(e->ebx & (BIT(X86_FEATURE_HLE.bit) | BIT(X86_FEATURE_RTM.bit))) &&
		    !(e->ecx & BIT(X86_FEATURE_WAITPKG.bit)),
		    "TSX or WAITPKG is configurable, EBX 0x%x, ECX 0x%x", e->ebx, e->ecx);
}

static void test_supported(void)
{
	u64 hw_error;
	int i, r;

	reset_init();
	r = tdx_init_vm(&hw_error);
	if (!r)
		return;

	/* Find out which entries are to blame. */
	for (i = 0; i < caps->cpuid.nent; i++) {
		struct kvm_cpuid_entry2 *e = &init->cpuid.entries[i];
		struct kvm_cpuid_entry2 saved = *e;

		e->eax = e->function == 0x80000008 ? TDX_GPAW(48) : 0;
		e->ebx = 0;
		e->ecx = 0;
		e->edx = 0;
		if (!tdx_init_vm(&hw_error))
			pr_info("Accepted without CPUID.0x%x.0x%x\n", e->function, e->index);
		*e = saved;
	}
	TEST_FAIL("What is reported isn't accepted, errno %d, hw_error 0x%lx", r,
		  (unsigned long)hw_error);
}

static void test_denied(struct kvm_x86_cpu_feature feature, const char *what)
{
	struct kvm_cpuid_entry2 *e, *last, entry;

	/* Move CPUID.0x7.0 to the end, behind the other subleaves. */
	reset_init();
	e = init_entry(0x7, 0);
	last = &init->cpuid.entries[init->cpuid.nent - 1];
	entry = *e;
	*e = *last;
	*last = entry;
	if (feature.reg == KVM_CPUID_EBX)
		last->ebx |= BIT(feature.bit);
	else
		last->ecx |= BIT(feature.bit);

	TEST_REJECTED(what);

	/* An index that isn't significant matches any subleaf in KVM's lookups. */
	last->flags = 0;
	TEST_REJECTED(what);
	last->index = 5;
	TEST_REJECTED(what);
}

static void test_entries(void)
{
	struct kvm_cpuid_entry2 *extra, *e;

	reset_init();
	extra = &init->cpuid.entries[init->cpuid.nent++];

	*extra = *init_entry(0x7, 0);
	TEST_REJECTED("Two entries for CPUID.0x7.0");
	extra->flags = 0;
	TEST_REJECTED("Two entries for CPUID.0x7.0, one not flagged");
	extra->index = 0x100;
	TEST_REJECTED("CPUID.0x7.0x100, not flagged");
	extra->function = 0x40000000;
	TEST_REJECTED("CPUID.0x40000000");

	/* One entry must not make up for another one that has no slot. */
	reset_init();
	e = init_entry(0x7, 1);
	e->index = 0x100;
	e->flags = 0;
	TEST_REJECTED("CPUID.0x7.0x100 instead of CPUID.0x7.1");

	reset_init();
	e = init_entry(0x80000008, 0);
	e->eax = TDX_GPAW(47);
	TEST_REJECTED("GPA width of 47");
	*e = init->cpuid.entries[--init->cpuid.nent];
	TEST_REJECTED("No GPA width");
}

static void test_topology(void)
{
	struct kvm_cpuid_entry2 *e;
	u64 hw_error;
	int r;

	/* There is no first level, which only the TDX module knows. */
	reset_init();
	e = init_entry(0x1f, 1);
	e->eax = 1;
	e->ebx = 1;
	e->ecx = 0x201;
	r = tdx_init_vm(&hw_error);
	TEST_ASSERT(r == EINVAL && hw_error,
		    "Malformed topology: wanted EINVAL, got errno %d, hw_error 0x%lx", r,
		    (unsigned long)hw_error);
}

int main(int argc, char *argv[])
{
	size_t size = MAX_NR_CPUID_ENTRIES * sizeof(struct kvm_cpuid_entry2);

	TEST_REQUIRE(kvm_check_cap(KVM_CAP_VM_TYPES) & BIT(KVM_X86_TDX_VM));

	caps = calloc(1, sizeof(*caps) + size);
	init = calloc(1, sizeof(*init) + size);
	TEST_ASSERT(caps && init, "-ENOMEM when allocating CPUID entries");

	test_capabilities();
	test_supported();
	test_denied(X86_FEATURE_HLE, "HLE");
	test_denied(X86_FEATURE_RTM, "RTM");
	test_denied(X86_FEATURE_WAITPKG, "WAITPKG");
	test_entries();
	test_topology();

	free(init);
	free(caps);
	return 0;
}
