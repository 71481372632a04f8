/* SPDX-License-Identifier: MIT */
#include "bench/swarm.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/login.h"

enum {
	EVENTS = 512,
	PART_MAX_BYTES = 4 * 1024 * 1024, /* of a stanza, or of output that waits */
};

static const struct swarm_calls no_calls;

/* --- life ------------------------------------------------------------------------------- */

/* As many descriptors as this process may have. */
static void
raise_limit(size_t wanted)
{
	struct rlimit l;

	if (getrlimit(RLIMIT_NOFILE, &l) != 0)
		die("getrlimit: %s", strerror(errno));
	l.rlim_cur = l.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &l) != 0)
		die("setrlimit: %s", strerror(errno));
	if (l.rlim_cur < wanted + 32)
		die("%zu clients need more descriptors than the %llu allowed", wanted,
		    (unsigned long long)l.rlim_cur);
}

struct swarm *
swarm_new(const struct plan *p, size_t clients)
{
	struct swarm *s = mem_zalloc(sizeof(*s));

	raise_limit(clients);
	s->plan = p;
	s->calls = &no_calls;
	if ((s->epoll_fd = epoll_create1(EPOLL_CLOEXEC)) < 0)
		die("epoll: %s", strerror(errno));
	s->tls = wire_client_context();
	scram_cache_init(&s->keys, p->password);
	s->clients = mem_zalloc(clients * sizeof(*s->clients));
	s->dirty = mem_alloc(clients * sizeof(struct client *));
	s->n = s->n_closed = clients;
	s->deadline_ns = now_ns() + (uint64_t)p->limit_ms * 1000000;
	for (size_t i = 0; i < clients; i++) {
		struct client *c = &s->clients[i];

		c->swarm = s;
		c->number = (uint32_t)i;
		c->account = p->first + c->number;
		c->wire.fd = -1;
		buf_init(&c->in, PART_MAX_BYTES);
		buf_init(&c->out, PART_MAX_BYTES);
	}
	return s;
}

void
swarm_free(struct swarm **swarm)
{
	struct swarm *s = *swarm;

	if (!s)
		return;
	for (size_t i = 0; i < s->n; i++)
		client_drop(&s->clients[i]);
	wire_context_free(&s->tls);
	scram_cache_fini(&s->keys);
	close(s->epoll_fd);
	free(s->clients);
	free(s->dirty);
	free(s);
	*swarm = NULL;
}

/* --- one client ------------------------------------------------------------------------- */

static void
watch(struct client *c, int operation, uint32_t events)
{
	struct epoll_event e = { .events = events, .data.ptr = c };

	if (epoll_ctl(c->swarm->epoll_fd, operation, c->wire.fd, &e) != 0)
		die("epoll: %s", strerror(errno));
}

static void
set_blocked(struct client *c, bool blocked)
{
	if (c->is_blocked == blocked)
		return;
	c->is_blocked = blocked;
	watch(c, EPOLL_CTL_MOD, EPOLLIN | (blocked ? EPOLLOUT : 0u));
}

void
client_open(struct client *c)
{
	const struct plan *p = c->swarm->plan;
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)p->port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	assert(c->stage == CLIENT_CLOSED);
	if (fd < 0)
		die("socket: %s", strerror(errno));
	/* Options are followed by a NUL. */
	if (inet_pton(AF_INET, p->address.at, &to.sin_addr) != 1)
		die("\"%.*s\" is no IPv4 address", STR_ARG(p->address));
	wire_init(&c->wire, fd);
	if (connect(fd, (const struct sockaddr *)&to, sizeof(to)) != 0 && errno != EINPROGRESS)
		die("u%u: connecting to port %u: %s", c->account, p->port, strerror(errno));
	c->stage = CLIENT_CONNECTING;
	c->is_blocked = true;
	c->swarm->n_closed--;
	watch(c, EPOLL_CTL_ADD, EPOLLIN | EPOLLOUT);
}

void
client_drop(struct client *c)
{
	if (c->stage == CLIENT_CLOSED)
		return;
	if (c->stage == CLIENT_READY)
		c->swarm->n_ready--;
	wire_close(&c->wire);
	login_free(&c->login);
	buf_fini(&c->in);
	buf_fini(&c->out);
	c->scan = (struct scan){ 0 };
	c->stage = CLIENT_CLOSED;
	c->swarm->n_closed++;
}

static void
left(struct client *c)
{
	client_drop(c);
	if (c->swarm->calls->on_closed)
		c->swarm->calls->on_closed(c);
}

static void
mark_dirty(struct client *c)
{
	if (c->is_dirty)
		return;
	c->is_dirty = true;
	c->swarm->dirty[c->swarm->n_dirty++] = c;
}

char *
client_reserve(struct client *c, size_t bytes)
{
	char *at = buf_reserve(&c->out, bytes);

	if (!at)
		die("u%u: the server does not read", c->account);
	return at;
}

void
client_sent(struct client *c, size_t bytes)
{
	buf_added(&c->out, bytes);
	mark_dirty(c);
}

void
client_send(struct client *c, struct str bytes)
{
	memcpy(client_reserve(c, bytes.len), bytes.at, bytes.len);
	client_sent(c, bytes.len);
}

static _Noreturn void
lost(const struct client *c)
{
	static const char *const stages[] = {
		[CLIENT_CONNECTING] = "connecting",
		[CLIENT_SECURING] = "in the TLS handshake",
		[CLIENT_FEATURES] = "waiting for features",
		[CLIENT_PROCEED] = "waiting for TLS",
		[CLIENT_CHALLENGE] = "waiting for a challenge",
		[CLIENT_SUCCESS] = "waiting for success",
		[CLIENT_BOUND] = "binding",
		[CLIENT_ROSTER] = "waiting for the roster",
		[CLIENT_GROUPED] = "joining a group",
		[CLIENT_READY] = "logged in",
		[CLIENT_LEAVING] = "leaving",
	};

	die("u%u: the server closed the connection (%s)", c->account, stages[c->stage]);
}

static void
flush(struct client *c)
{
	size_t done = 0, n;

	/* What was said before a handshake is over is written when it is. */
	if (c->stage == CLIENT_CLOSED || c->stage == CLIENT_CONNECTING ||
	    c->stage == CLIENT_SECURING)
		return;
	while (done < c->out.len) {
		struct str rest = str_slice(buf_str(&c->out), done, c->out.len);
		enum status status = wire_write(&c->wire, rest, &n);

		if (status == E_AGAIN)
			break;
		if (status != OK && c->stage != CLIENT_LEAVING)
			lost(c);
		if (status != OK)
			n = rest.len; /* nobody will read it */
		done += n;
	}
	buf_drop(&c->out, done);
	set_blocked(c, c->out.len > 0);
}

void
client_leave(struct client *c)
{
	assert(c->stage == CLIENT_READY);
	c->swarm->n_ready--;
	c->stage = CLIENT_LEAVING;
	if (c->swarm->plan->bare)
		left(c);
	else
		client_send(c, S("</stream:stream>"));
}

static void
on_part(struct client *c, enum scan_part kind, struct str part)
{
	if (kind == SCAN_HEADER)
		return;
	if (kind == SCAN_END) {
		if (c->stage != CLIENT_LEAVING)
			die("u%u: the server closed the stream", c->account);
		left(c);
		return;
	}
	part = str_trim(part);
	if (c->stage != CLIENT_READY)
		login_on_stanza(c, part);
	else if (str_starts(part, S("<stream:error")))
		die("u%u: %.*s", c->account, STR_ARG(part));
	else if (c->swarm->calls->on_stanza)
		c->swarm->calls->on_stanza(c, part);
}

/* Returns how many bytes are done with; the rest begins a part. */
static size_t
take(struct client *c, struct str bytes)
{
	enum scan_part kind;
	struct str part;
	size_t done = 0;

	while (done < bytes.len) {
		kind = scan_next(&c->scan, str_slice(bytes, done, bytes.len), &part);
		if (kind == SCAN_NOTHING)
			break;
		done += part.len;
		on_part(c, kind, part);
		if (c->stage == CLIENT_CLOSED || c->stage == CLIENT_CONNECTING)
			return bytes.len;
	}
	return done;
}

static void
receive(struct client *c)
{
	struct swarm *s = c->swarm;
	enum status status;
	size_t n;

	do {
		status = wire_read(&c->wire, s->read, sizeof(s->read), &n);
		if (status == E_AGAIN)
			return;
		if (status != OK) {
			if (c->stage != CLIENT_LEAVING)
				lost(c);
			left(c);
			return;
		}
		s->bytes_in += n;
		if (c->in.len == 0) {
			size_t done = take(c, str_of(s->read, n));

			if (done == n)
				continue;
			if (buf_add(&c->in, str_of(s->read + done, n - done)) != OK)
				die("u%u: a stanza is too long", c->account);
		} else {
			if (buf_add(&c->in, str_of(s->read, n)) != OK)
				die("u%u: a stanza is too long", c->account);
			/* A client that is closed meanwhile has lost its buffer. */
			struct buf in = c->in;

			buf_init(&c->in, PART_MAX_BYTES);
			buf_drop(&in, take(c, buf_str(&in)));
			if (in.len && c->in.len == 0)
				c->in = in;
			else
				buf_fini(&in);
		}
		/* Full: there may be more. TLS returns one record at a time. */
	} while ((n == sizeof(s->read) || c->wire.tls) && c->stage != CLIENT_CLOSED &&
		 c->stage != CLIENT_CONNECTING);
}

static void
secure(struct client *c)
{
	enum wire_wait wait;

	switch (wire_handshake(&c->wire, &wait)) {
	case OK:
		set_blocked(c, false);
		login_secured(c);
		break;
	case E_AGAIN:
		set_blocked(c, wait == WIRE_WRITABLE);
		break;
	default:
		die("u%u: the TLS handshake failed", c->account);
	}
}

static void
connected(struct client *c)
{
	int error = 0;
	socklen_t len = sizeof(error);

	if (getsockopt(c->wire.fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0 || error)
		die("u%u: connecting: %s", c->account, strerror(error));
	set_blocked(c, false);
	login_connected(c);
}

static void
on_event(struct client *c, uint32_t events)
{
	if (c->stage == CLIENT_CONNECTING && (events & (EPOLLOUT | EPOLLERR)))
		connected(c);
	if (c->stage == CLIENT_SECURING) {
		secure(c);
		return;
	}
	if (c->stage != CLIENT_CLOSED && c->stage != CLIENT_CONNECTING && c->is_blocked)
		flush(c);
	if (c->stage != CLIENT_CLOSED && c->stage != CLIENT_CONNECTING &&
	    (events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
		receive(c);
	/* <proceed/> was in what has been read. */
	if (c->stage == CLIENT_SECURING)
		secure(c);
}

/* --- all of them ------------------------------------------------------------------------ */

static void
flush_dirty(struct swarm *s)
{
	for (size_t i = 0; i < s->n_dirty; i++) {
		s->dirty[i]->is_dirty = false;
		flush(s->dirty[i]);
	}
	s->n_dirty = 0;
}

void
swarm_turn(struct swarm *s, int64_t max_ns)
{
	struct epoll_event events[EVENTS];
	struct timespec wait = { max_ns / 1000000000, max_ns % 1000000000 };
	const struct timespec second = { .tv_sec = 1 };
	int n;

	flush_dirty(s);
	/* At least once a second the clock is looked at. */
	n = epoll_pwait2(
	    s->epoll_fd, events, EVENTS, max_ns < 0 || wait.tv_sec > 0 ? &second : &wait, NULL);
	if (n < 0 && errno != EINTR)
		die("epoll: %s", strerror(errno));
	for (int i = 0; i < n; i++)
		on_event(events[i].data.ptr, events[i].events);
	flush_dirty(s);
	if (now_ns() > s->deadline_ns)
		die("not done within the --limit");
	if (n == 0 && !processes_alive(&s->plan->server))
		die("the server has ended");
}

void
swarm_log_in(struct swarm *s)
{
	size_t next = 0;

	while (s->n_ready < s->n) {
		while (next < s->n && s->n - s->n_closed - s->n_ready < s->plan->concurrent) {
			if (s->clients[next].stage == CLIENT_CLOSED)
				client_open(&s->clients[next]);
			next++;
		}
		swarm_turn(s, -1);
	}
}

void
swarm_log_out(struct swarm *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->clients[i].stage == CLIENT_READY)
			client_leave(&s->clients[i]);
	while (s->n_closed < s->n)
		swarm_turn(s, -1);
}

void
swarm_settle(struct swarm *s)
{
	const uint64_t step_ns = UINT64_C(100000000), most_ns = 50 * step_ns;
	const struct processes *server = &s->plan->server;
	uint64_t begin = now_ns(), at = begin;
	bool quiet = false;

	while (!quiet && at < begin + most_ns) {
		uint64_t cpu = processes_cpu_ns(server), bytes = s->bytes_in,
			 until = at + step_ns;

		for (; at < until; at = now_ns())
			swarm_turn(s, (int64_t)(until - at));
		quiet = s->bytes_in == bytes && processes_cpu_ns(server) - cpu < step_ns / 50;
	}
}
