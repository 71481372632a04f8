/* SPDX-License-Identifier: MIT
 *
 * Answering: the results of a query and its end (XEP-0313 section 4.2), the form, the
 * archive's metadata (section 5).
 *
 * A session's queries are answered one after the other, and the next is begun when the answer
 * to the last has left: so nobody makes the server gather more than a client takes.
 */
#include "base/limits.h"
#include "modules/archive/archive.h"
#include "modules/mod_offline.h"
#include "xmpp/date.h"
#include "xmpp/ns.h"
#include "xmpp/result_set.h"

/* --- one result ----------------------------------------------------------------------- */

/* The stanza's text begins with its start tag, which lacks its namespace. */
static void
write_message(struct xml_writer *w, struct arena *a, struct str text)
{
	static const char tag[] = "<message";

	if (!str_starts(text, str_from_c(tag)))
		return;
	xml_raw(w, str_format(a, "%s xmlns='jabber:client'%.*s", tag,
		       STR_ARG(str_slice(text, sizeof(tag) - 1, SIZE_MAX))));
}

struct stanza *
archive_result(struct arena *a, struct jid owner, struct jid to, struct str query_id,
    const struct store_row *row, struct str before)
{
	struct stanza_head head = {
		.kind = STANZA_MESSAGE,
		.type = MESSAGE_NORMAL,
		.to = to,
		.from = owner,
	};
	struct xml_writer w;

	stanza_begin(&w, a, STANZA_MESSAGE);
	xml_raw(&w, before);
	xml_open(&w, NS_MAM, S("result"));
	if (query_id.at)
		xml_attr(&w, S("queryid"), query_id);
	xml_attr(&w, S("id"), archive_id_show(a, owner, row->id));
	xml_open(&w, NS_FORWARD, S("forwarded"));
	xml_open(&w, NS_DELAY, S("delay"));
	xml_attr(&w, S("stamp"), date_format_usec(a, archive_id_moment(row->id)));
	xml_close(&w);
	write_message(&w, a, row->value);
	xml_close(&w);
	xml_close(&w);
	return stanza_finish(&w, &head);
}

/* --- the queue of a session ----------------------------------------------------------- */

struct asked {
	struct asked *next;
	struct session_id session;
	struct stanza *request;
};

static struct archive_asking *
asking_of(struct session *s)
{
	return module_session_state(&mod_archive, s);
}

static void
asked_free(struct asked **at)
{
	struct asked *q = TAKE(*at);

	stanza_free(&q->request);
	free(q);
}

static struct asked *
take_first(struct archive_asking *asking)
{
	struct asked *q = asking->first;

	asking->first = q->next;
	asking->n--;
	asking->is = ASKING_IDLE;
	return q;
}

void
archive_asking_fini(void *state, struct session *s)
{
	struct archive_asking *asking = state;

	(void)s;
	/* The first is the store's, and freed with its answer. */
	if (asking->is == ASKING_STORE)
		asking->first = asking->first->next;
	while (asking->first) {
		struct asked *q = asking->first;

		asking->first = q->next;
		asked_free(&q);
	}
}

/* --- a page --------------------------------------------------------------------------- */

static void
refuse_asked(struct session *s, const struct asked *q, enum stanza_error error)
{
	AUTO(stanza) answer = NULL;
	struct arena a;

	arena_init(&a, 1024);
	answer =
	    stanza_error_answer(q->request, error, (struct str){ 0 }, (struct str){ 0 }, &a);
	session_deliver(s, answer);
	arena_fini(&a);
}

/* As many as fit, one at least. */
struct archive_page
archive_page_of(const struct archive_query *q, const struct store_rows *rows)
{
	size_t n, bytes = 0;

	for (n = 0; n < rows->n; n++) {
		bytes += rows->row[n].value.len;
		if (n > 0 && bytes > ARCHIVE_PAGE_BYTES)
			break;
	}
	return (struct archive_page){ q, rows, n };
}

/* Rows are in the order of the page's direction; this is the i-th oldest. */
static const struct store_row *
row_by_age(const struct archive_page *p, size_t i)
{
	return &p->rows->row[p->query->store.backwards ? p->n - 1 - i : i];
}

const struct store_row *
archive_page_row(const struct archive_page *p, size_t i)
{
	return row_by_age(p, p->query->flip ? p->n - 1 - i : i);
}

static void
send_rows(struct session *s, const struct archive_page *p)
{
	struct jid owner = s->account->jid;
	struct arena a;

	arena_init(&a, 4096);
	for (size_t i = 0; i < p->n; i++) {
		AUTO(stanza)
		result = archive_result(&a, owner, s->jid, p->query->query_id,
		    archive_page_row(p, i), (struct str){ 0 });

		session_deliver_kept(s, result);
		arena_reset(&a);
	}
	arena_fini(&a);
}

void
archive_page_end(struct xml_writer *w, struct jid owner, const struct archive_page *p)
{
	const struct store_query *q = &p->query->store;
	bool counted = q->what == STORE_ARCHIVE && p->rows->count != STORE_UNKNOWN;
	struct result_set_page page = {
		.index = counted ? p->rows->index : RESULT_SET_UNKNOWN,
		.count = counted ? p->rows->count : RESULT_SET_UNKNOWN,
	};

	if (p->n > 0) {
		page.first = archive_id_show(w->arena, owner, row_by_age(p, 0)->id);
		page.last = archive_id_show(w->arena, owner, row_by_age(p, p->n - 1)->id);
	}
	if (counted && q->backwards)
		page.index += p->rows->n - p->n; /* the oldest did not fit */
	xml_open(w, NS_MAM, S("fin"));
	if (p->n == p->rows->n && !p->rows->more && !p->query->more)
		xml_attr(w, S("complete"), S("true"));
	result_set_write(w, &page);
	xml_close(w);
}

static void
send_end(struct session *s, const struct asked *asked, const struct archive_page *p)
{
	struct stanza_head head = { .kind = STANZA_IQ,
		.type = IQ_RESULT,
		.to = s->jid,
		.from = asked->request->to,
		.id = asked->request->id };
	AUTO(stanza) end = NULL;
	struct xml_writer w;
	struct arena a;

	arena_init(&a, 1024);
	stanza_begin(&w, &a, STANZA_IQ);
	archive_page_end(&w, s->account->jid, p);
	end = stanza_finish(&w, &head);
	session_deliver(s, end);
	arena_fini(&a);
}

/* Section 5.1.1: who has read this part of his archive needs none of it from elsewhere. */
static void
note_seen(struct session *s, const struct archive_page *p)
{
	const struct store_query *asked = &p->query->store;
	bool all = asked->what == STORE_ARCHIVE && !asked->contact.len && !asked->text.len;
	uint64_t first, last;

	if (!all || p->n == 0)
		return;
	first = row_by_age(p, 0)->id;
	last = row_by_age(p, p->n - 1)->id;
	/* Between where the page begins and its messages there are no others. */
	if (asked->from && asked->backwards)
		last = asked->from - 1;
	if (asked->from && !asked->backwards)
		first = asked->from + 1;
	offline_seen(s, first, last);
}

static void ask_next(struct session *s);

/* The answer to the first is over. */
static void
go_on(struct session *s)
{
	struct asked *asked = take_first(asking_of(s));

	asked_free(&asked);
	ask_next(s);
}

static void
on_page(void *waiter, const struct store_rows *rows)
{
	struct asked *asked = waiter;
	struct session *s = session_find(asked->session);
	struct archive_query q;
	struct archive_page page;
	struct arena a;

	if (!s || s->ended) {
		asked_free(&asked);
		return;
	}
	arena_init(&a, 4096);
	if (rows->status == E_NOT_FOUND) {
		refuse_asked(s, asked, ERR_ITEM_NOT_FOUND);
	} else if (rows->status != OK) {
		refuse_asked(s, asked, ERR_RESOURCE_CONSTRAINT);
	} else if (archive_query_read(
		       stanza_payload(asked->request), s->account->jid, &a, &q) == ERR_NONE) {
		page = archive_page_of(&q, rows);
		send_rows(s, &page);
		send_end(s, asked, &page);
		note_seen(s, &page);
	}
	arena_fini(&a);
	/* It stays the first until the client has its answer. */
	asking_of(s)->is = ASKING_LEAVING;
	session_tell_sent(s);
}

static void
ask_next(struct session *s)
{
	struct archive_asking *asking = asking_of(s);
	struct archive_query q;
	struct arena a;

	if (!asking->first || asking->is != ASKING_IDLE)
		return;
	if (archive_of(s->account)->retracting > 0)
		return; /* what was taken back before is not to be seen any more */
	asking->is = ASKING_STORE;
	arena_init(&a, 4096);
	if (archive_query_read(
		stanza_payload(asking->first->request), s->account->jid, &a, &q) == ERR_NONE)
		store_read(account_store(), &q.store, on_page, asking->first);
	arena_fini(&a);
}

void
archive_ask_again(struct account *a)
{
	list_each (link, &a->sessions)
		ask_next(list_entry(link, struct session, in_account));
}

/* --- requests ------------------------------------------------------------------------- */

static bool
is_own(const struct call *c)
{
	return c->session && jid_eq_bare(c->stanza->from, c->account->jid);
}

enum verdict
archive_on_query(struct call *c)
{
	struct archive_asking *asking;
	struct archive_query q;
	struct asked *asked, **end;
	enum stanza_error error;

	if (!is_own(c))
		return refuse(c, ERR_FORBIDDEN);
	error = archive_query_read(c->payload, c->account->jid, c->arena, &q);
	if (error != ERR_NONE)
		return refuse(c, error);
	asking = asking_of(c->session);
	if (asking->n == ARCHIVE_QUERIES_MAX)
		return refuse(c, ERR_RESOURCE_CONSTRAINT);
	asked = mem_alloc(sizeof(*asked));
	*asked = (struct asked){ NULL, c->session->id, stanza_ref(c->stanza) };
	for (end = &asking->first; *end; end = &(*end)->next)
		;
	*end = asked;
	asking->n++;
	module_count(&mod_archive, ARCHIVE_QUERIES, 1);
	ask_next(c->session);
	return DONE;
}

/* The answer has left. */
enum verdict
archive_on_sent(struct call *c)
{
	if (asking_of(c->session)->is == ASKING_LEAVING)
		go_on(c->session);
	return PASS;
}

enum verdict
archive_on_form(struct call *c)
{
	struct xml_writer w;

	if (!is_own(c))
		return refuse(c, ERR_FORBIDDEN);
	iq_result_begin(c, &w);
	archive_form_write(&w);
	return iq_result_finish(c, &w);
}

/* --- metadata ------------------------------------------------------------------------- */

/* The first message, then the last. */
struct ends {
	struct stanza *request;
	uint64_t first;
	struct jid owner; /* its text is behind the structure */
};

static void
write_end(struct xml_writer *w, struct arena *a, struct jid owner, struct str name, uint64_t id)
{
	xml_open(w, S(""), name);
	xml_attr(w, S("id"), archive_id_show(a, owner, id));
	xml_attr(w, S("timestamp"), date_format_usec(a, archive_id_moment(id)));
	xml_close(w);
}

static void
answer_ends(const struct ends *e, uint64_t last)
{
	struct xml_writer w;
	struct arena a;

	arena_init(&a, 1024);
	xml_begin_inner(&w, &a, NS_CLIENT);
	xml_open(&w, NS_MAM, S("metadata"));
	if (last) {
		write_end(&w, &a, e->owner, S("start"), e->first);
		write_end(&w, &a, e->owner, S("end"), last);
	}
	xml_close(&w);
	route_result(e->request, xml_written(&w));
	arena_fini(&a);
}

static void
ends_free(struct ends **at)
{
	struct ends *e = TAKE(*at);

	stanza_free(&e->request);
	free(e);
}

static void
read_end(struct ends *e, bool last, store_rows_fn *on_rows)
{
	struct store_query q = {
		.what = STORE_ARCHIVE,
		.owner = jid_full(e->owner),
		.backwards = last,
		.limit = 1,
	};

	store_read(account_store(), &q, on_rows, e);
}

static void
on_last(void *waiter, const struct store_rows *rows)
{
	struct ends *e = waiter;

	if (rows->status == OK)
		answer_ends(e, rows->n ? rows->row[0].id : 0);
	else
		route_bounce(e->request, ERR_RESOURCE_CONSTRAINT);
	ends_free(&e);
}

static void
on_first(void *waiter, const struct store_rows *rows)
{
	struct ends *e = waiter;

	if (rows->status != OK) {
		route_bounce(e->request, ERR_RESOURCE_CONSTRAINT);
		ends_free(&e);
		return;
	}
	e->first = rows->n ? rows->row[0].id : 0;
	read_end(e, true, on_last);
}

void
archive_tell_ends(const struct stanza *request, struct jid owner)
{
	struct ends *e = mem_alloc(sizeof(*e) + jid_full(owner).len);
	char *at = (char *)(e + 1);

	*e = (struct ends){ .request = stanza_ref(request), .owner = owner };
	e->owner.text = str_place(&at, jid_full(owner)).at;
	read_end(e, false, on_first);
}

enum verdict
archive_on_metadata(struct call *c)
{
	if (!is_own(c))
		return refuse(c, ERR_FORBIDDEN);
	archive_tell_ends(c->stanza, c->account->jid);
	return DONE;
}
