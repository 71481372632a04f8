/* SPDX-License-Identifier: MIT
 *
 * What a client says before it is ready: RFC 6120 sections 4 to 7, RFC 6121 sections 2 and 4;
 * towards the relay, one line.
 */
#ifndef BENCH_LOGIN_H
#define BENCH_LOGIN_H

#include "bench/swarm.h"

/* The connection stands, and begins again when STARTTLS has secured it. */
void login_begin(struct client *c);

/* A part of the stream other than its header has arrived while the client is not ready. */
void login_on_stanza(struct client *c, struct str stanza);

/* Forgets what is known about a login that is over or broken off. */
void login_free(struct login **l);

#endif
