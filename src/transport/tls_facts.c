/* SPDX-License-Identifier: MIT
 *
 * What TLS knows about a connection: versions, names, channel bindings, certificates.
 */
#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include "transport/tls_inside.h"

bool
conn_is_secure(const struct conn *c)
{
	return tls_session_of(c) != NULL;
}

struct str
conn_tls_version(const struct conn *c)
{
	SSL *ssl = tls_session_of(c);

	return str_from_c(ssl ? SSL_get_version(ssl) : NULL);
}

struct str
conn_tls_cipher(const struct conn *c)
{
	SSL *ssl = tls_session_of(c);

	return str_from_c(ssl ? SSL_CIPHER_get_name(SSL_get_current_cipher(ssl)) : NULL);
}

struct str
conn_tls_sni(const struct conn *c)
{
	SSL *ssl = tls_session_of(c);

	return str_from_c(ssl ? SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name) : NULL);
}

struct str
conn_tls_alpn(const struct conn *c)
{
	SSL *ssl = tls_session_of(c);
	const unsigned char *name = NULL;
	unsigned len = 0;

	if (ssl)
		SSL_get0_alpn_selected(ssl, &name, &len);
	return str_of((const char *)name, len);
}

bool
conn_tls_is_resumed(const struct conn *c)
{
	SSL *ssl = tls_session_of(c);

	return ssl && SSL_session_reused(ssl);
}

/* --- channel bindings ------------------------------------------------------------------- */

/* Without the extended master secret two TLS 1.2 sessions can be made to have the same keys
 * (RFC 7627), and what is bound to one is bound to the other. */
static bool
is_unique(SSL *ssl)
{
	return SSL_version(ssl) >= TLS1_3_VERSION || SSL_get_extms_support(ssl) == 1;
}

static enum status
tls_exporter(SSL *ssl, struct arena *a, struct str *out)
{
	enum { BYTES = 32 }; /* RFC 9266 section 2 */
	static const char label[] = "EXPORTER-Channel-Binding";
	unsigned char *at;

	if (!is_unique(ssl))
		return E_UNSUPPORTED;
	at = arena_alloc(a, BYTES);
	if (SSL_export_keying_material(
		ssl, at, BYTES, label, sizeof(label) - 1, (const unsigned char *)"", 0, 1) != 1)
		return E_UNSUPPORTED;
	*out = str_of((const char *)at, BYTES);
	return OK;
}

static enum status
tls_server_end_point(SSL *ssl, struct arena *a, struct str *out)
{
	const struct tls_face *face = tls_face_of(ssl);

	if (!face->end_point_len)
		return E_UNSUPPORTED;
	*out = str_copy(a, str_of((const char *)face->end_point, face->end_point_len));
	return OK;
}

/* The first Finished of the handshake (RFC 5929 section 3): the client's, or the server's
 * when a session is resumed. */
static enum status
tls_unique(SSL *ssl, struct arena *a, struct str *out)
{
	char finished[EVP_MAX_MD_SIZE];
	size_t len;

	if (SSL_version(ssl) >= TLS1_3_VERSION || !is_unique(ssl))
		return E_UNSUPPORTED;
	if (SSL_session_reused(ssl))
		len = SSL_get_finished(ssl, finished, sizeof(finished));
	else
		len = SSL_get_peer_finished(ssl, finished, sizeof(finished));
	if (len == 0 || len > sizeof(finished))
		return E_UNSUPPORTED;
	*out = str_copy(a, str_of(finished, len));
	return OK;
}

enum status
conn_channel_binding(
    struct conn *c, enum channel_binding kind, struct arena *a, struct str *out)
{
	SSL *ssl = tls_session_of(c);

	if (!ssl || !SSL_is_server(ssl))
		return E_UNSUPPORTED;
	switch (kind) {
	case CB_TLS_EXPORTER:
		return tls_exporter(ssl, a, out);
	case CB_TLS_SERVER_END_POINT:
		return tls_server_end_point(ssl, a, out);
	case CB_TLS_UNIQUE:
		return tls_unique(ssl, a, out);
	}
	return E_UNSUPPORTED;
}

/* --- the client's certificate ------------------------------------------------------------- */

/* id-on-xmppAddr, RFC 6120 section 13.7.1.4. */
static bool
is_xmpp_address(const GENERAL_NAME *name)
{
	char oid[32];

	return name->type == GEN_OTHERNAME &&
	       OBJ_obj2txt(oid, sizeof(oid), name->d.otherName->type_id, 1) > 0 &&
	       str_eq(str_from_c(oid), S("1.3.6.1.5.5.7.8.5")) &&
	       name->d.otherName->value->type == V_ASN1_UTF8STRING;
}

enum status
conn_certificate_addresses(
    struct conn *c, struct arena *a, struct str *names, size_t max, size_t *n)
{
	SSL *ssl = tls_session_of(c);
	X509 *x = ssl ? SSL_get0_peer_certificate(ssl) : NULL;
	GENERAL_NAMES *all;
	size_t found = 0;

	if (!x || SSL_get_verify_result(ssl) != X509_V_OK)
		return E_NOT_FOUND;
	all = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
	for (int i = 0; i < sk_GENERAL_NAME_num(all) && found < max; i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(all, i);
		const ASN1_UTF8STRING *text;
		struct str address;

		if (!is_xmpp_address(name))
			continue;
		text = name->d.otherName->value->value.utf8string;
		address = str_of((const char *)ASN1_STRING_get0_data(text),
		    (size_t)ASN1_STRING_length(text));
		/* A NUL inside has cut names short for others before. */
		if (str_is_utf8(address) && str_find(address, '\0') == address.len)
			names[found++] = str_copy(a, address);
	}
	GENERAL_NAMES_free(all);
	*n = found;
	return OK;
}
