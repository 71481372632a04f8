/* SPDX-License-Identifier: MIT */
#include "stream/routes.h"

#include "base/limits.h"

static const struct http_route routes[] = {
	{ .path = HTTP_WEBSOCKET_PATH, .methods = HTTP_GET, .run = websocket_route },
	{ .path = HTTP_BOSH_PATH,
	    .methods = HTTP_POST,
	    .body_max = BOSH_BODY_MAX,
	    .flags = HTTP_CORS,
	    .run = bosh_route },
};

const struct http_routes stream_routes = { routes, sizeof(routes) / sizeof(routes[0]) };
