/* SPDX-License-Identifier: MIT
 *
 * Signed claims about who somebody is: JSON Web Tokens (RFC 7519) in the compact form of JWS
 * (RFC 7515), under the rules of RFC 8725. For portals that log their people in.
 *
 * Each key is good for one algorithm, which the key decides and not the token: RSA for RS256,
 * P-256 for ES256, Ed25519 for EdDSA (RFC 8037), a secret for HS256. So `none` and a public
 * key used as a secret cannot even be asked for.
 */
#ifndef XMPP_JWT_H
#define XMPP_JWT_H

#include "base/str.h"
#include "base/time.h"

/* --- keys ------------------------------------------------------------------------------- */

struct jwt_keys;

/* Filled by who made them, and not changed once others look at them. Counted. */
struct jwt_keys *jwt_keys_new(void);
const struct jwt_keys *jwt_keys_ref(const struct jwt_keys *keys);
void jwt_keys_free(const struct jwt_keys **keys); /* drops one reference; wipes secrets */

/*
 * Public keys: one in PEM, or a JWK Set or a single JWK (RFC 7517). Members of a set that are
 * of no use here (other types, curves, algorithms, "use":"enc", private parts) are passed by.
 *
 * reason  written on failure: for the operator, in the arena
 *
 * E_INVALID  there is no key that could be used, or it is too short (RSA: 2048 bits)
 * E_LIMIT    more than JWT_KEYS_MAX
 */
MUST_CHECK enum status jwt_keys_add(
    struct jwt_keys *keys, struct str text, struct arena *a, struct str *reason);

/* A secret for HS256: the bytes of a file, without a line break at its end. E_INVALID: fewer
 * than 32 (RFC 7518 section 3.2). */
MUST_CHECK enum status jwt_keys_add_secret(
    struct jwt_keys *keys, struct str text, struct arena *a, struct str *reason);

/* --- tokens ------------------------------------------------------------------------------ */

struct jwt_rules {
	struct str issuer;   /* `iss` is this */
	struct str audience; /* `aud` is this, or has it */
	usec_t now_us;
	usec_t leeway_us; /* that clocks may differ */
};

enum jwt_verdict {
	JWT_GOOD,
	JWT_MALFORMED,
	JWT_BAD_ALGORITHM, /* `alg` is none that a key here is for, or `crit` asks for more */
	JWT_UNKNOWN_KEY,
	JWT_BAD_SIGNATURE,
	JWT_WRONG_ISSUER,
	JWT_WRONG_AUDIENCE,
	JWT_EXPIRED, /* or has no `exp` */
	JWT_TOO_EARLY,
	JWT_NO_SUBJECT,
	JWT_VERDICTS,
};

/* "wrong issuer", for our own log. */
const char *jwt_verdict_name(enum jwt_verdict v);

/*
 * Takes up to 0.2 ms for a good token: for a helper. At most JWT_MAX bytes.
 *
 * subject  `sub`, in the arena; written only when the token is good
 */
enum jwt_verdict jwt_check(const struct jwt_keys *keys, const struct jwt_rules *rules,
    struct str token, struct arena *a, struct str *subject);

#endif
