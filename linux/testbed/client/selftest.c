// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The flow of KVM's selftests: what KVM_GET_SUPPORTED_CPUID and
 * KVM_TDX_CAPABILITIES have in common goes into KVM_TDX_INIT_VM, and what
 * KVM_TDX_GET_CPUID gives back into KVM_SET_CPUID2, verbatim; and alioth's, which
 * only begins like that. They need a module that runs on the CPU that KVM sees.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "client.h"

static struct cpuid_list supported;
static struct capabilities caps;
static struct init_vm init;

/* What a VMM of their kind requests, of @xfam as much as KVM supports. */
static bool prepare(int vm, uint64_t xfam)
{
	supported.head.nent = MAX_ENTRIES;
	if (!check("KVM_CREATE_VM", vm < 0 ? vm : 0, 0) ||
	    !check("KVM_GET_SUPPORTED_CPUID",
		   kvm_ioctl(kvm_fd, KVM_GET_SUPPORTED_CPUID, &supported), 0) ||
	    !check("KVM_TDX_CAPABILITIES", td_capabilities(vm, &caps), 0))
		return false;

	memset(&init, 0, sizeof(init));
	init.head.xfam = caps.head.supported_xfam & xfam;
	for (uint32_t i = 0; i < caps.head.cpuid.nent; i++) {
		const struct kvm_cpuid_entry2 *c = &caps.entry[i], *s;

		for (uint32_t j = 0; j < supported.head.nent; j++) {
			s = &supported.entry[j];
			if (s->function != c->function || s->index != c->index)
				continue;
			add_entry(&init, s->function, s->index, s->flags, s->eax & c->eax,
				  s->ebx & c->ebx, s->ecx & c->ecx, s->edx & c->edx);
			if (s->function == 0x80000008) {
				struct kvm_cpuid_entry2 *e =
					&init.entry[init.head.cpuid.nent - 1];

				e->eax = (e->eax & ~0xff0000U) | 48 << 16;
			}
			break;
		}
	}
	return true;
}

static void flow(int vm, const struct cpuid_list *set_cpuid2)
{
	uint64_t hw_error = 0;

	if (check("KVM_TDX_INIT_VM", td_init_vm(vm, &init, 1000000, &hw_error), 0) &
	    check("hw_error", hw_error, 0))
		td_rest_of_flow(vm, set_cpuid2);
	else
		show_entries(init.entry, init.head.cpuid.nent);
}

static void end(int vm)
{
	close(vm);
	check("pages left in the module", module_pages(), 0);
	case_end();
}

void test_selftest_flow(void)
{
	int vm = td_create();

	case_begin("the selftests' flow");
	if (prepare(vm, ~0ULL))
		flow(vm, NULL);
	end(vm);
}

/*
 * alioth gives KVM_SET_CPUID2 all of KVM_GET_SUPPORTED_CPUID, whatever the TD has
 * of it. That must go on to work, and is refused if the quirk is disabled.
 */
void test_alioth(void)
{
	int vm = td_create(), vcpu;

	case_begin("alioth's flow");
	if (prepare(vm, ~0ULL))
		flow(vm, &supported);
	end(vm);

	if (!expect.quirk)
		return;
	/* XFAM has no AVX, the list does. */
	case_begin("alioth's list, the quirk disabled");
	vm = td_create();
	check("KVM_CAP_DISABLE_QUIRKS2", td_disable_quirks(vm, IGNORE_FIRMWARE_CPUID), 0);
	if (prepare(vm, 3) && check("KVM_TDX_INIT_VM", td_init_vm(vm, &init, 1000000, NULL), 0)) {
		vcpu = td_create_vcpu(vm, 0);
		check("KVM_SET_CPUID2", kvm_ioctl(vcpu, KVM_SET_CPUID2, &supported), -EINVAL);
		close(vcpu);
	}
	end(vm);
}
