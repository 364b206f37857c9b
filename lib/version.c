// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Which library this is, for who was built with another one's header. */
#include "internal.h"

uint32_t tdxcpuid_version(void)
{
	return TDXCPUID_VERSION;
}
