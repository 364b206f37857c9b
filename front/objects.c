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

#include "../host/need.h"
#include "internal.h"

#define MAX_OBJECTS 4096

#define BUCKETS (sizeof(((struct front *)0)->by_inode) / sizeof(struct kept *))

static struct kept *by_inode(struct front *front, u64 inode)
{
	struct kept *kept = front->by_inode[inode % BUCKETS];

	while (kept && kept->inode != inode)
		kept = kept->next_by_inode;
	return kept;
}

static struct kept **of_vm(struct front *front, const struct host_object *object)
{
	return &front->of_vm[host_vm_serial(object) % BUCKETS];
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

static void drop(struct kept *kept)
{
	if (kept->memory)
		munmap(kept->memory, HOST_VCPU_PAGES * PAGE_SIZE);
	if (kept->fd >= 0)
		close(kept->fd);
	free(kept);
}

static void link_up(struct front *front, struct kept *kept)
{
	struct kept **inode = &front->by_inode[kept->inode % BUCKETS];
	struct kept **vm = of_vm(front, kept->object);

	kept->next_by_inode = *inode;
	*inode = kept;
	kept->next_of_vm = *vm;
	*vm = kept;
	front->nr_kept++;
}

static void take_out(struct front *front, struct kept *kept)
{
	struct kept **link = &front->by_inode[kept->inode % BUCKETS];

	while (*link != kept)
		link = &(*link)->next_by_inode;
	*link = kept->next_by_inode;
	link = of_vm(front, kept->object);
	while (*link != kept)
		link = &(*link)->next_of_vm;
	*link = kept->next_of_vm;
	front->nr_kept--;
	drop(kept);
}

static int add(struct front *front, struct host_object *object)
{
	struct kept *kept;
	char path[64];
	int error, fd;

	if (front->nr_kept == MAX_OBJECTS)
		return -ENFILE;
	kept = need(calloc(1, sizeof(*kept)));

	kept->object = object;
	kept->fd = -1;
	error = make_file(front, kept);
	if (error) {
		drop(kept);
		return error == -EMFILE ? -ENFILE : error; /* our limit, not the program's */
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", kept->fd);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		error = -errno;
		drop(kept);
		return error == -EMFILE ? -ENFILE : error;
	}
	link_up(front, kept);
	if (object->kind == HOST_VCPU)
		object->run = kept->memory;
	front->stats.objects++;
	return fd;
}

void objects_remove(struct front *front, struct host_object *object)
{
	for (struct kept *kept = *of_vm(front, object); kept; kept = kept->next_of_vm) {
		if (kept->object == object) {
			take_out(front, kept);
			front->stats.objects--;
			return;
		}
	}
}

static bool only_ours(struct front *front, const struct kept *kept)
{
	front->stats.asked++;
	if (fcntl(kept->fd, F_SETLEASE, F_WRLCK))
		return false;
	fcntl(kept->fd, F_SETLEASE, F_UNLCK);
	return true;
}

/* Close those of a chain whose last descriptor and mapping have gone, but for @caller. */
static void sweep(struct front *front, struct kept **link, bool tds,
		  const struct host_object *caller)
{
	struct kept *kept;

	while ((kept = *link)) {
		struct host_object *object = kept->object;

		if (object == caller || (tds && !host_has_key(object)) || !only_ours(front, kept)) {
			link = &kept->next_of_vm;
			continue;
		}
		take_out(front, kept);
		front->stats.objects--;
		host_close(front->host, object);
	}
}

static void sweep_all(struct front *front, bool tds, const struct host_object *caller)
{
	for (size_t i = 0; i < BUCKETS; i++)
		sweep(front, &front->of_vm[i], tds, caller);
}

/*
 * What has been closed is closed before @object (NULL: none) is served, as far as it
 * can be seen in the answer: the rest of its VM, and the keys of other TDs if there
 * are no more.  All others wait until there are twice as many, so that the
 * price of a call does not depend on how many objects there are.
 */
void objects_sweep(struct front *front, struct host_object *object)
{
	if (front->nr_kept >= front->sweep_at) {
		sweep_all(front, false, object);
		front->sweep_at = 2 * front->nr_kept + 64;
		return;
	}
	if (host_keys_gone(front->host))
		sweep_all(front, true, object);
	if (object && object->vm)
		sweep(front, of_vm(front, object), false, object);
}

/* A new open file for the program, or -errno. */
int objects_add(struct front *front, struct host_object *object)
{
	int fd = add(front, object);

	if (fd == -ENFILE) {
		sweep_all(front, false, NULL);
		fd = add(front, object);
	}
	return fd;
}

/* The program has ended: what is left, somebody else has. */
void objects_end(struct front *front)
{
	sweep_all(front, false, NULL);
}

void objects_free(struct front *front)
{
	for (size_t i = 0; i < BUCKETS; i++) {
		while (front->of_vm[i]) {
			struct host_object *object = front->of_vm[i]->object;

			take_out(front, front->of_vm[i]);
			host_close(front->host, object);
		}
	}
}
