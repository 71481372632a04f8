/* SPDX-License-Identifier: MIT
 *
 * Events of an account's nodes for those who have not subscribed to them, but are interested
 * (XEP-0060 section 9, XEP-0163 section 4): the contacts who may see the account's presence and
 * its own devices, where a client's capabilities say "NODE+notify".
 *
 * What clients can do is known where their accounts are at home. So the account's home says
 * which contacts may know, and sends the event once to each worker with what contacts are at
 * home there; these look who is online and interested (decision 83).
 */
#ifndef MODULES_PUBSUB_BULLETIN_H
#define MODULES_PUBSUB_BULLETIN_H

#include "xmpp/stanza.h"

/* Events that wait until a change is on disk. */
struct bulletin;

struct bulletin *bulletin_new(void);
void bulletin_free(struct bulletin **n); /* accepts NULL */

/* An event of a node; the reference stays with the caller. What follows is about it. */
void bulletin_event(struct bulletin *n, struct str node, const struct stanza *event);

/* Somebody, of a host of ours, who may hear of it. */
void bulletin_reader(struct bulletin *n, struct jid bare);

/* Sends them; bulletin_free does nothing afterwards. */
void bulletin_spread(struct bulletin **n);

#endif
