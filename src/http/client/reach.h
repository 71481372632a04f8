/* SPDX-License-Identifier: MIT
 *
 * Where we may connect to when a stranger has told us the address: to the public Internet, and
 * to what the operator allows. Whoever could make the server ask its own network would see what
 * firewalls hide from him (server-side request forgery).
 */
#ifndef HTTP_CLIENT_REACH_H
#define HTTP_CLIENT_REACH_H

#include "transport/public.h"

struct reach {
	const struct network *allowed; /* although they are not public */
	size_t n_allowed;
	const uint16_t *ports;
	size_t n_ports; /* 0: every port */
};

bool reach_has_address(const struct reach *r, const struct address *a);
bool reach_has_port(const struct reach *r, uint16_t port);

#endif
