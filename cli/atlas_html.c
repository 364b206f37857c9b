// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The atlas as HTML: atlas.html, with the table in it. */
#include <ctype.h>
#include <stdlib.h>

#include "atlas.h"
#include "print.h"

/* cli/atlas.html: made by meson. */
extern const char atlas_page[];

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

/* Text of others: into HTML, whatever it is. */
static void put(const char *text)
{
	char *copy = xstrdup(text);

	clean(copy, strlen(copy));
	for (const char *p = copy; *p; p++) {
		switch (*p) {
		case '<':
			print_page("&lt;");
			break;
		case '&':
			print_page("&amp;");
			break;
		case '"':
			print_page("&quot;");
			break;
		default:
			print_page("%c", *p);
		}
	}
	free(copy);
}

/* And into a string of CSS. */
static void put_css(const char *text)
{
	for (; *text; text++) {
		if (isalnum((unsigned char)*text) || *text == '.')
			print_page("%c", *text);
		else
			print_page("\\%x ", (unsigned char)*text);
	}
}

static void print_name(const struct column *c)
{
	put(c->from);
	if (c->to) {
		print_page("\xe2\x80\x93<wbr>");
		put(c->to);
	}
}

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

static void print_cells(const struct atlas *a, const struct atlas_row *row)
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

/* The number of a source, from 1: they are few, long, and listed at the end. */
static u32 source_number(struct atlas *a, const char *source)
{
	u32 n = 0;

	while (n < SOURCES_MAX - 1 && a->sources[n] && strcmp(a->sources[n], source))
		n++;
	a->sources[n] = source;
	return n + 1;
}

static void print_row(struct atlas *a, const struct atlas_row *row)
{
	struct tdxcpuid_bit_verdict v;
	char name[TDXCPUID_NAME_MAX], where[PLACE_MAX];
	const char *alias;
	u32 source;

	register_text(row->bit.leaf, row->bit.subleaf, row->bit.reg, where);
	tdxcpuid_bit_name(&row->bit, name);
	print_page("\n<tr id=%s.%d><th scope=row><a href=#%s.%d>", where + ANCHOR_FROM,
		   row->bit.bit, where + ANCHOR_FROM, row->bit.bit);
	if (row->nr_bits > 1)
		print_page("%d:", row->bit.bit + row->nr_bits - 1);
	print_page("%d</a> ", row->bit.bit);
	if (row->field)
		print_page("%s", row->field);
	else if (strchr(name, '.'))
		print_page("<i>no name</i>");
	else
		print_page("<b>%s</b>", name);
	for (u32 n = 0; (alias = tdxcpuid_bit_alias(&row->bit, n)); n++)
		print_page("%s<small>%s</small>", n ? ", " : " ", alias);

	print_cells(a, row);
	tdxcpuid_bit_verdict(&row->bit, &v);
	source = source_number(a, v.source);
	/* Of a number there is one thing to say, in the legend. */
	if (v.value)
		print_page("<td>value<td>");
	else
		print_page("<td class=%s>%s<td>%s <a href=#s%u>[%u]</a>", v.allowed ? "p" : "q",
			   verdict_text(&v), v.reason, source, source);
}

static void print_rows(struct atlas *a)
{
	for (u32 i = 0; i < a->nr_places; i++) {
		struct atlas_row rows[32];
		char where[PLACE_MAX];
		u32 nr = atlas_register(&a->modules, &a->places[i], rows);

		if (!nr)
			continue;
		register_text(a->places[i].leaf, a->places[i].subleaf, a->places[i].reg, where);
		print_page("\n<tbody><tr class=g id=%s><th scope=rowgroup colspan=%u>CPUID %s",
			   where + ANCHOR_FROM, a->nr_columns + 3, where);
		for (u32 n = 0; n < nr; n++)
			print_row(a, &rows[n]);
	}
}

/* The heading of each cell, where there is no room for a heading of the table. */
static void print_labels(struct atlas *a)
{
	for (u32 i = 0; i < a->nr_columns; i++) {
		print_page("tr>:nth-child(%u)::before{content:\"", i + 2);
		put_css(a->columns[i].from);
		if (a->columns[i].to) {
			print_page("\\2013 ");
			put_css(a->columns[i].to);
		}
		print_page("\"}\n");
	}
}

static u32 count(const struct atlas *a, enum column_kind kind)
{
	u32 nr = 0;

	for (u32 i = 0; i < a->nr_columns; i++)
		nr += a->columns[i].kind == kind;
	return nr;
}

/* Below what width the table does not fit, in pixels: more columns take more. */
static void print_narrow(struct atlas *a)
{
	print_page("%u", 1130 + 47 * (a->modules.nr + count(a, COLUMN_HOST)));
}

static void print_group(const struct atlas *a, enum column_kind kind, const char *title)
{
	if (count(a, kind))
		print_page("<th scope=colgroup colspan=%u>%s\n", count(a, kind), title);
}

static void print_head(struct atlas *a)
{
	print_page("<tr><th scope=col rowspan=2>Bit\n");
	print_group(a, COLUMN_MODULE, "TDX module");
	print_group(a, COLUMN_HOST, "Host");
	print_group(a, COLUMN_CPU, "CPU has it");
	print_page("<th scope=col rowspan=2>QEMU<br>asks<th scope=col rowspan=2>Policy"
		   "<th scope=col rowspan=2>Why, and the state at stake\n<tr>");
	for (u32 i = 0; i < a->nr_columns; i++) {
		if (a->columns[i].kind == COLUMN_QEMU)
			continue;
		/* A file may be called anything. */
		print_page(a->columns[i].kind == COLUMN_HOST ? "<th scope=col class=w>" :
							       "<th scope=col>");
		print_name(&a->columns[i]);
	}
	print_page("\n");
}

static void print_legend(struct atlas *a)
{
	struct tdxcpuid_bit_verdict number;

	for (size_t i = 0; i < ARRAY_SIZE(letters); i++) {
		if (!letters[i].hosts_only || count(a, COLUMN_HOST))
			print_page("<div><dt class=%s>%s<dd>%s</div>\n", letters[i].class,
				   letters[i].letter, letters[i].text);
	}
	tdxcpuid_bit_verdict(&(struct tdxcpuid_bit){ 1, NO_SUBLEAF, TDXCPUID_EAX, 0 }, &number);
	print_page("<div><dt>*<dd>differs from the versions before</div>\n"
		   "<div><dt>value<dd>%s</div>\n",
		   number.reason);
}

static void print_jump(struct atlas *a)
{
	u32 leaf = 0;
	struct atlas_row rows[32];
	char where[PLACE_MAX];

	for (u32 i = 0; i < a->nr_places; i++) {
		const struct tdxcpuid_bit *b = &a->places[i];

		if (b->leaf == leaf || !atlas_register(&a->modules, b, rows))
			continue;
		leaf = b->leaf;
		register_text(leaf, b->subleaf, b->reg, where);
		print_page("<a href=#%s>0x%x</a>\n", where + ANCHOR_FROM, leaf);
	}
}

static void print_sources(struct atlas *a)
{
	char host[HOST_MAX];

	for (u32 n = 0; n < SOURCES_MAX && a->sources[n]; n++)
		print_page("<li id=s%u>%s\n", n + 1, a->sources[n]);
	for (u32 i = 0; i < a->nr_columns; i++) {
		if (a->columns[i].kind != COLUMN_HOST)
			continue;
		print_page("<li>Host ");
		put(a->columns[i].from);
		print_page(": ");
		put(host_text(a->columns[i].host, host));
		print_page("\n");
	}
}

static void print_foot(struct atlas *a)
{
	print_page("Tables of tdx-cpuid " VERSION ", the newest of a TDX module of %u-%02u-%02u.",
		   a->date / 10000, a->date / 100 % 100, a->date % 100);
}

void print_atlas(struct atlas *a)
{
	static const struct {
		const char *mark;
		void (*print)(struct atlas *a);
	} parts[] = {
		{ "narrow", print_narrow },   { "labels", print_labels },
		{ "legend", print_legend },   { "jump", print_jump },
		{ "head", print_head },	      { "rows", print_rows },
		{ "sources", print_sources }, { "foot", print_foot },
	};
	const char *p = atlas_page, *mark;

	for (; (mark = strstr(p, "<!--@")); p = strstr(mark, "-->") + 3) {
		print_page("%.*s", (int)(mark - p), p);
		for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
			if (!strncmp(mark + 5, parts[i].mark, strlen(parts[i].mark)))
				parts[i].print(a);
		}
	}
	print_page("%s", p);
}
