/* SPDX-License-Identifier: MIT
 *
 * Listeners: sockets that accept connections and hand them out.
 *
 * One worker accepts for all and deals connections out in turn. The alternative, a socket for
 * each worker with SO_REUSEPORT, lets a hash of the addresses choose: with the few and long
 * connections of a chat server some workers then get twice the handshakes of others, which is
 * what the first second of a connection costs (after login it moves to its account's home
 * anyway); and a socket that is closed takes the connections in its queue with it. Accepting
 * and dealing out costs 10 us of the 250 us that a TLS login takes, so one worker suffices
 * for twenty that shake hands; several listeners are spread over the workers.
 */
#ifndef TRANSPORT_LISTENER_H
#define TRANSPORT_LISTENER_H

#include "transport/conf.h"
#include "transport/conn.h"
#include "transport/tls.h"

struct listener;

struct listener_conf {
	/* "192.0.2.1", "2001:db8::1"; "*": all addresses of both families; "0.0.0.0", "::": all
	 * of one. With a slash in front: the path of a Unix socket, for its owner only. */
	struct str address;
	uint16_t port; /* 0: any that is free, see listener_port() */
	int backlog; /* connections that may wait to be accepted; 0: as many as the system lets
		      */

	/* Direct TLS (XEP-0368) with the context that is in the slot when a connection comes;
	 * NULL: none. While it is empty connections are closed at once. */
	struct tls_slot *tls;

	/* Takes connections from the proxies of transport_conf only, whose addresses are not
	 * charged: whoever they are for will be (conn_came_from). */
	bool from_proxies;

	/* On the worker that gets the connection. Calls conn_set_user(), or conn_abort(). */
	void (*on_accept)(void *user, struct conn *c); /* user and slot: until workers_stop() */
	void *user;
};

/*
 * Binds; connections queue from now on. Not from workers.
 *
 * reason  written on failure: for the operator, in the arena
 *
 * E_INVALID  the address is none
 * E_EXISTS   somebody else listens there
 * E_DENIED   the port needs a privilege
 * E_IO       another reason of the system's
 */
MUST_CHECK enum status listener_open(struct transport *t, const struct listener_conf *conf,
    struct arena *a, struct str *reason, struct listener **out);

uint16_t listener_port(const struct listener *l); /* 0 for Unix sockets */

/* Starts accepting. Workers must have been initialised. Once. */
void listener_start(struct listener *l);

/* Stops listening: the address is free when it returns, and on_accept is not called for
 * connections that are still on their way. By the thread that started it. */
void listener_close(struct listener **l);

#endif
