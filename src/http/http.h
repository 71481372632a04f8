/* SPDX-License-Identifier: MIT
 *
 * HTTP/1.1 for the rest of the server (RFC 9110, RFC 9112): a connection is given to
 * http_accept(), its requests run routes, a route answers its exchange now or later.
 *
 * Requests of a connection are served one after the other, in the order they came. All
 * functions act on the exchange's worker.
 */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include "http/head.h"

struct conn;
struct http_asset;
struct http_exchange;

/* Where the bindings of XMPP are (RFC 7395, XEP-0124), for their routes and for discovery. */
#define HTTP_WEBSOCKET_PATH S("/xmpp-websocket")
#define HTTP_BOSH_PATH S("/http-bind")

/* --- routes ------------------------------------------------------------------------------- */

enum http_route_flag {
	HTTP_CORS = 1,  /* pages of any origin may ask, without credentials of the browser's */
	HTTP_PLAIN = 2, /* also without TLS: no redirect */
};

/* A row of a module's or the daemon's table. */
struct http_route {
	struct str path;  /* "/healthz"; with a "/" at the end: all below it as well, except for
			   * "/" itself */
	unsigned methods; /* mask; others are answered with 405. HEAD comes with GET, OPTIONS is
			   * answered here */
	unsigned flags;   /* mask of enum http_route_flag */
	size_t body_max;  /* bytes gathered; 0: a body is refused with 413 */

	/* The head and, when it is gathered, the body are there. */
	void (*run)(struct http_exchange *x);

	/* For large bodies of POST, PUT and PATCH, NULL: gathered. run() comes with the head
	 * and may answer, which refuses the body, or http_pause(); pieces follow, then the end.
	 * body_max bounds them too, when it is not 0. */
	void (*on_body)(struct http_exchange *x, struct str bytes);
	void (*on_body_end)(struct http_exchange *x);
};

struct http_routes {
	const struct http_route *at;
	size_t count;
};

/* --- an exchange
 * ------------------------------------------------------------------------------
 *
 * One request and its answer. It ends with the answer, and not before: when the client has
 * left meanwhile, the answer is given all the same and goes nowhere.
 */
struct http_exchange {
	const struct http_route *route;
	enum http_method method;
	struct str path;      /* decoded: "/" first, no empty, "." or ".." segments, UTF-8 */
	struct str rest;      /* of the path, behind the route's when that takes all below it */
	struct str query;     /* behind "?", undecoded; "no string" without */
	struct str host;      /* that was asked: lower case, without port */
	struct str authority; /* the same with the port, for links back */
	struct str address;   /* of the client, as far as trusted proxies tell */
	bool secure;          /* over TLS, to us or to a trusted proxy; or local */
	bool local;           /* through http_accept_local; then: */
	uint32_t uid;         /* of who is at the other end */
	struct str body;      /* gathered; "no string" of routes with on_body */
	uint64_t body_bytes;  /* as announced, UINT64_MAX when chunked */
	struct arena *arena;  /* ends with the exchange; wiped */
	void *state;          /* the route's own */

	/* May be set by the route: the client has left before the answer. May answer. */
	void (*on_gone)(struct http_exchange *x);
};

/* A field of the request, several of the name joined by ", "; "no string" without.
 * name: lower case. */
struct str http_header(const struct http_exchange *x, struct str name);

/* A parameter of the query, decoded; "no string" without. */
struct str http_query(const struct http_exchange *x, struct str name);

/* "https://example.org:5281", without a slash: how this site is reached from outside. As
 * configured, or as it was asked now. */
struct str http_site_url(const struct http_exchange *x);

/* Names an exchange from any worker, also after it is gone. */
struct http_id {
	uint32_t worker, slot;
	uint64_t generation;
};

struct http_id http_exchange_id(struct http_exchange *x);
struct http_exchange *http_find(struct http_id id); /* on the id's worker; NULL: gone */

/* The client has proved who it is: its connection no longer counts as unauthenticated. */
void http_authenticated(struct http_exchange *x);

/* Between the two no piece of the body comes. */
void http_pause(struct http_exchange *x);
void http_resume(struct http_exchange *x);

/* --- answering: one of these, once ---------------------------------------------------------
 */

/* Before the answer. A field that is sent anyway (Content-Security-Policy, Cache-Control...) is
 * replaced. Both without line breaks: asserted. */
void http_add_header(struct http_exchange *x, struct str name, struct str value);

/* type and body are copied; a type of no length: none. */
void http_answer(struct http_exchange *x, unsigned status, struct str type, struct str body);

/* As a problem document (RFC 9457). detail: a sentence for the caller, may be none. */
void http_refuse(struct http_exchange *x, unsigned status, struct str detail);

void http_redirect(struct http_exchange *x, unsigned status, struct str location);

/* What was compiled in: encodings, conditions, ranges. */
void http_answer_static(struct http_exchange *x, const struct http_asset *asset);

/* A regular file, which is sent as fast as the client reads: conditions, ranges. */
struct http_file {
	struct str type;
	struct str etag; /* with its quotes; "no string": none */
	uint64_t bytes;
	int64_t modified_s; /* since 1970; 0: not told */
};

/* Takes over fd, in every case. */
void http_answer_file(struct http_exchange *x, int fd, const struct http_file *file);

/* The same of what is in memory, file->bytes of it, which are copied. */
void http_answer_bytes(struct http_exchange *x, const char *at, const struct http_file *file);

/* Piece by piece. The exchange ends with http_answer_end. */
void http_answer_begin(struct http_exchange *x, unsigned status, struct str type);
void http_answer_more(struct http_exchange *x, struct str bytes);
void http_answer_end(struct http_exchange *x);

/*
 * Ends HTTP on the connection, with 101 and the fields added. What follows belongs to who
 * sets itself as the connection's user (conn_set_user) in the same call. The exchange is gone.
 * NULL: the client has left.
 *
 * protocol  for Upgrade: "websocket"
 */
struct conn *http_upgrade(struct http_exchange *x, struct str protocol);

/* --- for the daemon ----------------------------------------------------------------------- */

/* Serves the requests on a connection, whether plain or over TLS. */
void http_accept(struct conn *c);

/* The same for a socket of our own on this machine, when the caller has made sure who is at its
 * other end: counts as secure; the address is "local" and no proxy is believed. */
void http_accept_local(struct conn *c, uint32_t uid);

/* Ends all connections of all workers: those that are idle now, others after the answer that is
 * under way. Any thread. */
void http_end_all(void);

#endif
