/* SPDX-License-Identifier: MIT */
#include "modules/pubsub/node.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/pack.h"
#include "base/siphash.h"
#include "loop/worker.h"
#include "modules/pubsub/people.h"

/* --- nodes ---------------------------------------------------------------------------- */

static struct str
name_key(const void *value)
{
	return ((const struct node *)value)->name;
}

static struct str
number_key(const void *value)
{
	return str_of((const char *)&((const struct node *)value)->number, sizeof(uint32_t));
}

static void
free_text(struct str *text)
{
	free((void *)(uintptr_t)text->at); /* its own copy */
	*text = (struct str){ 0 };
}

/* Bytes of all that nodes of this worker show. */
static _Thread_local size_t showing_bytes;

static void
forget_showing(struct node *n)
{
	n->changes++;
	if (!n->showing)
		return;
	showing_bytes -= frozen_bytes(n->showing->xml);
	stanza_free(&n->showing);
}

void
node_remember(struct node *n, const struct stanza *showing, uint32_t changes)
{
	size_t bytes = frozen_bytes(showing->xml);

	if (n->showing || n->changes != changes || bytes > NODE_SHOWING_MAX ||
	    showing_bytes + bytes > NODES_SHOWING_BYTES)
		return;
	n->showing = stanza_ref(showing);
	showing_bytes += bytes;
}

static void
set_last(struct node *n, struct str id)
{
	char *copy;

	forget_showing(n);
	free_text(&n->last);
	if (!id.len)
		return;
	copy = mem_alloc(id.len);
	memcpy(copy, id.at, id.len);
	n->last = str_of(copy, id.len);
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
	forget_showing(gone);
	people_forget(gone);
	free_text(&gone->last);
	node_config_disown(&gone->conf);
	free(gone);
}

void
nodes_fini(struct nodes *s)
{
	struct table_walk walk = { 0 };
	struct node *n;

	if (!s->by_name.key_of)
		return;
	table_fini(&s->by_number);
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
node_numbered(const struct nodes *s, uint32_t number)
{
	return s->by_name.key_of
		   ? table_get(&s->by_number, str_of((const char *)&number, sizeof(number)))
		   : NULL;
}

struct node *
node_next(const struct nodes *s, struct table_walk *walk)
{
	return s->by_name.key_of ? table_next(&s->by_name, walk) : NULL;
}

size_t
nodes_count(const struct nodes *s)
{
	return table_count(&s->by_name);
}

static struct node *
node_new(struct nodes *s, struct str name, uint32_t number, const struct node_config *conf)
{
	struct node *n = mem_zalloc(sizeof(*n) + name.len);

	memcpy((char *)(n + 1), name.at, name.len);
	n->name = str_of((char *)(n + 1), name.len);
	n->number = number;
	node_configure(n, conf);
	if (!s->by_name.key_of) {
		table_init(&s->by_name, name_key);
		table_init(&s->by_number, number_key);
	}
	table_put(&s->by_name, n);
	table_put(&s->by_number, n);
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

void
node_configure(struct node *n, const struct node_config *conf)
{
	struct node_config was = n->conf;

	forget_showing(n);
	n->conf = *conf;
	node_config_own(&n->conf);
	node_config_disown(&was);
}

enum { NUMBER_BYTES = 4, LAST_LEN_BYTES = 2 };

void
node_load(struct nodes *s, struct str name, struct str value)
{
	struct unpack u = { .rest = value };
	uint32_t number = (uint32_t)unpack_uint(&u, NUMBER_BYTES);
	size_t len = (size_t)unpack_uint(&u, LAST_LEN_BYTES);
	struct node_texts texts;
	struct node_config conf;

	if (u.failed || u.rest.len < len || node_find(s, name) || node_numbered(s, number) ||
	    node_config_unpack(str_slice(u.rest, len, u.rest.len), &texts, &conf) != OK)
		return;
	set_last(node_new(s, name, number, &conf), str_slice(u.rest, 0, len));
}

void
node_keep(const struct node *n, const struct node_change *in)
{
	struct str conf = node_config_pack(&n->conf, in->arena);
	size_t len = NUMBER_BYTES + LAST_LEN_BYTES + n->last.len + conf.len;
	char *value = arena_alloc(in->arena, len), *at;

	at = pack_uint(value, n->number, NUMBER_BYTES);
	at = pack_uint(at, n->last.len, LAST_LEN_BYTES);
	at = pack_bytes(at, n->last);
	pack_bytes(at, conf);
	store_put(in->batch, in->owner, KIND_NODE, n->name, str_of(value, len));
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
	table_remove(&s->by_number, number_key(*n));
	node_free(n);
}

/* --- the index ------------------------------------------------------------------------ */

struct str
node_item_id(const struct node_item *item)
{
	return str_of(item->id, item->id_len);
}

uint64_t
node_publisher(struct str bare)
{
	return siphash_str(bare);
}

static void
index_append(struct node *n, const struct node_item *head, struct str id)
{
	struct node_item *item = mem_alloc(sizeof(*item) + id.len);

	*item = *head;
	item->id_len = (uint32_t)id.len;
	memcpy(item->id, id.at, id.len);
	if (n->n == n->room) {
		n->room = n->room ? n->room * 2 : 4;
		n->items = mem_resize(n->items, n->room * sizeof(struct node_item *));
	}
	n->items[n->n++] = item;
	n->bytes += item->bytes;
}

static uint32_t
index_find(const struct node *n, struct str id)
{
	uint32_t i = 0;

	while (i < n->n && !str_eq(node_item_id(n->items[i]), id))
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

const struct node_item *
node_item_find(const struct node *n, struct str id)
{
	uint32_t i = index_find(n, id);

	assert(n->is_listed);
	return i < n->n ? n->items[i] : NULL;
}

void
node_list(struct node *n, const struct store_rows *rows)
{
	struct node_config all = n->conf;
	struct node_entry *e;
	struct arena a;
	size_t count;

	forget_items(n);
	all.expire_s = 0; /* node_expire removes what is too old */
	arena_init(&a, 4096);
	e = node_entries(&all, rows, &a, &count);
	for (size_t i = 0; i < count; i++)
		index_append(n,
		    &(struct node_item){
			.seq = e[i].seq,
			.publisher = node_publisher(jid_bare(jid_trusted(e[i].publisher))),
			.bytes = (uint32_t)e[i].payload.len,
		    },
		    e[i].id);
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

/* The moment at which the oldest items that have not expired were published. */
static uint64_t
oldest_seq(const struct node_config *conf)
{
	uint64_t age = (uint64_t)conf->expire_s * 1000000, now = (uint64_t)loop_wall_us();

	return age && age < now ? now - age : 0;
}

static struct str
pack_item(struct arena *a, uint64_t seq, const struct node_new_item *item)
{
	size_t len = SEQ_BYTES + PUBLISHER_LEN_BYTES + item->publisher.len + item->payload.len;
	char *value = arena_alloc(a, len), *at;

	at = pack_uint(value, seq, SEQ_BYTES);
	at = pack_uint(at, item->publisher.len, PUBLISHER_LEN_BYTES);
	at = pack_bytes(at, item->publisher);
	pack_bytes(at, item->payload);
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
node_entries(
    const struct node_config *conf, const struct store_rows *rows, struct arena *a, size_t *n)
{
	struct node_entry *e = arena_alloc(a, rows->n * sizeof(*e));
	uint64_t oldest = oldest_seq(conf);

	*n = 0;
	for (size_t i = 0; i < rows->n; i++)
		if (unpack_item(&rows->row[i], &e[*n]) && e[*n].seq >= oldest)
			(*n)++;
	if (*n)
		qsort(e, *n, sizeof(*e), by_seq);
	return e;
}

void
node_put(struct node *n, const struct node_change *in, const struct node_new_item *item)
{
	uint64_t seq = next_seq(n);
	uint32_t i = index_find(n, item->id);

	assert(n->is_listed);
	if (i < n->n)
		index_remove(n, i);
	index_append(n,
	    &(struct node_item){
		.seq = seq,
		.publisher = node_publisher(jid_bare(jid_trusted(item->publisher))),
		.bytes = (uint32_t)item->payload.len,
	    },
	    item->id);
	store_put(in->batch, in->owner, node_kind(n, in->arena), item->id,
	    pack_item(in->arena, seq, item));
	set_last(n, item->id);
	node_keep(n, in);
}

static void
remove_at(struct node *n, const struct node_change *in, uint32_t i)
{
	store_remove(in->batch, in->owner, node_kind(n, in->arena), node_item_id(n->items[i]));
	index_remove(n, i);
}

/* After some of the items went. */
static void
keep_last(struct node *n, const struct node_change *in)
{
	struct str last = n->n ? node_item_id(n->items[n->n - 1]) : (struct str){ 0 };

	if (str_eq(n->last, last))
		return;
	set_last(n, last);
	node_keep(n, in);
}

void
node_retract(struct node *n, const struct node_change *in, const struct node_item *item)
{
	assert(n->is_listed);
	remove_at(n, in, index_find(n, node_item_id(item)));
	keep_last(n, in);
}

void
node_expire(struct node *n, const struct node_change *in)
{
	uint64_t oldest = oldest_seq(&n->conf);

	assert(n->is_listed);
	while (n->n && n->items[0]->seq < oldest)
		remove_at(n, in, 0);
	keep_last(n, in);
}

void
node_purge(struct node *n, const struct node_change *in)
{
	forget_items(n);
	n->is_listed = true;
	store_remove_kind(in->batch, in->owner, node_kind(n, in->arena));
	keep_last(n, in);
}
