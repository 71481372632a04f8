/* SPDX-License-Identifier: MIT */
#include "modules/pubsub/place.h"

#include <stdlib.h>

#include "modules/pubsub/bulletin.h"
#include "modules/pubsub/event.h"
#include "modules/pubsub/people.h"
#include "router/account.h"

/* --- standing ------------------------------------------------------------------------- */

struct standing
place_standing(struct place *p, const struct node *n, struct jid who)
{
	struct standing s = { .affiliation = affiliation_of(n, who) };

	if (p->face->is_owner(p, who))
		s.affiliation = AFFILIATION_OWNER;
	if (n->conf.access == ACCESS_AUTHORIZE || n->conf.publish == PUBLISH_SUBSCRIBERS)
		s.subscribed = subscriber_has(n, who);
	if (n->conf.access == ACCESS_PRESENCE)
		s.sees_presence = p->face->sees(p, who);
	if (n->conf.access == ACCESS_ROSTER)
		s.in_group = p->face->is_in(p, who, node_config_groups(&n->conf));
	return s;
}

bool
place_shows(struct place *p, const struct node *n, struct jid who)
{
	struct standing s = place_standing(p, n, who);

	return access_to_read((enum access_model)n->conf.access, &s) == ACCESS_GIVEN;
}

/* --- reading -------------------------------------------------------------------------- */

static void
read_rows(const struct place *p, const struct node *n, struct str id, store_rows_fn *on_rows,
    void *waiter)
{
	struct store_query q = { .owner = jid_full(p->jid), .n_kinds = 1, .item = id };
	struct arena arena;

	arena_init(&arena, 256);
	q.what = id.len ? STORE_ITEM : STORE_KINDS;
	q.kinds[0] = node_kind(n, &arena);
	store_read(account_store(), &q, on_rows, waiter);
	arena_fini(&arena);
}

void
place_read_items(
    const struct place *p, const struct node *n, store_rows_fn *on_rows, void *waiter)
{
	read_rows(p, n, (struct str){ 0 }, on_rows, waiter);
}

void
place_read_item(const struct place *p, const struct node *n, struct str id,
    store_rows_fn *on_rows, void *waiter)
{
	read_rows(p, n, id, on_rows, waiter);
}

/* The state of an account may be read again meanwhile, and the place's is within; but where
 * it is stays the same while the place is suspended. */
struct unlisted {
	struct place *place;
	struct place as; /* but for the nodes */
	uint32_t number;
	place_listed_fn *go_on;
	void *waiter;
};

static void
on_index(void *waiter, const struct store_rows *rows)
{
	struct unlisted *u = waiter;
	struct place *p = u->place;
	struct node *n = node_numbered(&p->nodes, u->number);
	enum status s = n ? rows->status : E_NOT_FOUND;

	u->as.nodes = p->nodes;
	*p = u->as;
	if (s == OK)
		node_list(n, rows);
	u->go_on(u->waiter, p, s);
	u->as.face->resume(p);
	free(u);
}

void
place_list(struct place *p, const struct node *n, place_listed_fn *go_on, void *waiter)
{
	struct unlisted *u = mem_alloc(sizeof(*u));

	*u = (struct unlisted){ p, *p, n->number, go_on, waiter };
	p->face->suspend(p);
	place_read_items(p, n, on_index, u);
}

/* --- changes -------------------------------------------------------------------------- */

/* What is left to do once the change is on disk. The call keeps the account loaded until then,
 * so the place stays where it is; its state may be read again meanwhile. */
struct ending {
	struct place *place;
	struct bulletin *bulletin;
	uint32_t number; /* of a node whose last item is to be sent; 0: none */
	struct str to;   /* allocated */
};

static void
show_last(struct ending *e)
{
	struct place *p = e->place;
	const struct node *n = e->number ? node_numbered(&p->nodes, e->number) : NULL;

	if (n && p->face)
		send_last_item(p, n, jid_trusted(e->to));
}

static void
on_disk(void *waiter, enum status s)
{
	struct ending *e = waiter;

	if (s == OK) {
		bulletin_spread(&e->bulletin);
		show_last(e);
	} else if (!e->place->account && e->place->face) {
		e->place->face->failed(e->place);
	}
	bulletin_free(&e->bulletin);
	free((void *)(uintptr_t)e->to.at); /* its own copy */
	free(e);
}

void
change_begin(struct change *ch, struct call *c, struct place *p)
{
	struct ending *e = mem_zalloc(sizeof(*e));

	assert(!c->done);
	e->place = p;
	e->bulletin = bulletin_new();
	c->done = on_disk;
	c->waiter = e;
	call_hold(c);
	c->done = NULL;
	*ch = (struct change){
		.call = c,
		.place = p,
		.in = { c->arena, store_batch_new(account_store()), jid_full(p->jid) },
		.bulletin = e->bulletin,
		.ending = e,
	};
}

void
change_shows_last(struct change *ch, const struct node *n, struct jid to)
{
	struct str text = jid_full(to);
	char *copy;

	assert(!ch->ending->number);
	if (n->conf.send_last == SEND_LAST_NEVER)
		return;
	copy = mem_alloc(text.len);
	memcpy(copy, text.at, text.len);
	ch->ending->number = n->number;
	ch->ending->to = str_of(copy, text.len);
}

void
change_end(struct change *ch)
{
	call_commit(ch->call, &ch->in.batch);
}
