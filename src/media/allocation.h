/* SPDX-License-Identifier: MIT
 *
 * An allocation: a relayed address, who holds it, and with whom he may talk by it (RFC 8656
 * sections 5, 9 and 12). Of one thread. Times are those of the loop's clock.
 */
#ifndef MEDIA_ALLOCATION_H
#define MEDIA_ALLOCATION_H

#include "base/limits.h"
#include "base/list.h"
#include "base/time.h"
#include "media/credentials.h"

enum {
	ALLOCATION_USUAL_MS = 600 * 1000, /* RFC 8656 section 3.2 */
	ALLOCATION_LONGEST_MS = 3600 * 1000,
	PERMISSION_MS = 300 * 1000, /* section 9 */
	CHANNEL_MS = 600 * 1000,    /* section 12 */
	CHANNEL_FIRST = 0x4000,
	CHANNEL_LAST = 0x4fff,
	CHANNEL_LAST_ONCE = 0x7fff, /* by RFC 5766 section 11 */
};

/* Who talks to the relay: a client's address at one of its doors. Without gaps: it is a key. */
struct turn_client {
	struct endpoint from;
	uint16_t none; /* 0 */
	uint32_t door;
};

_Static_assert(sizeof(struct turn_client) == 24, "no gaps");

struct permission {
	struct address peer;
	msec_t until_ms;
};

struct channel {
	struct endpoint peer;
	uint16_t number;
	msec_t until_ms;
};

/* What an account holds. */
struct turn_account {
	char tag[TURN_TAG];
	uint32_t allocations;
};

struct allocation {
	struct turn_client client;
	struct endpoint relayed; /* as the client was told */
	int fd;                  /* of the relayed address */
	bool is_ipv4;
	uint8_t transaction[12]; /* of the request that made it */
	struct turn_account *account;
	struct list in_relay;
	msec_t until_ms; /* it ends then */
	int64_t tokens;  /* bytes that may be relayed now */
	msec_t tokens_at_ms;
	struct permission permissions[TURN_PERMISSIONS_MAX];
	struct channel channels[TURN_CHANNELS_MAX];
};

bool endpoint_eq(const struct endpoint *a, const struct endpoint *b);

bool allocation_permits(const struct allocation *a, const struct address *peer, msec_t now);

/* Makes the permission, or renews it. E_LIMIT: there are too many. */
MUST_CHECK enum status allocation_permit(
    struct allocation *a, const struct address *peer, msec_t now);

/*
 * Binds the channel, or renews it, with the permission.
 *
 * E_EXISTS  the number or the peer is bound otherwise
 * E_LIMIT   there are too many
 */
MUST_CHECK enum status allocation_bind(
    struct allocation *a, uint16_t number, const struct endpoint *peer, msec_t now);

/* NULL: there is none, or its time is over. */
const struct channel *allocation_channel(
    const struct allocation *a, uint16_t number, msec_t now);
const struct channel *allocation_channel_to(
    const struct allocation *a, const struct endpoint *peer, msec_t now);

/* Whether as many bytes may be relayed now, by the rate (0: no bound); takes them. */
bool allocation_takes(struct allocation *a, size_t bytes, uint64_t bytes_per_s, msec_t now);

#endif
