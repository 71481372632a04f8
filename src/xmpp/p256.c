/* SPDX-License-Identifier: MIT */
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "xmpp/p256.h"

struct p256 {
	EVP_PKEY *key;
};

static struct p256 *
wrap(EVP_PKEY *key)
{
	struct p256 *k = mem_alloc(sizeof(*k));

	k->key = key;
	return k;
}

struct p256 *
p256_new(void)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");

	assert(key);
	return wrap(key);
}

void
p256_free(struct p256 **k)
{
	if (!*k)
		return;
	EVP_PKEY_free((*k)->key);
	free(*k);
	*k = NULL;
}

/* number: NULL for the public part alone. Checks that the point is one of the curve. NULL: it
 * is not. */
static EVP_PKEY *
key_of(const BIGNUM *number, struct str point)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	EVP_PKEY *key = NULL;
	OSSL_PARAM *params;

	assert(build && ctx);
	OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0);
	OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point.at, point.len);
	if (number)
		OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, number);
	params = OSSL_PARAM_BLD_to_param(build);
	assert(params);
	if (EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(
		ctx, &key, number ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, params) != 1)
		key = NULL;
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	EVP_PKEY_CTX_free(ctx);
	ERR_clear_error();
	return key;
}

/* Uncompressed only: other forms of the same point would be other texts for one thing. */
static EVP_PKEY *
public_of(struct str point)
{
	if (point.len != P256_PUBLIC || point.at[0] != 4)
		return NULL;
	return key_of(NULL, point);
}

bool
p256_is_public(struct str bytes)
{
	EVP_PKEY *key = public_of(bytes);

	EVP_PKEY_free(key);
	return key != NULL;
}

enum status
p256_read(struct str private_part, struct str public_part, struct p256 **out)
{
	EVP_PKEY *key = NULL;
	EVP_PKEY_CTX *check;
	BIGNUM *number;
	bool ok;

	if (private_part.len != P256_PRIVATE || public_part.len != P256_PUBLIC)
		return E_INVALID;
	number = BN_bin2bn((const unsigned char *)private_part.at, P256_PRIVATE, NULL);
	assert(number);
	key = key_of(number, public_part);
	BN_clear_free(number);
	if (!key)
		return E_INVALID;
	check = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	assert(check);
	ok = EVP_PKEY_pairwise_check(check) == 1;
	EVP_PKEY_CTX_free(check);
	ERR_clear_error();
	if (!ok) {
		EVP_PKEY_free(key);
		return E_INVALID;
	}
	*out = wrap(key);
	return OK;
}

void
p256_private(const struct p256 *k, char out[P256_PRIVATE])
{
	BIGNUM *number = NULL;
	bool ok = EVP_PKEY_get_bn_param(k->key, OSSL_PKEY_PARAM_PRIV_KEY, &number) == 1 &&
		  BN_bn2binpad(number, (unsigned char *)out, P256_PRIVATE) == P256_PRIVATE;

	assert(ok);
	BN_clear_free(number);
}

void
p256_public(const struct p256 *k, char out[P256_PUBLIC])
{
	size_t len;
	bool ok = EVP_PKEY_get_octet_string_param(k->key, OSSL_PKEY_PARAM_PUB_KEY,
		      (unsigned char *)out, P256_PUBLIC, &len) == 1 &&
		  len == P256_PUBLIC;

	assert(ok);
}

enum status
p256_agree(const struct p256 *k, struct str theirs, char out[P256_SECRET])
{
	EVP_PKEY *peer = public_of(theirs);
	EVP_PKEY_CTX *ctx;
	size_t len = P256_SECRET;
	bool ok;

	if (!peer)
		return E_INVALID;
	ctx = EVP_PKEY_CTX_new_from_pkey(NULL, k->key, NULL);
	assert(ctx);
	ok = EVP_PKEY_derive_init(ctx) == 1 && EVP_PKEY_derive_set_peer(ctx, peer) == 1 &&
	     EVP_PKEY_derive(ctx, (unsigned char *)out, &len) == 1 && len == P256_SECRET;
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(peer);
	ERR_clear_error();
	return ok ? OK : E_INVALID;
}

void
p256_sign(const struct p256 *k, struct str bytes, char out[P256_SIGNATURE])
{
	unsigned char der[128];
	const unsigned char *at = der;
	size_t len = sizeof(der);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	ECDSA_SIG *numbers;
	bool ok;

	assert(ctx);
	ok = EVP_DigestSignInit_ex(ctx, NULL, "SHA256", NULL, NULL, k->key, NULL) == 1 &&
	     EVP_DigestSign(ctx, der, &len, (const unsigned char *)bytes.at, bytes.len) == 1;
	assert(ok);
	numbers = d2i_ECDSA_SIG(NULL, &at, (long)len);
	assert(numbers);
	ok = BN_bn2binpad(ECDSA_SIG_get0_r(numbers), (unsigned char *)out, 32) == 32 &&
	     BN_bn2binpad(ECDSA_SIG_get0_s(numbers), (unsigned char *)out + 32, 32) == 32;
	assert(ok);
	ECDSA_SIG_free(numbers);
	EVP_MD_CTX_free(ctx);
}
