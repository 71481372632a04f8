/* SPDX-License-Identifier: MIT
 *
 * A session: what an account sees of one resource. It lives on the account's home and may
 * outlive the stream that carries it.
 */
#ifndef ROUTER_SESSION_H
#define ROUTER_SESSION_H

#include "base/list.h"
#include "base/time.h"
#include "router/hook.h"

struct account;
struct managed;

/* Names a session from anywhere, also after it is gone. */
struct session_id {
	uint32_t worker;
	uint32_t slot;
	uint64_t generation;
};

enum { OUTLET_SHOWN_BYTES = 32 };

/* The stream that carries a session, as the router sees it. */
struct outlet {
	const struct outlet_calls *calls;
};

struct outlet_calls {
	/* Sends a stanza; the reference stays with the caller. */
	void (*deliver)(struct outlet *o, const struct stanza *st);
	/* Raises ON_SESSION_SENT when all that was delivered has left. */
	void (*tell_sent)(struct outlet *o);
	/* The session was ended from inside: send the stream error, close, and forget the
	 * session; the router closes it. */
	void (*end)(struct outlet *o, enum stream_error why, struct str text);
	/* For the administrator: "tcp TLSv1.3 TLS_AES_128_GCM_SHA256". */
	struct str (*describe)(struct outlet *o, struct arena *a);
	/* The other side's address; none when the connection has ended. */
	struct str (*address)(struct outlet *o);
	/* For an answer that comes later: wait keeps the outlet and stops its input;
	 * came_back undoes both, and tells whether it is still open; else it may be gone. */
	void (*wait)(struct outlet *o);
	bool (*came_back)(struct outlet *o);
	/* A text of at most OUTLET_SHOWN_BYTES that a stranger has shown and that counts for
	 * what he asks next; kept until he has a session. "No string": nothing yet. */
	void (*show)(struct outlet *o, struct str text);
	struct str (*shown)(struct outlet *o);
	/* Of managed sessions (managed.h): more of what the client sent has been handled than
	 * before; the timer that the stream has set is due. */
	void (*handled)(struct outlet *o);
	void (*overdue)(struct outlet *o);
};

/* What becomes of a stanza on its way to the client. True: it was held back or dropped. */
typedef bool session_sieve_fn(struct session *s, const struct stanza *st);

struct session {
	struct session_id id;
	struct account *account;
	struct list in_account;
	struct jid jid;          /* full */
	struct outlet *outlet;   /* NULL while detached and once ended */
	session_sieve_fn *sieve; /* NULL: everything passes. mod_csi's, of inactive clients */
	struct stanza *presence; /* last available presence; NULL while unavailable */
	int8_t priority;         /* of that presence */
	bool wants_roster;       /* asked for the roster: gets pushes */
	bool lost;         /* its client did not say that it leaves, and may be back soon */
	bool wants_copies; /* of what others of the account send and get: mod_carbons */
	bool watches;      /* gets the presence of those contacts that it named: mod_watch */
	bool closing;      /* its end is under way */
	bool ended;        /* gets nothing more. A managed session that is closing still
			    * takes what comes, so as to hand all of it over in order */
	usec_t bound_us;
	usec_t available_us;     /* when `presence` was received */
	msec_t heard_ms;         /* when the client last sent something; kept by the stream */
	struct managed *managed; /* NULL without stream management */
};

/* Delivers to the session's client. The reference stays with the caller. */
void session_deliver(struct session *s, const struct stanza *st);

/* The same, past the sieve: for whoever put it there, and held the stanza back since then. */
void session_deliver_now(struct session *s, const struct stanza *st, usec_t came_us);

/* For whoever held it back until ON_SESSION_CLOSED, where this is called: it goes where what
 * the client has not acknowledged goes (managed.h), whether the session is managed or not. */
void session_leave_behind(struct session *s, const struct stanza *st, usec_t came_us);

/* The same, of a stanza that is kept elsewhere until ON_SESSION_SENT says that the client has
 * it: it is nobody else's if the session ends before. */
void session_deliver_kept(struct session *s, const struct stanza *st);

/*
 * Raises ON_SESSION_SENT once, when the client has all that was delivered: when it has
 * acknowledged it, or without stream management when the network has taken it. For who has
 * more for the client than may wait at a time. It does not come when the session ends before.
 */
void session_tell_sent(struct session *s);

/* Runs the hooks of an event of the session's life; the stanza stays the caller's. */
void session_raise(struct session *s, enum event on, struct stanza *st);

/* Ends a session from inside, with a stream error; it is closed in the next turn. */
void session_end(struct session *s, enum stream_error why, struct str text);

/* The same, and it is closed at once: what its contacts hear of it comes before whatever the
 * caller does next. The account must be ready. */
void session_end_now(struct session *s, enum stream_error why, struct str text);

/* The client seems to be gone, and has been for long: its stream ends, and with it the session
 * unless that waits for another (managed.h). */
void session_cut(struct session *s, enum stream_error why, struct str text);

msec_t session_idle_ms(const struct session *s);

/* The session of that id, if it lives on this worker. */
struct session *session_find(struct session_id id);

/* --- for streams ---------------------------------------------------------------------- */

enum bind_conflict {
	BIND_REPLACE, /* the older session of the same resource ends with <conflict/> */
	BIND_RENAME,  /* the newer one gets another resource */
	BIND_REFUSE,  /* the newer one is refused */
};

struct bind_request {
	struct account *account; /* ready */
	struct str resource;     /* normalised; empty: the server makes one */
	enum bind_conflict conflict;
	struct outlet *outlet;
};

/*
 * Binds a resource (RFC 6120 section 7). The session is the stream's to close.
 *
 * E_EXISTS  the resource is in use and the policy is BIND_REFUSE
 * E_LIMIT   the account has as many sessions as it may
 */
MUST_CHECK enum status session_bind(const struct bind_request *request, struct session **out);

/* A stanza that the session's client sent, `from` stamped. Takes over the reference. */
void session_send(struct session *s, struct stanza *st);

/* One that it sent and that cannot be read: it counts, and was answered. */
void session_sent_in_vain(struct session *s);

/* The client has gone, on whatever way: unavailable is broadcast, and the session freed. */
void session_close(struct session **s);

/* The connection failed: closes it, unless it waits for another stream (managed.h). */
void session_lose(struct session **s);

/* Before any of them. */
void sessions_register_metrics(void);

/* --- for the daemon and the router ------------------------------------------------------ */

/* Ends the sessions that wait for another stream, on all workers; any thread, asynchronous.
 * For draining: what their clients do not have goes elsewhere or is kept. */
void sessions_end_detached(void);

/* Frees it without a word, when the server ends. */
void session_forget(struct session *s);

/* On each worker, when the server starts and ends. */
void sessions_worker_init(void);
void sessions_worker_fini(void);

#endif
