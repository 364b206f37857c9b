// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A client that gives KVM a page of a file that it serves itself, and does not. */
#include <linux/fuse.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "client.h"

static void answer(int fuse, const struct fuse_in_header *in, const void *data, size_t size)
{
	char buffer[4096];
	struct fuse_out_header *out = (void *)buffer;

	*out = (struct fuse_out_header){ .len = sizeof(*out) + size, .unique = in->unique };
	memcpy(out + 1, data, size);
	if (write(fuse, buffer, out->len) < 0)
		_exit(4);
}

static struct fuse_attr attributes(__u64 node)
{
	return (struct fuse_attr){ .ino = node, .size = node == 1 ? 0 : 4096, .nlink = 1,
				   .mode = node == 1 ? S_IFDIR | 0755 : S_IFREG | 0644 };
}

/* One folder with one file in it, which opens and is never read. */
static void serve(int fuse)
{
	static char buffer[1 << 20];
	struct fuse_in_header *in = (void *)buffer;

	while (read(fuse, buffer, sizeof(buffer)) > 0) {
		struct fuse_init_in *init = (void *)(in + 1);
		struct fuse_init_out init_out = { .major = FUSE_KERNEL_VERSION };
		struct fuse_entry_out entry = { .nodeid = 2, .attr = attributes(2) };
		struct fuse_attr_out attr = { .attr = attributes(in->nodeid) };
		struct fuse_open_out open_out = { .fh = 1 };

		switch (in->opcode) {
		case FUSE_INIT:
			init_out.minor = init->minor;
			init_out.max_write = 4096;
			answer(fuse, in, &init_out, sizeof(init_out));
			break;
		case FUSE_LOOKUP:
			answer(fuse, in, &entry, sizeof(entry));
			break;
		case FUSE_GETATTR:
			answer(fuse, in, &attr, sizeof(attr));
			break;
		case FUSE_OPEN:
			answer(fuse, in, &open_out, sizeof(open_out));
			break;
		case FUSE_READ:
			(void)!write(1, "# asked for the page\n", 21);
			break;
		}
	}
	_exit(0);
}

static int write_file(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY), error;

	if (fd < 0)
		return -1;
	error = write(fd, text, strlen(text)) < 0 ? -1 : 0;
	close(fd);
	return error;
}

/* Where mounting is allowed: root, or root of a user namespace. */
static int own_mounts(void)
{
	unsigned int uid = getuid(), gid = getgid();
	char map[32];

	if (!uid)
		return unshare(CLONE_NEWNS);
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS))
		return -1;
	snprintf(map, sizeof(map), "0 %u 1", uid);
	if (write_file("/proc/self/uid_map", map) || write_file("/proc/self/setgroups", "deny"))
		return -1;
	snprintf(map, sizeof(map), "0 %u 1", gid);
	return write_file("/proc/self/gid_map", map);
}

/* Exit status 77 where it cannot be tried. */
int scenario_fuse(int argc, char **argv)
{
	char folder[] = "/tmp/tdxcpuid-fuse.XXXXXX", file[64], options[64];
	int fuse, kvm, fd;
	void *page;

	(void)argc;
	(void)argv;
	if (own_mounts() || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return 77;
	fuse = open("/dev/fuse", O_RDWR);
	if (fuse < 0 || !mkdtemp(folder))
		return 77;
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0", fuse);
	if (mount("tdxcpuid", folder, "fuse", 0, options)) {
		rmdir(folder);
		return 77;
	}
	/* Another process: one that serves itself cannot even be killed. */
	if (!fork())
		serve(fuse);
	close(fuse);
	snprintf(file, sizeof(file), "%s/page", folder);
	fd = open(file, O_RDWR);
	expect("open", fd >= 0, 1);
	page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	expect("mmap", page != MAP_FAILED, 1);
	umount2(folder, MNT_DETACH);
	rmdir(folder);

	kvm = open("/dev/kvm", O_RDWR);
	call(kvm, KVM_GET_SUPPORTED_CPUID, page);
	printf("a call has come back without its memory\n");
	return 1;
}
