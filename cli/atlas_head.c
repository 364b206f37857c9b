// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The columns of the atlas: how wide they are, what is above them, and what cells say in a card. */
#include <ctype.h>

#include "atlas.h"
#include "print.h"

u32 count_columns(const struct atlas *a, enum column_kind kind)
{
	u32 nr = 0;

	for (u32 i = 0; i < a->nr_columns; i++)
		nr += a->columns[i].kind == kind;
	return nr;
}

bool has_no_tdx(const struct column *host)
{
	return host->host->info.disabled;
}

static void print_name(const struct column *c)
{
	put_html(c->from);
	if (c->to) {
		print_page("\xe2\x80\x93<wbr>");
		put_html(c->to);
	}
}

/* Below what width the table does not fit, in pixels: more columns take more. */
void print_narrow(struct atlas *a)
{
	print_page("%u", 1130 + 47 * (a->modules.nr + count_columns(a, COLUMN_HOST)));
}

static void print_group(const struct atlas *a, enum column_kind kind, const char *title)
{
	if (count_columns(a, kind))
		print_page("<th scope=colgroup colspan=%u>%s\n", count_columns(a, kind), title);
}

void print_head(struct atlas *a)
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

/* Text of others: into a string of CSS. */
static void put_css(const char *text)
{
	for (; *text; text++) {
		if (isalnum((unsigned char)*text) || *text == '.')
			print_page("%c", *text);
		else
			print_page("\\%x ", (unsigned char)*text);
	}
}

/* The heading of each cell, where there is no room for a heading of the table. */
void print_labels(struct atlas *a)
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
