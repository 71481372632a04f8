/* SPDX-License-Identifier: MIT
 *
 * A listener is counted: by whoever opened it, by the worker that accepts, and by each
 * connection on its way to another worker.
 */
#include "transport/listener.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/limits.h"
#include "loop/worker.h"
#include "transport/metering.h"

struct listener {
	atomic_uint refs;
	atomic_bool closed;
	struct transport *transport;
	struct tls_slot *tls;
	bool from_proxies;
	void (*on_accept)(void *user, struct conn *c);
	void *user;
	int fd;
	uint16_t port;
	bool started;
	struct sockaddr_un path; /* of a Unix socket; family 0: it is none */

	/* The accepting worker's. */
	unsigned worker;
	unsigned next; /* worker to get a connection */
	struct io io;
	struct timer rest;
};

struct letter {
	struct listener *listener;
	int fd;
	struct address from;
	struct visit visit;
};

_Static_assert(sizeof(struct letter) <= LETTER_MAX, "fits");

static void
unref(struct listener *l)
{
	if (atomic_fetch_sub_explicit(&l->refs, 1, memory_order_acq_rel) != 1)
		return;
	close(l->fd);
	free(l);
}

/* --- accepting ------------------------------------------------------------------------- */

/* On the worker that the connection is for. */
static void
deliver(const void *letter)
{
	const struct letter *m = letter;
	struct listener *l = m->listener;
	struct conn *c;

	if (conn_adopt(l->transport, m->fd, &m->from, &m->visit, &c) == OK) {
		if (atomic_load(&l->closed))
			conn_abort(c);
		else if (!l->tls || conn_start_tls_of(c, l->tls))
			l->on_accept(l->user, c);
	}
	unref(l);
}

static bool
admit(struct listener *l, struct letter *m)
{
	static const struct address nobody;

	if (l->from_proxies && !transport_is_proxy(l->transport, &m->from))
		return false;
	return admission_enter(transport_admission(l->transport),
		   l->from_proxies ? &nobody : &m->from, &m->visit) == ADMITTED;
}

static void
hand_out(struct listener *l, int fd, const struct sockaddr *from)
{
	struct letter m = { .listener = l, .fd = fd, .from = address_of(from) };

	if (!admit(l, &m)) {
		transport_metered(CONNECTIONS_REFUSED, 1);
		close(fd);
		return;
	}
	transport_metered(CONNECTIONS_ACCEPTED, 1);
	atomic_fetch_add_explicit(&l->refs, 1, memory_order_relaxed);
	worker_post(l->next, deliver, &m, sizeof(m));
	l->next = (l->next + 1) % workers_count();
}

/* Nothing can be accepted, and epoll would say again and again that something could. What
 * waits in the queue meanwhile is not lost. */
static void
take_rest(struct listener *l)
{
	/* Should that fail, it is tried again with the next event. */
	if (io_change(&l->io, 0, false) == OK)
		timer_set(&l->rest, ACCEPT_REST_MS);
}

static void
on_rested(struct timer *t)
{
	struct listener *l = list_entry(t, struct listener, rest);
	enum status s;

	if (l->io.generation)
		s = io_change(&l->io, IO_READ, false);
	else
		s = io_add(&l->io, IO_READ, false);
	if (s != OK)
		timer_set(t, ACCEPT_REST_MS);
}

static void
on_ready(struct io *io, unsigned events)
{
	struct listener *l = list_entry(io, struct listener, io);

	(void)events;
	for (int i = 0; i < TURN_ACCEPTS && !atomic_load(&l->closed); i++) {
		struct sockaddr_storage from = { 0 };
		socklen_t len = sizeof(from);
		int fd = accept4(
		    io->fd, (struct sockaddr *)&from, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0) {
			hand_out(l, fd, (const struct sockaddr *)&from);
			continue;
		}
		switch (errno) {
		case EAGAIN:
			return;
		case EINTR:
		case ECONNABORTED: /* the peer left the queue, with this or another error of */
		case EPERM:        /* the network (accept(2)) */
		case EPROTO:
		case ENETDOWN:
		case ENETUNREACH:
		case EHOSTDOWN:
		case EHOSTUNREACH:
		case ENONET:
		case ENOPROTOOPT:
		case EOPNOTSUPP:
			continue;
		default: /* EMFILE, ENFILE, ENOBUFS, ENOMEM */
			take_rest(l);
			return;
		}
	}
}

/* --- life ------------------------------------------------------------------------------ */

static enum status
failed(int error, const char *what, const struct listener_conf *conf, struct arena *a,
    struct str *reason)
{
	*reason = str_format(a, "cannot %s %.*s port %u: %s", what, STR_ARG(conf->address),
	    conf->port, strerrordesc_np(error));
	switch (error) {
	case EADDRINUSE:
		return E_EXISTS;
	case EACCES:
	case EPERM:
		return E_DENIED;
	default:
		return E_IO;
	}
}

/* A socket that a process left behind which died is in the way; one that is in use is not
 * touched. */
static void
remove_stale(const struct sockaddr_un *path)
{
	struct stat st;
	int fd;

	if (lstat(path->sun_path, &st) != 0 || !S_ISSOCK(st.st_mode))
		return;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	if (connect(fd, (const struct sockaddr *)path, sizeof(*path)) != 0 &&
	    errno == ECONNREFUSED)
		unlink(path->sun_path);
	close(fd);
}

static enum status
bind_path(
    struct listener *l, const struct listener_conf *conf, struct arena *a, struct str *reason)
{
	struct sockaddr_un path = { .sun_family = AF_UNIX };

	if (conf->address.len >= sizeof(path.sun_path)) {
		*reason =
		    str_format(a, "%.*s is too long for a socket", STR_ARG(conf->address));
		return E_INVALID;
	}
	memcpy(path.sun_path, conf->address.at, conf->address.len);
	remove_stale(&path);
	l->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (l->fd < 0)
		return failed(errno, "make a socket for", conf, a, reason);
	/* What is bound gets the mode of the socket. */
	if (fchmod(l->fd, 0600) != 0 ||
	    bind(l->fd, (const struct sockaddr *)&path, sizeof(path)) != 0)
		return failed(errno, "listen on", conf, a, reason);
	l->path = path;
	return OK;
}

static int
make_socket(const struct address *at)
{
	return socket(address_is_ipv4(at) ? AF_INET : AF_INET6,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

static enum status
bind_address(
    struct listener *l, const struct listener_conf *conf, struct arena *a, struct str *reason)
{
	bool both = str_eq(conf->address, S("*"));
	struct sockaddr_storage sa;
	struct address at;
	socklen_t len;
	int on = 1, v6only = !both;

	if (address_parse(both ? S("::") : conf->address, &at) != OK) {
		*reason = str_format(a, "\"%.*s\" is not an address", STR_ARG(conf->address));
		return E_INVALID;
	}
	l->fd = make_socket(&at);
	if (l->fd < 0 && errno == EAFNOSUPPORT && both &&
	    address_parse(S("0.0.0.0"), &at) == OK)
		l->fd = make_socket(&at);
	if (l->fd < 0)
		return failed(errno, "make a socket for", conf, a, reason);
	setsockopt(l->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (!address_is_ipv4(&at))
		setsockopt(l->fd, IPPROTO_IPV6, IPV6_V6ONLY, &v6only, sizeof(v6only));
	len = address_to_socket(&at, conf->port, &sa);
	if (bind(l->fd, (const struct sockaddr *)&sa, len) != 0)
		return failed(errno, "listen on", conf, a, reason);
	return OK;
}

static uint16_t
bound_port(int fd)
{
	struct sockaddr_storage sa = { 0 };
	socklen_t len = sizeof(sa);
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	if (getsockname(fd, (struct sockaddr *)&sa, &len) != 0)
		return 0;
	memcpy(&in, &sa, sizeof(in));
	memcpy(&in6, &sa, sizeof(in6));
	if (sa.ss_family == AF_INET)
		return ntohs(in.sin_port);
	return sa.ss_family == AF_INET6 ? ntohs(in6.sin6_port) : 0;
}

static void
listener_free(struct listener **l)
{
	if (!*l)
		return;
	if ((*l)->path.sun_family == AF_UNIX)
		unlink((*l)->path.sun_path);
	if ((*l)->fd >= 0)
		close((*l)->fd);
	free(*l);
	*l = NULL;
}

enum status
listener_open(struct transport *t, const struct listener_conf *conf, struct arena *a,
    struct str *reason, struct listener **out)
{
	static atomic_uint opened; /* spreads listeners over the workers */
	AUTO(listener) l = mem_zalloc(sizeof(*l));
	enum status s;

	atomic_init(&l->refs, 1);
	l->fd = -1;
	l->transport = t;
	l->tls = conf->tls;
	l->from_proxies = conf->from_proxies;
	l->on_accept = conf->on_accept;
	l->user = conf->user;
	if (str_starts(conf->address, S("/")))
		s = bind_path(l, conf, a, reason);
	else
		s = bind_address(l, conf, a, reason);
	if (s != OK)
		return s;
	if (listen(l->fd, conf->backlog > 0 ? conf->backlog : INT32_MAX) != 0)
		return failed(errno, "listen on", conf, a, reason);
	l->port = bound_port(l->fd);
	l->worker = atomic_fetch_add(&opened, 1);
	*out = TAKE(l);
	return OK;
}

uint16_t
listener_port(const struct listener *l)
{
	return l->port;
}

static void
stop_accepting(const void *letter)
{
	struct listener *l = *(struct listener *const *)letter;

	io_remove(&l->io);
	timer_stop(&l->rest);
	unref(l);
}

static void
start_accepting(const void *letter)
{
	struct listener *l = *(struct listener *const *)letter;

	timer_init(&l->rest, on_rested);
	l->io = (struct io){ .fd = l->fd, .on_ready = on_ready };
	on_rested(&l->rest);
}

void
listener_start(struct listener *l)
{
	assert(!l->started);
	l->started = true;
	l->worker %= workers_count();
	l->next = l->worker;
	atomic_fetch_add_explicit(&l->refs, 1, memory_order_relaxed);
	worker_post(l->worker, start_accepting, &l, sizeof(struct listener *));
}

void
listener_close(struct listener **l)
{
	struct listener *it = *l;

	if (!it)
		return;
	*l = NULL;
	atomic_store(&it->closed, true);
	if (it->path.sun_family == AF_UNIX)
		unlink(it->path.sun_path);
	shutdown(it->fd, SHUT_RDWR); /* frees the address now; workers may still hold the fd */
	if (it->started)
		worker_post(it->worker, stop_accepting, &it, sizeof(struct listener *));
	unref(it);
}
