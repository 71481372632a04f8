/* SPDX-License-Identifier: MIT
 *
 * Tunnels of the SOCKS5 bytestreams proxy (XEP-0065 section 6): two connections that asked for
 * the same hash, whose bytes go from one to the other once somebody has said who they are.
 *
 * A tunnel lives on the worker that its hash names; connections move there. An end is, in this
 * order:
 *
 *   GREETING   the first bytes are awaited               tunnel_accept
 *   ASKING     the request is                            on_greeting
 *   MOVING     on the way to the tunnel's worker         on_request
 *   WAITING    for the other end, and to be opened       on_arrived; what it sends is dropped
 *   OPEN       bytes pass                                open_here
 *
 * An end that is not open within TUNNEL_PATIENCE_MS is cut off. When one end goes, the other
 * gets what is still under way for it, and is closed.
 */
#ifndef MODULES_BYTESTREAMS_TUNNEL_H
#define MODULES_BYTESTREAMS_TUNNEL_H

#include "modules/bytestreams/socks5.h"

struct conn;

/* A connection that speaks SOCKS5. */
void tunnel_accept(struct conn *c);

/*
 * How the opening ended, and the end of what was opened; both on the worker that asked.
 *
 * OK           bytes pass; gone() will be called
 * E_NOT_FOUND  nobody has asked for that hash
 * E_AGAIN      only one has
 * E_EXISTS     it is open already
 */
struct tunnel_calls {
	void (*opened)(void *waiter, enum status s);
	void (*gone)(void *waiter);
};

/* bytes_per_s: of both directions together; 0: no bound. Any worker. */
void tunnel_open(const char key[SOCKS5_KEY], uint64_t bytes_per_s,
    const struct tunnel_calls *calls, void *waiter);

/* Where clients find it: the port of the first listener that serves it, or 0; any thread. */
void tunnels_listen_at(uint16_t port);
uint16_t tunnels_port(void);

/* Cuts off those that are not open. Any thread, asynchronous: for draining. */
void tunnels_end_waiting(void);

/* For the module's table. */
void tunnels_enter_worker(void);
void tunnels_leave_worker(void);

#endif
