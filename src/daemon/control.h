/* SPDX-License-Identifier: MIT
 *
 * The control socket: DIR/control.sock, which speaks HTTP and may ask for everything. It is
 * for root and the account of the system that the server runs as; the kernel says who is at
 * the other end (unix(7), SO_PEERCRED), and others are cut off.
 */
#ifndef DAEMON_CONTROL_H
#define DAEMON_CONTROL_H

#include "transport/conf.h"

struct listener;

/*
 * Listens there. Start and close it like any listener.
 *
 * path    directory_socket()'s
 * reason  written on failure, in the arena
 */
MUST_CHECK enum status control_open(struct transport *t, struct str path, struct arena *a,
    struct str *reason, struct listener **out);

#endif
