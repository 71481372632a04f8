/* SPDX-License-Identifier: MIT
 *
 * The relay's thread, for the files of this folder.
 */
#ifndef MEDIA_INSIDE_H
#define MEDIA_INSIDE_H

#include "base/table.h"
#include "media/allocation.h"
#include "media/relay.h"
#include "media/restraint.h"
#include "media/settings.h"

/* What epoll hands back. */
struct watched {
	enum { WATCHED_WAKE, WATCHED_DOOR, WATCHED_RELAYED } kind;
};

struct turn_door {
	struct watched watched; /* first */
	int fd;
	bool is_ipv4_only; /* its socket knows no IPv6 */
	bool is_stream;    /* of one client, who is no end of an UDP socket: */
	struct endpoint client;
	msec_t until_ms; /* it ends then if he holds nothing */
	uint16_t port;
	uint32_t number;
	struct list in_relay;
	enum { DOOR_NEW, DOOR_SERVED, DOOR_LEAVING, DOOR_GONE } state;
};

struct relayed {
	struct watched watched; /* first */
	struct turn_door *door;
	struct allocation allocation;
};

struct relay {
	struct turn_settings settings;
	uint64_t settings_number;
	int epoll;
	msec_t now_ms;
	usec_t wall_us;
	struct table clients;    /* struct relayed, by allocation.client */
	struct table accounts;   /* struct turn_account, by tag */
	struct list allocations; /* allocation.in_relay */
	struct list ended;       /* the same: freed at the end of the turn */
	unsigned n_streams;      /* doors that are */
	uint8_t nonce_key[16];
	struct restraint restraint;
};

/* Answers a message of STUN, or relays what is in it. */
void relay_on_stun(
    struct relay *r, struct turn_door *d, const struct endpoint *from, struct str datagram);

struct relayed *relay_find(
    struct relay *r, const struct turn_door *d, const struct endpoint *from);

/* Sends to a peer, if permitted and within the rate. */
void relay_to_peer(
    struct relay *r, struct relayed *x, const struct endpoint *peer, struct str bytes);

/* Makes the allocation, with the usual lifetime; `even`: its port must be.
 * E_LIMIT: quota. E_IO, E_UNSUPPORTED: no such address. */
MUST_CHECK enum status relay_allocate(struct relay *r, struct turn_door *d,
    const struct endpoint *from, const char tag[TURN_TAG], bool ipv4, bool even,
    struct relayed **out);
void relay_end(struct relay *r, struct relayed *x);

void door_send(const struct turn_door *d, const struct endpoint *to, struct str bytes);

#endif
