// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What this machine tells of SEV-SNP: KVM, its module's parameter, and firmware (the PSP). */
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/psp-sev.h>
#include <tdxcpuid-kvm.h>

#include "snapshot.h"

static bool has_vm_type(void)
{
	int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	int types = fd < 0 ? -1 : ioctl(fd, KVM_CHECK_EXTENSION, KVM_CAP_VM_TYPES);

	if (fd >= 0)
		close(fd);
	return types > 0 && types & 1 << KVM_X86_SNP_VM;
}

static bool is_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* Firmware changes nothing when it is asked this, in any state; only root may ask. */
static void read_firmware(char text[FIRMWARE_TEXT])
{
	struct sev_user_data_status status = { 0 };
	struct sev_issue_cmd command = { .cmd = SEV_PLATFORM_STATUS, .data = (uintptr_t)&status };
	int fd = open("/dev/sev", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (!ioctl(fd, SEV_ISSUE_CMD, &command))
		snprintf(text, FIRMWARE_TEXT, "%u.%u.%u", status.api_major, status.api_minor,
			 status.build);
	close(fd);
}

void take_snp(struct snapshot_snp *snp)
{
	char parameter[4];

	snp->vm_type = has_vm_type();
	snp->is_amd = snp->vm_type || is_folder("/sys/module/kvm_amd");
	if (!snp->is_amd)
		return;
	read_start("/sys/module/kvm_amd/parameters/sev_snp", parameter, sizeof(parameter));
	if (*parameter)
		snp->sev_snp = *parameter == 'Y' ? TDXCPUID_YES : TDXCPUID_NO;
	read_firmware(snp->firmware);
}
