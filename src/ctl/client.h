/* SPDX-License-Identifier: MIT
 *
 * The command line's end of the control socket.
 */
#ifndef CTL_CLIENT_H
#define CTL_CLIENT_H

#include <jansson.h>

#include "base/str.h"

/*
 * Where the control socket of a directory is: DIR/control.sock, or, when that is longer
 * than a socket's name may be, the same through a descriptor of the directory, which stays
 * open as long as the process.
 */
struct str client_socket_path(struct str directory, struct arena *a);

/*
 * Connects to the server that works in the directory. The caller closes the descriptor.
 *
 * E_NOT_FOUND  no server runs there
 * E_DENIED     it belongs to another account of the system
 * E_IO         errno tells why
 */
MUST_CHECK enum status client_connect(struct str directory, int *out);

/*
 * Sends the request, waits for the answer.
 *
 * answer  one reference
 *
 * E_CLOSED  the server has ended the connection
 * E_IO      what came is no JSON
 */
MUST_CHECK enum status client_ask(int fd, const json_t *request, json_t **answer);

#endif
