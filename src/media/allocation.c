/* SPDX-License-Identifier: MIT */
#include "media/allocation.h"

bool
endpoint_eq(const struct endpoint *a, const struct endpoint *b)
{
	return a->port == b->port && address_eq(&a->address, &b->address);
}

bool
allocation_permits(const struct allocation *a, const struct address *peer, msec_t now)
{
	for (size_t i = 0; i < TURN_PERMISSIONS_MAX; i++)
		if (a->permissions[i].until_ms > now &&
		    address_eq(&a->permissions[i].peer, peer))
			return true;
	return false;
}

enum status
allocation_permit(struct allocation *a, const struct address *peer, msec_t now)
{
	struct permission *place = NULL;

	for (size_t i = 0; i < TURN_PERMISSIONS_MAX; i++) {
		struct permission *p = &a->permissions[i];

		if (p->until_ms > now && address_eq(&p->peer, peer)) {
			place = p;
			break;
		}
		if (p->until_ms <= now && !place)
			place = p;
	}
	if (!place)
		return E_LIMIT;
	*place = (struct permission){ *peer, now + PERMISSION_MS };
	return OK;
}

enum status
allocation_bind(struct allocation *a, uint16_t number, const struct endpoint *peer, msec_t now)
{
	struct channel *place = NULL;
	enum status s;

	for (size_t i = 0; i < TURN_CHANNELS_MAX; i++) {
		struct channel *c = &a->channels[i];
		bool same_number = c->number == number;

		if (c->until_ms <= now) {
			place = place ? place : c;
		} else if (same_number != endpoint_eq(&c->peer, peer)) {
			return E_EXISTS;
		} else if (same_number) {
			place = c;
			break;
		}
	}
	if (!place)
		return E_LIMIT;
	if ((s = allocation_permit(a, &peer->address, now)) != OK)
		return s;
	*place = (struct channel){ *peer, number, now + CHANNEL_MS };
	return OK;
}

const struct channel *
allocation_channel(const struct allocation *a, uint16_t number, msec_t now)
{
	for (size_t i = 0; i < TURN_CHANNELS_MAX; i++)
		if (a->channels[i].number == number && a->channels[i].until_ms > now)
			return &a->channels[i];
	return NULL;
}

const struct channel *
allocation_channel_to(const struct allocation *a, const struct endpoint *peer, msec_t now)
{
	for (size_t i = 0; i < TURN_CHANNELS_MAX; i++)
		if (a->channels[i].until_ms > now && endpoint_eq(&a->channels[i].peer, peer))
			return &a->channels[i];
	return NULL;
}

bool
allocation_takes(struct allocation *a, size_t bytes, uint64_t bytes_per_s, msec_t now)
{
	int64_t rate = (int64_t)bytes_per_s;
	msec_t passed = now - a->tokens_at_ms;

	if (bytes_per_s == 0)
		return true;
	if (passed > 1000 || a->tokens > rate)
		a->tokens = rate;
	else if ((a->tokens += rate * passed / 1000) > rate)
		a->tokens = rate;
	a->tokens_at_ms = now;
	if (a->tokens < (int64_t)bytes)
		return false;
	a->tokens -= (int64_t)bytes;
	return true;
}
