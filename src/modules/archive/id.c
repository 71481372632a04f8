/* SPDX-License-Identifier: MIT */
#include "modules/archive/id.h"

#include "base/encode.h"
#include "base/hash.h"
#include "base/pack.h"
#include "base/siphash.h"
#include "loop/worker.h"
#include "router/auth.h"
#include "router/service.h"

enum { HALF = 8 };

uint64_t
archive_id_make(void)
{
	static _Thread_local uint64_t last;
	uint64_t now = (uint64_t)loop_wall_us(), newest = store_archive_newest(account_store());

	if (last < newest)
		last = newest;
	last = now > last ? now : last + 1;
	return last;
}

/* --- as text -------------------------------------------------------------------------- */

/* Of the server, made of its secret. The same for all hosts. */
struct keys {
	bool made;
	struct siphash_key seal, mask;
};

/* That of the owner, or of the service where it is. */
static const struct host *
host_of(struct jid owner)
{
	const struct service *s = service_find(jid_domain(owner));

	return s ? s->host : host_find(jid_domain(owner));
}

static const struct keys *
keys(struct jid owner)
{
	static _Thread_local struct keys k;
	const struct host *host = host_of(owner);
	struct str purpose = S("ids of archived messages");
	char bytes[HASH_MAX];
	struct unpack u = { str_of(bytes, 4 * HALF) };

	if (k.made)
		return &k;
	hash_hmac(HASH_SHA256, auth()->facts(host).secret, &purpose, 1, bytes);
	k.seal.k0 = unpack_uint(&u, HALF);
	k.seal.k1 = unpack_uint(&u, HALF);
	k.mask.k0 = unpack_uint(&u, HALF);
	k.mask.k1 = unpack_uint(&u, HALF);
	k.made = true;
	return &k;
}

/* A seal on owner and id; then the id, which only who knows the key can tell from the seal. */
static uint64_t
seal(struct arena *a, struct jid owner, uint64_t id)
{
	struct str bare = jid_bare(owner);
	char *text = arena_alloc(a, HALF + bare.len);

	pack_bytes(pack_uint(text, id, HALF), bare);
	return siphash(keys(owner)->seal, str_of(text, HALF + bare.len));
}

static uint64_t
mask(struct jid owner, uint64_t sealed)
{
	char bytes[HALF];

	pack_uint(bytes, sealed, HALF);
	return siphash(keys(owner)->mask, str_of(bytes, HALF));
}

struct str
archive_id_show(struct arena *a, struct jid owner, uint64_t id)
{
	uint64_t sealed = seal(a, owner, id);
	char bytes[2 * HALF];

	pack_uint(pack_uint(bytes, sealed, HALF), id ^ mask(owner, sealed), HALF);
	return base64url_encode(a, str_of(bytes, sizeof(bytes)));
}

enum status
archive_id_read(struct str text, struct jid owner, uint64_t *id)
{
	struct unpack u = { 0 };
	uint64_t sealed, found;
	struct arena a;
	bool good;

	arena_init(&a, 256);
	good = base64url_decode(&a, text, &u.rest) == OK && u.rest.len == 2 * HALF;
	if (good) {
		sealed = unpack_uint(&u, HALF);
		found = unpack_uint(&u, HALF) ^ mask(owner, sealed);
		good = seal(&a, owner, found) == sealed && found > 0;
	}
	arena_fini(&a);
	if (!good)
		return E_NOT_FOUND;
	*id = found;
	return OK;
}
