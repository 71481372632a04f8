/* SPDX-License-Identifier: MIT
 *
 * JSON Web Tokens and keys. The first byte says what the rest is: a token as it comes from a
 * stranger; header and claims, a line each, that are signed here so that the claims are
 * looked at; or the text of a key file.
 */
#include "base/encode.h"
#include "base/hash.h"
#include "xmpp/jwt.h"

static const struct str secret = S("0123456789abcdef0123456789abcdef");

static const struct jwt_rules rules = {
	.issuer = S("i"),
	.audience = S("a"),
	.now_us = (usec_t)1700000000 * 1000000,
	.leeway_us = 1000000,
};

static struct str
sign(struct str text, struct arena *a)
{
	struct str header, claims, body;
	char mac[HASH_MAX];

	str_split(&text, '\n', &header);
	claims = text;
	body = str_format(a, "%.*s.%.*s", STR_ARG(base64url_encode(a, header)),
	    STR_ARG(base64url_encode(a, claims)));
	hash_hmac(HASH_SHA256, secret, &body, 1, mac);
	return str_format(a, "%.*s.%.*s", STR_ARG(body),
	    STR_ARG(base64url_encode(a, str_of(mac, hash_size(HASH_SHA256)))));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct jwt_keys *keys = jwt_keys_new();
	const struct jwt_keys *gone = keys;
	struct str text, subject, reason = S("");
	enum jwt_verdict v;
	enum status s;
	struct arena a;
	char *copy = mem_alloc(size);

	arena_init(&a, 4096);
	s = jwt_keys_add_secret(keys, secret, &a, &reason);
	assert(s == OK);
	memcpy(copy, data, size);
	text = str_of(size ? copy + 1 : copy, size ? size - 1 : 0);
	if (size && copy[0] == 'k') {
		s = jwt_keys_add(keys, text, &a, &reason);
		assert(s == OK || reason.len > 0);
	} else {
		if (size && copy[0] == 's')
			text = sign(text, &a);
		v = jwt_check(keys, &rules, text, &a, &subject);
		assert(v < JWT_VERDICTS);
		assert(v != JWT_GOOD || (subject.len > 0 && str_is_utf8(subject)));
	}
	jwt_keys_free(&gone);
	arena_fini(&a);
	free(copy);
	return 0;
}
