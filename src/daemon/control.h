/* SPDX-License-Identifier: MIT
 *
 * The control socket: DIR/control.sock, for whoever may open it. Each line that comes is a
 * request (operation.h), each that goes its answer, in order. A client that sends more than
 * OPERATION_REQUEST_MAX bytes without a line's end is cut off.
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
