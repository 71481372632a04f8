/* SPDX-License-Identifier: MIT
 *
 * Addresses of services that we ask (RFC 3986, RFC 9110 section 4.2.2): https only.
 */
#ifndef HTTP_CLIENT_URL_H
#define HTTP_CLIENT_URL_H

#include "transport/address.h"

enum { HTTPS_URL_MAX = 2048 }; /* bytes */

struct https_url {
	struct str host;      /* lower case; of an address of version 6 without brackets */
	uint16_t port;        /* 443 when nothing is said */
	struct str origin;    /* "https://push.example", with the port unless it is 443 */
	struct str authority; /* the origin behind its scheme, for Host */
	struct str target;    /* path and query, "/" when there is none */
	bool is_address;      /* the host is `address`, no name */
	struct address address;
};

/*
 * In its only spelling: visible ASCII, no user, no fragment, a name of letters, digits, "-" and
 * "_" between dots or an address, a port that is a plain number. What looks like a number but
 * is no address (0x7f.1, 127.1, 2130706433), which resolvers take for one, is refused.
 *
 * out  in the arena, or slices of text
 *
 * E_INVALID  not such an address; E_LIMIT  longer than HTTPS_URL_MAX
 */
MUST_CHECK enum status https_url_parse(struct arena *a, struct str text, struct https_url *out);

#endif
