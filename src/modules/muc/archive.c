/* SPDX-License-Identifier: MIT
 *
 * The room's archive (XEP-0313 section 6): what was said, as everybody got it, and by whom,
 * which only those are told who may see addresses.
 *
 * The text that is kept is the message, with its sender's address in <x xmlns='...muc#user'/>
 * as the last child. No client can put one there (claims.c).
 */
#include "modules/archive/archive.h"

#include "base/limits.h"
#include "modules/muc/service.h"
#include "xmpp/ns.h"

/* --- what is kept --------------------------------------------------------------------- */

static struct str
text_to_keep(
    struct call *c, const struct occupant *by, struct jid real, const struct stanza *st)
{
	AUTO(stanza) named = NULL;
	struct xml_writer w;

	xml_begin_inner(&w, c->arena, NS_CLIENT);
	xml_open(&w, NS_MUC_USER, S("x"));
	xml_open(&w, S(""), S("item"));
	xml_attr(&w, S("affiliation"),
	    room_affiliation_name((enum room_affiliation)by->affiliation));
	xml_attr(&w, S("jid"), jid_full(real));
	xml_attr(&w, S("role"), room_role_name((enum room_role)by->role));
	xml_close(&w);
	xml_close(&w);
	named = stanza_with(st, xml_written(&w), c->arena);
	return stanza_text(named, c->arena);
}

void
room_archive(struct call *c, struct room *r, const struct occupant *by, uint64_t id,
    const struct stanza *st)
{
	struct store_message m = {
		.owner = jid_full(r->jid),
		.contact = jid_full(by->jid),
		.id = id,
		.name = st->id,
		.text = text_to_keep(c, by, c->stanza->from, st),
	};

	store_archive(call_rows(c), &m);
}

/* --- as it was sent ------------------------------------------------------------------- */

/* Without the address. */
static struct str
text_for_all(struct str text, struct arena *a)
{
	static const char mark[] = "<x xmlns='http://jabber.org/protocol/muc#user'",
			  end[] = "</message>";
	size_t at = text.len;

	while (at > 0 && !str_starts(str_slice(text, at, SIZE_MAX), str_from_c(mark)))
		at--;
	if (at == 0)
		return text;
	return str_format(a, "%.*s%s", STR_ARG(str_slice(text, 0, at)), end);
}

enum status
room_archived_stanza(
    const struct room *r, struct str text, struct arena *a, struct stanza **out)
{
	(void)r;
	return stanza_from_text(text_for_all(text, a), a, out);
}

/* --- reading -------------------------------------------------------------------------- */

/* A query whose rows are on their way. */
struct asked {
	struct list in_worker;
	struct stanza *request;
	bool addresses; /* who asks may see them */
};

static _Thread_local struct list asking; /* asked.in_worker */

void
room_archive_worker_init(void)
{
	list_init(&asking);
}

/* What is not answered yet is the store's to answer. */
static bool
has_enough(struct jid who)
{
	unsigned n = 0;

	list_each (link, &asking)
		n += jid_eq(list_entry(link, struct asked, in_worker)->request->from, who);
	return n >= ROOM_QUERIES_MAX;
}

static void
asked_free(struct asked **at)
{
	struct asked *asked = TAKE(*at);

	list_remove(&asked->in_worker);
	stanza_free(&asked->request);
	free(asked);
}

static void
send_page(const struct asked *asked, const struct archive_page *p, struct arena *a)
{
	struct jid room = asked->request->to;
	struct xml_writer w;

	for (size_t i = 0; i < p->n; i++) {
		struct store_row row = *archive_page_row(p, i);

		if (!asked->addresses)
			row.value = text_for_all(row.value, a);
		route(archive_result(a, room, asked->request->from, p->query->query_id, &row,
		    (struct str){ 0 }));
	}
	xml_begin_inner(&w, a, NS_CLIENT);
	archive_page_end(&w, room, p);
	route_result(asked->request, xml_written(&w));
}

static void
on_page(void *waiter, const struct store_rows *rows)
{
	struct asked *asked = waiter;
	struct archive_query q;
	struct archive_page page;
	struct arena a;

	arena_init(&a, 4096);
	if (rows->status == E_NOT_FOUND) {
		route_bounce(asked->request, ERR_ITEM_NOT_FOUND);
	} else if (rows->status != OK) {
		route_bounce(asked->request, ERR_RESOURCE_CONSTRAINT);
	} else if (archive_query_read(stanza_payload(asked->request), asked->request->to, &a,
		       &q) == ERR_NONE) {
		page = archive_page_of(&q, rows);
		send_page(asked, &page, &a);
	}
	arena_fini(&a);
	asked_free(&asked);
}

/* Section 6.1: who could come in and listen. */
static bool
may_read(const struct room *r, struct jid who, const struct seat *by)
{
	enum room_affiliation has = room_affiliation(r, who);

	if (by)
		return true;
	return rules_may_enter(has, r->conf->members_only) &&
	       (str_is_empty(r->conf->password) || has >= ROOM_MEMBER);
}

enum verdict
room_on_query(struct call *c, struct room *r, struct seat *by)
{
	struct asked *asked;
	struct archive_query q;
	enum stanza_error error;

	if (!may_read(r, c->stanza->from, by))
		return refuse(c, ERR_FORBIDDEN);
	error = archive_query_read(c->payload, r->jid, c->arena, &q);
	if (error != ERR_NONE)
		return refuse(c, error);
	if (has_enough(c->stanza->from))
		return refuse(c, ERR_RESOURCE_CONSTRAINT);
	asked = mem_alloc(sizeof(*asked));
	*asked = (struct asked){
		.request = stanza_ref(c->stanza),
		.addresses = room_shows_addresses(
		    r, by ? (enum room_role)by->occupant->role : ROOM_ABSENT),
	};
	list_append(&asking, &asked->in_worker);
	store_read(account_store(), &q.store, on_page, asked);
	return DONE;
}

enum verdict
room_on_query_form(struct call *c, struct room *r, struct seat *by)
{
	struct xml_writer w;

	if (!may_read(r, c->stanza->from, by))
		return refuse(c, ERR_FORBIDDEN);
	iq_result_begin(c, &w);
	archive_form_write(&w);
	return iq_result_finish(c, &w);
}

enum verdict
room_on_metadata(struct call *c, struct room *r, struct seat *by)
{
	if (!may_read(r, c->stanza->from, by))
		return refuse(c, ERR_FORBIDDEN);
	archive_tell_ends(c->stanza, r->jid);
	return DONE;
}
