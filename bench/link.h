/* SPDX-License-Identifier: MIT
 *
 * One connection of a client to the server: made, secured, written to and read from without
 * ever blocking. What the bytes mean is the carrier's affair (carrier.h).
 *
 * Whatever goes wrong ends the program with a message, but for the end of a connection that is
 * expected to end.
 */
#ifndef BENCH_LINK_H
#define BENCH_LINK_H

#include "base/buf.h"
#include "bench/wire.h"

struct client;
struct swarm;

/*
 * CLOSED      no socket                        link_open         -> CONNECTING
 * CONNECTING  the TCP connection is being made on_event          -> SECURING or OPEN
 * SECURING    the TLS handshake is under way   on_event          -> OPEN
 * OPEN        bytes flow                       link_start_tls    -> SECURING
 *                                              link_close        -> CLOSED
 */
enum link_stage { LINK_CLOSED, LINK_CONNECTING, LINK_SECURING, LINK_OPEN };

struct link {
	struct client *client;
	enum link_stage stage;
	struct wire wire;
	struct buf in;   /* what the carrier has not taken */
	struct buf out;  /* not yet written */
	bool is_dirty;   /* in swarm.dirty */
	bool is_blocked; /* waits until the socket can be written */
	bool may_end;    /* the server may close it */
	bool is_waiting; /* the carrier's: a request is unanswered */
	uint64_t opened; /* how often; tells a later connection from an earlier one */
};

void link_init(struct link *l, struct client *c);

/* Connects; the carrier hears of it when the connection is there, with TLS if it begins so. */
void link_open(struct link *l);
void link_close(struct link *l);

/* A handshake begins; the carrier hears of its end. */
void link_start_tls(struct link *l);

/* Room at the end of what is queued, then how much of it was used. Written in this turn. */
char *link_reserve(struct link *l, size_t bytes);
void link_sent(struct link *l, size_t bytes);
void link_send(struct link *l, struct str bytes);

/* What epoll said. */
void link_on_event(struct link *l, uint32_t events);

/* Writes what is queued, as far as the socket takes it. */
void link_flush(struct link *l);

#endif
