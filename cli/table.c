// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Text tables with a heading, as wide as the terminal at most. */
#include <stdlib.h>

#include "print.h"

#define COLUMNS_MAX 8
#define GAP	    2 /* between columns */

struct column {
	size_t width;
	size_t least; /* the longest word, which is not broken */
};

struct table {
	u32 nr;
	u32 nr_beside; /* columns that stand beside each other; the rest is below them */
	u32 nr_cells;
	struct column column[COLUMNS_MAX];
	char **cell;
};

static void add_cell(struct table *t, const char *cell)
{
	struct column *c = &t->column[t->nr_cells % t->nr];
	size_t width = columns_of(cell, strlen(cell));

	t->cell = xrealloc(t->cell, (t->nr_cells + 1) * sizeof(*t->cell));
	t->cell[t->nr_cells++] = xstrdup(cell);
	if (c->width < width)
		c->width = width;
	while (*cell) {
		size_t length = strcspn(cell, " "), word = columns_of(cell, length);

		if (c->least < word)
			c->least = word;
		cell += length;
		cell += strspn(cell, " ");
	}
}

struct table *table_new(const char *const *columns, u32 nr)
{
	struct table *t = xcalloc(1, sizeof(*t));

	t->nr = nr;
	for (u32 i = 0; i < nr; i++)
		add_cell(t, columns[i]);
	return t;
}

void table_row(struct table *t, ...)
{
	va_list ap;

	va_start(ap, t);
	for (u32 i = 0; i < t->nr; i++)
		add_cell(t, va_arg(ap, const char *));
	va_end(ap);
}

/* Take columns from the widest of the first @nr until all of them fit; false: no word would. */
static bool fit(struct table *t, u32 nr)
{
	size_t all = (nr - 1) * GAP;

	for (u32 i = 0; i < nr; i++)
		all += t->column[i].width;
	while (all > print_width()) {
		struct column *widest = NULL;

		for (u32 i = 0; i < nr; i++) {
			struct column *c = &t->column[i];

			if (c->width > c->least && (!widest || c->width > widest->width))
				widest = c;
		}
		if (!widest)
			return false;
		widest->width--;
		all--;
	}
	return true;
}

/* What is left of each cell is at @cell: the next line of them; false if there is none. */
static bool print_line(const struct table *t, const char *cell[], bool heading)
{
	struct buffer line = { 0 };
	size_t column = 0, start = 0;
	bool any = false;

	for (u32 i = 0; i < t->nr_beside; i++) {
		size_t length = fold_at(cell[i], strlen(cell[i]), t->column[i].width);

		if (length) {
			for (; column < start; column++)
				buffer_add(&line, " ", 1);
			buffer_add(&line, cell[i], length);
			column = start + columns_of(cell[i], length);
			cell[i] += length;
			cell[i] += strspn(cell[i], " ");
			any = true;
		}
		start += t->column[i].width + GAP;
	}
	buffer_add(&line, "", 1);
	if (any && heading)
		print_in(STYLE_BOLD, "%s", line.data);
	else if (any)
		print("%s", line.data);
	if (any)
		print_page("\n");
	free(line.data);
	return any;
}

void table_print(struct table *t)
{
	if (t->nr_cells == t->nr)
		print("none\n");
	t->nr_beside = t->nr;
	while (!fit(t, t->nr_beside) && t->nr_beside > 1)
		t->nr_beside--;
	for (u32 row = 0; row < t->nr_cells && t->nr_cells > t->nr; row += t->nr) {
		const char *cell[COLUMNS_MAX];

		memcpy(cell, &t->cell[row], t->nr * sizeof(*cell));
		while (print_line(t, cell, !row))
			;
		for (u32 i = t->nr_beside; i < t->nr; i++)
			print("%s%s%s", i > t->nr_beside ? "" : "   ", *cell[i] ? " " : "",
			      cell[i]);
		if (t->nr_beside < t->nr)
			print("\n");
	}
	for (u32 i = 0; i < t->nr_cells; i++)
		free(t->cell[i]);
	free(t->cell);
	free(t);
}
