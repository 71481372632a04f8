/* SPDX-License-Identifier: MIT
 *
 * Who may do what with a node (XEP-0060 sections 4.1 and 4.5): pure rules about what the node
 * says and what somebody is to it.
 */
#ifndef MODULES_PUBSUB_ACCESS_H
#define MODULES_PUBSUB_ACCESS_H

#include "base/str.h"

/* Who may subscribe and read. The numbers are kept in the store. */
enum access_model {
	ACCESS_OPEN,
	ACCESS_PRESENCE,  /* who may see the owner's presence */
	ACCESS_ROSTER,    /* who is in a group of the owner's roster */
	ACCESS_AUTHORIZE, /* whom an owner has approved */
	ACCESS_WHITELIST, /* who is affiliated */
	ACCESS_MODELS,
};

/* Who may publish, besides publishers and owners. Kept in the store. */
enum publish_model {
	PUBLISH_PUBLISHERS, /* nobody */
	PUBLISH_SUBSCRIBERS,
	PUBLISH_OPEN,
};

/* What somebody is to the node, from the least to the most. Kept in the store. */
enum affiliation {
	AFFILIATION_OUTCAST,
	AFFILIATION_NONE,
	AFFILIATION_MEMBER,
	AFFILIATION_PUBLISH_ONLY,
	AFFILIATION_PUBLISHER,
	AFFILIATION_OWNER,
	AFFILIATIONS,
};

/* All that the rules ask about somebody. */
struct standing {
	enum affiliation affiliation;
	bool subscribed;    /* by himself, and approved */
	bool sees_presence; /* of the account that has the node */
	bool in_group;      /* one that the node names */
};

enum access {
	ACCESS_GIVEN,
	ACCESS_BLOCKED, /* whatever the model is */
	ACCESS_NEEDS_PRESENCE,
	ACCESS_NEEDS_GROUP,
	ACCESS_NEEDS_APPROVAL,
	ACCESS_CLOSED,
};

/* Retrieving items and being notified; subscribing needs the same, where an approval is what
 * it waits for. */
enum access access_to_read(enum access_model model, const struct standing *who);

bool access_to_publish(enum publish_model model, const struct standing *who);

/* "publish-only" */
struct str affiliation_name(enum affiliation a);
bool affiliation_named(struct str name, enum affiliation *out);

#endif
