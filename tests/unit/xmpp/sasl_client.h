/* SPDX-License-Identifier: MIT
 *
 * The client's side of SASL, for the tests: written from RFC 5802 and for clarity only.
 */
#ifndef TESTS_UNIT_XMPP_SASL_CLIENT_H
#define TESTS_UNIT_XMPP_SASL_CLIENT_H

#include "base/encode.h"
#include "base/hash.h"
#include "xmpp/sasl.h"

/* The keys of a password for one hash, with chosen salt. */
static inline struct scram_keys
scram_keys_of(enum hash h, struct str password, struct str salt, uint32_t iterations)
{
	struct str client_words = S("Client Key"), server_words = S("Server Key");
	struct scram_keys k = { .iterations = iterations, .salt_len = (uint8_t)salt.len };
	char salted[HASH_MAX], client_key[HASH_MAX];

	memcpy(k.salt, salt.at, salt.len);
	hash_pbkdf2(h, password, salt, iterations, salted);
	hash_hmac(h, str_of(salted, hash_size(h)), &client_words, 1, client_key);
	hash_of(h, str_of(client_key, hash_size(h)), k.stored_key);
	hash_hmac(h, str_of(salted, hash_size(h)), &server_words, 1, k.server_key);
	return k;
}

struct scram_client {
	enum hash hash;
	struct str password;
	struct str gs2;        /* "n,," */
	struct str name;       /* escaped */
	struct str channel;    /* binding bytes */
	struct str extension;  /* of both messages: "", or ",x=y" */
	struct str first_bare; /* filled by scram_first */
	struct str signature;  /* filled by scram_final: what the server must answer */
};

static inline struct str
scram_first(struct arena *a, struct scram_client *c)
{
	c->first_bare = str_format(a, "n=%.*s,r=fyko+d2lbbFgONRv9qkxdawL%.*s", STR_ARG(c->name),
	    STR_ARG(c->extension));
	return str_format(a, "%.*s%.*s", STR_ARG(c->gs2), STR_ARG(c->first_bare));
}

/* The value of an attribute that must be there. */
static inline struct str
scram_attribute(struct str message, char name)
{
	struct str piece;

	while (str_split(&message, ',', &piece))
		if (piece.len >= 2 && piece.at[0] == name && piece.at[1] == '=')
			return str_slice(piece, 2, piece.len);
	return (struct str){ 0 };
}

static inline struct str
scram_final(struct arena *a, struct scram_client *c, struct str server_first)
{
	enum hash h = c->hash;
	struct str client_words = S("Client Key"), server_words = S("Server Key");
	struct str salt = { 0 }, binding, bare, message;
	char salted[HASH_MAX], client_key[HASH_MAX], stored[HASH_MAX], key[HASH_MAX];
	char *out = arena_alloc(a, HASH_MAX);
	uint64_t iterations = 0;

	if (base64_decode(a, scram_attribute(server_first, 's'), &salt) != OK ||
	    str_to_u64(scram_attribute(server_first, 'i'), 1000000, &iterations) != OK)
		return (struct str){ 0 };
	binding = c->gs2;
	if (c->channel.len) {
		char *both = arena_alloc(a, c->gs2.len + c->channel.len);

		memcpy(both, c->gs2.at, c->gs2.len);
		memcpy(both + c->gs2.len, c->channel.at, c->channel.len);
		binding = str_of(both, c->gs2.len + c->channel.len);
	}
	bare = str_format(a, "c=%.*s,r=%.*s%.*s", STR_ARG(base64_encode(a, binding)),
	    STR_ARG(scram_attribute(server_first, 'r')), STR_ARG(c->extension));
	message = str_format(
	    a, "%.*s,%.*s,%.*s", STR_ARG(c->first_bare), STR_ARG(server_first), STR_ARG(bare));

	hash_pbkdf2(h, c->password, salt, (uint32_t)iterations, salted);
	hash_hmac(h, str_of(salted, hash_size(h)), &client_words, 1, client_key);
	hash_of(h, str_of(client_key, hash_size(h)), stored);
	hash_hmac(h, str_of(stored, hash_size(h)), &message, 1, out);
	for (size_t i = 0; i < hash_size(h); i++)
		client_key[i] = (char)(client_key[i] ^ out[i]);

	hash_hmac(h, str_of(salted, hash_size(h)), &server_words, 1, key);
	hash_hmac(h, str_of(key, hash_size(h)), &message, 1, out);
	c->signature =
	    str_format(a, "v=%.*s", STR_ARG(base64_encode(a, str_of(out, hash_size(h)))));
	return str_format(a, "%.*s,p=%.*s", STR_ARG(bare),
	    STR_ARG(base64_encode(a, str_of(client_key, hash_size(h)))));
}

#endif
