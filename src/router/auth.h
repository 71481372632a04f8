/* SPDX-License-Identifier: MIT
 *
 * Where accounts come from: what streams ask, and one module answers. Answers come on the
 * calling worker, later or at once.
 */
#ifndef ROUTER_AUTH_H
#define ROUTER_AUTH_H

#include "base/str.h"
#include "xmpp/credentials.h"
#include "xmpp/fast_token.h"
#include "xmpp/jid.h"

struct host;

/* What exchanges need to know of the host (struct sasl_conf). */
struct auth_facts {
	struct str secret;   /* of the server; 32 bytes */
	uint32_t iterations; /* that new passwords get */
};

/*
 * OK           the account exists; both are valid during the call; tokens is NULL when the
 *              client has none
 * E_NOT_FOUND  there is no such account: the exchange goes on as if there were one
 * E_IO         it could not be read
 */
typedef void auth_found_fn(void *waiter, enum status s, const struct credentials *account,
    const struct fast_tokens *tokens);

typedef void auth_done_fn(void *waiter, enum status s);

struct auth_source {
	struct auth_facts (*facts)(const struct host *host);

	/* client: the id of the SASL2 user agent whose FAST tokens are wanted; or none. */
	void (*find)(struct jid user, struct str client, auth_found_fn *found, void *waiter);

	/* Keeps the client's tokens; done when they are on disk. NULL: removes them. */
	void (*keep_tokens)(struct jid user, struct str client, const struct fast_tokens *t,
	    auth_done_fn *done, void *waiter);

	/* Makes an account that ends with its last session (SASL ANONYMOUS). */
	void (*make_temporary)(struct jid user, auth_done_fn *done, void *waiter);
};

/* --- bearer tokens ------------------------------------------------------------------------ */

/*
 * OK        the token lets this account in, which exists
 * E_DENIED  it does not; why: for our own log, static
 * others    it could not be found out
 */
typedef void auth_judged_fn(void *waiter, enum status s, struct jid account, const char *why);

struct auth_tokens {
	/* Whether tokens are taken at the host. */
	bool (*are_taken)(const struct host *host);

	/* Finds out whose token it is, at this host; one that is good once is used up by this,
	 * unless it turns out to be for another account than the client wants to be.
	 * wanted: empty when that was not said. Both are copied. */
	void (*judge)(const struct host *host, struct str token, struct jid wanted,
	    auth_judged_fn *judged, void *waiter);
};

/* At start, by the module that judges them. */
void auth_use_tokens(const struct auth_tokens *judge);

/* NULL: none are taken. */
const struct auth_tokens *auth_tokens(void);

/* --- the source --------------------------------------------------------------------------- */

/* At start, by the module that keeps the accounts. */
void auth_use(const struct auth_source *source);

/* The source in use. */
const struct auth_source *auth(void);

#endif
