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

/* Where it is, or belongs. */
static uint32_t
affiliate_place(const struct node *n, struct str jid)
{
	uint32_t from = 0, to = n->n_affiliates;

	while (from < to) {
		uint32_t middle = from + (to - from) / 2;

		if (str_cmp(n->affiliates[middle]->jid, jid) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static struct affiliate *
affiliate_of(const struct node *n, struct str jid, uint32_t *place)
{
	*place = affiliate_place(n, jid);
	return *place < n->n_affiliates && str_eq(n->affiliates[*place]->jid, jid)
		   ? n->affiliates[*place]
		   : NULL;
}

enum affiliation
affiliation_of(const struct node *n, struct jid who)
{
	uint32_t place;
	const struct affiliate *a = affiliate_of(n, jid_bare(who), &place);

	return a ? (enum affiliation)a->is : AFFILIATION_NONE;
}

static void
move_affiliates(struct node *n, uint32_t from, uint32_t to)
{
	memmove(n->affiliates + to, n->affiliates + from,
	    (n->n_affiliates - from) * sizeof(struct affiliate *));
}

static void
put_affiliate(struct node *n, struct str jid, enum affiliation is)
{
	uint32_t place;
	struct affiliate *a = affiliate_of(n, jid, &place);
	struct str own;

	if (!a) {
		a = with_jid(sizeof(*a), jid, &own);
		a->jid = own;
		n->affiliates = mem_resize(
		    n->affiliates, (n->n_affiliates + 1) * sizeof(struct affiliate *));
		move_affiliates(n, place, place + 1);
		n->affiliates[place] = a;
		n->n_affiliates++;
	}
	a->is = (uint8_t)is;
}

static void
drop_affiliate(struct node *n, struct str jid)
{
	uint32_t place;
	struct affiliate *a = affiliate_of(n, jid, &place);

	if (!a)
		return;
	move_affiliates(n, place + 1, place);
	n->n_affiliates--;
	free(a);
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
		drop_affiliate(n, jid);
		store_remove(in->batch, in->owner, KIND_AFFILIATE, item);
		return OK;
	}
	if (n->n_affiliates >= NODE_AFFILIATES_MAX &&
	    affiliation_of(n, bare) == AFFILIATION_NONE)
		return E_LIMIT;
	put_affiliate(n, jid, is);
	pack_uint(value, is, 1);
	store_put(in->batch, in->owner, KIND_AFFILIATE, item, str_of(value, 1));
	return OK;
}

const struct affiliate *
affiliate_at(const struct node *n, uint32_t i)
{
	return i < n->n_affiliates ? n->affiliates[i] : NULL;
}

size_t
affiliates_with(const struct node *n, enum affiliation is)
{
	size_t count = 0;

	for (uint32_t i = 0; i < n->n_affiliates; i++)
		count += n->affiliates[i]->is == is;
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

	for (uint32_t i = 0; i < n->n_affiliates; i++)
		free(n->affiliates[i]);
	free(n->affiliates);
	while ((gone = subscriber_next(n, &walk))) {
		table_remove(&n->subscribers, subscriber_key(gone));
		free(gone);
	}
	if (n->subscribers.key_of)
		table_fini(&n->subscribers);
}

void
people_remove(struct node *n, const struct node_change *in)
{
	struct table_walk walk = { 0 };
	const struct subscriber *s;

	for (uint32_t i = 0; i < n->n_affiliates; i++)
		store_remove(in->batch, in->owner, KIND_AFFILIATE,
		    row_item(n, n->affiliates[i]->jid, in->arena));
	while ((s = subscriber_next(n, &walk)))
		store_remove(
		    in->batch, in->owner, KIND_SUBSCRIBER, row_item(n, s->jid, in->arena));
}
