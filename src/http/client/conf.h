/* SPDX-License-Identifier: MIT
 *
 * What the operator may say about requests that the server makes: an immutable, counted setup,
 * which requests look at when they begin. A reload puts another in its place.
 */
#ifndef HTTP_CLIENT_CONF_H
#define HTTP_CLIENT_CONF_H

#include "base/option.h"
#include "http/client/reach.h"

struct tls_client;
struct transport;

struct http_client_conf {
	struct str ca;            /* "no string": the system's authorities */
	struct str_list networks; /* allowed although they are not public */
	struct str_list ports;    /* empty: every port */
	msec_t timeout_ms;        /* of a request, from the first step on */
	msec_t idle_ms;           /* of a connection without request */
};

/* "http_client: { ... }" with names, defaults, bounds and a sentence for each. */
extern const struct section http_client_section;

struct http_client_setup {
	struct reach reach;
	struct tls_client *tls;
	struct transport *transport;
	msec_t timeout_ms, idle_ms;
};

/*
 * reason  written on failure, for the operator, in the arena
 *
 * E_INVALID    a network or a port is none, or the file has no certificates
 * E_NOT_FOUND  there is no such file
 */
MUST_CHECK enum status http_client_setup_new(const struct http_client_conf *conf,
    struct transport *t, struct arena *a, struct str *reason, struct http_client_setup **out);
void http_client_setup_free(struct http_client_setup **s); /* drops one reference */

/* From now on requests are made by it. Takes over the reference; NULL: none are made. Any
 * thread. */
void http_client_use(struct http_client_setup *s);

/* The one in use, counted once more; NULL when there is none. Any thread. */
struct http_client_setup *http_client_setup_now(void);

#endif
