// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The flow of KVM's selftests: what KVM_GET_SUPPORTED_CPUID and
 * KVM_TDX_CAPABILITIES have in common goes into KVM_TDX_INIT_VM, and what
 * KVM_TDX_GET_CPUID gives back into KVM_SET_CPUID2, verbatim. It needs a module
 * that runs on the CPU that KVM sees.
 */
#include <string.h>
#include <unistd.h>

#include "client.h"

void test_selftest_flow(void)
{
	static struct cpuid_list supported;
	static struct capabilities caps;
	static struct init_vm init;
	uint64_t hw_error = 0;
	int vm = td_create();

	case_begin("the selftests' flow");
	supported.head.nent = MAX_ENTRIES;
	if (!check("KVM_CREATE_VM", vm < 0 ? vm : 0, 0) ||
	    !check("KVM_GET_SUPPORTED_CPUID",
		   kvm_ioctl(kvm_fd, KVM_GET_SUPPORTED_CPUID, &supported), 0) ||
	    !check("KVM_TDX_CAPABILITIES", td_capabilities(vm, &caps), 0))
		goto out;

	memset(&init, 0, sizeof(init));
	init.head.xfam = caps.head.supported_xfam;
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
	if (check("KVM_TDX_INIT_VM", td_init_vm(vm, &init, 1000000, &hw_error), 0) &
	    check("hw_error", hw_error, 0))
		td_rest_of_flow(vm, NULL);
	else
		show_entries(init.entry, init.head.cpuid.nent);
out:
	close(vm);
	check("pages left in the module", module_pages(), 0);
	case_end();
}
