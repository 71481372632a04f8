/* SPDX-License-Identifier: MIT
 *
 * Clients of the relay that come over TCP, or TLS over it: what they send is cut into messages
 * for the relay's thread, and its answers are written to them. On the connection's worker.
 *
 * Source  RFC 8489 section 6.2.2, RFC 8656 sections 3.1 and 12.5
 */
#ifndef MEDIA_STREAM_H
#define MEDIA_STREAM_H

struct conn;

/* Takes over a connection that has no user. */
void turn_accept(struct conn *c);

#endif
