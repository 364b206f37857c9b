// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The words for the public enumerations, as the JSON output has them. */
#include <string.h>

#include "internal.h"

/* The names of an enumeration; "?" for a number that is none of it. */
#define NAME(names, n) ((size_t)(n) < ARRAY_SIZE(names) ? (names)[n] : "?")

const char *tdxcpuid_layer_name(enum tdxcpuid_layer layer)
{
	static const char *const names[] = {
		[TDXCPUID_LAYER_REQUEST] = "request",
		[TDXCPUID_LAYER_KVM] = "kvm",
		[TDXCPUID_LAYER_MODULE] = "module",
		[TDXCPUID_LAYER_PSP] = "psp",
	};

	return NAME(names, layer);
}

const char *tdxcpuid_reason_name(enum tdxcpuid_reason reason)
{
	static const char *const names[] = {
		[TDXCPUID_MALFORMED] = "malformed",
		[TDXCPUID_ATTRIBUTES] = "attributes",
		[TDXCPUID_XFAM] = "xfam",
		[TDXCPUID_GPAW] = "gpaw",
		[TDXCPUID_GPAW_MISSING] = "gpaw-missing",
		[TDXCPUID_TSC] = "tsc",
		[TDXCPUID_DUPLICATE] = "duplicate",
		[TDXCPUID_NO_SLOT] = "no-slot",
		[TDXCPUID_PV_LEAF] = "pv-leaf",
		[TDXCPUID_DENIED] = "denied",
		[TDXCPUID_NOT_CONFIGURABLE] = "not-configurable",
		[TDXCPUID_VALUE] = "value",
		[TDXCPUID_INCONSISTENT] = "inconsistent",
		[TDXCPUID_MISSING] = "missing",
		[TDXCPUID_HIDDEN] = "hidden",
		[TDXCPUID_FIRMWARE] = "firmware",
	};

	return NAME(names, reason);
}

const char *tdxcpuid_why_name(enum tdxcpuid_why why)
{
	static const char *const names[] = {
		[TDXCPUID_NOT_NATIVE] = "not-native",
		[TDXCPUID_NO_XFAM] = "xfam",
		[TDXCPUID_NO_ATTRIBUTE] = "attribute",
		[TDXCPUID_FIXED0] = "fixed0",
		[TDXCPUID_FIXED1] = "fixed1",
		[TDXCPUID_NATIVE] = "native",
		[TDXCPUID_NOT_REQUESTED] = "not-requested",
		[TDXCPUID_WHY_DENIED] = "denied",
		[TDXCPUID_LABEL] = "label",
	};

	return NAME(names, why);
}

const char *tdxcpuid_class_name(enum tdxcpuid_class bit_class)
{
	static const char *const names[] = {
		[TDXCPUID_CLASS_ABSENT] = "absent", [TDXCPUID_CLASS_NATIVE] = "native",
		[TDXCPUID_CLASS_FIXED0] = "fixed0", [TDXCPUID_CLASS_FIXED1] = "fixed1",
		[TDXCPUID_CLASS_CONFIG] = "config", [TDXCPUID_CLASS_ALLOW] = "allow",
	};

	return NAME(names, bit_class);
}

static const char *const policies[] = {
	[TDXCPUID_ALLOWLIST] = "allowlist",
	[TDXCPUID_LINUX_7_3] = "linux-7.3",
	[TDXCPUID_NONE] = "none",
};

const char *tdxcpuid_policy_name(enum tdxcpuid_policy policy)
{
	return NAME(policies, policy);
}

bool tdxcpuid_policy_find(const char *name, enum tdxcpuid_policy *policy)
{
	for (size_t i = 0; i < ARRAY_SIZE(policies); i++) {
		if (!strcmp(policies[i], name)) {
			*policy = (enum tdxcpuid_policy)i;
			return true;
		}
	}

	return false;
}

const char *tdxcpuid_reg_name(int reg)
{
	static const char *const names[] = { "eax", "ebx", "ecx", "edx" };

	return NAME(names, reg);
}
