/* SPDX-License-Identifier: MIT */
#include "modules/bytestreams/tunnel.h"

#include <stdatomic.h>

#include "base/limits.h"
#include "base/list.h"
#include "base/siphash.h"
#include "base/table.h"
#include "loop/worker.h"
#include "transport/conn.h"

enum state { GREETING, ASKING, MOVING, WAITING, OPEN };

/* Why an end is not read from. */
enum { HELD_FULL = 1, HELD_RATE = 2 };

struct end {
	struct conn *conn;
	struct timer timer;
	struct list in_worker;
	struct tunnel *tunnel; /* from WAITING on; NULL when the other end has gone */
	enum state state;
	unsigned held;
	char key[SOCKS5_KEY]; /* from MOVING on */
};

struct tunnel {
	char key[SOCKS5_KEY];
	struct end *end[2];
	uint64_t bytes_per_s; /* 0: no bound */
	int64_t credit_bytes;
	msec_t credited_ms;
	const struct tunnel_calls *calls; /* from OPEN on */
	void *waiter;
	unsigned worker; /* the waiter's */
};

static _Thread_local struct {
	struct list ends;     /* end.in_worker */
	struct table tunnels; /* by key */
} here;

static _Atomic uint16_t port;

static struct str
tunnel_key(const void *tunnel)
{
	return str_of(((const struct tunnel *)tunnel)->key, SOCKS5_KEY);
}

static struct end *
other_end(const struct end *e)
{
	const struct tunnel *t = e->tunnel;

	return t ? t->end[t->end[0] == e] : NULL;
}

/* --- the end of an end ----------------------------------------------------------------------
 */

struct farewell {
	const struct tunnel_calls *calls;
	void *waiter;
};

static void
gone_there(const void *letter)
{
	const struct farewell *f = letter;

	f->calls->gone(f->waiter);
}

static void
tunnel_free(struct tunnel **t)
{
	struct tunnel *gone = TAKE(*t);

	table_remove(&here.tunnels, tunnel_key(gone));
	if (gone->calls)
		worker_post(gone->worker, gone_there,
		    &(struct farewell){ gone->calls, gone->waiter }, sizeof(struct farewell));
	free(gone);
}

/* The tunnel of an open end is over; one that waits goes on without this end. */
static void
leave_tunnel(struct end *e)
{
	struct tunnel *t = TAKE(e->tunnel);
	struct end *other = t->end[t->end[0] == e];

	if (e->state == OPEN) {
		other->tunnel = NULL;
		conn_close(other->conn, TUNNEL_LINGER_MS);
		tunnel_free(&t);
		return;
	}
	t->end[t->end[1] == e] = NULL;
	if (!other)
		tunnel_free(&t);
}

static void
on_end(void *user, enum conn_end why)
{
	struct end *e = user;

	(void)why;
	if (e->tunnel)
		leave_tunnel(e);
	timer_stop(&e->timer);
	list_remove(&e->in_worker);
	free(e);
}

/* --- relaying -------------------------------------------------------------------------------
 */

static void
hold(struct end *e, unsigned why)
{
	if (!e->held)
		conn_pause(e->conn);
	e->held |= why;
}

static void
let_go(struct end *e, unsigned why)
{
	if (!(e->held & why))
		return;
	e->held &= ~why;
	if (!e->held)
		conn_resume(e->conn);
}

/* How many of that many bytes may pass now. Of what a second allows, that much may gather. */
static size_t
take_credit(struct tunnel *t, size_t bytes)
{
	int64_t most = (int64_t)t->bytes_per_s;
	msec_t now = loop_now_ms(), since = now - t->credited_ms;

	if (!t->bytes_per_s)
		return bytes;
	t->credit_bytes = since >= 1000 ? most : t->credit_bytes + most * since / 1000;
	if (t->credit_bytes > most)
		t->credit_bytes = most;
	t->credited_ms = now;
	if (t->credit_bytes < (int64_t)bytes)
		bytes = t->credit_bytes > 0 ? (size_t)t->credit_bytes : 0;
	t->credit_bytes -= (int64_t)bytes;
	return bytes;
}

static size_t
relay(struct end *e, struct str bytes)
{
	struct end *other = other_end(e);
	size_t n;

	if (!other) /* it is gone, and this end is being closed */
		return bytes.len;
	n = take_credit(e->tunnel, bytes.len);
	if (n && !conn_write(other->conn, str_slice(bytes, 0, n)))
		return bytes.len;
	if (n < bytes.len) {
		hold(e, HELD_RATE);
		timer_set(&e->timer, TUNNEL_REST_MS);
	}
	if (conn_queued(other->conn) > TUNNEL_QUEUE_BYTES ||
	    !conn_has_room(other->conn, CONN_TURN_BYTES)) {
		hold(e, HELD_FULL);
		conn_tell_sent(other->conn);
	}
	return n;
}

static void
on_sent(void *user)
{
	struct end *other = other_end(user);

	if (other)
		let_go(other, HELD_FULL);
}

/* --- opening --------------------------------------------------------------------------------
 */

static unsigned
worker_of(const char key[SOCKS5_KEY])
{
	return (unsigned)(siphash_str(str_of(key, SOCKS5_KEY)) % workers_count());
}

struct opening {
	const struct tunnel_calls *calls;
	void *waiter;
	uint64_t bytes_per_s;
	enum status status;
	unsigned worker; /* the waiter's */
};

/* A letter has not the room for the key. */
struct order {
	struct opening opening;
	char key[SOCKS5_KEY];
};

static void
opened_there(const void *letter)
{
	const struct opening *o = letter;

	o->calls->opened(o->waiter, o->status);
}

static enum status
open_tunnel(struct tunnel *t, const struct opening *o)
{
	if (!t)
		return E_NOT_FOUND;
	if (t->calls)
		return E_EXISTS;
	if (!t->end[0] || !t->end[1])
		return E_AGAIN;
	t->calls = o->calls;
	t->waiter = o->waiter;
	t->worker = o->worker;
	t->bytes_per_s = o->bytes_per_s;
	t->credit_bytes = (int64_t)o->bytes_per_s;
	t->credited_ms = loop_now_ms();
	for (int i = 0; i < 2; i++) {
		t->end[i]->state = OPEN;
		timer_stop(&t->end[i]->timer);
		conn_authenticated(t->end[i]->conn);
	}
	return OK;
}

static void
open_here(const void *letter)
{
	struct order *order = *(struct order *const *)letter;
	struct opening *o = &order->opening;

	o->status = open_tunnel(table_get(&here.tunnels, str_of(order->key, SOCKS5_KEY)), o);
	worker_post(o->worker, opened_there, o, sizeof(*o));
	free(order);
}

void
tunnel_open(const char key[SOCKS5_KEY], uint64_t bytes_per_s, const struct tunnel_calls *calls,
    void *waiter)
{
	struct order *order = mem_alloc(sizeof(*order));

	order->opening = (struct opening){ .calls = calls,
		.waiter = waiter,
		.bytes_per_s = bytes_per_s,
		.worker = (unsigned)worker_self() };
	memcpy(order->key, key, SOCKS5_KEY);
	worker_post(worker_of(key), open_here, &order, sizeof(struct order *));
}

/* --- what clients say -----------------------------------------------------------------------
 */

static size_t
give_up(struct end *e, struct str answer, size_t taken)
{
	if (answer.len)
		conn_write(e->conn, answer);
	conn_close(e->conn, TUNNEL_LINGER_MS);
	return taken;
}

static size_t
on_greeting(struct end *e, struct str bytes)
{
	size_t used = 0;

	switch (socks5_greeting(bytes, &used)) {
	case SOCKS5_UNCLEAR:
		conn_want_more(e->conn);
		return 0;
	case SOCKS5_GOOD:
		conn_write(e->conn, socks5_greeting_answer(true));
		e->state = ASKING;
		return used;
	case SOCKS5_REFUSED:
		return give_up(e, socks5_greeting_answer(false), bytes.len);
	case SOCKS5_BAD:
		break;
	}
	return give_up(e, (struct str){ 0 }, bytes.len);
}

static struct tunnel *
find_or_make(const char key[SOCKS5_KEY])
{
	struct tunnel *t = table_get(&here.tunnels, str_of(key, SOCKS5_KEY));

	if (t)
		return t;
	t = mem_zalloc(sizeof(*t));
	memcpy(t->key, key, SOCKS5_KEY);
	table_put(&here.tunnels, t);
	return t;
}

/* At the tunnel's worker. A third end is one too many (section 10.1). */
static void
on_arrived(void *user)
{
	struct end *e = user;
	struct tunnel *t = find_or_make(e->key);
	char reply[SOCKS5_REPLY];

	list_append(&here.ends, &e->in_worker);
	e->state = WAITING;
	if (t->end[0] && t->end[1]) {
		give_up(e, socks5_refusal(SOCKS5_NOT_ALLOWED), 0);
		return;
	}
	t->end[t->end[0] != NULL] = e;
	e->tunnel = t;
	timer_set(&e->timer, TUNNEL_PATIENCE_MS);
	conn_write(e->conn, str_of(reply, socks5_reply(e->key, reply)));
	conn_resume(e->conn);
}

static size_t
on_request(struct end *e, struct str bytes)
{
	struct socks5_request request;
	size_t used = 0;

	switch (socks5_request(bytes, &used, &request)) {
	case SOCKS5_UNCLEAR:
		conn_want_more(e->conn);
		return 0;
	case SOCKS5_GOOD:
		memcpy(e->key, request.key, SOCKS5_KEY);
		e->state = MOVING;
		timer_stop(&e->timer);
		list_remove(&e->in_worker);
		conn_pause(e->conn);
		conn_move(e->conn, worker_of(e->key), on_arrived);
		return used;
	case SOCKS5_REFUSED:
		return give_up(e, socks5_refusal(request.answer), bytes.len);
	case SOCKS5_BAD:
		break;
	}
	return give_up(e, (struct str){ 0 }, bytes.len);
}

static size_t
on_bytes(void *user, struct str bytes)
{
	struct end *e = user;

	switch (e->state) {
	case GREETING:
		return on_greeting(e, bytes);
	case ASKING:
		return on_request(e, bytes);
	case MOVING:
	case WAITING: /* section 10.1: what comes too early is nobody's */
		return bytes.len;
	case OPEN:
		break;
	}
	return relay(e, bytes);
}

static void
on_timer(struct timer *t)
{
	struct end *e = list_entry(t, struct end, timer);

	if (e->state == OPEN)
		let_go(e, HELD_RATE);
	else
		conn_abort(e->conn);
}

/* --- what others call ------------------------------------------------------------------------
 */

void
tunnel_accept(struct conn *c)
{
	static const struct conn_user calls = { on_bytes, NULL, on_sent, on_end };
	struct end *e = mem_zalloc(sizeof(*e));

	e->conn = c;
	e->state = GREETING;
	list_append(&here.ends, &e->in_worker);
	timer_init(&e->timer, on_timer);
	timer_set(&e->timer, TUNNEL_PATIENCE_MS);
	conn_set_user(c, &calls, e);
}

void
tunnels_listen_at(uint16_t at)
{
	atomic_store(&port, at);
}

uint16_t
tunnels_port(void)
{
	return atomic_load(&port);
}

static void
end_waiting_here(const void *letter)
{
	(void)letter;
	list_each (link, &here.ends) {
		struct end *e = list_entry(link, struct end, in_worker);

		if (e->state != OPEN)
			conn_abort(e->conn);
	}
}

void
tunnels_end_waiting(void)
{
	for (unsigned w = 0; w < workers_count(); w++)
		worker_post(w, end_waiting_here, "", 1);
}

void
tunnels_enter_worker(void)
{
	list_init(&here.ends);
	table_init(&here.tunnels, tunnel_key);
}

void
tunnels_leave_worker(void)
{
	assert(list_is_empty(&here.ends));
	table_fini(&here.tunnels);
}
