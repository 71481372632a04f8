/* SPDX-License-Identifier: MIT
 *
 * A client's stream (RFC 6120): from the first header to the bound session and its end.
 *
 *   C2S_OPENING         a header is expected                    c2s_new, c2s_restart
 *   C2S_NEGOTIATING     features are out, not authenticated     on_header
 *   C2S_SECURING        the TLS handshake runs                  starttls
 *   C2S_AUTHENTICATING  a SASL exchange is under way            c2s_auth.c
 *   C2S_MOVING          authenticated, on its way home          c2s_go_home
 *   C2S_BINDING         authenticated, no resource yet          on_header, SASL2
 *   C2S_BOUND           has a session; stanzas flow             c2s_bound
 *
 * All moves go through c2s_enter. Ends are the stream's (stream.h): `closing`.
 */
#ifndef STREAM_C2S_H
#define STREAM_C2S_H

#include "router/account.h"
#include "router/session.h"
#include "stream/stream.h"

enum c2s_state {
	C2S_OPENING,
	C2S_NEGOTIATING,
	C2S_SECURING,
	C2S_AUTHENTICATING,
	C2S_MOVING,
	C2S_BINDING,
	C2S_BOUND,
};

struct exchange; /* c2s_auth.c: a SASL exchange */
struct resumption;
struct sasl_channel;

/* What is needed until the session is bound, and let go then. */
struct negotiation {
	struct arena arena; /* lives from the connection to the bound session */
	struct str host;    /* the header's `to`, once it is known to be ours */
	struct str from;    /* the header's `from`, unverified */
	struct jid user;    /* bare; empty until authenticated */
	struct str bind_id; /* of the iq that asked for a resource */
	struct exchange *exchange;
	struct sasl_channel *channel;  /* in the arena; NULL until it is needed */
	unsigned failures;             /* of authentication, for an account */
	unsigned refusals;             /* of mechanisms, before any account was looked at */
	struct resumption *resumption; /* c2s_sm.c: the client has asked for one; or NULL */
	uint8_t shown_len;             /* what outlet_calls.show() was told last */
	char shown[OUTLET_SHOWN_BYTES];
};

struct c2s {
	struct stream stream;
	struct outlet outlet;
	struct session *session;  /* C2S_BOUND only */
	struct negotiation *talk; /* NULL once bound */
	struct str lang;          /* default xml:lang of its stanzas; owned; may be none */
	int64_t credit_bytes;     /* what the client may send now; see c2s_rate.c */
	msec_t credited_ms;
};

/* The stream of a new client, which a binding takes at once. */
struct stream *c2s_new(void);

/* Makes the stream of an accepted connection, whose first byte is awaited: XMPP over TCP. */
void c2s_accept(struct conn *c);

void c2s_enter(struct c2s *c, enum c2s_state state);

/* The stream starts anew after STARTTLS and SASL (RFC 6120 section 4.3.3). */
void c2s_restart(struct c2s *c);

/* Host of the stream; NULL when the configuration dropped it. */
const struct host *c2s_host(const struct c2s *c);

static inline struct c2s *
c2s_of(struct stream *s)
{
	return (struct c2s *)(void *)s; /* stream is the first member */
}

/* --- c2s_features.c ------------------------------------------------------------------- */

/* Sends <stream:features/> for the state the stream is in. */
void c2s_send_features(struct c2s *c);

/* The same, when SASL2 has bound a resource already. */
void c2s_send_bound_features(struct c2s *c);

/* --- c2s_auth.c ----------------------------------------------------------------------- */

/* Elements of SASL (RFC 6120 section 6) and SASL2 (XEP-0388). False: not one of them. */
bool c2s_on_auth(struct c2s *c, struct frozen *element);

/* Writes the mechanisms offered (both profiles), and what goes with them. */
void c2s_write_auth_features(struct c2s *c, struct xml_writer *w);

void c2s_exchange_free(struct exchange **e);

/* --- c2s_bind.c ----------------------------------------------------------------------- */

/* A stanza before a resource is bound: RFC 6120 section 7. */
void c2s_on_bind_stanza(struct c2s *c, struct frozen *element);

/* Binds for SASL2 (XEP-0386): `done` hears of it with the session, or the error. */
typedef void c2s_bind_done(struct c2s *c, enum stanza_error error);
void c2s_bind(
    struct c2s *c, struct str resource, enum bind_conflict conflict, c2s_bind_done *done);

/* Of Bind 2: what is offered, and the answer to <bind/>, in which the modules that it asks
 * for take part. */
void c2s_write_bind2_feature(struct c2s *c, struct xml_writer *w);
void c2s_write_bound(struct c2s *c, struct xml_writer *w, struct elem bind);

/* Frees the negotiation: the session is bound and the client knows. */
void c2s_bound(struct c2s *c);

/* --- c2s_sm.c: stream management (XEP-0198) ------------------------------------------- */

/* False: not an element of it. */
bool c2s_on_sm(struct c2s *c, struct elem e);

/*
 * Resumes a session: done(c) hears of it, for SASL2 as for the stream's own request. Then
 * c->session is the resumed one, and nothing was said yet; or it is NULL. The answer is
 * written in either case, and after a success c2s_resumed() says the rest.
 */
typedef void c2s_resume_done(struct c2s *c);
void c2s_resume(struct c2s *c, struct elem request, c2s_resume_done *done);
void c2s_write_resumption(struct c2s *c, struct xml_writer *w);
void c2s_resumed(struct c2s *c);

/* <enable/> of a bound session: writes the answer. */
void c2s_enable_sm(struct c2s *c, struct elem request, struct xml_writer *w);

/* What an outlet does for a managed session. */
void c2s_sm_deliver(struct c2s *c, const struct stanza *st);
void c2s_sm_ask(struct c2s *c);
void c2s_sm_handled(struct c2s *c);
void c2s_sm_overdue(struct c2s *c);

/* The network has taken what was written; false: that is not what was waited for. */
bool c2s_sm_sent(struct c2s *c);

/* --- c2s_rate.c ----------------------------------------------------------------------- */

/* Takes the element's bytes off the credit; holds the stream when there is none left. */
void c2s_spend(struct c2s *c, size_t bytes);

/* Whether the timer was for the rate, which it then has dealt with. */
bool c2s_rate_due(struct c2s *c);

#endif
