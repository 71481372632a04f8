/* SPDX-License-Identifier: MIT
 *
 * What tests of connections share: driven workers, a user that records what it is told, and
 * the peer's end of a socket, plain or with OpenSSL as the client.
 */
#ifndef TESTS_TRANSPORT_RIG_H
#define TESTS_TRANSPORT_RIG_H

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "../unit.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/limits.h"
#include "loop/clock.h"
#include "loop/drive.h"
#include "loop/worker.h"
#include "transport/certificate.h"
#include "transport/chunks.h"
#include "transport/conf.h"
#include "transport/conn.h"
#include "transport/tls.h"

enum { RIG_BYTES_MAX = 64 * 1024 * 1024 };

/* --- the user of a connection ---------------------------------------------------------- */

struct rig_user {
	struct conn *conn; /* NULL after on_end */
	struct buf got;
	size_t share; /* bytes to take per call before pausing; 0: all */
	bool echo;    /* writes back what it takes */
	int secured;  /* how often on_secured came */
	int sent;     /* and on_sent */
	bool ended;
	enum conn_end why;
	char failure[128];
	int worker;                         /* that called last */
	void (*on_got)(struct rig_user *u); /* after bytes were taken */
	const char *starttls;               /* what to wait for, before the handshake */
	struct tls_context *tls;
};

static size_t
rig_on_bytes(void *user, struct str bytes)
{
	struct rig_user *u = user;

	u->worker = worker_self();
	assert_false(u->ended);
	if (u->tls) {
		/* STARTTLS: exactly the request is taken. */
		assert_true(bytes.len > 0);
		bytes.len = 1;
		assert_int_equal(buf_add(&u->got, bytes), OK);
		if (u->got.len == strlen(u->starttls)) {
			assert_memory_equal(u->got.at, u->starttls, u->got.len);
			assert_true(conn_write(u->conn, S("<proceed/>")));
			conn_start_tls(u->conn, u->tls);
			u->tls = NULL;
			buf_drop(&u->got, u->got.len);
		}
		return 1;
	}
	if (u->share && bytes.len > u->share) {
		bytes.len = u->share;
		conn_pause(u->conn);
	}
	assert_int_equal(buf_add(&u->got, bytes), OK);
	if (u->echo)
		conn_write(u->conn, bytes);
	if (u->on_got)
		u->on_got(u);
	return bytes.len;
}

static void
rig_on_secured(void *user)
{
	struct rig_user *u = user;

	u->secured++;
}

static void
rig_on_sent(void *user)
{
	struct rig_user *u = user;

	assert_int_equal(conn_queued(u->conn), 0);
	u->sent++;
}

static void
rig_on_end(void *user, enum conn_end why)
{
	struct rig_user *u = user;
	struct str failure = conn_failure(u->conn);

	assert_false(u->ended);
	snprintf(u->failure, sizeof(u->failure), "%.*s", STR_ARG(failure));
	u->conn = NULL;
	u->ended = true;
	u->why = why;
}

static const struct conn_user rig_calls = { rig_on_bytes, rig_on_secured, rig_on_sent,
	rig_on_end };

static inline void
rig_user_init(struct rig_user *u)
{
	*u = (struct rig_user){ .worker = WORKER_NONE };
	buf_init(&u->got, RIG_BYTES_MAX);
}

static inline void
rig_user_fini(struct rig_user *u)
{
	buf_fini(&u->got);
}

/* --- sockets --------------------------------------------------------------------------- */

static inline void
rig_nonblocking(int fd)
{
	assert_int_equal(fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK), 0);
}

/* Two ends of a TCP connection on the loopback; small buffers when wanted. */
static inline void
rig_tcp_pair(int *ours, int *peers, int buffer)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int l = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int on = 1;

	assert_true(l >= 0);
	assert_int_equal(bind(l, (struct sockaddr *)&at, len), 0);
	assert_int_equal(getsockname(l, (struct sockaddr *)&at, &len), 0);
	if (buffer)
		setsockopt(l, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof(buffer));
	assert_int_equal(listen(l, 1), 0);
	*peers = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(*peers >= 0);
	if (buffer)
		setsockopt(*peers, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof(buffer));
	setsockopt(*peers, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	assert_int_equal(connect(*peers, (struct sockaddr *)&at, len), 0);
	*ours = accept4(l, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	assert_true(*ours >= 0);
	close(l);
	rig_nonblocking(*peers);
}

/* A connection on the calling worker with `u` as its user; returns the peer's end. */
static inline int
rig_connect(struct transport *t, struct rig_user *u, int buffer)
{
	struct address from = { 0 };
	int ours, peers;

	rig_tcp_pair(&ours, &peers, buffer);
	assert_int_equal(address_parse(S("127.0.0.1"), &from), OK);
	assert_int_equal(conn_adopt(t, ours, &from, NULL, &u->conn), OK);
	conn_set_user(u->conn, &rig_calls, u);
	return peers;
}

static inline void
rig_send(int fd, const void *bytes, size_t len)
{
	ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);

	assert_int_equal(n, len);
}

/* What has arrived at the peer, added to `got`. True when it also heard of the end. */
static inline bool
rig_receive(int fd, struct buf *got)
{
	for (;;) {
		char *at = buf_reserve(got, 16 * 1024);
		ssize_t n = recv(fd, at, 16 * 1024, 0);

		if (n > 0)
			buf_added(got, (size_t)n);
		else
			return n == 0 || (errno != EAGAIN && errno != EINTR);
	}
}

/* --- the client's side of TLS ----------------------------------------------------------- */

struct rig_client {
	SSL *ssl;
	int fd;
	bool secured;
	bool closed; /* has seen the end, in good order or not */
	bool failed;
	struct buf got;
};

static inline SSL_CTX *
rig_client_context(int version)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());

	assert_non_null(ctx);
	if (version) {
		SSL_CTX_set_min_proto_version(ctx, version);
		SSL_CTX_set_max_proto_version(ctx, version);
	}
	return ctx;
}

static inline void
rig_client_init(struct rig_client *c, SSL_CTX *ctx, int fd, const char *sni)
{
	*c = (struct rig_client){ .ssl = SSL_new(ctx), .fd = fd };
	buf_init(&c->got, RIG_BYTES_MAX);
	SSL_set_fd(c->ssl, fd);
	SSL_set_connect_state(c->ssl);
	if (sni)
		SSL_set_tlsext_host_name(c->ssl, sni);
}

static inline void
rig_client_fini(struct rig_client *c)
{
	/* Or OpenSSL would think ill of the session, and not use its ticket again. */
	SSL_set_shutdown(c->ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
	SSL_free(c->ssl);
	close(c->fd);
	buf_fini(&c->got);
}

/* As far as it goes: handshake, then whatever has arrived. */
static inline void
rig_client_step(struct rig_client *c)
{
	int ok = 1, error;

	ERR_clear_error();
	if (!c->secured && !c->failed) {
		ok = SSL_do_handshake(c->ssl);
		c->secured = ok == 1;
	}
	while (c->secured && ok > 0) {
		char *at = buf_reserve(&c->got, 16 * 1024);

		ok = SSL_read(c->ssl, at, 16 * 1024);
		if (ok > 0)
			buf_added(&c->got, (size_t)ok);
	}
	error = SSL_get_error(c->ssl, ok);
	if (error == SSL_ERROR_ZERO_RETURN || error == SSL_ERROR_SYSCALL)
		c->closed = true;
	if (error == SSL_ERROR_SSL)
		c->failed = c->closed = true;
}

/* Both sides in turn until the client is secure or has failed. */
static inline void
rig_shake_hands(struct rig_client *c)
{
	for (int i = 0; i < 100 && !c->secured && !c->failed && !c->closed; i++) {
		rig_client_step(c);
		loop_drive();
	}
	/* Tickets. */
	rig_client_step(c);
	loop_drive();
}

static inline void
rig_client_write(struct rig_client *c, const void *bytes, size_t len)
{
	assert_int_equal(SSL_write(c->ssl, bytes, (int)len), (int)len);
}

/* --- certificates ------------------------------------------------------------------------ */

static char rig_folder[] = "/tmp/jaseur-transport-XXXXXX";

static inline struct str
rig_path(struct arena *a, const char *name, const char *what)
{
	return str_format(a, "%s/%s.%s", rig_folder, name, what);
}

/* Makes NAME.crt and NAME.key for the host. */
static inline struct tls_identity
rig_identity(struct arena *a, const char *host)
{
	struct certificate_host name = { str_from_c(host), str_from_c(host) };
	struct tls_identity id = { 0 };
	static bool made;
	struct str reason;

	if (!made)
		assert_non_null(mkdtemp(rig_folder));
	made = true;
	id.certificate = rig_path(a, host, "crt");
	id.key = rig_path(a, host, "key");
	assert_int_equal(
	    certificate_make(id.certificate, id.key, &name, 1, 30, a, &reason), OK);
	return id;
}

static inline struct tls_context *
rig_context(
    struct arena *a, const struct tls_conf *conf, const char *host, struct str_list alpn)
{
	struct tls_identity id = rig_identity(a, host);
	struct tls_context *t = NULL;
	struct str reason = { 0 };

	assert_int_equal(tls_context_new(conf, &id, 1, alpn, a, &reason, &t), OK);
	return t;
}

static inline void
rig_remove_files(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", rig_folder);
	assert_int_equal(system(command), 0);
}

#endif
