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

/*
 * Walks all contacts, also those that are not listed, and those that groups bring
 * (modules/roster/groups.h), each once:
 *
 *     struct roster_walk walk = { 0 };
 *     while ((item = roster_next(account, &walk)))
 *
 * The item lives until the next call, its address longer. What groups give is in its state.
 */
struct roster_walk {
	struct table_walk own;
	bool own_done;
	size_t group;             /* which of the account's */
	struct table_walk member; /* of that group */
	struct roster_item item;
};

const struct roster_item *roster_next(struct account *a, struct roster_walk *walk);

/* Whether the user sees the contact in the roster, by himself or by a group. */
bool roster_lists(struct account *a, struct jid contact);

/* Whether the contact may see the account's presence and what depends on it. */
bool roster_allows(struct account *a, struct jid contact);

/* Whether the account may see the contact's. */
bool roster_follows(struct account *a, struct jid contact);

#endif
