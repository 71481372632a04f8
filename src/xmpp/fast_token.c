/* SPDX-License-Identifier: MIT */
#include "xmpp/fast_token.h"

#include "base/pack.h"
#include "base/random.h"

/* As bytes: version, then both slots, each as length of mechanism, mechanism, secret, moment
 * of expiry, counter; an empty slot is a length of 0. */
enum {
	VERSION = 1,
	SLOT_MAX_BYTES = 1 + FAST_MECHANISM_BYTES + FAST_TOKEN_BYTES + 8 + 8,
	RANDOM_BYTES = 32,
};

bool
fast_token_is_empty(const struct fast_token *t)
{
	return t->mechanism[0] == '\0';
}

struct str
fast_token_mechanism(const struct fast_token *t)
{
	return str_of(t->mechanism, strnlen(t->mechanism, sizeof(t->mechanism)));
}

struct str
fast_token_secret(const struct fast_token *t)
{
	return str_of(t->secret, sizeof(t->secret));
}

void
fast_tokens_issue(struct fast_tokens *t, struct str mechanism, usec_t expires_us)
{
	struct arena a;
	struct str secret;

	assert(mechanism.len >= 1 && mechanism.len <= FAST_MECHANISM_BYTES);
	arena_init_wiped(&a, 256);
	secret = random_token(&a, RANDOM_BYTES);
	assert(secret.len == FAST_TOKEN_BYTES);
	t->fresh = (struct fast_token){ .expires_us = expires_us };
	memcpy(t->fresh.mechanism, mechanism.at, mechanism.len);
	memcpy(t->fresh.secret, secret.at, secret.len);
	arena_fini(&a);
}

static char *
pack_slot(char *to, const struct fast_token *t)
{
	struct str mechanism = fast_token_mechanism(t);

	to = pack_uint(to, mechanism.len, 1);
	if (fast_token_is_empty(t))
		return to;
	to = pack_bytes(to, mechanism);
	to = pack_bytes(to, fast_token_secret(t));
	to = pack_uint(to, (uint64_t)t->expires_us, 8);
	return pack_uint(to, t->count, 8);
}

static bool
unpack_slot(struct unpack *u, struct fast_token *t)
{
	uint64_t len = unpack_uint(u, 1);

	if (len > FAST_MECHANISM_BYTES)
		return false;
	if (len == 0)
		return true;
	unpack_bytes(u, t->mechanism, len);
	unpack_bytes(u, t->secret, sizeof(t->secret));
	t->expires_us = (usec_t)unpack_uint(u, 8);
	t->count = unpack_uint(u, 8);
	return fast_token_mechanism(t).len == len;
}

struct str
fast_tokens_encode(struct arena *a, const struct fast_tokens *t)
{
	char *start = arena_alloc(a, 1 + 2 * SLOT_MAX_BYTES), *to = start;

	to = pack_uint(to, VERSION, 1);
	to = pack_slot(to, &t->fresh);
	to = pack_slot(to, &t->current);
	return str_of(start, (size_t)(to - start));
}

enum status
fast_tokens_decode(struct str in, struct fast_tokens *out)
{
	struct unpack u = { .rest = in };
	struct fast_tokens t = { 0 };
	uint64_t version = unpack_uint(&u, 1);
	bool good;

	if (version > VERSION)
		return E_UNSUPPORTED;
	good = version == VERSION && unpack_slot(&u, &t.fresh) && unpack_slot(&u, &t.current) &&
	       unpack_is_done(&u);
	if (good)
		*out = t;
	mem_wipe(&t, sizeof(t));
	return good ? OK : E_INVALID;
}
