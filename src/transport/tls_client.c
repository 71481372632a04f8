/* SPDX-License-Identifier: MIT
 *
 * What is offered is what we take as a server (tls_context.c): TLS 1.2 and 1.3, forward secrecy
 * and authenticated encryption. No session is kept, so no server can tell by one that it is us
 * again.
 */
#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdatomic.h>
#include <unistd.h>

#include "transport/address.h"
#include "transport/tls_client.h"
#include "transport/tls_inside.h"

struct tls_client {
	atomic_uint refs;
	SSL_CTX *ctx;
};

static void
set_up(SSL_CTX *ctx, struct str alpn)
{
	unsigned char protocols[256] = { (unsigned char)alpn.len };
	bool ok = true;

	assert(alpn.len >= 1 && alpn.len < sizeof(protocols));
	memcpy(protocols + 1, alpn.at, alpn.len);
	ok &= SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) == 1;
	ok &= SSL_CTX_set_cipher_list(ctx, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1;
	ok &= SSL_CTX_set_alpn_protos(ctx, protocols, (unsigned)alpn.len + 1) == 0;
	assert(ok); /* what is set here is ours, and every OpenSSL since 3.0 knows it */
	SSL_CTX_set_security_level(ctx, 2);
	SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
}

static enum status
trust(SSL_CTX *ctx, struct str ca, struct arena *a, struct str *reason)
{
	const char *file = str_to_c(a, ca);
	const char *why;

	ERR_clear_error();
	if (!ca.at) {
		/* A system without any trusts nobody, which shows at the first handshake. */
		SSL_CTX_set_default_verify_paths(ctx);
		return OK;
	}
	if (access(file, R_OK) != 0) {
		*reason = str_format(a, "%s: %s", file, strerrordesc_np(errno));
		return E_NOT_FOUND;
	}
	if (SSL_CTX_load_verify_file(ctx, file) == 1)
		return OK;
	why = ERR_reason_error_string(ERR_peek_last_error());
	*reason = str_format(a, "%s: not a file of certificates (%s)", file, why ? why : "?");
	ERR_clear_error();
	return E_INVALID;
}

static void
tls_client_free(struct tls_client **t)
{
	if (!*t)
		return;
	SSL_CTX_free((*t)->ctx);
	free(*t);
	*t = NULL;
}

enum status
tls_client_new(struct str ca, struct str alpn, struct arena *a, struct str *reason,
    struct tls_client **out)
{
	AUTO(tls_client) t = mem_zalloc(sizeof(*t));
	enum status s;

	atomic_init(&t->refs, 1);
	t->ctx = SSL_CTX_new(TLS_client_method());
	assert(t->ctx);
	set_up(t->ctx, alpn);
	if ((s = trust(t->ctx, ca, a, reason)) != OK)
		return s;
	*out = TAKE(t);
	return OK;
}

struct tls_client *
tls_client_ref(struct tls_client *t)
{
	atomic_fetch_add_explicit(&t->refs, 1, memory_order_relaxed);
	return t;
}

void
tls_client_unref(struct tls_client **t)
{
	if (*t && atomic_fetch_sub_explicit(&(*t)->refs, 1, memory_order_acq_rel) == 1)
		tls_client_free(t);
	*t = NULL;
}

SSL *
tls_client_session(struct tls_client *t, struct str host)
{
	SSL *ssl = SSL_new(t->ctx);
	struct address address;
	struct arena a;
	const char *name;
	bool ok;

	assert(ssl);
	arena_init(&a, 256);
	name = str_to_c(&a, host);
	if (address_parse(host, &address) == OK) { /* RFC 6066 section 3: not in SNI */
		ok = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name) == 1;
	} else {
		SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
		ok = SSL_set1_host(ssl, name) == 1 && SSL_set_tlsext_host_name(ssl, name) == 1;
	}
	assert(ok);
	arena_fini(&a);
	return ssl;
}
