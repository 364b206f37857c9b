// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The start of a TDX guest in a VMM: what to configure, and what to tell the user
 * when KVM says no.      cc vmm.c $(pkg-config --cflags --libs libtdxcpuid)
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include <tdxcpuid.h>
#include <tdxcpuid-kvm.h>

#define MAX TDXCPUID_MAX_ENTRIES

/* Without the library, this is all that a user gets to see. */
static int init_vm(int vm, struct kvm_tdx_init_vm *init, struct kvm_tdx_cmd *cmd)
{
	*cmd = (struct kvm_tdx_cmd){ .id = KVM_TDX_INIT_VM, .data = (uintptr_t)init };
	if (!ioctl(vm, KVM_MEMORY_ENCRYPT_OP, cmd))
		return 0;
	fprintf(stderr, "KVM_TDX_INIT_VM: %s, hw_error 0x%llx\n", strerror(errno),
		(unsigned long long)cmd->hw_error);
	return -errno;
}

static void show(const char *heading, const struct tdxcpuid_answer *answer)
{
	fprintf(stderr, "%s: %s\n", heading, answer->text);
	for (uint32_t i = 0; i < answer->nr_violations; i++)
		fprintf(stderr, "  %s: %s (%s)\n", tdxcpuid_layer_name(answer->violations[i].layer),
			answer->violations[i].text, answer->violations[i].fix);
}

static int start(int kvm, int vm)
{
	struct kvm_cpuid_entry2 slots[MAX];
	struct tdxcpuid_caps caps = { .size = sizeof(caps), .nent = MAX, .cpuid = slots };
	struct kvm_tdx_init_vm *init = calloc(1, sizeof(*init) + MAX * sizeof(slots[0]));
	struct tdxcpuid_request request = { .size = sizeof(request), .nent = MAX };
	struct tdxcpuid_answer *answer = NULL;
	struct tdxcpuid_host *host = NULL;
	struct kvm_tdx_cmd cmd;
	int error;

	error = tdxcpuid_kvm_capabilities(vm, &caps.attributes, &caps.xfam, slots, &caps.nent);
	if (!error)
		error = tdxcpuid_host_new_caps(&caps, &host);
	/* The CPUID that the user's CPU model asks for: here, all that KVM can do. */
	if (!error)
		error = tdxcpuid_kvm_supported(kvm, init->cpuid.entries, &request.nent);
	if (error)
		return error;

	/* Of what we want, what can be had; and is it right as it is? */
	request.entries = init->cpuid.entries;
	request.xfam = caps.xfam;
	tdxcpuid_filter(host, init->cpuid.entries, &request.nent, &answer);
	show("left out", answer);
	tdxcpuid_check(host, &request, &answer);
	show("before", answer);

	init->xfam = request.xfam;
	init->cpuid.nent = request.nent;
	error = init_vm(vm, init, &cmd);
	if (error) {
		tdxcpuid_explain(host, &request, error, cmd.hw_error, &answer);
		show("why", answer);
	}

	/* Next: KVM_CREATE_VCPU, KVM_TDX_GET_CPUID, tdxcpuid_check_vcpu(), KVM_SET_CPUID2. */
	tdxcpuid_answer_free(answer);
	tdxcpuid_host_free(host);
	free(init);
	return error;
}

int main(void)
{
	int kvm = open("/dev/kvm", O_RDWR), vm;
	int error = kvm < 0 ? -errno : tdxcpuid_kvm_open(NULL, &vm);

	if (!error)
		error = start(kvm, vm);
	if (error)
		fprintf(stderr, "no TDX guest: %s\n",
			error == -EOPNOTSUPP ? "this KVM has no TDX" : strerror(-error));
	return !!error;
}
