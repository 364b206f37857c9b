// SPDX-License-Identifier: GPL-2.0-only
/*
 * Test that an SNP guest's CPUID page and KVM_SET_CPUID2 have to agree if
 * KVM_X86_QUIRK_IGNORE_FIRMWARE_CPUID is disabled, and only then.
 */
#include "kvm_util.h"
#include "processor.h"
#include "sev.h"
#include "test_util.h"

#define NR_PAGES	4

/* The layout is firmware's, with room for 64 entries. */
struct cpuid_page {
	u32 count;
	u32 reserved1;
	u64 reserved2;
	struct {
		u32 eax_in;
		u32 ecx_in;
		u64 xcr0_in;
		u64 xss_in;
		u32 eax;
		u32 ebx;
		u32 ecx;
		u32 edx;
		u64 reserved;
	} fn[64];
} __aligned(4096);

static struct cpuid_page page, other_page;

static int launch_update(struct kvm_vm *vm, u64 gfn, struct cpuid_page *source)
{
	struct kvm_sev_snp_launch_update update = {
		.gfn_start = gfn,
		.uaddr = (unsigned long)source,
		.len = PAGE_SIZE,
		.type = KVM_SEV_SNP_PAGE_TYPE_CPUID,
	};

	return __vm_sev_ioctl(vm, KVM_SEV_SNP_LAUNCH_UPDATE, &update) ? errno : 0;
}

static int launch_finish(struct kvm_vm *vm)
{
	struct kvm_sev_snp_launch_finish finish = {};

	return __vm_sev_ioctl(vm, KVM_SEV_SNP_LAUNCH_FINISH, &finish) ? errno : 0;
}

static void disable_quirk(struct kvm_vm *vm)
{
	vm_enable_cap(vm, KVM_CAP_DISABLE_QUIRKS2, KVM_X86_QUIRK_IGNORE_FIRMWARE_CPUID);
}

static struct kvm_vm *create_vm(bool quirk, struct kvm_vcpu **vcpu)
{
	struct kvm_vm *vm = vm_create_barebones_type(KVM_X86_SNP_VM);

	if (!quirk)
		disable_quirk(vm);

	snp_vm_init(vm);
	vm_mem_add(vm, VM_MEM_SRC_ANONYMOUS, 0, 0, NR_PAGES, KVM_MEM_GUEST_MEMFD, -1, 0);
	vm_mem_set_private(vm, 0, NR_PAGES * PAGE_SIZE);

	*vcpu = __vm_vcpu_add(vm, 0);
	vcpu_init_cpuid(*vcpu, kvm_get_supported_cpuid());
	snp_vm_launch_start(vm, snp_default_policy());
	return vm;
}

/* Toggle bits of the vCPU's CPUID, see that KVM takes all or nothing, and undo it. */
static void test_vcpu(struct kvm_vcpu *vcpu, u32 function, int reg, u32 bits, int wanted)
{
	u32 *value = &__vcpu_get_cpuid_entry(vcpu, function, 0)->eax + reg;
	u32 saved = *value;
	int r;

	*value ^= bits;
	r = __vcpu_set_cpuid(vcpu) ? errno : 0;
	TEST_ASSERT(r == wanted, "CPUID.0x%x, register %d, bits 0x%x: wanted errno %d, got %d",
		    function, reg, bits, wanted, r);

	vcpu_get_cpuid(vcpu);
	TEST_ASSERT_EQ(*value, wanted ? saved : saved ^ bits);
	*value = saved;
	vcpu_set_cpuid(vcpu);
}

static void test_feature(struct kvm_vcpu *vcpu, struct kvm_x86_cpu_feature feature, int wanted)
{
	test_vcpu(vcpu, feature.function, feature.reg, BIT(feature.bit), wanted);
}

/* KVM_SET_CPUID2, or another page, after the page. */
static void test_page_first(bool quirk)
{
	int denied = quirk ? 0 : EINVAL;
	struct kvm_vcpu *vcpu;
	struct kvm_vm *vm = create_vm(quirk, &vcpu);

	TEST_ASSERT_EQ(launch_update(vm, 0, &page), 0);
	test_feature(vcpu, X86_FEATURE_SMAP, denied);
	test_vcpu(vcpu, 0x1, KVM_CPUID_EAX, 0x1, denied);

	/* The page may lack what the vCPU has, and what it lacks is up to userspace. */
	test_feature(vcpu, X86_FEATURE_SMEP, 0);

	/* It agrees with the vCPU, but isn't the first page. */
	TEST_ASSERT_EQ(launch_update(vm, 1, &other_page), denied);
	TEST_ASSERT_EQ(launch_update(vm, 2, &page), 0);

	TEST_ASSERT_EQ(launch_finish(vm), 0);
	test_feature(vcpu, X86_FEATURE_SMAP, denied);
	kvm_vm_free(vm);
}

/* The page after KVM_SET_CPUID2, and the quirk disabled after both. */
static void test_page_last(bool quirk)
{
	struct kvm_vcpu *vcpu;
	struct kvm_vm *vm = create_vm(quirk, &vcpu);

	vcpu_clear_cpuid_feature(vcpu, X86_FEATURE_SMAP);
	TEST_ASSERT_EQ(launch_update(vm, 0, &page), quirk ? 0 : EINVAL);
	if (quirk) {
		disable_quirk(vm);
		TEST_ASSERT_EQ(launch_finish(vm), EINVAL);
	}

	vcpu_set_cpuid_feature(vcpu, X86_FEATURE_SMAP);
	if (!quirk)
		TEST_ASSERT_EQ(launch_update(vm, 0, &page), 0);
	TEST_ASSERT_EQ(launch_finish(vm), 0);
	kvm_vm_free(vm);
}

int main(int argc, char *argv[])
{
	int quirk;

	TEST_REQUIRE(kvm_check_cap(KVM_CAP_VM_TYPES) & BIT(KVM_X86_SNP_VM));
	TEST_REQUIRE(kvm_check_cap(KVM_CAP_DISABLE_QUIRKS2) & KVM_X86_QUIRK_IGNORE_FIRMWARE_CPUID);
	TEST_REQUIRE(kvm_cpu_has(X86_FEATURE_SMAP) && kvm_cpu_has(X86_FEATURE_SMEP));

	page.count = 2;
	page.fn[0].eax_in = 0x1;
	page.fn[0].eax = get_cpuid_entry(kvm_get_supported_cpuid(), 0x1, 0)->eax;
	page.fn[1].eax_in = 0x7;
	page.fn[1].ebx = BIT(X86_FEATURE_SMAP.bit);
	other_page = page;
	other_page.fn[1].ebx = 0;

	for (quirk = 0; quirk < 2; quirk++) {
		test_page_first(quirk);
		test_page_last(quirk);
	}

	return 0;
}
