/* SPDX-License-Identifier: MIT
 *
 * Owners are asked whether somebody may subscribe, and answer (XEP-0060 section 8.6).
 */
#ifndef MODULES_PUBSUB_APPROVAL_H
#define MODULES_PUBSUB_APPROVAL_H

#include "modules/pubsub/place.h"
#include "router/hook.h"

/* Asks the node's owners. */
void approval_ask(struct change *ch, struct node *n, struct jid subscriber);

/* A message for the place. PASS: it is no answer of an owner. */
enum verdict approval_answered(struct call *c, struct place *p);

/* What an owner has decided, with news for the subscriber. */
void approval_give(struct change *ch, struct node *n, struct jid subscriber, bool allow);

#endif
