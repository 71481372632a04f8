/* SPDX-License-Identifier: MIT
 *
 * How a connection writes: bytes gather until the end of the turn, or until there are many,
 * then go down through the filters to the socket.
 *
 * A failed write is not the end: what the peer had sent before it went is still in the
 * socket. Output is thrown away from then on, and reading comes upon the end.
 */
#include <errno.h>
#include <sys/socket.h>

#include "base/limits.h"
#include "transport/conn_inside.h"

enum { PIECES_MAX = 64 }; /* of one system call */

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

size_t
conn_queued(const struct conn *c)
{
	size_t n = c->out.bytes;

	for (const struct filter *f = c->bottom; f; f = f->above)
		n += f->down.bytes;
	return n;
}

void
conn_forget_output(struct conn *c)
{
	for (struct filter *f = c->top; f; f = f->below)
		chunks_clear(&f->down);
	chunks_clear(&c->out);
}

/* --- waiting for the socket -------------------------------------------------------------- */

void
conn_wait(struct conn *c, msec_t delay_ms, void (*on_due)(struct timer *t))
{
	conn_wait_stop(c);
	c->wait = mem_zalloc(sizeof(*c->wait));
	c->wait->conn = c;
	timer_init(&c->wait->timer, on_due);
	timer_set(&c->wait->timer, delay_ms);
}

void
conn_wait_stop(struct conn *c)
{
	if (!c->wait)
		return;
	timer_stop(&c->wait->timer);
	free(c->wait);
	c->wait = NULL;
}

/* --- sending ---------------------------------------------------------------------------- */

static void
break_off(struct conn *c, int error)
{
	c->broken = true;
	c->blocked = false;
	conn_forget_output(c);
	conn_wait_stop(c);
	if (c->state == OPEN || c->state == MOVING) {
		if (c->state == OPEN) {
			c->failure = strerrordesc_np(error);
			io_read_again(&c->io);
		}
	} else {
		conn_end(c, CONN_CLOSED);
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
	conn_push(c);
	if (!c->wait || c->state != OPEN)
		return;
	if (w->sent < CONN_SLOW_BYTES) {
		conn_forget_output(c);
		conn_end(c, CONN_SLOW);
		return;
	}
	w->sent = 0;
	timer_set(t, transport_slow_ms(c->transport));
}

void
conn_push(struct conn *c)
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
		conn_wait(c, transport_slow_ms(c->transport), on_slow);
	else if (!c->blocked)
		conn_wait_stop(c);
}

/* --- telling ----------------------------------------------------------------------------- */

void
conn_tell_sent(struct conn *c)
{
	if (c->state != OPEN)
		return;
	c->tell_sent = true;
	turn_end_ask(&c->at_end);
}

void
conn_told_sent(struct conn *c)
{
	if (!c->tell_sent || c->state != OPEN || c->broken || conn_queued(c) > 0)
		return;
	c->tell_sent = false;
	if (c->calls->on_sent)
		c->calls->on_sent(c->user);
}

/* --- queueing --------------------------------------------------------------------------- */

void
conn_sends(struct conn *c)
{
	if (c->state == OPEN && conn_queued(c) > transport_output_max(c->transport)) {
		conn_forget_output(c);
		conn_end(c, CONN_SLOW);
		return;
	}
	turn_end_ask(&c->at_end);
}

bool
conn_has_room(const struct conn *c, size_t bytes)
{
	size_t queued = conn_queued(c), max = transport_output_max(c->transport);

	return queued == 0 || (queued <= max && bytes <= max - queued);
}

/* Where bytes may be added; NULL: nowhere, the connection is about to end. One piece always
 * goes, whatever its size, so that nothing is too large to be said. */
static struct chunks *
admit(struct conn *c, size_t bytes)
{
	assert(c->state != MOVING);
	if (c->state != OPEN || c->broken)
		return NULL;
	if (!conn_has_room(c, bytes)) {
		conn_forget_output(c);
		conn_end(c, CONN_SLOW);
		return NULL;
	}
	return queue_of(c);
}

static void
wrote(struct conn *c)
{
	if (queue_of(c)->bytes >= CONN_FLUSH_BYTES)
		conn_push(c);
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
	conn_push(c);
	turn_end_ask(&c->at_end);
}
