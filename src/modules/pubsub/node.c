/* SPDX-License-Identifier: MIT */
#include "modules/pubsub/node.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/pack.h"
#include "loop/worker.h"

/* --- nodes ---------------------------------------------------------------------------- */

static struct str
node_key(const void *value)
{
	return ((const struct node *)value)->name;
}

static void
forget_items(struct node *n)
{
	for (uint32_t i = 0; i < n->n; i++)
		free(n->items[i]);
	free(n->items);
	n->items = NULL;
	n->n = n->room = 0;
	n->bytes = 0;
	n->is_listed = false;
}

static void
node_free(struct node **n)
{
	struct node *gone = TAKE(*n);

	forget_items(gone);
	free(gone);
}

void
nodes_fini(struct nodes *s)
{
	struct table_walk walk = { 0 };
	struct node *n;

	if (!s->by_name.key_of)
		return;
	while ((n = table_next(&s->by_name, &walk))) {
		table_remove(&s->by_name, n->name);
		node_free(&n);
	}
	table_fini(&s->by_name);
	*s = (struct nodes){ 0 };
}

struct node *
node_find(const struct nodes *s, struct str name)
{
	return s->by_name.key_of ? table_get(&s->by_name, name) : NULL;
}

struct node *
node_next(const struct nodes *s, struct table_walk *walk)
{
	return s->by_name.key_of ? table_next(&s->by_name, walk) : NULL;
}

static struct node *
node_new(struct nodes *s, struct str name, uint32_t number, const struct node_config *conf)
{
	struct node *n = mem_zalloc(sizeof(*n) + name.len);

	memcpy((char *)(n + 1), name.at, name.len);
	n->name = str_of((char *)(n + 1), name.len);
	n->number = number;
	n->conf = *conf;
	if (!s->by_name.key_of)
		table_init(&s->by_name, node_key);
	table_put(&s->by_name, n);
	if (number > s->last_number)
		s->last_number = number;
	return n;
}

struct node *
node_add(struct nodes *s, struct str name, const struct node_config *conf)
{
	struct node *n = node_new(s, name, s->last_number + 1, conf);

	n->is_listed = true;
	return n;
}

enum { NUMBER_BYTES = 4 };

void
node_load(struct nodes *s, struct str name, struct str value)
{
	struct unpack u = { .rest = str_slice(value, 0, NUMBER_BYTES) };
	uint32_t number = (uint32_t)unpack_uint(&u, NUMBER_BYTES);
	struct node_config conf;

	if (!u.failed &&
	    node_config_unpack(str_slice(value, NUMBER_BYTES, value.len), &conf) == OK)
		node_new(s, name, number, &conf);
}

void
node_keep(const struct node *n, const struct node_change *in)
{
	char value[NUMBER_BYTES + NODE_CONFIG_BYTES];

	node_config_pack(pack_uint(value, n->number, NUMBER_BYTES), &n->conf);
	store_put(in->batch, in->owner, KIND_NODE, n->name, str_of(value, sizeof(value)));
}

struct str
node_kind(const struct node *n, struct arena *a)
{
	return str_format(a, "node-%u", n->number);
}

void
node_delete(struct nodes *s, struct node **n, const struct node_change *in)
{
	store_remove_kind(in->batch, in->owner, node_kind(*n, in->arena));
	store_remove(in->batch, in->owner, KIND_NODE, (*n)->name);
	table_remove(&s->by_name, (*n)->name);
	node_free(n);
}

/* --- the index ------------------------------------------------------------------------ */

static struct str
item_id(const struct node_item *item)
{
	return str_of(item->id, item->id_len);
}

static void
index_append(struct node *n, uint64_t seq, struct str id, size_t bytes)
{
	struct node_item *item = mem_alloc(sizeof(*item) + id.len);

	*item = (struct node_item){ seq, (uint32_t)bytes, (uint32_t)id.len };
	memcpy(item->id, id.at, id.len);
	if (n->n == n->room) {
		n->room = n->room ? n->room * 2 : 4;
		n->items = mem_resize(n->items, n->room * sizeof(struct node_item *));
	}
	n->items[n->n++] = item;
	n->bytes += bytes;
}

static uint32_t
index_find(const struct node *n, struct str id)
{
	uint32_t i = 0;

	while (i < n->n && !str_eq(item_id(n->items[i]), id))
		i++;
	return i;
}

static void
index_remove(struct node *n, uint32_t i)
{
	n->bytes -= n->items[i]->bytes;
	free(n->items[i]);
	memmove(n->items + i, n->items + i + 1, (--n->n - i) * sizeof(struct node_item *));
}

void
node_list(struct node *n, const struct store_rows *rows)
{
	struct node_entry *e;
	struct arena a;
	size_t count;

	forget_items(n);
	arena_init(&a, 4096);
	e = node_entries(rows, &a, &count);
	for (size_t i = 0; i < count; i++)
		index_append(n, e[i].seq, e[i].id, e[i].payload.len);
	arena_fini(&a);
	n->is_listed = true;
}

/* --- items ---------------------------------------------------------------------------- */

enum { SEQ_BYTES = 8, PUBLISHER_LEN_BYTES = 2 };

/* Grows also when the clock steps back. */
static uint64_t
next_seq(const struct node *n)
{
	uint64_t now = (uint64_t)loop_wall_us();
	uint64_t last = n->n ? n->items[n->n - 1]->seq : 0;

	return now > last ? now : last + 1;
}

static struct str
pack_item(struct arena *a, uint64_t seq, struct str publisher, struct str payload)
{
	size_t len = SEQ_BYTES + PUBLISHER_LEN_BYTES + publisher.len + payload.len;
	char *value = arena_alloc(a, len), *at;

	at = pack_uint(value, seq, SEQ_BYTES);
	at = pack_uint(at, publisher.len, PUBLISHER_LEN_BYTES);
	at = pack_bytes(at, publisher);
	pack_bytes(at, payload);
	return str_of(value, len);
}

static bool
unpack_item(const struct store_row *row, struct node_entry *out)
{
	struct unpack u = { .rest = row->value };
	uint64_t seq = unpack_uint(&u, SEQ_BYTES);
	size_t len = (size_t)unpack_uint(&u, PUBLISHER_LEN_BYTES);

	if (u.failed || u.rest.len < len)
		return false;
	*out = (struct node_entry){
		.seq = seq,
		.id = row->item,
		.publisher = str_slice(u.rest, 0, len),
		.payload = str_slice(u.rest, len, u.rest.len),
	};
	return true;
}

static int
by_seq(const void *a, const void *b)
{
	const struct node_entry *x = a, *y = b;

	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

struct node_entry *
node_entries(const struct store_rows *rows, struct arena *a, size_t *n)
{
	struct node_entry *e = arena_alloc(a, rows->n * sizeof(*e));

	*n = 0;
	for (size_t i = 0; i < rows->n; i++)
		if (unpack_item(&rows->row[i], &e[*n]))
			(*n)++;
	if (*n)
		qsort(e, *n, sizeof(*e), by_seq);
	return e;
}

void
node_put(struct node *n, const struct node_change *in, struct str id, struct str publisher,
    struct str payload)
{
	struct str kind = node_kind(n, in->arena);
	uint64_t seq = next_seq(n);
	uint32_t i = index_find(n, id);

	assert(n->is_listed);
	if (i < n->n)
		index_remove(n, i);
	while (n->n >= n->conf.max_items) {
		store_remove(in->batch, in->owner, kind, item_id(n->items[0]));
		index_remove(n, 0);
	}
	index_append(n, seq, id, payload.len);
	store_put(
	    in->batch, in->owner, kind, id, pack_item(in->arena, seq, publisher, payload));
}

bool
node_retract(struct node *n, const struct node_change *in, struct str id)
{
	uint32_t i = index_find(n, id);

	assert(n->is_listed);
	if (i == n->n)
		return false;
	store_remove(in->batch, in->owner, node_kind(n, in->arena), id);
	index_remove(n, i);
	return true;
}
