// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* tdxcpuid dump: this host as JSON.  What differs from CPU to CPU and over time is not in it. */
#include <stdlib.h>

#include "json_out.h"
#include "options.h"
#include "snapshot.h"

static void known_string(struct out *j, const char *key, const char *value)
{
	out_string(j, key, *value ? value : NULL);
}

static void snapshot_to_json(const struct snapshot *s)
{
	struct out j = { .break_depth = 3 };

	out_open(&j, NULL, '{');
	out_int(&j, "schema", 1);
	known_string(&j, "module", s->module);
	known_string(&j, "kernel", s->kernel);
	known_string(&j, "microcode", s->microcode);
	if (s->caps.gpaw52 == TDXCPUID_UNKNOWN)
		out_null(&j, "gpaw52");
	else
		out_bool(&j, "gpaw52", s->caps.gpaw52 == TDXCPUID_YES);
	out_open(&j, "capabilities", '{');
	out_hex(&j, "attributes", s->caps.attributes);
	out_hex(&j, "xfam", s->caps.xfam);
	out_int(&j, "tsc_khz", s->caps.tsc_khz);
	out_open(&j, "cpuid", '[');
	for (u32 k = 0; k < s->caps.nent; k++)
		out_entry(&j, &s->caps.cpuid[k]);
	out_close(&j, ']');
	out_close(&j, '}');
	out_open(&j, "native", '{');
	out_hex(&j, "ia32_arch_capabilities", s->arch_capabilities);
	out_open(&j, "cpuid", '{');
	for (u32 i = 0; i < s->nr_native; i++) {
		const struct tdxcpuid_leaf *leaf = &s->native[i];
		char key[32];

		if (leaf->subleaf == NO_SUBLEAF)
			snprintf(key, sizeof(key), "%x", leaf->leaf);
		else
			snprintf(key, sizeof(key), "%x.%x", leaf->leaf, leaf->subleaf);
		out_open(&j, key, '[');
		for (int reg = 0; reg < 4; reg++)
			out_hex(&j, NULL, leaf->reg[reg]);
		out_close(&j, ']');
	}
	out_close(&j, '}');
	out_close(&j, '}');
	out_close(&j, '}');
	out_flush(&j);
	out_free(&j);
}

int cmd_dump(const struct options *o)
{
	struct snapshot *s = xcalloc(1, sizeof(*s));
	int error;

	(void)o;
	error = take_snapshot(s);
	if (!error)
		snapshot_to_json(s);
	free(s);
	return error ? EXIT_BAD : 0;
}
