// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What a dump of a CPU comes to, whatever its format: the first CPU of the machine, whether the
 * others are like it, and what the program that wrote it could not see.
 */
#include "cpu_in.h"
#include "print.h"

int cpu_trouble(struct cpu_in *in, const char *place, const char *format, ...)
{
	size_t line, column;
	va_list ap;

	line_and_column(in->data, place - in->data, &line, &column);
	va_start(ap, format);
	vtrouble(in->t, line, column, format, ap);
	va_end(ap);
	return -1;
}

/* Bits that tell a CPU from its neighbours, or one moment from the next: no difference. */
static u32 own_bits(u32 leaf, u32 subleaf, int reg)
{
	static const struct {
		u32 leaf;
		u32 subleaf; /* NO_SUBLEAF: any */
		int reg;     /* -1: any */
		u32 mask;
	} own[] = {
		{ 0x1, 0, TDXCPUID_EBX, 0xffff0000 },	       /* APIC ID, and how many there are */
		{ 0x1, 0, TDXCPUID_ECX, 0x08000000 },	       /* OSXSAVE */
		{ 0x4, NO_SUBLEAF, TDXCPUID_EAX, 0xffffc000 }, /* who shares the cache */
		{ 0x7, 0, TDXCPUID_ECX, 0x10 },		       /* OSPKE */
		{ 0xb, NO_SUBLEAF, -1, 0xffffffff },
		{ 0xd, 0, TDXCPUID_EBX, 0xffffffff }, /* XSAVE size for XCR0 */
		{ 0xd, 1, TDXCPUID_EBX, 0xffffffff }, /* and for IA32_XSS */
		{ 0x1f, NO_SUBLEAF, -1, 0xffffffff },
		{ 0x8000001d, NO_SUBLEAF, TDXCPUID_EAX, 0x03ffc000 },
		{ 0x8000001e, NO_SUBLEAF, -1, 0xffffffff },
		{ 0x80000026, NO_SUBLEAF, -1, 0xffffffff },
	};

	for (size_t i = 0; i < ARRAY_SIZE(own); i++) {
		if (own[i].leaf == leaf &&
		    (own[i].subleaf == subleaf || own[i].subleaf == NO_SUBLEAF) &&
		    (own[i].reg == reg || own[i].reg < 0))
			return own[i].mask;
	}
	return 0;
}

/* Mostly the leaves of all CPUs come in one order. */
const struct tdxcpuid_leaf *cpu_find_leaf(struct cpu_in *in, u32 leaf, u32 subleaf)
{
	for (u32 i = 0; i < in->nr; i++) {
		u32 at = (in->next + i) % in->nr;

		if (in->leaf[at].leaf != leaf || in->leaf[at].subleaf != subleaf)
			continue;
		in->next = at + 1;
		return &in->leaf[at];
	}
	return NULL;
}

static void compare_leaf(struct cpu_in *in, const struct tdxcpuid_leaf *there)
{
	static const struct tdxcpuid_leaf zeros;
	const struct tdxcpuid_leaf *here = cpu_find_leaf(in, there->leaf, there->subleaf);

	if (!here)
		here = &zeros;
	for (int reg = 0; reg < 4 && !in->differ; reg++) {
		u32 own = own_bits(there->leaf, there->subleaf, reg);

		if (!((here->reg[reg] ^ there->reg[reg]) & ~own))
			continue;
		in->differ = true;
		in->difference = (struct cpu_difference){ in->nr_cpus - 1, there->leaf,
							  there->subleaf,  reg,
							  here->reg[reg],  there->reg[reg] };
	}
}

void cpu_begin(struct cpu_in *in)
{
	/* One without leaves, which is offline, is none. */
	if (in->nr_cpus == 1 && !in->nr)
		return;
	in->nr_cpus++;
	in->next = 0;
}

int cpu_leaf(struct cpu_in *in, const char *place, const struct tdxcpuid_leaf *leaf)
{
	if (!in->nr_cpus)
		cpu_begin(in);
	if (in->nr_cpus > 1) {
		if (!in->differ)
			compare_leaf(in, leaf);
		return 0;
	}
	if (cpu_find_leaf(in, leaf->leaf, leaf->subleaf))
		return cpu_trouble(in, place, "leaf 0x%x, subleaf %u, for the second time",
				   leaf->leaf, leaf->subleaf);
	if (in->nr == NATIVE_MAX)
		return cpu_trouble(in, place, "more than %u leaves", NATIVE_MAX);
	in->leaf[in->nr++] = *leaf;
	return 0;
}

void cpu_arch_capabilities(struct cpu_in *in, u64 value)
{
	if (!in->arch_capabilities)
		in->arch_capabilities = value;
}

/* What lies behind the last leaf of its range, which programs try, is what another leaf says. */
static bool beyond(const struct cpu_in *in, u32 leaf)
{
	u32 range = leaf & 0x80000000;

	if ((leaf & ~range) > 0xffff)
		return true;
	for (u32 i = 0; i < in->nr; i++) {
		if (in->leaf[i].leaf == range)
			return leaf > in->leaf[i].reg[TDXCPUID_EAX];
	}
	return false;
}

/* Programs number a leaf that has no subleaves, too. */
static bool has_subleaves(const struct cpu_in *in, u32 leaf)
{
	switch (leaf) {
	case 0x1b:
	case 0x20:
	case 0x23:
	case 0x80000020:
	case 0x80000026:
		return true;
	default:
		break;
	}
	for (u32 i = 0; i < in->nr; i++) {
		if (in->leaf[i].leaf == leaf && in->leaf[i].subleaf &&
		    in->leaf[i].subleaf != NO_SUBLEAF)
			return true;
	}
	return tdxcpuid_leaf_indexed(leaf);
}

static void tidy(struct cpu_in *in)
{
	u32 nr = 0;

	for (u32 i = 0; i < in->nr; i++) {
		if (!has_subleaves(in, in->leaf[i].leaf))
			in->leaf[i].subleaf = NO_SUBLEAF;
	}
	for (u32 i = 0; i < in->nr; i++) {
		if (!beyond(in, in->leaf[i].leaf))
			in->leaf[nr++] = in->leaf[i];
	}
	in->nr = nr;
}

static void say_difference(const struct cpu_in *in, struct notes *notes)
{
	const struct cpu_difference *d = &in->difference;
	u32 subleaf = has_subleaves(in, d->leaf) ? d->subleaf : NO_SUBLEAF;
	char where[PLACE_MAX];

	add_note(notes,
		 "of the %u CPUs in the file the first is taken, and not all are alike: %s is 0x%x "
		 "there, and 0x%x of CPU %u",
		 in->nr_cpus, register_text(d->leaf, subleaf, d->reg, where), d->here, d->there,
		 d->cpu);
}

/* Parts of a dump are fine for people, and no CPU for the TDX module. */
static void find_leaf_0(const struct cpu_in *in, struct notes *notes)
{
	for (u32 i = 0; i < in->nr; i++) {
		if (!in->leaf[i].leaf)
			return;
	}
	add_note(notes,
		 "leaf 0 is not in the file, and says which leaves there are: this CPU has none");
}

/* Some programs print only the first of them; older kcpuid of leaf 0x1d, for example. */
static void find_lost_subleaves(struct cpu_in *in, struct notes *notes)
{
	/* Their first says which is the last. */
	static const u32 leaves[] = { 0x7, 0x14, 0x18, 0x1d, 0x20, 0x24 };

	for (size_t i = 0; i < ARRAY_SIZE(leaves); i++) {
		const struct tdxcpuid_leaf *first = cpu_find_leaf(in, leaves[i], 0);
		u32 last = first ? first->reg[TDXCPUID_EAX] : 0;
		bool any = false;

		for (u32 k = 0; k < in->nr; k++)
			any |= in->leaf[k].leaf == leaves[i] && in->leaf[k].subleaf;
		if (last && !any)
			add_note(
				notes,
				"leaf 0x%x has %u subleaves, of which only the first is in the file; the "
				"rest is taken as 0",
				leaves[i], last + 1);
	}
}

#define EDX_SYSCALL 0x800
#define EDX_LM	    0x20000000

/* Intel's CPUs show SYSCALL to 64-bit programs only. */
static void find_syscall(struct cpu_in *in, struct notes *notes)
{
	for (u32 i = 0; i < in->nr; i++) {
		u32 *edx = &in->leaf[i].reg[TDXCPUID_EDX];

		if (in->leaf[i].leaf != 0x80000001 || (*edx & (EDX_SYSCALL | EDX_LM)) != EDX_LM)
			continue;
		if (in->dump)
			*edx |= EDX_SYSCALL;
		add_note(
			notes,
			"0x80000001.edx bit 11 (syscall) is 0, as a 32-bit program sees it, on a CPU "
			"that has it%s",
			in->dump ? "; taken as 1" : "; the profile is taken as it is");
	}
}

int cpu_finish(struct cpu_in *in, struct notes *notes)
{
	if (!in->nr && in->dump)
		return trouble(in->t, 1, 1, "there is no leaf of CPUID in it");
	if (in->differ)
		say_difference(in, notes);
	if (in->dump) {
		tidy(in);
		find_leaf_0(in, notes);
		find_lost_subleaves(in, notes);
	}
	find_syscall(in, notes);
	return 0;
}
