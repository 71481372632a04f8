/* SPDX-License-Identifier: MIT
 *
 * "Did you mean ...?": the known word that a mistyped one is closest to.
 *
 *     struct nearest n = nearest_to(typed);
 *     for (each known word)
 *             nearest_offer(&n, word);
 *     if (n.best.len) ...
 */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include "base/str.h"

struct nearest {
	struct str typed;
	struct str best;   /* "no string" while nothing is close */
	unsigned distance; /* of the best; letters to insert, delete, change or swap */
};

struct nearest nearest_to(struct str typed);
void nearest_offer(struct nearest *n, struct str known);

#endif
