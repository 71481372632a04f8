/* SPDX-License-Identifier: MIT */
#include "media/stream.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loop/worker.h"
#include "media/metering.h"
#include "media/relay.h"
#include "media/settings.h"
#include "media/stun.h"
#include "transport/conn.h"

enum {
	ALLOCATED = 0x0103, /* the type of an answer to Allocate that grants it */
	LINGER_MS = 1000,
};

struct stream {
	struct conn *conn;
	struct io io;          /* towards the relay */
	struct timer patience; /* runs while a message is not whole */
	bool is_held;          /* the relay does not keep up: nothing is read */
	bool is_full;          /* the client does not: nothing is read from the relay */
	bool is_known;         /* has been granted something */
	bool is_leaving;
};

static void
watch(struct stream *s)
{
	unsigned events = (s->is_held ? IO_WRITE : 0) | (s->is_full ? 0 : IO_READ);

	if (!s->is_leaving && io_change(&s->io, events, false) != OK)
		conn_abort(s->conn);
}

/* The relay has let go of him. */
static void
leave(struct stream *s)
{
	s->is_leaving = true;
	io_remove(&s->io);
	conn_close(s->conn, LINGER_MS);
}

/* --- from the client ---------------------------------------------------------------------- */

/* False: it has to wait, or the relay has let go of him. */
static bool
hand_on(struct stream *s, struct str frame)
{
	if (send(s->io.fd, frame.at, frame.len, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
		return true;
	if (errno == EAGAIN || errno == ENOBUFS) {
		s->is_held = true;
		conn_pause(s->conn);
		watch(s);
	} else {
		leave(s);
	}
	return false;
}

static size_t
on_bytes(void *user, struct str bytes)
{
	struct stream *s = user;
	size_t used = 0, frame;

	while (used < bytes.len) {
		struct str rest = str_slice(bytes, used, bytes.len);

		frame = stun_frame(rest);
		if (frame == STUN_NO_FRAME) {
			conn_abort(s->conn);
			return bytes.len;
		}
		if (frame == 0 || frame > rest.len) {
			conn_want_more(s->conn);
			if (!timer_is_set(&s->patience))
				timer_set(&s->patience, turn_idle_ms());
			break;
		}
		timer_stop(&s->patience);
		if (!hand_on(s, str_slice(rest, 0, frame)))
			return s->is_held ? used : bytes.len;
		used += frame;
	}
	return used;
}

static void
on_impatience(struct timer *t)
{
	conn_abort(list_entry(t, struct stream, patience)->conn);
}

/* --- from the relay ----------------------------------------------------------------------- */

/* Channel data is padded (RFC 8656 section 12.5), all else is already. */
static void
write_to(struct stream *s, char *bytes, size_t len)
{
	if (!s->is_known && len >= 2 && bytes[0] == ALLOCATED >> 8 &&
	    bytes[1] == (ALLOCATED & 0xff)) {
		s->is_known = true;
		conn_authenticated(s->conn);
	}
	while (len % 4)
		bytes[len++] = 0;
	/* COMPAT(coturn, 4.6.1, 2026-11): its client looks for one message in a record of TLS.
	 */
	if (conn_write(s->conn, str_of(bytes, len)) && conn_is_secure(s->conn))
		conn_flush(s->conn);
}

static void
read_from_relay(struct stream *s)
{
	char *room = worker_read_buffer();

	for (int i = 0; i < TURN_STREAM_PACKETS; i++) {
		ssize_t n;

		if (conn_queued(s->conn) > TURN_STREAM_QUEUE_BYTES ||
		    !conn_has_room(s->conn, 2 * STUN_FRAME_MAX)) {
			s->is_full = true;
			conn_tell_sent(s->conn);
			watch(s);
			return;
		}
		n = recv(s->io.fd, room, WORKER_BUFFER - 4, MSG_DONTWAIT);
		if (n > 0) {
			write_to(s, room, (size_t)n);
		} else {
			if (n == 0 || (errno != EAGAIN && errno != EINTR))
				leave(s);
			return;
		}
	}
}

static void
on_ready(struct io *io, unsigned events)
{
	struct stream *s = list_entry(io, struct stream, io);

	if (s->is_held && events & IO_WRITE) {
		s->is_held = false;
		watch(s);
		conn_resume(s->conn);
	}
	if (events & IO_HANGUP && s->is_full)
		leave(s);
	else if (events & (IO_READ | IO_HANGUP))
		read_from_relay(s);
}

static void
on_sent(void *user)
{
	struct stream *s = user;

	s->is_full = false;
	watch(s);
}

/* --- all ---------------------------------------------------------------------------------- */

static void
on_end(void *user, enum conn_end why)
{
	struct stream *s = user;

	(void)why;
	timer_stop(&s->patience);
	io_remove(&s->io);
	close(s->io.fd);
	free(s);
	turn_metered(TURN_STREAMS, -1);
}

void
turn_accept(struct conn *c)
{
	static const struct conn_user calls = { on_bytes, NULL, on_sent, on_end };
	struct stream *s;
	struct address from = { 0 };
	int fd;

	if (address_parse(conn_address(c), &from) != OK ||
	    (fd = turn_door_for(&from, conn_port(c))) < 0) {
		conn_abort(c);
		return;
	}
	s = mem_zalloc(sizeof(*s));
	s->conn = c;
	s->io.fd = fd;
	s->io.on_ready = on_ready;
	timer_init(&s->patience, on_impatience);
	conn_set_user(c, &calls, s);
	turn_metered(TURN_STREAMS, 1);
	if (io_add(&s->io, IO_READ, false) != OK)
		conn_abort(c);
}
