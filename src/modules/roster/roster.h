/* SPDX-License-Identifier: MIT
 *
 * The roster of an account, for modules that need to know who its contacts are.
 */
#ifndef MODULES_ROSTER_ROSTER_H
#define MODULES_ROSTER_ROSTER_H

#include "base/table.h"
#include "router/module.h"
#include "xmpp/subscription.h"

struct roster_item {
	struct jid jid; /* of the contact, bare mostly */
	uint8_t state;  /* mask of SUB_...; see xmpp/subscription.h */
	bool listed;    /* in the roster that the user sees; else only a pending request */
	uint16_t n_groups;
	struct str name;   /* "no string" when none was given */
	struct str groups; /* the groups' names, each followed by a NUL byte */
};

/* The account's item for that contact, NULL when there is none. */
const struct roster_item *roster_find(struct account *a, struct jid contact);

/* Walks all items, also those that are not listed. */
const struct roster_item *roster_next(struct account *a, struct table_walk *walk);

/* Whether the contact may see the account's presence and what depends on it. */
bool roster_allows(struct account *a, struct jid contact);

#endif
