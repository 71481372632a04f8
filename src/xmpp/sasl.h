/* SPDX-License-Identifier: MIT
 *
 * The server's side of SASL (RFC 4422) as XMPP uses it (RFC 6120 section 6, XEP-0388):
 * SCRAM-SHA-1/-256/-512 and -PLUS, PLAIN, OAUTHBEARER, EXTERNAL, ANONYMOUS, and HT-SHA-256-*
 * for the tokens of FAST.
 *
 * An exchange reads no socket and no store. It is told what arrived and answers with the next
 * turn, which says what must happen now:
 *
 *     turn = sasl_start(s, request)
 *     CHALLENGE     send bytes; when the response has come     turn = sasl_step(s, response)
 *     NEED_ACCOUNT  look up turn.user                          turn = sasl_supply(s, ...)
 *     NEED_CHECK    run sasl_check(s) on a helper, then        turn = sasl_checked(s)
 *     NEED_VERDICT  find out whose bearer token bytes is       turn = sasl_judged(s, ...)
 *     SUCCESS       turn.user is logged in; free s
 *     FAILURE       send turn.failure; free s
 *
 * Whoever must give up (abort, bad base64, store broken) ends it with sasl_fail. One exchange
 * is one attempt: another attempt takes another exchange.
 */
#ifndef XMPP_SASL_H
#define XMPP_SASL_H

#include "xmpp/credentials.h"
#include "xmpp/fast_token.h"
#include "xmpp/jid.h"

/* --- what is offered ------------------------------------------------------------------ */

/* In the order of enum channel_binding (transport/conn.h). */
enum sasl_binding {
	SASL_TLS_EXPORTER,         /* RFC 9266 */
	SASL_TLS_SERVER_END_POINT, /* RFC 5929 section 4 */
	SASL_TLS_UNIQUE,           /* RFC 5929 section 3, TLS 1.2 only */
	SASL_BINDINGS,
};

/* The operator's choices. */
struct sasl_conf {
	unsigned hashes; /* of SCRAM: a set of 1u << enum hash; none: no SCRAM */
	bool plain;      /* only ever over a secure channel */
	bool bearer;     /* likewise: OAUTHBEARER, and tokens where PLAIN has the password */
	bool external;
	bool anonymous;
	bool hash_lists;     /* XEP-0474: show a hash of what was offered, against downgrades */
	uint32_t iterations; /* what unknown accounts claim: the number new passwords get */
	struct str secret;   /* of the server, 32 bytes, kept over restarts: salts of unknown
			      * accounts are made from it */
};

/* What is known of the connection. */
struct sasl_channel {
	bool secure;                       /* TLS, or as good as that */
	struct str binding[SASL_BINDINGS]; /* bytes; empty when not available */
	const struct jid *certified;       /* addresses in the verified certificate */
	size_t n_certified;
};

enum { SASL_OFFER_MAX = 10 };

/* What the client was told. The names are static. */
struct sasl_offer {
	struct str mechanism[SASL_OFFER_MAX]; /* by preference */
	unsigned n_mechanisms;
	struct str binding[SASL_BINDINGS]; /* XEP-0440, by preference */
	unsigned n_bindings;               /* 0: the client was told of none */
};

/* The list for <mechanisms/> and <authentication/>. */
void sasl_offer_login(
    const struct sasl_conf *conf, const struct sasl_channel *channel, struct sasl_offer *out);

/* The list for <fast/> (XEP-0484 section 4.1); empty on a channel that is not secure. */
void sasl_offer_fast(const struct sasl_channel *channel, struct sasl_offer *out);

/* --- an exchange ---------------------------------------------------------------------- */

/* RFC 6120 section 6.5 */
enum sasl_failure {
	SASL_ABORTED,
	SASL_ACCOUNT_DISABLED,
	SASL_CREDENTIALS_EXPIRED,
	SASL_ENCRYPTION_REQUIRED,
	SASL_INCORRECT_ENCODING,
	SASL_INVALID_AUTHZID,
	SASL_INVALID_MECHANISM,
	SASL_MALFORMED_REQUEST,
	SASL_MECHANISM_TOO_WEAK,
	SASL_NOT_AUTHORIZED,
	SASL_TEMPORARY_AUTH_FAILURE,
	SASL_FAILURES,
};

/* The element's name: "not-authorized". */
struct str sasl_failure_name(enum sasl_failure f);

struct sasl_turn {
	enum {
		SASL_CHALLENGE,    /* bytes */
		SASL_NEED_ACCOUNT, /* user, tokens */
		SASL_NEED_CHECK,
		SASL_NEED_VERDICT, /* bytes; user: whom the client says it is, or empty */
		SASL_SUCCESS,      /* user, anonymous, bytes */
		SASL_FAILURE,      /* failure, why, user */
	} what;
	struct str bytes; /* before base64; "no string": success without additional data */
	struct jid user;  /* bare; FAILURE: who was tried, empty when that was not said */
	bool tokens;      /* the client's FAST tokens are wanted too */
	bool anonymous;   /* a new address that has no account */
	enum sasl_failure failure;
	const char *why; /* for our own log: says more than a stranger may know */
};

struct sasl_request {
	struct str mechanism;
	struct str initial; /* response, after base64; "no string" when there was none */

	/* With <fast/> (XEP-0484): */
	uint64_t count;  /* 0 without the attribute */
	bool early_data; /* arrived as TLS 0-RTT */
	usec_t now_us;
};

struct sasl;

/*
 * offered  the list that the request chooses from, of sasl_offer_login or of sasl_offer_fast;
 *          conf and channel as when it was made. All are copied.
 * host     normalised domain whose accounts log in. Empty for EXTERNAL between servers: the
 *          certified addresses are domains, and no account is asked for.
 */
struct sasl *sasl_new(const struct sasl_conf *conf, const struct sasl_channel *channel,
    const struct sasl_offer *offered, struct str host);

/* Overwrites what was secret. */
void sasl_free(struct sasl **s);

/*
 * Turns live until sasl_free. Messages, at most SASL_MESSAGE_MAX bytes (base/limits.h), are
 * copied as far as needed. A response that comes while something else is awaited ends the
 * exchange; the answer that was awaited is then taken without effect.
 */
struct sasl_turn sasl_start(struct sasl *s, const struct sasl_request *r);
struct sasl_turn sasl_step(struct sasl *s, struct str response);

/*
 * Answers NEED_ACCOUNT; both are copied.
 *
 * account  NULL when there is none: the exchange goes on all the same, and fails where it
 *          would with a wrong password
 * tokens   of this client; NULL when there are none or they were not wanted
 */
struct sasl_turn sasl_supply(
    struct sasl *s, const struct credentials *account, const struct fast_tokens *tokens);

/*
 * Slow, for a helper. Until it is done the exchange may be ended but not freed, also when
 * the client has gone.
 */
void sasl_check(struct sasl *s);
struct sasl_turn sasl_checked(struct sasl *s);

/*
 * Answers NEED_VERDICT.
 *
 * account  bare address at our host that the token lets in; NULL: it is not valid
 * why      then: for our own log, static
 */
struct sasl_turn sasl_judged(struct sasl *s, const struct jid *account, const char *why);

/* Ends the exchange from outside; an exchange that had ended keeps its end. */
struct sasl_turn sasl_fail(struct sasl *s, enum sasl_failure f);

/*
 * After the success of a FAST mechanism: the client's tokens as they must be stored now (the
 * used one has moved to .current, its counter is noted). NULL after other mechanisms.
 */
const struct fast_tokens *sasl_tokens(const struct sasl *s);

#endif
