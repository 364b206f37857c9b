// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The files that stand for KVM's objects.
 *
 * Each is a memfd, so that a vCPU can be mapped and a guest_memfd punched; it is
 * recognised by its inode, which our own descriptor holds as long as the object
 * lives.  The program gets an open file of its own: when ours is the only one
 * left, the object is closed.  A write lease is to be had in exactly that case.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "internal.h"
#include "parts.h"

#define MAX_OBJECTS 4096

static struct kept *by_inode(struct front *front, u64 inode)
{
	for (u32 i = 0; i < front->nr_kept; i++) {
		if (front->kept[i].inode == inode)
			return &front->kept[i];
	}
	return NULL;
}

struct host_object *objects_find(struct front *front, pid_t tid, int fd, int *error)
{
	char path[64];
	struct statx st;
	struct kept *kept;

	/* Nobody is asked for news: the file may be on a file system of the program's own. */
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", tid, fd);
	if (fd < 0 || statx(AT_FDCWD, path, AT_STATX_DONT_SYNC, STATX_INO, &st)) {
		*error = -EBADF;
		return NULL;
	}
	kept = makedev(st.stx_dev_major, st.stx_dev_minor) == front->self ?
		       by_inode(front, st.stx_ino) :
		       NULL;
	return kept ? kept->object : NULL;
}

static int make_file(struct front *front, struct kept *kept)
{
	static const char *const names[] = { "kvm", "kvm-vm", "kvm-vcpu", "kvm-gmem" };
	const struct host_object *object = kept->object;
	unsigned int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW;
	off_t size = 0;
	char path[64];
	struct stat st;
	int fd;

	if (object->kind == HOST_VCPU)
		size = HOST_VCPU_PAGES * PAGE_SIZE;
	if (object->kind == HOST_GMEM)
		size = object->size;

	fd = memfd_create(names[object->kind], MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return -errno;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	/* Nobody may take the memory away from under us, or add to it. */
	if (!size)
		seals |= F_SEAL_WRITE;
	if (ftruncate(fd, size) || fcntl(fd, F_ADD_SEALS, seals) || fstat(fd, &st)) {
		int error = -errno;

		close(fd);
		return error;
	}
	kept->fd = open(path, O_RDWR | O_CLOEXEC);
	close(fd);
	if (kept->fd < 0)
		return -errno;
	kept->inode = st.st_ino;
	front->self = st.st_dev;

	if (object->kind == HOST_VCPU) {
		kept->memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, kept->fd, 0);
		if (kept->memory == MAP_FAILED) {
			kept->memory = NULL;
			return -ENOMEM;
		}
	}
	return 0;
}

static void drop(struct front *front, struct kept *kept)
{
	if (kept->memory)
		munmap(kept->memory, HOST_VCPU_PAGES * PAGE_SIZE);
	if (kept->fd >= 0)
		close(kept->fd);
	*kept = front->kept[--front->nr_kept];
}

/* A new open file for the program, or -errno. */
int objects_add(struct front *front, struct host_object *object)
{
	struct kept *kept;
	char path[64];
	int error, fd;

	if (!front->kept)
		front->kept = calloc(MAX_OBJECTS, sizeof(*front->kept));
	if (!front->kept)
		return -ENOMEM;
	if (front->nr_kept == MAX_OBJECTS)
		return -ENFILE;

	kept = &front->kept[front->nr_kept++];
	*kept = (struct kept){ .object = object, .fd = -1 };
	error = make_file(front, kept);
	if (error) {
		drop(front, kept);
		return error == -EMFILE ? -ENFILE : error; /* our limit, not the program's */
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", kept->fd);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		error = -errno;
		drop(front, kept);
		return error == -EMFILE ? -ENFILE : error;
	}
	if (object->kind == HOST_VCPU)
		object->run = kept->memory;
	front->stats.objects++;
	return fd;
}

void objects_remove(struct front *front, struct host_object *object)
{
	for (u32 i = 0; i < front->nr_kept; i++) {
		if (front->kept[i].object == object) {
			drop(front, &front->kept[i]);
			front->stats.objects--;
			return;
		}
	}
}

static bool only_ours(const struct kept *kept)
{
	if (fcntl(kept->fd, F_SETLEASE, F_WRLCK))
		return false;
	fcntl(kept->fd, F_SETLEASE, F_UNLCK);
	return true;
}

/* Close the objects whose last descriptor and mapping have gone. */
void objects_sweep(struct front *front)
{
	for (u32 i = 0; i < front->nr_kept;) {
		struct host_object *object = front->kept[i].object;

		if (!only_ours(&front->kept[i])) {
			i++;
			continue;
		}
		drop(front, &front->kept[i]);
		front->stats.objects--;
		host_close(front->host, object);
	}
}

void objects_free(struct front *front)
{
	while (front->nr_kept) {
		struct host_object *object = front->kept[0].object;

		drop(front, &front->kept[0]);
		host_close(front->host, object);
	}
	free(front->kept);
	front->kept = NULL;
}
