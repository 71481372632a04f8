/* SPDX-License-Identifier: MIT
 *
 * The server's side of the network: listeners, the certificates they show, the bounds on
 * connections, and the control socket. A reload changes all of it or nothing.
 */
#ifndef DAEMON_PORTS_H
#define DAEMON_PORTS_H

#include "base/limits.h"
#include "daemon/config.h"

struct listener;
struct tls_context;
struct tls_slot;
struct transport;

struct open_listener {
	struct config_listener conf; /* strings of the configuration that is in force */
	struct listener *listener;
};

struct ports {
	struct transport *transport;
	struct tls_slot *tls;
	struct listener *control;
	struct open_listener listeners[CONFIG_LISTENERS_MAX];
	size_t n_listeners;
};

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

/* Stops accepting. Connections that are open stay. */
void ports_stop_listening(struct ports *n);

size_t ports_connections(const struct ports *n);

/* After all connections have ended. */
void ports_close(struct ports *n);

#endif
