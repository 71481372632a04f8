/* SPDX-License-Identifier: MIT
 *
 * Many clients on one thread: their sockets, what they send and what they receive. How a
 * client logs in is in login.c; what it does then is the scenario's affair.
 *
 * Whatever goes wrong ends the program with a message: a benchmark with a broken connection
 * has no result.
 */
#ifndef BENCH_SWARM_H
#define BENCH_SWARM_H

#include "bench/carrier.h"
#include "bench/plan.h"
#include "bench/scan.h"
#include "bench/scram.h"

/*
 * CLOSED      no connection                        client_open        -> CONNECTING
 * CONNECTING  the first connection is being made   login_begin        -> FEATURES
 * FEATURES    header sent, features awaited        login_on_stanza    -> PROCEED, CHALLENGE,
 *                                                                       SUCCESS or BOUND
 * PROCEED     <starttls/> sent                     login_begin        -> FEATURES
 * CHALLENGE   SCRAM's first message sent                              -> SUCCESS
 * SUCCESS     the last message of SASL sent                           -> FEATURES
 * BOUND       resource asked for                                      -> ROSTER
 * RESUMED     resumption asked for                                    -> READY
 * ROSTER      roster asked for                                        -> READY
 * READY       presence sent: stanzas are for the scenario client_leave -> LEAVING
 * LEAVING     the stream is closed on our side                        -> CLOSED
 *
 * With the relay there is only GROUPED (group named, its answer awaited) between the
 * connection and READY.
 */
enum client_stage {
	CLIENT_CLOSED,
	CLIENT_CONNECTING,
	CLIENT_FEATURES,
	CLIENT_PROCEED,
	CLIENT_CHALLENGE,
	CLIENT_SUCCESS,
	CLIENT_BOUND,
	CLIENT_RESUMED,
	CLIENT_ROSTER,
	CLIENT_GROUPED,
	CLIENT_READY,
	CLIENT_LEAVING,
};

struct swarm;
struct login;

enum { CLIENT_LINKS = 2 }; /* connections that a client may have */

struct client {
	struct swarm *swarm;
	uint32_t number; /* its place in swarm.clients */
	uint32_t account;
	enum client_stage stage;
	struct link links[CLIENT_LINKS];
	struct scan scan;    /* of the stream, where there is one */
	void *carried;       /* the carrier's own */
	struct login *login; /* NULL when closed or ready */
};

/* What the scenario is told; every one may be NULL. It may send, leave and drop. */
struct swarm_calls {
	void (*on_ready)(struct client *c);
	void (*on_stanza)(struct client *c, struct str stanza);
	void (*on_closed)(struct client *c); /* after client_leave; may open it again */
	/* What is said instead of binding, to resume a session; none: binds. */
	struct str (*resumption)(struct client *c, struct arena *a);
};

enum { SWARM_READ_BYTES = 64 * 1024 };

struct swarm {
	const struct plan *plan;
	const struct swarm_calls *calls;
	const struct carrier *carrier;
	void *scenario;
	int epoll_fd;
	SSL_CTX *tls;
	struct scram_cache keys;
	struct client *clients;
	size_t n;
	struct link **dirty;
	size_t n_dirty;
	size_t n_ready;    /* clients in READY */
	size_t n_closed;   /* clients in CLOSED */
	uint64_t bytes_in; /* of all time */
	uint64_t deadline_ns;
	char read[SWARM_READ_BYTES];
};

/* clients: all closed at first, with the accounts from plan.first on */
struct swarm *swarm_new(const struct plan *p, size_t clients);
void swarm_free(struct swarm **s);

/* Waits for events, at most max_ns (negative: for ever), serves them, and writes what was
 * queued. */
void swarm_turn(struct swarm *s, int64_t max_ns);

/* Logs all clients in that are closed, plan.concurrent at a time. */
void swarm_log_in(struct swarm *s);

/* Closes all streams and waits for the server to do the same. */
void swarm_log_out(struct swarm *s);

/* Until for a moment nothing arrives and the server is nearly idle; 5 s at most. */
void swarm_settle(struct swarm *s);

void client_open(struct client *c);

/* Sends one stanza; it is written at the end of the turn. Room for direct writing: reserve,
 * then sent. */
void client_send(struct client *c, struct str bytes);
char *client_reserve(struct client *c, size_t bytes);
void client_sent(struct client *c, size_t bytes);

/* Closes the stream, and the connection once the server has answered. */
void client_leave(struct client *c);

/* Closes the connection without a word; on_closed is not called. */
void client_drop(struct client *c);

/* --- for carriers and links --------------------------------------------------------------- */

/* Finds the parts in what came of a stream. Returns how many bytes are done with. */
size_t client_take(struct client *c, struct scan *scan, struct str bytes);

/* A part has come. */
void client_on_part(struct client *c, enum scan_part kind, struct str part);

/* The stream has ended, as the client wished. */
void client_left(struct client *c);

/* The server has closed a connection that it should not: ends the program. */
_Noreturn void client_lost(const struct client *c);

/* The link has something to write. */
void swarm_mark_dirty(struct link *l);

#endif
