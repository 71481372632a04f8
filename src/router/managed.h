/* SPDX-License-Identifier: MIT
 *
 * A managed session (stream management, XEP-0198): its stanzas are counted in both directions
 * (ledger.h), and it may outlive its stream.
 *
 *   connected   session.outlet is the stream        managed_begin, managed_take_over
 *   detached    there is none, what is delivered    session_detach
 *               gathers; given up after keep_ms
 *   closed      handed over: what the client has    session_close, session_end
 *               not acknowledged goes on its way
 *
 * All of it runs at the session's home.
 */
#ifndef ROUTER_MANAGED_H
#define ROUTER_MANAGED_H

#include "base/limits.h"
#include "loop/worker.h"
#include "router/ledger.h"
#include "router/session.h"

struct managed_terms {
	msec_t keep_ms;       /* for so long it waits for another stream; 0: it does not */
	uint32_t max_stanzas; /* that are not acknowledged; the session ends beyond */
	uint64_t max_bytes;   /* of these */
};

struct managed {
	struct ledger ledger;
	struct session *session;
	struct managed_terms terms;
	struct timer timer; /* detached: until it is given up. Connected: the stream's to set */
	msec_t detached_ms; /* since when, while detached */
	struct leaving *leaving; /* its client has said that it goes away; else NULL */
	bool telling;            /* ON_SESSION_SENT is raised when the client has `tell_at` */
	uint32_t tell_at;
	char id[MANAGED_ID_CHARS]; /* names it to a client that comes back */

	/* The stream's, for the connection it has now. */
	uint32_t written;  /* so many of the sent ones */
	uint32_t asked;    /* how many were sent when acknowledgements were last asked for */
	bool greeting;     /* the client has not heard yet that the session goes on */
	bool answering;    /* it asked what has been handled, when `answer_at` had come */
	bool answered;     /* with less than that: what is missing is said when it is handled */
	bool answers_more; /* and again since */
	uint32_t answer_at;
};

/* Begins counting. The session is not managed yet. */
void managed_begin(struct session *s, const struct managed_terms *terms);

/* The id, or none when it is not kept. */
struct str managed_id(const struct managed *m);

/* Acknowledged by the client; see ledger_may_acknowledge(). */
void managed_acknowledge(struct managed *m, uint32_t h);

/* --- for streams that end and come back ------------------------------------------------- */

/*
 * The stream has ended without the client's having said so: the session waits for another.
 * False: it is not one that does; the caller closes it.
 */
MUST_CHECK bool session_detach(struct session *s);

/* The account's session with that id, NULL when there is none that can be resumed. */
struct session *managed_find(const struct account *a, struct str id);

/* Gives it another stream. One that it still has ends with <conflict/>. */
void managed_take_over(struct managed *m, struct outlet *o);

/* Whether the account had a session of that id not long ago, and how many stanzas of its
 * client had been handled. */
bool managed_remembers(struct jid bare, struct str id, uint32_t *handled);

/* --- for session.c ---------------------------------------------------------------------- */

/* Counts a stanza for the client, `at_us` as in ledger.h. Ends the session when it is the one
 * too many. */
void managed_sent(struct managed *m, const struct stanza *st, usec_t at_us);

/* Counts a stanza of the client. What comes of it is done for the cause, which the caller
 * holds. */
struct cause *managed_received(struct managed *m);

/* The session is closed, and in none of the account's lists any more: what is not
 * acknowledged goes on, and everything is let go of. Forget: only the latter. */
void managed_hand_over(struct session *s);
void managed_forget(struct session *s);

/* Of the account's detached sessions the one that has been so for the longest, or NULL. */
struct session *managed_longest_detached(const struct account *a);

void managed_worker_fini(void);

#endif
