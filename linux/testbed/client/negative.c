// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Requests that no sane VMM sends. */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "client.h"

static struct init_vm init;
static struct capabilities caps;

static int init_on_new_vm(void *request, uint64_t *hw_error)
{
	int vm = td_create();
	int ret = vm < 0 ? vm : td_command(vm, KVM_TDX_INIT_VM, 0, request, hw_error);

	close(vm);
	return ret;
}

static void expect_init(const char *name, void *request, int error)
{
	uint64_t hw_error = 0;

	case_begin("INIT_VM: %s", name);
	check("KVM_TDX_INIT_VM", init_on_new_vm(request, &hw_error), error);
	check("hw_error", hw_error, 0);
	check("pages left in the module", module_pages(), 0);
	case_end();
}

static void number_of_entries(void)
{
	memset(&init, 0, sizeof(init));
	init.head.xfam = 3;
	expect_init("nent 0", &init, -EINVAL);

	minimal_init_vm(&init);
	expect_init("nent 1", &init, 0);

	/* The most that KVM reads: one that counts, and 255 that have no slot. */
	while (init.head.cpuid.nent < MAX_ENTRIES)
		add_entry(&init, 0x40000000 + init.head.cpuid.nent, 0, 0, 0, 0, 0, 0);
	expect_init("nent 256", &init, -EINVAL);

	init.head.cpuid.nent = MAX_ENTRIES + 1;
	expect_init("nent 257", &init, -E2BIG);
	init.head.cpuid.nent = ~0U;
	expect_init("nent 0xffffffff", &init, -E2BIG);
}

static void pointers(void)
{
	char *pages;

	expect_init("null pointer", NULL, -EFAULT);
	expect_init("pointer into the kernel", (void *)0xffffffff81000000, -EFAULT);

	/* The entries run into a page that is not there. */
	pages = mmap(NULL, 2 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	munmap(pages + 4096, 4096);
	minimal_init_vm(&init);
	init.head.cpuid.nent = 2;
	memcpy(pages + 4096 - sizeof(init.head) - sizeof(init.entry[0]), &init,
	       sizeof(init.head) + sizeof(init.entry[0]));
	expect_init("half of the entries unreadable",
		    pages + 4096 - sizeof(init.head) - sizeof(init.entry[0]), -EFAULT);
	munmap(pages, 4096);
}

static void reserved_fields(void)
{
	struct kvm_tdx_cmd command = { .id = KVM_TDX_INIT_VM };
	int vm;

	for (unsigned int i = 0; i < sizeof(init.head.reserved); i += sizeof(init.head.reserved) - 1) {
		minimal_init_vm(&init);
		((char *)init.head.reserved)[i] = 1;
		expect_init(i ? "last reserved byte" : "first reserved byte", &init, -EINVAL);
	}
	minimal_init_vm(&init);
	init.head.cpuid.padding = 1;
	expect_init("padding", &init, -EINVAL);

	minimal_init_vm(&init);
	init.head.attributes = 1ULL << 63;
	expect_init("an attribute that KVM does not support", &init, -EINVAL);
	minimal_init_vm(&init);
	init.head.xfam |= 1ULL << 62;
	expect_init("an XFAM bit that nobody has", &init, -EINVAL);
	minimal_init_vm(&init);
	init.entry[0].eax = 47 << 16;
	expect_init("GPAW 47", &init, -EINVAL);
	minimal_init_vm(&init);
	init.entry[0].function = 0x80000007;
	expect_init("no GPAW", &init, -EINVAL);
	minimal_init_vm(&init);
	add_entry(&init, 0x80000008, 0, 0, 48 << 16, 0, 0, 0);
	expect_init("GPAW twice", &init, -EINVAL);

	case_begin("INIT_VM: flags, hw_error or an unknown command");
	minimal_init_vm(&init);
	vm = td_create();
	command.data = (uintptr_t)&init;
	check("flags", td_command(vm, KVM_TDX_INIT_VM, 1, &init, NULL), -EINVAL);
	command.hw_error = 1;
	check("hw_error", kvm_ioctl(vm, KVM_MEMORY_ENCRYPT_OP, &command), -EINVAL);
	command.hw_error = 0;
	command.id = 0xffff;
	check("unknown id", kvm_ioctl(vm, KVM_MEMORY_ENCRYPT_OP, &command), -EINVAL);
	check("no command", kvm_ioctl(vm, KVM_MEMORY_ENCRYPT_OP, NULL), -EFAULT);
	check("after all that", td_init_vm(vm, &init, 0, NULL), 0);
	close(vm);
	case_end();
}

/*
 * nent is read twice. The second read begins before it, with the head of the
 * structure; that lies on a page that is missing, and whoever brings the page
 * changes nent on the next one meanwhile.
 */
static struct {
	int fd;
	char *pages;
	uint32_t nent;
	char head[4096];
} uffd;

static void *change_nent(void *unused)
{
	struct uffdio_copy copy = {
		.dst = (uintptr_t)uffd.pages,
		.src = (uintptr_t)uffd.head,
		.len = 4096,
	};
	struct uffd_msg message;

	(void)unused;
	if (read(uffd.fd, &message, sizeof(message)) != sizeof(message))
		return NULL;
	((struct kvm_cpuid2 *)(uffd.pages + 4096))->nent = uffd.nent;
	ioctl(uffd.fd, UFFDIO_COPY, &copy);
	return NULL;
}

static void nent_changes(uint32_t nent)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	size_t head = offsetof(struct kvm_tdx_init_vm, cpuid);
	uint64_t hw_error = 0;
	pthread_t thread;

	case_begin("INIT_VM: nent changes from 1 to %u between KVM's reads", nent);
	uffd.fd = syscall(SYS_userfaultfd, O_CLOEXEC);
	uffd.pages = mmap(NULL, 2 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uffd.nent = nent;
	minimal_init_vm(&init);
	memcpy(uffd.pages + 4096, (char *)&init + head, 4096);
	memset(uffd.head, 0, sizeof(uffd.head));
	memcpy(uffd.head + 4096 - head, &init, head);
	range.range.start = (uintptr_t)uffd.pages;
	range.range.len = 4096;
	if (uffd.fd < 0 || ioctl(uffd.fd, UFFDIO_API, &api) ||
	    ioctl(uffd.fd, UFFDIO_REGISTER, &range) ||
	    pthread_create(&thread, NULL, change_nent, NULL)) {
		case_fail("no userfaultfd: errno %d", errno);
	} else {
		check("KVM_TDX_INIT_VM",
		      init_on_new_vm(uffd.pages + 4096 - head, &hw_error), -EINVAL);
		check("hw_error", hw_error, 0);
		pthread_join(thread, NULL);
	}
	close(uffd.fd);
	munmap(uffd.pages, 2 * 4096);
	case_end();
}

static void wrong_state(void)
{
	uint64_t hw_error;
	int vm, vcpu;

	case_begin("INIT_VM: twice, and with a vCPU");
	minimal_init_vm(&init);
	vm = td_create();
	check("KVM_CREATE_VCPU before KVM_TDX_INIT_VM", td_create_vcpu(vm, 0), -EIO);
	check("KVM_TDX_FINALIZE_VM before KVM_TDX_INIT_VM",
	      td_command(vm, KVM_TDX_FINALIZE_VM, 0, NULL, NULL), -EINVAL);
	check("first", td_init_vm(vm, &init, 0, &hw_error), 0);
	check("second", td_init_vm(vm, &init, 0, &hw_error), -EINVAL);
	vcpu = td_create_vcpu(vm, 0);
	check("KVM_CREATE_VCPU", vcpu < 0 ? vcpu : 0, 0);
	check("with a vCPU", td_init_vm(vm, &init, 0, &hw_error), -EINVAL);
	close(vcpu);
	close(vm);
	check("pages left in the module", module_pages(), 0);
	case_end();

	case_begin("INIT_VM and CAPABILITIES of an ordinary VM");
	vm = kvm_ioctl(kvm_fd, KVM_CREATE_VM, (void *)KVM_X86_DEFAULT_VM);
	check("KVM_TDX_INIT_VM", td_init_vm(vm, &init, 0, &hw_error), -ENOTTY);
	check("KVM_TDX_CAPABILITIES", td_capabilities(vm, &caps), -ENOTTY);
	close(vm);
	case_end();
}

static void capabilities(void)
{
	static struct cpuid_list list;
	int vm = td_create(), vcpu;
	uint32_t nent;

	case_begin("CAPABILITIES: nent, flags, pointers");
	check("enough", td_capabilities(vm, &caps), 0);
	nent = caps.head.cpuid.nent;
	caps.head.cpuid.nent = nent;
	check("exact", td_command(vm, KVM_TDX_CAPABILITIES, 0, &caps, NULL), 0);
	caps.head.cpuid.nent = nent - 1;
	check("one too few", td_command(vm, KVM_TDX_CAPABILITIES, 0, &caps, NULL), -E2BIG);
	caps.head.cpuid.nent = 0;
	check("none", td_command(vm, KVM_TDX_CAPABILITIES, 0, &caps, NULL), -E2BIG);
	check("flags", td_command(vm, KVM_TDX_CAPABILITIES, 1, &caps, NULL), -EINVAL);
	check("null", td_command(vm, KVM_TDX_CAPABILITIES, 0, NULL, NULL), -EFAULT);
	case_end();

	case_begin("GET_CPUID: nent and pointers");
	minimal_init_vm(&init);
	check("KVM_TDX_INIT_VM", td_init_vm(vm, &init, 0, NULL), 0);
	vcpu = td_create_vcpu(vm, 0);
	list.head.nent = 2;
	check("too few", td_command(vcpu, KVM_TDX_GET_CPUID, 0, &list, NULL), -E2BIG);
	nent = list.head.nent;
	check("says how many", nent > 2, 1);
	check("exact", td_command(vcpu, KVM_TDX_GET_CPUID, 0, &list, NULL), 0);
	check("null", td_command(vcpu, KVM_TDX_GET_CPUID, 0, NULL, NULL), -EFAULT);
	close(vcpu);
	close(vm);
	case_end();
}

/* More slots than TD_PARAMS has room for: KVM does without TDX, and says so. */
void test_too_many_slots(void)
{
	static char log[1 << 16];
	int size;

	case_begin("a module with 49 slots");
	check("KVM_CREATE_VM", td_create(), -EINVAL);
	size = klogctl(3, log, sizeof(log) - 1);	/* SYSLOG_ACTION_READ_ALL */
	log[size < 0 ? 0 : size] = 0;
	if (!strstr(log, "Disable TDX: TD_PARAMS has no room for 49 CPUID_CONFIG entries."))
		case_fail("KVM does not say why");
	case_end();
}

void test_negative(void)
{
	number_of_entries();
	pointers();
	reserved_fields();
	nent_changes(0);
	nent_changes(2);
	nent_changes(256);
	nent_changes(~0U);
	wrong_state();
	capabilities();
}
