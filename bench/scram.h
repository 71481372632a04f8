/* SPDX-License-Identifier: MIT
 *
 * The client's part of SCRAM (RFC 5802, RFC 7677), without channel binding.
 *
 * The expensive part, turning a password into keys, depends on the salt and the number of
 * iterations only; its results are kept, so a login whose salt was seen before costs a few
 * microseconds.
 */
#ifndef BENCH_SCRAM_H
#define BENCH_SCRAM_H

#include "base/hash.h"
#include "base/table.h"

struct scram_cache {
	struct table keys; /* struct scram_keys by salt, iterations and hash */
	struct arena arena;
	struct str password;
};

void scram_cache_init(struct scram_cache *c, struct str password);
void scram_cache_fini(struct scram_cache *c);

/* How many times keys had to be computed. */
size_t scram_cache_count(const struct scram_cache *c);

/* One login; everything lives in the arena given to scram_begin. */
struct scram {
	enum hash hash;
	struct str bare;                 /* client-first-message-bare */
	char server_signature[HASH_MAX]; /* what success must bring */
};

/* The client's first message. */
struct str scram_begin(struct scram *s, enum hash hash, struct arena *a, struct str user);

/*
 * The answer to the server's first message.
 *
 * E_INVALID  not such a message, or the server's nonce does not continue ours
 */
MUST_CHECK enum status scram_answer(struct scram *s, struct scram_cache *c, struct arena *a,
    struct str server_first, struct str *out);

/* Whether the server's last message proves that it knows the keys. */
bool scram_is_proved(const struct scram *s, struct arena *a, struct str server_final);

#endif
