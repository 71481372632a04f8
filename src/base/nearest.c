/* SPDX-License-Identifier: MIT
 *
 * Optimal string alignment distance (Damerau and Levenshtein, adjacent swaps once), in
 * three rows.
 */
#include "base/nearest.h"

enum { LONGEST = 64 };

static unsigned
least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Both at most LONGEST. */
static unsigned
distance(struct str a, struct str b)
{
	unsigned rows[3][LONGEST + 1];
	unsigned *before = rows[0], *last = rows[1], *row = rows[2], *free_row;

	for (unsigned j = 0; j <= b.len; j++)
		last[j] = j;
	memcpy(before, last, sizeof(rows[0]));
	for (size_t i = 1; i <= a.len; i++) {
		row[0] = (unsigned)i;
		for (size_t j = 1; j <= b.len; j++) {
			bool same = a.at[i - 1] == b.at[j - 1];

			row[j] = least(least(last[j], row[j - 1]) + 1, last[j - 1] + !same);
			if (i > 1 && j > 1 && a.at[i - 1] == b.at[j - 2] &&
			    a.at[i - 2] == b.at[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
		}
		free_row = before;
		before = last;
		last = row;
		row = free_row;
	}
	return last[b.len];
}

struct nearest
nearest_to(struct str typed)
{
	/* A third of the letters may be wrong; of a short word, one. */
	return (struct nearest){ .typed = typed,
		.distance =
		    (unsigned)(typed.len < 6 ? 1 : least((unsigned)typed.len / 3, 4)) + 1 };
}

void
nearest_offer(struct nearest *n, struct str known)
{
	unsigned d;

	if (n->typed.len == 0 || n->typed.len > LONGEST || known.len > LONGEST)
		return;
	d = distance(n->typed, known);
	if (d < n->distance) {
		n->distance = d;
		n->best = known;
	}
}
