/* SPDX-License-Identifier: MIT */
#include "modules/pubsub/service.h"

#include <stdlib.h>

#include "base/limits.h"
#include "modules/pubsub/event.h"
#include "modules/pubsub/people.h"
#include "router/account.h"
#include "router/route.h"
#include "router/service.h"

/* What waits until the service is ready: a stanza, or the end of an account. */
struct visitor {
	struct list in_waiting;
	struct stanza *stanza;
	struct str gone; /* bare address, behind the structure */
};

struct pubsub_service {
	struct place place;
	struct list waiting; /* visitor.in_waiting */
	uint32_t n_waiting;
	uint32_t suspended;
	bool loaded, loading;
	char name[];
};

static const struct face face;

/* Of this worker. */
static _Thread_local struct table services; /* struct pubsub_service by name */

static struct str
service_key(const void *value)
{
	return jid_full(((const struct pubsub_service *)value)->place.jid);
}

static struct pubsub_service *
of_place(struct place *p)
{
	return (struct pubsub_service *)(void *)((char *)p -
						 offsetof(struct pubsub_service, place));
}

static struct pubsub_service *
service_named(struct str name)
{
	struct pubsub_service *s = table_get(&services, name);

	if (s)
		return s;
	s = mem_zalloc(sizeof(*s) + name.len);
	memcpy(s->name, name.at, name.len);
	s->place.face = &face;
	s->place.jid = jid_trusted(str_of(s->name, name.len));
	list_init(&s->waiting);
	table_put(&services, s);
	return s;
}

static bool
is_ready(const struct pubsub_service *s)
{
	return s->loaded && !s->suspended;
}

/* --- whoever waits ------------------------------------------------------------------------ */

static void
visitor_free(struct visitor **v)
{
	struct visitor *gone = TAKE(*v);

	stanza_free(&gone->stanza);
	free(gone);
}

static void
add_visitor(struct pubsub_service *s, struct stanza *st, struct str gone)
{
	struct visitor *v = mem_zalloc(sizeof(*v) + gone.len);
	char *at = (char *)(v + 1);

	v->stanza = st;
	v->gone = str_place(&at, gone);
	list_append(&s->waiting, &v->in_waiting);
	s->n_waiting++;
}

static void
remove_visitor(struct pubsub_service *s, struct visitor *v)
{
	list_remove(&v->in_waiting);
	assert(s->waiting.next != &v->in_waiting);
	s->n_waiting--;
}

/* The end of an account, at one node. */
static void
forget_at(struct change *ch, struct node *n, struct jid who)
{
	struct subscriber_walk walk = { 0 };
	struct subscriber *s;
	bool was_owner = affiliation_of(n, who) == AFFILIATION_OWNER;

	while ((s = subscriber_next_of(n, who, &walk)))
		subscriber_remove(n, &s, &ch->in);
	if (affiliation_of(n, who) != AFFILIATION_NONE &&
	    affiliate_set(n, &ch->in, who, AFFILIATION_NONE) != OK)
		assert(false); /* less is always possible */
	if (!was_owner || affiliates_with(n, AFFILIATION_OWNER) > 0)
		return;
	if (n->conf.notify_delete)
		notify_deleted(ch, n, (struct str){ 0 });
	people_remove(n, &ch->in);
	node_delete(&ch->place->nodes, &n, &ch->in);
}

static void
forget(struct call *c, struct place *p, struct jid who)
{
	struct table_walk walk = { 0 };
	struct change ch;
	struct node *n;

	change_begin(&ch, c, p);
	while ((n = node_next(&p->nodes, &walk)))
		forget_at(&ch, n, who);
	change_end(&ch);
}

static void
receive(struct pubsub_service *s, struct visitor *v)
{
	const struct service *service = service_find(jid_domain(s->place.jid));
	struct arena arena;
	struct call c = { .arena = &arena, .service = service, .stanza = v->stanza };

	if (!service) { /* taken out of the configuration meanwhile */
		if (v->stanza)
			route_bounce(v->stanza, ERR_ITEM_NOT_FOUND);
		return;
	}
	arena_init(&arena, 4096);
	c.host = service->host;
	c.module = service->module;
	c.conf = service->conf;
	if (v->gone.len)
		forget(&c, &s->place, jid_trusted(v->gone));
	else
		pubsub_serve(&c, &s->place);
	assert(!c.after);
	call_write_rows(&c);
	arena_fini(&arena);
}

static void
receive_waiting(struct pubsub_service *s)
{
	while (is_ready(s) && !list_is_empty(&s->waiting)) {
		struct visitor *v = list_entry(s->waiting.next, struct visitor, in_waiting);

		remove_visitor(s, v);
		receive(s, v);
		visitor_free(&v);
	}
}

/* The ends of accounts wait for the next who comes. */
static void
refuse_waiting(struct pubsub_service *s)
{
	list_each (link, &s->waiting) {
		struct visitor *v = list_entry(link, struct visitor, in_waiting);

		if (!v->stanza)
			continue;
		route_bounce(v->stanza, ERR_RESOURCE_CONSTRAINT);
		remove_visitor(s, v);
		visitor_free(&v);
	}
}

/* --- loading ------------------------------------------------------------------------------ */

static void
load_row(struct nodes *nodes, const struct store_row *row)
{
	if (str_eq(row->kind, KIND_NODE))
		node_load(nodes, row->item, row->value);
	else if (str_eq(row->kind, KIND_AFFILIATE))
		affiliate_load(nodes, row->item, row->value);
	else
		subscriber_load(nodes, row->item, row->value);
}

static void
on_rows(void *waiter, const struct store_rows *rows)
{
	struct pubsub_service *s = waiter;

	s->loading = false;
	s->loaded = rows->status == OK;
	for (size_t i = 0; s->loaded && i < rows->n; i++)
		load_row(&s->place.nodes, &rows->row[i]);
	if (s->loaded)
		receive_waiting(s);
	else
		refuse_waiting(s);
}

/* The rows come by kind: those about people after those of the nodes. */
static void
load(struct pubsub_service *s)
{
	const struct store_query q = {
		.what = STORE_KINDS,
		.owner = jid_full(s->place.jid),
		.kinds = { KIND_NODE, KIND_AFFILIATE, KIND_SUBSCRIBER },
		.n_kinds = 3,
	};

	if (s->loaded || s->loading)
		return;
	s->loading = true;
	store_read(account_store(), &q, on_rows, s);
}

struct place *
pubsub_service_enter(struct call *c)
{
	struct pubsub_service *s = service_named(c->service->name);

	if (is_ready(s) && list_is_empty(&s->waiting))
		return &s->place;
	if (s->n_waiting >= NODE_REQUESTS_WAITING_MAX) {
		route_bounce(c->stanza, ERR_RESOURCE_CONSTRAINT);
		return NULL;
	}
	add_visitor(s, stanza_ref(c->stanza), (struct str){ 0 });
	load(s);
	return NULL;
}

/* --- the ends of accounts ----------------------------------------------------------------- */

struct farewell {
	char *texts; /* the service's name, then the account */
	size_t name_len, len;
};

static void
on_farewell(const void *letter)
{
	const struct farewell *f = letter;
	struct pubsub_service *s = service_named(str_of(f->texts, f->name_len));

	add_visitor(s, NULL, str_of(f->texts + f->name_len, f->len - f->name_len));
	load(s);
	receive_waiting(s);
	free(f->texts);
}

void
pubsub_service_forget(const struct service *s, struct jid account)
{
	struct str who = jid_bare(account);
	struct farewell f = { .name_len = s->name.len, .len = s->name.len + who.len };
	char *at;

	f.texts = at = mem_alloc(f.len);
	str_place(&at, s->name);
	str_place(&at, who);
	worker_post(account_home(jid_trusted(s->name)), on_farewell, &f, sizeof(f));
}

/* --- the face ----------------------------------------------------------------------------- */

/* Services know nobody's presence or roster, and nobody owns all that is there. */
static bool
is_nothing(struct place *p, struct jid who)
{
	(void)p;
	(void)who;
	return false;
}

static bool
is_in(struct place *p, struct jid who, struct str groups)
{
	(void)p;
	(void)who;
	(void)groups;
	return false;
}

static void
suspend(struct place *p)
{
	of_place(p)->suspended++;
}

static void
resume(struct place *p)
{
	struct pubsub_service *s = of_place(p);

	assert(s->suspended > 0);
	s->suspended--;
	receive_waiting(s);
}

/* Before whatever has come meanwhile. */
static void
again(struct place *p, struct stanza *request)
{
	struct visitor v = { .stanza = request };

	receive(of_place(p), &v);
	stanza_free(&request);
}

static void
failed(struct place *p)
{
	struct pubsub_service *s = of_place(p);

	if (!s->loaded)
		return; /* is being read, behind every write that was made, or will be */
	s->loaded = false;
	nodes_fini(&p->nodes);
	load(s);
}

/* --- life --------------------------------------------------------------------------------- */

static const struct face face = {
	.accesses = 1U << ACCESS_OPEN | 1U << ACCESS_AUTHORIZE | 1U << ACCESS_WHITELIST,
	.preset = node_config_of_service,
	.is_owner = is_nothing,
	.sees = is_nothing,
	.is_in = is_in,
	.may_create = pubsub_may_create,
	.suspend = suspend,
	.resume = resume,
	.again = again,
	.failed = failed,
};

void
pubsub_services_worker_init(void)
{
	table_init(&services, service_key);
}

void
pubsub_services_worker_fini(void)
{
	struct table_walk walk = { 0 };
	struct pubsub_service *s;

	while ((s = table_next(&services, &walk))) {
		table_remove(&services, service_key(s));
		list_each (link, &s->waiting) {
			struct visitor *v = list_entry(link, struct visitor, in_waiting);

			remove_visitor(s, v);
			visitor_free(&v);
		}
		nodes_fini(&s->place.nodes);
		free(s);
	}
	table_fini(&services);
}
