/* SPDX-License-Identifier: MIT
 *
 * A connection's states, and what holds in each:
 *
 *   OPEN      reads unless held, writes; from conn_adopt
 *   MOVING    paused, leaves for another worker at the end of the turn (conn_move) and is
 *             OPEN again there (arrive)
 *   SENDING   conn_close: what is queued leaves, what arrives is thrown away
 *   FINISHED  all has left and our half is closed (end_our_half): waits for the peer's
 *   ENDED     not watched; on_end at the end of the turn, then gone (end)
 *
 * The socket is watched level-triggered and read once per turn, so that each connection has
 * its share (CONN_TURN_BYTES) and no second system call is made to hear that nothing is left.
 * While nothing may be read it is watched edge-triggered: a hang-up, which epoll reports
 * whether one asks or not, then does not come again and again.
 *
 * A failed write is not the end: what the peer had sent before it went is still in the
 * socket. Output is thrown away from then on, and reading comes upon the end.
 */
#include "transport/conn.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdalign.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/limits.h"
#include "loop/worker.h"
#include "transport/conf.h"
#include "transport/filter.h"
#include "transport/metering.h"

enum state { OPEN, MOVING, SENDING, FINISHED, ENDED };

enum { HELD_BY_USER = 1, HELD_BY_FILTER = 2 };

enum { PIECES_MAX = 64 }; /* of one system call */

/* Only while a socket is full or a close lingers, which spares the others a timer. */
struct wait {
	struct timer timer;
	struct conn *conn;
	size_t sent; /* since the timer was set */
};

struct conn {
	struct io io;
	struct turn_end at_end;
	struct list in_worker;
	const struct conn_user *calls;
	void *user;
	struct transport *transport;
	struct filter *top, *bottom; /* NULL: none */
	struct chunks out;           /* for the socket */
	struct chunks kept;          /* from the socket, and not taken */
	struct wait *wait;
	union {
		void (*arrived)(void *user); /* MOVING */
		const char *failure;         /* static */
	};
	struct visit visit;
	uint32_t linger_ms; /* SENDING */

	unsigned state : 3;
	unsigned why : 2;      /* ENDED: enum conn_end */
	unsigned held : 2;     /* HELD_BY_... */
	unsigned watched : 2;  /* what the loop watches for: IO_READ, IO_WRITE */
	unsigned edge : 1;     /* and how */
	unsigned blocked : 1;  /* the socket is full */
	unsigned broken : 1;   /* writing has failed */
	unsigned peer_end : 1; /* the peer closed its half */
	unsigned resumed : 1;  /* since on_bytes was called */
	unsigned again : 1;    /* what was kept is to be offered */
	unsigned counted : 1;  /* visit is held */
	unsigned goodbye : 1;  /* filters have said their last words */
	unsigned to : 8;       /* MOVING: the worker */

	uint8_t address_len;
	char address[]; /* text */
};

/* By worker: conn.in_worker, in whatever state. */
static struct {
	alignas(64) struct list conns;
} crowds[WORKERS_MAX];

static void push(struct conn *c);

static struct list *
crowd_here(void)
{
	struct list *conns = &crowds[worker_self()].conns;

	if (!conns->next)
		list_init(conns);
	return conns;
}

/* --- the end -------------------------------------------------------------------------- */

static void
wait_stop(struct conn *c)
{
	if (!c->wait)
		return;
	timer_stop(&c->wait->timer);
	free(c->wait);
	c->wait = NULL;
}

static void
forget_output(struct conn *c)
{
	for (struct filter *f = c->top; f; f = f->below)
		chunks_clear(&f->down);
	chunks_clear(&c->out);
}

static void
forget_input(struct conn *c)
{
	for (struct filter *f = c->top; f; f = f->below)
		chunks_clear(&f->kept);
	chunks_clear(&c->kept);
}

static void
end(struct conn *c, enum conn_end why)
{
	if (c->state == ENDED)
		return;
	assert(c->state != MOVING);
	c->state = ENDED;
	c->why = why & 3;
	if (why == CONN_SLOW)
		transport_metered(CONNECTIONS_SLOW, 1);
	if (why != CONN_ERROR)
		c->failure = NULL;
	io_remove(&c->io);
	wait_stop(c);
	forget_input(c);
	turn_end_ask(&c->at_end);
}

static void
fail(struct conn *c, int error)
{
	if (c->state != ENDED)
		c->failure = strerrordesc_np(error);
	end(c, CONN_ERROR);
}

static void
say_goodbye(struct conn *c)
{
	if (c->goodbye)
		return;
	c->goodbye = true;
	for (struct filter *f = c->top; f; f = f->below) {
		if (f->down.bytes) /* the last words of those above */
			f->kind->down(f, filter_below(f));
		f->kind->goodbye(f, filter_below(f));
	}
}

static void
conn_free(struct conn *c)
{
	forget_input(c);
	forget_output(c);
	while (c->top) {
		struct filter *f = c->top;

		c->top = f->below;
		f->kind->free(f);
	}
	list_remove(&c->in_worker);
	close(c->io.fd);
	transport_metered(CONNECTIONS, -1);
	if (c->counted)
		admission_leave(transport_admission(c->transport), &c->visit);
	free(c);
}

/* --- what the loop watches ------------------------------------------------------------- */

static bool
is_reading(const struct conn *c)
{
	switch ((enum state)c->state) {
	case OPEN:
		return !c->held;
	case SENDING:
	case FINISHED:
		return !c->peer_end;
	case MOVING:
	case ENDED:
		break;
	}
	return false;
}

static void
watch(struct conn *c)
{
	bool reading = is_reading(c);
	unsigned events = (reading ? IO_READ : 0U) | (c->blocked ? IO_WRITE : 0U);

	if (c->state == ENDED || c->state == MOVING ||
	    (events == c->watched && c->edge == !reading))
		return;
	if (io_change(&c->io, events, !reading) != OK) {
		fail(c, ENOMEM);
		return;
	}
	c->watched = events & 3;
	c->edge = !reading;
}

/* --- reading -------------------------------------------------------------------------- */

/* Hands bytes to the one above f, or above the socket when f is NULL; returns how many went.
 * The user may do anything to the connection meanwhile, but not free it. */
static size_t
offer(struct conn *c, struct filter *f, char *bytes, size_t len)
{
	size_t taken = 0;

	while (taken < len && c->state == OPEN && !c->held) {
		struct filter *above = f ? f->above : c->bottom;
		const struct conn_user *calls = c->calls;
		void *user = c->user;
		size_t n;

		if (above)
			return taken + above->kind->up(above, bytes + taken, len - taken);
		c->resumed = false;
		n = calls->on_bytes(user, str_of(bytes + taken, len - taken));
		assert(n <= len - taken);
		taken += n;
		/* Bytes were taken, or there is somebody else now, or a reason to wait. */
		assert(n || c->state != OPEN || c->held || c->resumed || c->calls != calls ||
		       c->user != user || (f ? f->above : c->bottom));
	}
	return taken;
}

static void
keep(struct conn *c, struct chunks *kept, const char *bytes, size_t len)
{
	if (c->state == OPEN || c->state == MOVING)
		chunks_add(kept, str_of(bytes, len));
}

/* Behind what was left before, as one piece: the rest of a frame to its beginning. */
static void
offer_with_kept(struct filter *f, const char *bytes, size_t len)
{
	struct chunks whole = { 0 };
	size_t before = f->kept.bytes;
	char *at = chunks_reserve(&whole, before + len);

	chunks_peek(&f->kept, at, before);
	if (len)
		memcpy(at + before, bytes, len);
	chunks_added(&whole, before + len);
	chunks_clear(&f->kept);
	chunks_drop(&whole, offer(f->conn, f, at, before + len));
	if (f->conn->state == OPEN || f->conn->state == MOVING)
		f->kept = whole;
	else
		chunks_clear(&whole);
}

void
filter_offer(struct filter *f, char *bytes, size_t len)
{
	if (f->kept.bytes && !f->conn->held) {
		offer_with_kept(f, bytes, len);
	} else {
		size_t n = f->kept.bytes ? 0 : offer(f->conn, f, bytes, len);

		keep(f->conn, &f->kept, bytes + n, len - n);
	}
}

/* After a pause: what filters had kept, from the top. False: there is a new reason to wait. */
static bool
offer_kept(struct conn *c)
{
	c->again = false;
	for (struct filter *f = c->top; f && c->state == OPEN && !c->held; f = f->below)
		if (f->kept.bytes)
			offer_with_kept(f, NULL, 0);
	return c->state == OPEN && !c->held;
}

static void
read_socket(struct conn *c)
{
	char *at = worker_read_buffer();
	size_t len = chunks_peek(&c->kept, at, CONN_TURN_BYTES);
	size_t taken = 0;
	ssize_t n = -1;
	int error = EAGAIN;

	while (n < 0 && len < CONN_TURN_BYTES) {
		n = recv(c->io.fd, at + len, CONN_TURN_BYTES - len, 0);
		error = n < 0 ? errno : 0;
		if (error != EINTR)
			break;
	}
	if (n > 0) {
		len += (size_t)n;
		transport_metered(BYTES_RECEIVED, n);
	}
	chunks_clear(&c->kept);
	if (len)
		taken = offer(c, NULL, at, len);
	keep(c, &c->kept, at + taken, len - taken);
	assert(c->held || c->state == MOVING || c->kept.bytes < CONN_TURN_BYTES);
	if (n > 0 || c->state != OPEN || c->held)
		return;
	if (n == 0)
		conn_saw_end(c);
	else if (error != EAGAIN && error != EWOULDBLOCK)
		fail(c, error);
	else if (c->broken)
		end(c, CONN_ERROR);
}

/* Closing: what still arrives is of no interest, but must be read, or closing the socket would
 * reset the connection and destroy our last words on their way (RFC 9293 section 3.10.4). */
static void
read_away(struct conn *c)
{
	ssize_t n;

	do
		n = recv(c->io.fd, worker_read_buffer(), WORKER_BUFFER, 0);
	while (n < 0 && errno == EINTR);
	if (n == 0) {
		c->peer_end = true;
		if (c->state == FINISHED)
			end(c, CONN_CLOSED);
	} else if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK) {
		end(c, CONN_CLOSED);
	}
}

static void
on_ready(struct io *io, unsigned events)
{
	struct conn *c = list_entry(io, struct conn, io);

	if (events & IO_WRITE) {
		c->blocked = false;
		turn_end_ask(&c->at_end);
	}
	if (c->state == OPEN && !c->held && events & (IO_READ | IO_HANGUP)) {
		if (worker_is_congested()) {
			if (c->again) /* the socket may have nothing to remind us with */
				io_read_again(io);
		} else if (c->again && !offer_kept(c)) {
			/* paused again, or about to end */
		} else if (c->peer_end)
			conn_saw_end(c);
		else
			read_socket(c);
	} else if (c->state == SENDING || c->state == FINISHED) {
		read_away(c);
	}
	watch(c);
}

/* --- writing -------------------------------------------------------------------------- */

static struct chunks *
queue_of(struct conn *c)
{
	return c->top ? &c->top->down : &c->out;
}

struct chunks *
filter_below(struct filter *f)
{
	return f->below ? &f->below->down : &f->conn->out;
}

static void
break_off(struct conn *c, int error)
{
	c->broken = true;
	c->blocked = false;
	forget_output(c);
	wait_stop(c);
	if (c->state == OPEN || c->state == MOVING) {
		if (c->state == OPEN) {
			c->failure = strerrordesc_np(error);
			io_read_again(&c->io);
		}
	} else {
		end(c, CONN_CLOSED);
	}
}

/* One system call. */
static void
send_some(struct conn *c)
{
	struct iovec pieces[PIECES_MAX];
	struct msghdr m = { .msg_iov = pieces };
	ssize_t n;

	m.msg_iovlen = (size_t)chunks_pieces(&c->out, pieces, PIECES_MAX);
	do
		n = sendmsg(c->io.fd, &m, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK) {
		break_off(c, errno);
		return;
	}
	if (n > 0) {
		chunks_drop(&c->out, (size_t)n);
		transport_metered(BYTES_SENT, n);
		if (c->wait)
			c->wait->sent += (size_t)n;
	}
	/* Not before the kernel says so: an edge is only reported to those it has refused. */
	c->blocked = n < 0;
}

static void
on_slow(struct timer *t)
{
	struct wait *w = list_entry(t, struct wait, timer);
	struct conn *c = w->conn;

	/* A large socket buffer is reported writable again only when much of it is free. */
	c->blocked = false;
	push(c);
	if (!c->wait || c->state != OPEN)
		return;
	if (w->sent < CONN_SLOW_BYTES) {
		forget_output(c);
		end(c, CONN_SLOW);
		return;
	}
	w->sent = 0;
	timer_set(t, transport_slow_ms(c->transport));
}

static void
on_linger_over(struct timer *t)
{
	struct wait *w = list_entry(t, struct wait, timer);

	forget_output(w->conn);
	end(w->conn, CONN_CLOSED);
}

static void
wait_start(struct conn *c, msec_t delay_ms, void (*on_due)(struct timer *t))
{
	wait_stop(c);
	c->wait = mem_zalloc(sizeof(*c->wait));
	c->wait->conn = c;
	timer_init(&c->wait->timer, on_due);
	timer_set(&c->wait->timer, delay_ms);
}

/* Lets what is queued leave, as far as the socket takes it. */
static void
push(struct conn *c)
{
	while (!c->blocked && !c->broken) {
		for (struct filter *f = c->top; f; f = f->below)
			if (f->down.bytes)
				f->kind->down(f, filter_below(f));
		if (!c->out.bytes)
			break;
		send_some(c);
	}
	if (c->state != OPEN)
		return;
	if (c->blocked && !c->wait)
		wait_start(c, transport_slow_ms(c->transport), on_slow);
	else if (!c->blocked)
		wait_stop(c);
}

void
conn_sends(struct conn *c)
{
	if (c->state == OPEN && conn_queued(c) > transport_output_max(c->transport)) {
		forget_output(c);
		end(c, CONN_SLOW);
		return;
	}
	turn_end_ask(&c->at_end);
}

/* Where bytes may be added; NULL: nowhere, the connection is about to end. */
static struct chunks *
admit(struct conn *c, size_t bytes)
{
	size_t queued, max;

	assert(c->state != MOVING);
	if (c->state != OPEN || c->broken)
		return NULL;
	queued = conn_queued(c);
	max = transport_output_max(c->transport);
	if (queued > max || bytes > max - queued) {
		forget_output(c);
		end(c, CONN_SLOW);
		return NULL;
	}
	return queue_of(c);
}

static void
wrote(struct conn *c)
{
	if (queue_of(c)->bytes >= CONN_FLUSH_BYTES)
		push(c);
	turn_end_ask(&c->at_end);
}

bool
conn_write(struct conn *c, struct str bytes)
{
	struct chunks *q = admit(c, bytes.len);

	if (!q)
		return false;
	chunks_add(q, bytes);
	wrote(c);
	return true;
}

char *
conn_reserve(struct conn *c, size_t bytes)
{
	struct chunks *q = admit(c, bytes);

	return q ? chunks_reserve(q, bytes) : NULL;
}

void
conn_written(struct conn *c, size_t bytes)
{
	chunks_added(queue_of(c), bytes);
	wrote(c);
}

void
conn_flush(struct conn *c)
{
	if (c->state != OPEN)
		return;
	push(c);
	turn_end_ask(&c->at_end);
}

/* --- moving --------------------------------------------------------------------------- */

struct arrival {
	struct conn *conn;
};

static void
arrive(const void *letter)
{
	struct conn *c = ((const struct arrival *)letter)->conn;
	void (*arrived)(void *user) = c->arrived;

	c->state = OPEN;
	c->failure = NULL;
	c->held &= ~(unsigned)HELD_BY_USER & 3;
	c->watched = IO_READ;
	c->edge = false;
	list_append(crowd_here(), &c->in_worker);
	if (io_add(&c->io, IO_READ, false) != OK)
		fail(c, ENOMEM);
	arrived(c->user);
	watch(c);
	if (!c->held)
		conn_again(c);
	turn_end_ask(&c->at_end);
}

static void
leave(struct conn *c)
{
	io_remove(&c->io);
	list_remove(&c->in_worker);
	wait_stop(c);
	for (struct filter *f = c->top; f; f = f->below)
		if (f->kind->leave)
			f->kind->leave(f);
	worker_post(c->to, arrive, &(struct arrival){ c }, sizeof(struct arrival));
}

void
conn_move(struct conn *c, unsigned worker, void (*arrived)(void *user))
{
	if (c->state == ENDED)
		return;
	assert(c->state == OPEN && c->held == HELD_BY_USER);
	c->state = MOVING;
	c->arrived = arrived;
	c->to = worker & 0xff;
	turn_end_ask(&c->at_end);
}

/* --- the end of a turn ---------------------------------------------------------------- */

static void
end_our_half(struct conn *c)
{
	if (c->linger_ms == 0 || c->peer_end || shutdown(c->io.fd, SHUT_WR) != 0)
		end(c, CONN_CLOSED);
	else
		c->state = FINISHED;
}

static void
on_turn_end(struct turn_end *t)
{
	struct conn *c = list_entry(t, struct conn, at_end);

	switch ((enum state)c->state) {
	case OPEN:
		push(c);
		watch(c);
		break;
	case MOVING:
		push(c);
		leave(c);
		break;
	case SENDING:
		push(c);
		if (c->state == SENDING && !c->blocked) {
			say_goodbye(c);
			push(c);
		}
		if (c->state == SENDING && (!c->blocked || c->linger_ms == 0))
			end_our_half(c);
		watch(c);
		break;
	case FINISHED:
		break;
	case ENDED:
		if (c->why == CONN_EOF || c->why == CONN_ERROR) {
			push(c);
			say_goodbye(c);
			push(c);
		}
		if (c->calls) /* a listener's user may refuse it */
			c->calls->on_end(c->user, (enum conn_end)c->why);
		turn_end_cancel(&c->at_end);
		conn_free(c);
	}
}

/* --- what the user asks for ----------------------------------------------------------- */

enum status
conn_adopt(struct transport *t, int fd, const struct address *peer, const struct visit *visit,
    struct conn **out)
{
	char text[ADDRESS_TEXT_MAX];
	size_t len = address_print(peer, text);
	msec_t keepalive_ms = transport_keepalive_ms(t);
	struct conn *c = mem_zalloc(sizeof(*c) + len);
	int on = 1;
	enum status s;

	memcpy(c->address, text, len);
	c->address_len = (uint8_t)len;
	c->transport = t;
	c->io.fd = fd;
	c->io.on_ready = on_ready;
	turn_end_init(&c->at_end, on_turn_end);
	list_append(crowd_here(), &c->in_worker);
	transport_metered(CONNECTIONS, 1);
	if (visit) {
		c->visit = *visit;
		c->counted = true;
	}
	/* These fail on a socket that is not TCP, which does not need them. */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (keepalive_ms) {
		int idle_s = (int)(keepalive_ms / 1000);

		setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
		setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof(idle_s));
	}
	if ((s = io_add(&c->io, IO_READ, false)) != OK) {
		conn_free(c);
		return s;
	}
	c->watched = IO_READ;
	*out = c;
	return OK;
}

void
conn_set_user(struct conn *c, const struct conn_user *calls, void *user)
{
	c->calls = calls;
	c->user = user;
}

void
conn_pause(struct conn *c)
{
	c->held |= HELD_BY_USER;
}

static void
let_go(struct conn *c, unsigned who)
{
	if (c->state != OPEN || !(c->held & who))
		return;
	c->held &= ~who & 3;
	c->resumed = true;
	if (c->held)
		return;
	watch(c);
	conn_again(c);
}

void
conn_resume(struct conn *c)
{
	let_go(c, HELD_BY_USER);
}

void
conn_hold(struct conn *c)
{
	c->held |= HELD_BY_FILTER;
}

void
conn_let_go(struct conn *c)
{
	let_go(c, HELD_BY_FILTER);
}

void
conn_again(struct conn *c)
{
	if (c->state != OPEN)
		return;
	c->again = true;
	io_read_again(&c->io);
}

void
conn_close(struct conn *c, msec_t linger_ms)
{
	if (c->state != OPEN)
		return;
	c->state = SENDING;
	c->linger_ms = linger_ms < UINT32_MAX ? (uint32_t)linger_ms : UINT32_MAX;
	forget_input(c);
	wait_stop(c);
	if (linger_ms) /* else the end of this turn is the end, after one attempt to send */
		wait_start(c, linger_ms, on_linger_over);
	turn_end_ask(&c->at_end);
}

void
conn_abort(struct conn *c)
{
	assert(c->state != MOVING);
	forget_output(c);
	end(c, CONN_CLOSED);
}

static void
end_here(const void *letter)
{
	(void)letter;
	list_each (link, crowd_here()) {
		struct conn *c = list_entry(link, struct conn, in_worker);

		if (c->state != MOVING)
			conn_abort(c);
	}
}

void
conns_end(void)
{
	for (unsigned w = 0; w < workers_count(); w++)
		worker_post(w, end_here, "", 1);
}

void
conn_saw_end(struct conn *c)
{
	c->peer_end = true;
	if (c->state == OPEN && !c->held)
		end(c, c->broken ? CONN_ERROR : CONN_EOF);
}

void
conn_fail(struct conn *c, const char *reason)
{
	if (c->state != OPEN)
		return;
	c->failure = reason;
	end(c, CONN_ERROR);
}

void
conn_secured(struct conn *c)
{
	if (c->state == OPEN && c->calls->on_secured)
		c->calls->on_secured(c->user);
}

void
conn_add_filter(struct conn *c, struct filter *f)
{
	f->conn = c;
	f->above = NULL;
	f->below = c->top;
	if (c->top)
		c->top->above = f;
	else
		c->bottom = f;
	c->top = f;
}

struct filter *
conn_filter(const struct conn *c, const struct filter_kind *kind)
{
	struct filter *f = c->bottom;

	while (f && f->kind != kind)
		f = f->above;
	return f;
}

void
conn_authenticated(struct conn *c)
{
	if (c->counted)
		admission_authenticated(transport_admission(c->transport), &c->visit);
}

/* --- facts ---------------------------------------------------------------------------- */

struct str
conn_address(const struct conn *c)
{
	return str_of(c->address, c->address_len);
}

bool
conn_is_trusted(const struct conn *c)
{
	return c->visit.from == NULL;
}

size_t
conn_queued(const struct conn *c)
{
	size_t n = c->out.bytes;

	for (const struct filter *f = c->bottom; f; f = f->above)
		n += f->down.bytes;
	return n;
}

struct str
conn_failure(const struct conn *c)
{
	return str_from_c(c->failure);
}
