/* SPDX-License-Identifier: MIT
 *
 * The items of a roster in memory and in the store, for the two modules that change them:
 * mod_roster (the list, RFC 6121 section 2) and mod_subscription (the states, section 3).
 */
#ifndef MODULES_ROSTER_ITEMS_H
#define MODULES_ROSTER_ITEMS_H

#include "modules/roster/roster.h"

#define KIND_ROSTER S("roster")
#define KIND_REQUEST S("roster-in")

struct roster_conf {
	uint32_t max_items;
	struct str_list groups; /* of shared contacts; see groups_conf.h */
};

struct roster {
	struct table items; /* struct roster_item by address */
	uint64_t version;   /* grows with each change that clients see */
};

struct roster *roster_of(struct account *a);

/* Whether one more contact may be added to the account of the call. */
bool roster_has_room(const struct call *c);

struct roster_item *roster_item_get(struct roster *r, struct jid contact);

/* A copy of the item in one block, in place of the one with its address, which is gone. */
struct roster_item *roster_item_put(struct roster *r, const struct roster_item *like);

void roster_item_drop(struct roster *r, struct jid contact);

/* Writes <item/> as a client of the account sees it, with what groups add. */
void roster_item_write(struct xml_writer *w, struct account *a, const struct roster_item *item);

/* The version of what clients of the account see. */
struct str roster_version(struct account *account, struct arena *a);

/*
 * The name and groups of an <item/> (section 2.1.2), or one of another namespace that is alike
 * (XEP-0144); not its address and state.
 *
 * E_INVALID  an empty group; E_EXISTS  the same group twice; E_LIMIT  too long, too many
 */
MUST_CHECK enum status roster_item_read(
    struct elem e, struct arena *a, struct roster_item *out);

/* For the module's table: a row of KIND_ROSTER, and the end. */
void roster_load(void *state, struct account *account, struct str contact, struct str value);
void roster_fini(void *state, struct account *account);

/*
 * The two changes that a user makes to the list (section 2), for whoever has made sure that it
 * may be done: answers c->stanza when there is one, tells sessions and contacts.
 *
 * like     the item as it is to be; put and kept
 * contact  must have an item
 */
void roster_set(struct call *c, const struct roster_item *like);
void roster_remove(struct call *c, struct jid contact);

/* A part of a change that the caller holds and commits: ends both subscriptions with a contact
 * that has an item, which goes, and tells everybody. */
void roster_take_out(struct call *c, struct store_batch *b, struct jid contact);

/* Puts the item, or the next version, into the batch. */
void roster_keep_item(struct call *c, struct store_batch *b, const struct roster_item *item);
void roster_keep_version(struct call *c, struct store_batch *b);

/* Tells every interested session of the item as it is now (section 2.1.6); a removed one has
 * no state any more. */
void roster_push(struct call *c, const struct roster_item *item, bool removed);

/* Sends presence of one of the four subscription types from the account's bare address. */
void roster_send(struct call *c, struct jid contact, enum stanza_type type);

#endif
