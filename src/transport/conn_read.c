/* SPDX-License-Identifier: MIT
 *
 * How a connection reads: from the socket up through the filters to the user, and what it
 * keeps when somebody does not take all.
 *
 * The socket is read once per turn, so that each connection has its share (CONN_TURN_BYTES)
 * and no second system call is made to hear that nothing is left; it is watched
 * level-triggered and so reported again.
 */
#include <errno.h>
#include <sys/socket.h>

#include "base/limits.h"
#include "transport/conn_inside.h"

/* --- upwards ---------------------------------------------------------------------------- */

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
		c->wants_more = false;
		n = calls->on_bytes(user, str_of(bytes + taken, len - taken));
		assert(n <= len - taken);
		taken += n;
		if (c->wants_more)
			break;
		/* Bytes were taken, or there is somebody else now, or a reason to wait. */
		assert(n || c->state != OPEN || c->held || c->resumed || c->calls != calls ||
		       c->user != user || (f ? f->above : c->bottom));
	}
	return taken;
}

void
conn_forget_input(struct conn *c)
{
	for (struct filter *f = c->top; f; f = f->below)
		chunks_clear(&f->kept);
	chunks_clear(&c->kept);
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

void
conn_saw_end(struct conn *c)
{
	c->peer_end = true;
	if (c->state == OPEN && !c->held)
		conn_end(c, c->broken ? CONN_ERROR : CONN_EOF);
}

/* --- the socket ------------------------------------------------------------------------- */

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
		conn_end_by(c, error);
	else if (c->broken)
		conn_end(c, CONN_ERROR);
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
			conn_end(c, CONN_CLOSED);
	} else if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK) {
		conn_end(c, CONN_CLOSED);
	}
}

static void
read_open(struct conn *c)
{
	if (worker_is_congested()) {
		if (c->again) /* the socket may have nothing to remind us with */
			io_read_again(&c->io);
		return;
	}
	if (c->again && !offer_kept(c))
		return;
	if (c->peer_end)
		conn_saw_end(c);
	else
		read_socket(c);
}

void
conn_on_ready(struct io *io, unsigned events)
{
	struct conn *c = list_entry(io, struct conn, io);

	if (events & (IO_READ | IO_HANGUP)) {
		if (c->state == OPEN && !c->held)
			read_open(c);
		else if (c->state == SENDING || c->state == FINISHED)
			read_away(c);
	}
	if (events & IO_WRITE) {
		c->blocked = false;
		turn_end_ask(&c->at_end); /* which sees what to watch for then */
	} else {
		conn_watch(c);
	}
}

/* --- pausing ----------------------------------------------------------------------------- */

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
	conn_watch(c);
	conn_again(c);
}

void
conn_want_more(struct conn *c)
{
	c->wants_more = true;
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
