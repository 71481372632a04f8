/* SPDX-License-Identifier: MIT
 *
 * A place has nodes: an account (mod_pep.c) or a service (mod_pubsub.c). What the two do
 * differently is the place's face; everything else about nodes is said once, for both.
 *
 * A place is touched by its home worker alone.
 */
#ifndef MODULES_PUBSUB_PLACE_H
#define MODULES_PUBSUB_PLACE_H

#include "modules/pubsub/node.h"
#include "router/hook.h"

struct bulletin;
struct place;

/* How many nodes, and how large, the operator allows. */
struct place_conf {
	uint32_t max_nodes;
	uint64_t max_item_bytes, max_node_bytes;
};

struct face {
	/* Bits of enum access_model that are offered. */
	unsigned accesses;
	struct node_config (*preset)(void);

	/* What somebody is to the place: whether he owns all that is in it, may see the
	 * presence of whose it is, or is in one of these groups of the roster. */
	bool (*is_owner)(struct place *p, struct jid who);
	bool (*sees)(struct place *p, struct jid who);
	bool (*is_in)(struct place *p, struct jid who, struct str groups);
	bool (*may_create)(struct call *c, struct place *p);

	/* Between the two, what comes for the place waits in order. */
	void (*suspend)(struct place *p);
	void (*resume)(struct place *p);

	/* A request once more, now that it can be answered; takes over the reference. */
	void (*again)(struct place *p, struct stanza *request);

	/* Adds who is to hear of the event without having subscribed to the node. May be NULL.
	 */
	void (*gather)(
	    struct place *p, struct node *n, struct stanza *event, struct bulletin *bulletin);

	/* For other modules: an item was published. May be NULL. */
	void (*published)(struct call *c, struct str node, const struct node_new_item *item);

	/* The same for items that somebody took back, or the node with them. */
	void (*retracted)(struct call *c, struct str node);

	/* A write has failed: what is in memory is not true any more. NULL: the router sees to
	 * that, as the place is an account's. */
	void (*failed)(struct place *p);
};

struct place {
	const struct face *face;
	struct jid jid;          /* of the account, or of the service */
	struct account *account; /* NULL: a service */
	struct nodes nodes;
};

/* What somebody is to a node; `subscribed` only where the node's models ask for it. */
struct standing place_standing(struct place *p, const struct node *n, struct jid who);

/* Whether somebody who has subscribed, or might be interested, may be told. */
bool place_shows(struct place *p, const struct node *n, struct jid who);

/*
 * Has the index of the node read, and go_on run then; what comes for the place meanwhile
 * waits. E_NOT_FOUND: there is no such node any more; E_IO, E_LIMIT: as store_read.
 */
typedef void place_listed_fn(void *waiter, struct place *p, enum status s);
void place_list(struct place *p, const struct node *n, place_listed_fn *go_on, void *waiter);

/* All rows of the node's items, or the one of an item. */
void place_read_items(
    const struct place *p, const struct node *n, store_rows_fn *on_rows, void *waiter);
void place_read_item(const struct place *p, const struct node *n, struct str id,
    store_rows_fn *on_rows, void *waiter);

/*
 * A change of the place's nodes, which nobody hears of before it is on disk:
 *
 *     change_begin(&ch, c, p);
 *     ... node_put(n, &ch.in, ...), notify_published(&ch, n, ...), iq_result(c, ...)
 *     change_end(&ch);
 */
struct change {
	struct call *call;
	struct place *place;
	struct node_change in;
	struct bulletin *bulletin;
	struct ending *ending;
};
void change_begin(struct change *ch, struct call *c, struct place *p);

/* Afterwards somebody gets the last item of the node, as it is then; one in each change. */
void change_shows_last(struct change *ch, const struct node *n, struct jid to);
void change_end(struct change *ch);

#endif
