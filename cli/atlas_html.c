// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The atlas as HTML: atlas.html, with the table in it. */
#include <stdlib.h>

#include "atlas.h"
#include "print.h"

/* cli/atlas.html: made by meson. */
extern const char atlas_page[];

void put_html(const char *text)
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
	for (u32 n = 0; n < SOURCES_MAX && a->sources[n]; n++)
		print_page("<li id=s%u>%s\n", n + 1, a->sources[n]);
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
		{ "legend", print_legend },   { "hosts", print_hosts },
		{ "jump", print_jump },	      { "table", print_table_class },
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
