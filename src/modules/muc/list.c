/* SPDX-License-Identifier: MIT
 *
 * The rooms that are listed (XEP-0045 section 6.3): rows of the service, each written with the
 * room's own. So whoever asks for the list asks the store, and no worker keeps it.
 *
 * A page from the beginning, or behind a room, is read as such. One from the end, or from a
 * place, needs all of them; only then it is known how many there are.
 */
#include "base/limits.h"
#include "modules/muc/service.h"
#include "router/service.h"
#include "xmpp/ns.h"
#include "xmpp/result_set.h"

/* (service, KIND_LISTED, room) -> its name */
#define KIND_LISTED S("room-listed")

void
room_list(struct room *r, struct store_batch *b)
{
	struct str service = jid_domain(r->jid);

	if (r->conf->is_public && !r->locked && !r->destroyed)
		store_put(b, service, KIND_LISTED, jid_full(r->jid),
		    r->conf->name.len ? r->conf->name : jid_local(r->jid));
	else
		store_remove(b, service, KIND_LISTED, jid_full(r->jid));
}

/* --- the answer ----------------------------------------------------------------------- */

/* Of all rows, or those behind the one that was named. */
struct page {
	size_t first, n;
	bool counted;
};

/* The first that is not before it. */
static size_t
place_of(const struct store_rows *rows, struct str item)
{
	size_t i = 0;

	while (i < rows->n && str_cmp(rows->row[i].item, item) < 0)
		i++;
	return i;
}

static struct page
page_of(const struct store_rows *rows, const struct result_set_request *q)
{
	size_t end = rows->n, first = 0;

	switch (q->from) {
	case RESULT_SET_FIRST:
	case RESULT_SET_AFTER: /* those before it were not read */
		return (struct page){ 0, end < q->max ? end : q->max, false };
	case RESULT_SET_BEFORE:
		end = place_of(rows, q->id);
		first = end > q->max ? end - q->max : 0;
		break;
	case RESULT_SET_LAST:
		first = end > q->max ? end - q->max : 0;
		break;
	case RESULT_SET_INDEX:
		first = q->index < end ? (size_t)q->index : end;
		if (end - first > q->max)
			end = first + q->max;
		break;
	}
	return (struct page){ first, end - first, true };
}

static void
write_rooms(struct xml_writer *w, const struct store_rows *rows, struct page p)
{
	for (size_t i = p.first; i < p.first + p.n; i++) {
		xml_open(w, S(""), S("item"));
		xml_attr(w, S("jid"), rows->row[i].item);
		xml_attr(w, S("name"), rows->row[i].value);
		xml_close(w);
	}
}

static struct str
make_answer(struct arena *a, const struct store_rows *rows, const struct result_set_request *q)
{
	struct page p = page_of(rows, q);
	struct result_set_page set = {
		.first = p.n ? rows->row[p.first].item : S(""),
		.last = p.n ? rows->row[p.first + p.n - 1].item : S(""),
		.index = p.counted ? p.first : RESULT_SET_UNKNOWN,
		.count = p.counted ? rows->n : RESULT_SET_UNKNOWN,
	};
	/* Without a bound on their number all were read. */
	bool all = q->from == RESULT_SET_FIRST && (p.n == rows->n || q->max == 0);
	struct xml_writer w;

	if (all) {
		set.index = p.n ? 0 : RESULT_SET_UNKNOWN;
		set.count = rows->n;
	}
	xml_begin_inner(&w, a, NS_CLIENT);
	xml_open(&w, NS_DISCO_ITEMS, S("query"));
	write_rooms(&w, rows, p);
	if (q->asked || !all)
		result_set_write(&w, &set);
	xml_close(&w);
	return xml_written(&w);
}

static void
on_rows(void *waiter, const struct store_rows *rows)
{
	struct stanza *request = waiter;
	struct result_set_request q;
	struct arena a;

	arena_init(&a, 4096);
	if (rows->status != OK)
		route_bounce(request, ERR_RESOURCE_CONSTRAINT);
	else if (result_set_read(&a,
		     elem_child(stanza_payload(request), NS_RESULT_SET, S("set")),
		     ROOM_LIST_MAX, &q) == OK)
		route_result(request, make_answer(&a, rows, &q));
	arena_fini(&a);
	stanza_free(&request);
}

enum verdict
muc_on_rooms(struct call *c)
{
	struct store_query q = {
		.what = STORE_ITEMS,
		.owner = c->service->name,
		.kinds = { KIND_LISTED },
		.n_kinds = 1,
	};
	struct result_set_request wanted;

	if (elem_attr_or_none(c->payload, S("node"), c->arena).len)
		return refuse(c, ERR_ITEM_NOT_FOUND);
	if (result_set_read(c->arena, elem_child(c->payload, NS_RESULT_SET, S("set")),
		ROOM_LIST_MAX, &wanted) != OK)
		return refuse(c, ERR_BAD_REQUEST);
	if (wanted.from == RESULT_SET_AFTER)
		q.item = wanted.id;
	if (wanted.max > 0 &&
	    (wanted.from == RESULT_SET_FIRST || wanted.from == RESULT_SET_AFTER))
		q.limit = wanted.max + 1;
	store_read(account_store(), &q, on_rows, stanza_ref(c->stanza));
	return DONE;
}
