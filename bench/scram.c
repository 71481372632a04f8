/* SPDX-License-Identifier: MIT */
#include "bench/scram.h"

#include "base/encode.h"
#include "base/random.h"

enum { ITERATIONS_MAX = 1000000, NONCE_BYTES = 18 };

struct scram_keys {
	struct str id; /* salt, a space, iterations, a space, number of the hash */
	char client[HASH_MAX], stored[HASH_MAX], server[HASH_MAX];
};

static struct str
keys_id(const void *value)
{
	return ((const struct scram_keys *)value)->id;
}

void
scram_cache_init(struct scram_cache *c, struct str password)
{
	table_init(&c->keys, keys_id);
	arena_init(&c->arena, 16 * 1024);
	c->password = password;
}

void
scram_cache_fini(struct scram_cache *c)
{
	table_fini(&c->keys);
	arena_fini(&c->arena);
}

size_t
scram_cache_count(const struct scram_cache *c)
{
	return table_count(&c->keys);
}

static const struct scram_keys *
find_keys(
    struct scram_cache *c, enum hash hash, struct str salt, uint32_t iterations, struct str id)
{
	size_t size = hash_size(hash);
	struct scram_keys *keys = table_get(&c->keys, id);
	char salted[HASH_MAX];

	if (keys)
		return keys;
	keys = arena_zalloc(&c->arena, sizeof(*keys));
	keys->id = str_copy(&c->arena, id);
	hash_pbkdf2(hash, c->password, salt, iterations, salted);
	hash_hmac(hash, str_of(salted, size), &S("Client Key"), 1, keys->client);
	hash_hmac(hash, str_of(salted, size), &S("Server Key"), 1, keys->server);
	hash_of(hash, str_of(keys->client, size), keys->stored);
	table_put(&c->keys, keys);
	return keys;
}

struct str
scram_begin(struct scram *s, enum hash hash, struct arena *a, struct str user)
{
	struct str nonce = random_token(a, NONCE_BYTES);

	s->hash = hash;
	s->bare = str_format(a, "n=%.*s,r=%.*s", STR_ARG(user), STR_ARG(nonce));
	return str_format(a, "n,,%.*s", STR_ARG(s->bare));
}

/* "r=...,s=...,i=...": the value of the next attribute, which must have this name. */
static bool
attribute(struct str *rest, char name, struct str *value)
{
	struct str piece;

	if (!str_split(rest, ',', &piece) || piece.len < 2 || piece.at[0] != name ||
	    piece.at[1] != '=')
		return false;
	*value = str_slice(piece, 2, piece.len);
	return true;
}

enum status
scram_answer(struct scram *s, struct scram_cache *c, struct arena *a, struct str server_first,
    struct str *out)
{
	size_t size = hash_size(s->hash);
	char proof[HASH_MAX];
	struct str rest = server_first, nonce, salt64, salt, iterations_text, final, ours, id;
	const struct scram_keys *keys;
	uint64_t iterations;

	if (!attribute(&rest, 'r', &nonce) || !attribute(&rest, 's', &salt64) ||
	    !attribute(&rest, 'i', &iterations_text) || base64_decode(a, salt64, &salt) != OK ||
	    str_to_u64(iterations_text, ITERATIONS_MAX, &iterations) != OK)
		return E_INVALID;
	ours = str_slice(s->bare, s->bare.len - NONCE_BYTES * 4 / 3, s->bare.len);
	if (!str_starts(nonce, ours))
		return E_INVALID;
	id = str_format(a, "%.*s %u %d", STR_ARG(salt64), (unsigned)iterations, (int)s->hash);
	keys = find_keys(c, s->hash, salt, (uint32_t)iterations, id);

	/* "biws" is "n,,": no channel binding. */
	final = str_format(a, "c=biws,r=%.*s", STR_ARG(nonce));
	const struct str signed_parts[] = { s->bare, S(","), server_first, S(","), final };
	const size_t n = sizeof(signed_parts) / sizeof(signed_parts[0]);

	hash_hmac(s->hash, str_of(keys->stored, size), signed_parts, n, proof);
	for (size_t i = 0; i < size; i++)
		proof[i] = (char)(proof[i] ^ keys->client[i]);
	hash_hmac(s->hash, str_of(keys->server, size), signed_parts, n, s->server_signature);
	*out = str_format(
	    a, "%.*s,p=%.*s", STR_ARG(final), STR_ARG(base64_encode(a, str_of(proof, size))));
	return OK;
}

bool
scram_is_proved(const struct scram *s, struct arena *a, struct str server_final)
{
	struct str bytes;

	return str_starts(server_final, S("v=")) &&
	       base64_decode(a, str_slice(server_final, 2, server_final.len), &bytes) == OK &&
	       str_eq(bytes, str_of(s->server_signature, hash_size(s->hash)));
}
