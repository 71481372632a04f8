/* SPDX-License-Identifier: MIT
 *
 * What mod_external needs to know of the server's own relay for calls.
 */
#ifndef MODULES_EXTERNAL_H
#define MODULES_EXTERNAL_H

#include "base/lang.h"

enum relay_transport { RELAY_UDP, RELAY_TCP, RELAY_TLS };

struct relay_port {
	uint16_t port;
	enum relay_transport transport;
};

enum { RELAY_PORTS_MAX = 8 }; /* that clients are told of */

/* Where it is to be found. From one thread. */
void external_relay_at(const struct relay_port *ports, size_t n);

#endif
