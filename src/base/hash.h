/* SPDX-License-Identifier: MIT
 *
 * Hash functions and what is built on them: HMAC (RFC 2104), PBKDF2 (RFC 8018 section 5.2).
 *
 * The algorithms are looked up once for the whole process, which is what makes a short hash
 * cost a tenth of a microsecond instead of three. Any thread may call these. None can fail:
 * a library without them ends the process at the first call.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/str.h"

enum hash { HASH_SHA1, HASH_SHA256, HASH_SHA512, HASHES };

enum { HASH_MAX = 64 }; /* bytes of the longest result */

/* Bytes of the result: 20, 32 or 64. */
size_t hash_size(enum hash kind);

/* out: hash_size(kind) bytes. */
void hash_of(enum hash kind, struct str in, char *out);

/* MD5, for what old protocols make of passwords (RFC 8489 section 9.2.2) and nothing else: it
 * is none of the above, which keep passwords. out: 16 bytes. */
void hash_md5(struct str in, char out[16]);

/*
 * The hash of bytes that come piece by piece.
 *
 *     h = hash_begin(HASH_SHA256);
 *     while (...)
 *             hash_add(h, piece);
 *     hash_end(&h, out);
 */
struct hash_stream;
struct hash_stream *hash_begin(enum hash kind);
void hash_add(struct hash_stream *h, struct str piece);
void hash_end(struct hash_stream **h, char *out); /* out: hash_size(kind) bytes */
void hash_drop(struct hash_stream **h);           /* without a result; accepts NULL */

/* HMAC over the pieces as if they were one; out: hash_size(kind) bytes. */
void hash_hmac(enum hash kind, struct str key, const struct str *pieces, size_t n, char *out);

/*
 * PBKDF2 with HMAC, one block of hash_size(kind) bytes: SCRAM's Hi() (RFC 5802 section 2.2).
 * Slow on purpose (2 ms for 10,000 iterations): not on a worker.
 */
void hash_pbkdf2(
    enum hash kind, struct str password, struct str salt, uint32_t iterations, char *out);

#endif
