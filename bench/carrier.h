/* SPDX-License-Identifier: MIT
 *
 * How a client's stanzas travel: over TCP (RFC 6120), over WebSocket (RFC 7395), over BOSH
 * (XEP-0124, XEP-0206), or bare, as the relay has them. A carrier does as little as it can:
 * what is measured is the server.
 */
#ifndef BENCH_CARRIER_H
#define BENCH_CARRIER_H

#include "bench/link.h"

struct client;

struct carrier {
	/* The connection is there, TLS included: also again after STARTTLS. */
	void (*on_open)(struct link *l);

	/* Returns how many bytes are done with; the rest is offered again with more. */
	size_t (*on_bytes)(struct link *l, struct str bytes);

	/* The server has closed a connection that it may close. */
	void (*on_end)(struct link *l);

	/* Begins the stream, and again after the login. */
	void (*open_stream)(struct client *c);

	/* Room for one stanza, then the stanza. */
	char *(*reserve)(struct client *c, size_t bytes);
	void (*sent)(struct client *c, size_t bytes);

	/* Ends the stream. */
	void (*close_stream)(struct client *c);

	/* The client is closed: frees client.carried. May be NULL. */
	void (*forget)(struct client *c);
};

extern const struct carrier carrier_bare;
extern const struct carrier carrier_tcp;
extern const struct carrier carrier_websocket;
extern const struct carrier carrier_bosh;

/* --- for carriers in which each stanza stands alone -------------------------------------- */

/* Bytes that alone_finish() may add to a stanza. */
enum { ALONE_BYTES = 32 };

/* Gives a stanza its namespace, which no stream around it declares. The bytes before `at` are
 * free: ALONE_BYTES of them. Returns the new begin. */
char *alone_finish(char *at, size_t *len);

#endif
