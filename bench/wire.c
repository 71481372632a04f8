/* SPDX-License-Identifier: MIT */
/* First: parameters called `rand`, a word that base/banned.h takes out of use. */
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/wire.h"

_Noreturn void
die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("bench: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	exit(1);
}

static SSL_CTX *
context(const SSL_METHOD *method)
{
	SSL_CTX *ctx = SSL_CTX_new(method);

	if (!ctx || !SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION))
		die("the cryptographic library does not work");
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
				  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	return ctx;
}

SSL_CTX *
wire_client_context(void)
{
	SSL_CTX *ctx = context(TLS_client_method());

	SSL_CTX_set_verify(ctx, SSL_VERIFY_NONE, NULL);
	/* Many servers close without close_notify, which is not what is measured here. */
	SSL_CTX_set_options(ctx, SSL_OP_IGNORE_UNEXPECTED_EOF);
	return ctx;
}

SSL_CTX *
wire_server_context(const char *certificate, const char *key)
{
	SSL_CTX *ctx = context(TLS_server_method());

	SSL_CTX_set_options(ctx, SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_num_tickets(ctx, 0);
	if (SSL_CTX_use_certificate_chain_file(ctx, certificate) != 1)
		die("%s: no certificate", certificate);
	if (SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) != 1)
		die("%s: no key of the certificate", key);
	return ctx;
}

void
wire_context_free(SSL_CTX **ctx)
{
	SSL_CTX_free(*ctx);
	*ctx = NULL;
}

void
wire_init(struct wire *w, int fd)
{
	int on = 1;

	if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) != 0)
		die("TCP_NODELAY: %s", strerror(errno));
	*w = (struct wire){ .fd = fd };
}

void
wire_close(struct wire *w)
{
	SSL_free(w->tls);
	if (w->fd >= 0)
		close(w->fd);
	*w = (struct wire){ .fd = -1 };
}

void
wire_start_tls(struct wire *w, SSL_CTX *ctx, bool server)
{
	w->tls = SSL_new(ctx);
	if (!w->tls || SSL_set_fd(w->tls, w->fd) != 1)
		die("the cryptographic library does not work");
	if (server)
		SSL_set_accept_state(w->tls);
	else
		SSL_set_connect_state(w->tls);
}

enum status
wire_handshake(struct wire *w, enum wire_wait *wait)
{
	int result;

	ERR_clear_error();
	if ((result = SSL_do_handshake(w->tls)) == 1)
		return OK;
	switch (SSL_get_error(w->tls, result)) {
	case SSL_ERROR_WANT_READ:
		*wait = WIRE_READABLE;
		return E_AGAIN;
	case SSL_ERROR_WANT_WRITE:
		*wait = WIRE_WRITABLE;
		return E_AGAIN;
	default:
		return E_IO;
	}
}

/* After the handshake TLS 1.3 has no renegotiation: reading waits for reading only. */
static enum status
tls_status(struct wire *w, int result)
{
	switch (SSL_get_error(w->tls, result)) {
	case SSL_ERROR_WANT_READ:
	case SSL_ERROR_WANT_WRITE:
		return E_AGAIN;
	case SSL_ERROR_ZERO_RETURN:
		return E_CLOSED;
	default:
		return E_IO;
	}
}

static enum status
socket_status(ssize_t result)
{
	if (result == 0)
		return E_CLOSED;
	return errno == EAGAIN || errno == EINTR ? E_AGAIN : E_IO;
}

enum status
wire_read(struct wire *w, char *at, size_t room, size_t *n)
{
	ssize_t got;

	if (w->tls) {
		int result;

		ERR_clear_error();
		if ((result = SSL_read_ex(w->tls, at, room, n)) != 1)
			return tls_status(w, result);
		return OK;
	}
	if ((got = recv(w->fd, at, room, 0)) <= 0)
		return socket_status(got);
	*n = (size_t)got;
	return OK;
}

enum status
wire_write(struct wire *w, struct str bytes, size_t *n)
{
	ssize_t sent;

	if (w->tls) {
		int result;

		ERR_clear_error();
		if ((result = SSL_write_ex(w->tls, bytes.at, bytes.len, n)) != 1)
			return tls_status(w, result);
		return OK;
	}
	if ((sent = send(w->fd, bytes.at, bytes.len, MSG_NOSIGNAL)) <= 0)
		return sent < 0 ? socket_status(sent) : E_AGAIN;
	*n = (size_t)sent;
	return OK;
}
