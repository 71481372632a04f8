/* SPDX-License-Identifier: MIT */
#include <openssl/evp.h>

#include "base/encode.h"
#include "base/hash.h"
#include "base/pack.h"
#include "base/random.h"
#include "xmpp/json.h"
#include "xmpp/web_push.h"

enum { SALT = 16, KEY = 16, NONCE = 12, TAG = 16, RECORD = 4096 };

/* RFC 8188 section 2.1: salt, record size, length of the key's name, the name; then the text, a
 * delimiter and padding, and the tag. */
enum { HEADER = SALT + 4 + 1 + P256_PUBLIC };

_Static_assert((int)HEADER + (int)WEB_PUSH_TEXT_MAX + 1 + (int)TAG == (int)RECORD,
    "a message is no longer than RFC 8030 section 7.2 lets every service expect");

enum status
web_push_keys_read(
    struct arena *a, struct str p256dh, struct str auth, struct web_push_keys *out)
{
	struct str point, secret;

	if (base64url_decode(a, p256dh, &point) != OK || !p256_is_public(point) ||
	    base64url_decode(a, auth, &secret) != OK || secret.len != WEB_PUSH_AUTH)
		return E_INVALID;
	memcpy(out->p256dh, point.at, P256_PUBLIC);
	memcpy(out->auth, secret.at, WEB_PUSH_AUTH);
	return OK;
}

/* HKDF with SHA-256 (RFC 5869), of one block: extract, then expand with the info. */
static void
derive(struct str salt, struct str secret, const struct str *info, size_t n, char out[32])
{
	char extracted[32];

	hash_hmac(HASH_SHA256, salt, &secret, 1, extracted);
	hash_hmac(HASH_SHA256, str_of(extracted, sizeof(extracted)), info, n, out);
	mem_wipe(extracted, sizeof(extracted));
}

/* RFC 8291 section 3.4. */
static enum status
agree(const struct web_push_keys *keys, const struct p256 *sender, struct str sender_point,
    char out[32])
{
	char secret[P256_SECRET];
	const struct str info[] = { S("WebPush: info\0"),
		str_of(keys->p256dh, sizeof(keys->p256dh)), sender_point, S("\x01") };
	enum status s;

	if ((s = p256_agree(sender, str_of(keys->p256dh, sizeof(keys->p256dh)), secret)) != OK)
		return s;
	derive(str_of(keys->auth, sizeof(keys->auth)), str_of(secret, sizeof(secret)), info, 4,
	    out);
	mem_wipe(secret, sizeof(secret));
	return OK;
}

static void
seal(const char key[32], const char nonce[32], struct str text, char *out)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	unsigned char *to = (unsigned char *)out;
	int len;
	bool ok;

	assert(ctx);
	ok = EVP_EncryptInit_ex(ctx, EVP_aes_128_gcm(), NULL, (const unsigned char *)key,
		 (const unsigned char *)nonce) == 1 &&
	     EVP_EncryptUpdate(ctx, to, &len, (const unsigned char *)text.at, (int)text.len) ==
		 1 &&
	     EVP_EncryptFinal_ex(ctx, to + len, &len) == 1 &&
	     EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, TAG, to + text.len) == 1;
	assert(ok);
	EVP_CIPHER_CTX_free(ctx);
}

enum status
web_push_encrypt_with(struct arena *a, const struct web_push_keys *keys, struct str text,
    size_t padded, const struct p256 *sender, const char salt[SALT], struct str *out)
{
	const struct str for_key[] = { S("Content-Encoding: aes128gcm\0"), S("\x01") };
	const struct str for_nonce[] = { S("Content-Encoding: nonce\0"), S("\x01") };
	size_t len = padded > text.len ? padded : text.len;
	char *body = arena_zalloc(a, HEADER + len + 1 + TAG), *at = body;
	char *plain = arena_zalloc(a, len + 1);
	char point[P256_PUBLIC], agreed[32], key[32], nonce[32];
	enum status s;

	assert(len <= WEB_PUSH_TEXT_MAX);
	p256_public(sender, point);
	if ((s = agree(keys, sender, str_of(point, sizeof(point)), agreed)) != OK)
		return s;
	derive(str_of(salt, SALT), str_of(agreed, sizeof(agreed)), for_key, 2, key);
	derive(str_of(salt, SALT), str_of(agreed, sizeof(agreed)), for_nonce, 2, nonce);
	at = pack_bytes(at, str_of(salt, SALT));
	at = pack_uint(at, RECORD, 4);
	at = pack_uint(at, P256_PUBLIC, 1);
	at = pack_bytes(at, str_of(point, sizeof(point)));
	memcpy(plain, text.at, text.len);
	plain[text.len] = 2; /* the last record (RFC 8188 section 2) */
	seal(key, nonce, str_of(plain, len + 1), at);
	mem_wipe(agreed, sizeof(agreed));
	mem_wipe(key, sizeof(key));
	mem_wipe(plain, len + 1);
	*out = str_of(body, HEADER + len + 1 + TAG);
	return OK;
}

enum status
web_push_encrypt(struct arena *a, const struct web_push_keys *keys, struct str text,
    size_t padded, struct str *out)
{
	AUTO(p256) sender = p256_new();
	char salt[SALT];

	random_bytes(salt, sizeof(salt));
	return web_push_encrypt_with(a, keys, text, padded, sender, salt, out);
}

struct str
web_push_authorization(struct arena *a, const struct p256 *key, struct str origin,
    struct str contact, usec_t expires)
{
	struct str claims = str_format(a, "{\"aud\":%.*s,\"exp\":%lld,\"sub\":%.*s}",
	    STR_ARG(json_quote(a, origin)), (long long)(expires / 1000000),
	    STR_ARG(json_quote(a, contact)));
	struct str head = base64url_encode(a, S("{\"typ\":\"JWT\",\"alg\":\"ES256\"}"));
	struct str input =
	    str_format(a, "%.*s.%.*s", STR_ARG(head), STR_ARG(base64url_encode(a, claims)));
	char signature[P256_SIGNATURE], point[P256_PUBLIC];

	p256_sign(key, input, signature);
	p256_public(key, point);
	return str_format(a, "vapid t=%.*s.%.*s, k=%.*s", STR_ARG(input),
	    STR_ARG(base64url_encode(a, str_of(signature, sizeof(signature)))),
	    STR_ARG(base64url_encode(a, str_of(point, sizeof(point)))));
}
