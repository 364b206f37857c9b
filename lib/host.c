// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A modelled host, and what all hosts tell of themselves. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

void describe_slots(struct tdxcpuid_host *host)
{
	const struct tdx_module *m = host->kvm.platform.module;

	for (u32 k = 0; k < host->kvm.slots.nr; k++) {
		const struct tdx_cpuid_slot *slot = &host->kvm.slots.slot[k];
		const struct tdx_module_entry *e = tdx_module_entry(m, m->lookup_of_slot[k]);

		memcpy(host->allowed[k], slot->allowed, sizeof(host->allowed[k]));
		for (int reg = 0; reg < 4; reg++) {
			host->numbers[k][reg] = tdxcpuid_value_mask(slot->leaf, slot->subleaf, reg);
			host->fixed1[k][reg] = fixed1_mask(e, reg);
		}
	}
}

int tdxcpuid_host_new_model(const struct tdxcpuid_module *module, const struct tdxcpuid_cpu *cpu,
			    enum tdxcpuid_policy policy, struct tdxcpuid_host **host)
{
	struct tdxcpuid_host *h;

	*host = NULL;
	if ((unsigned int)policy > TDXCPUID_NONE)
		return -EINVAL;

	h = calloc(1, sizeof(*h));
	if (!h)
		return -ENOMEM;

	h->model = true;
	h->module = module ? module : tdxcpuid_module_find(TDXCPUID_DEFAULT_MODULE);
	h->cpu = cpu ? cpu : tdxcpuid_cpu_find(TDXCPUID_DEFAULT_CPU);
	kvm_tdx_host_init(&h->kvm, module_of(h->module), native_of(h->cpu), policy);
	h->gpaw52 = h->kvm.has_gpaw52 ? TDXCPUID_YES : TDXCPUID_NO;
	h->tsc_khz = h->kvm.tsc_khz;
	describe_slots(h);
	for (u32 k = 0; k < h->kvm.slots.nr; k++)
		kvm_tdx_capability(&h->kvm, k, &h->caps[k]);
	*host = h;
	return 0;
}

void tdxcpuid_host_free(struct tdxcpuid_host *host)
{
	free(host);
}

void tdxcpuid_host_info(const struct tdxcpuid_host *host, struct tdxcpuid_host_info *info)
{
	const struct tdxcpuid_host_info i = {
		.model = host->model,
		.policy = host->kvm.policy,
		.nr_slots = host->kvm.slots.nr,
		.attributes = host->kvm.supported_attrs,
		.xfam = host->kvm.supported_xfam,
		.cpuid = host->caps,
		.module = host->module,
		.cpu = host->cpu,
		.gpaw52 = host->gpaw52,
		.tsc_khz = host->tsc_khz,
		.disabled = host->kvm.disabled,
		.init_status = host->kvm.init_status,
		.init_rcx = host->kvm.init_rcx,
	};

	copy_out(info, &i, sizeof(i));
}

bool tdxcpuid_host_slot(const struct tdxcpuid_host *host, uint32_t k, struct tdxcpuid_slot *slot)
{
	const struct tdx_cpuid_slot *from;

	if (k >= host->kvm.slots.nr)
		return false;

	from = &host->kvm.slots.slot[k];
	slot->leaf = from->leaf;
	slot->subleaf = from->subleaf;
	memcpy(slot->configurable, from->configurable, sizeof(slot->configurable));
	memcpy(slot->allowed, host->allowed[k], sizeof(slot->allowed));
	for (int reg = 0; reg < 4; reg++)
		slot->reported[reg] = cpuid_reg(&host->caps[k], reg);
	return true;
}
