/* SPDX-License-Identifier: MIT */
#include "modules/pubsub/people.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/pack.h"
#include "loop/worker.h"

/* --- rows ----------------------------------------------------------------------------- */

static struct str
row_item(const struct node *n, struct str jid, struct arena *a)
{
	return str_format(a, "%u %.*s", n->number, STR_ARG(jid));
}

/* The node of a row, and the address. NULL: there is none. */
static struct node *
node_of(const struct nodes *s, struct str item, struct str *jid)
{
	struct str number;
	uint64_t n;

	*jid = item;
	return str_split(jid, ' ', &number) && jid->len &&
		       str_to_u64(number, UINT32_MAX, &n) == OK
		   ? node_numbered(s, (uint32_t)n)
		   : NULL;
}

/* A structure of `size` bytes with the address behind it. */
static void *
with_jid(size_t size, struct str jid, struct str *own)
{
	char *block = mem_zalloc(size + jid.len);

	memcpy(block + size, jid.at, jid.len);
	*own = str_of(block + size, jid.len);
	return block;
}

/* --- affiliations --------------------------------------------------------------------- */

static struct str
affiliate_key(const void *value)
{
	return ((const struct affiliate *)value)->jid;
}

enum affiliation
affiliation_of(const struct node *n, struct jid who)
{
	const struct affiliate *a =
	    n->affiliates.key_of ? table_get(&n->affiliates, jid_bare(who)) : NULL;

	return a ? (enum affiliation)a->is : AFFILIATION_NONE;
}

static void
put_affiliate(struct node *n, struct str jid, enum affiliation is)
{
	struct str own;
	struct affiliate *a = with_jid(sizeof(*a), jid, &own);

	a->is = (uint8_t)is;
	a->jid = own;
	if (!n->affiliates.key_of)
		table_init(&n->affiliates, affiliate_key);
	free(table_put(&n->affiliates, a));
}

void
affiliate_load(struct nodes *s, struct str item, struct str value)
{
	struct unpack u = { .rest = value };
	uint64_t is = unpack_uint(&u, 1);
	struct str jid;
	struct node *n = node_of(s, item, &jid);

	if (n && unpack_is_done(&u) && is < AFFILIATIONS && is != AFFILIATION_NONE)
		put_affiliate(n, jid, (enum affiliation)is);
}

enum status
affiliate_set(
    struct node *n, const struct node_change *in, struct jid bare, enum affiliation is)
{
	struct str jid = jid_bare(bare), item = row_item(n, jid, in->arena);
	char value[1];

	if (is == AFFILIATION_NONE) {
		if (n->affiliates.key_of)
			free(table_remove(&n->affiliates, jid));
		store_remove(in->batch, in->owner, KIND_AFFILIATE, item);
		return OK;
	}
	if (table_count(&n->affiliates) >= NODE_AFFILIATES_MAX &&
	    affiliation_of(n, bare) == AFFILIATION_NONE)
		return E_LIMIT;
	put_affiliate(n, jid, is);
	pack_uint(value, is, 1);
	store_put(in->batch, in->owner, KIND_AFFILIATE, item, str_of(value, 1));
	return OK;
}

const struct affiliate *
affiliate_next(const struct node *n, struct table_walk *walk)
{
	return n->affiliates.key_of ? table_next(&n->affiliates, walk) : NULL;
}

size_t
affiliates_with(const struct node *n, enum affiliation is)
{
	struct table_walk walk = { 0 };
	const struct affiliate *a;
	size_t count = 0;

	while ((a = affiliate_next(n, &walk)))
		count += a->is == is;
	return count;
}

/* --- subscriptions -------------------------------------------------------------------- */

static struct str
subscriber_key(const void *value)
{
	return ((const struct subscriber *)value)->jid;
}

bool
subscriber_is_over(const struct subscriber *s)
{
	return s->until_us && s->until_us <= loop_wall_us();
}

static struct subscriber *
get(const struct node *n, struct str jid)
{
	return n->subscribers.key_of ? table_get(&n->subscribers, jid) : NULL;
}

struct subscriber *
subscriber_find(const struct node *n, struct jid jid)
{
	struct subscriber *s = get(n, jid_full(jid));

	return s && !subscriber_is_over(s) ? s : NULL;
}

bool
subscriber_has(const struct node *n, struct jid who)
{
	struct subscriber_walk walk = { 0 };
	const struct subscriber *s;

	while ((s = subscriber_next_of(n, who, &walk)))
		if (!s->pending && !subscriber_is_over(s))
			return true;
	return false;
}

/* There is none of that address. */
static struct subscriber *
put_subscriber(struct node *n, struct str jid)
{
	struct str own;
	struct subscriber *s = with_jid(sizeof(*s), jid, &own);

	s->jid = own;
	if (!n->subscribers.key_of)
		table_init(&n->subscribers, subscriber_key);
	if (!jid_is_bare(jid_trusted(own)))
		n->n_full++;
	table_put(&n->subscribers, s);
	return s;
}

enum { SUBSCRIBER_BYTES = 10 };

void
subscriber_load(struct nodes *s, struct str item, struct str value)
{
	struct unpack u = { .rest = value };
	uint64_t pending = unpack_uint(&u, 1), deliver = unpack_uint(&u, 1);
	usec_t until = (usec_t)unpack_uint(&u, 8);
	struct str jid;
	struct node *n = node_of(s, item, &jid);
	struct subscriber *new;

	if (!n || !unpack_is_done(&u) || get(n, jid))
		return;
	new = put_subscriber(n, jid);
	new->pending = pending;
	new->deliver = deliver;
	new->until_us = until;
}

static size_t
subscriptions_of(const struct node *n, struct jid who)
{
	struct subscriber_walk walk = { 0 };
	size_t count = 0;

	while (subscriber_next_of(n, who, &walk))
		count++;
	return count;
}

enum status
subscriber_add(struct node *n, struct jid jid, struct subscriber **out)
{
	struct subscriber *s = get(n, jid_full(jid));

	if (!s && (table_count(&n->subscribers) >= NODE_SUBSCRIBERS_MAX ||
		      subscriptions_of(n, jid) >= NODE_SUBSCRIPTIONS_OF_ONE))
		return E_LIMIT;
	if (!s)
		s = put_subscriber(n, jid_full(jid));
	*out = s;
	return OK;
}

void
subscriber_keep(const struct node *n, const struct subscriber *s, const struct node_change *in)
{
	char value[SUBSCRIBER_BYTES], *at;

	at = pack_uint(value, s->pending, 1);
	at = pack_uint(at, s->deliver, 1);
	pack_uint(at, (uint64_t)s->until_us, 8);
	store_put(in->batch, in->owner, KIND_SUBSCRIBER, row_item(n, s->jid, in->arena),
	    str_of(value, sizeof(value)));
}

void
subscriber_remove(struct node *n, struct subscriber **s, const struct node_change *in)
{
	struct subscriber *gone = TAKE(*s);

	store_remove(in->batch, in->owner, KIND_SUBSCRIBER, row_item(n, gone->jid, in->arena));
	table_remove(&n->subscribers, gone->jid);
	if (!jid_is_bare(jid_trusted(gone->jid)))
		n->n_full--;
	free(gone);
}

struct subscriber *
subscriber_next(const struct node *n, struct table_walk *walk)
{
	return n->subscribers.key_of ? table_next(&n->subscribers, walk) : NULL;
}

/* Most have subscribed with their bare address, which is found at once. */
struct subscriber *
subscriber_next_of(const struct node *n, struct jid who, struct subscriber_walk *walk)
{
	struct subscriber *s;

	if (!walk->bare_done) {
		walk->bare_done = true;
		if ((s = get(n, jid_bare(who))))
			return s;
	}
	while (n->n_full && (s = subscriber_next(n, &walk->full)))
		if (!jid_is_bare(jid_trusted(s->jid)) && jid_eq_bare(jid_trusted(s->jid), who))
			return s;
	return NULL;
}

struct str
subscriber_state(const struct subscriber *s)
{
	return !s ? S("none") : s->pending ? S("pending") : S("subscribed");
}

/* --- both ----------------------------------------------------------------------------- */

void
people_forget(struct node *n)
{
	struct table_walk walk = { 0 };
	void *gone;

	while (n->affiliates.key_of && (gone = table_next(&n->affiliates, &walk))) {
		table_remove(&n->affiliates, affiliate_key(gone));
		free(gone);
	}
	walk = (struct table_walk){ 0 };
	while ((gone = subscriber_next(n, &walk))) {
		table_remove(&n->subscribers, subscriber_key(gone));
		free(gone);
	}
	if (n->affiliates.key_of)
		table_fini(&n->affiliates);
	if (n->subscribers.key_of)
		table_fini(&n->subscribers);
}

void
people_remove(struct node *n, const struct node_change *in)
{
	struct table_walk walk = { 0 };
	const struct affiliate *a;
	const struct subscriber *s;

	while ((a = affiliate_next(n, &walk)))
		store_remove(
		    in->batch, in->owner, KIND_AFFILIATE, row_item(n, a->jid, in->arena));
	walk = (struct table_walk){ 0 };
	while ((s = subscriber_next(n, &walk)))
		store_remove(
		    in->batch, in->owner, KIND_SUBSCRIBER, row_item(n, s->jid, in->arena));
}
