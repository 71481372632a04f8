/* SPDX-License-Identifier: MIT
 *
 * Who is told what is said in a room while none of his clients is in it: those who have
 * subscribed, by the protocol that is known as MUC/Sub (docs/rooms.md says what of it).
 */
#ifndef MODULES_MUC_SUBSCRIBERS_H
#define MODULES_MUC_SUBSCRIBERS_H

#include "modules/muc/muc.h"

/* (room, KIND_SUBSCRIBER, bare address) -> nickname */
#define KIND_SUBSCRIBER S("room-subscriber")

/* One row, when the room is loaded. */
void subscribers_load(struct room *r, struct str item, struct str value);

/* The room is let go. */
void subscribers_free(struct room *r);

/* The room is erased: what the service keeps of its subscribers goes with it. */
void subscribers_erase(struct room *r, struct store_batch *b);

/* He is told nothing any more; the rows go with the batch. */
void subscribers_drop(struct call *c, struct room *r, struct jid who, struct store_batch *b);

/* Something was said: those who are not there get it. */
void subscribers_tell(struct call *c, struct room *r, const struct stanza *said);

room_request_fn room_on_subscribe, room_on_unsubscribe, room_on_subscribers;

/* To the service: the rooms to which who asks has subscribed. */
enum verdict muc_on_subscriptions(struct call *c);

#endif
