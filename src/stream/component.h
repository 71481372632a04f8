/* SPDX-License-Identifier: MIT
 *
 * A component's stream (XEP-0114): a header that names the component, a handshake with its
 * secret, then stanzas from any address of its domain to anywhere.
 *
 *   COMPONENT_OPENING    a header is expected                      component_accept
 *   COMPONENT_SHAKING    the handshake is                          on_header
 *   COMPONENT_MOVING     it knew the secret, and goes home         on_handshake
 *   COMPONENT_ATTACHED   stanzas flow                              on_arrived
 *
 * Ends are the stream's (stream.h): `closing`.
 */
#ifndef STREAM_COMPONENT_H
#define STREAM_COMPONENT_H

struct conn;

/* Makes the stream of an accepted connection. */
void component_accept(struct conn *c);

#endif
