/* SPDX-License-Identifier: MIT
 *
 * What the server of an account does with a stanza for it that no module dealt with
 * (RFC 6121 section 8.5).
 */
#ifndef ROUTER_DELIVER_H
#define ROUTER_DELIVER_H

#include "router/hook.h"

/* To the sessions, or bounced, or dropped. c->account is the recipient. */
void deliver_by_rules(struct call *c);

/* A message for the bare address, to all sessions that the rules give it to but one: how many
 * got it. */
unsigned deliver_to_others(struct call *c, const struct session *but);

/* Whether the rules give this message to the session, if it reaches anyone. */
bool deliver_goes_to(const struct account *a, const struct session *s, const struct stanza *st);

/* A message or presence to the bare address: how many sessions would get it now. */
unsigned deliver_reachable(const struct account *a, const struct stanza *st);

/* The session of that resource, NULL when there is none. */
struct session *deliver_session(const struct account *a, struct str resource);

#endif
