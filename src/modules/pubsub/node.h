/* SPDX-License-Identifier: MIT
 *
 * Nodes (XEP-0060) in memory and in the store. Whoever owns nodes has a `struct nodes` and a
 * name under which their rows are kept.
 *
 *   (owner, "node", NAME)      -> number, configuration
 *   (owner, "node-NUMBER", ID) -> an item: when it was published, by whom, its payload
 *
 * The nodes themselves are in memory while their owner is; of their items only the index is,
 * and only of nodes that are written to: it is read when that first happens.
 */
#ifndef MODULES_PUBSUB_NODE_H
#define MODULES_PUBSUB_NODE_H

#include "base/table.h"
#include "modules/pubsub/node_config.h"
#include "storage/store.h"

#define KIND_NODE S("node")

struct node_item {
	uint64_t seq;    /* microseconds of publication, unique in the node */
	uint32_t bytes;  /* of the payload */
	uint32_t id_len; /* the id follows */
	char id[];
};

struct node {
	struct str name;
	uint32_t number;
	struct node_config conf;
	bool is_listed; /* the index below is all items */
	uint32_t n, room;
	uint64_t bytes;
	struct node_item **items; /* by seq */
};

struct nodes {
	struct table by_name; /* struct node */
	uint32_t last_number;
};

void nodes_fini(struct nodes *s);

struct node *node_find(const struct nodes *s, struct str name);

/* All of them, in no particular order. */
struct node *node_next(const struct nodes *s, struct table_walk *walk);

/* A new node, without items. */
struct node *node_add(struct nodes *s, struct str name, const struct node_config *conf);

/* A row of KIND_NODE. */
void node_load(struct nodes *s, struct str name, struct str value);

/* The kind of the rows that are its items. */
struct str node_kind(const struct node *n, struct arena *a);

/* Makes the index from all these rows. */
void node_list(struct node *n, const struct store_rows *rows);

/* --- changes: in memory at once, and into the batch ------------------------------------ */

struct node_change {
	struct arena *arena;
	struct store_batch *batch;
	struct str owner;
};

/* The node itself. */
void node_keep(const struct node *n, const struct node_change *in);

/* An item, in place of the one with its id; the oldest go when there are too many. The node
 * must be listed. */
void node_put(struct node *n, const struct node_change *in, struct str id, struct str publisher,
    struct str payload);

/* False when there is no such item. The node must be listed. */
bool node_retract(struct node *n, const struct node_change *in, struct str id);

/* The node with its items; it is freed. */
void node_delete(struct nodes *s, struct node **n, const struct node_change *in);

/* --- items as they are kept ----------------------------------------------------------- */

struct node_entry {
	uint64_t seq;
	struct str id, publisher;
	struct str payload; /* markup that stands on its own */
};

/* The items of the rows, oldest first. What cannot be read is left out. */
struct node_entry *node_entries(const struct store_rows *rows, struct arena *a, size_t *n);

#endif
