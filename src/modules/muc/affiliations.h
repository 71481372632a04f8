/* SPDX-License-Identifier: MIT
 *
 * Who is what in a room (XEP-0045 section 5.2): a list by bare address, in memory while the
 * room is, and a row of the store for each that is not ROOM_NONE. Addresses are normalised
 * ones, so that other spellings of an address are the same (section 9.1).
 *
 * Each may have a nickname reserved (section 7.10), which goes with the affiliation.
 *
 * It is an array in the order of addresses: 30,000 are found in 15 steps, and pages of it need
 * no sorting. An address of 20 bytes takes 40.
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

/*
 * Of the address, or of its domain if that is banned and the address is not in the list itself
 * (section 9.2); ROOM_NONE when neither is in the list.
 */
enum room_affiliation affiliations_of(const struct affiliations *a, struct jid who);

/* How many have exactly that affiliation; ROOM_NONE: none. */
size_t affiliations_count(const struct affiliations *a, enum room_affiliation which);

/* The list has as many as it may: nobody is added. */
bool affiliations_is_full(const struct affiliations *a);

/*
 * Changes it here and in the batch. The nickname reserved stays, but not that of an outcast
 * (section 9.1). `who` may be a domain.
 *
 * reason  "no string", or why, as lists show it; at most ROOM_REASON_MAX bytes are kept
 */
void affiliations_set(struct affiliations *a, struct store_batch *b, struct jid room,
    struct jid who, enum room_affiliation which, struct str reason);

/*
 * Reserves the nickname for the address, which is in the list and no outcast, in place of what
 * it had; "no string" reserves none.
 *
 * E_INVALID  it is no nickname
 * E_EXISTS   it is another's
 */
MUST_CHECK enum status affiliations_reserve(struct affiliations *a, struct store_batch *b,
    struct jid room, struct jid who, struct str nick);

/* The nickname reserved for the address, "no string" when there is none. */
struct str affiliations_nick(const struct affiliations *a, struct jid who);

/* Whose the nickname is, compared as occupants' are (nickname_key); false: nobody's.
 */
bool affiliations_holder(const struct affiliations *a, struct str nick, struct jid *holder);

/* --- walking ---------------------------------------------------------------------------- */

/* Valid until the list changes. */
struct affiliated {
	struct jid jid; /* bare, or a domain */
	enum room_affiliation affiliation;
	struct str nick, reason; /* or "no string" */
};

/* The first place in the list whose address is behind this one; "" for the first. */
size_t affiliations_place_after(const struct affiliations *a, struct str address);

/* The first place whose address is not before this one. */
size_t affiliations_place_of(const struct affiliations *a, struct str address);

/* What is at the place; false behind the last. */
bool affiliations_at(const struct affiliations *a, size_t place, struct affiliated *out);

#endif
