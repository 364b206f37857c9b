// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The cells of the atlas: letters for what modules and hosts make of a row, and their legend. */
#include "atlas.h"
#include "print.h"

/* A letter and a class of the style sheet, and what it means. */
static const struct letter {
	const char *letter, *class, *text;
	bool hosts_only;
} letters[] = {
	{ "A", "a", "configurable; 0 where the CPU has 0 (class allow)" },
	{ "C", "c", "configurable; taken as given (class config)" },
	{ "N", "n", "native: as the CPU has it" },
	{ "1", "o", "always 1" },
	{ "0", "z", "always 0" },
	{ "0x\xe2\x80\xa6", "o", "always this number" },
	{ "K", "c", "KVM's own field, whatever the module has there" },
	{ "\xe2\x80\x93", "x", "absent: the module does not know the leaf; 0" },
	{ "H", "h", "0: the module offers it, and KVM does not, or the CPU lacks it", true },
	{ "V", "n", "changes at run time, or a number that the module works out", true },
	{ "?", "x", "not known: the module of this host is not", true },
};
enum { ALLOW, CONFIG, NATIVE, ONE, ZERO, NUMBER, KVMS, ABSENT, HIDDEN, VARIES, UNKNOWN };

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

static const struct letter *host_letter(const struct target *host, const struct tdxcpuid_bit *bit)
{
	static const u8 by_fate[] = {
		[TDXCPUID_FATE_NEVER] = ZERO,	   [TDXCPUID_FATE_ALWAYS] = ONE,
		[TDXCPUID_FATE_NATIVE] = NATIVE,   [TDXCPUID_FATE_CHOICE] = CONFIG,
		[TDXCPUID_FATE_RUN_TIME] = VARIES, [TDXCPUID_FATE_CHOICE_NATIVE] = ALLOW,
		[TDXCPUID_FATE_NUMBER] = VARIES,
	};
	struct tdxcpuid_bit_fate fate;

	tdxcpuid_bit_fate(host->kvm, bit, &fate);
	/* What KVM reports is known in any case. */
	if (!host->info.module && fate.fate != TDXCPUID_FATE_CHOICE &&
	    fate.fate != TDXCPUID_FATE_CHOICE_NATIVE)
		return &letters[UNKNOWN];
	if (fate.absent)
		return &letters[ABSENT];
	return &letters[fate.denied ? HIDDEN : by_fate[fate.fate]];
}

static u32 number_of(const struct atlas_row *row, u32 value)
{
	return value >> row->bit.bit & (row->nr_bits == 32 ? ~0U : (1U << row->nr_bits) - 1);
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
	u32 reg[4], line = 0;

	for (const struct column *c = a->columns; c < a->columns + a->nr_columns; c++) {
		switch (c->kind) {
		case COLUMN_MODULE:
		case COLUMN_HOST:
			l = atlas_is_gpaw(&row->bit) ? &letters[KVMS] :
			    c->module		     ? row_letter(c->module, row, number) :
						       host_letter(c->host, &row->bit);
			if (l != &letters[NUMBER])
				snprintf(number, sizeof(number), "%s", l->letter);
			if (c->line && c->line == line && l != last)
				print_page("<td class=\"%s d\">%s*", l->class, number);
			else
				print_page("<td class=%s>%s", l->class, number);
			last = l;
			line = c->line;
			break;
		case COLUMN_CPU:
			tdxcpuid_cpu_cpuid(c->cpu, row->bit.leaf,
					   row->bit.subleaf == NO_SUBLEAF ? 0 : row->bit.subleaf,
					   reg);
			print_value(row, reg[row->bit.reg]);
			break;
		case COLUMN_QEMU:
			print_qemu(a, row);
			break;
		}
	}
}

void print_legend(struct atlas *a)
{
	struct tdxcpuid_bit_verdict number;

	for (size_t i = 0; i < ARRAY_SIZE(letters); i++) {
		if (!letters[i].hosts_only || count_columns(a, COLUMN_HOST))
			print_page("<div><dt class=%s>%s<dd>%s</div>\n", letters[i].class,
				   letters[i].letter, letters[i].text);
	}
	tdxcpuid_bit_verdict(&(struct tdxcpuid_bit){ 1, NO_SUBLEAF, TDXCPUID_EAX, 0 }, &number);
	print_page("<div><dt>*<dd>differs from the versions before</div>\n"
		   "<div><dt>value<dd>%s</div>\n",
		   number.reason);
}
