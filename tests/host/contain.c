// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What the program cannot reach, and what it cannot do to the files it gets. */
#include <linux/openat2.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "client.h"

#define X32 0x40000000

static bool ours(int fd)
{
	return fd >= 0 && call(fd, KVM_CHECK_EXTENSION, (void *)KVM_CAP_VM_TYPES) == 0x21;
}

/* All ways to name the device lead to the simulated one. */
static void ways_in(void)
{
	struct open_how how = { .flags = O_RDWR };
	char link[] = "/tmp/tdxcpuid-test.XXXXXX", path[256], dir[256];
	int dev = open("/dev", O_PATH | O_DIRECTORY);

	expect("mkdtemp", mkdtemp(link) != NULL, 1);
	snprintf(path, sizeof(path), "%s/a-kvm-link", link);
	snprintf(dir, sizeof(dir), "%s/dir", link);
	expect("symlink", symlink("/dev/kvm", path), 0);
	expect("symlink to /dev", symlink("/dev", dir), 0);
	expect("open", ours(syscall(SYS_open, "/dev/kvm", O_RDWR)), 1);
	expect("openat", ours(openat(dev, "kvm", O_RDWR)), 1);
	expect("openat2", ours(syscall(SYS_openat2, AT_FDCWD, "//dev/./kvm", &how, sizeof(how))),
	       1);
	expect("a link", ours(open(path, O_RDWR)), 1);
	strcat(dir, "/kvm");
	expect("a link to the folder", ours(open(dir, O_RDWR)), 1);
	expect("chdir", chdir("/dev"), 0);
	expect("a relative name", ours(open("kvm", O_RDWR)), 1);
	expect("chdir", chdir("/"), 0);
	unlink(path);
	*strrchr(dir, '/') = '\0';
	unlink(dir);
	rmdir(link);
}

/* Every number of KVM's type on files that are not ours. */
static void foreign(int fd)
{
	unsigned int refused = 0, numbers = 0;

	for (unsigned int nr = 0; nr < 256; nr++) {
		for (unsigned int dir = 0; dir < 4; dir++) {
			numbers++;
			refused += call(fd, _IOC(dir, KVMIO, nr, dir ? 24 : 0), NULL) == -ENOTTY;
		}
	}
	expect("refused", refused, numbers);
	/* The kernel looks at 32 bits of the number only, and so must the filter. */
	expect("high bits", call(fd, KVM_GET_API_VERSION | 1ULL << 40, NULL), -ENOTTY);
	expect("KVM_RUN, high bits", call(fd, KVM_RUN | 1ULL << 40, NULL), -ENOTTY);
}

static long int80(long nr, long a, long b, long c)
{
	long result;

	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(nr), "b"(a), "c"(b), "d"(c)
			 : "memory", "r8", "r9", "r10", "r11");
	return (int)result;
}

int scenario_contained(int argc, char **argv)
{
	struct stat st;
	bool inherited = !fstat(9, &st);
	int null = open("/dev/null", O_RDWR), fd;

	(void)argc;
	(void)argv;
	foreign(null);
	/* What a caller left open for us: 9 is the machine's own /dev/kvm, if it has one. */
	if (inherited) {
		printf("# the machine's /dev/kvm is open here\n");
		foreign(9);
	}
	ways_in();
	expect("a bad descriptor", call(999, KVM_GET_API_VERSION, NULL), -EBADF);
	expect("-1", call(-1, KVM_GET_API_VERSION, NULL), -EBADF);

	/* The simulated device takes no part of the machine's file. */
	fd = open("/dev/kvm", O_RDWR);
	expect("fstat", fstat(fd, &st), 0);
	expect("a memfd", S_ISREG(st.st_mode), 1);

	expect("x32", syscall(X32 | 514, null, KVM_GET_API_VERSION, 0) < 0 ? errno : 0, ENOSYS);
	expect("io_uring", syscall(SYS_io_uring_setup, 1, NULL) < 0 ? errno : 0, ENOSYS);
	expect("clone3", syscall(SYS_clone3, NULL, 0) < 0 ? errno : 0, ENOSYS);
	expect("untraced", syscall(SYS_clone, CLONE_UNTRACED, 0, 0, 0, 0) < 0 ? errno : 0, EPERM);
	expect("userfaultfd", syscall(SYS_userfaultfd, 0) < 0 ? errno : 0, ENOSYS);
	expect("ptrace", syscall(SYS_ptrace, 16, getppid(), 0, 0) < 0 ? errno : 0, EPERM);
	expect("another listener", syscall(SYS_seccomp, 1, 8, NULL) < 0, 1);
	return 0;
}

/* On its own: where the kernel has no 32-bit calls, the instruction is the end of who tries it. */
int scenario_int80(int argc, char **argv)
{
	int null = open("/dev/null", O_RDWR);

	(void)argc;
	(void)argv;
	expect("ioctl of 32 bits", int80(54, null, KVM_GET_API_VERSION, 0), -ENOSYS);
	expect("getpid of 32 bits", int80(20, 0, 0, 0), -ENOSYS);
	return 0;
}

int scenario_files(int argc, char **argv)
{
	struct td td;
	char byte = 1;
	void *map;

	(void)argc;
	(void)argv;
	td_start(&td, FINAL);
	expect("shrink", ftruncate(td.vcpu, 0) < 0 ? errno : 0, EPERM);
	expect("grow", ftruncate(td.vcpu, 1 << 30) < 0 ? errno : 0, EPERM);
	expect("unseal", fcntl(td.vcpu, F_ADD_SEALS, F_SEAL_WRITE) < 0 ? errno : 0, EPERM);
	expect("allocate", fallocate(td.vcpu, 0, 0, 1 << 30) < 0 ? errno : 0, EPERM);
	expect("write", write(td.vm, &byte, 1) < 0 ? errno : 0, EPERM);
	expect("write", write(td.kvm, &byte, 1) < 0 ? errno : 0, EPERM);
	expect("punch", fallocate(td.gmem, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4096), 0);
	expect("punch a vCPU",
	       fallocate(td.vcpu, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 0x3000), 0);
	td.run->immediate_exit = 0;
	expect("RUN", call(td.vcpu, KVM_RUN, NULL), 0);

	/* The vCPU lives as long as it is mapped; the VM as long as the vCPU. */
	close(td.vm);
	map = td.run;
	expect("RUN without VM", call(td.vcpu, KVM_CHECK_EXTENSION, NULL), -EINVAL);
	td.run->immediate_exit = 1;
	expect("RUN without VM", call(td.vcpu, KVM_RUN, NULL), -EINTR);
	close(td.vcpu);
	((struct kvm_run *)map)->immediate_exit = 0;
	expect("the device", call(td.kvm, KVM_GET_API_VERSION, NULL), 12);
	return 0;
}
