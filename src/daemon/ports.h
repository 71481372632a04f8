/* SPDX-License-Identifier: MIT
 *
 * The server's side of the network: listeners, the certificates they show, the bounds on
 * connections, and the control socket. A reload changes all of it or nothing.
 */
#ifndef DAEMON_PORTS_H
#define DAEMON_PORTS_H

#include "base/limits.h"
#include "daemon/config.h"
#include "transport/reception.h"

struct listener;
struct turn_door;

struct open_listener {
	struct config_listener conf; /* strings of the configuration that is in force */
	struct listener *listener;   /* NULL where it is over UDP, else the other is */
	struct turn_door *turn;
};

enum { PROTOCOLS_MAX = 5 }; /* bits of enum listen_serve */

/* What listeners share that serve the same protocols. Connections refer to it. */
struct door {
	struct speaker speakers[PROTOCOLS_MAX];
	size_t n;
	struct tls_slot *tls;                              /* offers what is spoken */
	struct reception receptions[LISTEN_NO_TLS + 1][2]; /* by enum listen_tls, and proxy */
};

struct ports {
	struct transport *transport;
	struct door doors[LISTEN_SERVE_ALL + 1]; /* by mask of enum listen_serve */
	struct listener *control;
	struct open_listener listeners[CONFIG_LISTENERS_MAX];
	size_t n_listeners;
};

uint16_t open_listener_port(const struct open_listener *l);

/* Binds all ports; what connects waits until ports_start. */
MUST_CHECK enum status ports_open(struct ports *n, const struct config *config, struct str data,
    struct tls_context *tls, struct arena *a, struct str *reason);
void ports_start(struct ports *n);

/*
 * Opens listeners that are new, closes those that are gone, takes over certificates and
 * bounds. Strings of the old configuration are not needed afterwards.
 *
 * reason  written on failure, in the arena; then everything is as before
 */
MUST_CHECK enum status ports_change(struct ports *n, const struct config *config,
    struct tls_context *tls, struct arena *a, struct str *reason);

/* Stops accepting. Connections stay, but for those that have not said what they want. */
void ports_stop_listening(struct ports *n);

size_t ports_connections(const struct ports *n);

/* After all connections have ended. */
void ports_close(struct ports *n);

#endif
