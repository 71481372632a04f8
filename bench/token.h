/* SPDX-License-Identifier: MIT
 *
 * What a message says: who sent it to whom in which run, as which of his messages, and when.
 * Fixed width, so that writing and reading it is cheap.
 */
#ifndef BENCH_TOKEN_H
#define BENCH_TOKEN_H

#include "base/str.h"

struct token {
	uint32_t run;  /* the generator's process: stored messages of earlier runs turn up */
	uint32_t lane; /* a sender, or a sender and a receiver */
	uint64_t number;
	uint64_t sent_ns; /* monotonic */
};

enum { TOKEN_BYTES = 48 };

/* Writes TOKEN_BYTES: four hexadecimal numbers without anything between them. */
void token_write(char *to, const struct token *t);

/* False when the text does not begin with a token. */
bool token_read(struct str text, struct token *out);

/* The number of this process's run. */
uint32_t token_run(void);

#endif
