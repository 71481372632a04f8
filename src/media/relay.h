/* SPDX-License-Identifier: MIT
 *
 * The relay for calls: STUN (RFC 8489) and TURN (RFC 8656), relaying UDP of both families. One
 * thread of its own, whatever the doors; the workers know nothing of it, and bring it what
 * comes over TCP and TLS (stream.h).
 *
 * Credentials: credentials.h. What the operator may say: settings.h.
 */
#ifndef MEDIA_RELAY_H
#define MEDIA_RELAY_H

#include "transport/address.h"

/* An UDP socket at which clients are served. */
struct turn_door;

/*
 * Binds; clients are answered after turn_door_start.
 *
 * address  as in struct listener_conf
 * port     0: any that is free
 * reason   written on failure: for the operator, in the arena
 *
 * E_INVALID  the address is none
 * E_EXISTS   somebody else has the port
 * E_IO       another reason of the system's
 */
MUST_CHECK enum status turn_door_open(struct str address, uint16_t port, struct arena *a,
    struct str *reason, struct turn_door **out);

uint16_t turn_door_port(const struct turn_door *d);

/* Starts the thread, if it does not run. Not from the relay's thread. */
void turn_door_start(struct turn_door *d);

/* Ends what clients hold there. Accepts NULL, leaves NULL. */
void turn_door_close(struct turn_door **d);

/*
 * A door for one client who comes by other ways than UDP: a socket at whose other end the relay
 * is. A message (it is of the kind SOCK_SEQPACKET) is a packet; closing it ends what the client
 * holds, and the relay closes its end when he holds nothing for turn_idle_ms(). -1: out of
 * descriptors. Starts the thread, if it does not run.
 */
int turn_door_for(const struct address *from, uint16_t port);

/* Ends the thread, if it runs; all doors of UDP are closed. */
void turn_relay_end(void);

#endif
