// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What drivers/crypto/ccp offers KVM, in front of the software PSP, and what makes KVM
 * find SEV-SNP: /dev/sev, CPU features and CPUID 0x8000001F.  No vCPU ever runs, so
 * that nothing needs to have these features but KVM's own start.
 */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kvm.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/psp-sev.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <asm/cpufeature.h>
#include <asm/cpuid/api.h>
#include <asm/sev.h>

#include "snp_sw.h"

void snp_sw_cpuid(unsigned int leaf, unsigned int *eax, unsigned int *ebx, unsigned int *ecx,
		  unsigned int *edx);

/* SEV, SEV-ES, SNP; C-bit 51, one physical bit less; ASIDs 1 to 15 are for SNP. */
void snp_sw_cpuid(unsigned int leaf, unsigned int *eax, unsigned int *ebx, unsigned int *ecx,
		  unsigned int *edx)
{
	if (leaf != 0x8000001f) {
		cpuid(leaf, eax, ebx, ecx, edx);
		return;
	}
	*eax = 0x1a;
	*ebx = 51 | 1 << 6;
	*ecx = 31;
	*edx = 16;
}

/* One command at a time, as the mailbox has it. */
static DEFINE_MUTEX(sev_cmd_mutex);

int sev_do_cmd(int cmd, void *data, int *error)
{
	u32 status;

	scoped_guard(mutex, &sev_cmd_mutex)
		status = snp_sw_command(cmd, data);
	if (error)
		*error = status;
	return status ? -EIO : 0;
}
EXPORT_SYMBOL_GPL(sev_do_cmd);

static const struct file_operations sev_fops = {
	.owner = THIS_MODULE,
};

static struct miscdevice sev_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "sev",
	.fops = &sev_fops,
};

int sev_issue_cmd_external_user(struct file *file, unsigned int cmd, void *data, int *error)
{
	if (!file || file->f_op != &sev_fops)
		return -EBADF;
	return sev_do_cmd(cmd, data, error);
}
EXPORT_SYMBOL_GPL(sev_issue_cmd_external_user);

int sev_module_init(void)
{
	return 0;
}

int sev_platform_init(struct sev_platform_init_args *args)
{
	snp_sw_initialize(true);
	return 0;
}
EXPORT_SYMBOL_GPL(sev_platform_init);

void sev_platform_shutdown(void)
{
	snp_sw_initialize(false);
}
EXPORT_SYMBOL_GPL(sev_platform_shutdown);

int sev_firmware_supported_vm_types(void)
{
	return BIT(KVM_X86_SNP_VM);
}
EXPORT_SYMBOL_GPL(sev_firmware_supported_vm_types);

u64 sev_get_snp_policy_bits(void)
{
	return SNP_POLICY_MASK_BASE;
}
EXPORT_SYMBOL_GPL(sev_get_snp_policy_bits);

bool sev_is_snp_ciphertext_hiding_supported(void)
{
	return false;
}
EXPORT_SYMBOL_GPL(sev_is_snp_ciphertext_hiding_supported);

/* SEV and SEV-ES, which this platform has not. */
int sev_platform_status(struct sev_user_data_status *status, int *error)
{
	return -ENODEV;
}

int sev_guest_activate(struct sev_data_activate *data, int *error)
{
	return -ENODEV;
}

int sev_guest_deactivate(struct sev_data_deactivate *data, int *error)
{
	return -ENODEV;
}

int sev_guest_decommission(struct sev_data_decommission *data, int *error)
{
	return -ENODEV;
}

int sev_guest_df_flush(int *error)
{
	return -ENODEV;
}

/* As the driver: a page that firmware does not give back is nobody's any more. */
int snp_reclaim_pages(unsigned long paddr, unsigned int npages, bool locked)
{
	for (; npages; npages--, paddr += PAGE_SIZE) {
		struct sev_data_snp_page_reclaim data = { .paddr = paddr };
		u64 pfn = PHYS_PFN(paddr);

		if (sev_do_cmd(SEV_CMD_SNP_PAGE_RECLAIM, &data, NULL) ||
		    rmp_make_shared(pfn, PG_LEVEL_4K)) {
			snp_leak_pages(pfn, npages);
			return -EIO;
		}
	}
	return 0;
}
EXPORT_SYMBOL_GPL(snp_reclaim_pages);

void *snp_alloc_firmware_page(gfp_t gfp)
{
	void *page = (void *)__get_free_page(gfp);

	if (page && snp_sw_initialized() &&
	    rmp_make_private(PHYS_PFN(__pa(page)), 0, PG_LEVEL_4K, 0, true)) {
		free_page((unsigned long)page);
		return NULL;
	}
	return page;
}
EXPORT_SYMBOL_GPL(snp_alloc_firmware_page);

void snp_free_firmware_page(void *page)
{
	if (page && (!snp_sw_initialized() || !snp_reclaim_pages(__pa(page), 1, false)))
		free_page((unsigned long)page);
}
EXPORT_SYMBOL_GPL(snp_free_firmware_page);

void *psp_copy_user_blob(u64 uaddr, u32 len)
{
	if (!uaddr || !len || len > SEV_FW_BLOB_MAX_SIZE)
		return ERR_PTR(-EINVAL);
	return memdup_user(u64_to_user_ptr(uaddr), len);
}
EXPORT_SYMBOL_GPL(psp_copy_user_blob);

static int __init snp_sw_init(void)
{
	static const unsigned int features[] __initconst = {
		X86_FEATURE_SEV,	   X86_FEATURE_SEV_ES,	    X86_FEATURE_SEV_SNP,
		X86_FEATURE_SME_COHERENT,  X86_FEATURE_FLUSHBYASID, X86_FEATURE_LBRV,
		X86_FEATURE_DECODEASSISTS, X86_FEATURE_NRIPS,
	};
	unsigned int i;
	int ret;

	/* Nothing to do on the test bed for Intel's TDX. */
	if (boot_cpu_data.x86_vendor != X86_VENDOR_AMD)
		return 0;
	ret = snp_sw_rmp_init();
	if (ret)
		return ret;
	for (i = 0; i < ARRAY_SIZE(features); i++)
		set_cpu_cap(&boot_cpu_data, features[i]);
	return misc_register(&sev_misc);
}
/* Before KVM, which is built in. */
fs_initcall(snp_sw_init);
