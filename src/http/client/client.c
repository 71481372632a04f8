/* SPDX-License-Identifier: MIT
 *
 * A worker's origins, each with the requests (asks) that wait for it and its connections
 * (links). An origin lives as long as it has one of either.
 *
 * A link's states:
 *
 *   LOOKING     the name is being looked up            link_new
 *   CONNECTING  to one of its addresses                connect_next
 *   SECURING    the TLS handshake                      on_connected
 *   BUSY        an ask has been sent                   send_ask
 *   IDLE        for the next ask, or the idle timeout  on_whole
 *
 * It ends in link_free, whatever happens. One that cannot be made fails all that wait for its
 * origin: they would meet the same.
 */
#include "http/client/client.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/table.h"
#include "http/client/conf.h"
#include "http/client/lookup.h"
#include "http/client/url.h"
#include "loop/worker.h"
#include "transport/conn.h"
#include "transport/connect.h"
#include "transport/tls_client.h"

struct origin {
	struct str key; /* "https://push.example" */
	struct https_url url;
	struct list asks;  /* ask.in_origin, waiting */
	struct list links; /* link.in_origin */
	unsigned n_asks, n_links;
	struct list in_crowded; /* waits for links to become fewer */
	struct arena arena;
};

enum link_state { LINK_LOOKING, LINK_CONNECTING, LINK_SECURING, LINK_BUSY, LINK_IDLE };

struct link {
	enum link_state state;
	struct origin *origin;
	struct list in_origin;
	struct list in_idle; /* IDLE */
	struct http_client_setup *setup;
	struct lookup *lookup;
	struct address at[HTTP_ADDRESSES_MAX];
	size_t n_at, next_at;
	struct connecting *connecting;
	struct conn *conn;
	struct http_ask *ask; /* BUSY */
	bool used;            /* has answered before */
	struct reply reply;
	struct timer idle;
};

struct http_ask {
	struct origin *origin;
	struct list in_origin; /* while it waits */
	struct link *link;     /* BUSY with it */
	bool again;            /* a kept connection was found dead by it */
	struct str bytes;      /* the request */
	http_told_fn *told;
	void *waiter;
	struct http_ask **variable;
	struct timer patience;
};

static _Thread_local struct {
	bool begun, ended;
	struct table origins;
	struct list idle;    /* link.in_idle, longest idle first */
	struct list crowded; /* origin.in_crowded */
	unsigned n_links, n_asks;
} here;

enum { CLIENT_ASKS, CLIENT_FAILED, CLIENT_LINKS, CLIENT_METRICS };

static int metrics[CLIENT_METRICS];

void
http_client_start(void)
{
	static const struct metric table[CLIENT_METRICS] = {
		[CLIENT_ASKS] = { "http_client_requests", COUNTER, "requests",
		    "Requests made to other servers." },
		[CLIENT_FAILED] = { "http_client_failed", COUNTER, "requests",
		    "Requests made to other servers that got no answer." },
		[CLIENT_LINKS] = { "http_client_connections", GAUGE, "connections",
		    "Connections to other servers for requests." },
	};

	for (size_t i = 0; i < CLIENT_METRICS; i++)
		metrics[i] = metric_register(&table[i]);
}

static struct str
origin_key(const void *value)
{
	return ((const struct origin *)value)->key;
}

static void
begin_here(void)
{
	if (here.begun)
		return;
	here.begun = true;
	table_init(&here.origins, origin_key);
	list_init(&here.idle);
	list_init(&here.crowded);
}

/* --- origins ---------------------------------------------------------------------------- */

static struct origin *
origin_for(const struct https_url *url)
{
	struct origin *o = table_get(&here.origins, url->origin);

	if (o)
		return o;
	o = mem_zalloc(sizeof(*o));
	arena_init(&o->arena, 512);
	o->key = str_copy(&o->arena, url->origin);
	o->url = *url;
	o->url.host = str_copy(&o->arena, url->host);
	o->url.authority = str_copy(&o->arena, url->authority);
	o->url.target = o->url.origin = (struct str){ 0 };
	list_init(&o->asks);
	list_init(&o->links);
	list_init(&o->in_crowded);
	table_put(&here.origins, o);
	return o;
}

static void
origin_done(struct origin *o)
{
	if (o->n_asks || o->n_links)
		return;
	table_remove(&here.origins, o->key);
	list_remove(&o->in_crowded);
	arena_fini(&o->arena);
	free(o);
}

static unsigned
asks_waiting(const struct origin *o)
{
	unsigned n = 0;

	list_each (at, &o->asks)
		n++;
	return n;
}

/* --- asks ------------------------------------------------------------------------------- */

static void link_free(struct link *l);
static void origin_serve(struct origin *o);
static void serve_crowded(void);

static struct http_ask *
take_first(struct origin *o)
{
	struct list *first = o->asks.next;

	/* The checker does not see that the one before was taken out.
	 * NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
	assert(first->prev == &o->asks && first != &o->asks);
	list_remove(first);
	return list_entry(first, struct http_ask, in_origin);
}

/* Out of wherever it is; the origin may be gone afterwards unless it has a link. */
static void
ask_forget(struct http_ask *a)
{
	if (a->variable)
		*a->variable = NULL;
	timer_stop(&a->patience);
	list_remove(&a->in_origin);
	a->origin->n_asks--;
	here.n_asks--;
	free(a);
}

static void
ask_tell(struct http_ask *a, enum status s, const struct reply *answer)
{
	http_told_fn *told = a->told;
	void *waiter = a->waiter;

	if (s != OK)
		metric_add(metrics[CLIENT_FAILED], 1);
	ask_forget(a);
	told(waiter, s, answer);
}

/* Takes it from where it is; a link that is busy with it ends. */
static void
ask_leave(struct http_ask *a)
{
	struct link *l = a->link;

	if (!l)
		return;
	a->link = NULL;
	l->ask = NULL;
	link_free(l);
}

static void
on_patience_over(struct timer *t)
{
	struct http_ask *a = list_entry(t, struct http_ask, patience);
	struct origin *o = a->origin;

	o->n_links++; /* stays until the end of this */
	ask_leave(a);
	ask_tell(a, E_AGAIN, NULL);
	o->n_links--;
	origin_serve(o);
	serve_crowded();
}

/* --- links ------------------------------------------------------------------------------ */

static size_t
on_no_bytes(void *user, struct str bytes)
{
	(void)user;
	return bytes.len;
}

static void
on_no_end(void *user, enum conn_end why)
{
	(void)user, (void)why;
}

/* Of a connection that was given up. */
static const struct conn_user nobody = { .on_bytes = on_no_bytes, .on_end = on_no_end };

/* Origins that could not have one more link are looked at again, each once. */
static void
serve_crowded(void)
{
	struct list now;

	if (list_is_empty(&here.crowded))
		return;
	now = here.crowded;
	now.next->prev = now.prev->next = &now;
	list_init(&here.crowded);
	while (!list_is_empty(&now)) {
		struct origin *o = list_entry(now.next, struct origin, in_crowded);

		list_remove(&o->in_crowded);
		origin_serve(o);
	}
}

/* The ask that it was busy with has been told, or taken away. The origin stays. */
static void
link_free(struct link *l)
{
	assert(!l->ask);
	timer_stop(&l->idle);
	list_remove(&l->in_idle);
	lookup_cancel(&l->lookup);
	connect_cancel(&l->connecting);
	if (l->conn) {
		conn_set_user(l->conn, &nobody, NULL);
		conn_abort(l->conn);
	}
	list_remove(&l->in_origin);
	l->origin->n_links--;
	here.n_links--;
	metric_add(metrics[CLIENT_LINKS], -1);
	reply_fini(&l->reply);
	http_client_setup_free(&l->setup);
	free(l);
}

/* It could not be made: whoever waits hears why. */
static void
link_fail(struct link *l, enum status s, struct str why)
{
	struct origin *o = l->origin;
	unsigned n = asks_waiting(o);

	log_debug("http_client.failed", LOG_STR("origin", o->key), LOG_STATUS("status", s),
	    LOG_STR("reason", why));
	o->n_links++; /* stays until the end of this */
	link_free(l);
	for (; n > 0 && !list_is_empty(&o->asks); n--) /* who is told may ask again */
		ask_tell(take_first(o), s, NULL);
	o->n_links--;
	origin_serve(o);
	serve_crowded();
}

static void connect_next(struct link *l, enum status last);

static void
send_ask(struct link *l, struct http_ask *a)
{
	list_remove(&l->in_idle);
	timer_stop(&l->idle);
	l->ask = a;
	a->link = l;
	l->state = LINK_BUSY;
	reply_init(&l->reply);
	conn_write(l->conn, a->bytes);
}

static void
become_idle(struct link *l)
{
	l->state = LINK_IDLE;
	list_append(&here.idle, &l->in_idle);
	timer_set(&l->idle, l->setup->idle_ms);
	origin_serve(l->origin);
}

/* The answer is there, or cannot be had. */
static void
on_answered(struct link *l)
{
	struct http_ask *a = l->ask;
	struct origin *o = l->origin;
	struct reply answer = l->reply;
	bool keep = reply_keeps_connection(&answer);

	l->reply = (struct reply){ 0 };
	l->ask = NULL;
	a->link = NULL;
	l->used = true;
	o->n_links++; /* stays until the end of this */
	if (!keep)
		link_free(l);
	ask_tell(a, answer.state == REPLY_WHOLE ? OK : E_INVALID, &answer);
	reply_fini(&answer);
	o->n_links--;
	if (keep)
		become_idle(l);
	else
		origin_serve(o);
	serve_crowded();
}

static size_t
on_bytes(void *user, struct str bytes)
{
	struct link *l = user;

	if (l->state == LINK_BUSY) {
		size_t taken = reply_take(&l->reply, bytes);

		/* Bytes behind an answer are of nothing that we asked. */
		if (taken < bytes.len && l->reply.state == REPLY_WHOLE)
			l->reply.head.keep_alive = false;
		if (l->reply.state == REPLY_WHOLE || l->reply.state == REPLY_BAD)
			on_answered(l);
	} else if (l->state == LINK_IDLE) {
		struct origin *o = l->origin;

		link_free(l);
		origin_serve(o);
		serve_crowded();
	}
	return bytes.len;
}

static void
on_secured(void *user)
{
	struct link *l = user;

	timer_stop(&l->idle);
	become_idle(l);
}

/* A kept connection that the other side has given up meanwhile: once more with a new one. */
static bool
was_dead(const struct link *l)
{
	return l->used && !l->ask->again && reply_is_untouched(&l->reply);
}

static void
send_again(struct link *l)
{
	struct http_ask *a = TAKE(l->ask);
	struct origin *o = l->origin;

	a->link = NULL;
	a->again = true;
	list_prepend(&o->asks, &a->in_origin);
	link_free(l);
	origin_serve(o);
}

static void
on_end(void *user, enum conn_end why)
{
	struct link *l = user;
	struct origin *o = l->origin;
	struct str failure = conn_failure(l->conn);

	l->conn = NULL;
	if (l->state == LINK_SECURING) {
		link_fail(l, E_CLOSED, failure);
	} else if (l->state == LINK_BUSY && was_dead(l)) {
		send_again(l);
	} else if (l->state == LINK_BUSY) {
		struct http_ask *a = TAKE(l->ask);
		struct reply answer = l->reply;

		a->link = NULL;
		if (why == CONN_EOF)
			reply_end(&answer);
		l->reply = (struct reply){ 0 };
		o->n_links++;
		link_free(l);
		ask_tell(a, answer.state == REPLY_WHOLE ? OK : E_CLOSED, &answer);
		reply_fini(&answer);
		o->n_links--;
		origin_serve(o);
		serve_crowded();
	} else {
		link_free(l);
		origin_serve(o);
		serve_crowded();
	}
}

static const struct conn_user link_calls = {
	.on_bytes = on_bytes,
	.on_secured = on_secured,
	.on_end = on_end,
};

/* Also of a handshake that does not end. */
static void
on_idle_over(struct timer *t)
{
	struct link *l = list_entry(t, struct link, idle);
	struct origin *o = l->origin;

	if (l->state == LINK_SECURING) {
		connect_next(l, E_AGAIN);
		return;
	}
	link_free(l);
	origin_serve(o);
	serve_crowded();
}

/* --- making links ----------------------------------------------------------------------- */

static void
on_connected(void *waiter, enum status s, struct conn *c)
{
	struct link *l = waiter;

	if (s != OK) {
		connect_next(l, s);
		return;
	}
	l->conn = c;
	l->state = LINK_SECURING;
	conn_set_user(c, &link_calls, l);
	conn_start_tls_to(c, l->setup->tls, l->origin->url.host);
	timer_set(&l->idle, l->setup->timeout_ms);
}

/* The time of each attempt is a share of a request's, so that a dead address leaves time for
 * those behind it. */
static void
connect_next(struct link *l, enum status last)
{
	struct str why = S("no address may be connected to");

	if (l->conn) {
		conn_set_user(l->conn, &nobody, NULL);
		conn_abort(TAKE(l->conn));
	}
	l->state = LINK_CONNECTING;
	while (l->next_at < l->n_at) {
		msec_t share = l->setup->timeout_ms / (msec_t)l->n_at;
		const struct address *to = &l->at[l->next_at++];

		why = S("no connection");
		last = connect_start(l->setup->transport, to, l->origin->url.port, share,
		    on_connected, l, &l->connecting);
		if (last == OK)
			return;
	}
	link_fail(l, last, why);
}

static void
use_addresses(struct link *l, const struct address *at, size_t n)
{
	for (size_t i = 0; i < n && l->n_at < HTTP_ADDRESSES_MAX; i++)
		if (reach_has_address(&l->setup->reach, &at[i]))
			l->at[l->n_at++] = at[i];
	connect_next(l, E_DENIED);
}

static void
on_looked_up(void *waiter, enum status s, const struct address *at, size_t n)
{
	if (s == OK)
		use_addresses(waiter, at, n);
	else
		link_fail(waiter, s, S("the name cannot be looked up"));
}

/* Of an address that needs no name server; in the next turn, as everything else. */
static void
on_known(struct timer *t)
{
	struct link *l = list_entry(t, struct link, idle);

	timer_init(&l->idle, on_idle_over);
	if (l->origin->url.is_address)
		use_addresses(l, &l->origin->url.address, 1);
	else
		link_fail(l, E_LIMIT, S("too many names are being looked up"));
}

static void
link_new(struct origin *o, struct http_client_setup *setup)
{
	struct link *l = mem_zalloc(sizeof(*l));

	l->origin = o;
	l->setup = setup;
	list_init(&l->in_idle);
	list_append(&o->links, &l->in_origin);
	o->n_links++;
	here.n_links++;
	metric_add(metrics[CLIENT_LINKS], 1);
	timer_init(&l->idle, on_idle_over);
	if (o->url.is_address || lookup_start(o->url.host, on_looked_up, l, &l->lookup) != OK) {
		timer_init(&l->idle, on_known);
		timer_set(&l->idle, 0);
	}
}

/* One that is on its way will take an ask when it is there. */
static unsigned
links_on_their_way(const struct origin *o)
{
	unsigned n = 0;

	list_each (at, &o->links)
		n += list_entry(at, struct link, in_origin)->state < LINK_BUSY;
	return n;
}

static struct link *
idle_link(const struct origin *o)
{
	list_each (at, &o->links) {
		struct link *l = list_entry(at, struct link, in_origin);

		if (l->state == LINK_IDLE)
			return l;
	}
	return NULL;
}

/* Room for one more: the link that has been idle for the longest gives way. */
static bool
make_room(void)
{
	struct link *longest;
	struct origin *o;

	if (here.n_links < HTTP_LINKS_MAX)
		return true;
	if (list_is_empty(&here.idle))
		return false;
	longest = list_entry(here.idle.next, struct link, in_idle);
	o = longest->origin;
	link_free(longest);
	origin_done(o);
	return true;
}

/* Gives what waits to what is free, and makes links as long as there may be more. The origin is
 * gone afterwards if nothing is left of it. */
static void
origin_serve(struct origin *o)
{
	struct link *l;

	while (!list_is_empty(&o->asks) && (l = idle_link(o)))
		send_ask(l, take_first(o));
	while (!here.ended && o->n_links < HTTP_ORIGIN_LINKS_MAX &&
	       asks_waiting(o) > links_on_their_way(o)) {
		struct http_client_setup *setup;

		if (!make_room()) {
			list_remove(&o->in_crowded);
			list_append(&here.crowded, &o->in_crowded);
			return;
		}
		if (!(setup = http_client_setup_now()))
			break; /* the asks' own patience ends them */
		link_new(o, setup);
	}
	origin_done(o);
}

/* --- asking ----------------------------------------------------------------------------- */

/* Ask and bytes in one block. */
static struct http_ask *
ask_new(const struct http_request *r, const struct https_url *url, struct arena *a)
{
	struct str head =
	    str_format(a, "%.*s %.*s HTTP/1.1\r\nHost: %.*s\r\nContent-Length: %zu\r\n%.*s\r\n",
		STR_ARG(http_method_name(r->method)), STR_ARG(url->target),
		STR_ARG(url->authority), r->body.len, STR_ARG(r->fields));
	struct http_ask *ask = mem_zalloc(sizeof(*ask) + head.len + r->body.len);
	char *bytes = (char *)(ask + 1);

	memcpy(bytes, head.at, head.len);
	if (r->body.len)
		memcpy(bytes + head.len, r->body.at, r->body.len);
	ask->bytes = str_of(bytes, head.len + r->body.len);
	ask->told = r->told;
	ask->waiter = r->waiter;
	list_init(&ask->in_origin);
	timer_init(&ask->patience, on_patience_over);
	return ask;
}

static enum status
admit(const struct https_url *url, const struct http_client_setup *setup)
{
	const struct origin *o = table_get(&here.origins, url->origin);

	if (!reach_has_port(&setup->reach, url->port))
		return E_DENIED;
	if (here.n_asks >= HTTP_ASKS_MAX || (o && o->n_asks >= HTTP_ORIGIN_ASKS_MAX))
		return E_LIMIT;
	return OK;
}

static enum status
ask(const struct http_request *r, struct arena *a, const struct http_client_setup *setup,
    struct http_ask **out)
{
	struct https_url url;
	struct http_ask *made;
	enum status s;

	if (https_url_parse(a, r->url, &url) != OK)
		return E_INVALID;
	if ((s = admit(&url, setup)) != OK)
		return s;
	made = ask_new(r, &url, a);
	made->origin = origin_for(&url);
	made->origin->n_asks++;
	here.n_asks++;
	list_append(&made->origin->asks, &made->in_origin);
	timer_set(&made->patience, setup->timeout_ms);
	metric_add(metrics[CLIENT_ASKS], 1);
	made->variable = out;
	*out = made;
	origin_serve(made->origin);
	return OK;
}

enum status
http_ask(const struct http_request *r, struct http_ask **out)
{
	AUTO(http_client_setup) setup = http_client_setup_now();
	struct arena a;
	enum status s;

	begin_here();
	if (!setup || here.ended)
		return E_CLOSED;
	arena_init(&a, 2048);
	s = ask(r, &a, setup, out);
	arena_fini(&a);
	return s;
}

void
http_ask_cancel(struct http_ask **a)
{
	struct http_ask *gone = *a;
	struct origin *o;

	if (!gone)
		return;
	o = gone->origin;
	o->n_links++; /* stays until the end of this */
	ask_leave(gone);
	ask_forget(gone); /* *a is NULL now */
	o->n_links--;
	origin_serve(o);
	serve_crowded();
}

/* --- the end ---------------------------------------------------------------------------- */

static void
end_origin(struct origin *o)
{
	o->n_links++; /* stays until the end of this */
	list_each (at, &o->links) {
		struct link *l = list_entry(at, struct link, in_origin);
		struct http_ask *a = TAKE(l->ask);

		if (a) {
			a->link = NULL;
			list_append(&o->asks, &a->in_origin);
		}
		link_free(l);
	}
	while (!list_is_empty(&o->asks))
		ask_tell(take_first(o), E_CLOSED, NULL);
	o->n_links--;
	origin_done(o);
}

static void
end_here(const void *letter)
{
	struct table_walk walk = { 0 };
	void *o;

	(void)letter;
	begin_here();
	here.ended = true;
	while ((o = table_next(&here.origins, &walk)))
		end_origin(o);
}

void
http_client_end_all(void)
{
	for (unsigned w = 0; w < workers_count(); w++)
		worker_post(w, end_here, "", 1);
}

void
http_client_leave_worker(void)
{
	assert(here.n_asks == 0);
	end_here(NULL);
	table_fini(&here.origins);
	here.begun = here.ended = false;
}
