/* SPDX-License-Identifier: MIT */
#include "bench/swarm.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bench/login.h"

enum { EVENTS = 512 };

static const struct swarm_calls no_calls;

static const struct carrier *const carriers[] = {
	[PLAN_TCP] = &carrier_tcp,
	[PLAN_WEBSOCKET] = &carrier_websocket,
	[PLAN_BOSH] = &carrier_bosh,
};

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

	raise_limit(p->transport == PLAN_BOSH ? CLIENT_LINKS * clients : clients);
	s->plan = p;
	s->calls = &no_calls;
	s->carrier = p->bare ? &carrier_bare : carriers[p->transport];
	if ((s->epoll_fd = epoll_create1(EPOLL_CLOEXEC)) < 0)
		die("epoll: %s", strerror(errno));
	s->tls = wire_client_context();
	scram_cache_init(&s->keys, p->password);
	s->clients = mem_zalloc(clients * sizeof(*s->clients));
	s->dirty = mem_alloc(CLIENT_LINKS * clients * sizeof(struct link *));
	s->n = s->n_closed = clients;
	s->deadline_ns = now_ns() + (uint64_t)p->limit_ms * 1000000;
	for (size_t i = 0; i < clients; i++) {
		struct client *c = &s->clients[i];

		c->swarm = s;
		c->number = (uint32_t)i;
		c->account = p->first + c->number;
		for (size_t n = 0; n < CLIENT_LINKS; n++)
			link_init(&c->links[n], c);
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

void
client_open(struct client *c)
{
	assert(c->stage == CLIENT_CLOSED);
	c->stage = CLIENT_CONNECTING;
	c->swarm->n_closed--;
	link_open(&c->links[0]);
}

void
client_drop(struct client *c)
{
	if (c->stage == CLIENT_CLOSED)
		return;
	if (c->stage == CLIENT_READY)
		c->swarm->n_ready--;
	for (size_t i = 0; i < CLIENT_LINKS; i++)
		link_close(&c->links[i]);
	if (c->swarm->carrier->forget)
		c->swarm->carrier->forget(c);
	login_free(&c->login);
	c->scan = (struct scan){ 0 };
	c->stage = CLIENT_CLOSED;
	c->swarm->n_closed++;
}

void
client_left(struct client *c)
{
	client_drop(c);
	if (c->swarm->calls->on_closed)
		c->swarm->calls->on_closed(c);
}

void
swarm_mark_dirty(struct link *l)
{
	struct swarm *s = l->client->swarm;

	if (l->is_dirty)
		return;
	l->is_dirty = true;
	s->dirty[s->n_dirty++] = l;
}

char *
client_reserve(struct client *c, size_t bytes)
{
	return c->swarm->carrier->reserve(c, bytes);
}

void
client_sent(struct client *c, size_t bytes)
{
	c->swarm->carrier->sent(c, bytes);
}

void
client_send(struct client *c, struct str bytes)
{
	memcpy(client_reserve(c, bytes.len), bytes.at, bytes.len);
	client_sent(c, bytes.len);
}

_Noreturn void
client_lost(const struct client *c)
{
	static const char *const stages[] = {
		[CLIENT_CONNECTING] = "connecting",
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

void
client_leave(struct client *c)
{
	assert(c->stage == CLIENT_READY);
	c->swarm->n_ready--;
	c->stage = CLIENT_LEAVING;
	c->swarm->carrier->close_stream(c);
}

void
client_on_part(struct client *c, enum scan_part kind, struct str part)
{
	if (kind == SCAN_HEADER)
		return;
	if (kind == SCAN_END) {
		if (c->stage != CLIENT_LEAVING)
			die("u%u: the server closed the stream: %.*s", c->account,
			    STR_ARG(part));
		client_left(c);
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

size_t
client_take(struct client *c, struct scan *scan, struct str bytes)
{
	enum scan_part kind;
	struct str part;
	size_t done = 0;

	while (done < bytes.len) {
		kind = scan_next(scan, str_slice(bytes, done, bytes.len), &part);
		if (kind == SCAN_NOTHING)
			break;
		done += part.len;
		client_on_part(c, kind, part);
		if (c->stage == CLIENT_CLOSED || c->stage == CLIENT_CONNECTING)
			return bytes.len;
	}
	return done;
}

/* --- all of them ------------------------------------------------------------------------ */

static void
flush_dirty(struct swarm *s)
{
	for (size_t i = 0; i < s->n_dirty; i++) {
		s->dirty[i]->is_dirty = false;
		link_flush(s->dirty[i]);
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
		link_on_event(events[i].data.ptr, events[i].events);
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
