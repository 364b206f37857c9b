/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the software RMP, the software PSP and the driver in front of it share. */
#ifndef SNP_SW_H
#define SNP_SW_H

#include <linux/types.h>

/* In a list of faults: the RMPUPDATE instruction, beside the commands of enum sev_cmd. */
#define SNP_SW_RMPUPDATE 0x1000U

/* What the RMP knows of a page.  All zero: the hypervisor's. */
struct snp_sw_page {
	u64 gpa;
	u32 asid;
	bool assigned;
	bool immutable;
	bool validated;
	bool is_2m;
};

/* rmp.c: NULL if there is no such page. */
struct snp_sw_page *snp_sw_page(u64 pfn);
int snp_sw_rmp_init(void);

/* psp.c: a command of the driver's mailbox, one at a time; its status. */
u32 snp_sw_command(unsigned int command, void *data);
/* The state of the platform: only then do firmware's pages have to be firmware's. */
bool snp_sw_initialized(void);
void snp_sw_initialize(bool on);

/* fault.c: the status that this call has to fail with, 0: none. */
u32 snp_sw_fault(unsigned int command);

#endif
