/* SPDX-License-Identifier: MIT
 *
 * mod_bookmarks: the rooms that somebody has bookmarked are the same in clients that keep each
 * as an item, and in older ones that keep a list.
 *
 * Source   XEP-0402 1.2.0 section 5.3, XEP-0048 1.2, in private storage (XEP-0049 1.2) and as
 *          an item of a node
 * Reacts   iq-get and iq-set {jabber:iq:private}query of {storage:bookmarks}storage; items
 *          that are published or taken back at the nodes of both forms
 * Keeps    rooms as items of the node "urn:xmpp:bookmarks:1"; what else is in the list, web
 *          pages say, as mod_private.h tells; the list as an item of "storage:bookmarks"
 *
 * The items are the truth, once there are any: the list is made of them when it is asked for,
 * and taken apart when it is stored or published. What has not changed is not told again. The
 * node with the list follows each change of the items, since who only listens to it would
 * publish what he knows, and so lose what he does not.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "base/siphash.h"
#include "modules/list.h"
#include "modules/mod_private.h"
#include "modules/pubsub/event.h"
#include "modules/pubsub/pep.h"
#include "modules/pubsub/publish.h"
#include "router/route.h"
#include "xml/parser.h"
#include "xmpp/bookmark.h"
#include "xmpp/ns.h"

/* The row of private storage: the name and the namespace of its root. */
#define ITEM_OF_LIST S("storage storage:bookmarks")

/* Of an account. */
struct listing {
	bool taking;   /* items are being changed because of a list */
	bool is_due;   /* the list is to be made anew, and nobody has begun */
	uint64_t told; /* siphash of the list that its node has, as far as is known */
};

static struct listing *
listing_of(struct account *a)
{
	return module_account_state(&mod_bookmarks, a);
}

/* The rooms of a list or of items. */
struct rooms {
	struct bookmark *at;
	struct str *id; /* of their items */
	struct frozen **xml;
	size_t n;
};

static bool
has_room(const struct rooms *rooms, struct str room, size_t *at)
{
	size_t i = 0;

	while (i < rooms->n && !str_eq(rooms->at[i].room, room))
		i++;
	*at = i;
	return i < rooms->n;
}

static struct rooms
rooms_for(struct arena *a, size_t max)
{
	return (struct rooms){
		.at = arena_alloc(a, max * sizeof(struct bookmark)),
		.id = arena_alloc(a, max * sizeof(struct str)),
		.xml = arena_alloc(a, max * sizeof(struct frozen *)),
	};
}

/* The first of each room counts. */
static struct rooms
rooms_of_list(struct arena *a, struct elem storage)
{
	struct rooms rooms = rooms_for(a, elem_count(storage));
	size_t i;

	for (struct elem e = elem_first(storage); elem_exists(e); e = elem_next(e)) {
		struct bookmark *b = &rooms.at[rooms.n];

		if (!bookmark_of_list(a, e, b) || has_room(&rooms, b->room, &i))
			continue;
		rooms.id[rooms.n] = b->room;
		rooms.xml[rooms.n++] = NULL;
	}
	return rooms;
}

static struct rooms
rooms_of_items(struct arena *a, const struct node_entry *e, size_t n)
{
	struct rooms rooms = rooms_for(a, n);
	size_t at;

	for (size_t i = 0; i < n; i++) {
		struct frozen *xml = NULL;

		if (xml_parse(e[i].payload, &xml_bounds_stored, &xml) != OK)
			continue;
		if (!bookmark_of_item(a, e[i].id, frozen_root(xml), &rooms.at[rooms.n]) ||
		    has_room(&rooms, rooms.at[rooms.n].room, &at)) {
			frozen_free(&xml);
			continue;
		}
		rooms.id[rooms.n] = e[i].id;
		rooms.xml[rooms.n++] = xml;
	}
	return rooms;
}

static void
rooms_fini(struct rooms *rooms)
{
	for (size_t i = 0; i < rooms->n; i++)
		frozen_free(&rooms->xml[i]);
}

/* What of the list is no room. */
static void
write_others(struct xml_writer *w, struct elem storage, struct arena *a)
{
	struct bookmark b;

	for (struct elem e = elem_first(storage); elem_exists(e); e = elem_next(e))
		if (!bookmark_of_list(a, e, &b))
			xml_copy(w, e);
}

static struct node *
node_of(struct account *a)
{
	struct place *p = pep_place(a);

	return p ? node_find(&p->nodes, NS_BOOKMARKS) : NULL;
}

/* --- a request, which waits for rows -------------------------------------------------------
 */

struct request {
	struct account *account;  /* held */
	struct stanza *stanza;    /* that asks for it, or brings it about; may be NULL */
	struct frozen *published; /* of a node, to be taken apart; NULL: the stanza's list */
	struct rooms rooms;       /* of the items */
	struct arena arena;
};

static struct request *
request_new(struct call *c)
{
	struct request *r = mem_zalloc(sizeof(*r));

	r->account = c->account;
	r->stanza = c->stanza ? stanza_ref(c->stanza) : NULL;
	arena_init(&r->arena, 4096);
	account_hold(c->account);
	return r;
}

static void
request_free(struct request **r)
{
	struct request *gone = TAKE(*r);

	rooms_fini(&gone->rooms);
	frozen_free(&gone->published);
	stanza_free(&gone->stanza);
	account_release(gone->account);
	arena_fini(&gone->arena);
	free(gone);
}

static struct elem
list_in(const struct stanza *st)
{
	return elem_child(stanza_payload(st), NS_BOOKMARK_LIST, S("storage"));
}

static struct elem
list_of(const struct request *r)
{
	return r->published ? frozen_root(r->published) : list_in(r->stanza);
}

/* Nobody waits for an answer of what was published: it has one. */
static void
fail(struct request *r, enum stanza_error error)
{
	if (!r->published)
		route_bounce(r->stanza, error);
}

/* --- the list, made of the items and of what else was in it ----------------------------------
 */

static void
write_list(struct xml_writer *w, struct request *r, const struct store_rows *rows)
{
	AUTO(frozen) old = NULL;

	xml_open(w, NS_BOOKMARK_LIST, S("storage"));
	for (size_t i = 0; i < r->rooms.n; i++)
		bookmark_write(w, &r->rooms.at[i]);
	if (rows->n && xml_parse(rows->row[0].value, &xml_bounds_stored, &old) == OK)
		write_others(w, frozen_root(old), &r->arena);
	xml_close(w);
}

/* The row of what else is in the list. */
static void
read_others(struct request *r, store_rows_fn *on_rows)
{
	struct store_query q = {
		.what = STORE_ITEM,
		.owner = jid_full(r->account->jid),
		.kinds = { KIND_PRIVATE },
		.n_kinds = 1,
		.item = ITEM_OF_LIST,
	};

	store_read(account_store(), &q, on_rows, r);
}

/* --- reading the list ------------------------------------------------------------------------
 */

static void
answer_list(struct request *r, const struct store_rows *rows)
{
	struct xml_writer w;

	xml_begin_inner(&w, &r->arena, NS_CLIENT);
	xml_open(&w, NS_PRIVATE, S("query"));
	write_list(&w, r, rows);
	xml_close(&w);
	route_result(r->stanza, xml_written(&w));
}

static void
on_others(void *waiter, const struct store_rows *rows)
{
	struct request *r = waiter;

	if (rows->status == OK)
		answer_list(r, rows);
	else
		route_bounce(r->stanza, ERR_RESOURCE_CONSTRAINT);
	request_free(&r);
}

/* The rows are freed behind. */
static struct rooms
rooms_of_rows(struct arena *a, const struct node *n, const struct store_rows *rows)
{
	size_t count;
	struct node_entry *e = node_entries(&n->conf, rows, a, &count);

	for (size_t i = 0; i < count; i++)
		e[i].id = str_copy(a, e[i].id);
	return rooms_of_items(a, e, count);
}

static void
on_items_to_show(void *waiter, const struct store_rows *rows)
{
	struct request *r = waiter;
	const struct node *n = node_of(r->account);

	if (rows->status != OK || !n) {
		route_bounce(r->stanza, ERR_RESOURCE_CONSTRAINT);
		request_free(&r);
		return;
	}
	r->rooms = rooms_of_rows(&r->arena, n, rows);
	read_others(r, on_others);
}

static enum verdict
on_get(struct call *c)
{
	const struct node *n = node_of(c->account);

	if (!jid_eq_bare(c->stanza->from, c->account->jid) || !n ||
	    !elem_exists(list_in(c->stanza)) || elem_count(c->payload) != 1)
		return PASS;
	place_read_items(pep_place(c->account), n, on_items_to_show, request_new(c));
	return DONE;
}

/* --- storing the list
 * ------------------------------------------------------------------------- */

static void follow(struct call *c);

/* For nobody else, as many as there can be: what came as private stays so. */
static struct node_config
configuration(const struct node *n)
{
	struct node_config conf = node_config_of_private();

	if (n) {
		conf = n->conf;
		conf.access = ACCESS_WHITELIST;
		conf.max_items = NODE_ITEMS_MAX;
		conf.persist = true;
	}
	return conf;
}

static struct node *
make_node(struct change *ch, struct node *n)
{
	struct node_config conf = configuration(n);

	if (!n)
		return publish_make_node(ch, NS_BOOKMARKS, &conf, ch->place->jid);
	if (!node_config_eq(&conf, &n->conf)) {
		node_configure(n, &conf);
		node_keep(n, &ch->in);
	}
	return n;
}

/* An item for what the list says of a room; extensions, of which lists know nothing, stay. */
static struct node_new_item
item_for(struct request *r, struct bookmark *b)
{
	struct node_new_item item = { .id = b->room, .publisher = jid_full(r->stanza->from) };
	size_t i;

	if (has_room(&r->rooms, b->room, &i)) {
		item.id = r->rooms.id[i];
		b->extensions = r->rooms.at[i].extensions;
	}
	item.payload = bookmark_payload(&r->arena, b);
	return item;
}

static bool
is_new(const struct request *r, const struct bookmark *b)
{
	size_t i;

	return !has_room(&r->rooms, b->room, &i) || !bookmark_eq(&r->rooms.at[i], b);
}

/* Section 5.3.2: what is gone is retracted, what is new is published, the rest is left. */
static void
change_items(struct request *r, struct change *ch, struct node *n, struct rooms *list)
{
	const struct node_item *old;
	size_t at;

	for (size_t i = 0; i < r->rooms.n; i++)
		if (!has_room(list, r->rooms.at[i].room, &at) &&
		    (old = node_item_find(n, r->rooms.id[i]))) {
			node_retract(n, &ch->in, old);
			notify_retracted(ch, n, r->rooms.id[i]);
		}
	for (size_t i = 0; i < list->n; i++)
		if (is_new(r, &list->at[i])) {
			struct node_new_item item = item_for(r, &list->at[i]);

			publish_item(ch, n, &item);
		}
}

static enum stanza_error
check(struct request *r, const struct place *p, const struct node *n, struct rooms *list,
    const struct place_conf *limits)
{
	struct node_config conf = configuration(n);
	enum stanza_error error = ERR_NONE;

	if (list->n > NODE_ITEMS_MAX)
		return ERR_NOT_ACCEPTABLE;
	if (!n && nodes_count(&p->nodes) >= limits->max_nodes)
		return ERR_RESOURCE_CONSTRAINT;
	for (size_t i = 0; i < list->n && error == ERR_NONE; i++) {
		struct node_new_item item = item_for(r, &list->at[i]);

		error = publish_check(limits, NULL, &conf, &item);
	}
	return error;
}

static struct str
others(struct request *r)
{
	struct xml_writer w;

	xml_begin_inner(&w, &r->arena, S(""));
	xml_open(&w, NS_BOOKMARK_LIST, S("storage"));
	write_others(&w, list_of(r), &r->arena);
	xml_close(&w);
	return xml_written(&w);
}

static void
store_list(struct request *r, struct place *p, struct node *n, const struct host *host)
{
	struct call c = {
		.host = host, .account = r->account, .stanza = r->stanza, .arena = &r->arena
	};
	struct rooms list = rooms_of_list(&r->arena, list_of(r));
	enum stanza_error error = check(r, p, n, &list, module_conf(&mod_pep, host));
	struct change ch;

	if (error != ERR_NONE) {
		fail(r, error);
		return;
	}
	change_begin(&ch, &c, p);
	if (!r->published)
		iq_result(&c, (struct str){ 0 });
	listing_of(r->account)->taking = true;
	change_items(r, &ch, make_node(&ch, n), &list);
	listing_of(r->account)->taking = false;
	store_put(ch.in.batch, ch.in.owner, KIND_PRIVATE, ITEM_OF_LIST, others(r));
	change_end(&ch);
	if (!r->published)
		follow(&c);
}

/* The node as it is on disk, and rows of it, or none when there is no node. */
static void
on_items_to_change(void *waiter, const struct store_rows *rows)
{
	struct request *r = waiter;
	struct place *p = r->account->loaded ? pep_place(r->account) : NULL;
	struct node *n = p ? node_find(&p->nodes, NS_BOOKMARKS) : NULL;

	if (n && rows && rows->status == OK) {
		if (!n->is_listed)
			node_list(n, rows);
		r->rooms = rooms_of_rows(&r->arena, n, rows);
	}
	if (p && (!n || (rows && rows->status == OK)))
		store_list(r, p, n, host_find(jid_domain(r->account->jid)));
	else
		fail(r, ERR_RESOURCE_CONSTRAINT);
	account_resume(r->account);
	request_free(&r);
}

static void
on_written(void *waiter, enum status s)
{
	struct request *r = waiter;
	const struct node *n = node_of(r->account);

	(void)s;
	if (n)
		place_read_items(pep_place(r->account), n, on_items_to_change, r);
	else
		on_items_to_change(r, NULL);
}

/* What was changed before is to be on disk when the items are read, and nothing is changed
 * between. */
static void
begin(struct request *r, void (*when_written)(void *waiter, enum status s))
{
	struct store_batch *nothing = store_batch_new(account_store());

	account_suspend(r->account);
	store_commit(&nothing, when_written, r);
}

static enum verdict
on_set(struct call *c)
{
	struct elem list = list_in(c->stanza);

	if (!jid_eq_bare(c->stanza->from, c->account->jid) || !elem_exists(list))
		return PASS;
	if (elem_count(c->payload) != 1 || !private_fits(c->host, c->arena, list))
		return refuse(c, ERR_NOT_ACCEPTABLE);
	if (!node_of(c->account) && rooms_of_list(c->arena, list).n == 0)
		return PASS;
	begin(request_new(c), on_written);
	return DONE;
}

/* --- the node with the list
 * -------------------------------------------------------------------
 */

/* What came as private stays so. */
static void
make_private(struct call *c, struct place *p)
{
	struct node *n = node_find(&p->nodes, NS_BOOKMARK_LIST);
	struct node_config conf;
	struct change ch;

	if (!n || n->conf.access == ACCESS_WHITELIST)
		return;
	conf = n->conf;
	conf.access = ACCESS_WHITELIST;
	change_begin(&ch, c, p);
	node_configure(n, &conf);
	node_keep(n, &ch.in);
	change_end(&ch);
}

static void
publish_list(struct request *r, struct place *p, struct str list)
{
	struct listing *listing = listing_of(r->account);
	struct node_config conf = node_config_of_account();
	struct call c = {
		.host = host_find(jid_domain(r->account->jid)),
		.account = r->account,
		.arena = &r->arena,
	};
	uint64_t hash = siphash_str(list);

	if (!c.host || hash == listing->told)
		return;
	listing->told = hash;
	conf.access = ACCESS_WHITELIST;
	make_private(&c, p);
	pep_publish(&c, &(struct publication){
			    .node = NS_BOOKMARK_LIST,
			    .conf = conf,
			    .id = S("current"),
			    .payload = list,
			    .publisher = jid_full(r->account->jid),
			});
}

static void
on_others_to_publish(void *waiter, const struct store_rows *rows)
{
	struct request *r = waiter;
	struct place *p = r->account->loaded ? pep_place(r->account) : NULL;
	struct xml_writer w;

	if (p && rows->status == OK) {
		xml_begin_inner(&w, &r->arena, S(""));
		write_list(&w, r, rows);
		publish_list(r, p, xml_written(&w));
	}
	account_resume(r->account);
	request_free(&r);
}

static void
on_items_to_publish(void *waiter, const struct store_rows *rows)
{
	struct request *r = waiter;
	const struct node *n = node_of(r->account);

	if (n && rows->status == OK)
		r->rooms = rooms_of_rows(&r->arena, n, rows);
	read_others(r, on_others_to_publish);
}

static void
on_written_to_publish(void *waiter, enum status s)
{
	struct request *r = waiter;
	const struct node *n = node_of(r->account);

	(void)s;
	if (n)
		place_read_items(pep_place(r->account), n, on_items_to_publish, r);
	else
		read_others(r, on_others_to_publish);
}

static void
follow_now(void *waiter, struct account *a, enum status s)
{
	struct request *r = waiter;

	if (a && s == OK && pep_place(a)) {
		listing_of(a)->is_due = false;
		begin(r, on_written_to_publish);
	} else {
		request_free(&r);
	}
}

static void
on_due(const void *letter)
{
	struct request *r = *(struct request *const *)letter;

	account_with(r->account->jid, follow_now, r);
}

/* The items are changing, or what else is in the list: when that has been given to the store,
 * the node's list is made anew, once for all that changes by then. */
static void
follow(struct call *c)
{
	struct request *r;

	if (listing_of(c->account)->is_due)
		return;
	listing_of(c->account)->is_due = true;
	r = request_new(c);
	worker_post((unsigned)worker_self(), on_due, &r, sizeof(r));
}

static void
take_published(struct call *c)
{
	struct listing *listing = listing_of(c->account);
	uint64_t hash = siphash_str(c->published->payload);
	struct frozen *list = NULL;
	struct request *r;

	if (!c->stanza || hash == listing->told ||
	    xml_parse(c->published->payload, &xml_bounds_stored, &list) != OK)
		return;
	if (!elem_is(frozen_root(list), NS_BOOKMARK_LIST, S("storage")) ||
	    !private_fits(c->host, c->arena, frozen_root(list))) {
		frozen_free(&list);
		return;
	}
	listing->told = hash;
	r = request_new(c);
	r->published = list;
	begin(r, on_written);
}

static enum verdict
on_published(struct call *c)
{
	if (str_eq(c->published->node, NS_BOOKMARK_LIST))
		take_published(c);
	else if (str_eq(c->published->node, NS_BOOKMARKS) && !listing_of(c->account)->taking)
		follow(c);
	return PASS;
}

static enum verdict
on_retracted(struct call *c)
{
	if (str_eq(c->published->node, NS_BOOKMARKS))
		follow(c);
	return PASS;
}

/* --- the table
 * ---------------------------------------------------------------------------------- */

static const struct feature features[] = { { NS_BOOKMARKS_COMPAT, ACCOUNT },
	{ NS_BOOKMARKS_COMPAT_PEP, ACCOUNT } };

static const struct hook hooks[] = {
	{ ON_IQ_GET, ACCOUNT, NS_PRIVATE, S("query"), HANDLE, on_get },
	{ ON_IQ_SET, ACCOUNT, NS_PRIVATE, S("query"), HANDLE, on_set },
	{ .on = ON_PUBLISHED, .in = HANDLE, .run = on_published },
	{ .on = ON_RETRACTED, .in = HANDLE, .run = on_retracted },
};

const struct module mod_bookmarks = {
	.name = "bookmarks",
	.doc = "Bookmarked rooms are the same in clients that keep items, and in those with a "
	       "list.",
	.specs = LIST(
	    struct spec, { XEP, 402, "1.2.0", "complete" }, { XEP, 48, "1.2", "complete" }),
	.features = TABLE(features),
	.needs = LIST(const char *const, "pep", "private"),
	.account_bytes = sizeof(struct listing),
	.hooks = TABLE(hooks),
};
