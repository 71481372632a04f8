/* SPDX-License-Identifier: MIT
 *
 * HMAC is put together here from the plain hash: the library's own wants an object that is
 * built from named parameters for each call, which costs several times the hashing.
 */
/* First: it has parameters called `rand`, a word that base/banned.h takes out of use. */
#include <openssl/evp.h>

#include <limits.h>
#include <pthread.h>

#include "base/hash.h"

enum { BLOCK_MAX = 128 };

static const struct {
	const char *name;
	uint8_t size, block; /* bytes */
} facts[HASHES] = {
	[HASH_SHA1] = { "SHA1", 20, 64 },
	[HASH_SHA256] = { "SHA256", 32, 64 },
	[HASH_SHA512] = { "SHA512", 64, 128 },
};

static EVP_MD *fetched[HASHES];

static void
must(bool worked)
{
	if (worked)
		return;
	fprintf(stderr, "the cryptographic library does not work\n");
	abort();
}

static void
fetch_all(void)
{
	for (size_t i = 0; i < HASHES; i++)
		must((fetched[i] = EVP_MD_fetch(NULL, facts[i].name, NULL)) != NULL);
}

static const EVP_MD *
algorithm(enum hash kind)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, fetch_all);
	return fetched[kind];
}

size_t
hash_size(enum hash kind)
{
	return facts[kind].size;
}

static void
add(EVP_MD_CTX *ctx, struct str bytes)
{
	must(EVP_DigestUpdate(ctx, bytes.at, bytes.len));
}

static void
begin(EVP_MD_CTX *ctx, enum hash kind)
{
	must(EVP_DigestInit_ex2(ctx, algorithm(kind), NULL));
}

static void
end(EVP_MD_CTX *ctx, char *out)
{
	must(EVP_DigestFinal_ex(ctx, (unsigned char *)out, NULL));
}

static EVP_MD_CTX *
context(void)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	must(ctx != NULL);
	return ctx;
}

void
hash_of(enum hash kind, struct str in, char *out)
{
	EVP_MD_CTX *ctx = context();

	begin(ctx, kind);
	add(ctx, in);
	end(ctx, out);
	EVP_MD_CTX_free(ctx);
}

/* A context by another name: it has no more to say than that. */
static EVP_MD_CTX *
context_of(struct hash_stream *h)
{
	return (EVP_MD_CTX *)(void *)h;
}

void
hash_md5(struct str in, char out[16])
{
	must(EVP_Q_digest(NULL, "MD5", NULL, in.at, in.len, (unsigned char *)out, NULL) == 1);
}

struct hash_stream *
hash_begin(enum hash kind)
{
	EVP_MD_CTX *ctx = context();

	begin(ctx, kind);
	return (struct hash_stream *)(void *)ctx;
}

void
hash_add(struct hash_stream *h, struct str piece)
{
	add(context_of(h), piece);
}

void
hash_end(struct hash_stream **h, char *out)
{
	EVP_MD_CTX *ctx = context_of(TAKE(*h));

	end(ctx, out);
	EVP_MD_CTX_free(ctx);
}

void
hash_drop(struct hash_stream **h)
{
	EVP_MD_CTX_free(context_of(TAKE(*h)));
}

void
hash_hmac(enum hash kind, struct str key, const struct str *pieces, size_t n, char *out)
{
	size_t block = facts[kind].block, size = facts[kind].size;
	char pad[BLOCK_MAX] = { 0 }, inner[HASH_MAX];
	EVP_MD_CTX *ctx = context();

	if (key.len > block)
		hash_of(kind, key, pad);
	else if (key.len)
		memcpy(pad, key.at, key.len);

	for (size_t i = 0; i < block; i++)
		pad[i] ^= 0x36;
	begin(ctx, kind);
	add(ctx, str_of(pad, block));
	for (size_t i = 0; i < n; i++)
		add(ctx, pieces[i]);
	end(ctx, inner);

	for (size_t i = 0; i < block; i++)
		pad[i] ^= 0x36 ^ 0x5c;
	begin(ctx, kind);
	add(ctx, str_of(pad, block));
	add(ctx, str_of(inner, size));
	end(ctx, out);

	EVP_MD_CTX_free(ctx); /* wipes its own */
	mem_wipe(pad, sizeof(pad));
	mem_wipe(inner, sizeof(inner));
}

void
hash_pbkdf2(
    enum hash kind, struct str password, struct str salt, uint32_t iterations, char *out)
{
	assert(iterations > 0 && iterations <= INT_MAX);
	assert(password.len <= INT_MAX && salt.len <= INT_MAX);
	must(PKCS5_PBKDF2_HMAC(password.len ? password.at : "", (int)password.len,
	    (const unsigned char *)salt.at, (int)salt.len, (int)iterations, algorithm(kind),
	    (int)facts[kind].size, (unsigned char *)out));
}
