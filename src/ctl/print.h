/* SPDX-License-Identifier: MIT
 *
 * Answers for people: a map as "key: value" lines, a list of maps as a table.
 */
#ifndef CTL_PRINT_H
#define CTL_PRINT_H

#include <jansson.h>
#include <stdio.h>

/* Control characters are shown as "?": some of what is shown comes from strangers. */
void print_result(FILE *out, const json_t *result);

#endif
