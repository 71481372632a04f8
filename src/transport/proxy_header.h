/* SPDX-License-Identifier: MIT
 *
 * What a proxy says in front of a connection that it hands on: whom it is for (the PROXY
 * protocol of HAProxy, versions 1 and 2, https://www.haproxy.org/download/3.0/doc/
 * proxy-protocol.txt). Rules without I/O.
 *
 * Of what it tells only the client's address is used: no ports, no TLVs.
 */
#ifndef TRANSPORT_PROXY_HEADER_H
#define TRANSPORT_PROXY_HEADER_H

#include "transport/address.h"

/* What the headers of the two versions begin with. */
extern const struct str proxy_signature_1, proxy_signature_2;

struct proxy_header {
	size_t bytes; /* that were read */
	size_t
	    rest; /* bytes behind them that also belong to the header, and say nothing to us */

	/* Of the client. None: the connection's own peer is meant (LOCAL), or the proxy does
	 * not know (UNKNOWN), or in a way that we do not (Unix sockets). */
	struct address from;
};

enum proxy_verdict {
	PROXY_UNCLEAR, /* more bytes are needed: never for PROXY_HEADER_MAX of them */
	PROXY_GOOD,
	PROXY_BAD,
};

enum { PROXY_HEADER_MAX = 107 }; /* section 2.1: the longest line; 2.2 needs 52 */

/* bytes: all that have come so far. out: written only when it is good. */
enum proxy_verdict proxy_header_read(struct str bytes, struct proxy_header *out);

#endif
