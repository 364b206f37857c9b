// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The system calls that the filter hands to us. */
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "internal.h"

#define ARCH_GET_XCOMP_GUEST 0x1024
#define ARCH_REQ_XCOMP_GUEST 0x1025
#define XFEATURE_TILE_DATA   18

/* A notification that is being served. */
struct request {
	struct front *front;
	struct task *task;
	const struct seccomp_notif *notif;
	struct remote remote;
};

static void send(struct front *front, u64 id, long value, u32 flags)
{
	struct seccomp_notif_resp resp = {
		.id = id,
		.val = value < 0 ? 0 : value,
		.error = value < 0 ? value : 0,
		.flags = flags,
	};

	/* Nobody there any more: nothing was promised to anybody. */
	(void)ioctl(front->listener, SECCOMP_IOCTL_NOTIF_SEND, &resp);
}

static void reply(const struct request *r, long value)
{
	send(r->front, r->notif->id, value, 0);
}

/* Let the kernel serve it.  Never for an ioctl of KVM's. */
static void pass(const struct request *r)
{
	r->task->passed_ip = r->notif->data.instruction_pointer;
	r->task->passed_arg = r->notif->data.args[0] ^ r->notif->data.args[1];
	send(r->front, r->notif->id, 0, SECCOMP_USER_NOTIF_FLAG_CONTINUE);
}

/* Put a file for the object into the program and answer with its number, in one step. */
static void install(const struct request *r, struct host_object *object, u32 flags)
{
	struct seccomp_notif_addfd add = {
		.id = r->notif->id,
		.flags = SECCOMP_ADDFD_FLAG_SEND,
		.newfd_flags = flags,
	};
	int fd = objects_add(r->front, object);
	int error = fd;

	if (fd >= 0) {
		add.srcfd = fd;
		error = ioctl(r->front->listener, SECCOMP_IOCTL_NOTIF_ADDFD, &add);
		if (error < 0)
			error = -errno;
		close(fd);
		if (error >= 0)
			return;
		objects_remove(r->front, object);
	}
	host_undo(r->front->host, object);
	r->front->stats.undone++;
	if (error != -ENOENT)
		reply(r, error);
}

static void serve_kvm(struct request *r)
{
	const struct seccomp_data *data = &r->notif->data;
	struct front *front = r->front;
	struct host_object *object, *created = NULL;
	int error = -ENOTTY;
	long result;

	object = objects_find(front, r->task->tid, data->args[0], &error);
	if (!object) {
		front->stats.foreign += error == -ENOTTY;
		reply(r, error);
		return;
	}

	objects_sweep(front, object);
	front->stats.ioctls++;
	result = host_ioctl(front->host, object, data->args[1], data->args[2], &r->remote.client,
			    &created);
	if (created)
		install(r, created, created->kind == HOST_GMEM ? 0 : O_CLOEXEC);
	else if (!front->stop) /* else it ends in this call */
		reply(r, result);
}

/* Join @name to the directory part of @path, or replace it. */
static bool join(char path[PATH_MAX], const char *name)
{
	char *slash = strrchr(path, '/');
	size_t base = *name == '/' || !slash ? 0 : slash + 1 - path;

	if (base + strlen(name) >= PATH_MAX)
		return false;
	strcpy(path + base, name);
	return *path == '/';
}

/* Is the folder part of @path, up to @slash, the program's own /dev? */
static bool in_dev(const char *root, const char *path, const char *slash)
{
	char there[PATH_MAX + 64];
	struct stat folder, dev;

	snprintf(there, sizeof(there), "%s%.*s/.", root, (int)(slash - path), path);
	if (stat(there, &folder))
		return false;
	snprintf(there, sizeof(there), "%s/dev/.", root);
	return !stat(there, &dev) && folder.st_dev == dev.st_dev && folder.st_ino == dev.st_ino;
}

/* Is it /dev/kvm, as the program sees the file system?  @path is absolute. */
static bool is_device(const struct task *task, char path[PATH_MAX])
{
	char root[64], there[PATH_MAX + 64], target[PATH_MAX];

	snprintf(root, sizeof(root), "/proc/%d/root", task->tid);
	for (int hop = 0; hop < 8; hop++) {
		char *slash = strrchr(path, '/');
		ssize_t n;

		if (!slash)
			return false;
		if (!strcmp(slash, "/kvm") && in_dev(root, path, slash))
			return true;
		/* Another name may be a link to it.  Not any name: to look at a file can take
		 * as long as whoever serves its file system likes. */
		if (!strstr(slash, "kvm"))
			return false;
		snprintf(there, sizeof(there), "%s%s", root, path);
		n = readlink(there, target, sizeof(target) - 1);
		if (n < 0)
			return false;
		target[n] = 0;
		if (!join(path, target))
			return false;
	}
	return false;
}

enum named { OTHER, DEVICE, PARAMETER };

static enum named what_is(struct request *r, int dirfd, u64 address)
{
	char path[PATH_MAX], name[PATH_MAX], base[64];
	ssize_t n = remote_string(&r->remote, address, name, sizeof(name));

	if (n <= 0)
		return OTHER;
	if (!strcmp(name, FRONT_PARAMETER))
		return PARAMETER;
	if (*name == '/')
		return is_device(r->task, name) ? DEVICE : OTHER;

	if (dirfd == AT_FDCWD)
		snprintf(base, sizeof(base), "/proc/%d/cwd", r->task->tid);
	else
		snprintf(base, sizeof(base), "/proc/%d/fd/%d", r->task->tid, dirfd);
	n = readlink(base, path, sizeof(path) - 2);
	if (n <= 0)
		return OTHER;
	strcpy(path + n, "/");
	return join(path, name) && is_device(r->task, path) ? DEVICE : OTHER;
}

/* What the kvm_intel module of such a host says in sysfs; libvirt looks there. */
static void open_parameter(const struct request *r)
{
	const bool tdx = !r->front->host->info.disabled;
	struct seccomp_notif_addfd add = {
		.id = r->notif->id,
		.flags = SECCOMP_ADDFD_FLAG_SEND,
		.newfd_flags = O_CLOEXEC,
	};
	int fd = memfd_create("tdx", MFD_CLOEXEC | MFD_ALLOW_SEALING), error = -errno;

	if (fd >= 0) {
		(void)!pwrite(fd, tdx ? "Y\n" : "N\n", 2, 0);
		fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
		add.srcfd = fd;
		error = ioctl(r->front->listener, SECCOMP_IOCTL_NOTIF_ADDFD, &add);
		if (error < 0)
			error = -errno;
		close(fd);
	}
	if (error < 0 && error != -ENOENT)
		reply(r, error);
}

static void open_device(struct request *r, u64 flags)
{
	struct host_object *device;

	objects_sweep(r->front, NULL);
	device = host_open(r->front->host);
	/* From here on the program asks what CPU it is on for the sake of its guests. */
	if (!r->task->space->opened) {
		r->task->space->opened = true;
		if (r->front->cpuid == FRONT_CPUID_PATCHED)
			sites_scan_all(r->front, r->task);
	}
	install(r, device, flags & O_CLOEXEC);
}

static void serve_open(struct request *r)
{
	const u64 *arg = (const u64 *)r->notif->data.args;
	struct open_how how = { 0 };
	u64 flags, address = arg[1];
	int dirfd = arg[0];

	switch (r->notif->data.nr) {
	case SYS_open:
		dirfd = AT_FDCWD;
		address = arg[0];
		flags = arg[1];
		break;
	case SYS_openat2:
		if (r->remote.client.read(&r->remote.client, arg[2], &how, sizeof(how))) {
			pass(r);
			return;
		}
		flags = how.flags;
		break;
	default:
		flags = arg[2];
	}
	switch (flags & O_PATH ? OTHER : what_is(r, dirfd, address)) {
	case DEVICE:
		open_device(r, flags);
		break;
	case PARAMETER:
		open_parameter(r);
		break;
	default:
		pass(r);
	}
}

/* Where the machine has no such file, or none that the program may use, it looks as if it had. */
static void serve_path(struct request *r)
{
	const u64 *arg = (const u64 *)r->notif->data.args;
	struct host_client *client = &r->remote.client;
	struct stat st = { 0 };
	struct statx stx = { 0 };
	mode_t mode;
	int dirfd = arg[0];
	u64 address = arg[1];
	enum named what;

	if (r->notif->data.nr == SYS_access || r->notif->data.nr == SYS_stat) {
		dirfd = AT_FDCWD;
		address = arg[0];
	}
	what = what_is(r, dirfd, address);
	if (what == OTHER) {
		pass(r);
		return;
	}

	mode = what == DEVICE ? S_IFCHR | 0666 : S_IFREG | 0444;
	switch (r->notif->data.nr) {
	case SYS_stat:
	case SYS_newfstatat:
		st.st_mode = mode;
		st.st_nlink = 1;
		st.st_rdev = what == DEVICE ? makedev(10, 232) : 0;
		reply(r, client->write(client, arg[r->notif->data.nr == SYS_stat ? 1 : 2], &st,
				       sizeof(st)));
		return;
	case SYS_statx:
		stx.stx_mask = STATX_TYPE | STATX_MODE | STATX_NLINK;
		stx.stx_mode = mode;
		stx.stx_nlink = 1;
		stx.stx_rdev_major = what == DEVICE ? 10 : 0;
		stx.stx_rdev_minor = what == DEVICE ? 232 : 0;
		reply(r, client->write(client, arg[4], &stx, sizeof(stx)));
		return;
	}
	reply(r, 0);
}

/* AMX for guests is asked of the kernel, and the kernel asks the CPU. */
static void serve_arch_prctl(struct request *r)
{
	const u64 *arg = (const u64 *)r->notif->data.args;
	struct host_client *client = &r->remote.client;
	u64 xcr0 = r->front->host->supported_xcr0;
	struct space *space = r->task->space;

	if (!space->opened) {
		pass(r);
	} else if (arg[0] == ARCH_GET_XCOMP_GUEST) {
		if (!space->amx)
			xcr0 &= ~(1ULL << XFEATURE_TILE_DATA);
		reply(r, client->write(client, arg[1], &xcr0, sizeof(xcr0)));
	} else if (arg[1] != XFEATURE_TILE_DATA || !(xcr0 >> XFEATURE_TILE_DATA & 1)) {
		reply(r, -EOPNOTSUPP);
	} else {
		space->amx = true;
		reply(r, 0);
	}
}

/* Serve one notification; there is one. */
void notify_serve(struct front *front)
{
	struct seccomp_notif notif = { 0 };
	struct request r = { .front = front, .notif = &notif };

	if (ioctl(front->listener, SECCOMP_IOCTL_NOTIF_RECV, &notif))
		return;
	r.task = tracee_find(front, notif.pid);
	if (!r.task || !r.task->space) {
		send(front, notif.id, -EPERM, 0);
		return;
	}
	remote_init(&r.remote, front, r.task, notif.id);

	switch (notif.data.nr) {
	case SYS_ioctl:
		serve_kvm(&r);
		break;
	case SYS_open:
	case SYS_openat:
	case SYS_openat2:
		serve_open(&r);
		break;
	case SYS_arch_prctl:
		serve_arch_prctl(&r);
		break;
	default:
		serve_path(&r);
	}
}
