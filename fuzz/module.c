// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A TDX module described in JSON; what parses is booted. */
#include <stdlib.h>

#include "../cli/target.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct trouble t = { 0 };
	char *text = malloc(size + 1);
	const struct tdxcpuid_module *module;

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	module = parse_module(text, size, &t);
	if (module)
		model_target(module, tdxcpuid_cpu_find(TDXCPUID_DEFAULT_CPU), TDXCPUID_ALLOWLIST);
	else if (!t.line || !t.column || !*t.text)
		abort();
	load_free();
	free(text);
	return 0;
}
