/* SPDX-License-Identifier: MIT
 *
 * A connection: a socket and the filters on it (TLS, later WebSocket), owned by one worker.
 * Whoever speaks the protocol on it is its user.
 *
 * Bytes read arrive in the worker's read buffer and are gone when the user returns; bytes
 * written gather until the end of the loop's turn and leave with one system call and as few
 * TLS records as possible. An idle connection holds no buffer.
 */
#ifndef TRANSPORT_CONN_H
#define TRANSPORT_CONN_H

#include "base/str.h"
#include "base/time.h"

struct conn;
struct tls_context;

enum conn_end {
	CONN_EOF,     /* the peer closed (TLS: close_notify or not) */
	CONN_ERROR,   /* the network failed, or TLS did */
	CONN_SLOW,    /* the peer did not read: the output bound was passed for too long */
	CONN_CLOSED,  /* we closed */
};

/* What the user is told. All run on the connection's worker. */
struct conn_user {
	/*
	 * Bytes arrived. Returns how many were taken; those left are kept and offered again,
	 * with what follows, after conn_resume(). Leaving bytes without pausing is an error.
	 */
	size_t (*on_bytes)(void *user, struct str bytes);

	/* The TLS handshake that conn_start_tls began has ended well. May be NULL. */
	void (*on_secured)(void *user);

	/* The last call for this connection; it frees itself afterwards. */
	void (*on_end)(void *user, enum conn_end why);
};

void conn_set_user(struct conn *c, const struct conn_user *calls, void *user);

/* Queues bytes (copied). False when the output bound is passed: the user should detach. */
bool conn_write(struct conn *c, struct str bytes);

/* Room for direct writing, to spare a copy: as buf_reserve, then conn_written. */
char *conn_reserve(struct conn *c, size_t bytes);
void conn_written(struct conn *c, size_t bytes);

/* Sends what is queued now instead of at the end of the turn. */
void conn_flush(struct conn *c);

/* Stops and restarts reading, to wait for something (store, helper, move). */
void conn_pause(struct conn *c);
void conn_resume(struct conn *c);

/* Takes the server's part of a TLS handshake once the queued output has left. Bytes that
 * follow in the same read belong to the handshake. */
void conn_start_tls(struct conn *c, struct tls_context *tls);

/* Sends what is queued, then closes; on_end follows. `linger_ms` bounds the wait for a peer
 * that does not read. */
void conn_close(struct conn *c, msec_t linger_ms);

/* Closes at once, throwing away what is queued; on_end follows. */
void conn_abort(struct conn *c);

/*
 * Gives the connection to another worker: there arrived(user) runs, with the bytes that had
 * not been taken offered afterwards. Must be paused. Until arrival nobody may touch it.
 */
void conn_move(struct conn *c, unsigned worker, void (*arrived)(void *user));

/* --- facts ---------------------------------------------------------------------------- */

bool conn_is_secure(const struct conn *c);
struct str conn_address(const struct conn *c); /* of the peer: "192.0.2.1", "2001:db8::1" */
bool conn_is_trusted(const struct conn *c);    /* exempt from limits by configuration */
size_t conn_queued(const struct conn *c);      /* bytes not yet sent */

/* "TLSv1.3", "TLS_AES_128_GCM_SHA256"; "no string" without TLS. */
struct str conn_tls_version(const struct conn *c);
struct str conn_tls_cipher(const struct conn *c);

/* The server name the client asked for by SNI, "no string" without. */
struct str conn_tls_sni(const struct conn *c);

enum channel_binding { CB_TLS_EXPORTER, CB_TLS_SERVER_END_POINT, CB_TLS_UNIQUE };

/*
 * Channel binding bytes (RFC 9266, RFC 5929) into the arena.
 * E_UNSUPPORTED  not over TLS, or the binding does not exist for this TLS version
 */
MUST_CHECK enum status conn_channel_binding(struct conn *c, enum channel_binding kind,
    struct arena *a, struct str *out);

/*
 * The client's certificate, verified against the context's client CAs: its xmppAddr names
 * (RFC 6120 section 13.7.1.4), in the arena. E_NOT_FOUND: no certificate or not trusted.
 */
MUST_CHECK enum status conn_certificate_addresses(struct conn *c, struct arena *a,
    struct str *names, size_t max, size_t *n);

#endif
