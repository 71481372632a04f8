/* SPDX-License-Identifier: MIT
 *
 * What is kept of an account's password: for each hash the keys that SCRAM needs (RFC 5802
 * section 3, RFC 7677), never the password. From the stored keys nobody can log in.
 *
 * Functions marked slow run PBKDF2 and belong on a helper thread. Wipe a value after use.
 */
#ifndef XMPP_CREDENTIALS_H
#define XMPP_CREDENTIALS_H

#include "base/hash.h"
#include "base/str.h"
#include "base/time.h"

enum {
	CREDENTIALS_SALT_MAX = 64,         /* of imported keys; our own salts have 16 bytes */
	CREDENTIALS_ITERATIONS_MIN = 4096, /* RFC 7677 section 4; clients refuse less */
	CREDENTIALS_ITERATIONS_DEFAULT = 10000,
	CREDENTIALS_ITERATIONS_MAX = 10 * 1000 * 1000,
};

struct scram_keys {
	uint32_t iterations; /* 0: none are known for this hash */
	uint8_t salt_len;
	char salt[CREDENTIALS_SALT_MAX];
	char stored_key[HASH_MAX];
	char server_key[HASH_MAX];
};

/* An account. Without any keys it cannot log in by password. */
struct credentials {
	usec_t created_us;
	bool disabled; /* the password may be right, but nobody gets in */
	struct scram_keys keys[HASHES];
};

/*
 * Slow. Replaces the keys of all hashes; the rest of the value stays.
 *
 * E_INVALID  the password is empty or holds what PRECIS OpaqueString forbids
 * E_LIMIT    the password is too long
 */
MUST_CHECK enum status credentials_set_password(
    struct credentials *c, struct str password, uint32_t iterations);

/* Slow. Whether this is the password; false when there are no keys at all. */
bool credentials_match(const struct credentials *c, struct str password);

/* Whether there are keys of any hash. */
bool credentials_has_password(const struct credentials *c);

/*
 * What an account that does not exist would answer with: the same salt each time, made from
 * the server's secret and the address, and keys that nothing matches. Accounts whose keys
 * were made with another number of iterations, or imported, can be told from it.
 */
void credentials_fake(
    struct str secret, struct str bare_jid, uint32_t iterations, struct credentials *out);

/* For the store: a few hundred bytes, with a version. */
struct str credentials_encode(struct arena *a, const struct credentials *c);

/*
 * E_UNSUPPORTED  written by a later version
 * E_INVALID      not what credentials_encode makes
 */
MUST_CHECK enum status credentials_decode(struct str in, struct credentials *out);

#endif
