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
#include "transport/admission.h"

struct conn;
struct tls_context;
struct tls_slot;
struct transport;

enum conn_end {
	CONN_EOF,    /* the peer closed (TLS: close_notify or not) */
	CONN_ERROR,  /* the network failed, or TLS did: conn_failure() */
	CONN_SLOW,   /* the peer did not read: the output bound was passed, or a full socket
		      * took next to nothing for the slow reader's timeout */
	CONN_CLOSED, /* we closed */
};

/* What the user is told. All run on the connection's worker, from the loop: never inside a
 * function that the user has called. */
struct conn_user {
	/*
	 * Bytes arrived. Returns how many were taken; those left are kept and offered again,
	 * with what follows, after conn_resume() or, after conn_want_more(), as soon as more
	 * have come. Leaving bytes without one of the two is an error, unless the user replaces
	 * itself (conn_set_user) or starts TLS: then they are the successor's.
	 */
	size_t (*on_bytes)(void *user, struct str bytes);

	/* The TLS handshake that conn_start_tls began has ended well. May be NULL. */
	void (*on_secured)(void *user);

	/* What conn_tell_sent() asked for: the network has all that was queued. May be NULL. */
	void (*on_sent)(void *user);

	/* The last call for this connection; it frees itself afterwards. */
	void (*on_end)(void *user, enum conn_end why);
};

/*
 * Makes a connection of a connected socket, owned by the calling worker. The descriptor
 * belongs to it, also when this fails. Nothing happens before conn_set_user(), which must
 * follow in the same turn. Listeners do this for what they accept.
 *
 * visit  what admission_enter() gave, taken over; NULL: not counted
 *
 * E_LIMIT, E_IO  the loop cannot watch it
 */
MUST_CHECK enum status conn_adopt(struct transport *t, int fd, const struct address *peer,
    const struct visit *visit, struct conn **out);

void conn_set_user(struct conn *c, const struct conn_user *calls, void *user);

/*
 * Queues bytes (copied). False when they were not queued because the connection is about to
 * end, or has to since these would pass its output bound: on_end tells why, at the end of
 * the turn. Nothing that comes after refused bytes is sent.
 */
bool conn_write(struct conn *c, struct str bytes);

/* Whether as many more may be queued; else conn_write would end the connection. Also true when
 * nothing is queued, and when it is about to end. */
bool conn_has_room(const struct conn *c, size_t bytes);

/* Room for direct writing, to spare a copy; then conn_written. NULL as conn_write's false. */
char *conn_reserve(struct conn *c, size_t bytes);
void conn_written(struct conn *c, size_t bytes);

/* Sends what is queued now instead of at the end of the turn. */
void conn_flush(struct conn *c);

/* Calls on_sent() once, at the end of a turn, when nothing is queued any more. For who has
 * more to say than may wait: says some of it, and the rest then. */
void conn_tell_sent(struct conn *c);

/* Stops and restarts reading, to wait for something (store, helper, move). That the peer has
 * gone is noticed when reading, so after conn_resume(), behind all that it had sent. */
void conn_pause(struct conn *c);
void conn_resume(struct conn *c);

/* In on_bytes: those left are the beginning of something, and are to be offered again with
 * more behind them. At most CONN_TURN_BYTES - 1 can be left. */
void conn_want_more(struct conn *c);

/* Takes the server's part of a TLS handshake, behind the output queued so far. Bytes that
 * follow in the same read belong to the handshake; what is written before on_secured waits
 * for its end. The context is counted once more. */
void conn_start_tls(struct conn *c, struct tls_context *tls);

/* The same with the context that is in the slot. False when it is empty: aborted. */
bool conn_start_tls_of(struct conn *c, struct tls_slot *slot);

/* Sends what is queued, ends our half, waits for the peer to end its own, throwing away what
 * still comes, and closes; on_end follows. `linger_ms` bounds all of this; with 0 only what
 * the socket takes at once is sent. */
void conn_close(struct conn *c, msec_t linger_ms);

/* Closes at once, throwing away what is queued; on_end follows. */
void conn_abort(struct conn *c);

/*
 * Gives the connection to another worker at the end of the turn: there arrived(user) runs,
 * with the bytes that had not been taken offered afterwards, unless it pauses again. Must be
 * paused. Until arrival nobody may touch it.
 */
void conn_move(struct conn *c, unsigned worker, void (*arrived)(void *user));

/* Ends all connections of all workers, as conn_abort() does, but for those that are on the
 * way from one to another: to be called again until none is left (transport_count). For the
 * end of the process, when nothing listens any more. Any thread. */
void conns_end(void);

/* The peer has proved who it is: it no longer counts as unauthenticated. */
void conn_authenticated(struct conn *c);

/* A proxy handed the connection on for somebody at this address, who from now on is the peer
 * and to whom the connection is charged, if it is counted. False when he is not admitted. */
MUST_CHECK bool conn_came_from(struct conn *c, const struct address *from);

/* --- facts ---------------------------------------------------------------------------- */

bool conn_is_secure(const struct conn *c);
struct str conn_address(const struct conn *c); /* of the peer: "192.0.2.1", "2001:db8::1" */
uint16_t conn_port(const struct conn *c);      /* of the socket's other end; 0: has none */
/* The account of the system at the other end of a Unix socket, as it was when it connected
 * (unix(7), SO_PEERCRED). E_UNSUPPORTED: another kind of socket. */
MUST_CHECK enum status conn_peer_uid(const struct conn *c, uint32_t *out);

bool conn_is_trusted(const struct conn *c);    /* exempt from limits by configuration */
size_t conn_queued(const struct conn *c);      /* bytes not yet sent */
struct str conn_failure(const struct conn *c); /* why CONN_ERROR, for the log; static */

/* "TLSv1.3", "TLS_AES_128_GCM_SHA256"; "no string" without TLS. */
struct str conn_tls_version(const struct conn *c);
struct str conn_tls_cipher(const struct conn *c);

/* The server name the client asked for by SNI, "no string" without. */
struct str conn_tls_sni(const struct conn *c);

/* The protocol that was agreed on by ALPN, "no string" without. */
struct str conn_tls_alpn(const struct conn *c);

bool conn_tls_is_resumed(const struct conn *c); /* began with a ticket */

enum channel_binding { CB_TLS_EXPORTER, CB_TLS_SERVER_END_POINT, CB_TLS_UNIQUE };

/*
 * Channel binding bytes (RFC 9266, RFC 5929) into the arena.
 * E_UNSUPPORTED  not over TLS, or as its client, or the binding does not exist for this TLS
 *                version
 */
MUST_CHECK enum status conn_channel_binding(
    struct conn *c, enum channel_binding kind, struct arena *a, struct str *out);

/*
 * The client's certificate, verified against the context's client CAs: its xmppAddr names
 * (RFC 6120 section 13.7.1.4), in the arena. E_NOT_FOUND: no certificate or not trusted.
 */
MUST_CHECK enum status conn_certificate_addresses(
    struct conn *c, struct arena *a, struct str *names, size_t max, size_t *n);

#endif
