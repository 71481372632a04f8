/* SPDX-License-Identifier: MIT
 *
 * What the files about TLS share, and nobody else sees: OpenSSL ends here.
 */
#ifndef TRANSPORT_TLS_INSIDE_H
#define TRANSPORT_TLS_INSIDE_H

#include <openssl/ssl.h>

#include "transport/conn.h"
#include "transport/tls.h"

enum { TICKET_CERTIFICATE = 8, TICKET_KEY = 8 }; /* bytes of a ticket's name, which are 16 */

/* A certificate as it is used; the application data of its SSL_CTX. */
struct tls_face {
	struct tls_context *context;
	SSL_CTX *ctx;
	unsigned char end_point[EVP_MAX_MD_SIZE]; /* tls-server-end-point, RFC 5929 section 4 */
	unsigned end_point_len;                   /* 0: not defined for this certificate */
	unsigned char ticket_name[TICKET_CERTIFICATE];
};

static inline const struct tls_face *
tls_face_of(const SSL *ssl)
{
	return SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
}

/* A new handshake's server side. NULL: OpenSSL could not. */
SSL *tls_context_session(struct tls_context *t);

/* A new handshake's client side, with a server that must prove to be the host. */
struct tls_client;
SSL *tls_client_session(struct tls_client *t, struct str host);

/* The context that a handshake of ours as a server was begun with. */
const struct tls_context *tls_context_of(const SSL *ssl);

/* The session of a connection whose handshake has ended well, else NULL. */
SSL *tls_session_of(const struct conn *c);

/* --- tickets (tls_ticket.c) ------------------------------------------------------------ */

enum { TICKET_LIFE_S = 8 * 60 * 60 };

int tls_ticket_key(SSL *ssl, unsigned char name[16], unsigned char *iv, EVP_CIPHER_CTX *cipher,
    EVP_MAC_CTX *mac, int encrypt);

#endif
