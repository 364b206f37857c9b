// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The PSP's SEV-SNP firmware in software: the commands of a launch, with their states
 * and page states as the firmware ABI (AMD 56860) has them.  What it does with a CPUID
 * page is psp/'s to say; a register that no public rule is about is taken and counted.
 * Pages are scrambled, not encrypted, and there is no measurement.
 *
 *	snp_sw.cpu=milan	the platform: milan, genoa or turin
 *	snp_sw.guests		contexts that are not decommissioned
 *	snp_sw.undecided	registers that were taken for want of a public rule
 */
#define pr_fmt(fmt) "snp-sw: " fmt

#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/psp-sev.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "snp_cpuid.h"
#include "snp_sw.h"

#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX "snp_sw."

/* In the context page of a guest. */
#define CONTEXT_MAGIC 0x7478746e6f43776eULL
struct context {
	u64 magic;
	enum { STATE_INIT, STATE_LAUNCH, STATE_RUNNING } state;
	u32 asid;
};

/* SNP ASIDs: below the first of plain SEV, rmp.c's cousin in driver.c tells KVM. */
#define MAX_ASID 15

static bool initialized;
static u32 guests;
module_param(guests, uint, 0444);
static u64 undecided;
module_param(undecided, ullong, 0444);

struct row {
	u32 leaf;
	u32 subleaf;
	u32 reg[4];
};

#define ANY SNP_ANY
static const struct row milan[] = {
#include "milan.h"
};
static const struct row genoa[] = {
#include "genoa.h"
};
static const struct row turin[] = {
#include "turin.h"
};

static const struct machine {
	const char *name;
	const struct row *row;
	u32 nr;
} machines[] = {
	{ "milan", milan, ARRAY_SIZE(milan) },
	{ "genoa", genoa, ARRAY_SIZE(genoa) },
	{ "turin", turin, ARRAY_SIZE(turin) },
};
static const struct machine *machine = &machines[0];

static int cpu_set(const char *value, const struct kernel_param *kp)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(machines); i++) {
		if (!sysfs_streq(value, machines[i].name))
			continue;
		machine = &machines[i];
		return 0;
	}
	return -EINVAL;
}

static const struct kernel_param_ops cpu_ops = { .set = cpu_set };
module_param_cb(cpu, &cpu_ops, NULL, 0200);

static void machine_cpuid(const struct snp_platform *self, u32 leaf, u32 subleaf, u32 reg[4])
{
	u32 i;

	memset(reg, 0, 4 * sizeof(reg[0]));
	for (i = 0; i < machine->nr; i++) {
		const struct row *r = &machine->row[i];

		if (r->leaf == leaf && (r->subleaf == subleaf || r->subleaf == ANY))
			memcpy(reg, r->reg, sizeof(r->reg));
	}
}

static const struct snp_platform platform = { machine_cpuid };

static void found(struct snp_findings *self, const struct snp_finding *finding)
{
	undecided += finding->kind == SNP_NO_RULE;
}

static struct snp_findings findings = { found };

static struct context *context_of(u64 address)
{
	struct snp_sw_page *page = snp_sw_page(PHYS_PFN(address));
	struct context *context = __va(address);

	return page && page->immutable && context->magic == CONTEXT_MAGIC ? context : NULL;
}

static u32 gctx_create(struct sev_data_snp_addr *data)
{
	struct snp_sw_page *page = snp_sw_page(PHYS_PFN(data->address));
	struct context *context = __va(data->address);

	if (!page)
		return SEV_RET_INVALID_ADDRESS;
	if (!page->immutable || context->magic == CONTEXT_MAGIC)
		return SEV_RET_INVALID_PAGE_STATE;
	memset(context, 0, PAGE_SIZE);
	context->magic = CONTEXT_MAGIC;
	guests++;
	return SEV_RET_SUCCESS;
}

static u32 launch_start(struct sev_data_snp_launch_start *data)
{
	struct context *context = context_of(data->gctx_paddr);

	if (!context)
		return SEV_RET_INVALID_GUEST;
	if (context->state != STATE_INIT)
		return SEV_RET_INVALID_GUEST_STATE;
	context->state = STATE_LAUNCH;
	return SEV_RET_SUCCESS;
}

static u32 activate(struct sev_data_snp_activate *data)
{
	struct context *context = context_of(data->gctx_paddr);

	if (!context)
		return SEV_RET_INVALID_GUEST;
	if (context->asid)
		return SEV_RET_ACTIVE;
	if (!data->asid || data->asid > MAX_ASID)
		return SEV_RET_INVALID_ASID;
	context->asid = data->asid;
	return SEV_RET_SUCCESS;
}

/* What becomes of the content; it is readable to nobody but the guest if it is taken. */
static u32 import(void *page, u32 type, u32 asid)
{
	u64 *word = page;
	u32 status, i;

	switch (type) {
	case SNP_PAGE_TYPE_CPUID:
		status = snp_check_cpuid_page(page, &platform, &findings);
		if (status)
			return status;
		break;
	case SNP_PAGE_TYPE_ZERO:
	case SNP_PAGE_TYPE_SECRET:
		memset(page, 0, PAGE_SIZE);
		break;
	case SNP_PAGE_TYPE_NORMAL:
	case SNP_PAGE_TYPE_VMSA:
	case SNP_PAGE_TYPE_UNMEASURED:
		break;
	default:
		return SEV_RET_INVALID_PARAM;
	}
	for (i = 0; i < PAGE_SIZE / sizeof(*word); i++)
		word[i] ^= 0x0101010101010101ULL * (0x80 | asid);
	return SEV_RET_SUCCESS;
}

static u32 launch_update(struct sev_data_snp_launch_update *data)
{
	struct context *context = context_of(data->gctx_paddr);
	u64 address = data->address;
	struct snp_sw_page *page = snp_sw_page(PHYS_PFN(address));
	u32 status;

	if (!context)
		return SEV_RET_INVALID_GUEST;
	if (context->state != STATE_LAUNCH)
		return SEV_RET_INVALID_GUEST_STATE;
	if (!context->asid)
		return SEV_RET_INACTIVE;
	if (!page || data->page_size)
		return SEV_RET_INVALID_ADDRESS;
	/* Pre-Guest: given to the guest, not yet validated, held by firmware. */
	if (!page->assigned || !page->immutable || page->validated)
		return SEV_RET_INVALID_PAGE_STATE;
	if (page->asid != context->asid)
		return SEV_RET_INVALID_PAGE_OWNER;
	status = import(__va(address), data->page_type, context->asid);
	if (status)
		return status;
	page->immutable = false;
	page->validated = true;
	return SEV_RET_SUCCESS;
}

static u32 launch_finish(struct sev_data_snp_launch_finish *data)
{
	struct context *context = context_of(data->gctx_paddr);

	if (!context)
		return SEV_RET_INVALID_GUEST;
	if (context->state != STATE_LAUNCH)
		return SEV_RET_INVALID_GUEST_STATE;
	context->state = STATE_RUNNING;
	return SEV_RET_SUCCESS;
}

static u32 decommission(struct sev_data_snp_addr *data)
{
	struct context *context = context_of(data->address);

	if (!context)
		return SEV_RET_INVALID_GUEST;
	context->magic = 0;
	guests--;
	return SEV_RET_SUCCESS;
}

static u32 page_reclaim(struct sev_data_snp_page_reclaim *data)
{
	struct snp_sw_page *page = snp_sw_page(PHYS_PFN(data->paddr));

	if (!page || data->paddr & 1)
		return SEV_RET_INVALID_ADDRESS;
	if (!page->assigned || !page->immutable)
		return SEV_RET_INVALID_PAGE_STATE;
	page->immutable = false;
	return SEV_RET_SUCCESS;
}

static u32 platform_status(struct sev_data_snp_addr *data)
{
	struct sev_user_data_snp_status *status = __va(data->address);

	memset(status, 0, sizeof(*status));
	status->api_major = 1;
	status->api_minor = 55;
	status->state = initialized;
	status->is_rmp_initialized = 1;
	status->guest_count = guests;
	return SEV_RET_SUCCESS;
}

u32 snp_sw_command(unsigned int command, void *data)
{
	u32 status = snp_sw_fault(command);

	if (status)
		return status;
	switch (command) {
	case SEV_CMD_SNP_PLATFORM_STATUS:
		return platform_status(data);
	case SEV_CMD_SNP_DF_FLUSH:
		return SEV_RET_SUCCESS;
	case SEV_CMD_SNP_GCTX_CREATE:
		return gctx_create(data);
	case SEV_CMD_SNP_LAUNCH_START:
		return launch_start(data);
	case SEV_CMD_SNP_ACTIVATE:
		return activate(data);
	case SEV_CMD_SNP_LAUNCH_UPDATE:
		return launch_update(data);
	case SEV_CMD_SNP_LAUNCH_FINISH:
		return launch_finish(data);
	case SEV_CMD_SNP_DECOMMISSION:
		return decommission(data);
	case SEV_CMD_SNP_PAGE_RECLAIM:
		return page_reclaim(data);
	}
	pr_warn("no command 0x%x\n", command);
	return SEV_RET_INVALID_COMMAND;
}

bool snp_sw_initialized(void)
{
	return initialized;
}

void snp_sw_initialize(bool on)
{
	initialized = on;
}
