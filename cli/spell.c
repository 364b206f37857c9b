// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* How registers, bits, numbers and hosts are spelt in text. */
#include "print.h"
#include "target.h"

const char *module_text(const struct target *host)
{
	return host->module		  ? host->module :
	       host->hosts.modules_differ ? "differs from host to host" :
					    "unknown";
}

const char *host_text(const struct target *host, char text[HOST_MAX])
{
	if (host->info.disabled && !host->info.model) {
		snprintf(text, HOST_MAX, "no TDX, cpu %.64s", host->cpu ? host->cpu : "unknown");
		return text;
	}
	snprintf(text, HOST_MAX, "module %.32s%s%s, cpu %.64s, policy %s", module_text(host),
		 host->judged_as ? " judged as " : "", host->judged_as ? host->judged_as : "",
		 host->cpu ? host->cpu : "unknown",
		 host->info.model ? tdxcpuid_policy_name(host->info.policy) : "as reported");
	return text;
}

const char *errno_text(int error)
{
	const char *name = error ? strerrorname_np(-error) : "OK";

	return name ? name : "?";
}

const char *verdict_text(const struct tdxcpuid_bit_verdict *v)
{
	return v->value ? "value" : v->allowed ? "allowed" : "denied";
}

const char *hex_text(u64 value, char text[PLACE_MAX])
{
	snprintf(text, PLACE_MAX, "0x%llx", (unsigned long long)value);
	return text;
}

const char *mask_text(u32 mask, char text[PLACE_MAX])
{
	snprintf(text, PLACE_MAX, "0x%08x", mask);
	return text;
}

const char *leaf_text(u32 leaf, u32 subleaf, char text[PLACE_MAX])
{
	if (subleaf == NO_SUBLEAF)
		snprintf(text, PLACE_MAX, "0x%x", leaf);
	else
		snprintf(text, PLACE_MAX, "0x%x.%x", leaf, subleaf);
	return text;
}

const char *register_text(u32 leaf, u32 subleaf, int reg, char text[PLACE_MAX])
{
	leaf_text(leaf, subleaf, text);
	if (reg >= 0)
		snprintf(text + strlen(text), PLACE_MAX - strlen(text), ".%s",
			 tdxcpuid_reg_name(reg));
	return text;
}

const char *bit_text(const struct tdxcpuid_bit *bit, char text[PLACE_MAX])
{
	char name[TDXCPUID_NAME_MAX];

	tdxcpuid_bit_name(bit, name);
	snprintf(text, PLACE_MAX, "%s%.29s", strchr(name, '.') ? "0x" : "", name);
	return text;
}

static int by_place(u32 leaf_a, u32 subleaf_a, u32 leaf_b, u32 subleaf_b)
{
	if (leaf_a != leaf_b)
		return leaf_a < leaf_b ? -1 : 1;
	return (subleaf_a > subleaf_b) - (subleaf_a < subleaf_b);
}

int slots_by_place(const void *a, const void *b)
{
	const struct tdxcpuid_slot *x = a, *y = b;

	return by_place(x->leaf, x->subleaf, y->leaf, y->subleaf);
}

int bits_by_place(const void *a, const void *b)
{
	const struct tdxcpuid_bits *x = a, *y = b;
	int order = by_place(x->leaf, x->subleaf, y->leaf, y->subleaf);

	if (!order)
		order = x->reg - y->reg;
	/* Those of one register do not overlap. */
	return order ? order : (x->mask > y->mask) - (x->mask < y->mask);
}

const char *names_text(const struct tdxcpuid_bits *b, char text[NAMES_MAX])
{
	char name[PLACE_MAX];
	size_t used = 0;

	*text = '\0';
	for (int bit = 0; bit < 32; bit++) {
		if (!(b->mask >> bit & 1))
			continue;
		bit_text(&(struct tdxcpuid_bit){ b->leaf, b->subleaf, b->reg, bit }, name);
		used += snprintf(text + used, NAMES_MAX - used, "%s%s", used ? " " : "", name);
	}
	return text;
}
