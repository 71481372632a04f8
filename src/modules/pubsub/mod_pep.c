/* SPDX-License-Identifier: MIT
 *
 * mod_pep: an account's own nodes, in which its devices keep what they share.
 *
 * Source   XEP-0163 1.2.2, XEP-0060 1.30.0 (sections 6.5, 7.1, 7.2, 8.4), XEP-0223 1.1.1
 * Reacts   iq to the account: items, publish, retract, delete; disco#info of a node and
 *          disco#items of the account
 * Keeps    nodes and items as in node.h
 *
 * A node is made by the first publication, with the options that come with it; it is for the
 * account's owner alone. Devices hear of changes when their capabilities say that they want
 * to (NODE+notify).
 */
#include "modules/pubsub/pep.h"

#include "base/limits.h"
#include "base/random.h"
#include "modules/list.h"
#include "modules/pubsub/node.h"
#include "modules/pubsub/notify.h"
#include "modules/roster/roster.h"
#include "xmpp/ns.h"
#include "xmpp/result_set.h"

enum { PEP_PUBLISHED, PEP_NOTIFIED };

struct pep_conf {
	uint32_t max_nodes;
	uint64_t max_item_bytes, max_node_bytes;
};

static struct nodes *
nodes_of(struct account *a)
{
	return module_account_state(&mod_pep, a);
}

void
pep_count_notified(void)
{
	module_count(&mod_pep, PEP_NOTIFIED, 1);
}

/* --- answers -------------------------------------------------------------------------- */

/* With a condition of pubsub#errors. */
static enum verdict
refuse_pubsub(struct call *c, enum stanza_error error, struct str condition)
{
	struct xml_writer w;

	xml_begin_inner(&w, c->arena, NS_CLIENT);
	xml_empty(&w, NS_PUBSUB_ERRORS, condition);
	return refuse_with(c, error, (struct str){ 0 }, xml_written(&w));
}

static enum affiliation
affiliation_of(const struct call *c)
{
	return jid_eq_bare(c->stanza->from, c->account->jid) ? AFFILIATION_OWNER
							     : AFFILIATION_NONE;
}

/* Whoever may not know of the account learns nothing; others not whether there is a node. */
static bool
may(struct call *c, enum node_act act)
{
	return access_allows(ACCESS_WHITELIST, affiliation_of(c), act);
}

static enum verdict
refuse_stranger(struct call *c, enum node_act act)
{
	if (!roster_allows(c->account, c->stanza->from))
		return refuse(c, ERR_SERVICE_UNAVAILABLE);
	return act == NODE_READ ? refuse_pubsub(c, ERR_NOT_ALLOWED, S("closed-node"))
				: refuse(c, ERR_FORBIDDEN);
}

/* --- the index of a node, read when it is needed --------------------------------------- */

typedef void listed_fn(void *waiter, struct account *a, enum status s);

struct unlisted {
	struct account *account; /* suspended */
	uint32_t number;
	listed_fn *go_on;
	void *waiter;
};

static struct node *
node_numbered(struct account *a, uint32_t number)
{
	struct table_walk walk = { 0 };
	struct node *n;

	while ((n = node_next(nodes_of(a), &walk)))
		if (n->number == number)
			return n;
	return NULL;
}

static void
on_index(void *waiter, const struct store_rows *rows)
{
	struct unlisted *u = waiter;
	struct node *n = node_numbered(u->account, u->number);
	/* A write that failed meanwhile has the account read again, without it for now. */
	enum status s = n ? rows->status : E_IO;

	if (s == OK)
		node_list(n, rows);
	u->go_on(u->waiter, u->account, s);
	account_resume(u->account);
	free(u);
}

static void
read_rows(struct account *a, const struct node *n, store_rows_fn *on_rows, void *waiter)
{
	struct store_query q = { .what = STORE_KINDS, .owner = jid_full(a->jid), .n_kinds = 1 };
	struct arena arena;

	arena_init(&arena, 256);
	q.kinds[0] = node_kind(n, &arena);
	store_read(account_store(), &q, on_rows, waiter);
	arena_fini(&arena);
}

/* What comes for the account meanwhile waits. */
static void
list_first(struct account *a, const struct node *n, listed_fn *go_on, void *waiter)
{
	struct unlisted *u = mem_alloc(sizeof(*u));

	*u = (struct unlisted){ a, n->number, go_on, waiter };
	account_suspend(a);
	read_rows(a, n, on_index, u);
}

/* The request once more, now that it can be answered. */
static void
try_again(void *waiter, struct account *a, enum status s)
{
	struct stanza *request = waiter;

	if (s == OK) {
		route_again(a, request, &(struct passage){ 0 });
		return;
	}
	route_bounce(request, ERR_RESOURCE_CONSTRAINT);
	stanza_free(&request);
}

/* --- publishing ----------------------------------------------------------------------- */

static const struct pep_conf *
conf_of(const struct call *c)
{
	return module_conf(&mod_pep, c->host);
}

/* The node must be listed; NULL: it is to be made. ERR_NONE when it fits. */
static enum stanza_error
check_room(struct call *c, const struct node *n, const struct publication *p)
{
	const struct pep_conf *conf = conf_of(c);

	if (p->payload.len > conf->max_item_bytes)
		return ERR_NOT_ACCEPTABLE;
	if (n ? n->bytes + p->payload.len > conf->max_node_bytes
	      : table_count(&nodes_of(c->account)->by_name) >= conf->max_nodes)
		return ERR_RESOURCE_CONSTRAINT;
	return ERR_NONE;
}

/* The call must be held. */
static void
publish(struct call *c, struct node *n, const struct publication *p, struct store_batch *b)
{
	struct node_change in = { c->arena, b, jid_full(c->account->jid) };

	if (!n) {
		n = node_add(nodes_of(c->account), p->node, &p->conf);
		node_keep(n, &in);
	}
	node_put(n, &in, p->id, p->publisher, p->payload);
	notify_published(c, p->node, p->id, p->payload);
	call_published(c, p->node, p->id, p->payload);
	module_count(&mod_pep, PEP_PUBLISHED, 1);
}

/* Section 7.1.5: each option is a condition on a node that exists, and what it is to be for
 * one that does not. False: refused. */
static bool
read_options(struct call *c, const struct node *n, struct node_config *conf)
{
	struct elem options = elem_child(c->payload, NS_PUBSUB, S("publish-options"));
	struct form f;

	*conf = n ? n->conf : node_config_default();
	if (!elem_exists(options))
		return true;
	if (form_read(c->arena, elem_child(options, NS_FORM, S("x")), &f) != OK) {
		refuse(c, ERR_BAD_REQUEST);
		return false;
	}
	switch (node_config_read(&f, NS_PUBLISH_OPTIONS, conf)) {
	case OK:
		break;
	case E_UNSUPPORTED:
		refuse_pubsub(c, ERR_CONFLICT, S("precondition-not-met"));
		return false;
	default:
		refuse(c, ERR_BAD_REQUEST);
		return false;
	}
	if (n && !node_config_eq(conf, &n->conf)) {
		refuse_pubsub(c, ERR_CONFLICT, S("precondition-not-met"));
		return false;
	}
	return true;
}

/* Section 7.1.3: one item with one payload. False: refused. */
static bool
read_item(struct call *c, struct elem publish, struct publication *p)
{
	struct elem item = elem_child(publish, NS_PUBSUB, S("item")),
		    payload = elem_first(item);

	if (!elem_exists(item))
		refuse_pubsub(c, ERR_BAD_REQUEST, S("item-required"));
	else if (elem_exists(elem_next_like(item)))
		refuse(c, ERR_BAD_REQUEST);
	else if (!elem_exists(payload))
		refuse_pubsub(c, ERR_BAD_REQUEST, S("payload-required"));
	else if (elem_exists(elem_next(payload)))
		refuse_pubsub(c, ERR_BAD_REQUEST, S("invalid-payload"));
	else {
		p->payload = elem_markup_in(payload, S(""), c->arena);
		p->id = elem_attr_or_none(item, S("id"), c->arena);
		if (p->id.len == 0)
			p->id = random_token(c->arena, RESOURCE_BYTES);
		if (p->id.len <= NODE_ITEM_ID_MAX)
			return true;
		refuse(c, ERR_NOT_ACCEPTABLE);
	}
	return false;
}

/* False: refused. */
static bool
read_node_name(struct call *c, struct elem e, struct str *name)
{
	*name = elem_attr_or_none(e, S("node"), c->arena);
	if (name->len == 0)
		refuse_pubsub(c, ERR_BAD_REQUEST, S("nodeid-required"));
	else if (name->len > NODE_NAME_MAX)
		refuse(c, ERR_NOT_ACCEPTABLE);
	else
		return true;
	return false;
}

static void
answer_published(struct call *c, const struct publication *p)
{
	struct xml_writer w;

	iq_result_begin(c, &w);
	xml_open(&w, NS_PUBSUB, S("pubsub"));
	xml_open(&w, S(""), S("publish"));
	xml_attr(&w, S("node"), p->node);
	xml_open(&w, S(""), S("item"));
	xml_attr(&w, S("id"), p->id);
	xml_close(&w);
	xml_close(&w);
	xml_close(&w);
	iq_result_finish(c, &w);
}

static enum verdict
on_publish(struct call *c, struct elem e)
{
	struct publication p = { .publisher = jid_full(c->stanza->from) };
	enum stanza_error full;
	struct store_batch *b;
	struct node *n;

	if (!read_node_name(c, e, &p.node))
		return DONE;
	n = node_find(nodes_of(c->account), p.node);
	if (n && !n->is_listed) {
		list_first(c->account, n, try_again, stanza_ref(c->stanza));
		return DONE;
	}
	if (!read_item(c, e, &p) || !read_options(c, n, &p.conf))
		return DONE;
	full = check_room(c, n, &p);
	if (full == ERR_NOT_ACCEPTABLE)
		return refuse_pubsub(c, full, S("payload-too-big"));
	if (full != ERR_NONE)
		return refuse(c, full);
	call_hold(c);
	b = store_batch_new(account_store());
	answer_published(c, &p);
	publish(c, n, &p, b);
	call_commit(c, &b);
	return DONE;
}

/* --- publishing for another module ----------------------------------------------------- */

static void
publish_unasked(struct call *c, struct node *n, const struct publication *p)
{
	struct store_batch *b;

	if (check_room(c, n, p) != ERR_NONE)
		return;
	call_hold(c);
	b = store_batch_new(account_store());
	publish(c, n, p, b);
	call_commit(c, &b);
}

struct waiting_publication {
	struct publication p;
	struct arena arena; /* its texts */
};

static void
publish_listed(void *waiter, struct account *a, enum status s)
{
	struct waiting_publication *w = waiter;
	struct call c = {
		.host = host_find(jid_domain(a->jid)),
		.account = a,
		.arena = &w->arena,
	};
	struct node *n = node_find(nodes_of(a), w->p.node);

	if (s == OK && c.host && conf_of(&c) && n && n->is_listed)
		publish_unasked(&c, n, &w->p);
	arena_fini(&w->arena);
	free(w);
}

void
pep_publish(struct call *c, const struct publication *p)
{
	struct node *n = node_find(nodes_of(c->account), p->node);
	struct call own = { .host = c->host, .account = c->account, .arena = c->arena };
	struct waiting_publication *w;

	if (!conf_of(c))
		return;
	if (!n || n->is_listed) {
		publish_unasked(&own, n, p);
		return;
	}
	w = mem_alloc(sizeof(*w));
	arena_init(&w->arena, 1024);
	w->p = (struct publication){
		.node = str_copy(&w->arena, p->node),
		.conf = p->conf,
		.id = str_copy(&w->arena, p->id),
		.payload = str_copy(&w->arena, p->payload),
		.publisher = str_copy(&w->arena, p->publisher),
	};
	list_first(c->account, n, publish_listed, w);
}

/* --- retracting and deleting ----------------------------------------------------------- */

static bool
is_true(struct str value)
{
	return str_eq(value, S("true")) || str_eq(value, S("1"));
}

/* Section 7.2. */
static enum verdict
on_retract(struct call *c, struct elem e)
{
	struct elem item = elem_child(e, NS_PUBSUB, S("item"));
	struct node_change in = { c->arena, NULL, jid_full(c->account->jid) };
	struct str name, id = elem_attr_or_none(item, S("id"), c->arena);
	struct node *n;

	if (!read_node_name(c, e, &name))
		return DONE;
	if (id.len == 0)
		return refuse_pubsub(c, ERR_BAD_REQUEST, S("item-required"));
	if (!(n = node_find(nodes_of(c->account), name)))
		return refuse(c, ERR_ITEM_NOT_FOUND);
	if (!n->is_listed) {
		list_first(c->account, n, try_again, stanza_ref(c->stanza));
		return DONE;
	}
	in.batch = store_batch_new(account_store());
	if (!node_retract(n, &in, id)) {
		store_batch_free(&in.batch);
		return refuse(c, ERR_ITEM_NOT_FOUND);
	}
	call_hold(c);
	iq_result(c, (struct str){ 0 });
	if (n->conf.notify_retract || is_true(elem_attr_or_none(e, S("notify"), c->arena)))
		notify_retracted(c, name, id);
	call_commit(c, &in.batch);
	return DONE;
}

/* Section 8.4. */
static enum verdict
on_delete(struct call *c, struct elem e)
{
	struct node_change in = { c->arena, NULL, jid_full(c->account->jid) };
	struct str name;
	struct node *n;

	if (!read_node_name(c, e, &name))
		return DONE;
	if (!(n = node_find(nodes_of(c->account), name)))
		return refuse(c, ERR_ITEM_NOT_FOUND);
	call_hold(c);
	in.batch = store_batch_new(account_store());
	node_delete(nodes_of(c->account), &n, &in);
	iq_result(c, (struct str){ 0 });
	notify_deleted(c, name);
	call_commit(c, &in.batch);
	return DONE;
}

/* --- retrieving ----------------------------------------------------------------------- */

/* Which of the items are asked for (section 6.5): those that are named, the newest, a page. */
struct selection {
	struct node_entry *at;
	size_t n;
	bool paged;
	struct result_set_page page;
};

static size_t
position(const struct node_entry *e, size_t n, struct str id)
{
	size_t i = 0;

	while (i < n && !str_eq(e[i].id, id))
		i++;
	return i;
}

static void
select_named(struct elem items, struct arena *a, struct selection *s)
{
	size_t kept = 0;

	for (struct elem e = elem_child(items, NS_PUBSUB, S("item")); elem_exists(e);
	     e = elem_next_like(e)) {
		size_t i =
		    position(s->at + kept, s->n - kept, elem_attr_or_none(e, S("id"), a));
		struct node_entry found;

		if (i == s->n - kept)
			continue;
		found = s->at[kept + i];
		s->at[kept + i] = s->at[kept];
		s->at[kept++] = found;
	}
	s->n = kept;
}

/* XEP-0059; the id of an item is its place. E_NOT_FOUND: there is no such item. */
static enum status
select_page(const struct result_set_request *r, struct selection *s)
{
	size_t from = 0, to = s->n, count = s->n, at;

	if (r->from == RESULT_SET_AFTER || r->from == RESULT_SET_BEFORE) {
		if ((at = position(s->at, s->n, r->id)) == s->n)
			return E_NOT_FOUND;
		if (r->from == RESULT_SET_AFTER)
			from = at + 1;
		else
			to = at;
	}
	if (r->from == RESULT_SET_INDEX)
		from = r->index < s->n ? (size_t)r->index : s->n;
	if (to - from > r->max) {
		if (r->from == RESULT_SET_BEFORE || r->from == RESULT_SET_LAST)
			from = to - r->max;
		else
			to = from + r->max;
	}
	s->at += from;
	s->n = to - from;
	s->paged = r->asked;
	s->page = (struct result_set_page){ .index = RESULT_SET_UNKNOWN, .count = count };
	if (s->n) {
		s->page.first = s->at[0].id;
		s->page.last = s->at[s->n - 1].id;
		s->page.index = from;
	}
	return OK;
}

static enum stanza_error
select_items(struct elem pubsub, struct arena *a, struct selection *s)
{
	struct elem items = elem_child(pubsub, NS_PUBSUB, S("items"));
	struct str newest = elem_attr_or_none(items, S("max_items"), a);
	struct result_set_request r;
	uint64_t n;

	if (elem_exists(elem_child(items, NS_PUBSUB, S("item")))) {
		if (elem_count(items) > NODE_PAGE_MAX)
			return ERR_NOT_ACCEPTABLE;
		select_named(items, a, s);
		return ERR_NONE;
	}
	if (newest.len) {
		if (str_to_u64(newest, UINT32_MAX, &n) != OK || n == 0)
			return ERR_BAD_REQUEST;
		if (n < s->n) {
			s->at += s->n - n;
			s->n = (size_t)n;
		}
	}
	if (result_set_read(
		a, elem_child(pubsub, NS_RESULT_SET, S("set")), NODE_PAGE_MAX, &r) != OK)
		return ERR_BAD_REQUEST;
	return select_page(&r, s) == OK ? ERR_NONE : ERR_ITEM_NOT_FOUND;
}

static void
answer_items(const struct stanza *request, const struct selection *s, struct arena *a)
{
	struct elem items = elem_child(stanza_payload(request), NS_PUBSUB, S("items"));
	struct xml_writer w;

	xml_begin_inner(&w, a, NS_CLIENT);
	xml_open(&w, NS_PUBSUB, S("pubsub"));
	xml_open(&w, S(""), S("items"));
	xml_attr(&w, S("node"), elem_attr_or_none(items, S("node"), a));
	for (size_t i = 0; i < s->n; i++) {
		xml_open(&w, S(""), S("item"));
		xml_attr(&w, S("id"), s->at[i].id);
		xml_raw(&w, s->at[i].payload);
		xml_close(&w);
	}
	xml_close(&w);
	if (s->paged)
		result_set_write(&w, &s->page);
	xml_close(&w);
	route_result(request, xml_written(&w));
}

static void
on_items_read(void *waiter, const struct store_rows *rows)
{
	struct stanza *request = waiter;
	enum stanza_error error = ERR_RESOURCE_CONSTRAINT;
	struct selection s = { 0 };
	struct arena a;

	arena_init(&a, 4096);
	if (rows->status == OK) {
		s.at = node_entries(rows, &a, &s.n);
		error = select_items(stanza_payload(request), &a, &s);
	}
	if (error == ERR_NONE)
		answer_items(request, &s, &a);
	else
		route_bounce(request, error);
	arena_fini(&a);
	stanza_free(&request);
}

static enum verdict
on_items(struct call *c, struct elem e)
{
	struct str name;
	struct node *n;

	if (!read_node_name(c, e, &name))
		return DONE;
	if (!(n = node_find(nodes_of(c->account), name)))
		return refuse(c, ERR_ITEM_NOT_FOUND);
	read_rows(c->account, n, on_items_read, stanza_ref(c->stanza));
	return DONE;
}

/* --- requests ------------------------------------------------------------------------- */

struct request {
	struct str name;
	enum node_act act;
	enum verdict (*run)(struct call *c, struct elem e);
};

static enum verdict
serve(struct call *c, struct str ns, const struct request *requests, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct elem e = elem_child(c->payload, ns, requests[i].name);

		if (!elem_exists(e))
			continue;
		return may(c, requests[i].act) ? requests[i].run(c, e)
					       : refuse_stranger(c, requests[i].act);
	}
	return roster_allows(c->account, c->stanza->from)
		   ? refuse(c, ERR_FEATURE_NOT_IMPLEMENTED)
		   : refuse(c, ERR_SERVICE_UNAVAILABLE);
}

static enum verdict
on_get(struct call *c)
{
	const struct request requests[] = { { S("items"), NODE_READ, on_items } };

	return serve(c, NS_PUBSUB, requests, 1);
}

static enum verdict
on_set(struct call *c)
{
	const struct request requests[] = {
		{ S("publish"), NODE_PUBLISH, on_publish },
		{ S("retract"), NODE_PUBLISH, on_retract },
	};

	return serve(c, NS_PUBSUB, requests, 2);
}

static enum verdict
on_owner_set(struct call *c)
{
	const struct request requests[] = { { S("delete"), NODE_OWN, on_delete } };

	return serve(c, NS_PUBSUB_OWNER, requests, 1);
}

/* --- discovery ------------------------------------------------------------------------ */

/* Section 5.3 and 5.4. Others than the owner are told by mod_disco that there is none. */
static enum verdict
on_node_info(struct call *c)
{
	struct str name = elem_attr_or_none(c->payload, S("node"), c->arena);
	const struct node *n;
	struct xml_writer w;

	if (!name.len || !may(c, NODE_READ) || !(n = node_find(nodes_of(c->account), name)))
		return PASS;
	iq_result_begin(c, &w);
	xml_open(&w, NS_DISCO_INFO, S("query"));
	xml_attr(&w, S("node"), name);
	xml_open(&w, S(""), S("identity"));
	xml_attr(&w, S("category"), S("pubsub"));
	xml_attr(&w, S("type"), S("leaf"));
	xml_close(&w);
	xml_open(&w, S(""), S("feature"));
	xml_attr(&w, S("var"), NS_PUBSUB);
	xml_close(&w);
	form_write(
	    &w, &(struct form){ .kind = FORM_RESULT,
		    .form_type = NS_NODE_META,
		    .fields = FORM_FIELDS({ .var = S("pubsub#access_model"),
					      FIELD_VALUE(access_model_name(n->conf.access)) },
			{ .var = S("pubsub#max_items"),
			    FIELD_VALUE(str_format(c->arena, "%u", n->conf.max_items)) }) });
	xml_close(&w);
	return iq_result_finish(c, &w);
}

/* XEP-0163 section 6.2: the nodes that the requester may read. */
static enum verdict
on_nodes_asked(struct call *c)
{
	struct table_walk walk = { 0 };
	const struct node *n;

	while (may(c, NODE_READ) && (n = node_next(nodes_of(c->account), &walk))) {
		xml_open(c->out, S(""), S("item"));
		xml_attr(c->out, S("jid"), jid_full(c->account->jid));
		xml_attr(c->out, S("node"), n->name);
		xml_close(c->out);
	}
	return PASS;
}

/* --- life ----------------------------------------------------------------------------- */

static void
load_node(void *state, struct account *a, struct str item, struct str value)
{
	(void)a;
	node_load(state, item, value);
}

static void
account_fini(void *state, struct account *a)
{
	(void)a;
	nodes_fini(state);
}

#define PUBSUB_FEATURE(name)                                                                   \
	{                                                                                      \
		S("http://jabber.org/protocol/pubsub#" name), ACCOUNT                          \
	}

static const struct feature features[] = {
	{ NS_PUBSUB, ACCOUNT },
	PUBSUB_FEATURE("access-whitelist"),
	PUBSUB_FEATURE("auto-create"),
	PUBSUB_FEATURE("config-node-max"),
	PUBSUB_FEATURE("delete-items"),
	PUBSUB_FEATURE("delete-nodes"),
	PUBSUB_FEATURE("filtered-notifications"),
	PUBSUB_FEATURE("item-ids"),
	PUBSUB_FEATURE("meta-data"),
	PUBSUB_FEATURE("multi-items"),
	PUBSUB_FEATURE("persistent-items"),
	PUBSUB_FEATURE("publish"),
	PUBSUB_FEATURE("publish-options"),
	PUBSUB_FEATURE("retract-items"),
	PUBSUB_FEATURE("retrieve-items"),
	PUBSUB_FEATURE("rsm"),
};

static const struct identity identities[] = { { S("pubsub"), S("pep"), ACCOUNT } };

static const struct kept kept[] = { { KIND_NODE, load_node } };

static const struct hook hooks[] = {
	{ ON_IQ_GET, ACCOUNT, NS_PUBSUB, S("pubsub"), HANDLE, on_get },
	{ ON_IQ_SET, ACCOUNT, NS_PUBSUB, S("pubsub"), HANDLE, on_set },
	{ ON_IQ_SET, ACCOUNT, NS_PUBSUB_OWNER, S("pubsub"), HANDLE, on_owner_set },
	{ ON_IQ_GET, ACCOUNT, NS_DISCO_INFO, S("query"), HANDLE, on_node_info },
	{ .on = ON_DISCO_ITEMS, .in = HANDLE, .run = on_nodes_asked },
};

const struct module mod_pep = {
	.name = "pep",
	.doc = "An account's own nodes, in which its devices keep what they share.",
	.specs = LIST(struct spec, { XEP, 163, "1.2.2", "nodes for the account's owner" },
	    { XEP, 60, "1.30.0", "sections 6.5, 7.1, 7.2, 8.4 at accounts" },
	    { XEP, 223, "1.1.1", "complete" }),
	.features = TABLE(features),
	.identities = TABLE(identities),
	.needs = LIST(const char *const, "roster", "caps"),
	.conf_size = sizeof(struct pep_conf),
	.options = LIST(struct option,
	    { "max_nodes", U32, FIELD(pep_conf, max_nodes), "64", "1", "256",
		"Nodes of one account." },
	    { "max_item_bytes", SIZE, FIELD(pep_conf, max_item_bytes), "128KiB", "1KiB", "4MiB",
		"Bytes of one item." },
	    { "max_node_bytes", SIZE, FIELD(pep_conf, max_node_bytes), "1MiB", "1KiB", "64MiB",
		"Bytes of all items of one node." }),
	.metrics = LIST(struct metric,
	    [PEP_PUBLISHED] = { "pep_published", COUNTER, "items",
		"Items published to nodes of accounts." },
	    [PEP_NOTIFIED] = { "pep_notified", COUNTER, "devices",
		"Devices told of a change of a node." }),
	.account_bytes = sizeof(struct nodes),
	.account_fini = account_fini,
	.kept = TABLE(kept),
	.hooks = TABLE(hooks),
};
