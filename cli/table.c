// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Text tables with a heading. */
#include <stdlib.h>

#include "print.h"

#define COLUMNS_MAX 8

struct table {
	u32 nr;
	u32 nr_cells;
	size_t width[COLUMNS_MAX];
	char **cell;
};

/* The line at the start of @cell. */
static size_t line_length(const char *cell)
{
	return strcspn(cell, "\n");
}

static void add_cell(struct table *t, const char *cell)
{
	size_t *width = &t->width[t->nr_cells % t->nr];

	t->cell = xrealloc(t->cell, (t->nr_cells + 1) * sizeof(*t->cell));
	t->cell[t->nr_cells++] = xstrdup(cell);
	for (;; cell++) {
		size_t length = line_length(cell);

		if (*width < length)
			*width = length;
		cell += length;
		if (!*cell)
			break;
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

/* One line of the cells of a row, without blanks at its end; false if there is none left. */
static bool print_line(const struct table *t, const char *cell[], bool heading)
{
	struct buffer line = { 0 };
	bool any = false;
	size_t end = 0;

	for (u32 i = 0; i < t->nr; i++) {
		size_t length = cell[i] ? line_length(cell[i]) : 0, room = t->width[i] + 2;
		char *p = buffer_room(&line, room);

		memset(p, ' ', room);
		if (length) {
			memcpy(p, cell[i], length);
			end = line.used + length;
		}
		line.used += room;
		any |= cell[i] != NULL;
		if (cell[i])
			cell[i] = cell[i][length] ? cell[i] + length + 1 : NULL;
	}
	if (any && heading)
		print_in(STYLE_BOLD, "%.*s", (int)end, line.data);
	else if (any)
		print("%.*s", (int)end, line.data);
	if (any)
		print("\n");
	free(line.data);
	return any;
}

void table_print(struct table *t)
{
	if (t->nr_cells == t->nr)
		print("none\n");
	for (u32 row = 0; row < t->nr_cells && t->nr_cells > t->nr; row += t->nr) {
		const char *cell[COLUMNS_MAX];

		memcpy(cell, &t->cell[row], t->nr * sizeof(*cell));
		while (print_line(t, cell, !row))
			;
	}
	for (u32 i = 0; i < t->nr_cells; i++)
		free(t->cell[i]);
	free(t->cell);
	free(t);
}
