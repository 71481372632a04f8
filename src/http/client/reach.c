/* SPDX-License-Identifier: MIT */
#include "http/client/reach.h"

bool
reach_has_address(const struct reach *r, const struct address *a)
{
	for (size_t i = 0; i < r->n_allowed; i++)
		if (network_has(&r->allowed[i], a))
			return true;
	return address_is_public(a);
}

bool
reach_has_port(const struct reach *r, uint16_t port)
{
	for (size_t i = 0; i < r->n_ports; i++)
		if (r->ports[i] == port)
			return true;
	return r->n_ports == 0;
}
