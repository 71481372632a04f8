/* SPDX-License-Identifier: MIT
 *
 * Where streams of clients begin over HTTP.
 */
#ifndef STREAM_ROUTES_H
#define STREAM_ROUTES_H

#include "http/http.h"

/* For the daemon. */
extern const struct http_routes stream_routes;

/* websocket.c: RFC 7395. */
void websocket_route(struct http_exchange *x);

/* bosh_door.c: XEP-0124. */
void bosh_route(struct http_exchange *x);

#endif
