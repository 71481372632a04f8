/* SPDX-License-Identifier: MIT
 *
 * The administration over HTTP: /api/v1, JSON, a route for each operation (operation.h) and
 * one for their description. Who comes over the Unix socket may do everything; all others
 * present a token (access.h). There is neither a cookie nor CORS, so a page in a browser can
 * ask for nothing in its user's name.
 */
#ifndef DAEMON_REST_H
#define DAEMON_REST_H

#include "http/http.h"

#define REST_PATH "/api/v1"

extern const struct http_routes rest_routes;

#endif
