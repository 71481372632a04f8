/* SPDX-License-Identifier: MIT
 *
 * The thread: waits for doors and relayed addresses, and brings packets from one to the other.
 * Packets are read many at a time and sent many at a time from where they were read; nothing
 * is allocated for them and no lock is taken.
 */
#include "media/relay.h"

#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/random.h"
#include "loop/worker.h"
#include "media/inside.h"
#include "media/metering.h"

enum {
	HEADROOM = 64, /* bytes in front of a peer's packet, for what the client gets */
	SOCKET_BYTES = 1024 * 1024, /* asked for at each door */
	SWEEP_MS = 1000,            /* how often ends are looked for */
	EVENTS = 64,
	EVEN_TRIES = 32,
};

/* Doors come and go by other threads. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t served; /* the thread has looked at the doors */
	struct list doors;     /* turn_door.in_relay */
	uint32_t last_number;
	bool runs, ends;
	pthread_t thread;
	struct watched wake;
	int wake_fd;
} shared = { .lock = PTHREAD_MUTEX_INITIALIZER, .served = PTHREAD_COND_INITIALIZER };

/* Packets on their way through one socket. */
struct batch {
	int fd;
	unsigned n;
	struct mmsghdr message[TURN_BATCH];
	struct iovec piece[TURN_BATCH];
	struct sockaddr_storage to[TURN_BATCH];
};

/* Of the thread. */
static struct {
	struct mmsghdr message[TURN_BATCH];
	struct iovec piece[TURN_BATCH];
	struct sockaddr_storage from[TURN_BATCH];
	char bytes[TURN_BATCH][HEADROOM + TURN_PACKET_MAX + CHANNEL_HEAD];
} in;
static struct batch out;

/* --- addresses --------------------------------------------------------------------------- */

static struct endpoint
endpoint_of(const struct sockaddr_storage *s)
{
	struct endpoint e = { address_of((const struct sockaddr *)s), 0 };
	in_port_t port;

	memcpy(&port,
	    (const char *)s + (s->ss_family == AF_INET
				      ? offsetof(struct sockaddr_in, sin_port)
				      : offsetof(struct sockaddr_in6, sin6_port)),
	    sizeof(port));
	e.port = ntohs(port);
	return e;
}

/* As a socket of that kind wants it: one of both families takes IPv4 in the mapped form. */
static socklen_t
to_socket(const struct endpoint *e, bool is_ipv4_only, struct sockaddr_storage *s)
{
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(e->port) };

	if (is_ipv4_only)
		return address_to_socket(&e->address, e->port, s);
	memcpy(&in6.sin6_addr, e->address.at, sizeof(in6.sin6_addr));
	memcpy(s, &in6, sizeof(in6));
	return sizeof(in6);
}

/* --- sending ----------------------------------------------------------------------------- */

static void
flush(void)
{
	unsigned sent = 0;

	while (sent < out.n) {
		int n = sendmmsg(
		    out.fd, out.message + sent, out.n - sent, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n > 0) {
			sent += (unsigned)n;
		} else if (errno != EINTR) {
			turn_metered(
			    TURN_LOST, 1); /* this one; the next may have another fate */
			sent++;
		}
	}
	out.n = 0;
}

/* The bytes stay where they are until flush(). to: NULL where there is but one. */
static void
queue(int fd, const struct endpoint *to, bool is_ipv4_only, char *bytes, size_t len)
{
	struct msghdr *h;

	if (out.n == TURN_BATCH || (out.n && out.fd != fd))
		flush();
	out.fd = fd;
	h = &out.message[out.n].msg_hdr;
	out.piece[out.n] = (struct iovec){ bytes, len };
	*h = (struct msghdr){ .msg_iov = &out.piece[out.n], .msg_iovlen = 1 };
	if (to) {
		h->msg_name = &out.to[out.n];
		h->msg_namelen = to_socket(to, is_ipv4_only, &out.to[out.n]);
	}
	out.n++;
}

void
door_send(const struct turn_door *d, const struct endpoint *to, struct str bytes)
{
	struct sockaddr_storage s;
	socklen_t len = d->is_stream ? 0 : to_socket(to, d->is_ipv4_only, &s);

	if (sendto(d->fd, bytes.at, bytes.len, MSG_DONTWAIT | MSG_NOSIGNAL,
		d->is_stream ? NULL : (const struct sockaddr *)&s, len) < 0)
		turn_metered(TURN_LOST, 1);
}

/* --- allocations ------------------------------------------------------------------------- */

static struct str
client_of(const void *value)
{
	const struct relayed *x = value;

	return str_of((const char *)&x->allocation.client, sizeof(x->allocation.client));
}

static struct str
tag_of(const void *value)
{
	return str_of(((const struct turn_account *)value)->tag, TURN_TAG);
}

struct relayed *
relay_find(struct relay *r, const struct turn_door *d, const struct endpoint *from)
{
	struct turn_client client = { *from, 0, d->number };

	return table_get(&r->clients, str_of((const char *)&client, sizeof(client)));
}

static struct turn_account *
account_of(struct relay *r, const char tag[TURN_TAG])
{
	struct turn_account *a = table_get(&r->accounts, str_of(tag, TURN_TAG));

	if (!a) {
		a = mem_zalloc(sizeof(*a));
		memcpy(a->tag, tag, TURN_TAG);
		table_put(&r->accounts, a);
	}
	return a;
}

static void
leave_account(struct relay *r, struct turn_account *a)
{
	if (a->allocations > 0)
		return;
	table_remove(&r->accounts, str_of(a->tag, TURN_TAG));
	free(a);
}

/* Our address on the way to the client, or, in the other family, to anywhere. */
static enum status
find_own_address(const struct endpoint *client, bool ipv4, struct address *own)
{
	static const uint8_t anywhere_4[4] = { 192, 0, 2, 1 }; /* RFC 5737: nothing is sent */
	struct address to = { { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 } };
	struct sockaddr_storage s;
	socklen_t len;
	int fd = socket(ipv4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	enum status st = E_UNSUPPORTED;

	if (fd < 0)
		return errno == EAFNOSUPPORT ? E_UNSUPPORTED : E_IO;
	if (address_is_ipv4(&client->address) == ipv4)
		to = client->address;
	else if (ipv4)
		to = address_of_ipv4(anywhere_4);
	len = address_to_socket(&to, 9, &s);
	if (connect(fd, (const struct sockaddr *)&s, len) == 0) {
		len = sizeof(s);
		if (getsockname(fd, (struct sockaddr *)&s, &len) == 0) {
			*own = address_of((const struct sockaddr *)&s);
			st = OK;
		}
	}
	close(fd);
	return st;
}

static int
open_any_port(bool ipv4, uint16_t *port)
{
	struct sockaddr_storage s = { .ss_family = ipv4 ? AF_INET : AF_INET6 };
	socklen_t len = ipv4 ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
	int fd = socket(s.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), one = 1;

	if (fd < 0)
		return -1;
	if ((!ipv4 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one)) != 0) ||
	    bind(fd, (const struct sockaddr *)&s, len) != 0 ||
	    getsockname(fd, (struct sockaddr *)&s, &len) != 0) {
		close(fd);
		return -1;
	}
	*port = endpoint_of(&s).port;
	return fd;
}

/* The system chooses the port; an even one is there at one time in two. */
static int
open_relayed(bool ipv4, bool even, uint16_t *port)
{
	int fd = open_any_port(ipv4, port);

	for (int i = 1; i < EVEN_TRIES && fd >= 0 && even && *port % 2; i++) {
		close(fd);
		fd = open_any_port(ipv4, port);
	}
	if (fd >= 0 && even && *port % 2) {
		close(fd);
		return -1;
	}
	return fd;
}

enum status
relay_allocate(struct relay *r, struct turn_door *d, const struct endpoint *from,
    const char tag[TURN_TAG], bool ipv4, bool even, struct relayed **result)
{
	const struct turn_settings *s = &r->settings;
	const struct address *told = ipv4 ? &s->external_ipv4 : &s->external_ipv6;
	struct turn_account *account = account_of(r, tag);
	struct epoll_event e = { .events = EPOLLIN };
	struct endpoint own = { *told, 0 };
	struct relayed *x;
	enum status st = OK;
	int fd = -1;

	if (table_count(&r->clients) >= s->allocations_max ||
	    account->allocations >= s->account_allocations_max)
		st = E_LIMIT;
	else if (address_is_none(told))
		st = find_own_address(from, ipv4, &own.address);
	if (st == OK && (fd = open_relayed(ipv4, even, &own.port)) < 0)
		st = E_IO;
	if (st != OK) {
		leave_account(r, account);
		return st;
	}
	x = mem_zalloc(sizeof(*x));
	x->watched.kind = WATCHED_RELAYED;
	x->door = d;
	x->allocation.client = (struct turn_client){ *from, 0, d->number };
	x->allocation.relayed = own;
	x->allocation.fd = fd;
	x->allocation.is_ipv4 = ipv4;
	x->allocation.account = account;
	x->allocation.until_ms = r->now_ms + ALLOCATION_USUAL_MS;
	x->allocation.tokens = (int64_t)s->allocation_bytes_per_s;
	x->allocation.tokens_at_ms = r->now_ms;
	e.data.ptr = x;
	account->allocations++;
	list_append(&r->allocations, &x->allocation.in_relay);
	table_put(&r->clients, x);
	turn_metered(TURN_ALLOCATIONS, 1);
	turn_metered(TURN_ALLOCATED, 1);
	if (epoll_ctl(r->epoll, EPOLL_CTL_ADD, fd, &e) != 0) {
		relay_end(r, x);
		return E_IO;
	}
	*result = x;
	return OK;
}

/* The memory stays until the end of the turn, in which epoll may still name it. */
void
relay_end(struct relay *r, struct relayed *x)
{
	struct allocation *a = &x->allocation;

	flush();
	table_remove(&r->clients, client_of(x));
	x->door->until_ms = r->now_ms + turn_idle_ms();
	a->account->allocations--;
	leave_account(r, a->account);
	close(a->fd);
	a->fd = -1;
	list_remove(&a->in_relay);
	list_append(&r->ended, &a->in_relay);
	turn_metered(TURN_ALLOCATIONS, -1);
}

static struct relayed *
relayed_of(struct list *link)
{
	return list_entry(link, struct relayed, allocation.in_relay);
}

static void
bury(struct relay *r)
{
	list_each (link, &r->ended) {
		struct relayed *x = relayed_of(link);

		list_remove(link);
		free(x);
	}
}

/* --- doors of one client ------------------------------------------------------------------ */

static void
end_those_at(struct relay *r, const struct turn_door *d)
{
	list_each (link, &r->allocations)
		if (relayed_of(link)->door == d)
			relay_end(r, relayed_of(link));
}

/* The lock is held, and nothing is at the door. The other end notices. */
static void
let_go_of_stream(struct relay *r, struct turn_door *d)
{
	list_remove(&d->in_relay);
	r->n_streams--;
	close(d->fd);
	free(d);
}

static void
end_stream(struct relay *r, struct turn_door *d)
{
	end_those_at(r, d);
	pthread_mutex_lock(&shared.lock);
	let_go_of_stream(r, d);
	pthread_mutex_unlock(&shared.lock);
}

/* --- from clients ------------------------------------------------------------------------- */

void
relay_to_peer(struct relay *r, struct relayed *x, const struct endpoint *peer, struct str bytes)
{
	struct allocation *a = &x->allocation;

	if (peer->port == 0 || address_is_ipv4(&peer->address) != a->is_ipv4 ||
	    !allocation_permits(a, &peer->address, r->now_ms) ||
	    !allocation_takes(a, bytes.len, r->settings.allocation_bytes_per_s, r->now_ms)) {
		turn_metered(TURN_LOST, 1);
		return;
	}
	turn_metered(TURN_PACKETS_OUT, 1);
	turn_metered(TURN_BYTES, (int64_t)bytes.len);
	/* It lies in `in`, which is ours to hand to the system. */
	queue(a->fd, peer, a->is_ipv4, (char *)&in + (bytes.at - (const char *)&in), bytes.len);
}

/* RFC 8656 section 12.6; over UDP the padding may be missing. */
static void
on_channel_data(
    struct relay *r, struct turn_door *d, const struct endpoint *from, struct str packet)
{
	const uint8_t *head = (const uint8_t *)packet.at;
	struct relayed *x = relay_find(r, d, from);
	const struct channel *c;
	size_t len;

	if (packet.len < CHANNEL_HEAD || !x)
		return;
	len = (size_t)head[2] << 8 | head[3];
	c = allocation_channel(&x->allocation, (uint16_t)(head[0] << 8 | head[1]), r->now_ms);
	if (c && len <= packet.len - CHANNEL_HEAD)
		relay_to_peer(r, x, &c->peer, str_slice(packet, CHANNEL_HEAD, len));
}

/* Number of packets read. */
static int
receive(int fd)
{
	int n;

	for (size_t i = 0; i < TURN_BATCH; i++) {
		in.piece[i] = (struct iovec){ in.bytes[i] + HEADROOM, TURN_PACKET_MAX };
		in.message[i].msg_hdr = (struct msghdr){ .msg_name = &in.from[i],
			.msg_namelen = sizeof(in.from[i]),
			.msg_iov = &in.piece[i],
			.msg_iovlen = 1 };
	}
	n = recvmmsg(fd, in.message, TURN_BATCH, MSG_DONTWAIT, NULL);
	return n < 0 ? 0 : n;
}

static void
on_door(struct relay *r, struct turn_door *d)
{
	bool has_gone = false;
	int n = receive(d->fd);

	for (int i = 0; i < n && !has_gone; i++) {
		struct str packet = str_of(in.bytes[i] + HEADROOM, in.message[i].msg_len);
		struct endpoint from = d->is_stream ? d->client : endpoint_of(&in.from[i]);

		if (packet.len == 0 && d->is_stream)
			has_gone = true;
		else if (packet.len == 0 || (in.message[i].msg_hdr.msg_flags & MSG_TRUNC))
			turn_metered(TURN_LOST, 1);
		else if ((packet.at[0] & 0xc0) == 0x40)
			on_channel_data(r, d, &from, packet);
		else
			relay_on_stun(r, d, &from, packet);
	}
	flush();
	if (has_gone)
		end_stream(r, d);
}

/* --- from peers --------------------------------------------------------------------------- */

/* Writes in front of the packet what the client needs to know; returns where it begins now. */
static char *
put_head(const struct channel *c, const struct endpoint *from, char *bytes, size_t *len)
{
	uint8_t transaction[12];
	struct stun_writer w;

	if (c) {
		bytes[-4] = (char)(c->number >> 8);
		bytes[-3] = (char)c->number;
		bytes[-2] = (char)(*len >> 8);
		bytes[-1] = (char)*len;
		*len += CHANNEL_HEAD;
		return bytes - CHANNEL_HEAD;
	}
	random_bytes(transaction, sizeof(transaction));
	stun_begin_data(&w, transaction, from, *len);
	assert(w.len <= HEADROOM);
	memcpy(bytes - w.len, w.at, w.len);
	while (*len % 4)
		bytes[(*len)++] = 0;
	*len += w.len;
	return bytes - w.len;
}

static void
on_relayed(struct relay *r, struct relayed *x)
{
	struct allocation *a = &x->allocation;
	int n = a->fd < 0 ? 0 : receive(a->fd);

	for (int i = 0; i < n; i++) {
		struct endpoint from = endpoint_of(&in.from[i]);
		size_t len = in.message[i].msg_len;
		char *bytes = in.bytes[i] + HEADROOM;

		if ((in.message[i].msg_hdr.msg_flags & MSG_TRUNC) ||
		    !allocation_permits(a, &from.address, r->now_ms) ||
		    !allocation_takes(a, len, r->settings.allocation_bytes_per_s, r->now_ms)) {
			turn_metered(TURN_LOST, 1);
			continue;
		}
		turn_metered(TURN_PACKETS_IN, 1);
		turn_metered(TURN_BYTES, (int64_t)len);
		bytes =
		    put_head(allocation_channel_to(a, &from, r->now_ms), &from, bytes, &len);
		queue(x->door->fd, x->door->is_stream ? NULL : &a->client.from,
		    x->door->is_ipv4_only, bytes, len);
	}
	flush();
}

/* --- the thread --------------------------------------------------------------------------- */

static void
end_those_due(struct relay *r)
{
	list_each (link, &r->allocations)
		if (relayed_of(link)->allocation.until_ms <= r->now_ms)
			relay_end(r, relayed_of(link));
	if (r->n_streams == 0)
		return;
	pthread_mutex_lock(&shared.lock);
	list_each (link, &shared.doors) {
		struct turn_door *d = list_entry(link, struct turn_door, in_relay);

		if (d->is_stream && d->state == DOOR_SERVED && d->until_ms <= r->now_ms &&
		    !relay_find(r, d, &d->client))
			let_go_of_stream(r, d);
	}
	pthread_mutex_unlock(&shared.lock);
}

/* Takes in what others have asked for. False: the thread is to end. */
static bool
look_at_doors(struct relay *r)
{
	bool go_on;

	pthread_mutex_lock(&shared.lock);
	list_each (link, &shared.doors) {
		struct turn_door *d = list_entry(link, struct turn_door, in_relay);
		struct epoll_event e = { .events = EPOLLIN, .data.ptr = d };

		if (d->is_stream && shared.ends) {
			end_those_at(r, d);
			let_go_of_stream(r, d);
		} else if (d->state == DOOR_NEW) {
			d->state = DOOR_SERVED;
			d->until_ms = r->now_ms + turn_idle_ms();
			r->n_streams += d->is_stream;
			epoll_ctl(r->epoll, EPOLL_CTL_ADD, d->fd, &e);
		} else if (d->state == DOOR_LEAVING) {
			end_those_at(r, d);
			epoll_ctl(r->epoll, EPOLL_CTL_DEL, d->fd, NULL);
			list_remove(link);
			d->state = DOOR_GONE;
		}
	}
	go_on = !shared.ends;
	pthread_cond_broadcast(&shared.served);
	pthread_mutex_unlock(&shared.lock);
	return go_on;
}

static void
look_around(struct relay *r)
{
	r->now_ms = loop_now_ms();
	r->wall_us = loop_wall_us();
	if (turn_settings_number() != r->settings_number) {
		r->settings_number = turn_settings_number();
		turn_settings_get(&r->settings);
	}
}

static void *
run(void *user)
{
	struct relay *r = user;
	struct epoll_event events[EVENTS];
	msec_t swept_ms = 0;
	bool go_on = true;

	pthread_setname_np(pthread_self(), "turn");
	while (go_on) {
		bool idle = list_is_empty(&r->allocations) && r->n_streams == 0;
		bool woken = false;
		int n = epoll_wait(r->epoll, events, EVENTS, idle ? -1 : SWEEP_MS);

		look_around(r);
		for (int i = 0; i < n; i++) {
			struct watched *w = events[i].data.ptr;

			if (w->kind == WATCHED_DOOR)
				on_door(r, (struct turn_door *)w);
			else if (w->kind == WATCHED_RELAYED)
				on_relayed(r, (struct relayed *)w);
			else
				woken = true;
		}
		if (r->now_ms - swept_ms >= SWEEP_MS) {
			swept_ms = r->now_ms;
			end_those_due(r);
		}
		if (woken) {
			eventfd_t n_wakes;

			(void)eventfd_read(shared.wake_fd, &n_wakes);
			go_on = look_at_doors(r);
		}
		bury(r);
	}
	table_fini(&r->clients);
	table_fini(&r->accounts);
	close(r->epoll);
	mem_wipe(r, sizeof(*r));
	free(r);
	return NULL;
}

static void
start_thread(void)
{
	struct relay *r = mem_zalloc(sizeof(*r));
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = &shared.wake };
	int failed;

	turn_metering_begin();
	random_bytes(r->nonce_key, sizeof(r->nonce_key));
	restraint_init(&r->restraint);
	table_init(&r->clients, client_of);
	table_init(&r->accounts, tag_of);
	list_init(&r->allocations);
	list_init(&r->ended);
	r->epoll = epoll_create1(EPOLL_CLOEXEC);
	shared.wake.kind = WATCHED_WAKE;
	shared.wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	failed = r->epoll < 0 || shared.wake_fd < 0 ||
		 epoll_ctl(r->epoll, EPOLL_CTL_ADD, shared.wake_fd, &e) != 0 ||
		 pthread_create(&shared.thread, NULL, run, r) != 0;
	if (failed) {
		fprintf(stderr, "out of threads or descriptors\n");
		abort();
	}
	shared.runs = true;
	shared.ends = false;
}

/* --- doors -------------------------------------------------------------------------------- */

/* A socket of both families, where the system has both. */
static int
bind_door(const struct address *at, bool any, bool only_4, uint16_t port, bool *is_ipv4_only)
{
	struct endpoint e = { *at, port };
	struct sockaddr_storage s;
	int off = 0, bytes = SOCKET_BYTES, failure;
	int fd = only_4 ? -1 : socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	socklen_t len;

	*is_ipv4_only = fd < 0;
	if (fd < 0 && (any || address_is_ipv4(at)))
		fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	if (!*is_ipv4_only)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
	if (any)
		e.address = *is_ipv4_only ? address_of_ipv4((const uint8_t[4]){ 0 })
					  : (struct address){ 0 };
	len = to_socket(&e, *is_ipv4_only, &s);
	if (bind(fd, (const struct sockaddr *)&s, len) != 0) {
		failure = errno;
		close(fd);
		errno = failure;
		return -1;
	}
	return fd;
}

enum status
turn_door_open(struct str address, uint16_t port, struct arena *a, struct str *reason,
    struct turn_door **result)
{
	struct sockaddr_storage s = { 0 };
	socklen_t len = sizeof(s);
	struct address at = { 0 };
	bool any = str_eq(address, S("*")), is_ipv4_only;
	struct turn_door *d;
	int fd;

	if (!any && address_parse(address, &at) != OK) {
		*reason = str_format(a, "\"%.*s\" is not an IP address", STR_ARG(address));
		return E_INVALID;
	}
	fd = bind_door(&at, any, !any && address_is_ipv4(&at), port, &is_ipv4_only);
	if (fd < 0 || getsockname(fd, (struct sockaddr *)&s, &len) != 0) {
		int failure = errno;

		*reason = str_format(
		    a, "UDP port %u of %.*s: %s", port, STR_ARG(address), strerror(failure));
		if (fd >= 0)
			close(fd);
		return failure == EADDRINUSE ? E_EXISTS : E_IO;
	}
	d = mem_zalloc(sizeof(*d));
	d->watched.kind = WATCHED_DOOR;
	d->fd = fd;
	d->is_ipv4_only = is_ipv4_only;
	d->port = endpoint_of(&s).port;
	list_init(&d->in_relay);
	*result = d;
	return OK;
}

uint16_t
turn_door_port(const struct turn_door *d)
{
	return d->port;
}

/* The lock is held. */
static void
wake(void)
{
	(void)eventfd_write(shared.wake_fd, 1);
}

void
turn_door_start(struct turn_door *d)
{
	pthread_mutex_lock(&shared.lock);
	if (!shared.doors.next)
		list_init(&shared.doors);
	if (!shared.runs)
		start_thread();
	d->number = ++shared.last_number;
	list_append(&shared.doors, &d->in_relay);
	wake();
	pthread_mutex_unlock(&shared.lock);
}

void
turn_door_close(struct turn_door **door)
{
	struct turn_door *d = *door;

	if (!d)
		return;
	pthread_mutex_lock(&shared.lock);
	if (!list_is_empty(&d->in_relay)) {
		d->state = DOOR_LEAVING;
		wake();
		while (d->state != DOOR_GONE)
			pthread_cond_wait(&shared.served, &shared.lock);
	}
	pthread_mutex_unlock(&shared.lock);
	close(d->fd);
	free(d);
	*door = NULL;
}

int
turn_door_for(const struct address *from, uint16_t port)
{
	struct turn_door *d;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) != 0)
		return -1;
	d = mem_zalloc(sizeof(*d));
	d->watched.kind = WATCHED_DOOR;
	d->fd = pair[0];
	d->is_stream = true;
	d->client = (struct endpoint){ *from, port };
	list_init(&d->in_relay);
	turn_door_start(d);
	return pair[1];
}

void
turn_relay_end(void)
{
	bool ran;

	pthread_mutex_lock(&shared.lock);
	ran = shared.runs;
	shared.ends = true;
	if (ran)
		wake();
	pthread_mutex_unlock(&shared.lock);
	if (!ran)
		return;
	pthread_join(shared.thread, NULL);
	close(shared.wake_fd);
	shared.runs = false;
}
