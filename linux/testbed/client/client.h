/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The guest's program: a normal userspace program on /dev/kvm that is also the
 * only process of the test bed's kernel.
 */
#ifndef TESTBED_CLIENT_H
#define TESTBED_CLIENT_H

#include <linux/kvm.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#define MAX_ENTRIES	256
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/* There on a debugging kernel only. */
#define KMEMLEAK	"/sys/kernel/debug/kmemleak"

/* What the kernel under test is expected to have, from its command line. */
struct expectation {
	bool label_fix;		/* judges the module's slot, not the label */
	bool status_fix;	/* a status that the request caused never WARNs */
	bool allowlist;		/* default deny */
	bool quirk;		/* compares vCPUs with the TD if IGNORE_FIRMWARE_CPUID is disabled */
};
extern struct expectation expect;

/* guest.c runs it, of each test bed its own: the tests. */
void run(void);
/* Is @word in the comma-separated list that the command line has under @name? */
bool listed(const char *name, const char *word);

/* tap.c: TAP on the kernel's log, so that it never mixes with the kernel's lines. */
void tap_open(void);
void tap_diag(const char *format, ...) __attribute__((format(printf, 1, 2)));
void tap_result(bool ok, const char *format, ...) __attribute__((format(printf, 2, 3)));
void tap_skip(const char *name, const char *why);
int tap_end(void);

/*
 * check() compares an answer with what was expected, and says so only if they
 * differ; case_begin() and case_end() bracket them into one TAP line. A case
 * also fails when the kernel warned during it, unless it expects that.
 */
void case_begin(const char *format, ...) __attribute__((format(printf, 1, 2)));
bool check(const char *what, long long answer, long long expected);
void case_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
void case_expect_warning(void);
void case_end(void);

/* sys.c: files and programs of the running system. */
bool read_file(const char *path, char *buffer, size_t size);
bool write_file(const char *path, const char *text);
long long read_number(const char *path);
bool cmdline_value(const char *name, char *buffer, size_t size);
/* A program and what it writes, standard error included; NULL if there is none. */
FILE *program_start(char *const argv[], pid_t *pid);
/* Its exit status, -1 if it died otherwise. */
int program_end(FILE *output, pid_t pid);
/*
 * Free pages. What is freed behind an RCU grace period comes late: when nothing comes
 * any more.
 */
long long settled_pages(void);
/* Pages that the software module holds; 0 without a TD. */
long long module_pages(void);
/* LEAF:N:STATUS,... for the SEAMCALLs from now on; "" for none. */
void module_fault(const char *faults);

/* KVM_X86_QUIRK_IGNORE_FIRMWARE_CPUID, which only one kernel's headers have. */
#define IGNORE_FIRMWARE_CPUID	(1ULL << 12)

/* kvm.c: the ioctls. All return 0 or a descriptor, or -errno. */
struct cpuid_list {
	struct kvm_cpuid2 head;
	struct kvm_cpuid_entry2 entry[MAX_ENTRIES + 1];
};

struct init_vm {
	struct kvm_tdx_init_vm head;
	struct kvm_cpuid_entry2 entry[MAX_ENTRIES + 1];
};

struct capabilities {
	struct kvm_tdx_capabilities head;
	struct kvm_cpuid_entry2 entry[MAX_ENTRIES + 1];
};

extern int kvm_fd;

int kvm_open(void);
int kvm_ioctl(int fd, unsigned long request, void *argument);
int td_create(void);
int td_command(int fd, uint32_t id, uint32_t flags, void *data, uint64_t *hw_error);
int td_capabilities(int vm, struct capabilities *caps);
int td_init_vm(int vm, struct init_vm *init, uint32_t tsc_khz, uint64_t *hw_error);
int td_disable_quirks(int vm, uint64_t quirks);
int td_create_vcpu(int vm, int id);
int td_get_cpuid(int vcpu, struct cpuid_list *list);
void show_entries(const struct kvm_cpuid_entry2 *entry, uint32_t nent);
void add_entry(struct init_vm *init, uint32_t function, uint32_t index, uint32_t flags,
	       uint32_t eax, uint32_t ebx, uint32_t ecx, uint32_t edx);
/* The least that KVM_TDX_INIT_VM accepts: GPAW 48. */
void minimal_init_vm(struct init_vm *init);
/* Everything behind KVM_TDX_INIT_VM, up to KVM_TDX_FINALIZE_VM. */
void td_rest_of_flow(int vm, const struct cpuid_list *set_cpuid2);

/* The groups of tests. */
void test_vectors(const char *path);
void test_selftest_flow(void);
/* Within a case: the program must succeed. */
void run_kselftest(const char *path);
void test_tool(const char *folder);
void test_ordinary(void);
void test_known_defects(void);
void test_tsx_without_tsx_ctrl(void);
void test_negative(void);
void test_faults(void);
void test_quirk(void);
void test_alioth(void);
void test_too_many_slots(void);
void test_sequences(const char *path, const char *expected);

#endif
