/* SPDX-License-Identifier: MIT
 *
 * What connections cost this layer: memory of an idle one, CPU time to accept one and shake
 * hands, CPU time of a message that is echoed. The clients are another process, so only the
 * server's side is counted. Plain, TLS 1.3, TLS 1.2.
 *
 *     build/bench/micro_conn [CONNECTIONS [ROUNDS]]
 */
#include <openssl/ssl.h>

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "loop/worker.h"
#include "transport/certificate.h"
#include "transport/chunks.h"
#include "transport/listener.h"

enum { MESSAGE = 300, AT_ONCE = 100 };

enum kind { PLAIN, TLS_1_3, TLS_1_2, KINDS };

static const char *const names[KINDS] = { "plain", "TLS 1.3", "TLS 1.2" };

/* --- the server: an echo ---------------------------------------------------------------- */

struct echo {
	struct conn *conn;
};

static atomic_int open_now;
static int rounds = 20; /* of echoes */

static size_t
on_bytes(void *user, struct str bytes)
{
	struct echo *e = user;

	conn_write(e->conn, bytes);
	return bytes.len;
}

static void
on_end(void *user, enum conn_end why)
{
	(void)why;
	free(user);
	atomic_fetch_sub(&open_now, 1);
}

static void
on_accept(void *user, struct conn *c)
{
	static const struct conn_user calls = { on_bytes, NULL, on_end };
	struct echo *e = mem_alloc(sizeof(*e));

	(void)user;
	e->conn = c;
	conn_set_user(c, &calls, e);
	atomic_fetch_add(&open_now, 1);
}

/* --- the clients, in a process of their own ---------------------------------------------- */

static void
die(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerrordesc_np(errno));
	exit(1);
}

static void
tell(int fd)
{
	if (write(fd, "x", 1) != 1)
		exit(1);
}

static void
await(int fd)
{
	char byte;

	if (read(fd, &byte, 1) != 1)
		exit(1);
}

struct client {
	int fd;
	SSL *ssl;
};

static void
client_connect(struct client *c, SSL_CTX *ctx, uint16_t port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int on = 1;

	c->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&at, sizeof(at)) != 0)
		die("connect");
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (!ctx)
		return;
	c->ssl = SSL_new(ctx);
	SSL_set_fd(c->ssl, c->fd);
	if (SSL_connect(c->ssl) != 1)
		die("handshake");
}

static void
client_send(struct client *c)
{
	static const char message[MESSAGE];

	if (c->ssl ? SSL_write(c->ssl, message, MESSAGE) != MESSAGE
		   : write(c->fd, message, MESSAGE) != MESSAGE)
		die("write");
}

static void
client_receive(struct client *c)
{
	char message[MESSAGE];
	int got = 0;

	while (got < MESSAGE) {
		int n = c->ssl ? SSL_read(c->ssl, message, MESSAGE - got)
			       : (int)read(c->fd, message, (size_t)(MESSAGE - got));

		if (n <= 0)
			die("read");
		got += n;
	}
}

/* On all connections, some at a time, so that the server has something to do in each turn. */
static void
exchange(struct client *clients, int count)
{
	for (int at = 0; at < count; at += AT_ONCE) {
		int end = at + AT_ONCE < count ? at + AT_ONCE : count;

		for (int i = at; i < end; i++)
			client_send(&clients[i]);
		for (int i = at; i < end; i++)
			client_receive(&clients[i]);
	}
}

/* Connects all, says so; exchanges a message on each, says so; more of them, says so. */
static void
be_clients(enum kind kind, int count, uint16_t port, int from, int to)
{
	struct client *clients = mem_zalloc((size_t)count * sizeof(*clients));
	SSL_CTX *ctx = kind == PLAIN ? NULL : SSL_CTX_new(TLS_client_method());
	int version = kind == TLS_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION;

	if (ctx) {
		SSL_CTX_set_min_proto_version(ctx, version);
		SSL_CTX_set_max_proto_version(ctx, version);
		SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
	}
	await(from);
	for (int i = 0; i < count; i++)
		client_connect(&clients[i], ctx, port);
	tell(to);
	await(from);
	exchange(clients, count);
	tell(to);
	await(from);
	for (int round = 0; round < rounds; round++)
		exchange(clients, count);
	tell(to);
	await(from);
	exit(0);
}

/* --- measuring --------------------------------------------------------------------------- */

static double
cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static double
resident_bytes(void)
{
	long pages = 0;
	FILE *f = fopen("/proc/self/statm", "re");

	if (!f || fscanf(f, "%*d %ld", &pages) != 1)
		die("statm");
	fclose(f);
	return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

struct peers {
	pid_t pid;
	int to, from;
};

static void
ask(const struct peers *p)
{
	tell(p->to);
	await(p->from);
}

static void
measure(enum kind kind, int count, const struct peers *p)
{
	double bytes, cpu, begun, accepted, echoed;

	/* Twice, so that what is allocated once is not counted. */
	begun = resident_bytes();
	cpu = cpu_us();
	ask(p);
	accepted = cpu_us() - cpu;
	ask(p);
	bytes = resident_bytes() - begun;
	cpu = cpu_us();
	ask(p);
	echoed = cpu_us() - cpu;
	printf("%-8s %6d connections  %7.0f bytes each  %6.1f us to accept  "
	       "%5.2f us an echo of %d bytes\n",
	    names[kind], count, bytes / count, accepted / count, echoed / count / rounds,
	    MESSAGE);
}

/* The processes are made before there are threads, or anything in memory. */
static struct peers
make_clients(enum kind kind, int count, uint16_t port)
{
	struct peers p;
	int down[2], up[2];

	if (pipe(down) != 0 || pipe(up) != 0 || (p.pid = fork()) < 0)
		die("fork");
	if (p.pid == 0)
		be_clients(kind, count, port, down[0], up[1]);
	p.to = down[1];
	p.from = up[0];
	return p;
}

static struct listener *
open_listener(struct transport *t, struct tls_slot *tls, struct arena *a)
{
	struct listener_conf conf = {
		.address = S("127.0.0.1"), .tls = tls, .on_accept = on_accept
	};
	struct listener *l = NULL;
	struct str reason;

	if (listener_open(t, &conf, a, &reason, &l) != OK) {
		fprintf(stderr, "%.*s\n", STR_ARG(reason));
		exit(1);
	}
	return l;
}

static void
load_certificate(struct tls_slot *slot, struct arena *a)
{
	static const struct tls_conf conf = { .tickets = true };
	struct certificate_host host = { S("localhost"), S("localhost") };
	struct tls_identity id = { 0 };
	struct tls_context *context = NULL;
	char folder[] = "/tmp/micro_conn-XXXXXX";
	struct str reason;

	if (!mkdtemp(folder))
		die("mkdtemp");
	id.certificate = str_format(a, "%s/crt", folder);
	id.key = str_format(a, "%s/key", folder);
	if (certificate_make(id.certificate, id.key, &host, 1, 1, a, &reason) != OK ||
	    tls_context_new(&conf, &id, 1, (struct str_list){ 0 }, a, &reason, &context) !=
		OK) {
		fprintf(stderr, "%.*s\n", STR_ARG(reason));
		exit(1);
	}
	unlink(id.certificate.at);
	unlink(id.key.at);
	rmdir(folder);
	tls_slot_set(slot, context);
	tls_context_unref(&context);
}

int
main(int argc, char **argv)
{
	int count = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 4000;
	struct transport *t = transport_new();
	struct tls_slot *slot = tls_slot_new();
	struct listener *listeners[KINDS];
	struct peers peers[KINDS], warm[KINDS];
	struct rlimit files;
	struct arena a;

	if (argc > 2)
		rounds = (int)strtol(argv[2], NULL, 10);
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	arena_init(&a, 4096);
	for (int k = 0; k < KINDS; k++) {
		listeners[k] = open_listener(t, k == PLAIN ? NULL : slot, &a);
		warm[k] = make_clients((enum kind)k, 100, listener_port(listeners[k]));
		peers[k] = make_clients((enum kind)k, count, listener_port(listeners[k]));
	}
	load_certificate(slot, &a);
	if (workers_init(1) != OK || workers_start() != OK)
		die("workers");
	for (int k = 0; k < KINDS; k++)
		listener_start(listeners[k]);
	for (int k = 0; k < KINDS; k++) {
		ask(&warm[k]);
		ask(&warm[k]);
		measure((enum kind)k, count, &peers[k]);
	}
	for (int k = 0; k < KINDS; k++) {
		tell(warm[k].to); /* one round more, then the end */
		await(warm[k].from);
		tell(warm[k].to);
		tell(peers[k].to);
		waitpid(warm[k].pid, NULL, 0);
		waitpid(peers[k].pid, NULL, 0);
	}
	while (atomic_load(&open_now))
		usleep(1000);
	for (int k = 0; k < KINDS; k++)
		listener_close(&listeners[k]);
	workers_stop(NULL);
	workers_fini();
	tls_slot_free(&slot);
	transport_free(&t);
	chunks_release_pools();
	arena_fini(&a);
	return 0;
}
