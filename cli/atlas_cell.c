// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The cells of the atlas: letters for what modules and hosts make of a row, and their legend. */
#include "atlas.h"
#include "print.h"

static bool has_tdx(const struct column *host)
{
	return !has_no_tdx(host);
}

static bool has_cpu(const struct column *host)
{
	return has_tdx(host) && host->host->info.cpu;
}

static bool has_unknown_module(const struct column *host)
{
	return has_tdx(host) && !host->host->info.module;
}

/* A letter and a class of the style sheet, and what it means. */
static const struct letter {
	const char *letter, *class, *text;
	bool (*is_of)(const struct column *host); /* that it is for; NULL: for modules, too */
} letters[] = {
	{ "A", "a", "configurable; 0 where the CPU has 0 (class allow)" },
	{ "C", "c", "configurable; taken as given (class config)" },
	{ "N", "n", "native: as the CPU has it" },
	{ "1", "o", "always 1" },
	{ "0", "z", "always 0" },
	{ "0x\xe2\x80\xa6", "o", "always this number" },
	{ "K", "c", "KVM's own field, whatever the module has there" },
	{ "\xe2\x80\x93", "x", "absent: the module does not know the leaf; 0" },
	{ "H", "h",
	  "0: the module offers it, and KVM does not (or the CPU lacks it, where that is not known)",
	  has_tdx },
	{ "L", "x", "0: the module offers it, and the CPU lacks it", has_cpu },
	{ "V", "n", "changes at run time, or a number that the module works out", has_tdx },
	{ "?", "x", "not known, as the version of the host's TDX module is not",
	  has_unknown_module },
	{ "\xe2\x80\x93", "x", "all the way down: this host has no TDX", has_no_tdx },
};
enum {
	ALLOW,
	CONFIG,
	NATIVE,
	ONE,
	ZERO,
	NUMBER,
	KVMS,
	ABSENT,
	HIDDEN,
	LACKED,
	VARIES,
	UNKNOWN,
	NO_TDX
};

static const struct letter *module_letter(const struct tdxcpuid_module *m,
					  const struct tdxcpuid_bit *bit)
{
	static const u8 by_class[] = {
		[TDXCPUID_CLASS_ABSENT] = ABSENT, [TDXCPUID_CLASS_NATIVE] = NATIVE,
		[TDXCPUID_CLASS_FIXED0] = ZERO,	  [TDXCPUID_CLASS_FIXED1] = ONE,
		[TDXCPUID_CLASS_CONFIG] = CONFIG, [TDXCPUID_CLASS_ALLOW] = ALLOW,
	};

	return &letters[by_class[tdxcpuid_module_class(m, bit)]];
}

/* The bits of the row that are always 1. */
static u32 fixed_number(const struct tdxcpuid_module *m, const struct atlas_row *row)
{
	struct tdxcpuid_bit bit = row->bit;
	u32 number = 0;

	for (int i = 0; i < row->nr_bits; i++, bit.bit++)
		number |= (u32)(module_letter(m, &bit) == &letters[ONE]) << i;
	return number;
}

/* What stands for all bits of the row; of a number that is the module's, @text has it. */
static const struct letter *row_letter(const struct tdxcpuid_module *m, const struct atlas_row *row,
				       char text[12])
{
	const struct letter *l = module_letter(m, &row->bit);
	u32 number = fixed_number(m, row);

	if (row->nr_bits == 1 || !number || (l != &letters[ONE] && l != &letters[ZERO]))
		return l;
	snprintf(text, 12, "0x%x", number);
	return &letters[NUMBER];
}

static u32 number_of(const struct atlas_row *row, u32 value)
{
	return value >> row->bit.bit & (row->nr_bits == 32 ? ~0U : (1U << row->nr_bits) - 1);
}

static u32 cpu_value(const struct tdxcpuid_cpu *cpu, const struct atlas_row *row)
{
	u32 reg[4];

	tdxcpuid_cpu_cpuid(cpu, row->bit.leaf,
			   row->bit.subleaf == NO_SUBLEAF ? 0 : row->bit.subleaf, reg);
	return reg[row->bit.reg];
}

/*
 * Of what the VMM may choose, what the module does with the choice.  Its fate does not tell,
 * where the module does not start on a CPU that has 0.
 */
static const struct letter *choice_letter(const struct target *host, const struct tdxcpuid_bit *bit)
{
	const struct tdxcpuid_module *m = host->info.module;

	if (!m)
		m = tdxcpuid_module_find(TDXCPUID_DEFAULT_MODULE);
	return &letters[tdxcpuid_module_class(m, bit) == TDXCPUID_CLASS_ALLOW ? ALLOW : CONFIG];
}

static const struct letter *host_letter(const struct target *host, const struct atlas_row *row)
{
	static const u8 by_fate[] = {
		[TDXCPUID_FATE_NEVER] = ZERO,	   [TDXCPUID_FATE_ALWAYS] = ONE,
		[TDXCPUID_FATE_NATIVE] = NATIVE,   [TDXCPUID_FATE_NUMBER] = VARIES,
		[TDXCPUID_FATE_RUN_TIME] = VARIES, [TDXCPUID_FATE_UNKNOWN] = UNKNOWN,
	};
	const struct tdxcpuid_cpu *cpu = host->info.cpu;
	struct tdxcpuid_bit_fate fate;

	tdxcpuid_bit_fate(host->kvm, &row->bit, &fate);
	if (fate.fate == TDXCPUID_FATE_CHOICE || fate.fate == TDXCPUID_FATE_CHOICE_NATIVE)
		return choice_letter(host, &row->bit);
	if (fate.absent)
		return &letters[ABSENT];
	if (!fate.denied)
		return &letters[by_fate[fate.fate]];
	return &letters[cpu && !number_of(row, cpu_value(cpu, row)) ? LACKED : HIDDEN];
}

/* What stands for all bits of the row; where that is a number, @text has it. */
static const struct letter *column_letter(const struct column *c, const struct atlas_row *row,
					  char text[12])
{
	const struct letter *l;

	if (c->kind == COLUMN_HOST && has_no_tdx(c))
		l = &letters[NO_TDX];
	else if (atlas_is_gpaw(&row->bit))
		l = &letters[KVMS];
	else if (c->module)
		l = row_letter(c->module, row, text);
	else
		l = host_letter(c->host, row);
	if (l != &letters[NUMBER])
		snprintf(text, 12, "%s", l->letter);
	return l;
}

/* Features yes or no, numbers as they are. */
static void print_value(const struct atlas_row *row, u32 value)
{
	struct tdxcpuid_bit_verdict verdict;

	tdxcpuid_bit_verdict(&row->bit, &verdict);
	value = number_of(row, value);
	if (verdict.value)
		print_page("<td>0x%x", value);
	else
		print_page(value ? "<td class=y>yes" : "<td class=x>no");
}

static void print_qemu(const struct atlas *a, const struct atlas_row *row)
{
	u32 value = 0, reported = 0, mask = number_of(row, ~0U) << row->bit.bit;
	struct tdxcpuid_slot slot;

	for (u32 k = 0; tdxcpuid_host_slot(a->qemu_host->kvm, k, &slot); k++) {
		if (slot.leaf == row->bit.leaf && slot.subleaf == row->bit.subleaf)
			reported = slot.reported[row->bit.reg];
	}
	if (!(reported & mask)) {
		print_page("<td class=x>\xe2\x80\x93");
		return;
	}
	for (u32 i = 0; i < a->nr_qemu; i++) {
		const struct kvm_cpuid_entry2 *e = &a->qemu[i];
		const u32 reg[4] = { e->eax, e->ebx, e->ecx, e->edx };

		if (e->function == row->bit.leaf &&
		    (row->bit.subleaf == NO_SUBLEAF || e->index == row->bit.subleaf))
			value = reg[row->bit.reg];
	}
	print_value(row, value);
}

void print_cells(const struct atlas *a, const struct atlas_row *row)
{
	const struct letter *l, *last = NULL;
	char number[12];
	u32 line = 0;

	for (const struct column *c = a->columns; c < a->columns + a->nr_columns; c++) {
		switch (c->kind) {
		case COLUMN_MODULE:
		case COLUMN_HOST:
			l = column_letter(c, row, number);
			if (c->line && c->line == line && l != last)
				print_page("<td class=\"%s d\">%s*", l->class, number);
			else
				print_page("<td class=%s>%s", l->class, number);
			last = l;
			line = c->line;
			break;
		case COLUMN_CPU:
			print_value(row, cpu_value(c->cpu, row));
			break;
		case COLUMN_QEMU:
			print_qemu(a, row);
			break;
		}
	}
}

static bool is_used(const struct atlas *a, const struct letter *l)
{
	for (u32 i = 0; l->is_of && i < a->nr_columns; i++) {
		if (a->columns[i].kind == COLUMN_HOST && l->is_of(&a->columns[i]))
			return true;
	}
	return !l->is_of;
}

void print_legend(struct atlas *a)
{
	struct tdxcpuid_bit_verdict number;

	for (size_t i = 0; i < ARRAY_SIZE(letters); i++) {
		if (is_used(a, &letters[i]))
			print_page("<div><dt class=%s>%s<dd>%s</div>\n", letters[i].class,
				   letters[i].letter, letters[i].text);
	}
	tdxcpuid_bit_verdict(&(struct tdxcpuid_bit){ 1, NO_SUBLEAF, TDXCPUID_EAX, 0 }, &number);
	print_page("<div><dt>*<dd>differs from the versions before</div>\n"
		   "<div><dt>value<dd>%s</div>\n",
		   number.reason);
}
