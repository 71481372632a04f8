/* SPDX-License-Identifier: MIT
 *
 * Who may do what with a node (XEP-0060 sections 4.1 and 4.5): a pure rule about what the
 * node says and what the other is to it. A further model or affiliation is a row more.
 */
#ifndef MODULES_PUBSUB_ACCESS_H
#define MODULES_PUBSUB_ACCESS_H

#include "base/str.h"

/* Who may subscribe and read. */
enum access_model {
	ACCESS_WHITELIST, /* those who are affiliated */
	ACCESS_MODELS,
};

/* What somebody is to the node, from the least to the most. */
enum affiliation {
	AFFILIATION_NONE,
	AFFILIATION_OWNER,
};

enum node_act {
	NODE_READ,    /* retrieve items, be notified */
	NODE_PUBLISH, /* and retract */
	NODE_OWN,     /* create, delete */
};

bool access_allows(enum access_model model, enum affiliation who, enum node_act act);

/* "whitelist" */
struct str access_model_name(enum access_model model);
bool access_model_named(struct str name, enum access_model *out);

#endif
