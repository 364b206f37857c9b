// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The columns of the atlas: how wide they are, what is above them, and what cells say in a card. */
#include <ctype.h>
#include <stdlib.h>

#include "atlas.h"
#include "print.h"

/* Letters that a heading takes before it is broken, and those of a name within a card. */
#define HEADING_MAX 8
#define LABEL_MAX   24

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

static bool has_own_columns(const struct atlas *a)
{
	return a->modules.nr || count_columns(a, COLUMN_HOST);
}

/* Below what width the table does not fit, in pixels: more columns take more. */
void print_narrow(struct atlas *a)
{
	u32 hosts = count_columns(a, COLUMN_HOST), width = 1054 + 46 * a->modules.nr;

	for (const struct column *c = a->columns; c < a->columns + a->nr_columns; c++) {
		/* Names stand upright, "no TDX" and the heading above them do not. */
		if (c->kind == COLUMN_HOST)
			width += (has_no_tdx(c) ? 31 : 25) + (hosts == 1 ? 14 : 0);
	}
	print_page("%u", has_own_columns(a) ? width : 1152);
}

/* With more columns, all are closer together. */
void print_table_class(struct atlas *a)
{
	if (has_own_columns(a))
		print_page(" class=m");
}

static void print_group(const struct atlas *a, enum column_kind kind, const char *title)
{
	if (count_columns(a, kind))
		print_page("<th scope=colgroup colspan=%u>%s\n", count_columns(a, kind), title);
}

static void print_module(const struct column *c)
{
	print_page("<th scope=col");
	if (strlen(c->from) > HEADING_MAX)
		print_page(" class=b");
	if (c->same)
		print_page(" title=\"the same as %s%s%s\"", c->same->from,
			   c->same->to ? "\xe2\x80\x93" : "", c->same->to ? c->same->to : "");
	print_page(">");
	put_html(c->from);
	if (c->to)
		print_page("\xe2\x80\x93<wbr>%s", c->to);
}

/* What does not fit is in the title, and in the list of print_hosts(). */
static void print_host(const struct column *c)
{
	char text[HOST_MAX];

	print_page("<th scope=col class=w title=\"");
	put_html(c->from);
	print_page(": ");
	put_html(host_text(c->host, text));
	/* Whatever it does to the order of its letters ends there. */
	print_page("\"><bdi>");
	put_html(c->from);
	print_page("</bdi>%s", has_no_tdx(c) ? " <small>no TDX</small>" : "");
}

void print_head(struct atlas *a)
{
	print_page("<tr><th scope=col rowspan=2>Bit\n");
	print_group(a, COLUMN_MODULE, "TDX module");
	print_group(a, COLUMN_HOST, "Host");
	print_group(a, COLUMN_CPU, "CPU has it");
	print_page("<th scope=col rowspan=2>QEMU<br>asks<th scope=col rowspan=2>Policy"
		   "<th scope=col rowspan=2>Why, and the state at stake\n<tr>");
	for (const struct column *c = a->columns; c < a->columns + a->nr_columns; c++) {
		if (c->kind == COLUMN_MODULE)
			print_module(c);
		else if (c->kind == COLUMN_HOST)
			print_host(c);
		else if (c->kind == COLUMN_CPU)
			print_page("<th scope=col>%s", c->from);
	}
	print_page("\n");
}

/* Text of others: the start of it, into a string of CSS. */
static void put_css(const char *text)
{
	char *copy = xstrdup(text);
	u32 nr = 0;

	clean(copy, strlen(copy));
	for (const char *p = copy; *p; p++) {
		/* The bytes of a letter stay together. */
		if ((*p & 0xc0) != 0x80 && ++nr > LABEL_MAX) {
			print_page("\\2026 ");
			break;
		}
		if (*p & 0x80 || isalnum((unsigned char)*p) || *p == '.')
			print_page("%c", *p);
		else
			print_page("\\%x ", *p);
	}
	free(copy);
}

static void print_label(const struct column *c)
{
	static const char *const before[] = { [COLUMN_HOST] = "Host ", [COLUMN_CPU] = "CPU " };

	if (c->kind == COLUMN_QEMU) {
		print_page("QEMU asks");
		return;
	}
	if (c->kind != COLUMN_MODULE)
		print_page("%s", before[c->kind]);
	put_css(c->from);
	if (c->to) {
		print_page("\\2013 ");
		put_css(c->to);
	}
	if (c->kind == COLUMN_HOST && has_no_tdx(c))
		print_page(", no TDX");
}

/* The heading of each cell, where there is no room for a heading of the table. */
void print_labels(struct atlas *a)
{
	for (u32 i = 0; i < a->nr_columns; i++) {
		enum column_kind kind = a->columns[i].kind;

		print_page("tr>:nth-child(%u)::before{content:\"", i + 2);
		print_label(&a->columns[i]);
		print_page("\"}\n");
		/* Hosts begin a line, and so do CPUs. */
		if ((kind == COLUMN_HOST || kind == COLUMN_CPU) && a->columns[i - 1].kind != kind)
			print_page("td:nth-child(%u){grid-column-start:1}\n", i + 2);
	}
}

static void print_file(const struct column *c)
{
	size_t length = strlen(c->from);

	if (!strncmp(c->file, c->from, length) &&
	    (!c->file[length] || !strcmp(c->file + length, ".json")))
		return;
	print_page(" (<bdi>");
	put_html(c->file);
	print_page("</bdi>)");
}

void print_hosts(struct atlas *a)
{
	char text[HOST_MAX];

	if (!count_columns(a, COLUMN_HOST))
		return;
	print_page("<h2>Hosts</h2>\n<ul>\n");
	for (const struct column *c = a->columns; c < a->columns + a->nr_columns; c++) {
		if (c->kind != COLUMN_HOST)
			continue;
		print_page("<li><b><bdi>");
		put_html(c->from);
		print_page("</bdi></b>");
		print_file(c);
		print_page(": ");
		put_html(host_text(c->host, text));
		print_page("\n");
	}
	print_page("</ul>\n");
}
