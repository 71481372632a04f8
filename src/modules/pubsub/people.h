/* SPDX-License-Identifier: MIT
 *
 * Who has to do with a node: those who are affiliated to it, by bare address, and those who
 * have subscribed to it, by the address that is to be notified.
 *
 *   (owner, "node-affiliate", "NUMBER ADDRESS")  -> affiliation
 *   (owner, "node-subscriber", "NUMBER ADDRESS") -> state, options
 */
#ifndef MODULES_PUBSUB_PEOPLE_H
#define MODULES_PUBSUB_PEOPLE_H

#include "modules/pubsub/node.h"
#include "xmpp/jid.h"

#define KIND_AFFILIATE S("node-affiliate")
#define KIND_SUBSCRIBER S("node-subscriber")

/* Rows of these kinds, after those of the nodes. */
void affiliate_load(struct nodes *s, struct str item, struct str value);
void subscriber_load(struct nodes *s, struct str item, struct str value);

/* Frees what is in memory. */
void people_forget(struct node *n);

/* All of the node's rows, before it is deleted. */
void people_remove(struct node *n, const struct node_change *in);

/* --- affiliations ----------------------------------------------------------------------- */

struct affiliate {
	uint8_t is; /* enum affiliation, not NONE */
	struct str jid;
};

enum affiliation affiliation_of(const struct node *n, struct jid who);

/* E_LIMIT: there are as many as there may be. */
MUST_CHECK enum status affiliate_set(
    struct node *n, const struct node_change *in, struct jid bare, enum affiliation is);

/* The n-th, NULL behind the last. */
const struct affiliate *affiliate_at(const struct node *n, uint32_t i);
size_t affiliates_with(const struct node *n, enum affiliation is);

/* --- subscriptions (section 4.2) --------------------------------------------------------- */

struct subscriber {
	bool pending;    /* waits for an owner's approval */
	bool deliver;    /* wants to be notified */
	usec_t until_us; /* when it ends; 0: never */
	struct str jid;
};

struct subscriber_walk {
	bool bare_done;
	struct table_walk full;
};

/* NULL when there is none, or it has ended. */
struct subscriber *subscriber_find(const struct node *n, struct jid jid);

/* Whether any address of that account has subscribed, and been approved. */
bool subscriber_has(const struct node *n, struct jid who);

/* The one that is there, or a new one. E_LIMIT: it would be one too many. */
MUST_CHECK enum status subscriber_add(struct node *n, struct jid jid, struct subscriber **out);
void subscriber_keep(
    const struct node *n, const struct subscriber *s, const struct node_change *in);
void subscriber_remove(struct node *n, struct subscriber **s, const struct node_change *in);

/* All of them, or those of the account of an address; the current one may be removed. */
struct subscriber *subscriber_next(const struct node *n, struct table_walk *walk);
struct subscriber *subscriber_next_of(
    const struct node *n, struct jid who, struct subscriber_walk *walk);
bool subscriber_is_over(const struct subscriber *s);

/* "pending", "subscribed", "none" */
struct str subscriber_state(const struct subscriber *s);

#endif
