/* SPDX-License-Identifier: MIT
 *
 * What may be spoken where a connection comes in, and who speaks it. Receives connections of
 * listeners at which that is not known beforehand: waits for the header of a proxy, then for
 * the first bytes, and hands the connection with all bytes behind the header to whom it is
 * for. Under TLS, which the first bytes may ask for, what was agreed on by ALPN decides
 * (RFC 7301), or without ALPN again the first bytes.
 *
 *     clear text, tls_only   TLS; else only speakers that are there `in_clear`
 *     clear text             TLS if there is a slot; any speaker
 *     under TLS              any speaker
 *
 * Where components are taken their streams are told from those of clients by the header.
 *
 * Who says something else is cut off, as is who says nothing within transport_conf's
 * greeting_ms. A connection that waits holds 80 bytes besides its own, and of what it sent
 * at most PROXY_HEADER_MAX or STREAM_HEADER_LOOK.
 */
#ifndef TRANSPORT_RECEPTION_H
#define TRANSPORT_RECEPTION_H

#include "transport/recognise.h"
#include "transport/tls.h"

struct conn;
struct transport;

struct speaker {
	enum spoken says; /* what its first bytes look like */
	struct str alpn;  /* what TLS calls it; "no string": nothing */
	bool in_clear;    /* has an answer without TLS also where TLS is asked for */

	/* Calls conn_set_user(), or conn_abort(). */
	void (*accept)(struct conn *c);
};

/* Until workers_stop(), with all that it points to. */
struct reception {
	struct transport *transport;
	const struct speaker *speakers; /* of those that say the same the first counts */
	size_t n;                       /* at least one */
	struct tls_slot *tls;           /* NULL: none; else its context offers their `alpn` */
	bool tls_only;                  /* there is no other way to talk here */
	bool from_proxies;              /* each connection begins with a proxy's header */
};

/* Whether something must be waited for; else connections can be given to the speaker, after
 * TLS has begun when it is tls_only. */
bool reception_is_needed(const struct reception *r);

/* On the worker that got the connection, which has no user yet. */
void reception_accept(const struct reception *r, struct conn *c);

/* Cuts off all who are still waited for. Any thread, asynchronous: for draining. */
void receptions_end(void);

#endif
