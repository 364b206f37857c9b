// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The memory and the descriptors of the thread that calls. */
#include <sys/ioctl.h>
#include <sys/uio.h>

#include "internal.h"

/* Is it still the thread that we were told of?  Its number may be another's by now. */
static bool still_there(const struct remote *remote)
{
	u64 id = remote->id;

	return !id || !ioctl(remote->front->listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &id);
}

static int remote_read(struct host_client *client, u64 address, void *to, size_t size)
{
	struct remote *remote = (struct remote *)client;
	struct iovec local = { to, size };
	struct iovec there = { (void *)address, size };
	ssize_t done;

	if (!size)
		return 0;
	done = process_vm_readv(remote->tid, &local, 1, &there, 1, 0);
	if (!still_there(remote))
		return -ESRCH;
	return done == (ssize_t)size ? 0 : -EFAULT;
}

static int remote_write(struct host_client *client, u64 address, const void *from, size_t size)
{
	struct remote *remote = (struct remote *)client;
	struct iovec local = { (void *)from, size };
	struct iovec there = { (void *)address, size };
	ssize_t done;

	if (!size)
		return 0;
	if (!still_there(remote))
		return -ESRCH;
	done = process_vm_writev(remote->tid, &local, 1, &there, 1, 0);
	return done == (ssize_t)size ? 0 : -EFAULT;
}

static int remote_object(struct host_client *client, int fd, struct host_object **object)
{
	struct remote *remote = (struct remote *)client;
	int error = 0;

	*object = objects_find(remote->front, remote->tid, fd, &error);
	return error;
}

void remote_init(struct remote *remote, struct front *front, const struct task *task, u64 id)
{
	*remote = (struct remote){
		.client = { task->space->id, task->space->amx, remote_read, remote_write,
			    remote_object },
		.front = front,
		.tid = task->tid,
		.id = id,
	};
}

ssize_t remote_string(struct remote *remote, u64 address, char *to, size_t size)
{
	size_t done = 0;

	/* Up to the end of each page: the next one need not be there. */
	while (done < size - 1) {
		size_t piece = 4096 - ((address + done) & 4095);
		char *end;
		int error;

		if (piece > 256)
			piece = 256;
		if (piece > size - 1 - done)
			piece = size - 1 - done;
		error = remote_read(&remote->client, address + done, to + done, piece);
		if (error)
			return error;
		end = memchr(to + done, 0, piece);
		if (end)
			return end - to;
		done += piece;
	}
	return -ENAMETOOLONG;
}
