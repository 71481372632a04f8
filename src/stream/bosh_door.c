/* SPDX-License-Identifier: MIT
 *
 * Where the requests of BOSH come in. The worker of the HTTP connection reads the body and
 * sends it to the door, the worker that the session's id begins with; the door sends it on to
 * where the session is. Letters between two workers keep their order, so a request never
 * overtakes the session that is on the way home.
 *
 * Whoever has a request answers it, exactly once.
 */
#include "base/encode.h"
#include "base/limits.h"
#include "base/random.h"
#include "base/table.h"
#include "loop/worker.h"
#include "router/host.h"
#include "stream/bosh.h"
#include "stream/conf.h"
#include "stream/routes.h"
#include "stream/stream.h"
#include "xml/writer.h"
#include "xmpp/ns.h"

/* A session whose first request came to this worker. */
struct door {
	unsigned worker; /* where the session is */
	char sid[];      /* terminated */
};

static _Thread_local struct {
	bool ready;
	struct table doors;    /* struct door, of the sessions that began here */
	struct table sessions; /* struct bosh, of those that are here */
} here;

static struct str
sid_of_door(const void *door)
{
	return str_from_c(((const struct door *)door)->sid);
}

static struct str
sid_of_session(const void *session)
{
	return str_from_c(bosh_sid(session));
}

static void
make_ready(void)
{
	if (here.ready)
		return;
	table_init(&here.doors, sid_of_door);
	table_init(&here.sessions, sid_of_session);
	here.ready = true;
}

/* --- requests and answers -------------------------------------------------------------------
 */

void
bosh_request_free(struct bosh_request **r)
{
	struct bosh_request *gone = TAKE(*r);

	if (!gone)
		return;
	frozen_free(&gone->xml);
	free(gone);
}

struct bosh_answer *
bosh_answer_new(struct str type, const struct str *pieces, size_t n)
{
	struct bosh_answer *a;
	size_t len = 0;

	for (size_t i = 0; i < n; i++)
		len += pieces[i].len;
	a = mem_alloc(sizeof(*a) + len);
	atomic_init(&a->refs, 1);
	a->type = type;
	a->is_known = false;
	a->len = 0;
	for (size_t i = 0; i < n; i++) {
		if (pieces[i].len)
			memcpy(a->text + a->len, pieces[i].at, pieces[i].len);
		a->len += pieces[i].len;
	}
	return a;
}

struct bosh_answer *
bosh_answer_ref(struct bosh_answer *a)
{
	atomic_fetch_add_explicit(&a->refs, 1, memory_order_relaxed);
	return a;
}

void
bosh_answer_free(struct bosh_answer **a)
{
	struct bosh_answer *gone = TAKE(*a);

	if (gone && atomic_fetch_sub_explicit(&gone->refs, 1, memory_order_acq_rel) == 1)
		free(gone);
}

struct bosh_answer *
bosh_answer_terminal(struct str type, struct str condition, struct str see_other_uri)
{
	struct bosh_answer *answer;
	struct xml_writer w;
	struct arena a;
	struct str text;

	arena_init(&a, 512);
	xml_begin_inner(&w, &a, S(""));
	xml_open(&w, NS_BOSH, S("body"));
	xml_attr(&w, S("type"), S("terminate"));
	if (condition.len)
		xml_attr(&w, S("condition"), condition);
	if (see_other_uri.len)
		xml_leaf(&w, S(""), S("uri"), see_other_uri);
	xml_close(&w);
	text = xml_written(&w);
	answer = bosh_answer_new(type, &text, 1);
	arena_fini(&a);
	return answer;
}

struct answer_letter {
	struct http_id exchange;
	struct bosh_answer *answer; /* a reference */
};

static void
give(struct http_id exchange, const struct bosh_answer *a)
{
	struct http_exchange *x = http_find(exchange);

	if (!x)
		return;
	if (a->is_known)
		http_authenticated(x);
	http_answer(x, 200, a->type, str_of(a->text, a->len));
}

static void
on_answer(const void *letter)
{
	struct answer_letter l = *(const struct answer_letter *)letter;

	give(l.exchange, l.answer);
	bosh_answer_free(&l.answer);
}

void
bosh_answer_send(struct http_id exchange, struct bosh_answer *a)
{
	struct answer_letter l = { exchange, a };

	if (exchange.worker == (uint32_t)worker_self()) {
		give(exchange, a);
		return;
	}
	bosh_answer_ref(a);
	worker_post(exchange.worker, on_answer, &l, sizeof(l));
}

void
bosh_request_answer(struct bosh_request *r, struct bosh_answer *a)
{
	bosh_answer_send(r->exchange, a);
	bosh_answer_free(&a);
	bosh_request_free(&r);
}

/* Without a session there is no type that was agreed on. */
static struct bosh_answer *
refusal(struct str condition)
{
	return bosh_answer_terminal(
	    bosh_content_type((struct str){ 0 }), condition, (struct str){ 0 });
}

/* --- finding the session ---------------------------------------------------------------------
 */

/* What is sent to a session: a request, or that a client has left. */
struct call_letter {
	struct bosh_request *request; /* taken over */
	bool is_gone;                 /* its exchange, and nothing else is to be done */
};

static void
deliver(struct bosh *b, struct call_letter l)
{
	if (b && l.is_gone) {
		bosh_client_left(b, l.request->exchange);
		bosh_request_free(&l.request);
	} else if (b) {
		bosh_take(b, l.request);
	} else if (l.is_gone) {
		bosh_request_free(&l.request); /* the session's end has answered it */
	} else {
		bosh_request_answer(l.request,
		    refusal(streams_are_ending() ? S("system-shutdown") : S("item-not-found")));
	}
}

static void
at_session(const void *letter)
{
	struct call_letter l = *(const struct call_letter *)letter;

	make_ready();
	deliver(table_get(&here.sessions, str_from_c(l.request->sid)), l);
}

static void
at_door(const void *letter)
{
	struct call_letter l = *(const struct call_letter *)letter;
	struct door *d;

	make_ready();
	d = table_get(&here.doors, str_from_c(l.request->sid));
	if (!d)
		deliver(NULL, l);
	else if (d->worker == (unsigned)worker_self())
		at_session(&l);
	else
		worker_post(d->worker, at_session, &l, sizeof(l));
}

/* "0a" in front of the token: the door's worker. False: of no worker. */
static bool
door_of(const char *sid, unsigned *out)
{
	struct arena a;
	struct str byte;
	bool found;

	arena_init(&a, 64);
	found = hex_decode(&a, str_slice(str_from_c(sid), 0, 2), &byte) == OK &&
		byte.len == 1 && (unsigned char)byte.at[0] < workers_count();
	if (found)
		*out = (unsigned char)byte.at[0];
	arena_fini(&a);
	return found;
}

static void
send_to_session(struct call_letter l)
{
	unsigned door;

	if (!door_of(l.request->sid, &door))
		deliver(NULL, l);
	else if (door == (unsigned)worker_self())
		at_door(&l);
	else
		worker_post(door, at_door, &l, sizeof(l));
}

/* --- the doors -------------------------------------------------------------------------------
 */

struct str
bosh_door_sid(struct arena *a)
{
	return str_format(
	    a, "%02x%.*s", (unsigned)worker_self(), STR_ARG(random_token(a, BOSH_SID_BYTES)));
}

void
bosh_door_open(const char *sid, struct bosh *b)
{
	struct door *d = mem_alloc(sizeof(*d) + strlen(sid) + 1);

	make_ready();
	d->worker = (unsigned)worker_self();
	memcpy(d->sid, sid, strlen(sid) + 1);
	table_put(&here.doors, d);
	table_put(&here.sessions, b);
}

void
bosh_door_leave(const char *sid, unsigned worker)
{
	struct door *d = table_get(&here.doors, str_from_c(sid));

	assert(d); /* a session moves once, from where it began */
	d->worker = worker;
	table_remove(&here.sessions, str_from_c(sid));
}

void
bosh_door_arrive(struct bosh *b)
{
	make_ready();
	table_put(&here.sessions, b);
}

static void
close_door(const void *letter)
{
	char *sid = *(char *const *)letter;

	free(table_remove(&here.doors, str_from_c(sid)));
	if (!table_count(&here.doors))
		table_fini(&here.doors);
	free(sid);
}

void
bosh_door_close(struct bosh *b)
{
	struct str sid = str_from_c(bosh_sid(b));
	char *copy = memcpy(mem_alloc(sid.len + 1), sid.at, sid.len + 1);
	unsigned door;
	bool found = door_of(copy, &door);

	assert(found);
	table_remove(&here.sessions, sid);
	if (!table_count(&here.sessions))
		table_fini(&here.sessions);
	worker_post(door, close_door, &copy, sizeof(copy));
}

/* --- the route -------------------------------------------------------------------------------
 */

/* The exchange's own, to tell the session that the client has left. */
static void
on_gone(struct http_exchange *x)
{
	const struct bosh_request *r = x->state;
	size_t bytes = sizeof(*r) + strlen(r->sid) + 1;
	struct bosh_request *copy = memcpy(mem_alloc(bytes), r, bytes);

	send_to_session((struct call_letter){ copy, true });
}

static struct bosh_request *
request_new(
    struct http_exchange *x, struct frozen *xml, const struct bosh_body *body, struct str sid)
{
	struct bosh_request *r = mem_zalloc(sizeof(*r) + sid.len + 1);
	struct bosh_request *note = arena_zalloc(x->arena, sizeof(*r) + sid.len + 1);

	r->exchange = http_exchange_id(x);
	r->is_waited_for = true;
	r->is_secure = x->secure;
	r->xml = frozen_ref(xml);
	r->body = *body;
	if (sid.len)
		memcpy(r->sid, sid.at, sid.len);
	note->exchange = r->exchange;
	memcpy(note->sid, r->sid, sid.len + 1);
	x->state = note;
	return r;
}

static void
refuse_exchange(struct http_exchange *x, struct str condition)
{
	struct bosh_answer *a = refusal(condition);

	http_answer(x, 200, a->type, str_of(a->text, a->len));
	bosh_answer_free(&a);
}

void
bosh_route(struct http_exchange *x)
{
	AUTO(frozen) xml = NULL;
	struct xml_bounds bounds = stream_bounds_client(hosts_stream_conf());
	struct bosh_body body;
	struct bosh_request *r;
	struct str sid = { 0 };

	/* The body is around the elements. */
	bounds.bytes = BOSH_BODY_MAX;
	bounds.depth++;
	if (xml_parse(x->body, &bounds, &xml) != OK || bosh_body_read(xml, &body) != OK) {
		refuse_exchange(x, S("bad-request"));
		return;
	}
	elem_attr(frozen_root(xml), S("sid"), x->arena, &sid);
	r = request_new(x, xml, &body, sid);
	if (!sid.at) {
		bosh_begin(r, x->address);
	} else {
		x->on_gone = on_gone;
		send_to_session((struct call_letter){ r, false });
	}
}
