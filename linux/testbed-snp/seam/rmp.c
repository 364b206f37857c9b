// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The reverse map table in software, in the place of arch/x86/virt/svm/sev.c: who owns
 * a page, and what RMPUPDATE and PSMASH refuse.  Nothing stops a CPU from accessing a
 * page that is not its own.
 */
#define pr_fmt(fmt) "snp-sw: " fmt

#include <linux/atomic.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/sysfs.h>
#include <linux/vmalloc.h>
#include <asm/sev.h>

#include "snp_sw.h"

#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX "snp_sw."

#define PAGES_OF_2M 512

static struct snp_sw_page *table;
static u64 table_pages;

/* Pages that are not the hypervisor's: as many as at the start when there is no VM. */
static atomic_t assigned = ATOMIC_INIT(0);
static atomic_t leaked = ATOMIC_INIT(0);

static int atomic_get(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%d\n", atomic_read((atomic_t *)kp->arg));
}

static const struct kernel_param_ops atomic_ops = { .get = atomic_get };
module_param_cb(pages, &atomic_ops, &assigned, 0444);
module_param_cb(leaked, &atomic_ops, &leaked, 0444);

struct snp_sw_page *snp_sw_page(u64 pfn)
{
	return pfn < table_pages ? &table[pfn] : NULL;
}

int snp_sw_rmp_init(void)
{
	table_pages = max_pfn;
	table = vzalloc(array_size(table_pages, sizeof(*table)));
	return table ? 0 : -ENOMEM;
}

int snp_lookup_rmpentry(u64 pfn, bool *is_assigned, int *level)
{
	struct snp_sw_page *page = snp_sw_page(pfn);

	if (!page)
		return -EFAULT;
	*is_assigned = page->assigned;
	*level = snp_sw_page(ALIGN_DOWN(pfn, PAGES_OF_2M))->is_2m ? PG_LEVEL_2M : PG_LEVEL_4K;
	return 0;
}
EXPORT_SYMBOL_GPL(snp_lookup_rmpentry);

int psmash(u64 pfn)
{
	struct snp_sw_page *page = snp_sw_page(pfn);

	if (!page || pfn % PAGES_OF_2M || !page->assigned)
		return 1; /* FAIL_INPUT */
	page->is_2m = false;
	return 0;
}
EXPORT_SYMBOL_GPL(psmash);

static int rmpupdate(u64 pfn, enum pg_level level, struct snp_sw_page state)
{
	u64 n = level == PG_LEVEL_2M ? PAGES_OF_2M : 1, i;

	if (snp_sw_fault(SNP_SW_RMPUPDATE))
		return -EFAULT;
	/* An immutable page is firmware's, which has to give it back first. */
	for (i = 0; i < n; i++) {
		struct snp_sw_page *page = snp_sw_page(pfn + i);

		if (!page || page->immutable) {
			pr_err("RMPUPDATE of PFN 0x%llx: %s\n", pfn + i,
			       page ? "immutable" : "no such page");
			return -EFAULT;
		}
	}
	for (i = 0; i < n; i++) {
		struct snp_sw_page *page = snp_sw_page(pfn + i);

		atomic_add(state.assigned - page->assigned, &assigned);
		*page = state;
		state.is_2m = false;
		state.gpa += PAGE_SIZE;
	}
	return 0;
}

int rmp_make_private(u64 pfn, u64 gpa, enum pg_level level, u32 asid, bool immutable)
{
	return rmpupdate(pfn, level, (struct snp_sw_page){
		.gpa = gpa,
		.asid = asid,
		.assigned = true,
		.immutable = immutable,
		.is_2m = level == PG_LEVEL_2M,
	});
}
EXPORT_SYMBOL_GPL(rmp_make_private);

int rmp_make_shared(u64 pfn, enum pg_level level)
{
	return rmpupdate(pfn, level, (struct snp_sw_page){});
}
EXPORT_SYMBOL_GPL(rmp_make_shared);

/* Linux keeps them for itself, too: here they are only counted. */
void __snp_leak_pages(u64 pfn, unsigned int npages, bool dump_rmp)
{
	pr_warn("leaking %u pages from PFN 0x%llx\n", npages, pfn);
	atomic_add(npages, &leaked);
}
EXPORT_SYMBOL_GPL(__snp_leak_pages);

/* What the rest of Linux asks of a real RMP: there is none. */
bool snp_probe_rmptable_info(void)
{
	return false;
}

int snp_rmptable_init(void)
{
	return -ENODEV;
}

int snp_prepare(void)
{
	return -ENODEV;
}

void snp_shutdown(void)
{
}

void snp_dump_hva_rmpentry(unsigned long address)
{
}

void kdump_sev_callback(void)
{
}

void snp_fixup_e820_tables(void)
{
}
