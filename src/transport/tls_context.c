/* SPDX-License-Identifier: MIT
 *
 * One SSL_CTX for each certificate, all set up alike; a handshake starts with the first's and
 * changes to that of the host that the client names, before anything else is looked at.
 *
 * What is offered: TLS 1.2 and 1.3, forward secrecy and authenticated encryption only
 * (RFC 9325 section 4), key exchange on X25519 and P-256: larger curves let a stranger make
 * us work several times as much. No renegotiation, no compression, no early data, no session
 * cache.
 */
#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "transport/tls_inside.h"

static const char ciphers_1_3[] =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
static const char ciphers_1_2[] = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
				  "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
				  "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
static const char groups[] = "X25519:P-256";

enum { HOST_MAX = 255 };

struct host {
	struct str name;
	struct tls_face *face;
};

struct tls_context {
	atomic_uint refs;
	struct tls_context *base; /* whose certificates these are; NULL: its own */
	struct arena arena;
	struct tls_face *faces; /* the first is the default */
	size_t n_faces;
	struct host *hosts; /* by name */
	size_t n_hosts;
	unsigned char *alpn; /* protocols, each behind its length */
	unsigned alpn_len;
	X509_STORE *client_ca;
	STACK_OF(X509_NAME) * client_ca_names;
};

const struct section tls_section = {
	.name = "tls",
	.doc = "Encryption of connections. Certificates belong to the hosts they are for.",
	.conf_size = sizeof(struct tls_conf),
	.options = LIST(struct option,
	    { "version", CHOICE, FIELD(tls_conf, version), "1.2", NULL, NULL,
		"Oldest version of TLS that is spoken.", .words = "1.2 1.3" },
	    { "tickets", BOOL, FIELD(tls_conf, tickets), "yes", NULL, NULL,
		"Gives clients a ticket with which the next handshake is shorter." },
	    { "client_ca", STRING, FIELD(tls_conf, client_ca), NULL, NULL, NULL,
		"File of the certificate authorities (PEM) that vouch for clients which log in "
		"with a certificate; without it clients are not asked for one." }),
};

/* --- which certificate ----------------------------------------------------------------- */

static int
host_order(const void *a, const void *b)
{
	const struct host *x = a, *y = b;

	return str_cmp(x->name, y->name);
}

static struct tls_face *
face_named(const struct tls_context *t, struct str name)
{
	struct host wanted = { .name = name };
	struct host *found;

	if (!t->n_hosts)
		return NULL;
	found = bsearch(&wanted, t->hosts, t->n_hosts, sizeof(wanted), host_order);
	return found ? found->face : NULL;
}

/* A wildcard stands for one label (RFC 9525 section 6.3). */
static struct tls_face *
face_for(const struct tls_context *t, struct str host)
{
	char name[HOST_MAX + 1];
	struct tls_face *face;
	size_t dot;

	if (str_ends(host, S(".")))
		host.len--;
	if (host.len == 0 || host.len > HOST_MAX)
		return &t->faces[0];
	for (size_t i = 0; i < host.len; i++) {
		char c = host.at[i];

		name[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
	}
	host.at = name;
	if ((face = face_named(t, host)))
		return face;
	dot = str_find(host, '.');
	if (dot > 0 && dot < host.len) {
		name[dot - 1] = '*';
		face = face_named(t, str_slice(host, dot - 1, host.len));
	}
	return face ? face : &t->faces[0];
}

/* The host name in the body of a server_name extension (RFC 6066 section 3): a list of one.
 * What is malformed OpenSSL will refuse when it comes to it. */
static struct str
host_in(const unsigned char *at, size_t len)
{
	enum { LIST_LENGTH = 2, TYPE = 1, NAME_LENGTH = 2, BEFORE = 5, HOST_NAME = 0 };
	size_t name;

	if (len < BEFORE || at[LIST_LENGTH] != HOST_NAME)
		return str_of(NULL, 0);
	name = (size_t)at[LIST_LENGTH + TYPE] << 8 | at[LIST_LENGTH + TYPE + 1];
	if (name > len - LIST_LENGTH - TYPE - NAME_LENGTH)
		return str_of(NULL, 0);
	return str_of((const char *)at + BEFORE, name);
}

/* Before OpenSSL looks for a session to resume, so that tickets are judged by the certificate
 * they belong to. */
static int
on_client_hello(SSL *ssl, int *alert, void *arg)
{
	const struct tls_context *t = arg;
	const unsigned char *at;
	size_t len;

	(void)alert;
	if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_server_name, &at, &len)) {
		struct tls_face *face = face_for(t, host_in(at, len));

		if (face != &t->faces[0] && !SSL_set_SSL_CTX(ssl, face->ctx))
			return SSL_CLIENT_HELLO_ERROR;
	}
	return SSL_CLIENT_HELLO_SUCCESS;
}

/* Has the server say that it understood (RFC 6066 section 3). */
static int
on_server_name(SSL *ssl, int *alert, void *arg)
{
	(void)ssl, (void)alert, (void)arg;
	return SSL_TLSEXT_ERR_OK;
}

static int
on_alpn(SSL *ssl, const unsigned char **out, unsigned char *out_len, const unsigned char *in,
    unsigned in_len, void *arg)
{
	const struct tls_context *t = tls_context_of(ssl);
	unsigned char *chosen;

	(void)arg;
	if (t->alpn_len == 0)
		return SSL_TLSEXT_ERR_NOACK;
	if (SSL_select_next_proto(&chosen, out_len, t->alpn, t->alpn_len, in, in_len) !=
	    OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_ALERT_FATAL; /* RFC 7301 section 3.2 */
	*out = chosen;
	return SSL_TLSEXT_ERR_OK;
}

/* A client whose certificate proves nothing may still log in otherwise; whoever wants to rely
 * on it looks at the result. */
static int
verify_client(X509_STORE_CTX *chain, void *arg)
{
	(void)arg;
	if (X509_verify_cert(chain) != 1 && X509_STORE_CTX_get_error(chain) == X509_V_OK)
		X509_STORE_CTX_set_error(chain, X509_V_ERR_UNSPECIFIED);
	return 1;
}

/* --- files ---------------------------------------------------------------------------- */

static enum status
readable(struct str path, struct arena *a, struct str *reason, const char **out)
{
	const char *c = str_to_c(a, path);

	if (access(c, R_OK) != 0) {
		*reason = str_format(a, "%s: %s", c, strerrordesc_np(errno));
		return E_NOT_FOUND;
	}
	*out = c;
	return OK;
}

static enum status
unusable(const char *path, const char *what, struct arena *a, struct str *reason)
{
	const char *why = ERR_reason_error_string(ERR_peek_last_error());

	*reason = str_format(
	    a, "%s: %s%s%s%s", path, what, why ? " (" : "", why ? why : "", why ? ")" : "");
	ERR_clear_error();
	return E_INVALID;
}

/* Never asks at a terminal: keys that need a password are refused. */
static int
no_password(char *out, int max, int writing, void *arg)
{
	(void)out, (void)max, (void)writing, (void)arg;
	return -1;
}

static enum status
load_identity(SSL_CTX *ctx, const struct tls_identity *id, struct arena *a, struct str *reason)
{
	const char *certificate, *key;
	enum status s;

	if ((s = readable(id->certificate, a, reason, &certificate)) != OK)
		return s;
	if ((s = readable(id->key, a, reason, &key)) != OK)
		return s;
	ERR_clear_error();
	if (SSL_CTX_use_certificate_chain_file(ctx, certificate) != 1)
		return unusable(certificate, "not a usable certificate", a, reason);
	if (SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) != 1)
		return unusable(key, "not the private key of the certificate", a, reason);
	return OK;
}

static enum status
load_client_ca(struct tls_context *t, struct str path, struct arena *a, struct str *reason)
{
	const char *file;
	enum status s;

	if ((s = readable(path, a, reason, &file)) != OK)
		return s;
	ERR_clear_error();
	t->client_ca = X509_STORE_new();
	t->client_ca_names = SSL_load_client_CA_file(file);
	if (!t->client_ca || !t->client_ca_names ||
	    X509_STORE_load_file(t->client_ca, file) != 1)
		return unusable(file, "not a file of certificates", a, reason);
	return OK;
}

/* --- building ------------------------------------------------------------------------- */

static void
add_host(struct tls_context *t, struct str name, struct tls_face *face)
{
	char *copy = str_to_c(&t->arena, name);

	for (size_t i = 0; i < name.len; i++)
		if (copy[i] >= 'A' && copy[i] <= 'Z')
			copy[i] = (char)(copy[i] - 'A' + 'a');
	if ((t->n_hosts & (t->n_hosts - 1)) == 0) /* the room is the next power of two */
		t->hosts = mem_resize(
		    t->hosts, (t->n_hosts ? t->n_hosts * 2 : 1) * sizeof(t->hosts[0]));
	t->hosts[t->n_hosts++] = (struct host){ str_of(copy, name.len), face };
}

static void
add_hosts_of_certificate(struct tls_context *t, struct tls_face *face, X509 *x)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);

	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
		struct str host;

		if (name->type != GEN_DNS)
			continue;
		host = str_of((const char *)ASN1_STRING_get0_data(name->d.dNSName),
		    (size_t)ASN1_STRING_length(name->d.dNSName));
		if (host.len && host.len <= HOST_MAX)
			add_host(t, host, face);
	}
	GENERAL_NAMES_free(names);
}

/* By name; of equal names the one whose certificate comes first. */
static int
host_order_to_sort(const void *a, const void *b)
{
	const struct host *x = a, *y = b;
	int by_name = str_cmp(x->name, y->name);

	return by_name ? by_name : (x->face > y->face) - (x->face < y->face);
}

static void
sort_hosts(struct tls_context *t)
{
	size_t n = 0;

	if (t->n_hosts)
		qsort(t->hosts, t->n_hosts, sizeof(t->hosts[0]), host_order_to_sort);
	for (size_t i = 0; i < t->n_hosts; i++)
		if (n == 0 || !str_eq(t->hosts[n - 1].name, t->hosts[i].name))
			t->hosts[n++] = t->hosts[i];
	t->n_hosts = n;
}

/* The hash of the certificate's signature, SHA-256 in place of MD5 and SHA-1; undefined for
 * signatures without one, such as Ed25519 (RFC 5929 section 4.1). */
static void
note_end_point(struct tls_face *face, X509 *x)
{
	int digest = NID_undef;
	const EVP_MD *md;

	X509_get_signature_info(x, &digest, NULL, NULL, NULL);
	if (digest == NID_md5 || digest == NID_sha1)
		digest = NID_sha256;
	md = digest == NID_undef ? NULL : EVP_get_digestbynid(digest);
	if (!md || X509_digest(x, md, face->end_point, &face->end_point_len) != 1)
		face->end_point_len = 0;
}

static void
set_up(struct tls_context *t, SSL_CTX *ctx, const struct tls_conf *conf)
{
	static const unsigned char issuer[] = "jaseur"; /* of sessions */
	bool ok = true;

	ok &= SSL_CTX_set_min_proto_version(
		  ctx, conf->version == TLS_FROM_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION) == 1;
	ok &= SSL_CTX_set_ciphersuites(ctx, ciphers_1_3) == 1;
	ok &= SSL_CTX_set_cipher_list(ctx, ciphers_1_2) == 1;
	ok &= SSL_CTX_set1_groups_list(ctx, groups) == 1;
	SSL_CTX_set_security_level(ctx, 2);
	SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
				     SSL_OP_CIPHER_SERVER_PREFERENCE |
				     SSL_OP_PRIORITIZE_CHACHA);
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN);
	SSL_CTX_set_default_passwd_cb(ctx, no_password);

	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	ok &= SSL_CTX_set_session_id_context(ctx, issuer, sizeof(issuer) - 1) == 1;
	SSL_CTX_set_timeout(ctx, TICKET_LIFE_S);
	if (conf->tickets) {
		ok &= SSL_CTX_set_num_tickets(ctx, 1) == 1;
		ok &= SSL_CTX_set_tlsext_ticket_key_evp_cb(ctx, tls_ticket_key) == 1;
	} else {
		ok &= SSL_CTX_set_num_tickets(ctx, 0) == 1;
		SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET);
	}

	SSL_CTX_set_client_hello_cb(ctx, on_client_hello, t);
	SSL_CTX_set_tlsext_servername_callback(ctx, on_server_name);
	SSL_CTX_set_alpn_select_cb(ctx, on_alpn, NULL);
	if (t->client_ca) {
		SSL_CTX_set1_cert_store(ctx, t->client_ca);
		SSL_CTX_set_client_CA_list(ctx, SSL_dup_CA_list(t->client_ca_names));
		SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
		SSL_CTX_set_cert_verify_callback(ctx, verify_client, NULL);
	}
	assert(ok); /* what is set here is ours, and every OpenSSL since 3.0 knows it */
}

static enum status
add_face(struct tls_context *t, const struct tls_conf *conf, const struct tls_identity *id,
    struct arena *a, struct str *reason)
{
	struct tls_face *face = &t->faces[t->n_faces];
	unsigned char fingerprint[EVP_MAX_MD_SIZE];
	X509 *x;
	enum status s;

	face->context = t;
	face->ctx = SSL_CTX_new(TLS_server_method());
	assert(face->ctx);
	t->n_faces++;
	SSL_CTX_set_app_data(face->ctx, face);
	set_up(t, face->ctx, conf);
	if ((s = load_identity(face->ctx, id, a, reason)) != OK)
		return s;
	x = SSL_CTX_get0_certificate(face->ctx);
	note_end_point(face, x);
	if (X509_digest(x, EVP_sha256(), fingerprint, NULL) == 1)
		memcpy(face->ticket_name, fingerprint, sizeof(face->ticket_name));
	for (size_t i = 0; i < id->hosts.count; i++)
		add_host(t, id->hosts.at[i], face);
	if (id->hosts.count == 0)
		add_hosts_of_certificate(t, face, x);
	return OK;
}

static void
set_alpn(struct tls_context *t, struct str_list protocols)
{
	unsigned char *at;

	for (size_t i = 0; i < protocols.count; i++) {
		assert(protocols.at[i].len >= 1 && protocols.at[i].len <= 255);
		t->alpn_len += (unsigned)protocols.at[i].len + 1;
	}
	t->alpn = at = arena_alloc(&t->arena, t->alpn_len);
	for (size_t i = 0; i < protocols.count; i++) {
		*at++ = (unsigned char)protocols.at[i].len;
		memcpy(at, protocols.at[i].at, protocols.at[i].len);
		at += protocols.at[i].len;
	}
}

/* --- life ----------------------------------------------------------------------------- */

static void
tls_context_free(struct tls_context **t)
{
	if (!*t)
		return;
	for (size_t i = 0; i < (*t)->n_faces; i++)
		SSL_CTX_free((*t)->faces[i].ctx);
	X509_STORE_free((*t)->client_ca);
	sk_X509_NAME_pop_free((*t)->client_ca_names, X509_NAME_free);
	free((*t)->hosts);
	tls_context_unref(&(*t)->base);
	arena_fini(&(*t)->arena);
	free(*t);
	*t = NULL;
}

enum status
tls_context_new(const struct tls_conf *conf, const struct tls_identity *identities, size_t n,
    struct str_list alpn, struct arena *a, struct str *reason, struct tls_context **out)
{
	AUTO(tls_context) t = mem_zalloc(sizeof(*t));
	enum status s;

	assert(n >= 1);
	atomic_init(&t->refs, 1);
	arena_init(&t->arena, 1024);
	t->faces = arena_zalloc(&t->arena, n * sizeof(t->faces[0]));
	set_alpn(t, alpn);
	if (conf->client_ca.len && (s = load_client_ca(t, conf->client_ca, a, reason)) != OK)
		return s;
	for (size_t i = 0; i < n; i++)
		if ((s = add_face(t, conf, &identities[i], a, reason)) != OK)
			return s;
	sort_hosts(t);
	*out = TAKE(t);
	return OK;
}

struct tls_context *
tls_context_offering(struct tls_context *t, struct str_list alpn)
{
	struct tls_context *view = mem_zalloc(sizeof(*view));

	atomic_init(&view->refs, 1);
	arena_init(&view->arena, 64);
	view->base = tls_context_ref(t->base ? t->base : t);
	set_alpn(view, alpn);
	return view;
}

struct tls_context *
tls_context_ref(struct tls_context *t)
{
	atomic_fetch_add_explicit(&t->refs, 1, memory_order_relaxed);
	return t;
}

void
tls_context_unref(struct tls_context **t)
{
	if (*t && atomic_fetch_sub_explicit(&(*t)->refs, 1, memory_order_acq_rel) == 1)
		tls_context_free(t);
	*t = NULL;
}

SSL *
tls_context_session(struct tls_context *t)
{
	return SSL_new((t->base ? t->base : t)->faces[0].ctx);
}

/* --- the current one ------------------------------------------------------------------- */

struct tls_slot {
	pthread_mutex_t lock;
	struct tls_context *context;
};

struct tls_slot *
tls_slot_new(void)
{
	struct tls_slot *s = mem_zalloc(sizeof(*s));

	pthread_mutex_init(&s->lock, NULL);
	return s;
}

void
tls_slot_free(struct tls_slot **s)
{
	if (!*s)
		return;
	tls_context_unref(&(*s)->context);
	pthread_mutex_destroy(&(*s)->lock);
	free(*s);
	*s = NULL;
}

void
tls_slot_set(struct tls_slot *s, struct tls_context *t)
{
	struct tls_context *old;

	if (t)
		tls_context_ref(t);
	pthread_mutex_lock(&s->lock);
	old = s->context;
	s->context = t;
	pthread_mutex_unlock(&s->lock);
	tls_context_unref(&old);
}

struct tls_context *
tls_slot_get(struct tls_slot *s)
{
	struct tls_context *t;

	pthread_mutex_lock(&s->lock);
	t = s->context ? tls_context_ref(s->context) : NULL;
	pthread_mutex_unlock(&s->lock);
	return t;
}
