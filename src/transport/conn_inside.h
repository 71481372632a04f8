/* SPDX-License-Identifier: MIT
 *
 * What a connection is made of, for conn.c, conn_read.c and conn_write.c only.
 */
#ifndef TRANSPORT_CONN_INSIDE_H
#define TRANSPORT_CONN_INSIDE_H

#include "loop/worker.h"
#include "transport/conf.h"
#include "transport/filter.h"
#include "transport/metering.h"

enum state { OPEN, MOVING, SENDING, FINISHED, ENDED };

enum { HELD_BY_USER = 1, HELD_BY_FILTER = 2 };

/* Only while a socket is full or a close lingers, which spares the others a timer. */
struct wait {
	struct timer timer;
	struct conn *conn;
	size_t sent; /* since the timer was set */
};

struct conn {
	struct io io;
	struct turn_end at_end;
	struct list in_worker;
	const struct conn_user *calls;
	void *user;
	struct transport *transport;
	struct filter *top, *bottom; /* NULL: none */
	struct chunks out;           /* for the socket */
	struct chunks kept;          /* from the socket, and not taken */
	struct wait *wait;
	union {
		void (*arrived)(void *user); /* MOVING */
		const char *failure;         /* static */
	};
	struct visit visit;
	uint32_t linger_ms; /* SENDING */

	unsigned state : 3;
	unsigned why : 2;        /* ENDED: enum conn_end */
	unsigned held : 2;       /* HELD_BY_... */
	unsigned watched : 2;    /* what the loop watches for: IO_READ, IO_WRITE */
	unsigned edge : 1;       /* and how */
	unsigned blocked : 1;    /* the socket is full */
	unsigned broken : 1;     /* writing has failed */
	unsigned peer_end : 1;   /* the peer closed its half */
	unsigned resumed : 1;    /* since on_bytes was called */
	unsigned wants_more : 1; /* since on_bytes was called */
	unsigned again : 1;      /* what was kept is to be offered */
	unsigned counted : 1;    /* visit is held */
	unsigned goodbye : 1;    /* filters have said their last words */
	unsigned tell_sent : 1;
	unsigned to : 8; /* MOVING: the worker */

	uint8_t address_len;
	char address[ADDRESS_TEXT_MAX];
};

/* --- conn.c --------------------------------------------------------------------------- */

/* Nothing more is read; on_end at the end of the turn. The first reason counts. */
void conn_end(struct conn *c, enum conn_end why);
void conn_end_by(struct conn *c, int error); /* CONN_ERROR, an errno */

/* Has the loop watch for what the state asks for. */
void conn_watch(struct conn *c);

/* --- conn_read.c ---------------------------------------------------------------------- */

void conn_on_ready(struct io *io, unsigned events);
void conn_forget_input(struct conn *c);

/* --- conn_write.c --------------------------------------------------------------------- */

/* Lets what is queued leave, as far as the socket takes it. */
void conn_push(struct conn *c);
void conn_forget_output(struct conn *c);

/* Tells the user who asked to hear of it when all has left. */
void conn_told_sent(struct conn *c);

/* The connection's timer, which it has only while it needs one. */
void conn_wait(struct conn *c, msec_t delay_ms, void (*on_due)(struct timer *t));
void conn_wait_stop(struct conn *c);

#endif
