/* SPDX-License-Identifier: MIT
 *
 * Nodes (XEP-0060) in memory and in the store. Whoever owns nodes has a `struct nodes` and a
 * name under which their rows are kept.
 *
 *   (owner, "node", NAME)      -> number, id of the last item, configuration
 *   (owner, "node-NUMBER", ID) -> an item: when it was published, by whom, its payload
 *
 * and the rows of people.h. The nodes themselves are in memory while their owner is; of their
 * items only the index is, and only of nodes that are written to: it is read when that first
 * happens.
 */
#ifndef MODULES_PUBSUB_NODE_H
#define MODULES_PUBSUB_NODE_H

#include "base/table.h"
#include "base/time.h"
#include "modules/pubsub/node_config.h"
#include "storage/store.h"
#include "xmpp/stanza.h"

#define KIND_NODE S("node")

struct node_item {
	uint64_t seq;       /* microseconds of publication, unique in the node */
	uint64_t publisher; /* node_publisher() */
	uint32_t bytes;     /* of the payload */
	uint32_t id_len;    /* the id follows */
	char id[];
};

struct node {
	uint32_t number; /* key among the nodes of its owner, and the only one in the store */
	struct str name;
	struct node_config conf; /* with texts of its own */
	struct str last; /* id of the newest item, "no string" when there is none; allocated */

	/* The message that shows the last item to who comes online, if it is in memory, and how
	 * often what it shows has changed. */
	struct stanza *showing;
	uint32_t changes;

	bool is_listed; /* the index below is all items */
	uint32_t n, room;
	uint64_t bytes;
	struct node_item **items; /* by seq */

	/* people.h; most nodes have an owner and nobody else. */
	struct affiliate **affiliates; /* by address */
	uint32_t n_affiliates;
	uint32_t n_full; /* subscribers that are full addresses */
	struct table subscribers;
};

struct nodes {
	struct table by_name;   /* struct node */
	struct table by_number; /* the same */
	uint32_t last_number;
};

void nodes_fini(struct nodes *s);

struct node *node_find(const struct nodes *s, struct str name);
struct node *node_numbered(const struct nodes *s, uint32_t number);

/* All of them, in no particular order. */
struct node *node_next(const struct nodes *s, struct table_walk *walk);
size_t nodes_count(const struct nodes *s);

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

/* Another configuration; node_keep writes it. */
void node_configure(struct node *n, const struct node_config *conf);

/* An item, in place of the one with its id. The node must be listed. */
struct node_new_item {
	struct str id, payload;
	struct str publisher; /* full address */
};
void node_put(struct node *n, const struct node_change *in, const struct node_new_item *item);

/* The node must be listed, and have the item. */
void node_retract(struct node *n, const struct node_change *in, const struct node_item *item);

/* All items. */
void node_purge(struct node *n, const struct node_change *in);

/* What is too old. The node must be listed. */
void node_expire(struct node *n, const struct node_change *in);

/* The node with its items; it is freed. Its people are to be removed before. */
void node_delete(struct nodes *s, struct node **n, const struct node_change *in);

/* Keeps the message that shows the last item, as it was after so many changes: if it still is
 * so, and there is room. */
void node_remember(struct node *n, const struct stanza *showing, uint32_t changes);

/* --- the index ------------------------------------------------------------------------- */

/* NULL when there is none. The node must be listed. */
const struct node_item *node_item_find(const struct node *n, struct str id);

struct str node_item_id(const struct node_item *item);

/* Stands for a publisher's bare address. */
uint64_t node_publisher(struct str bare);

/* --- items as they are kept ----------------------------------------------------------- */

struct node_entry {
	uint64_t seq;
	struct str id, publisher;
	struct str payload; /* markup that stands on its own, or "" */
};

/* The items of the rows that are not too old, oldest first. What cannot be read is left out. */
struct node_entry *node_entries(
    const struct node_config *conf, const struct store_rows *rows, struct arena *a, size_t *n);

#endif
