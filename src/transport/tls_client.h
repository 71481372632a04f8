/* SPDX-License-Identifier: MIT
 *
 * TLS to servers that we connect to: who they are is verified, by the authorities that the
 * system or the operator trusts (RFC 5280, RFC 9525). A client is immutable and counted; any
 * thread may call these functions.
 */
#ifndef TRANSPORT_TLS_CLIENT_H
#define TRANSPORT_TLS_CLIENT_H

#include "base/str.h"

struct conn;
struct tls_client;

/*
 * ca      PEM file of the authorities to trust; "no string": those of the system
 * alpn    the protocol to offer (RFC 7301)
 * reason  written on failure: file and fault, for the operator, in the arena
 *
 * E_NOT_FOUND  the file is missing or may not be read; E_INVALID  it holds no certificates
 */
MUST_CHECK enum status tls_client_new(struct str ca, struct str alpn, struct arena *a,
    struct str *reason, struct tls_client **out);

struct tls_client *tls_client_ref(struct tls_client *t);
void tls_client_unref(struct tls_client **t); /* accepts NULL, leaves NULL */

/*
 * Takes the client's part of a handshake on a connection on which nothing was said. What is
 * written before on_secured waits for it; with a server that cannot prove to be the host, the
 * connection fails instead. The client is counted once more.
 *
 * host  a name in lower case, with A-labels, or an address
 */
void conn_start_tls_to(struct conn *c, struct tls_client *t, struct str host);

#endif
