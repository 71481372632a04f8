/* SPDX-License-Identifier: MIT
 *
 * What a publication does to a node, whoever asks for it.
 */
#ifndef MODULES_PUBSUB_PUBLISH_H
#define MODULES_PUBSUB_PUBLISH_H

#include "modules/pubsub/place.h"

/*
 * Whether the item fits, as ERR_NONE. The node must be listed; NULL: it is to be made, with
 * the configuration.
 *
 * ERR_NOT_ACCEPTABLE       the item is too big
 * ERR_CONFLICT             the node is full, and is to stay as it is
 * ERR_RESOURCE_CONSTRAINT  it would be too much altogether
 */
enum stanza_error publish_check(const struct place_conf *limits, const struct node *n,
    const struct node_config *conf, const struct node_new_item *item);

/* A node that did not exist; its maker is its owner, unless that is the account's. */
struct node *publish_make_node(
    struct change *ch, struct str name, const struct node_config *conf, struct jid maker);

/* Puts the item there, makes room for it, and tells of all of that. */
void publish_item(struct change *ch, struct node *n, const struct node_new_item *item);

#endif
