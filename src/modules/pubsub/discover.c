/* SPDX-License-Identifier: MIT */
#include "modules/pubsub/discover.h"

#include <stdlib.h>

#include "base/limits.h"
#include "modules/pubsub/people.h"
#include "router/route.h"
#include "xmpp/disco.h"
#include "xmpp/ns.h"
#include "xmpp/result_set.h"

/* A node that has to be asked for is no secret, others are for who may read them. */
static bool
may_know(struct place *p, const struct node *n, struct jid who)
{
	return place_shows(p, n, who) || (!p->account && n->conf.access == ACCESS_AUTHORIZE &&
					     affiliation_of(n, who) != AFFILIATION_OUTCAST);
}

static struct node *
node_asked(struct call *c, struct place *p)
{
	struct str name = elem_attr_or_none(c->payload, S("node"), c->arena);
	struct node *n = name.len ? node_find(&p->nodes, name) : NULL;

	return n && may_know(p, n, c->stanza->from) ? n : NULL;
}

/* --- disco#info of a node ----------------------------------------------------------------- */

enum { META_MAX = 12 };

static void
put_owners(struct form_field *f, const struct place *p, const struct node *n, struct arena *a)
{
	struct str *values =
	    arena_alloc(a, (affiliates_with(n, AFFILIATION_OWNER) + 1) * sizeof(*values));
	const struct affiliate *who;

	*f = (struct form_field){
		.var = S("pubsub#owner"), .type = FIELD_JID_MULTI, .values = values
	};
	if (p->account)
		values[f->count++] = jid_full(p->jid);
	for (uint32_t i = 0; (who = affiliate_at(n, i)); i++)
		if (who->is == AFFILIATION_OWNER)
			values[f->count++] = who->jid;
}

/* Section 5.4. */
static void
write_meta(struct xml_writer *w, const struct place *p, const struct node *n, struct arena *a)
{
	struct form_field fields[META_MAX];
	size_t count = node_config_meta(&n->conf, a, fields, META_MAX - 2);
	struct str subscribers = str_format(a, "%u", (unsigned)table_count(&n->subscribers));

	put_owners(&fields[count++], p, n, a);
	fields[count++] = (struct form_field){
		.var = S("pubsub#num_subscribers"), .values = &subscribers, .count = 1
	};
	form_write(w, &(struct form){ .kind = FORM_RESULT,
			  .form_type = NS_NODE_META,
			  .fields = fields,
			  .count = count });
}

enum verdict
discover_node(struct call *c, struct place *p)
{
	const struct node *n = node_asked(c, p);
	struct xml_writer w;

	if (!n)
		return PASS;
	iq_result_begin(c, &w);
	xml_open(&w, NS_DISCO_INFO, S("query"));
	xml_attr(&w, S("node"), n->name);
	disco_write_identity(&w, S("pubsub"), S("leaf"), node_config_title(&n->conf));
	disco_write_feature(&w, NS_PUBSUB);
	write_meta(&w, p, n, c->arena);
	xml_close(&w);
	return iq_result_finish(c, &w);
}

/* --- disco#items of a node (section 5.5) ------------------------------------------------- */

struct asker {
	struct stanza *request;
	struct node_config conf; /* without texts */
};

static void
answer_items(
    const struct stanza *request, const struct node_entry *e, size_t n, struct arena *a)
{
	struct xml_writer w;

	xml_begin_inner(&w, a, NS_CLIENT);
	xml_open(&w, NS_DISCO_ITEMS, S("query"));
	xml_attr(&w, S("node"), elem_attr_or_none(stanza_payload(request), S("node"), a));
	for (size_t i = 0; i < n && i < NODE_PAGE_MAX; i++) {
		xml_open(&w, S(""), S("item"));
		xml_attr(&w, S("jid"), jid_full(request->to));
		xml_attr(&w, S("name"), e[i].id);
		xml_close(&w);
	}
	xml_close(&w);
	route_result(request, xml_written(&w));
}

static void
on_items(void *waiter, const struct store_rows *rows)
{
	struct asker *k = waiter;
	struct arena a;
	size_t n;

	arena_init(&a, 4096);
	if (rows->status == OK) {
		const struct node_entry *e = node_entries(&k->conf, rows, &a, &n);

		answer_items(k->request, e, n, &a);
	} else {
		route_bounce(k->request, ERR_RESOURCE_CONSTRAINT);
	}
	arena_fini(&a);
	stanza_free(&k->request);
	free(k);
}

enum verdict
discover_node_items(struct call *c, struct place *p)
{
	const struct node *n = node_asked(c, p);
	struct asker *k;

	if (!n || !place_shows(p, n, c->stanza->from))
		return PASS;
	k = mem_alloc(sizeof(*k));
	*k = (struct asker){ stanza_ref(c->stanza), n->conf };
	place_read_items(p, n, on_items, k);
	return DONE;
}

/* --- disco#items of the place (section 5.2) ----------------------------------------------- */

static void
write_node(struct xml_writer *w, const struct place *p, const struct node *n)
{
	xml_open(w, S(""), S("item"));
	xml_attr(w, S("jid"), jid_full(p->jid));
	xml_attr(w, S("node"), n->name);
	if (node_config_title(&n->conf).len)
		xml_attr(w, S("name"), node_config_title(&n->conf));
	xml_close(w);
}

static int
by_name(const void *a, const void *b)
{
	const struct node *const *x = a, *const *y = b;

	return str_cmp((*x)->name, (*y)->name);
}

static const struct node **
nodes_known_to(struct place *p, struct jid who, struct arena *a, size_t *count)
{
	const struct node **all =
	    arena_alloc(a, nodes_count(&p->nodes) * sizeof(struct node *));
	struct table_walk walk = { 0 };
	const struct node *n;

	*count = 0;
	while ((n = node_next(&p->nodes, &walk)))
		if (may_know(p, n, who))
			all[(*count)++] = n;
	if (*count)
		qsort(all, *count, sizeof(struct node *), by_name);
	return all;
}

void
discover_write_nodes(struct xml_writer *w, struct place *p, struct jid who, struct arena *a)
{
	size_t count;
	const struct node **all = nodes_known_to(p, who, a, &count);

	for (size_t i = 0; i < count; i++)
		write_node(w, p, all[i]);
}

enum verdict
discover_nodes(struct call *c, struct place *p)
{
	struct result_set_page page = { .index = RESULT_SET_UNKNOWN };
	struct result_set_request r;
	struct result_set_slice slice;
	const struct node **all;
	struct xml_writer w;
	size_t count, at = 0;

	if (result_set_read(c->arena, elem_child(c->payload, NS_RESULT_SET, S("set")),
		NODE_PAGE_MAX, &r) != OK)
		return refuse(c, ERR_BAD_REQUEST);
	all = nodes_known_to(p, c->stanza->from, c->arena, &count);
	while (at < count && !str_eq(all[at]->name, r.id))
		at++;
	if (result_set_slice(&r, count, at, &slice) != OK)
		return refuse(c, ERR_ITEM_NOT_FOUND);
	iq_result_begin(c, &w);
	xml_open(&w, NS_DISCO_ITEMS, S("query"));
	for (size_t i = slice.from; i < slice.from + slice.n; i++)
		write_node(&w, p, all[i]);
	page.count = count;
	if (slice.n) {
		page.first = all[slice.from]->name;
		page.last = all[slice.from + slice.n - 1]->name;
		page.index = slice.from;
	}
	if (r.asked || slice.n < count)
		result_set_write(&w, &page);
	xml_close(&w);
	return iq_result_finish(c, &w);
}
