// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * A CPU: a profile in JSON, a dump of cpuid -r, kcpuid or InstLatx64, or libvirt's cpudata.
 * What is read gets a module, and reads the same when tdxcpuid dump writes it.
 */
#include "../cli/target.h"
#include "answer.h"
#include "reader.h"

static void write_back(const struct tdxcpuid_cpu *cpu)
{
	static struct tdxcpuid_leaf leaves[NATIVE_MAX + 1], leaf;
	const struct tdxcpuid_cpu *again;
	struct out j = { 0 };
	struct trouble t;
	u32 nr = 0;

	while (tdxcpuid_cpu_leaf(cpu, nr, &leaves[nr]))
		must(++nr <= NATIVE_MAX);
	out_open(&j, NULL, '{');
	leaves_to_json(&j, tdxcpuid_cpu_arch_capabilities(cpu), leaves, nr);
	out_close(&j, '}');
	again = parse_cpu(text_written(&j), j.text.used, "again", &t);
	must(again);
	must(tdxcpuid_cpu_arch_capabilities(again) == tdxcpuid_cpu_arch_capabilities(cpu));
	for (u32 i = 0; i < nr; i++)
		must(tdxcpuid_cpu_leaf(again, i, &leaf) &&
		     !memcmp(&leaf, &leaves[i], sizeof(leaf)));
	must(!tdxcpuid_cpu_leaf(again, nr, &leaf));
	out_free(&j);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = text_of(data, size);
	const struct tdxcpuid_cpu *cpu;
	struct trouble t = { 0 };

	cpu = parse_cpu(text, size, "fuzz", &t);
	if (cpu) {
		must(model_target(tdxcpuid_module_find(TDXCPUID_DEFAULT_MODULE), cpu,
				  TDXCPUID_LINUX_7_3));
		write_back(cpu);
	} else {
		check_trouble(&t, text, size);
	}
	load_free();
	free(text);
	return 0;
}
