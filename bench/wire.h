/* SPDX-License-Identifier: MIT
 *
 * A socket that never blocks, with or without TLS on it. Used by both ends of the benchmark:
 * the generator and the relay.
 */
#ifndef BENCH_WIRE_H
#define BENCH_WIRE_H

#include <openssl/types.h>

#include "base/str.h"

struct wire {
	int fd; /* -1: closed */
	SSL *tls;
};

/* TLS 1.3 only, so that all servers do the same work; certificates are not checked, and
 * sessions not resumed. Ends the program when the library fails or a file cannot be read. */
SSL_CTX *wire_client_context(void);
SSL_CTX *wire_server_context(const char *certificate, const char *key);
void wire_context_free(SSL_CTX **context);

/* Takes over a connected or connecting socket. Ends the program on failure. */
void wire_init(struct wire *w, int fd);
void wire_close(struct wire *w);

/* From here on there is TLS; wire_handshake until it returns OK. */
void wire_start_tls(struct wire *w, SSL_CTX *context, bool server);

/* What the functions below want to wait for before they are called again. */
enum wire_wait { WIRE_READABLE, WIRE_WRITABLE };

/* E_AGAIN: as *wait says. E_IO: failed. */
MUST_CHECK enum status wire_handshake(struct wire *w, enum wire_wait *wait);

/*
 * *n is written when OK is returned and is at least 1.
 *
 * E_AGAIN   nothing to read, or no room to write
 * E_CLOSED  the other side has closed
 * E_IO      failed
 */
MUST_CHECK enum status wire_read(struct wire *w, char *at, size_t room, size_t *n);
MUST_CHECK enum status wire_write(struct wire *w, struct str bytes, size_t *n);

/* Prints "bench: " and the message to standard error, and ends the program. */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
