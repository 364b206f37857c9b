// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* How registers, bits, numbers and hosts are spelt in text. */
#include "print.h"
#include "target.h"

const char *host_text(const struct target *host, char text[HOST_MAX])
{
	if (host->info.disabled && !host->info.model) {
		snprintf(text, HOST_MAX, "no TDX, cpu %.64s", host->cpu ? host->cpu : "unknown");
		return text;
	}
	snprintf(text, HOST_MAX, "module %.32s%s%s, cpu %.64s, policy %s",
		 host->module ? host->module : "unknown", host->judged_as ? " judged as " : "",
		 host->judged_as ? host->judged_as : "", host->cpu ? host->cpu : "unknown",
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

const char *leaf_text(u32 leaf, u32 subleaf, char text[PLACE_MAX])
{
	if (subleaf == NO_SUBLEAF)
		snprintf(text, PLACE_MAX, "%x", leaf);
	else
		snprintf(text, PLACE_MAX, "%x.%x", leaf, subleaf);
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

const char *names_text(const struct tdxcpuid_bits *b, size_t width, char text[NAMES_MAX])
{
	char name[TDXCPUID_NAME_MAX];
	size_t used = 0, column = 0;

	*text = '\0';
	for (int bit = 0; bit < 32; bit++) {
		size_t length;

		if (!(b->mask >> bit & 1))
			continue;
		tdxcpuid_bit_name(&(struct tdxcpuid_bit){ b->leaf, b->subleaf, b->reg, bit }, name);
		length = strlen(name);
		if (used) {
			bool wrap = column + 1 + length > width;

			text[used++] = wrap ? '\n' : ' ';
			column = wrap ? 0 : column + 1;
		}
		memcpy(text + used, name, length + 1);
		used += length;
		column += length;
	}
	return text;
}
