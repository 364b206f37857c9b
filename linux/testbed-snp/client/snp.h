/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The guest's program of the SEV-SNP test bed: launches on /dev/kvm. TAP, files and
 * plain ioctls are the other test bed's, client.h.
 */
#ifndef TESTBED_SNP_H
#define TESTBED_SNP_H

#include "../../testbed/client/client.h"

/* What <linux/types.h> has in the kernel, for psp/. */
typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;
#include "../../../psp/snp_cpuid.h"

#define PAGES		64
#define PAGE_SIZE	4096
#define VCPUS		8

#define INVALID_PARAM	0x16

struct vm {
	int fd;
	int gmem;
	int vcpu[VCPUS];
	char *shared;		/* the pages as userspace sees them */
	uint32_t fw_error;	/* of the last command */
};

/* vm.c: all return 0, or -errno. */
int snp_open(void);
int vm_create(struct vm *vm);
void vm_destroy(struct vm *vm);
int vm_command(struct vm *vm, uint32_t id, void *data);
int vm_vcpu(struct vm *vm, int id);
int launch_start(struct vm *vm);
int launch_update(struct vm *vm, uint64_t gfn, void *source, int type);
int launch_finish(struct vm *vm);
/* From nothing to KVM_SEV_SNP_LAUNCH_START with so many vCPUs; says what went wrong. */
bool vm_begin(struct vm *vm, int vcpus);
/* Is everything given back? Ends the case. */
void vm_none_left(void);
/* The same of a VM, which it destroys. */
void vm_end(struct vm *vm);
/* A descriptor that is no /dev/sev. */
extern int sev_fd;

/* firmware.c: the software PSP and RMP. */
long long firmware_number(const char *name);
/* COMMAND:N:STATUS,... from now on; "" for none. */
void firmware_fault(const char *faults);
void firmware_cpu(const char *name);

/* page.c: CPUID pages and the lists of vCPUs. */
struct snp_cpuid_page *page_new(void);
/* What CPUID answers on a machine that psp/ knows, as a page that firmware takes. */
void page_of_machine(struct snp_cpuid_page *page, const char *cpu);
void page_add(struct snp_cpuid_page *page, uint32_t leaf, uint32_t subleaf,
	      const uint32_t reg[4]);
struct snp_cpuid_fn *page_find(struct snp_cpuid_page *page, uint32_t leaf, uint32_t subleaf);
/* The list of a vCPU that has just what the page has. */
void list_of_page(struct cpuid_list *list, const struct snp_cpuid_page *page);
/*
 * KVM refuses virtual addresses of other widths than 48 and 57, and AMX without a
 * permission, whatever the page is.
 */
bool list_bit_is_kvms(const struct kvm_cpuid_entry2 *e, uint32_t reg, uint32_t bit);
int set_cpuid2(int vcpu, const struct cpuid_list *list);
int get_cpuid2(int vcpu, struct cpuid_list *list);
struct kvm_cpuid_entry2 *list_find(struct cpuid_list *list, uint32_t leaf, uint32_t subleaf);

/* The groups of tests. */
void test_launch(void);
void test_agree(const char *cpu, uint32_t count);
void test_firmware_faults(void);
void test_races(void);
void test_consistency(void);

#endif
