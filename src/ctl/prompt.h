/* SPDX-License-Identifier: MIT
 *
 * Secrets that are not given on the command line.
 */
#ifndef CTL_PROMPT_H
#define CTL_PROMPT_H

#include "base/str.h"

/*
 * Asks on the terminal, twice and without echo; where standard input is something else, its
 * first line is the answer.
 *
 * what  "password"
 * a     receives the answer; wiped
 *
 * E_INVALID  the two answers differ, or there is none
 * E_LIMIT    longer than PROMPT_MAX
 */
enum { PROMPT_MAX = 1023 };
MUST_CHECK enum status prompt_secret(const char *what, struct arena *a, struct str *out);

#endif
