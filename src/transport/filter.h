/* SPDX-License-Identifier: MIT
 *
 * What can stand between a connection's socket and its user: a transformation of bytes in
 * both directions (TLS, WebSocket, a proxy's header). Filters stack:
 *
 *     user
 *      |  ^ up: offered at once; what is not taken is kept
 *      v  |
 *     filter: down = bytes from above that it has not yet worked on
 *      |  ^
 *      v  |
 *     socket
 *
 * A filter does no input and output of its own and knows nobody but its neighbours, so that
 * it can be tested on a socket pair and TLS can be done by another library one day.
 */
#ifndef TRANSPORT_FILTER_H
#define TRANSPORT_FILTER_H

#include "transport/chunks.h"
#include "transport/conn.h"

struct filter;

struct filter_kind {
	/*
	 * Bytes from below, which the filter may overwrite. Returns how many it has taken;
	 * those left, the beginning of something that is not complete, are offered again with
	 * more behind them. At most CONN_TURN_BYTES can be left.
	 */
	size_t (*up)(struct filter *f, char *bytes, size_t len);

	/*
	 * Moves bytes from f->down to *below, transformed. All of them, but may stop when
	 * *below holds CONN_FLUSH_BYTES or it must wait for the peer: called again.
	 */
	void (*down)(struct filter *f, struct chunks *below);

	/* The connection is about to be closed in good order: last words go to *below. */
	void (*goodbye)(struct filter *f, struct chunks *below);

	void (*free)(struct filter *f);

	/* The connection is about to leave this worker: nothing may stay behind. May be NULL.
	 */
	void (*leave)(struct filter *f);
};

struct filter {
	const struct filter_kind *kind;
	struct conn *conn;            /* from here on set by conn_add_filter */
	struct filter *above, *below; /* NULL: the user, the socket */
	struct chunks down;
	struct chunks kept; /* made for above and not taken */
};

/* Puts the filter between the connection's user and what is there. The connection frees it. */
void conn_add_filter(struct conn *c, struct filter *f);

/* The lowest filter of that kind, NULL without. */
struct filter *conn_filter(const struct conn *c, const struct filter_kind *kind);

/* --- what a filter calls --------------------------------------------------------------- */

/* Hands bytes to whoever is above; what is not taken is kept and offered later. */
void filter_offer(struct filter *f, char *bytes, size_t len);

/* Where bytes go down to. Whoever adds some calls conn_sends afterwards. */
struct chunks *filter_below(struct filter *f);
void conn_sends(struct conn *c);

/* Nothing is read from the socket, and up() not called, until conn_let_go. */
void conn_hold(struct conn *c);
void conn_let_go(struct conn *c);

/* Calls up() again in the next turn with the bytes that were left. */
void conn_again(struct conn *c);

/* The peer ended its half in good order (close_notify). */
void conn_saw_end(struct conn *c);

/* The peer breaks the rules. What is queued below leaves if it can; on_end(CONN_ERROR) follows.
 * reason: for the log, static. */
void conn_fail(struct conn *c, const char *reason);

/* Tells the user that the connection is secure now. */
void conn_secured(struct conn *c);

#endif
