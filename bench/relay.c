/* SPDX-License-Identifier: MIT
 *
 * The floor of every figure: a program that forwards bytes between connections and does
 * nothing else. What it costs is the price of sockets, TLS and the event loop.
 *
 *     relay [--port N] [--certificate FILE --key FILE] [--fault KIND --at N]
 *
 * Prints "ready {"port": N}" once it listens, on 127.0.0.1; with a certificate it speaks TLS
 * from the first byte. A connection first names its group, a number and a newline, and is
 * answered "<ok/>"; from then on what it sends goes to all other members. Lines stay whole,
 * so that those of several senders do not mix.
 *
 * For the test of the generator it can make one mistake, with the N-th line: --fault drop,
 * duplicate, swap (with the sender's next) or corrupt.
 */
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "bench/arguments.h"
#include "bench/wire.h"

enum {
	EVENTS = 512,
	READ_BYTES = 64 * 1024,
	LINE_MAX_BYTES = 64 * 1024,
	QUEUE_MAX_BYTES = 16 * 1024 * 1024,
	GROUPS_MAX = 1 << 20,
};

enum link_stage { SECURING, NAMING, JOINED };

struct group;

struct link {
	struct wire wire;
	enum link_stage stage;
	struct group *group; /* NULL before JOINED */
	struct buf in;       /* a line whose end has not arrived */
	struct buf out;
	struct buf held; /* by --fault swap */
	bool is_dirty, is_blocked, is_dead;
};

struct group {
	struct link **members;
	size_t n, room;
};

enum fault { FAULT_NONE, FAULT_DROP, FAULT_DUPLICATE, FAULT_SWAP, FAULT_CORRUPT };

struct conf {
	uint32_t port;
	struct str certificate, key;
	uint32_t fault;
	uint64_t at;
};

static const struct option_list options = LIST(struct option,
    { "port", U32, FIELD(conf, port), "0", "0", "65535", "TCP port; 0 takes a free one." },
    { "certificate", STRING, FIELD(conf, certificate), NULL, NULL, NULL, "PEM file." },
    { "key", STRING, FIELD(conf, key), NULL, NULL, NULL, "PEM file." },
    { "fault", CHOICE, FIELD(conf, fault), "none", NULL, NULL, "A mistake to make.",
	.words = "none drop duplicate swap corrupt" },
    { "at", U64, FIELD(conf, at), "1", "1", NULL, "The line to make it with." });

static struct relay {
	struct conf conf;
	SSL_CTX *tls; /* NULL: none */
	int epoll_fd, listen_fd;
	struct group **groups; /* by number */
	size_t n_groups;
	uint64_t lines; /* so far, counted only when there is a fault to make */
	struct link **dirty, **dead;
	size_t n_dirty, room_dirty, n_dead, room_dead;
	char read[READ_BYTES];
} relay;

/* --- connections ------------------------------------------------------------------------ */

/* Makes room for one more. */
static void *
grown(void *items, size_t n, size_t *room, size_t bytes_each)
{
	if (n < *room)
		return items;
	*room = *room ? 2 * *room : 16;
	return mem_resize(items, *room * bytes_each);
}

static void
watch(struct link *l, int operation, uint32_t events)
{
	struct epoll_event e = { .events = events, .data.ptr = l };

	if (epoll_ctl(relay.epoll_fd, operation, l->wire.fd, &e) != 0)
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

static void
accept_all(void)
{
	int fd;

	while ((fd = accept4(relay.listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		struct link *l = mem_zalloc(sizeof(*l));

		wire_init(&l->wire, fd);
		buf_init(&l->in, LINE_MAX_BYTES + READ_BYTES);
		buf_init(&l->held, LINE_MAX_BYTES);
		buf_init(&l->out, QUEUE_MAX_BYTES);
		l->stage = relay.tls ? SECURING : NAMING;
		if (relay.tls)
			wire_start_tls(&l->wire, relay.tls, true);
		watch(l, EPOLL_CTL_ADD, EPOLLIN);
	}
}

static void
leave_group(struct link *l)
{
	struct group *g = l->group;

	for (size_t i = 0; g && i < g->n; i++)
		if (g->members[i] == l)
			g->members[i--] = g->members[--g->n];
	l->group = NULL;
}

/* Closes now; the memory goes at the end of the turn, when no event points to it. */
static void
bury(struct link *l)
{
	if (l->is_dead)
		return;
	l->is_dead = true;
	leave_group(l);
	wire_close(&l->wire);
	buf_fini(&l->in);
	buf_fini(&l->out);
	buf_fini(&l->held);
	relay.dead = grown(relay.dead, relay.n_dead, &relay.room_dead, sizeof(struct link *));
	relay.dead[relay.n_dead++] = l;
}

static void
flush(struct link *l)
{
	size_t done = 0, n;

	while (done < l->out.len) {
		enum status s =
		    wire_write(&l->wire, str_slice(buf_str(&l->out), done, l->out.len), &n);

		if (s == E_AGAIN)
			break;
		if (s != OK) {
			bury(l);
			return;
		}
		done += n;
	}
	buf_drop(&l->out, done);
	/* Idle connections hold no buffer. */
	if (l->out.len == 0)
		buf_fini(&l->out);
	set_blocked(l, l->out.len > 0);
}

static void
queue(struct link *l, struct str bytes)
{
	if (buf_add(&l->out, bytes) != OK)
		die("a receiver does not read");
	if (l->is_dirty)
		return;
	l->is_dirty = true;
	relay.dirty =
	    grown(relay.dirty, relay.n_dirty, &relay.room_dirty, sizeof(struct link *));
	relay.dirty[relay.n_dirty++] = l;
}

/* --- forwarding ------------------------------------------------------------------------- */

static void
forward(struct link *from, struct str bytes)
{
	for (size_t i = 0; i < from->group->n; i++)
		if (from->group->members[i] != from)
			queue(from->group->members[i], bytes);
}

static void
forward_faulty(struct link *from, struct str line)
{
	struct buf corrupt;

	if (++relay.lines != relay.conf.at) {
		forward(from, line);
		forward(from, buf_str(&from->held));
		buf_fini(&from->held);
		return;
	}
	switch (relay.conf.fault) {
	case FAULT_DUPLICATE:
		forward(from, line);
		forward(from, line);
		break;
	case FAULT_SWAP:
		if (buf_add(&from->held, line) != OK)
			die("a line is too long");
		break;
	case FAULT_CORRUPT:
		/* A letter of the text, not of the markup around it. */
		buf_init(&corrupt, LINE_MAX_BYTES);
		if (buf_add(&corrupt, line) != OK || line.len < 32)
			die("a line is too long or too short");
		corrupt.at[line.len - 24] = '?';
		forward(from, buf_str(&corrupt));
		buf_fini(&corrupt);
		break;
	default: /* FAULT_DROP */
		break;
	}
}

static void
forward_lines(struct link *from, struct str lines)
{
	if (relay.conf.fault == FAULT_NONE) {
		forward(from, lines);
		return;
	}
	while (lines.len) {
		size_t len = str_find(lines, '\n') + 1;

		forward_faulty(from, str_slice(lines, 0, len));
		lines = str_slice(lines, len, lines.len);
	}
}

/* The line that names the group. */
static void
join(struct link *l, struct str line)
{
	uint64_t number;
	struct group *g;

	if (str_to_u64(str_trim(line), GROUPS_MAX, &number) != OK)
		die("a connection names no group: %.*s", STR_ARG(line));
	if (number >= relay.n_groups) {
		relay.groups =
		    mem_resize(relay.groups, (size_t)(number + 1) * sizeof(struct group *));
		for (; relay.n_groups <= number; relay.n_groups++)
			relay.groups[relay.n_groups] = mem_zalloc(sizeof(struct group));
	}
	g = relay.groups[number];
	g->members = grown(g->members, g->n, &g->room, sizeof(struct link *));
	g->members[g->n++] = l;
	l->group = g;
	l->stage = JOINED;
	queue(l, S("<ok/>"));
}

static size_t
take(struct link *l, struct str bytes)
{
	size_t done = 0;

	if (l->stage == NAMING) {
		size_t end = str_find(bytes, '\n');

		if (end == bytes.len)
			return 0;
		done = end + 1;
		join(l, str_slice(bytes, 0, done));
	}
	const char *last = memrchr(bytes.at + done, '\n', bytes.len - done);

	if (last) {
		size_t end = (size_t)(last - bytes.at) + 1;

		forward_lines(l, str_slice(bytes, done, end - done));
		done = end;
	}
	return done;
}

static void
receive(struct link *l)
{
	size_t n, done;

	for (;;) {
		enum status s = wire_read(&l->wire, relay.read, sizeof(relay.read), &n);

		if (s == E_AGAIN)
			return;
		if (s != OK) {
			bury(l);
			return;
		}
		if (l->in.len == 0) {
			done = take(l, str_of(relay.read, n));
			if (done < n &&
			    buf_add(&l->in, str_of(relay.read + done, n - done)) != OK)
				die("a line is too long");
		} else {
			if (buf_add(&l->in, str_of(relay.read, n)) != OK)
				die("a line is too long");
			buf_drop(&l->in, take(l, buf_str(&l->in)));
			if (l->in.len == 0)
				buf_fini(&l->in);
		}
		if (n < sizeof(relay.read) && !l->wire.tls)
			return;
	}
}

/* --- the loop --------------------------------------------------------------------------- */

static bool
secure(struct link *l)
{
	enum wire_wait wait;

	switch (wire_handshake(&l->wire, &wait)) {
	case OK:
		set_blocked(l, false);
		l->stage = NAMING;
		return true;
	case E_AGAIN:
		set_blocked(l, wait == WIRE_WRITABLE);
		return false;
	default:
		bury(l);
		return false;
	}
}

static void
on_event(struct link *l)
{
	if (l->is_dead || (l->stage == SECURING && !secure(l)))
		return;
	if (l->is_blocked)
		flush(l);
	if (!l->is_dead)
		receive(l);
}

static void
turn(void)
{
	struct epoll_event events[EVENTS];
	int n = epoll_wait(relay.epoll_fd, events, EVENTS, -1);

	if (n < 0 && errno != EINTR)
		die("epoll: %s", strerror(errno));
	for (int i = 0; i < n; i++) {
		if (events[i].data.ptr)
			on_event(events[i].data.ptr);
		else
			accept_all();
	}
	for (size_t i = 0; i < relay.n_dirty; i++) {
		relay.dirty[i]->is_dirty = false;
		if (!relay.dirty[i]->is_dead)
			flush(relay.dirty[i]);
	}
	relay.n_dirty = 0;
	for (size_t i = 0; i < relay.n_dead; i++)
		free(relay.dead[i]);
	relay.n_dead = 0;
}

static void
start_listening(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)relay.conf.port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct epoll_event e = { .events = EPOLLIN };
	socklen_t len = sizeof(address);
	int on = 1;

	relay.listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	relay.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (relay.listen_fd < 0 || relay.epoll_fd < 0 ||
	    setsockopt(relay.listen_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
	    bind(relay.listen_fd, (const struct sockaddr *)&address, sizeof(address)) != 0 ||
	    listen(relay.listen_fd, SOMAXCONN) != 0 ||
	    getsockname(relay.listen_fd, (struct sockaddr *)&address, &len) != 0 ||
	    epoll_ctl(relay.epoll_fd, EPOLL_CTL_ADD, relay.listen_fd, &e) != 0)
		die("listening: %s", strerror(errno));
	printf("ready {\"port\": %u}\n", ntohs(address.sin_port));
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	struct rlimit limit;
	struct arena a;

	if (argc > 1 && strcmp(argv[1], "--help") == 0) {
		arguments_print(options);
		return 0;
	}
	arena_init(&a, 4096);
	arguments_read(options, &relay.conf, &a, argv + 1);
	signal(SIGPIPE, SIG_IGN);
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
			die("setrlimit: %s", strerror(errno));
	}
	if (relay.conf.certificate.at)
		relay.tls = wire_server_context(relay.conf.certificate.at,
		    relay.conf.key.at ? relay.conf.key.at : relay.conf.certificate.at);
	start_listening();
	for (;;)
		turn();
}
