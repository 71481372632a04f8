/* SPDX-License-Identifier: MIT
 *
 * The relay for calls: STUN (RFC 8489) and TURN (RFC 8656) over UDP, relaying UDP of both
 * families. One thread of its own, whatever the doors; the workers know nothing of it.
 *
 * Credentials: credentials.h. What the operator may say: settings.h.
 */
#ifndef MEDIA_RELAY_H
#define MEDIA_RELAY_H

#include "base/str.h"

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

/* Starts the thread with the first. Not from the relay's thread. */
void turn_door_start(struct turn_door *d);

/* Ends what clients hold there; with the last the thread. Accepts NULL, leaves NULL. */
void turn_door_close(struct turn_door **d);

#endif
