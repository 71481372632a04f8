/* SPDX-License-Identifier: MIT
 *
 * The nodes of an account, for modules that keep something in them for its owner.
 */
#ifndef MODULES_PUBSUB_PEP_H
#define MODULES_PUBSUB_PEP_H

#include "modules/pubsub/place.h"
#include "router/module.h"

/* The account's nodes; NULL where accounts have none. */
struct place *pep_place(struct account *a);

/* What is published in the name of the account. */
struct publication {
	struct str node;
	struct node_config conf; /* of the node, if this creates it */
	struct str id;
	struct str payload;   /* markup that stands on its own */
	struct str publisher; /* full address */
};

/* Now, or as soon as the node's items are known; the account is in a call. Whoever asked for
 * it is not told: what does not fit or cannot be written is not published, nor anything where
 * accounts have no nodes. */
void pep_publish(struct call *c, const struct publication *p);

/* The same for taking an item back; nothing happens when there is none. */
void pep_retract(struct call *c, struct str node, struct str id);

/*
 * Reads an item of a node of the account: the one with that id, or the last one when the id is
 * empty. Whether somebody may know of it is for the caller to find out (place_shows). The
 * account stays loaded until on_item has run, on this worker; the item lives for that long.
 *
 * E_NOT_FOUND  no such node or item; E_IO, E_LIMIT: as store_read
 */
typedef void pep_item_fn(
    void *waiter, struct account *a, enum status s, const struct node_entry *item);
void pep_read(
    struct account *a, struct str node, struct str id, pep_item_fn *on_item, void *waiter);

/* One more device was told of a change. */
void pep_count_notified(void);

extern const struct module mod_pep;

#endif
