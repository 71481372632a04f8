/* SPDX-License-Identifier: MIT
 *
 * The nodes of an account, for modules that keep something in them for its owner.
 */
#ifndef MODULES_PUBSUB_PEP_H
#define MODULES_PUBSUB_PEP_H

#include "modules/pubsub/node_config.h"
#include "router/module.h"

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

/* One more device was told of a change. */
void pep_count_notified(void);

extern const struct module mod_pep;

#endif
