/* SPDX-License-Identifier: MIT
 *
 * What the operator may say about HTTP, and the routes: an immutable, counted site, which each
 * worker looks at through a pointer of its own. A reload publishes another.
 */
#ifndef HTTP_CONF_H
#define HTTP_CONF_H

#include "base/option.h"
#include "http/http.h"
#include "transport/address.h"

struct http_conf {
	struct str public_url;           /* "no string": as each request was sent */
	bool require_tls;                /* who comes without is sent to https */
	struct str_list trusted_proxies; /* networks */
	struct str_list metrics_from;    /* networks */
	msec_t hsts_ms;                  /* 0: not sent */
	msec_t head_ms, body_ms, idle_ms;
	uint64_t head_bytes;
};

/* "http: { ... }" with names, defaults, bounds and a sentence for each. */
extern const struct section http_section;

/* A site, and what is made of the conf for quick use. */
struct http_site {
	struct http_conf conf; /* strings of the site's own arena */
	uint16_t https_port;
	struct network *proxies, *watchers; /* trusted_proxies, metrics_from */
	struct http_route *routes;
	size_t n_routes;
	struct str fixed; /* fields of every answer */
	struct str hsts;  /* field of those over TLS; may be none */
};

/*
 * routes      lists of them; what their strings and functions are lasts as the process
 * https_port  where https is, as clients reach it; 0: not known
 * reason      written on failure, in the arena
 *
 * E_INVALID  a network or the URL is none
 */
MUST_CHECK enum status http_site_new(const struct http_conf *conf,
    const struct http_routes *lists, size_t n, uint16_t https_port, struct arena *a,
    struct str *reason, struct http_site **out);
void http_site_free(struct http_site **site); /* drops one reference */

/* Makes every worker use this site from its next turn on. Takes over the reference. */
void http_site_publish(struct http_site *site);

/* Before the first site: makes the metrics known. */
void http_start(void);

/* Lets go of the calling worker's site and memory, when the server ends. */
void http_leave_worker(void);

/* Whether the client's address is one of those that may see what the server counts. */
bool http_is_watcher(const struct http_exchange *x);

/* The calling worker's. */
const struct http_site *http_site_here(void);

/* The route for a path and what is left of it; NULL without. */
const struct http_route *http_site_route(
    const struct http_site *site, struct str path, struct str *rest);

#endif
