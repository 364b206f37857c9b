// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Did you mean: the words that are nearest to one that is unknown. */
#include "near.h"

#define LENGTH_MAX (TDXCPUID_NAME_MAX - 1)

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c == '-' ? '_' : c;
}

static u32 least(u32 a, u32 b)
{
	return a < b ? a : b;
}

/* Letters to insert, delete, replace or swap with the next; both at most LENGTH_MAX long. */
static u32 distance(const char *a, const char *b)
{
	u32 row[LENGTH_MAX + 1][LENGTH_MAX + 1];
	size_t m = strlen(a), n = strlen(b);

	for (size_t i = 0; i <= m; i++) {
		for (size_t k = 0; k <= n; k++) {
			bool same;

			if (!i || !k) {
				row[i][k] = i + k;
				continue;
			}
			same = lower(a[i - 1]) == lower(b[k - 1]);
			row[i][k] = least(least(row[i - 1][k], row[i][k - 1]) + 1,
					  row[i - 1][k - 1] + !same);
			if (i > 1 && k > 1 && lower(a[i - 1]) == lower(b[k - 2]) &&
			    lower(a[i - 2]) == lower(b[k - 1]))
				row[i][k] = least(row[i][k], row[i - 2][k - 2] + 1);
		}
	}
	return row[m][n];
}

void near_begin(struct near *n, const char *wanted)
{
	size_t length = strlen(wanted);

	*n = (struct near){ .wanted = wanted };
	n->distance = length < 3 ? 0 : length < 6 ? 1 : 2;
}

void near_try(struct near *n, const char *word)
{
	u32 d;

	if (!n->distance || strlen(n->wanted) > LENGTH_MAX || strlen(word) > LENGTH_MAX)
		return;
	d = distance(n->wanted, word);
	if (d > n->distance || !d)
		return;
	if (d < n->distance)
		n->nr = 0;
	n->distance = d;
	for (u32 i = 0; i < n->nr; i++) {
		if (!strcmp(n->word[i], word))
			return;
	}
	if (n->nr < NEAR_MAX)
		strcpy(n->word[n->nr++], word);
}

void near_try_bits(struct near *n)
{
	char name[TDXCPUID_NAME_MAX];
	struct tdxcpuid_bit bit;
	const char *alias;

	for (u32 b = 0; tdxcpuid_bit_nth(b, &bit); b++) {
		near_try(n, tdxcpuid_bit_name(&bit, name));
		for (u32 i = 0; (alias = tdxcpuid_bit_alias(&bit, i)); i++)
			near_try(n, alias);
	}
}

const char *near_text(const struct near *n, char text[NEAR_TEXT_MAX])
{
	size_t used = 0;

	*text = '\0';
	for (u32 i = 0; i < n->nr; i++)
		used += snprintf(text + used, NEAR_TEXT_MAX - used, "%s'%s'",
				 !i		? "; did you mean " :
				 i + 1 == n->nr ? " or " :
						  ", ",
				 n->word[i]);
	if (used)
		snprintf(text + used, NEAR_TEXT_MAX - used, "?");
	return text;
}
