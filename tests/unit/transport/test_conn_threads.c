/* SPDX-License-Identifier: MIT
 *
 * The same code with real threads: workers that run by themselves, clients that block, and
 * connections that move between workers under traffic while certificates are reloaded. What
 * it proves it proves under the thread sanitizer.
 */
#include "rig.h"

#include <pthread.h>
#include <stdatomic.h>

#include "transport/listener.h"

enum { WORKERS = 2, CLIENTS = 4, CONNECTIONS = 8, LINES = 60, RELOADS = 10 };

static struct arena arena;
static struct transport *transport;
static struct tls_slot *slot;
static struct listener *plain, *direct;
static atomic_int ended, moved;

/* --- the server: answers each line, and moves with every seventh ------------------------ */

struct talker {
	struct conn *conn;
	unsigned lines;
};

static void
arrived(void *user)
{
	(void)user;
	atomic_fetch_add(&moved, 1);
}

static size_t
on_bytes(void *user, struct str bytes)
{
	struct talker *t = user;
	size_t line = str_find(bytes, '\n');

	if (line == bytes.len) {
		conn_write(t->conn, bytes);
		return bytes.len;
	}
	line++;
	conn_write(t->conn, str_slice(bytes, 0, line));
	if (++t->lines % 7 == 0) {
		unsigned to = ((unsigned)worker_self() + 1) % workers_count();

		conn_pause(t->conn);
		conn_move(t->conn, to, arrived);
	}
	return line;
}

static void
on_end(void *user, enum conn_end why)
{
	(void)why;
	free(user);
	atomic_fetch_add(&ended, 1);
}

static void
on_accept(void *user, struct conn *c)
{
	static const struct conn_user calls = { .on_bytes = on_bytes, .on_end = on_end };
	struct talker *t = mem_zalloc(sizeof(*t));

	(void)user;
	t->conn = c;
	conn_set_user(c, &calls, t);
}

/* --- clients, which block --------------------------------------------------------------- */

static int
connect_to(const struct listener *l)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons(listener_port(l)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&at, sizeof(at)) != 0)
		abort();
	return fd;
}

static void
talk_plain(void)
{
	int fd = connect_to(plain);

	for (int i = 0; i < LINES; i++) {
		char line[32], back[32];
		int len = snprintf(line, sizeof(line), "line %d\n", i);
		int got = 0;

		if (send(fd, line, (size_t)len, MSG_NOSIGNAL) != len)
			abort();
		while (got < len) {
			ssize_t n = recv(fd, back + got, (size_t)(len - got), 0);

			if (n <= 0)
				abort();
			got += (int)n;
		}
		if (memcmp(line, back, (size_t)len) != 0)
			abort();
	}
	close(fd);
}

static void
talk_tls(SSL_CTX *ctx)
{
	SSL *ssl = SSL_new(ctx);
	int fd = connect_to(direct);

	SSL_set_fd(ssl, fd);
	if (SSL_connect(ssl) != 1)
		abort();
	for (int i = 0; i < LINES; i++) {
		char line[32], back[32];
		int len = snprintf(line, sizeof(line), "line %d\n", i);
		int got = 0;

		if (SSL_write(ssl, line, len) != len)
			abort();
		while (got < len) {
			int n = SSL_read(ssl, back + got, len - got);

			if (n <= 0)
				abort();
			got += n;
		}
		if (memcmp(line, back, (size_t)len) != 0)
			abort();
	}
	SSL_shutdown(ssl);
	SSL_free(ssl);
	close(fd);
}

static void *
be_client(void *arg)
{
	SSL_CTX *ctx = rig_client_context(arg ? TLS1_2_VERSION : TLS1_3_VERSION);

	for (int i = 0; i < CONNECTIONS; i++) {
		talk_tls(ctx);
		talk_plain();
	}
	SSL_CTX_free(ctx);
	return NULL;
}

/* --- the test ---------------------------------------------------------------------------- */

static struct listener *
open_one(struct tls_slot *tls)
{
	struct listener_conf conf = {
		.address = S("127.0.0.1"), .tls = tls, .on_accept = on_accept
	};
	struct listener *l = NULL;
	struct str reason;

	assert_int_equal(listener_open(transport, &conf, &arena, &reason, &l), OK);
	return l;
}

static void
reload(void)
{
	static const struct tls_conf conf = { .tickets = true };
	struct tls_context *t =
	    rig_context(&arena, &conf, "example.org", (struct str_list){ 0 });

	tls_slot_set(slot, t);
	tls_context_unref(&t);
}

static void
connections_move_under_traffic_while_certificates_change(void **state)
{
	pthread_t clients[CLIENTS];
	struct admission_counters c;

	(void)state;
	assert_int_equal(workers_init(WORKERS), OK);
	arena_init(&arena, 4096);
	transport = transport_new();
	slot = tls_slot_new();
	reload();
	plain = open_one(NULL);
	direct = open_one(slot);
	assert_int_equal(workers_start(), OK);
	listener_start(plain);
	listener_start(direct);
	for (size_t i = 0; i < CLIENTS; i++)
		assert_int_equal(
		    pthread_create(&clients[i], NULL, be_client, i % 2 ? &arena : NULL), 0);
	for (int i = 0; i < RELOADS; i++)
		reload();
	for (size_t i = 0; i < CLIENTS; i++)
		pthread_join(clients[i], NULL);
	while (atomic_load(&ended) < CLIENTS * CONNECTIONS * 2)
		sched_yield();
	assert_int_equal(atomic_load(&moved), CLIENTS * CONNECTIONS * 2 * (LINES / 7));
	listener_close(&plain);
	listener_close(&direct);
	workers_stop(NULL);
	workers_fini();
	transport_count(transport, &c);
	assert_int_equal(c.connections, 0);
	tls_slot_free(&slot);
	transport_free(&transport);
	chunks_release_pools();
	arena_fini(&arena);
	rig_remove_files();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(connections_move_under_traffic_while_certificates_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
