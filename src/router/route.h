/* SPDX-License-Identifier: MIT
 *
 * Where a stanza goes (RFC 6120 section 10): to a host of ours, to the home of a local
 * account, or to another server.
 */
#ifndef ROUTER_ROUTE_H
#define ROUTER_ROUTE_H

#include "router/hook.h"

/* Sends a stanza with both addresses to wherever `to` is. Takes over the reference. */
void route(struct stanza *st);

/*
 * Answers a stanza that cannot be delivered: nothing for errors, results and presence (but
 * an error to a subscription request or a directed one is never sent, RFC 6121 section 8.5).
 */
void route_bounce(const struct stanza *st, enum stanza_error condition);

/* The result of an iq that was asked earlier; `content` is markup or none. */
void route_result(const struct stanza *request, struct str content);

/* Once more through the phase HANDLE of the account that it is for, at once: for a handler
 * that had to find out something first, and had the account suspended so that nothing
 * overtakes it; and of what a session could not give to its client, with the moment at which
 * it came (call.late_us), else 0. What the phases before do, they have done. Takes over the
 * reference. */
void route_again(struct account *a, struct stanza *st, usec_t late_us);

/* A stanza that one of the account's own sessions sends to the account or to a host. */
void route_own(struct session *s, struct stanza *st);

#endif
