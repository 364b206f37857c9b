// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A CPU profile in JSON; what parses gets a module. */
#include <stdlib.h>

#include "../cli/target.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct trouble t = { 0 };
	char *text = malloc(size + 1);
	const struct tdxcpuid_cpu *cpu;

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	cpu = parse_cpu(text, size, "fuzz", &t);
	if (cpu)
		model_target(tdxcpuid_module_find(TDXCPUID_DEFAULT_MODULE), cpu,
			     TDXCPUID_LINUX_7_3);
	else if (!t.line || !t.column || !*t.text)
		abort();
	load_free();
	free(text);
	return 0;
}
