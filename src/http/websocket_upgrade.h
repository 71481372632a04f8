/* SPDX-License-Identifier: MIT
 *
 * The opening handshake of a WebSocket (RFC 6455 section 4.2).
 */
#ifndef HTTP_WEBSOCKET_UPGRADE_H
#define HTTP_WEBSOCKET_UPGRADE_H

#include "base/option.h"
#include "http/http.h"

/*
 * Makes the connection of the request one that speaks the subprotocol over WebSocket, or
 * answers the request with what is wrong with it. The exchange is gone in any case.
 *
 * origins  of the pages that may ask; "*" stands for all. Who sends no Origin is no browser,
 *          and nobody but browsers can be trusted to tell it (section 10.2).
 *
 * The connection, whose user is to be set in the same call; NULL: refused, or the client left.
 */
struct conn *websocket_upgrade(
    struct http_exchange *x, struct str protocol, struct str_list origins);

#endif
