/* SPDX-License-Identifier: MIT
 *
 * What the files of BOSH (XEP-0124, XEP-0206) share:
 *
 *   bosh_door.c    requests come in, on any worker, and find their session; answers go out
 *   bosh_session.h a session: a stream's carrier, on the worker where the stream is
 *   bosh.c         how sessions begin, and what streams know of them: their binding
 *   bosh_window.h  the order of its requests
 *   bosh_body.h    what is around the elements
 *
 * A session begins at the worker that got its first request, which its id names: the door.
 * When it moves home, its door knows where it is. So a request crosses at most two mailboxes,
 * and an answer one: to the worker of its HTTP exchange.
 */
#ifndef STREAM_BOSH_H
#define STREAM_BOSH_H

#include <stdatomic.h>

#include "base/time.h"
#include "http/http.h"
#include "stream/bosh_body.h"

/* --- a request ---------------------------------------------------------------------------- */

struct bosh_request {
	struct http_id exchange;
	bool is_waited_for; /* the exchange is still there, as far as is known */
	bool is_secure;     /* came over TLS */
	unsigned repeats;   /* how often it came again */
	msec_t arrived_ms;  /* at the session */
	struct frozen *xml;
	struct bosh_body body;
	char sid[]; /* terminated; empty: asks for a session */
};

void bosh_request_free(struct bosh_request **r);

/* --- an answer ---------------------------------------------------------------------------- */

/* Counted, since it may be given again. */
struct bosh_answer {
	atomic_uint refs;
	struct str type; /* Content-Type; static */
	bool is_known;   /* who gets it has logged in */
	size_t len;
	char text[];
};

/* type: static */
struct bosh_answer *bosh_answer_new(struct str type, const struct str *pieces, size_t n);
struct bosh_answer *bosh_answer_ref(struct bosh_answer *a);
void bosh_answer_free(struct bosh_answer **a); /* drops one reference */

/* <body type='terminate'/> with the condition (section 17.2), or without. `see_other_uri`: for
 * that condition; else none. */
struct bosh_answer *bosh_answer_terminal(
    struct str type, struct str condition, struct str see_other_uri);

/* Answers the exchange, wherever it is; the reference stays with the caller. */
void bosh_answer_send(struct http_id exchange, struct bosh_answer *a);

/* Answers the request; takes both over. */
void bosh_request_answer(struct bosh_request *r, struct bosh_answer *a);

/* --- the door ------------------------------------------------------------------------------
 */

struct bosh;

/* The session begins here, its door and where it is: this worker. Its id, terminated, is to
 * live as long as it. */
void bosh_door_open(const char *sid, struct bosh *b);

/* A new id, in the arena, terminated. */
struct str bosh_door_sid(struct arena *a);

/* The session leaves for another worker: before it does; and has arrived there. */
void bosh_door_leave(const char *sid, unsigned worker);
void bosh_door_arrive(struct bosh *b);

/* It has ended: from the worker where it is. */
void bosh_door_close(struct bosh *b);

/* --- the session ---------------------------------------------------------------------------
 */

const char *bosh_sid(const struct bosh *b);

/* A session's first request, which is answered, or another; both take the request over.
 * address: of the client. */
void bosh_begin(struct bosh_request *r, struct str address);
void bosh_take(struct bosh *b, struct bosh_request *r);

/* The client has left before the answer to the request of that exchange. */
void bosh_client_left(struct bosh *b, struct http_id exchange);

#endif
