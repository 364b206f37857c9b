// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Structures that begin with their size, so that members can be added at their end. */
#include <string.h>

#include "internal.h"

bool copy_in(void *to, size_t room, const void *from)
{
	u32 size;

	if (!from)
		return false;
	memcpy(&size, from, sizeof(size));
	/* No version of a structure ends in the middle of a pointer. */
	if (!size || size % sizeof(void *))
		return false;

	memset(to, 0, room);
	memcpy(to, from, size < room ? size : room);
	return true;
}

void copy_out(void *to, const void *from, size_t room)
{
	u32 size;

	memcpy(&size, to, sizeof(size));
	if (size <= sizeof(size))
		return;
	memcpy((char *)to + sizeof(size), (const char *)from + sizeof(size),
	       (size < room ? size : room) - sizeof(size));
	if (size > room)
		memset((char *)to + room, 0, size - room);
}
