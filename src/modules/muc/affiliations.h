/* SPDX-License-Identifier: MIT
 *
 * Who is what in a room: a list by bare address, in memory while the room is, and a row of the
 * store for each that is not ROOM_NONE or has a nickname reserved.
 */
#ifndef MODULES_MUC_AFFILIATIONS_H
#define MODULES_MUC_AFFILIATIONS_H

#include "modules/muc/room_conf.h"
#include "storage/store.h"
#include "xmpp/jid.h"

/* Rows (room, KIND_AFFILIATION, bare address). */
#define KIND_AFFILIATION S("room-affiliation")

struct affiliations;

struct affiliations *affiliations_new(void);
void affiliations_free(struct affiliations **a);

/* One row, when the room is loaded; what is no such row is passed over. */
void affiliations_load(struct affiliations *a, struct str item, struct str value);

/* Of the bare address; ROOM_NONE when it is not in the list. */
enum room_affiliation affiliations_of(const struct affiliations *a, struct jid who);

/* How many have exactly that affiliation. */
size_t affiliations_count(const struct affiliations *a, enum room_affiliation which);

/* Changes it here and in the batch; the nickname reserved stays. `reason`: "no string", or why,
 * as lists show it. */
void affiliations_set(struct affiliations *a, struct store_batch *b, struct jid room,
    struct jid who, enum room_affiliation which, struct str reason);

/* The nickname reserved for the address (section 7.10), "no string" when there is none. */
struct str affiliations_nick(const struct affiliations *a, struct jid who);

/* Whose the nickname is, compared as occupants' are (nick_key of room.h); false: nobody's. */
bool affiliations_holder(const struct affiliations *a, struct str nick, struct jid *holder);

#endif
