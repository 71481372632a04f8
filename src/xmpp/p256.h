/* SPDX-License-Identifier: MIT
 *
 * Keys on the curve P-256: agreement on a secret (ECDH) and signatures (ECDSA with SHA-256), in
 * the forms in which protocols of the web carry them.
 */
#ifndef XMPP_P256_H
#define XMPP_P256_H

#include "base/str.h"

/* Bytes: a number; a point, uncompressed (SEC 1 section 2.3.3); the common point's x; the two
 * numbers of a signature one after the other (RFC 7518 section 3.4). */
enum { P256_PRIVATE = 32, P256_PUBLIC = 65, P256_SECRET = 32, P256_SIGNATURE = 64 };

struct p256;

struct p256 *p256_new(void); /* a fresh key */
void p256_free(struct p256 **k);

/* E_INVALID: not a key of the curve. The two must belong together. */
MUST_CHECK enum status p256_read(
    struct str private_part, struct str public_part, struct p256 **out);

void p256_private(const struct p256 *k, char out[P256_PRIVATE]);
void p256_public(const struct p256 *k, char out[P256_PUBLIC]);

/* Whether the bytes are a point of the curve. */
bool p256_is_public(struct str bytes);

/* E_INVALID: the other's public part is no point of the curve. */
MUST_CHECK enum status p256_agree(
    const struct p256 *k, struct str theirs, char out[P256_SECRET]);

void p256_sign(const struct p256 *k, struct str bytes, char out[P256_SIGNATURE]);

#endif
