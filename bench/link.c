/* SPDX-License-Identifier: MIT */
#include "bench/link.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "bench/carrier.h"
#include "bench/swarm.h"

enum { PART_MAX_BYTES = 4 * 1024 * 1024 }; /* of a stanza, or of output that waits */

void
link_init(struct link *l, struct client *c)
{
	*l = (struct link){ .client = c, .wire = { .fd = -1 } };
	buf_init(&l->in, PART_MAX_BYTES);
	buf_init(&l->out, PART_MAX_BYTES);
}

static void
watch(struct link *l, int operation, uint32_t events)
{
	struct epoll_event e = { .events = events, .data.ptr = l };

	if (epoll_ctl(l->client->swarm->epoll_fd, operation, l->wire.fd, &e) != 0)
		die("epoll: %s", strerror(errno));
}

static void
set_blocked(struct link *l, bool blocked)
{
	if (l->is_blocked == blocked)
		return;
	l->is_blocked = blocked;
	watch(l, EPOLL_CTL_MOD, EPOLLIN | (blocked ? EPOLLOUT : 0u));
}

void
link_open(struct link *l)
{
	const struct plan *p = l->client->swarm->plan;
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)p->port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	assert(l->stage == LINK_CLOSED);
	if (fd < 0)
		die("socket: %s", strerror(errno));
	/* Options are followed by a NUL. */
	if (inet_pton(AF_INET, p->address.at, &to.sin_addr) != 1)
		die("\"%.*s\" is no IPv4 address", STR_ARG(p->address));
	wire_init(&l->wire, fd);
	if (connect(fd, (const struct sockaddr *)&to, sizeof(to)) != 0 && errno != EINPROGRESS)
		die("u%u: connecting to port %u: %s", l->client->account, p->port,
		    strerror(errno));
	l->stage = LINK_CONNECTING;
	l->is_blocked = true;
	l->may_end = false;
	l->is_waiting = false;
	l->opened++;
	watch(l, EPOLL_CTL_ADD, EPOLLIN | EPOLLOUT);
}

void
link_close(struct link *l)
{
	if (l->stage == LINK_CLOSED)
		return;
	wire_close(&l->wire);
	buf_fini(&l->in);
	buf_fini(&l->out);
	l->stage = LINK_CLOSED;
}

void
link_start_tls(struct link *l)
{
	wire_start_tls(&l->wire, l->client->swarm->tls, false);
	l->stage = LINK_SECURING;
}

/* --- writing ---------------------------------------------------------------------------- */

char *
link_reserve(struct link *l, size_t bytes)
{
	char *at = buf_reserve(&l->out, bytes);

	if (!at)
		die("u%u: the server does not read", l->client->account);
	return at;
}

void
link_sent(struct link *l, size_t bytes)
{
	buf_added(&l->out, bytes);
	swarm_mark_dirty(l);
}

void
link_send(struct link *l, struct str bytes)
{
	memcpy(link_reserve(l, bytes.len), bytes.at, bytes.len);
	link_sent(l, bytes.len);
}

void
link_flush(struct link *l)
{
	size_t done = 0, n;

	/* What was said before a handshake is over is written when it is. */
	if (l->stage != LINK_OPEN)
		return;
	while (done < l->out.len) {
		struct str rest = str_slice(buf_str(&l->out), done, l->out.len);
		enum status status = wire_write(&l->wire, rest, &n);

		if (status == E_AGAIN)
			break;
		if (status != OK && !l->may_end)
			client_lost(l->client);
		if (status != OK)
			n = rest.len; /* nobody will read it */
		done += n;
	}
	buf_drop(&l->out, done);
	set_blocked(l, l->out.len > 0);
}

/* --- reading ---------------------------------------------------------------------------- */

/* Offers what has come to the carrier, and keeps what it does not take. False when the
 * connection that these bytes came on is no more. */
static bool
offer(struct link *l, struct str bytes)
{
	const struct carrier *carrier = l->client->swarm->carrier;
	uint64_t opened = l->opened;
	size_t done;

	if (l->in.len == 0) {
		done = carrier->on_bytes(l, bytes);
		if (l->stage == LINK_CLOSED || l->opened != opened)
			return false;
		if (buf_add(&l->in, str_slice(bytes, done, bytes.len)) != OK)
			die("u%u: a stanza is too long", l->client->account);
		return true;
	}
	if (buf_add(&l->in, bytes) != OK)
		die("u%u: a stanza is too long", l->client->account);
	/* A link that is closed meanwhile has lost its buffer. */
	struct buf in = l->in;

	buf_init(&l->in, PART_MAX_BYTES);
	done = carrier->on_bytes(l, buf_str(&in));
	if (l->stage == LINK_CLOSED || l->opened != opened) {
		buf_fini(&in);
		return false;
	}
	buf_drop(&in, done);
	l->in = in;
	return true;
}

static void
receive(struct link *l)
{
	struct swarm *s = l->client->swarm;
	enum status status;
	size_t n;

	do {
		status = wire_read(&l->wire, s->read, sizeof(s->read), &n);
		if (status == E_AGAIN)
			return;
		if (status != OK) {
			if (!l->may_end)
				client_lost(l->client);
			s->carrier->on_end(l);
			return;
		}
		s->bytes_in += n;
		if (!offer(l, str_of(s->read, n)))
			return;
		/* Full: there may be more. TLS returns one record at a time. */
	} while ((n == sizeof(s->read) || l->wire.tls) && l->stage == LINK_OPEN);
}

/* --- events ----------------------------------------------------------------------------- */

static void
opened(struct link *l)
{
	l->stage = LINK_OPEN;
	set_blocked(l, false);
	l->client->swarm->carrier->on_open(l);
}

static void
secure(struct link *l)
{
	enum wire_wait wait;

	switch (wire_handshake(&l->wire, &wait)) {
	case OK:
		opened(l);
		break;
	case E_AGAIN:
		set_blocked(l, wait == WIRE_WRITABLE);
		break;
	default:
		die("u%u: the TLS handshake failed", l->client->account);
	}
}

static void
connected(struct link *l)
{
	int error = 0;
	socklen_t len = sizeof(error);

	if (getsockopt(l->wire.fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0 || error)
		die("u%u: connecting: %s", l->client->account, strerror(error));
	if (l->client->swarm->plan->tls != PLAN_TLS_DIRECT) {
		opened(l);
		return;
	}
	set_blocked(l, false);
	link_start_tls(l);
}

void
link_on_event(struct link *l, uint32_t events)
{
	if (l->stage == LINK_CONNECTING && (events & (EPOLLOUT | EPOLLERR)))
		connected(l);
	if (l->stage == LINK_SECURING) {
		secure(l);
		return;
	}
	if (l->stage == LINK_OPEN && l->is_blocked)
		link_flush(l);
	if (l->stage == LINK_OPEN && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
		receive(l);
	/* <proceed/> was in what has been read. */
	if (l->stage == LINK_SECURING)
		secure(l);
}
