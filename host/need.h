/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Memory of the simulator's own. */
#ifndef HOST_NEED_H
#define HOST_NEED_H

/* @data, what an allocation returned; the process ends if that is NULL. */
void *need(void *data);

#endif
