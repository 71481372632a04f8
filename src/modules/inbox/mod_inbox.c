/* SPDX-License-Identifier: MIT
 *
 * mod_inbox: the conversations of an account, each with its last message and what is unread.
 *
 * Source   XEP-0430 0.2.0; displayed markers of XEP-0333 1.0.0 and XEP-0490 1.0.1
 * Reacts   iq-get {urn:xmpp:inbox:1}inbox to one's own account; a message with a displayed
 *          marker from one of its sessions; an item of the account's node of what it has read
 * Keeps    "displayed": for each contact the id of the archive up to which was read
 *
 * A marker is understood when the store has said which message it names. Who asks for the
 * inbox or the total meanwhile waits for that.
 */
#include "modules/inbox/inbox.h"

#include "base/limits.h"
#include "base/pack.h"
#include "modules/archive/archive.h"
#include "modules/list.h"
#include "xml/parser.h"
#include "xmpp/ns.h"
#include "xmpp/result_set.h"

#define KIND_DISPLAYED S("displayed")

enum { ID_BYTES = 8 };

/* What somebody asked for, begun when all markers before it are understood. */
struct asked_inbox {
	struct asked_inbox *next;
	void (*begin)(struct asked_inbox *asked);
	void (*give_up)(struct asked_inbox *asked);
};

struct inbox {
	uint32_t marks;              /* that are not understood yet */
	struct asked_inbox *waiting; /* until there are none; the last that came first */
};

static struct inbox *
inbox_of(struct account *a)
{
	return module_account_state(&mod_inbox, a);
}

static void
begin_or_wait(struct account *a, struct asked_inbox *asked)
{
	struct inbox *inbox = inbox_of(a);

	if (inbox->marks == 0) {
		asked->begin(asked);
		return;
	}
	asked->next = inbox->waiting;
	inbox->waiting = asked;
}

static void
begin_waiting(struct account *a)
{
	struct asked_inbox *asked, *first = NULL, *waiting = TAKE(inbox_of(a)->waiting);

	while ((asked = waiting)) { /* in the order in which they came */
		waiting = asked->next;
		asked->next = first;
		first = asked;
	}
	while ((asked = first)) {
		first = asked->next;
		asked->begin(asked);
	}
}

static void
fini(void *state, struct account *a)
{
	struct inbox *inbox = state;

	(void)a;
	while (inbox->waiting) {
		struct asked_inbox *asked = inbox->waiting;

		inbox->waiting = asked->next;
		asked->give_up(asked);
	}
}

/* --- up to where was read ------------------------------------------------------------- */

/* A message that was displayed, and whether that is news. */
struct displayed {
	struct account *account; /* held */
	uint64_t id;
	size_t contact_len;
	char contact[]; /* bare */
};

static struct displayed *
displayed_new(struct account *a, struct jid contact, uint64_t id)
{
	struct str bare = jid_bare(contact);
	struct displayed *d = mem_alloc(sizeof(*d) + bare.len);

	d->account = a;
	d->id = id;
	d->contact_len = bare.len;
	memcpy(d->contact, bare.at, bare.len);
	account_hold(a);
	inbox_of(a)->marks++;
	return d;
}

static void
displayed_free(struct displayed **at)
{
	struct displayed *d = TAKE(*at);
	struct inbox *inbox = inbox_of(d->account);

	/* Fewer when the account was read again meanwhile. */
	if (inbox->marks > 0 && --inbox->marks == 0)
		begin_waiting(d->account);
	account_release(d->account);
	free(d);
}

static struct str
contact_of(const struct displayed *d)
{
	return str_of(d->contact, d->contact_len);
}

static void
put(const struct displayed *d)
{
	struct store_batch *b = store_batch_new(account_store());
	char value[ID_BYTES];

	pack_uint(value, d->id, ID_BYTES);
	store_put(b, jid_full(d->account->jid), KIND_DISPLAYED, contact_of(d),
	    str_of(value, sizeof(value)));
	store_commit(&b, NULL, NULL); /* the next marker says it again */
}

/* XEP-0333 section 5: markers only move forward. */
static void
on_mark(void *waiter, const struct store_rows *rows)
{
	struct displayed *d = waiter;
	uint64_t before = 0;

	if (rows->status == OK && rows->n > 0)
		before = unpack_uint(&(struct unpack){ rows->row[0].value }, ID_BYTES);
	if (rows->status == OK && d->id > before)
		put(d);
	displayed_free(&d);
}

static void
compare(struct displayed *d)
{
	struct store_query q = {
		.what = STORE_ITEM,
		.owner = jid_full(d->account->jid),
		.kinds = { KIND_DISPLAYED },
		.n_kinds = 1,
		.item = contact_of(d),
	};

	store_read(account_store(), &q, on_mark, d);
}

void
inbox_read(struct account *a, struct jid contact, uint64_t id)
{
	compare(displayed_new(a, contact, id));
}

/* A marker names the message as its sender did. */
static void
on_named(void *waiter, const struct store_rows *rows)
{
	struct displayed *d = waiter;

	if (rows->status != OK || rows->n == 0) {
		displayed_free(&d);
		return;
	}
	d->id = rows->row[0].id;
	compare(d);
}

static enum verdict
on_sent(struct call *c)
{
	struct elem e = elem_child(stanza_root(c->stanza), NS_MARKERS, S("displayed"));
	struct store_query q = {
		.what = STORE_NAMED,
		.owner = jid_full(c->account->jid),
		.contact = jid_full(c->stanza->to),
		.text = elem_attr_or_none(e, S("id"), c->arena),
	};

	if (!elem_exists(e) || q.text.len == 0 || jid_is_empty(c->stanza->to) ||
	    c->stanza->type == MESSAGE_ERROR || c->stanza->type == MESSAGE_GROUPCHAT)
		return PASS;
	store_read(account_store(), &q, on_named, displayed_new(c->account, c->stanza->to, 0));
	return PASS;
}

/* XEP-0490: one's own devices say it to each other, by the archive's own id. */
static enum verdict
on_published(struct call *c)
{
	const struct published *p = c->published;
	AUTO(frozen) xml = NULL;
	struct jid contact;
	struct elem id;
	uint64_t read;

	if (!str_eq(p->node, NS_DISPLAYED) || jid_parse(c->arena, p->item, &contact) != OK ||
	    xml_parse(p->payload, &xml_bounds_stored, &xml) != OK)
		return PASS;
	id = elem_child(frozen_root(xml), NS_STANZA_ID, S("stanza-id"));
	if (elem_exists(id) && archive_id_read(elem_attr_or_none(id, S("id"), c->arena),
				   c->account->jid, &read) == OK)
		inbox_read(c->account, contact, read);
	return PASS;
}

/* --- conversations -------------------------------------------------------------------- */

static struct store_query
talks_of(struct account *a)
{
	return (struct store_query){
		.what = STORE_TALKS,
		.owner = jid_full(a->jid),
		.kinds = { KIND_DISPLAYED },
		.n_kinds = 1,
	};
}

struct totalling {
	struct asked_inbox asked; /* first */
	struct account *account;  /* held */
	inbox_total_fn *total;
	void *waiter;
};

static void
end_total(struct totalling *t, enum status s, uint64_t n)
{
	t->total(t->waiter, t->account, s, n);
	account_release(t->account);
	free(t);
}

static void
on_talks_for_total(void *waiter, const struct store_rows *rows)
{
	uint64_t n = 0;

	for (size_t i = 0; i < rows->n; i++)
		n += rows->row[i].n;
	end_total(waiter, rows->status, n);
}

static void
begin_total(struct asked_inbox *asked)
{
	struct totalling *t = (struct totalling *)asked;
	struct store_query q = talks_of(t->account);

	store_read(account_store(), &q, on_talks_for_total, t);
}

static void
give_up_total(struct asked_inbox *asked)
{
	end_total((struct totalling *)asked, E_IO, 0);
}

void
inbox_total(struct account *a, inbox_total_fn *total, void *waiter)
{
	struct totalling *t = mem_alloc(sizeof(*t));

	*t = (struct totalling){
		.asked = { .begin = begin_total, .give_up = give_up_total },
		.account = a,
		.total = total,
		.waiter = waiter,
	};
	account_hold(a);
	begin_or_wait(a, &t->asked);
}

/* --- requests ------------------------------------------------------------------------- */

struct talk {
	struct str contact; /* in the request's arena */
	uint64_t last, message;
	uint64_t unread;
};

/* A request, from its arrival to the last entry of its answer. */
struct opening {
	struct asked_inbox asked; /* first */
	struct session_id session;
	struct account *account; /* held */
	struct stanza *request;
	struct arena arena;
	struct talk *talk; /* those of the page, newest first */
	size_t n;
	uint64_t total, with_unread, unread; /* of all conversations */
	struct result_set_page page;
};

static void
opening_free(struct opening **at)
{
	struct opening *o = TAKE(*at);

	account_release(o->account);
	stanza_free(&o->request);
	arena_fini(&o->arena);
	free(o);
}

static void
send_entry(struct session *s, struct opening *o, const struct talk *t,
    const struct store_row *message, struct arena *a)
{
	struct jid owner = o->account->jid;
	AUTO(stanza) entry = NULL;
	struct stanza_head head = {
		.kind = STANZA_MESSAGE,
		.type = MESSAGE_NORMAL,
		.to = s->jid,
		.from = owner,
	};
	struct xml_writer w;
	struct str markup;

	xml_begin_inner(&w, a, NS_CLIENT);
	xml_open(&w, NS_INBOX, S("entry"));
	xml_attr_u64(&w, S("unread"), t->unread);
	xml_attr(&w, S("jid"), t->contact);
	xml_attr(&w, S("id"), archive_id_show(a, owner, t->last));
	xml_close(&w);
	markup = xml_written(&w);
	if (message) {
		entry = archive_result(a, owner, s->jid, o->request->id, message, markup);
	} else {
		stanza_begin(&w, a, STANZA_MESSAGE);
		xml_raw(&w, markup);
		entry = stanza_finish(&w, &head);
	}
	session_deliver_kept(s, entry);
}

static void
send_end(struct session *s, struct opening *o, struct arena *a)
{
	AUTO(stanza) end = NULL;
	struct stanza_head head = { .kind = STANZA_IQ,
		.type = IQ_RESULT,
		.to = s->jid,
		.from = o->request->to,
		.id = o->request->id };
	struct xml_writer w;

	stanza_begin(&w, a, STANZA_IQ);
	xml_open(&w, NS_INBOX, S("fin"));
	xml_attr_u64(&w, S("total"), o->total);
	xml_attr_u64(&w, S("unread"), o->with_unread);
	xml_attr_u64(&w, S("all-unread"), o->unread);
	result_set_write(&w, &o->page);
	xml_close(&w);
	end = stanza_finish(&w, &head);
	session_deliver(s, end);
}

/* rows: the messages, by age; none when they were not asked for. */
static void
send_all(struct session *s, struct opening *o, const struct store_rows *rows)
{
	struct arena a;

	arena_init(&a, 4096);
	for (size_t i = 0; i < o->n; i++) {
		const struct store_row *message = NULL;

		for (size_t k = 0; rows && k < rows->n && !message; k++)
			if (rows->row[k].id == o->talk[i].message)
				message = &rows->row[k];
		send_entry(s, o, &o->talk[i], message, &a);
		arena_reset(&a);
	}
	send_end(s, o, &a);
	arena_fini(&a);
}

static void
on_messages(void *waiter, const struct store_rows *rows)
{
	struct opening *o = waiter;
	struct session *s = session_find(o->session);

	if (rows->status != OK)
		route_bounce(o->request, ERR_RESOURCE_CONSTRAINT);
	else if (s && !s->ended)
		send_all(s, o, rows);
	opening_free(&o);
}

/* --- a page --------------------------------------------------------------------------- */

/* The last activity first. */
static int
newest_first(const void *a, const void *b)
{
	uint64_t x = ((const struct talk *)a)->last, y = ((const struct talk *)b)->last;

	return (x < y) - (x > y);
}

static void
take_rows(struct opening *o, const struct store_rows *rows, bool unread_only)
{
	o->talk = arena_alloc(&o->arena, rows->n * sizeof(*o->talk));
	o->total = rows->n;
	for (size_t i = 0; i < rows->n; i++) {
		const struct store_row *r = &rows->row[i];

		o->unread += r->n;
		o->with_unread += r->n > 0;
		if (r->n > 0 || !unread_only)
			o->talk[o->n++] = (struct talk){ str_copy(&o->arena, r->item), r->id,
				r->other, r->n };
	}
	qsort(o->talk, o->n, sizeof(*o->talk), newest_first);
}

/* Place of the conversation that the request names; n when there is none. */
static size_t
place_of(const struct opening *o, struct str contact)
{
	size_t i = 0;

	while (i < o->n && !str_eq(o->talk[i].contact, contact))
		i++;
	return i;
}

/* Cuts to the page (XEP-0059): ids are the contacts. */
static enum stanza_error
cut(struct opening *o, const struct result_set_request *r)
{
	size_t first = 0, end = o->n, place = o->n;

	if (r->id.len && (place = place_of(o, r->id)) == o->n)
		return ERR_ITEM_NOT_FOUND;
	if (r->from == RESULT_SET_AFTER)
		first = place + 1;
	else if (r->from == RESULT_SET_BEFORE)
		end = place;
	else if (r->from == RESULT_SET_INDEX)
		first = r->index < o->n ? (size_t)r->index : o->n;
	if (end - first > r->max) {
		if (r->from == RESULT_SET_BEFORE || r->from == RESULT_SET_LAST)
			first = end - r->max;
		else
			end = first + r->max;
	}
	o->page = (struct result_set_page){ .index = first, .count = o->n };
	o->talk += first;
	o->n = end - first;
	if (o->n > 0) {
		o->page.first = o->talk[0].contact;
		o->page.last = o->talk[o->n - 1].contact;
	}
	return ERR_NONE;
}

static bool
is_true(struct elem e, struct str name, bool otherwise, struct arena *a)
{
	struct str value;

	if (!elem_attr(e, name, a, &value))
		return otherwise;
	return str_eq(value, S("true")) || str_eq(value, S("1"));
}

static void
ask_messages(struct opening *o)
{
	uint64_t *ids = arena_alloc(&o->arena, o->n * sizeof(*ids));
	struct store_query q = {
		.what = STORE_MESSAGES, .owner = jid_full(o->account->jid), .ids = ids
	};

	for (size_t i = 0; i < o->n; i++)
		if (o->talk[i].message)
			ids[q.n_ids++] = o->talk[i].message;
	store_read(account_store(), &q, on_messages, o);
}

static void
on_talks(void *waiter, const struct store_rows *rows)
{
	struct opening *o = waiter;
	struct session *s = session_find(o->session);
	struct elem e = stanza_payload(o->request);
	struct result_set_request page;
	enum stanza_error error = ERR_RESOURCE_CONSTRAINT;

	if (rows->status == OK) {
		take_rows(o, rows, is_true(e, S("unread-only"), false, &o->arena));
		error = ERR_BAD_REQUEST;
		if (result_set_read(&o->arena, elem_child(e, NS_RESULT_SET, S("set")),
			INBOX_PAGE_MAX, &page) == OK)
			error = cut(o, &page);
	}
	if (error != ERR_NONE) {
		route_bounce(o->request, error);
		opening_free(&o);
	} else if (is_true(e, S("messages"), true, &o->arena)) {
		ask_messages(o);
	} else {
		if (s && !s->ended)
			send_all(s, o, NULL);
		opening_free(&o);
	}
}

static void
open_now(struct asked_inbox *asked)
{
	struct opening *o = (struct opening *)asked;
	struct store_query q = talks_of(o->account);

	store_read(account_store(), &q, on_talks, o);
}

static void
give_up_opening(struct asked_inbox *asked)
{
	struct opening *o = (struct opening *)asked;

	route_bounce(o->request, ERR_RESOURCE_CONSTRAINT);
	opening_free(&o);
}

static enum verdict
on_get(struct call *c)
{
	struct opening *o;

	if (!c->session || !jid_eq_bare(c->stanza->from, c->account->jid))
		return refuse(c, ERR_FORBIDDEN);
	o = mem_zalloc(sizeof(*o));
	o->asked.begin = open_now;
	o->asked.give_up = give_up_opening;
	o->session = c->session->id;
	o->account = c->account;
	o->request = stanza_ref(c->stanza);
	arena_init(&o->arena, 4096);
	account_hold(c->account);
	begin_or_wait(c->account, &o->asked);
	return DONE;
}

static const struct feature features[] = {
	{ NS_INBOX, SERVER | ACCOUNT },
};

static const struct hook hooks[] = {
	{ ON_IQ_GET, ACCOUNT, NS_INBOX, S("inbox"), HANDLE, on_get },
	{ .on = ON_MESSAGE, .at = SENT, .in = RECORD, .run = on_sent },
	{ .on = ON_PUBLISHED, .in = RECORD, .run = on_published },
};

const struct module mod_inbox = {
	.name = "inbox",
	.doc = "Tells clients their conversations, with what is unread in them.",
	.specs = LIST(struct spec, { XEP, 430, "0.2.0", "complete, without fastenings" },
	    { XEP, 333, "1.0.0", "displayed, for the inbox" }),
	.features = TABLE(features),
	.needs = LIST(const char *const, "archive"),
	.account_bytes = sizeof(struct inbox),
	.account_fini = fini,
	.hooks = TABLE(hooks),
};
