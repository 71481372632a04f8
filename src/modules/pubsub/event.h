/* SPDX-License-Identifier: MIT
 *
 * The messages that say what has happened at a node (XEP-0060 sections 7 and 8), and who gets
 * them: those who have subscribed, each by himself, and whom the place gathers beside
 * (bulletin.h).
 */
#ifndef MODULES_PUBSUB_EVENT_H
#define MODULES_PUBSUB_EVENT_H

#include "modules/pubsub/people.h"
#include "modules/pubsub/place.h"
#include "xmpp/stanza.h"

void notify_published(struct change *ch, struct node *n, const struct node_new_item *item);
void notify_retracted(struct change *ch, struct node *n, struct str id);
void notify_purged(struct change *ch, struct node *n);
void notify_configured(struct change *ch, struct node *n);

/* redirect: a URI where the node is to be found from now on, or none. */
void notify_deleted(struct change *ch, struct node *n, struct str redirect);

/* To the subscriber: what his subscription is now (section 12.9); to the owners: that it has
 * changed, if the node tells them. s NULL: there is none any more. */
void notify_subscription(
    struct change *ch, struct node *n, struct jid jid, const struct subscriber *s);
void notify_owners(
    struct change *ch, struct node *n, struct jid jid, const struct subscriber *s);

/* To each owner who is one by affiliation, or by the place: a message of our own making. */
void send_to_owners(struct change *ch, struct node *n, struct stanza *st);

/* The last item of the node, to somebody who has just subscribed or come online (section
 * 6.1.7): it is read and sent later. Nothing when the node is empty. */
void send_last_item(struct place *p, const struct node *n, struct jid to);

/* <item/>, as everybody is shown it. */
void item_write(struct xml_writer *w, const struct node_config *conf, struct str id,
    struct str publisher, struct str payload);

#endif
