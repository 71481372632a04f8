/* SPDX-License-Identifier: MIT
 *
 * What the first bytes of a connection say about the protocol behind them.
 */
#ifndef TRANSPORT_RECOGNISE_H
#define TRANSPORT_RECOGNISE_H

#include "base/str.h"

enum spoken {
	SPOKEN_UNCLEAR,   /* more bytes are needed; never for FIRST_BYTES_MAX of them */
	SPOKEN_TLS,       /* a handshake record (RFC 8446 section 5.1) */
	SPOKEN_XMPP,      /* XML, which may begin with white space (RFC 6120 section 11.7) */
	SPOKEN_COMPONENT, /* XML whose root declares jabber:component:accept (XEP-0114); said by
			   * recognise_stream() only */
	SPOKEN_HTTP,      /* a method (RFC 9112 section 3), or the preface of HTTP/2 */
	SPOKEN_STUN,      /* a message over TCP (RFC 8489 sections 5 and 6.2.2); also TURN */
	SPOKEN_SOCKS,     /* version 5 (RFC 1928 section 3) */
	SPOKEN_PROXY,     /* the header of a proxy, version 1 or 2, where none is expected */
	SPOKEN_UNKNOWN,
};

/* bytes: all that have come so far, or at least FIRST_BYTES_MAX of them. */
enum spoken recognise(struct str bytes);

/*
 * Whose stream it is that begins with what recognise() called SPOKEN_XMPP: that, or
 * SPOKEN_COMPONENT, or SPOKEN_UNCLEAR while its header is not complete; never for
 * STREAM_HEADER_LOOK bytes.
 */
enum spoken recognise_stream(struct str bytes);

#endif
