/* SPDX-License-Identifier: MIT
 *
 * Connections that we begin: one attempt at one address.
 */
#ifndef TRANSPORT_CONNECT_H
#define TRANSPORT_CONNECT_H

#include "base/time.h"
#include "transport/address.h"

struct conn;
struct connecting;
struct transport;

/*
 * OK        the connection is the waiter's, who gives it a user at once (conn_set_user)
 * E_AGAIN   there was no answer in time
 * E_CLOSED  refused, or the network says that there is no way
 * E_LIMIT   the system is out of something
 *
 * The attempt is over and its variable NULL. Never runs inside a function of this file.
 */
typedef void connect_done_fn(void *waiter, enum status s, struct conn *c);

/*
 * Begins to connect, on the calling worker.
 *
 * E_LIMIT   no socket can be had
 * E_CLOSED  the network says at once that there is no way
 */
MUST_CHECK enum status connect_start(struct transport *t, const struct address *to,
    uint16_t port, msec_t timeout_ms, connect_done_fn *done, void *waiter,
    struct connecting **out);

/* Gives up; done does not run. Accepts NULL, leaves NULL. */
void connect_cancel(struct connecting **c);

#endif
