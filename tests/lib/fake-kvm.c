/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * A /dev/kvm for LD_PRELOAD that knows the ioctls of a TD which are about CPUID, and
 * answers them like Linux: FAKE_KVM=tdx, or stock, without the allowlist, notdx, absent, denied,
 * other; snp is a host of AMD's with SEV-SNP, nosnp one without.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/psp-sev.h>
#include <tdxcpuid.h>
#include <tdxcpuid-kvm.h>

static int device = -1, vm = -1, sev = -1;

static int fail(int error)
{
	errno = error;
	return -1;
}

static bool is_kind(const char *name)
{
	const char *kind = getenv("FAKE_KVM");

	return kind && !strcmp(kind, name);
}

static int open_device(void)
{
	const char *kind = getenv("FAKE_KVM");

	if (!kind || !strcmp(kind, "absent"))
		return fail(ENOENT);
	if (!strcmp(kind, "denied"))
		return fail(EACCES);
	device = memfd_create("kvm", MFD_CLOEXEC);
	return device;
}

/* The list at @cpuid, which has room for nent entries. */
static int hand_out(struct kvm_cpuid2 *cpuid, const struct kvm_cpuid_entry2 *entries,
		    unsigned int nr)
{
	if (cpuid->nent < nr)
		return fail(E2BIG);
	cpuid->nent = nr;
	memcpy(cpuid->entries, entries, nr * sizeof(*entries));
	return 0;
}

/* KVM_TDX_INIT_VM as the model judges it. */
static int init_vm(const struct tdxcpuid_host *host, struct kvm_tdx_cmd *cmd)
{
	const struct kvm_tdx_init_vm *init = (void *)(uintptr_t)cmd->data;
	const struct tdxcpuid_request request = {
		.size = sizeof(request),
		.attributes = init->attributes,
		.xfam = init->xfam,
		.nent = init->cpuid.nent,
		.entries = init->cpuid.entries,
	};
	struct tdxcpuid_answer *answer = NULL;
	int error = tdxcpuid_check(host, &request, &answer);

	if (!error) {
		error = answer->error;
		cmd->hw_error = answer->hw_error;
	}
	tdxcpuid_answer_free(answer);
	return error ? fail(-error) : 0;
}

/* Bits and leaves that no TD can have, and a processor signature that is another's. */
static int supported(struct kvm_cpuid2 *cpuid)
{
	const struct kvm_cpuid_entry2 entries[] = {
		{ .function = 1, .eax = 0x12345, .ecx = 1 << 3 },
		{ .function = 7,
		  .flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX,
		  .ebx = 0x810,
		  .ecx = 0x20 },
		{ .function = 0x40000000 },
		{ .function = 0x80000008, .eax = 48 << 16 },
	};

	return hand_out(cpuid, entries, sizeof(entries) / sizeof(entries[0]));
}

static int tdx(struct kvm_tdx_cmd *cmd)
{
	const struct kvm_cpuid_entry2 gpaw = { .function = 0x80000008, .eax = 48 << 16 };
	const struct tdxcpuid_request request = {
		.size = sizeof(request),
		.nent = 1,
		.entries = &gpaw,
		.xfam = 3,
	};
	struct tdxcpuid_host_info info = { .size = sizeof(info) };
	struct kvm_tdx_capabilities *caps = (void *)(uintptr_t)cmd->data;
	struct tdxcpuid_answer *answer = NULL;
	struct tdxcpuid_host *host;
	int ret;

	if (cmd->flags)
		return fail(EINVAL);
	if (tdxcpuid_host_new_model(tdxcpuid_module_find("1.5.05"), NULL,
				    is_kind("stock") ? TDXCPUID_LINUX_7_3 : TDXCPUID_ALLOWLIST,
				    &host))
		return fail(ENOMEM);
	tdxcpuid_host_info(host, &info);

	switch (cmd->id) {
	case KVM_TDX_CAPABILITIES:
		ret = hand_out(&caps->cpuid, info.cpuid, info.nr_slots);
		caps->supported_attrs = info.attributes;
		caps->supported_xfam = info.xfam;
		break;
	case KVM_TDX_GET_CPUID:
		if (tdxcpuid_check(host, &request, &answer))
			ret = fail(ENOMEM);
		else
			ret = hand_out((void *)(uintptr_t)cmd->data, answer->effective,
				       answer->nr_effective);
		tdxcpuid_answer_free(answer);
		break;
	case KVM_TDX_INIT_VM:
		ret = init_vm(host, cmd);
		break;
	default:
		ret = fail(EINVAL);
	}
	tdxcpuid_host_free(host);
	return ret;
}

/* What AMD's hosts have, whatever this one is; -2: something else. */
static int open_of_amd(const char *path)
{
	static const char parameter[] = "/sys/module/kvm_amd/parameters/sev_snp";
	bool is_amd = is_kind("snp") || is_kind("nosnp");
	int fd;

	if (!strcmp(path, "/dev/sev"))
		return is_kind("snp") ? (sev = memfd_create("sev", MFD_CLOEXEC)) : fail(EACCES);
	if (strncmp(path, "/sys/module/kvm_amd", 19))
		return -2;
	if (!is_amd)
		return fail(ENOENT);
	if (strcmp(path, parameter))
		return syscall(SYS_openat, AT_FDCWD, "/", O_RDONLY | O_DIRECTORY, 0);
	fd = memfd_create("sev_snp", MFD_CLOEXEC);
	if (fd >= 0 &&
	    (write(fd, is_kind("snp") ? "Y\n" : "N\n", 2) != 2 || lseek(fd, 0, SEEK_SET)))
		return fail(EIO);
	return fd;
}

/* SEV_PLATFORM_STATUS, with numbers that are made up. */
static int firmware(const struct sev_issue_cmd *command)
{
	struct sev_user_data_status *status = (void *)(uintptr_t)command->data;

	if (command->cmd != SEV_PLATFORM_STATUS)
		return fail(EINVAL);
	status->api_major = 1;
	status->api_minor = 55;
	status->build = 21;
	return 0;
}

static int vm_types(void)
{
	return 1 | (is_kind("tdx") || is_kind("stock") ? 1 << KVM_X86_TDX_VM : 0) |
	       (is_kind("snp") ? 1 << KVM_X86_SNP_VM : 0);
}

int open(const char *path, int flags, ...)
{
	int fd = open_of_amd(path);
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = va_arg(ap, unsigned int);
	va_end(ap);
	if (!strcmp(path, "/dev/kvm"))
		return open_device();
	return fd != -2 ? fd : syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...) __attribute__((alias("open")));

int ioctl(int fd, unsigned long request, ...)
{
	unsigned long arg;
	va_list ap;

	va_start(ap, request);
	arg = va_arg(ap, unsigned long);
	va_end(ap);

	if (fd == device && !strcmp(getenv("FAKE_KVM"), "other"))
		return fail(ENOTTY);
	if (fd == device && request == KVM_GET_API_VERSION)
		return KVM_API_VERSION;
	if (fd == device && request == KVM_CHECK_EXTENSION && arg == KVM_CAP_VM_TYPES)
		return vm_types();
	if (fd == device && request == KVM_CREATE_VM)
		return vm = memfd_create("kvm-vm", MFD_CLOEXEC);
	if (fd == sev && sev >= 0 && request == SEV_ISSUE_CMD)
		return firmware((struct sev_issue_cmd *)arg);
	/* One stands for the VM and for its vCPUs. */
	if (fd == vm && request == KVM_MEMORY_ENCRYPT_OP)
		return tdx((struct kvm_tdx_cmd *)arg);
	if (request == KVM_GET_SUPPORTED_CPUID)
		return supported((struct kvm_cpuid2 *)arg);
	return syscall(SYS_ioctl, fd, request, arg);
}
