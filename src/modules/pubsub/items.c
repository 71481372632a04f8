/* SPDX-License-Identifier: MIT
 *
 * Retrieving items (XEP-0060 section 6.5): those that are named, the newest, or a page
 * (XEP-0059), oldest first.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "modules/pubsub/ask.h"
#include "modules/pubsub/event.h"
#include "router/route.h"
#include "xmpp/ns.h"
#include "xmpp/result_set.h"

/* Which of the items are asked for. */
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
	struct result_set_slice slice;
	size_t count = s->n;
	enum status status = result_set_slice(r, count, position(s->at, s->n, r->id), &slice);

	if (status != OK)
		return status;
	s->at += slice.from;
	s->n = slice.n;
	s->paged = r->asked;
	s->page = (struct result_set_page){ .index = RESULT_SET_UNKNOWN, .count = count };
	if (s->n) {
		s->page.first = s->at[0].id;
		s->page.last = s->at[s->n - 1].id;
		s->page.index = slice.from;
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

/* Whoever waits for the items: all that is told of them was decided when he asked. */
struct reader {
	struct stanza *request;
	struct node_config conf; /* without texts */
};

static void
answer_items(const struct reader *r, const struct selection *s, struct arena *a)
{
	struct elem items = elem_child(stanza_payload(r->request), NS_PUBSUB, S("items"));
	struct xml_writer w;

	xml_begin_inner(&w, a, NS_CLIENT);
	xml_open(&w, NS_PUBSUB, S("pubsub"));
	xml_open(&w, S(""), S("items"));
	xml_attr(&w, S("node"), elem_attr_or_none(items, S("node"), a));
	for (size_t i = 0; i < s->n; i++)
		item_write(&w, &r->conf, s->at[i].id, s->at[i].publisher, s->at[i].payload);
	xml_close(&w);
	if (s->paged)
		result_set_write(&w, &s->page);
	xml_close(&w);
	route_result(r->request, xml_written(&w));
}

static void
on_items(void *waiter, const struct store_rows *rows)
{
	struct reader *r = waiter;
	enum stanza_error error = ERR_RESOURCE_CONSTRAINT;
	struct selection s = { 0 };
	struct arena a;

	arena_init(&a, 4096);
	if (rows->status == OK) {
		s.at = node_entries(&r->conf, rows, &a, &s.n);
		error = select_items(stanza_payload(r->request), &a, &s);
	}
	if (error == ERR_NONE)
		answer_items(r, &s, &a);
	else
		route_bounce(r->request, error);
	arena_fini(&a);
	stanza_free(&r->request);
	free(r);
}

enum verdict
ask_items(struct ask *q)
{
	enum access access = access_to_read((enum access_model)q->node->conf.access, &q->who);
	struct reader *r;

	if (access != ACCESS_GIVEN)
		return ask_refuse_access(q, access);
	if (!q->node->conf.persist)
		return ask_refuse_unsupported(q, S("persistent-items"));
	r = mem_alloc(sizeof(*r));
	*r = (struct reader){ stanza_ref(q->c->stanza), q->node->conf };
	place_read_items(q->place, q->node, on_items, r);
	return DONE;
}
