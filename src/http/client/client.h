/* SPDX-License-Identifier: MIT
 *
 * Requests that the server makes, over HTTP/1.1 with TLS (RFC 9110, RFC 9112). Each worker has
 * connections of its own, kept for the next request to the same origin. Redirects are not
 * followed: whoever asks decides what an answer means.
 *
 * The address a name stands for is looked up once for each connection, checked (reach.h), and
 * connected to: nothing is looked up a second time, when it could stand for another.
 */
#ifndef HTTP_CLIENT_CLIENT_H
#define HTTP_CLIENT_CLIENT_H

#include "http/client/reply.h"

struct http_ask; /* a request that is under way */

/*
 * OK           the answer is there; valid during the call
 * E_NOT_FOUND  there is no such name
 * E_DENIED     none of its addresses may be connected to
 * E_CLOSED     no connection, or it broke, or the other side could not prove who it is; or the
 *              server is ending
 * E_AGAIN      it took too long
 * E_INVALID    what came is no answer, or is more than may be
 * E_LIMIT      out of descriptors or helpers
 *
 * The request is over and its variable NULL.
 */
typedef void http_told_fn(void *waiter, enum status s, const struct reply *answer);

struct http_request {
	enum http_method method;
	struct str url;
	struct str fields; /* "Name: value\r\n" each; not Host and Content-Length */
	struct str body;
	http_told_fn *told;
	void *waiter;
};

/*
 * Sends a request from the calling worker; everything is copied. told() runs there, never
 * inside this call.
 *
 * E_INVALID  the URL is none; E_DENIED  its port may not be connected to
 * E_LIMIT    too many are waiting
 * E_CLOSED   the server is ending, or may not ask anybody
 */
MUST_CHECK enum status http_ask(const struct http_request *r, struct http_ask **out);

/* told() does not run. Accepts NULL, leaves NULL. */
void http_ask_cancel(struct http_ask **a);

/* --- for the daemon --------------------------------------------------------------------- */

/* Before the workers start. */
void http_client_start(void);

/* Ends all requests and connections of all workers; none are begun any more. Any thread. */
void http_client_end_all(void);

/* On each worker, when the server ends; no request may be under way. */
void http_client_leave_worker(void);

#endif
