/* SPDX-License-Identifier: MIT
 *
 * A connection's states, and what holds in each:
 *
 *   OPEN      reads unless held, writes; from conn_adopt
 *   MOVING    paused, leaves for another worker at the end of the turn (conn_move) and is
 *             OPEN again there (arrive)
 *   SENDING   conn_close: what is queued leaves, what arrives is thrown away
 *   FINISHED  all has left and our half is closed (end_our_half): waits for the peer's
 *   ENDED     not watched; on_end at the end of the turn, then gone (conn_end)
 *
 * Reading is in conn_read.c, writing in conn_write.c.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdalign.h>
#include <sys/socket.h>
#include <unistd.h>

#include "transport/conn_inside.h"

/* By worker: conn.in_worker, in whatever state. */
static struct {
	alignas(64) struct list conns;
} crowds[WORKERS_MAX];

static struct list *
crowd_here(void)
{
	int worker = worker_self();
	struct list *conns;

	assert(worker != WORKER_NONE);
	conns = &crowds[worker].conns;
	if (!conns->next)
		list_init(conns);
	return conns;
}

/* --- the end -------------------------------------------------------------------------- */

void
conn_end(struct conn *c, enum conn_end why)
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
	conn_wait_stop(c);
	conn_forget_input(c);
	turn_end_ask(&c->at_end);
}

void
conn_end_by(struct conn *c, int error)
{
	if (c->state != ENDED)
		c->failure = strerrordesc_np(error);
	conn_end(c, CONN_ERROR);
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
	conn_forget_input(c);
	conn_forget_output(c);
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

/* Level-triggered while it reads. While nothing may be read, edge-triggered: a hang-up, which
 * epoll reports whether one asks or not, then does not come again and again. */
void
conn_watch(struct conn *c)
{
	bool reading = is_reading(c);
	unsigned events = (reading ? IO_READ : 0U) | (c->blocked ? IO_WRITE : 0U);

	if (c->state == ENDED || c->state == MOVING ||
	    (events == c->watched && c->edge == !reading))
		return;
	if (io_change(&c->io, events, !reading) != OK) {
		conn_end_by(c, ENOMEM);
		return;
	}
	c->watched = events & 3;
	c->edge = !reading;
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
		conn_end_by(c, ENOMEM);
	arrived(c->user);
	conn_watch(c);
	if (!c->held)
		conn_again(c);
	turn_end_ask(&c->at_end);
}

static void
leave(struct conn *c)
{
	io_remove(&c->io);
	list_remove(&c->in_worker);
	conn_wait_stop(c);
	for (struct filter *f = c->top; f; f = f->below)
		if (f->kind->leave)
			f->kind->leave(f);
	worker_post(c->to, arrive, &(struct arrival){ c }, sizeof(struct arrival));
}

void
conn_move(struct conn *c, unsigned worker, void (*arrived)(void *user))
{
	if (c->state != OPEN)
		return; /* on_end is on its way */
	assert(c->held == HELD_BY_USER);
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
		conn_end(c, CONN_CLOSED);
	else
		c->state = FINISHED;
}

static void
on_turn_end(struct turn_end *t)
{
	struct conn *c = list_entry(t, struct conn, at_end);

	switch ((enum state)c->state) {
	case OPEN:
		conn_push(c);
		conn_told_sent(c);
		conn_watch(c);
		break;
	case MOVING:
		conn_push(c);
		leave(c);
		break;
	case SENDING:
		conn_push(c);
		if (c->state == SENDING && !c->blocked) {
			say_goodbye(c);
			conn_push(c);
		}
		if (c->state == SENDING && (!c->blocked || c->linger_ms == 0))
			end_our_half(c);
		conn_watch(c);
		break;
	case FINISHED:
		break;
	case ENDED:
		if (c->why == CONN_EOF || c->why == CONN_ERROR) {
			conn_push(c);
			say_goodbye(c);
			conn_push(c);
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
	msec_t keepalive_ms = transport_keepalive_ms(t);
	struct conn *c = mem_zalloc(sizeof(*c));
	int on = 1;
	enum status s;

	c->address_len = (uint8_t)address_print(peer, c->address);
	c->transport = t;
	c->io.fd = fd;
	c->io.on_ready = conn_on_ready;
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

static void
on_linger_over(struct timer *t)
{
	struct wait *w = list_entry(t, struct wait, timer);

	conn_forget_output(w->conn);
	conn_end(w->conn, CONN_CLOSED);
}

void
conn_close(struct conn *c, msec_t linger_ms)
{
	assert(c->state != MOVING);
	if (c->state != OPEN)
		return;
	c->state = SENDING;
	c->linger_ms = linger_ms < UINT32_MAX ? (uint32_t)linger_ms : UINT32_MAX;
	conn_forget_input(c);
	conn_wait_stop(c);
	if (linger_ms) /* else the end of this turn is the end, after one attempt to send */
		conn_wait(c, linger_ms, on_linger_over);
	turn_end_ask(&c->at_end);
}

void
conn_abort(struct conn *c)
{
	assert(c->state != MOVING);
	conn_forget_output(c);
	conn_end(c, CONN_CLOSED);
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
conn_fail(struct conn *c, const char *reason)
{
	if (c->state != OPEN)
		return;
	c->failure = reason;
	conn_end(c, CONN_ERROR);
}

void
conn_secured(struct conn *c)
{
	if (c->state == OPEN && c->calls->on_secured)
		c->calls->on_secured(c->user);
}

/* --- filters ---------------------------------------------------------------------------- */

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

bool
conn_came_from(struct conn *c, const struct address *from)
{
	struct admission *a = transport_admission(c->transport);

	c->address_len = (uint8_t)address_print(from, c->address);
	if (!c->counted)
		return true;
	admission_leave(a, &c->visit);
	c->counted = admission_enter(a, from, &c->visit) == ADMITTED;
	if (!c->counted)
		transport_metered(CONNECTIONS_REFUSED, 1);
	return c->counted;
}

/* --- facts ---------------------------------------------------------------------------- */

struct str
conn_address(const struct conn *c)
{
	return str_of(c->address, c->address_len);
}

uint16_t
conn_port(const struct conn *c)
{
	struct sockaddr_in6 peer = { 0 };
	socklen_t len = sizeof(peer);

	/* The port of IPv4 is at the same place. */
	if (getpeername(c->io.fd, (struct sockaddr *)&peer, &len) != 0 ||
	    (peer.sin6_family != AF_INET6 && peer.sin6_family != AF_INET))
		return 0;
	return ntohs(peer.sin6_port);
}

enum status
conn_peer_uid(const struct conn *c, uint32_t *out)
{
	struct ucred peer;
	int domain = 0;
	socklen_t len = sizeof(domain), peer_len = sizeof(peer);

	/* Other sockets tell credentials, too: those of nobody. */
	if (getsockopt(c->io.fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) != 0 ||
	    domain != AF_UNIX ||
	    getsockopt(c->io.fd, SOL_SOCKET, SO_PEERCRED, &peer, &peer_len) != 0)
		return E_UNSUPPORTED;
	*out = peer.uid;
	return OK;
}

bool
conn_is_trusted(const struct conn *c)
{
	return c->visit.from == NULL;
}

struct str
conn_failure(const struct conn *c)
{
	return str_from_c(c->failure);
}
