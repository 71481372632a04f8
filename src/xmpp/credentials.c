/* SPDX-License-Identifier: MIT */
#include "xmpp/credentials.h"

#include "base/pack.h"
#include "base/random.h"
#include "xmpp/precis.h"

/*
 * As bytes: version, flags, moment of creation, then for each hash there are keys of: its id,
 * iterations, length of salt, salt, stored key, server key. Ids grow.
 */
enum {
	VERSION = 1,
	FLAG_DISABLED = 1,
	HEAD_BYTES = 1 + 1 + 8,
	KEYS_MAX_BYTES = 1 + 4 + 1 + CREDENTIALS_SALT_MAX + 2 * HASH_MAX,
	OWN_SALT_BYTES = 16,
};

/* Never changes: the values are in stores. */
static const uint8_t id_of[HASHES] = {
	[HASH_SHA1] = 1,
	[HASH_SHA256] = 2,
	[HASH_SHA512] = 3,
};

/* SaltedPassword to StoredKey and ServerKey (RFC 5802 section 3). */
static void
derive(enum hash kind, struct str salted, char *stored_key, char *server_key)
{
	struct str client_words = S("Client Key"), server_words = S("Server Key");
	char client_key[HASH_MAX];

	hash_hmac(kind, salted, &client_words, 1, client_key);
	hash_of(kind, str_of(client_key, hash_size(kind)), stored_key);
	hash_hmac(kind, salted, &server_words, 1, server_key);
	mem_wipe(client_key, sizeof(client_key));
}

enum status
credentials_set_password(struct credentials *c, struct str password, uint32_t iterations)
{
	char salt[OWN_SALT_BYTES], salted[HASH_MAX];
	struct arena a;
	struct str prepared;
	enum status s;

	assert(iterations >= 1 && iterations <= CREDENTIALS_ITERATIONS_MAX);
	arena_init_wiped(&a, 2048);
	if ((s = precis_password(&a, password, &prepared)) != OK) {
		arena_fini(&a);
		return s;
	}
	random_bytes(salt, sizeof(salt));
	for (enum hash h = 0; h < HASHES; h++) {
		struct scram_keys *k = &c->keys[h];

		*k = (struct scram_keys){ .iterations = iterations, .salt_len = sizeof(salt) };
		memcpy(k->salt, salt, sizeof(salt));
		hash_pbkdf2(h, prepared, str_of(salt, sizeof(salt)), iterations, salted);
		derive(h, str_of(salted, hash_size(h)), k->stored_key, k->server_key);
	}
	mem_wipe(salted, sizeof(salted));
	arena_fini(&a);
	return OK;
}

/* The keys that a plain password is checked with, NULL without any. */
static const struct scram_keys *
keys_to_check(const struct credentials *c, enum hash *kind)
{
	static const enum hash by_preference[] = { HASH_SHA256, HASH_SHA512, HASH_SHA1 };

	for (size_t i = 0; i < HASHES; i++) {
		*kind = by_preference[i];
		if (c->keys[*kind].iterations)
			return &c->keys[*kind];
	}
	return NULL;
}

bool
credentials_has_password(const struct credentials *c)
{
	enum hash kind;

	return keys_to_check(c, &kind) != NULL;
}

bool
credentials_match(const struct credentials *c, struct str password)
{
	char salted[HASH_MAX], stored_key[HASH_MAX], server_key[HASH_MAX];
	const struct scram_keys *k;
	struct arena a;
	struct str prepared;
	enum hash kind;
	bool same = false;

	arena_init_wiped(&a, 2048);
	if ((k = keys_to_check(c, &kind)) && precis_password(&a, password, &prepared) == OK) {
		size_t size = hash_size(kind);

		hash_pbkdf2(
		    kind, prepared, str_of(k->salt, k->salt_len), k->iterations, salted);
		derive(kind, str_of(salted, size), stored_key, server_key);
		same = str_eq_secret(str_of(stored_key, size), str_of(k->stored_key, size));
		mem_wipe(salted, sizeof(salted));
		mem_wipe(stored_key, sizeof(stored_key));
		mem_wipe(server_key, sizeof(server_key));
	}
	arena_fini(&a);
	return same;
}

void
credentials_fake(
    struct str secret, struct str bare_jid, uint32_t iterations, struct credentials *out)
{
	struct str pieces[] = { S("salt of nobody\0"), bare_jid };
	char made[HASH_MAX];

	hash_hmac(HASH_SHA256, secret, pieces, 2, made);
	*out = (struct credentials){ 0 };
	for (enum hash h = 0; h < HASHES; h++) {
		out->keys[h].iterations = iterations;
		out->keys[h].salt_len = OWN_SALT_BYTES;
		memcpy(out->keys[h].salt, made, OWN_SALT_BYTES);
	}
}

struct str
credentials_encode(struct arena *a, const struct credentials *c)
{
	char *start = arena_alloc(a, HEAD_BYTES + HASHES * KEYS_MAX_BYTES), *to = start;

	to = pack_uint(to, VERSION, 1);
	to = pack_uint(to, c->disabled ? FLAG_DISABLED : 0, 1);
	to = pack_uint(to, (uint64_t)c->created_us, 8);
	for (enum hash h = 0; h < HASHES; h++) {
		const struct scram_keys *k = &c->keys[h];

		if (!k->iterations)
			continue;
		assert(k->salt_len >= 1 && k->salt_len <= CREDENTIALS_SALT_MAX);
		to = pack_uint(to, id_of[h], 1);
		to = pack_uint(to, k->iterations, 4);
		to = pack_uint(to, k->salt_len, 1);
		to = pack_bytes(to, str_of(k->salt, k->salt_len));
		to = pack_bytes(to, str_of(k->stored_key, hash_size(h)));
		to = pack_bytes(to, str_of(k->server_key, hash_size(h)));
	}
	return str_of(start, (size_t)(to - start));
}

static bool
unpack_keys(struct unpack *u, enum hash h, struct scram_keys *k)
{
	k->iterations = (uint32_t)unpack_uint(u, 4);
	k->salt_len = (uint8_t)unpack_uint(u, 1);
	if (k->iterations < 1 || k->iterations > CREDENTIALS_ITERATIONS_MAX ||
	    k->salt_len < 1 || k->salt_len > CREDENTIALS_SALT_MAX)
		return false;
	unpack_bytes(u, k->salt, k->salt_len);
	unpack_bytes(u, k->stored_key, hash_size(h));
	unpack_bytes(u, k->server_key, hash_size(h));
	return true;
}

static enum status
unpack_credentials(struct unpack *u, struct credentials *c)
{
	uint64_t version = unpack_uint(u, 1), flags = unpack_uint(u, 1);
	enum hash next = 0;

	if (version > VERSION)
		return E_UNSUPPORTED;
	if (version != VERSION || flags & ~(uint64_t)FLAG_DISABLED)
		return E_INVALID;
	c->disabled = flags & FLAG_DISABLED;
	c->created_us = (usec_t)unpack_uint(u, 8);
	while (!u->failed && u->rest.len) {
		uint64_t id = unpack_uint(u, 1);

		while (next < HASHES && id_of[next] != id)
			next++;
		if (next == HASHES || !unpack_keys(u, next, &c->keys[next]))
			return E_INVALID;
		next++;
	}
	return unpack_is_done(u) ? OK : E_INVALID;
}

enum status
credentials_decode(struct str in, struct credentials *out)
{
	struct credentials c = { 0 };
	enum status s = unpack_credentials(&(struct unpack){ .rest = in }, &c);

	if (s == OK)
		*out = c;
	mem_wipe(&c, sizeof(c));
	return s;
}
