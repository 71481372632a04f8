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

/* The same, with what is known of it. */
void route_with(struct stanza *st, const struct passage *p);

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
 * it came. What the phases before do, they have done. Takes over the reference, and what is
 * known of the stanza. */
void route_again(struct account *a, struct stanza *st, struct passage *p);

/* A stanza that one of the account's own sessions sends, to the account, a host or anybody
 * else; archived: its id in the sender's archive, 0 when it is not in there. */
void route_own(struct session *s, struct stanza *st, uint64_t archived);

#endif
