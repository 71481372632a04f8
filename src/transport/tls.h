/* SPDX-License-Identifier: MIT
 *
 * TLS: certificates by host, and what is offered (RFC 8446; RFC 9325; RFC 7590 for XMPP).
 *
 * A context is immutable and counted: a reload builds a new one and puts it into the slot;
 * connections that began with the old one keep it. Any thread may call these functions.
 */
#ifndef TRANSPORT_TLS_H
#define TRANSPORT_TLS_H

#include "base/option.h"

struct tls_context;

struct tls_conf {
	enum { TLS_FROM_1_2, TLS_FROM_1_3 } version;
	bool tickets; /* clients that return skip half of the handshake */
	struct str
	    client_ca; /* file of certificates; "no string": clients are not asked for theirs */
};

/* "tls: { ... }" with names, defaults, bounds and a sentence for each. */
extern const struct section tls_section;

/* A certificate, for the hosts that it is shown to. */
struct tls_identity {
	struct str certificate; /* PEM file: the server's, then those that lead to the CA */
	struct str key;         /* PEM file */

	/* As in DNS and SNI: lower case, A-labels, "*.example.org" for one label more. Empty:
	 * the names in the certificate. */
	struct str_list hosts;
};

/*
 * identities  at least one; the first is shown to clients that ask for another host or none
 * alpn        protocols (RFC 7301), the preferred first, for example "xmpp-client"; a client
 *             that offers only others is refused
 * reason      written on failure: file and fault, for the operator, in the arena
 *
 * E_NOT_FOUND  a file is missing or may not be read
 * E_INVALID    a file has not the right content, or certificate and key do not belong
 *              together
 */
MUST_CHECK enum status tls_context_new(const struct tls_conf *conf,
    const struct tls_identity *identities, size_t n, struct str_list alpn, struct arena *a,
    struct str *reason, struct tls_context **out);

/*
 * The same certificates with other protocols, for a listener at which others are spoken: one
 * reference to a context of its own, which shares all else with the first.
 */
struct tls_context *tls_context_offering(struct tls_context *t, struct str_list alpn);

struct tls_context *tls_context_ref(struct tls_context *t);
void tls_context_unref(struct tls_context **t); /* accepts NULL, leaves NULL */

/* Where listeners and streams find the current context. */
struct tls_slot;

struct tls_slot *tls_slot_new(void);
void tls_slot_free(struct tls_slot **s);

/* Puts a context in, counted once more; NULL: none. */
void tls_slot_set(struct tls_slot *s, struct tls_context *t);

/* What is in, counted once more; NULL when empty. */
struct tls_context *tls_slot_get(struct tls_slot *s);

#endif
