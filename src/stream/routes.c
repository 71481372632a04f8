/* SPDX-License-Identifier: MIT */
#include "stream/routes.h"

#include "base/lang.h"

static const struct http_route routes[] = {
	{ .path = HTTP_WEBSOCKET_PATH, .methods = HTTP_GET, .run = websocket_route },
};

const struct http_routes stream_routes = { routes, sizeof(routes) / sizeof(routes[0]) };
