/* SPDX-License-Identifier: MIT
 *
 * What connections and exchanges are made of, for the files of this folder only.
 */
#ifndef HTTP_INSIDE_H
#define HTTP_INSIDE_H

#include "base/buf.h"
#include "base/limits.h"
#include "base/list.h"
#include "base/metrics.h"
#include "http/chunked.h"
#include "http/condition.h"
#include "http/conf.h"
#include "http/http.h"
#include "loop/worker.h"
#include "transport/conn.h"

/*
 * A connection's states:
 *
 *   IDLE       between two requests; nothing is kept but this structure
 *   HEAD       a part of a head has come
 *   BODY       a body is coming
 *   ANSWERING  the request is here, its answer not yet finished: what comes now waits
 *   CLOSING    nothing more is read
 */
enum connection_state { IDLE, HEAD, BODY, ANSWERING, CLOSING };

struct http_connection {
	struct list in_worker;
	struct conn *conn; /* NULL once it has ended, or was given away */
	struct exchange *exchange;
	struct timer timer;
	struct buf head;      /* the part that has come */
	size_t looked;        /* where to look on for its end */
	uint64_t body_before; /* bytes of the body when the timer was set */
	uint32_t uid;         /* is_local */
	uint8_t state;
	bool is_reading : 1; /* in on_bytes */
	bool is_paused : 1;
	bool is_local : 1;
	bool is_ending : 1; /* closes after the answer: the server stops */
};

/* A field of the answer. */
struct added {
	struct added *next;
	struct str name, value;
};

struct file_answer;

struct exchange {
	struct http_exchange x;             /* first: what the route sees */
	struct http_connection *connection; /* NULL: the client has left */
	struct arena arena;
	struct http_head head;
	struct added *added, **last_added;
	struct buf gathered;
	struct http_chunked chunked;
	struct file_answer *file;
	uint64_t body_got;
	uint64_t sent;     /* bytes of the answer */
	uint64_t began_us; /* monotonic */
	unsigned status;
	uint32_t slot;        /* UINT32_MAX: nobody has asked for its name */
	bool body_here : 1;   /* all of it was read */
	bool is_answered : 1; /* the head of the answer was written, or there was nobody to */
	bool is_chunked : 1;  /* the answer */
	bool is_asked : 1;    /* the route has it: run() was called */
	bool is_held : 1;     /* http_pause */
	bool go_on_due : 1;   /* 100 Continue is waited for */
	bool keep_alive : 1;
	struct exchange *next_kept;
};

static inline struct exchange *
exchange_of(const struct http_exchange *x)
{
	return (struct exchange *)(uintptr_t)x;
}

/* --- exchange.c --------------------------------------------------------------------------- */

struct exchange *exchange_new(struct http_connection *c);
void exchange_free(struct exchange **e);

/* The answer has been written: the connection goes on without it, or ends. */
void exchange_end(struct exchange *e);

/* A method whose requests have content (RFC 9110 section 9.3): that of others means nothing. */
static inline bool
exchange_brings_content(const struct exchange *e)
{
	return e->x.method & (HTTP_POST | HTTP_PUT | HTTP_PATCH);
}

/* Gives back what the worker keeps. */
void exchanges_forget(void);

/* --- connection.c ------------------------------------------------------------------------- */

/* Its exchange has ended: the next request, or the end. */
void connection_go_on(struct http_connection *c, bool keep_alive);

/* The answer has begun: no more of the request's body is taken. */
void connection_answers(struct http_connection *c);

/* The exchange wants its body again. */
void connection_want_body(struct http_connection *c);

/* Takes the connection away from HTTP. */
struct conn *connection_give_away(struct http_connection *c);

/* --- request.c ---------------------------------------------------------------------------- */

/* Reads the head and finds out who is asked for what. Returns 0 or the status to refuse with.
 */
unsigned request_read(struct exchange *e, struct str head);

/* Answers what no route needs to be asked for. True: it has, and the exchange may be gone. */
bool request_is_settled(struct exchange *e);

/* --- answer.c ----------------------------------------------------------------------------- */

/* bytes of a body whose length is not known. */
#define LENGTH_CHUNKED UINT64_MAX

/* Writes the head of the answer. */
void answer_head(struct exchange *e, unsigned status, struct str type, uint64_t length);

/* True when the body of such an answer is to be left out. */
bool answer_has_no_body(const struct exchange *e, unsigned status);

bool answer_write(struct exchange *e, struct str bytes);

/* Whether the route added a field of that name. */
bool answer_has(const struct exchange *e, struct str name);

/* --- part.c ---------------------------------------------------------------------------------
 */

/* What to send of it; adds the fields that say so. */
struct http_part_of part_of(struct exchange *e, const struct http_version *v);

/* --- file.c --------------------------------------------------------------------------------
 */

/* The network has taken what was written. */
void file_answer_go_on(struct exchange *e);

/* The connection's timer came. */
void file_answer_look(struct exchange *e);

/* The exchange ends. */
void file_answer_stop(struct exchange *e);

/* --- metering.c ----------------------------------------------------------------------------
 */

void http_metering_begin(void);
void http_metered_exchange(const struct exchange *e, uint64_t took_us);
void http_metered_connections(int n);

#endif
