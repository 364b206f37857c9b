// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The exact differences between Linux 7.3 and the allowlist, over all modules.
 * Usage: differences GOLDEN | --list; BLESS=1 writes GOLDEN.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>

#include "../../kvm/kvm_tdx.h"
#include "../tap.h"

#define NO_SUBLEAF  0xffffffffu
#define MAX_LINES   4096
#define MAX_MODULES 32

static FILE *out;
static u32 nr_modules;

/* A difference, and the modules that show it. */
struct line {
	char text[200];
	u32 mask;
	u32 modules;
};

static struct line lines[MAX_LINES];
static u32 nr_lines;

static void add_line(const char *text, u32 mask, u32 module)
{
	u32 i;

	for (i = 0; i < nr_lines; i++) {
		if (!strcmp(lines[i].text, text) && lines[i].mask == mask)
			break;
	}
	if (i == nr_lines) {
		if (nr_lines == MAX_LINES)
			abort();
		snprintf(lines[i].text, sizeof(lines[i].text), "%s", text);
		lines[i].mask = mask;
		lines[i].modules = 0;
		nr_lines++;
	}
	lines[i].modules |= 1u << module;
}

/* "all", or runs of versions in the order of the tables. */
static void print_modules(u32 modules)
{
	if (modules == (1u << nr_modules) - 1) {
		fputs(" all", out);
		return;
	}
	for (u32 i = 0; i < nr_modules; i++) {
		u32 j = i;

		if (!(modules >> i & 1))
			continue;
		while (modules >> (j + 1) & 1)
			j++;
		fprintf(out, " %s", tdx_module_nth(i)->version);
		if (j > i)
			fprintf(out, "%s%s", j > i + 1 ? ".." : " ", tdx_module_nth(j)->version);
		i = j;
	}
}

static void print_lines(void)
{
	for (u32 i = 0; i < nr_lines; i++) {
		if (lines[i].mask)
			fprintf(out, "%s 0x%08x:", lines[i].text, lines[i].mask);
		else
			fprintf(out, "%s:", lines[i].text);
		print_modules(lines[i].modules);
		fputc('\n', out);
	}
	nr_lines = 0;
}

static void ignore(struct tdx_reporter *self, const struct tdxcpuid_violation *v)
{
	(void)self;
	(void)v;
}

enum outcome { ACCEPTED, AT_STAKE, REFUSED_KVM, REFUSED_MODULE, WARNED };

static const char *const outcome_name[] = {
	[ACCEPTED] = "accepted",   [AT_STAKE] = "accepted, host state at stake",
	[REFUSED_KVM] = "EINVAL",  [REFUSED_MODULE] = "EINVAL with hw_error",
	[WARNED] = "EIO and WARN",
};

static struct kvm_tdx_td td;

static enum outcome outcome(const struct kvm_tdx_host *host, const struct tdxcpuid_request *request)
{
	struct tdx_reporter reporter = { ignore };
	struct kvm_tdx_answer answer;

	if (kvm_tdx_init_vm(&td, host, request, &answer, &reporter))
		return answer.warned ? WARNED : answer.hw_error ? REFUSED_MODULE : REFUSED_KVM;

	for (u32 k = 0; k < host->slots.nr; k++) {
		for (int reg = 0; reg < 4; reg++) {
			if (kvm_tdx_at_stake(&td, k, reg))
				return AT_STAKE;
		}
	}
	return ACCEPTED;
}

static void spell(char *text, size_t size, u32 leaf, u32 subleaf, int reg)
{
	static const char *const names[] = { "eax", "ebx", "ecx", "edx" };

	if (subleaf == NO_SUBLEAF)
		snprintf(text, size, "0x%x.%s", leaf, names[reg]);
	else
		snprintf(text, size, "0x%x.0x%x.%s", leaf, subleaf, names[reg]);
}

struct hosts {
	struct kvm_tdx_host theirs;
	struct kvm_tdx_host ours;
	u32 module;
};

static struct hosts hosts;

/* The module at its widest: as if the CPU had every bit that the module passes on. */
static bool boot(u32 n)
{
	const struct tdx_module *m = tdx_module_nth(n);
	const struct tdx_native *cpu = tdx_native_find("spr");

	if (!m)
		return false;
	hosts.module = n;
	kvm_tdx_host_init(&hosts.theirs, m, cpu, TDXCPUID_LINUX_7_3);
	kvm_tdx_host_init(&hosts.ours, m, cpu, TDXCPUID_ALLOWLIST);
	for (u32 k = 0; k < m->nr_config; k++) {
		const struct tdx_module_entry *e = tdx_module_entry(m, m->lookup_of_slot[k]);

		for (int reg = 0; reg < 4; reg++) {
			hosts.theirs.slots.slot[k].configurable[reg] =
				e->config_direct[reg] | e->allow_direct[reg];
			hosts.ours.slots.slot[k].configurable[reg] =
				e->config_direct[reg] | e->allow_direct[reg];
		}
	}
	return true;
}

static void hidden(void)
{
	char text[160], where[40];

	for (u32 k = 0; k < hosts.ours.slots.nr; k++) {
		struct kvm_cpuid_entry2 a, b;

		kvm_tdx_capability(&hosts.theirs, k, &a);
		kvm_tdx_capability(&hosts.ours, k, &b);
		for (int reg = 0; reg < 4; reg++) {
			u32 theirs = *cpuid_reg_of(&a, reg), ours = *cpuid_reg_of(&b, reg);

			spell(where, sizeof(where), hosts.ours.slots.slot[k].leaf,
			      hosts.ours.slots.slot[k].subleaf, reg);
			snprintf(text, sizeof(text), "hidden %s", where);
			if (theirs & ~ours)
				add_line(text, theirs & ~ours, hosts.module);
			snprintf(text, sizeof(text), "shown %s", where);
			if (ours & ~theirs)
				add_line(text, ours & ~theirs, hosts.module);
		}
	}
}

static struct kvm_cpuid_entry2 entry_of_slot(u32 k)
{
	const struct tdx_cpuid_slot *slot = &hosts.ours.slots.slot[k];
	struct kvm_cpuid_entry2 e = { .function = slot->leaf };

	if (slot->subleaf != NO_SUBLEAF) {
		e.index = slot->subleaf;
		e.flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX;
	}
	return e;
}

/* One bit in an honest entry, beside the GPAW. */
static void single_bits(void)
{
	struct kvm_cpuid_entry2 e[2];
	struct tdxcpuid_request request = { .attributes = 1 << 28, .xfam = 0x602e7, .entries = e };
	char text[160], where[40];

	for (u32 k = 0; k < hosts.ours.slots.nr; k++) {
		for (int reg = 0; reg < 4; reg++) {
			u32 by_outcome[WARNED + 1][WARNED + 1] = { 0 };

			for (int bit = 0; bit < 32; bit++) {
				enum outcome theirs, ours;

				e[0] = entry_of_slot(k);
				e[1] = (struct kvm_cpuid_entry2){ .function = 0x80000008,
								  .eax = 48 << 16 };
				request.nent = e[0].function == 0x80000008 ? 1 : 2;
				if (request.nent == 1)
					e[0].eax = 48 << 16;
				*cpuid_reg_of(&e[0], reg) ^= 1u << bit;
				/* HLE and RTM go together. */
				if (e[0].function == 7 && !e[0].index && (e[0].ebx & 0x810))
					e[0].ebx |= 0x810;
				theirs = outcome(&hosts.theirs, &request);
				ours = outcome(&hosts.ours, &request);
				if (theirs != ours)
					by_outcome[theirs][ours] |= 1u << bit;
			}
			spell(where, sizeof(where), hosts.ours.slots.slot[k].leaf,
			      hosts.ours.slots.slot[k].subleaf, reg);
			for (int i = 0; i <= WARNED; i++) {
				for (int j = 0; j <= WARNED; j++) {
					if (!by_outcome[i][j])
						continue;
					snprintf(text, sizeof(text), "%s -> %s: %s",
						 outcome_name[i], outcome_name[j], where);
					add_line(text, by_outcome[i][j], hosts.module);
				}
			}
		}
	}
}

/* Too many to list: how many, by what the policy has against them. */
static struct {
	char text[160];
	u32 lists[MAX_MODULES];
} counts[64];

static void count_by_cause(const char *text, const struct kvm_cpuid_entry2 *e, u32 n)
{
	bool stray = false, twice = false, denied = false;
	char line[160];
	u32 i, j;

	for (i = 0; i < n; i++) {
		stray |= e[i].index > 2;
		denied |= e[i].ebx && e[i].index <= 2;
		for (j = 0; j < i; j++)
			twice |= e[i].index == e[j].index && e[i].index <= 2;
	}
	snprintf(line, sizeof(line), "%.80s three entries%s%s%s", text,
		 stray ? ", one without slot" : "", twice ? ", two for a slot" : "",
		 denied ? ", denied bits in a slot" : "");
	for (i = 0; i < ARRAY_SIZE(counts) && *counts[i].text; i++) {
		if (!strcmp(counts[i].text, line))
			break;
	}
	if (i == ARRAY_SIZE(counts))
		abort();
	strcpy(counts[i].text, line);
	counts[i].lists[hosts.module]++;
}

static void add_counts(void)
{
	char text[200];

	for (u32 i = 0; i < ARRAY_SIZE(counts) && *counts[i].text; i++) {
		for (u32 n = 0; n < nr_modules; n++) {
			if (!counts[i].lists[n])
				continue;
			snprintf(text, sizeof(text), "%.160s: %u lists", counts[i].text,
				 counts[i].lists[n]);
			add_line(text, 0, n);
		}
	}
}

/* Lists of up to three entries of leaf 7 under every label, one perhaps with denied bits. */
static const u32 indexes[] = { 0, 1, 2, 5 };

static void labels(void)
{
	struct kvm_cpuid_entry2 e[4];
	struct tdxcpuid_request request = { .attributes = 1 << 28, .xfam = 0x602e7, .entries = e };
	u32 n_labels = 2 * ARRAY_SIZE(indexes);

	for (u32 n = 1, lists = n_labels; n <= 3; n++, lists *= n_labels) {
		for (u32 denied = 0; denied <= n; denied++) {
			for (u32 list = 0; list < lists; list++) {
				enum outcome theirs, ours;
				char text[160];
				size_t at = 0;

				memset(e, 0, sizeof(e));
				for (u32 i = 0, rest = list; i < n; i++, rest /= n_labels) {
					e[i].function = 7;
					e[i].index = indexes[rest % n_labels / 2];
					e[i].flags = rest & 1;
					if (i + 1 == denied) {
						e[i].ebx = 0x810;
						e[i].ecx = 0x20;
					}
				}
				e[n].function = 0x80000008;
				e[n].eax = 48 << 16;
				request.nent = n + 1;
				theirs = outcome(&hosts.theirs, &request);
				ours = outcome(&hosts.ours, &request);
				if (theirs == ours)
					continue;

				at = snprintf(text, sizeof(text), "%s -> %s:", outcome_name[theirs],
					      outcome_name[ours]);
				if (n == 3 && theirs != AT_STAKE) {
					count_by_cause(text, e, n);
					continue;
				}
				for (u32 i = 0; i < n; i++)
					at += snprintf(text + at, sizeof(text) - at, " 7.%u%s%s",
						       e[i].index, e[i].flags ? "" : "?",
						       i + 1 == denied ? "+denied" : "");
				add_line(text, 0, hosts.module);
			}
		}
	}
}

/* Leaves without subleaf under another index, and the lists of levels in 0x1F. */
static void others(void)
{
	struct kvm_cpuid_entry2 e[3];
	struct tdxcpuid_request request = { .attributes = 1 << 28, .xfam = 0x602e7, .entries = e };
	char text[160];

	for (u32 k = 0; k < hosts.ours.slots.nr; k++) {
		for (u32 flags = 0; flags < 2; flags++) {
			enum outcome theirs, ours;

			if (hosts.ours.slots.slot[k].subleaf != NO_SUBLEAF)
				continue;
			e[0] = entry_of_slot(k);
			e[0].index = 3;
			e[0].flags = flags;
			e[1] = (struct kvm_cpuid_entry2){ .function = 0x80000008, .eax = 48 << 16 };
			request.nent = e[0].function == 0x80000008 ? 1 : 2;
			if (request.nent == 1)
				e[0].eax = 48 << 16;
			theirs = outcome(&hosts.theirs, &request);
			ours = outcome(&hosts.ours, &request);
			if (theirs == ours)
				continue;
			snprintf(text, sizeof(text), "%s -> %s: 0x%x.3%s", outcome_name[theirs],
				 outcome_name[ours], e[0].function, flags ? "" : "?");
			add_line(text, 0, hosts.module);
		}
	}

	for (u32 first = 0; first < 4; first++) {
		for (u32 second = 0; second < 4; second++) {
			enum outcome theirs, ours;

			if (hosts.ours.slots.nr < 18)
				break;
			e[0] = (struct kvm_cpuid_entry2){ .function = 0x1f,
							  .index = 0,
							  .flags = 1,
							  .ebx = 1,
							  .ecx = first << 8 };
			e[1] = (struct kvm_cpuid_entry2){ .function = 0x1f,
							  .index = 1,
							  .flags = 1,
							  .ebx = 1,
							  .ecx = second << 8 | 1 };
			e[2] = (struct kvm_cpuid_entry2){ .function = 0x80000008, .eax = 48 << 16 };
			request.nent = 3;
			theirs = outcome(&hosts.theirs, &request);
			ours = outcome(&hosts.ours, &request);
			if (theirs == ours)
				continue;
			snprintf(text, sizeof(text), "%s -> %s: levels %u %u", outcome_name[theirs],
				 outcome_name[ours], first, second);
			add_line(text, 0, hosts.module);
		}
	}
}

static void section(const char *title, void (*collect)(void))
{
	fputs(title, out);
	for (u32 n = 0; boot(n); n++)
		collect();
	if (collect == labels)
		add_counts();
	print_lines();
}

static void list(void)
{
	while (tdx_module_nth(nr_modules))
		nr_modules++;

	fputs("# SPDX-License-Identifier: GPL-2.0-only OR MIT\n"
	      "# Every difference between Linux 7.3 and the allowlist, over all known modules.\n"
	      "# BLESS=1 ./test writes this; read what changes.\n"
	      "# A line ends in the modules that show it.  Bits are those of one register.\n",
	      out);

	section("\n# 1. KVM_TDX_CAPABILITIES, on a CPU that has all that the module can pass on.\n"
		"# Reviewed: only bits whose use needs an attribute or XFAM component that KVM does not\n"
		"# support are hidden in addition (LBR depths, ARCH_PERFMON_EXT, the PMU's subleaves, and\n"
		"# UIRET_UIF): without the component a TD never had them.  0x80000008.EAX is not narrowed.\n",
		hidden);
	section("\n# 2. One bit in an honestly labelled entry, beside 48 as the GPAW.\n"
		"# Reviewed: accepted -> EINVAL are the hidden bits, which no recorded VMM sends and which\n"
		"# TDs lack all the same.  EINVAL with hw_error -> EINVAL are bits that the module refuses\n"
		"# anyhow; KVM now says so itself, with hw_error 0.  EIO and WARN -> EINVAL with hw_error\n"
		"# are malformed levels in 0x1F, which no longer reach the host's log.\n",
		single_bits);
	section("\n# 3. Lists of up to three entries of leaf 7, each with an index of 0, 1, 2 or 5 and\n"
		"# flagged significant or not (?), without bits or with HLE, RTM and WAITPKG (+denied).\n"
		"# Reviewed: \"host state at stake\" is the hole: an unflagged entry under another index\n"
		"# carries the denied bits into slot 7.0.  The other lists that 7.3 accepts and the allowlist\n"
		"# refuses have an entry without slot, two for a slot, or denied bits in an entry that 7.3's\n"
		"# look-up passes over: three entries and an unflagged first one make its count of copies\n"
		"# come out, whatever the rest is.  No honest list is among them: that is the fix itself.\n"
		"# EINVAL -> accepted are unflagged entries under their own index, which the same count\n"
		"# refuses.  Lists of three are too many to name: they are counted by what is wrong.\n",
		labels);
	section("\n# 4. Leaves without subleaf under index 3, and two levels of 0x1F by type.\n"
		"# Reviewed: both look up leaves without subleaf alike.  Malformed levels as in 2.\n",
		others);
}

int main(int argc, char **argv)
{
	char *text = NULL, *got, *want;
	size_t size = 0, lines_equal = 0;
	static char golden[1 << 20];
	FILE *file;

	if (argc == 2 && !strcmp(argv[1], "--list")) {
		out = stdout;
		list();
		return 0;
	}
	if (argc != 2) {
		fprintf(stderr, "usage: differences GOLDEN | --list\n");
		return 2;
	}

	out = open_memstream(&text, &size);
	list();
	fclose(out);

	if (getenv("BLESS")) {
		file = fopen(argv[1], "w");
		if (!file || fputs(text, file) == EOF || fclose(file)) {
			perror(argv[1]);
			return 2;
		}
	}
	file = fopen(argv[1], "r");
	if (!file) {
		perror(argv[1]);
		return 2;
	}
	golden[fread(golden, 1, sizeof(golden) - 1, file)] = '\0';
	fclose(file);

	for (got = text, want = golden; *got && *want; lines_equal++) {
		size_t g = strcspn(got, "\n"), w = strcspn(want, "\n");

		if (g != w || memcmp(got, want, g))
			break;
		got += g + !!got[g];
		want += w + !!want[w];
	}
	if (*got || *want) {
		tap_note("line %zu", lines_equal + 1);
		tap_note("golden: %.*s", (int)strcspn(want, "\n"), want);
		tap_note("now:    %.*s", (int)strcspn(got, "\n"), got);
	}
	tap(!*got && !*want, "the differences between linux-7.3 and the allowlist are the reviewed "
			     "ones; if not, BLESS=1 ./test accepts them");
	free(text);
	return tap_end();
}
