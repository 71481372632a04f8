/* SPDX-License-Identifier: MIT
 *
 * What disco tells of a place's nodes (XEP-0060 sections 5.2 to 5.5).
 */
#ifndef MODULES_PUBSUB_DISCOVER_H
#define MODULES_PUBSUB_DISCOVER_H

#include "modules/pubsub/place.h"
#include "router/hook.h"

/* disco#info and disco#items of a node. PASS: there is none, or none that the sender may
 * know of. */
enum verdict discover_node(struct call *c, struct place *p);
enum verdict discover_node_items(struct call *c, struct place *p);

/* Writes <item/> for each node that somebody may know of, by name. */
void discover_write_nodes(
    struct xml_writer *w, struct place *p, struct jid who, struct arena *a);

/* The answer to disco#items of the place: a page of its nodes, by name. */
enum verdict discover_nodes(struct call *c, struct place *p);

#endif
