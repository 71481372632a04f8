/* SPDX-License-Identifier: MIT
 *
 * Tokens for quick authentication of a known client (XEP-0484 0.2.0, FAST).
 *
 * Each client (the `id` of its SASL2 user agent) has two slots: the token it uses, and the
 * one that was handed out to replace it and has not been used yet (section 5.1). A token is
 * good for one mechanism, until it expires.
 */
#ifndef XMPP_FAST_TOKEN_H
#define XMPP_FAST_TOKEN_H

#include "base/str.h"
#include "base/time.h"

enum {
	FAST_TOKEN_BYTES = 43,     /* 256 bits as base64url */
	FAST_MECHANISM_BYTES = 15, /* "HT-SHA-256-NONE" */
};

struct fast_token {
	char mechanism[FAST_MECHANISM_BYTES]; /* all 0 while the slot is empty */
	char secret[FAST_TOKEN_BYTES];        /* as the client got it */
	usec_t expires_us;
	uint64_t count; /* highest replay counter seen, 0 when none was */
};

struct fast_tokens {
	struct fast_token fresh;   /* handed out, not used yet */
	struct fast_token current; /* used before */
};

bool fast_token_is_empty(const struct fast_token *t);
struct str fast_token_mechanism(const struct fast_token *t);
struct str fast_token_secret(const struct fast_token *t);

/* A new one goes into the fresh slot, whatever was there; for a mechanism that
 * sasl_offer_fast names. */
void fast_tokens_issue(struct fast_tokens *t, struct str mechanism, usec_t expires_us);

/* For the store. */
struct str fast_tokens_encode(struct arena *a, const struct fast_tokens *t);

/* E_UNSUPPORTED: written by a later version. E_INVALID: not what fast_tokens_encode makes. */
MUST_CHECK enum status fast_tokens_decode(struct str in, struct fast_tokens *out);

#endif
