// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The host that the options name: this machine, one that was written down, or a model. */
#include "target.h"

const struct target *target_of_options(const struct options *o)
{
	const struct tdxcpuid_module *module;
	const struct tdxcpuid_cpu *cpu = NULL;
	const struct target *host = NULL;
	const char *file;
	struct trouble t;

	if (o->kvm)
		return live_target();
	if (o->host)
		return snapshot_target(o->host);

	module = load_module(o->module ? o->module : TDXCPUID_DEFAULT_MODULE, &file, &t);
	if (module)
		cpu = load_cpu(o->cpu ? o->cpu : TDXCPUID_DEFAULT_CPU, &file, &t);
	if (cpu) {
		host = model_target(module, cpu, o->policy);
		if (!host)
			trouble(&t, 1, 1, "out of memory");
	}
	if (!host)
		complain(file, &t);
	return host;
}
