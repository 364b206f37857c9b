// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Clients that mean harm, that are in a hurry, or that ask what CPU this is. */
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "client.h"

/* <cpuid.h> of clang lets the compiler take the first answer for all of them. */
#define cpuid(leaf, subleaf, a, b, c, d) \
	__asm__ volatile("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "0"(leaf), "2"(subleaf))

static void vendor(char text[13])
{
	unsigned int eax, ebx, ecx, edx;

	cpuid(0, 0, eax, ebx, ecx, edx);
	memcpy(text, &ebx, 4);
	memcpy(text + 4, &edx, 4);
	memcpy(text + 8, &ecx, 4);
	text[12] = 0;
}

static void *vendor_in_thread(void *data)
{
	vendor(data);
	return NULL;
}

/* The machine's CPU before /dev/kvm is open, the profile's from then on. */
int scenario_cpuid(int argc, char **argv)
{
	unsigned int eax, ebx, ecx, edx;
	char before[13], after[13], thread_text[13];
	pthread_t thread;
	int status;
	pid_t pid;

	vendor(before);
	printf("# before: %s\n", before);
	if (argc) /* what it is to be */
		expect("vendor before", strcmp(before, argv[0]), 0);
	expect("open", open("/dev/kvm", O_RDWR) >= 0, 1);
	vendor(after);
	expect("vendor", strcmp(after, "GenuineIntel"), 0);
	cpuid(1, 0, eax, ebx, ecx, edx);
	expect("family", eax, 0x806f8);
	cpuid(0x80000008, 0, eax, ebx, ecx, edx);
	expect("width", eax & 0xff, 52);
	cpuid(7, 0, eax, ebx, ecx, edx);
	expect("TSX", ebx & (1 << 11), 0);

	pthread_create(&thread, NULL, vendor_in_thread, thread_text);
	pthread_join(thread, NULL);
	expect("in a thread", strcmp(thread_text, "GenuineIntel"), 0);
	pid = fork();
	if (!pid) {
		vendor(after);
		_exit(strcmp(after, "GenuineIntel") != 0);
	}
	waitpid(pid, &status, 0);
	expect("in a child", status, 0);
	return 0;
}

static const unsigned long numbers[] = {
	KVM_GET_API_VERSION,
	KVM_CREATE_VM,
	KVM_GET_MSR_INDEX_LIST,
	KVM_CHECK_EXTENSION,
	KVM_GET_VCPU_MMAP_SIZE,
	KVM_GET_SUPPORTED_CPUID,
	KVM_GET_EMULATED_CPUID,
	KVM_GET_MSR_FEATURE_INDEX_LIST,
	KVM_CREATE_VCPU,
	KVM_SET_USER_MEMORY_REGION,
	KVM_SET_USER_MEMORY_REGION2,
	KVM_SET_TSS_ADDR,
	KVM_SET_IDENTITY_MAP_ADDR,
	KVM_CREATE_IRQCHIP,
	KVM_IRQ_LINE,
	KVM_IRQ_LINE_STATUS,
	KVM_REGISTER_COALESCED_MMIO,
	KVM_SET_GSI_ROUTING,
	KVM_CREATE_PIT2,
	KVM_SET_BOOT_CPU_ID,
	KVM_IOEVENTFD,
	KVM_IRQFD,
	KVM_SIGNAL_MSI,
	KVM_SET_CLOCK,
	KVM_GET_CLOCK,
	KVM_RUN,
	KVM_GET_REGS,
	KVM_SET_REGS,
	KVM_GET_SREGS,
	KVM_GET_MSRS,
	KVM_SET_MSRS,
	KVM_SET_CPUID2,
	KVM_GET_CPUID2,
	KVM_SET_SIGNAL_MASK,
	KVM_GET_FPU,
	KVM_GET_LAPIC,
	KVM_SET_LAPIC,
	KVM_TPR_ACCESS_REPORTING,
	KVM_SET_VAPIC_ADDR,
	KVM_X86_SETUP_MCE,
	KVM_X86_GET_MCE_CAP_SUPPORTED,
	KVM_GET_MP_STATE,
	KVM_SET_MP_STATE,
	KVM_ENABLE_CAP,
	KVM_GET_XSAVE,
	KVM_GET_XCRS,
	KVM_SET_TSC_KHZ,
	KVM_GET_TSC_KHZ,
	KVM_MEMORY_ENCRYPT_OP,
	KVM_CREATE_DEVICE,
	KVM_GET_DEVICE_ATTR,
	KVM_HAS_DEVICE_ATTR,
	KVM_X86_SET_MSR_FILTER,
	KVM_SET_MEMORY_ATTRIBUTES,
	KVM_CREATE_GUEST_MEMFD,
	KVM_GET_VCPU_EVENTS,
	KVM_SET_VCPU_EVENTS,
	KVM_KVMCLOCK_CTRL,
};

#define NR (sizeof(numbers) / sizeof(*numbers))

/* Every call with pointers to nowhere, to what cannot be written, to the end of a page. */
int scenario_wild(int argc, char **argv)
{
	char *pages =
		mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned long pointers[] = { 0,
				     1,
				     8,
				     4095,
				     ~0UL,
				     ~7UL,
				     1UL << 63,
				     1UL << 47,
				     (unsigned long)pages,
				     (unsigned long)pages + 4092,
				     (unsigned long)pages + 2 * 4096 };
	unsigned int errors = 0;
	struct td td;

	(void)argc;
	(void)argv;
	td_start(&td, INIT_VCPU);
	munmap(pages + 4096, 4096);
	mprotect(pages + 2 * 4096, 4096, PROT_READ);
	for (size_t i = 0; i < NR; i++) {
		int fds[] = { td.kvm, td.vm, td.vcpu };

		if (numbers[i] == KVM_RUN)
			continue;
		for (size_t p = 0; p < sizeof(pointers) / sizeof(*pointers); p++) {
			for (int f = 0; f < 3; f++) {
				long result = call(fds[f], numbers[i], (void *)pointers[p]);

				errors += result < 0;
				if (result == -EINTR || result == -ESRCH || result == -EPERM)
					expect("errno", result, -EFAULT);
			}
		}
	}
	printf("# %u errors\n", errors);
	expect("the host still answers", call(td.kvm, KVM_GET_API_VERSION, NULL), 12);
	return 0;
}

static volatile int racing = 1;

static void *flip(void *data)
{
	volatile __u32 *nent = data;

	while (racing) {
		*nent = 2;
		*nent = 200;
		*nent = 0xffffffff;
	}
	return NULL;
}

/* Sizes that change while they are read. */
int scenario_race(int argc, char **argv)
{
	static struct {
		struct kvm_tdx_init_vm init;
		struct kvm_cpuid_entry2 entries[256];
	} request;
	static struct list list;
	pthread_t threads[2];
	struct request good;
	unsigned int accepted = 0;
	struct td td;
	int rounds = argc ? atoi(argv[0]) : 2000;

	make_request(&good);
	memcpy(&request, &good, sizeof(good));
	td_start(&td, CPUID);
	pthread_create(&threads[0], NULL, flip, &request.init.cpuid.nent);
	pthread_create(&threads[1], NULL, flip, &list.header.nent);
	for (int i = 0; i < rounds; i++) {
		struct td other;
		long result;

		td_start(&other, VM);
		result = tdx_call(other.vm, KVM_TDX_INIT_VM, 0, &request, NULL);
		accepted += !result;
		if (result && result != -EINVAL && result != -E2BIG)
			expect("INIT_VM", result, 0);
		td_end(&other);
		result = call(td.vcpu, KVM_SET_CPUID2, &list);
		if (result && result != -EINVAL && result != -E2BIG)
			expect("SET_CPUID2", result, 0);
		result = call(td.kvm, KVM_GET_SUPPORTED_CPUID, &list);
		if (result && result != -E2BIG)
			expect("GET_SUPPORTED_CPUID", result, 0);
	}
	racing = 0;
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	printf("# %u of %d accepted\n", accepted, rounds);
	return 0;
}

static __u64 state;

static __u64 next_random(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/* Random calls with half-random arguments, on whatever is open. */
int scenario_random(int argc, char **argv)
{
	static unsigned char buffer[65536];
	int fds[64], nr_fds = 0;
	unsigned long calls = argc > 0 ? strtoul(argv[0], NULL, 0) : 20000;
	struct td td;

	state = argc > 1 ? strtoull(argv[1], NULL, 0) : 88172645463325252ULL;
	td_start(&td, INIT_VCPU);
	fds[nr_fds++] = td.kvm;
	fds[nr_fds++] = td.vm;
	fds[nr_fds++] = td.vcpu;
	fds[nr_fds++] = open("/dev/null", O_RDWR);

	for (unsigned long i = 0; i < calls; i++) {
		__u64 dice = next_random();
		unsigned long nr = dice % 8 ? numbers[(dice >> 3) % NR] :
					      _IOC(dice >> 8 & 3, KVMIO, dice >> 10 & 0xff,
						   dice >> 18 & 0x3fff);
		unsigned long arg = (unsigned long)buffer + (dice >> 32) % 32768;
		int fd = fds[(dice >> 20) % nr_fds];
		__u64 *words = (__u64 *)(arg & ~7UL);
		long result;

		/* Small numbers are what most fields take; a run would only wait. */
		for (int k = 0; k < 8; k++) {
			__u64 word = next_random();

			words[k] = word % 3 ? word >> 32 & 0xff : word % 5 ? arg : word;
		}
		if (dice >> 40 & 1)
			arg = dice >> 48 & 0xff;
		if ((nr & 0xffff) == (KVM_RUN & 0xffff))
			td.run->immediate_exit = 1;
		result = call(fd, nr, (void *)arg);
		if (result == -ESRCH || result == -EPERM) {
			expect("errno", result, 0);
			break;
		}
		/* New descriptors join in, for a while. */
		if (result > 2 &&
		    (nr == KVM_CREATE_VM || nr == KVM_CREATE_VCPU ||
		     nr == KVM_CREATE_GUEST_MEMFD) &&
		    fcntl(result, F_GETFD) >= 0) {
			if (nr_fds < 64) {
				fds[nr_fds++] = result;
			} else {
				int victim = 4 + (dice >> 26) % 60;

				close(fds[victim]);
				fds[victim] = result;
			}
		}
	}
	expect("the host still answers", call(td.kvm, KVM_GET_API_VERSION, NULL), 12);
	printf("# %lu calls\n", calls);
	return 0;
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

/* Microseconds of a call without memory, of one with, of KVM_RUN, of CPUID. */
int scenario_speed(int argc, char **argv)
{
	int rounds = argc ? atoi(argv[0]) : 20000;
	struct list list = { .header.nent = 256 };
	unsigned int eax, ebx, ecx, edx;
	struct td td;
	double start;

	td_start(&td, FINAL);
	start = now();
	for (int i = 0; i < rounds; i++)
		call(td.vm, KVM_CHECK_EXTENSION, NULL);
	printf("# CHECK_EXTENSION %.1f us\n", (now() - start) / rounds);
	start = now();
	for (int i = 0; i < rounds / 10; i++)
		call(td.kvm, KVM_GET_SUPPORTED_CPUID, &list);
	printf("# GET_SUPPORTED_CPUID %.1f us\n", (now() - start) / (rounds / 10));
	td.run->immediate_exit = 1;
	start = now();
	for (int i = 0; i < rounds; i++)
		call(td.vcpu, KVM_RUN, NULL);
	printf("# RUN, immediate exit %.1f us\n", (now() - start) / rounds);
	start = now();
	for (int i = 0; i < rounds; i++)
		cpuid(0, 0, eax, ebx, ecx, edx);
	printf("# CPUID %.1f us\n", (now() - start) / rounds);
	return 0;
}

/* For tests that kill: say that all is up, and wait for ever. */
int scenario_hang(int argc, char **argv)
{
	struct td td;
	pid_t pid;

	(void)argc;
	(void)argv;
	td_start(&td, FINAL);
	pid = fork();
	if (!pid)
		setsid();
	printf("ready %d\n", getpid());
	call(td.vcpu, KVM_RUN, NULL);
	for (;;)
		call(td.vcpu, KVM_RUN, NULL), pause();
}
