/* SPDX-License-Identifier: MIT
 *
 * Command lines by tables of options: "--name value" and "--name=value".
 */
#ifndef BENCH_ARGUMENTS_H
#define BENCH_ARGUMENTS_H

#include "base/option.h"

/* Fills a zeroed conf; strings live in the arena, followed by a NUL. Ends the program with a
 * message when something is wrong. */
void arguments_read(struct option_list l, void *conf, struct arena *a, char *const *arguments);

/* The options with their defaults, to standard output. */
void arguments_print(struct option_list l);

#endif
