/* SPDX-License-Identifier: MIT
 *
 * The command line's end of the control socket, which speaks HTTP.
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
 * Sends a request of HTTP and waits for the answer.
 *
 * method  "GET"
 * target  path and query, encoded
 * body    an object; NULL: none
 * answer  one reference
 *
 * E_CLOSED  the server has ended the connection
 * E_LIMIT   the answer is larger than can be
 * E_IO      what came is no answer with JSON
 */
MUST_CHECK enum status client_ask(int fd, const char *method, struct str target,
    const json_t *body, unsigned *status, json_t **answer);

/*
 * Reads the head of an answer (RFC 9112): of what our own server writes, no more.
 *
 * head    up to and with the empty line
 * length  of the body
 *
 * E_INVALID  another protocol, or a length is not told
 */
MUST_CHECK enum status client_read_head(struct str head, unsigned *status, size_t *length);

#endif
