/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the files of tdxcpuid diff share. */
#ifndef DIFF_H
#define DIFF_H

#include "target.h"

struct change {
	struct tdxcpuid_bits bits;
	enum tdxcpuid_class from;
	enum tdxcpuid_class to;
	const char *verdict;
};

struct difference {
	const struct tdxcpuid_module *a;
	const struct tdxcpuid_module *b;
	struct tdxcpuid_module_desc from; /* of a */
	struct tdxcpuid_module_desc to;
	struct change *list;
	u32 nr;
	u32 room;
	u32 common_slots;    /* how long the two slot lists are equal */
	bool positional;     /* the shorter list is the start of the longer one */
	char words[8][1024]; /* what an update without reboot does */
	u32 nr_words;
	bool stale; /* new TDs get something else than KVM believes */
};

static inline bool configurable(enum tdxcpuid_class class)
{
	return class == TDXCPUID_CLASS_CONFIG || class == TDXCPUID_CLASS_ALLOW;
}

static inline bool becomes_configurable(const struct change *c)
{
	return c->from == TDXCPUID_CLASS_FIXED1 && configurable(c->to);
}

static inline bool shrinks(const struct change *c)
{
	return configurable(c->from) && !configurable(c->to);
}

static inline bool grows(const struct change *c)
{
	return !configurable(c->from) && configurable(c->to);
}

/* Of a register that never carries features. */
static inline bool is_number(const struct change *c)
{
	return !strcmp(c->verdict, "value");
}

void difference_to_text(const struct difference *d);

#endif
