// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Hosts that answers are about: kept once they are booted, with what must be said of them. */
#include <stdlib.h>

#include "target.h"

#define REFUSALS_TOLD 2 /* the module tells one; an unfit CPU has many */

struct kept_target {
	struct kept_target *next;
	struct target host;
};

static struct kept_target *kept_targets;

void add_note(struct notes *notes, const char *format, ...)
{
	va_list ap;

	if (notes->nr == NOTES_MAX)
		return;
	va_start(ap, format);
	vsnprintf(notes->text[notes->nr++], sizeof(notes->text[0]), format, ap);
	va_end(ap);
}

/* GPAW is 48 or 52, and a VMM like QEMU gives a guest no more bits than the CPU reports. */
static void find_width_note(struct target *host)
{
	u32 reg[4];

	tdxcpuid_cpu_cpuid(host->info.cpu, 0x80000008, 0, reg);
	if ((reg[TDXCPUID_EAX] & 0xff) < 48)
		add_note(&host->notes,
			 "CPU %s reports %u bits of physical address and a TD needs 48: firmware "
			 "limits them, by an option of the BIOS",
			 host->cpu, reg[TDXCPUID_EAX] & 0xff);
}

const char *line_instead(const struct tdxcpuid_module *module, const struct tdxcpuid_cpu *cpu)
{
	const char *version = module ? tdxcpuid_module_version(module) : "";
	struct tdxcpuid_cpu_desc desc = { .size = sizeof(desc) };

	if (!cpu || (strncmp(version, "1.5.", 4) && strncmp(version, "2.0.", 4)))
		return NULL;
	tdxcpuid_cpu_describe(cpu, &desc);
	return desc.module_line && strncmp(version, desc.module_line, strlen(desc.module_line)) ?
		       desc.module_line :
		       NULL;
}

void add_line_note(struct notes *notes, const struct target *host)
{
	const char *line = line_instead(host->info.module, host->info.cpu);

	if (line)
		add_note(
			notes,
			"no vendor is known to ship module %s for CPUs like %s: those get the %s line",
			host->module, host->cpu, line);
}

/* A model of what nobody can have, or on what nobody has, must not pass for a machine. */
static void find_cpu_notes(struct target *host)
{
	const struct tdxcpuid_host_info *info = &host->info;
	struct tdxcpuid_cpu_desc cpu = { .size = sizeof(cpu) };
	u32 reg[4];

	tdxcpuid_cpu_describe(info->cpu, &cpu);
	if (cpu.synthetic)
		add_note(&host->notes, "CPU %s is invented: no machine answers like it", host->cpu);
	/* A real host is what it is. */
	if (!info->model)
		return;
	add_line_note(&host->notes, host);
	if (!cpu.module_line) {
		tdxcpuid_cpu_cpuid(info->cpu, 1, 0, reg);
		add_note(&host->notes,
			 "no TDX module is known to be shipped for CPUs like %s (0x1.eax 0x%x)",
			 host->cpu, reg[TDXCPUID_EAX]);
	}
}

/* Why the module does not start on the CPU: by register, as its status does not tell. */
static void find_refusals(struct target *host)
{
	const struct tdxcpuid_host_info *info = &host->info;
	struct tdxcpuid_refusal refusal;
	char text[TDXCPUID_TEXT_MAX];
	u32 n;

	add_note(&host->notes, "TDH.SYS.INIT returns 0x%llx, RCX 0x%llx",
		 (unsigned long long)info->init_status, (unsigned long long)info->init_rcx);
	for (n = 0; tdxcpuid_host_refusal(host->kvm, n, &refusal, text); n++) {
		if (n < REFUSALS_TOLD)
			add_note(&host->notes, "%.500s", text);
	}
	if (n > REFUSALS_TOLD)
		add_note(&host->notes, "%u more registers of the CPU are not as the module wants",
			 n - REFUSALS_TOLD);
}

static void find_notes(struct target *host)
{
	static const struct {
		u32 disabled;
		const char *why;
	} why[] = {
		{ TDXCPUID_NO_RBP_MOD, "it cannot preserve RBP (TDX_FEATURES0 bit 18)" },
		{ TDXCPUID_NO_TOPOLOGY_ENUM,
		  "it cannot enumerate topology (TDX_FEATURES0 bit 20)" },
		{ TDXCPUID_NO_ATTRS, "it offers no attribute that KVM supports" },
		{ TDXCPUID_NO_XFAMS, "it offers no XFAM that KVM supports" },
		{ TDXCPUID_NO_MODULE, "it does not initialize on this CPU" },
	};
	struct tdxcpuid_module_desc m = { .size = sizeof(m) };
	const struct tdxcpuid_host_info *info = &host->info;
	const struct notes *of_cpu = info->cpu ? cpu_notes(info->cpu) : NULL;
	struct notes *notes = &host->notes;

	if (of_cpu)
		*notes = *of_cpu;
	if (info->disabled && !info->model) {
		add_note(notes, "this host has no TDX: its KVM creates no TD");
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(why); i++) {
		if (info->disabled & why[i].disabled)
			add_note(
				notes,
				"Linux 7.3 does not enable TDX with module %s: %s; this is the answer "
				"it would give",
				host->module, why[i].why);
	}
	if (info->disabled & TDXCPUID_NO_MODULE)
		find_refusals(host);
	if (!info->model && !info->module)
		add_note(notes,
			 "the version of the TDX module %s: numbers and what the TD gets stay open",
			 host->module		    ? "is not one that is modelled" :
			 host->hosts.modules_differ ? "differs from host to host" :
						      "is not known");
	if (host->hosts.nr > 1 && !info->cpu)
		add_note(
			notes,
			"the CPU differs from host to host, or is not known of all: numbers and what "
			"the TD gets stay open");
	if (info->cpu && !(info->disabled & TDXCPUID_NO_MODULE))
		find_width_note(host);
	if (info->cpu)
		find_cpu_notes(host);
	if (!info->module)
		return;
	tdxcpuid_module_describe(info->module, &m);
	host->judged_as = m.judged_as;
	if (m.judged_as)
		add_note(notes,
			 "module %s has no published source: it is judged as %s, the nearest "
			 "version below it",
			 m.version, m.judged_as);
	if (m.preproduction)
		add_note(notes, "module %s carries pre-production interfaces", m.version);
	if (!m.executed)
		add_note(
			notes,
			"module %s is modelled by the rules of %u.%u.%02u, the nearest version read",
			m.version, m.rules >> 16, m.rules >> 8 & 0xff, m.rules & 0xff);
}

struct target *keep_target(struct tdxcpuid_host *kvm, const char *module,
			   const struct json_t *baseline)
{
	struct kept_target *h = xcalloc(1, sizeof(*h));

	h->host.kvm = kvm;
	h->host.info.size = sizeof(h->host.info);
	tdxcpuid_host_info(kvm, &h->host.info);
	snprintf(h->host.module_name, sizeof(h->host.module_name), "%s", module);
	if (*module)
		h->host.module = h->host.module_name;
	if (h->host.info.cpu)
		h->host.cpu = tdxcpuid_cpu_name(h->host.info.cpu);
	hosts_of_baseline(&h->host.hosts, baseline);
	find_notes(&h->host);
	h->next = kept_targets;
	kept_targets = h;
	return &h->host;
}

const struct target *model_target(const struct tdxcpuid_module *module,
				  const struct tdxcpuid_cpu *cpu, enum tdxcpuid_policy policy)
{
	struct tdxcpuid_host *kvm;

	for (struct kept_target *h = kept_targets; h; h = h->next) {
		const struct tdxcpuid_host_info *info = &h->host.info;

		if (info->model && info->module == module && info->cpu == cpu &&
		    info->policy == policy)
			return &h->host;
	}

	if (tdxcpuid_host_new_model(module, cpu, policy, &kvm))
		return NULL;
	return keep_target(kvm, tdxcpuid_module_version(module), NULL);
}

void module_fate(const struct tdxcpuid_module *module, const struct tdxcpuid_bit *bit,
		 struct tdxcpuid_bit_fate *fate)
{
	const struct target *host =
		model_target(module, tdxcpuid_cpu_find(TDXCPUID_DEFAULT_CPU), TDXCPUID_NONE);

	if (!host)
		out_of_memory();
	tdxcpuid_bit_fate(host->kvm, bit, fate);
	fate->fate = fate->module;
	fate->unsupported_xfam = fate->unsupported_attributes = 0;
}

void forget_hosts(void)
{
	while (kept_targets) {
		struct kept_target *h = kept_targets;

		kept_targets = h->next;
		tdxcpuid_host_free(h->host.kvm);
		hosts_free(&h->host.hosts);
		free(h);
	}
	free_cpus();
}

void load_free(void)
{
	forget_hosts();
	free_modules();
}
