// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The host that this runs on, as its KVM reports it (--kvm). */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "snapshot.h"

#define MSR_ARCH_CAPABILITIES 0x10a
#define REQ_XCOMP_GUEST_PERM  0x1025 /* of arch_prctl() */
#define XTILE_DATA	      18

static const char *kvm_trouble(const struct snapshot *s, int error)
{
	switch (-error) {
	case ENOENT:
	case ENODEV: /* the node is there before its module is */
		return "there is no KVM here: is kvm_intel loaded, or kvm_amd?";
	case EACCES:
	case EPERM:
		return "no permission: be root, or in group kvm";
	case ENOTTY:
		return "this is not KVM";
	case EOPNOTSUPP:
		if (s->snp.is_amd)
			return s->snp.vm_type ? "this KVM is AMD's: it has SEV-SNP and no TDX" :
						"this KVM is AMD's: it has no TDX, nor SEV-SNP";
		return "this KVM has no TDX: it needs a CPU with TDX, turned on in the firmware, "
		       "and kvm_intel.tdx=1; the kernel log says more";
	default:
		return strerror(-error);
	}
}

void read_start(const char *file, char *text, size_t size)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	size_t used = 0;
	ssize_t n = 0;

	while (fd >= 0 && used < size - 1) {
		n = read(fd, text + used, size - 1 - used);
		if (n <= 0)
			break;
		used += n;
	}
	text[used] = '\0';
	if (fd >= 0)
		close(fd);
}

/* What the first CPU of /proc/cpuinfo says of microcode and 5-level EPT. */
static void read_cpuinfo(struct snapshot *s)
{
	char text[1 << 14], *line, *next;

	read_start("/proc/cpuinfo", text, sizeof(text));
	for (line = text; *line && *line != '\n'; line = next) {
		size_t length = strcspn(line, "\n");
		const char *value;

		next = line + length + (line[length] == '\n');
		line[length] = '\0';
		value = strchr(line, ':');
		if (!value)
			continue;
		value += strspn(value, ": ");
		if (!strncmp(line, "microcode\t", 10))
			snprintf(s->microcode, sizeof(s->microcode), "%s", value);
		if (!strncmp(line, "vmx flags\t", 10))
			s->caps.gpaw52 = strstr(value, "ept_5level") ? TDXCPUID_YES : TDXCPUID_NO;
	}
}

/* Needs root and the msr module; without, TSX stays undecided. */
u64 read_arch_capabilities(void)
{
	int fd = open("/dev/cpu/0/msr", O_RDONLY | O_CLOEXEC);
	u64 value;

	if (fd < 0 || pread(fd, &value, sizeof(value), MSR_ARCH_CAPABILITIES) != sizeof(value))
		value = 0;
	if (fd >= 0)
		close(fd);
	return value;
}

static u32 tsc_khz(const struct snapshot *s)
{
	for (u32 i = 0; i < s->nr_native; i++) {
		const u32 *reg = s->native[i].reg;

		if (s->native[i].leaf == 0x15 && reg[TDXCPUID_EAX])
			return (u64)reg[TDXCPUID_ECX] * reg[TDXCPUID_EBX] / reg[TDXCPUID_EAX] /
			       1000;
	}
	return 0;
}

/* With the allowlist KVM looks for exact subleaves, and flags its own; Linux 7.3 flags none. */
static void find_policy(struct snapshot *s)
{
	bool flagged = false, subleaf = false;

	for (u32 k = 0; k < s->caps.nent; k++) {
		flagged |= s->entries[k].flags & KVM_CPUID_FLAG_SIGNIFCANT_INDEX;
		subleaf |= s->entries[k].index;
	}
	s->has_policy = flagged || subleaf;
	s->caps.policy = subleaf && !flagged ? TDXCPUID_LINUX_7_3 : TDXCPUID_ALLOWLIST;
}

/* 0, or a negative errno that --kvm ends with; -EOPNOTSUPP: all is well but for TDX. */
static int ask_kvm(struct snapshot *s)
{
	u32 nent = ARRAY_SIZE(s->entries);
	int fd, error;

	error = tdxcpuid_kvm_open(NULL, &fd);
	if (error)
		return error;
	error = tdxcpuid_kvm_capabilities(fd, &s->caps.attributes, &s->caps.xfam, s->entries,
					  &nent);
	close(fd);
	s->caps.nent = nent;
	s->has_tdx = !error;
	if (!error)
		find_policy(s);
	return error;
}

static int ask_supported(struct snapshot *s)
{
	int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC), error;

	if (fd < 0)
		return -errno;
	/* AMX is not in the list of who has not asked for it; a kernel or CPU may not know it. */
	syscall(SYS_arch_prctl, REQ_XCOMP_GUEST_PERM, XTILE_DATA);
	s->nr_supported = ARRAY_SIZE(s->supported);
	error = tdxcpuid_kvm_supported(fd, s->supported, &s->nr_supported);
	close(fd);
	return error;
}

/* Whether what asking KVM ended with is an answer, too: a host without TDX, or without KVM. */
static bool is_answer(int error, enum snapshot_need need)
{
	switch (error) {
	case -EOPNOTSUPP:
		return need != NEED_TDX;
	case -ENOENT:
	case -ENODEV:
		return need == NEED_NOTHING;
	default:
		return !error;
	}
}

int take_snapshot(struct snapshot *s, enum snapshot_need need)
{
	struct utsname name;
	int error = ask_kvm(s);

	/* A KVM that has TDX is Intel's. */
	if (!s->has_tdx)
		take_snp(&s->snp);
	if (error)
		message("tdxcpuid: /dev/kvm: %s", kvm_trouble(s, error));
	if (!is_answer(error, need))
		return -1;
	if (need == NEED_SUPPORTED) {
		error = ask_supported(s);
		if (error) {
			message("tdxcpuid: /dev/kvm: KVM_GET_SUPPORTED_CPUID: %s",
				strerror(-error));
			return -1;
		}
	}

	s->nr_native = tdxcpuid_native(s->native, NATIVE_MAX);
	if (s->nr_native > NATIVE_MAX)
		s->nr_native = NATIVE_MAX;
	s->caps.size = sizeof(s->caps);
	s->caps.cpuid = s->entries;
	s->caps.tsc_khz = tsc_khz(s);
	s->arch_capabilities = read_arch_capabilities();
	read_cpuinfo(s);
	read_start("/sys/devices/faux/tdx_host/version", s->module, sizeof(s->module));
	s->module[strcspn(s->module, "\n")] = '\0';
	if (!uname(&name)) {
		snprintf(s->name, sizeof(s->name), "%s", name.nodename);
		snprintf(s->kernel, sizeof(s->kernel), "%.60s %.60s", name.sysname, name.release);
	}
	return 0;
}

int live_snapshot(struct snapshot *s, enum snapshot_need need, const struct target **host)
{
	const struct tdxcpuid_cpu *cpu;
	struct trouble t;

	*host = NULL;
	if (take_snapshot(s, need))
		return -1;
	cpu = add_cpu("this one", s->native, s->nr_native, s->arch_capabilities);
	*host = host_of_snapshot(s, cpu, &t);
	if (!*host)
		complain("/dev/kvm", &t);
	return *host ? 0 : -1;
}

const struct target *live_target(void)
{
	struct snapshot *s = xcalloc(1, sizeof(*s));
	const struct target *host;

	live_snapshot(s, NEED_TDX, &host);
	free(s);
	return host;
}
