/* SPDX-License-Identifier: MIT */
#include "media/credentials.h"

#include "base/encode.h"
#include "base/hash.h"
#include "media/settings.h"

enum {
	SHA1 = 20,      /* bytes */
	TAG_BYTES = 12, /* of which TURN_TAG characters are made */
	USEC = 1000000,
};

static struct str
password_of(struct str secret, struct str username, struct arena *a)
{
	char mac[SHA1];

	hash_hmac(HASH_SHA1, secret, &username, 1, mac);
	return base64_encode(a, str_of(mac, SHA1));
}

void
turn_credentials_make(
    struct str account, usec_t now, struct arena *a, struct turn_credentials *out)
{
	struct turn_settings s;
	struct str secret, pieces[2] = { S("account"), account };
	char mac[HASH_MAX];
	usec_t end;

	turn_settings_get(&s);
	secret = str_of(s.secret, s.secret_bytes);
	hash_hmac(HASH_SHA256, secret, pieces, 2, mac);
	end = now / USEC + s.credentials_ms / 1000;
	out->username = str_format(a, "%lld:%.*s", (long long)end,
	    STR_ARG(base64url_encode(a, str_of(mac, TAG_BYTES))));
	out->password = password_of(secret, out->username, a);
	out->expires = end * USEC;
	mem_wipe(s.secret, sizeof(s.secret));
}

enum status
turn_credentials_key(struct str secret, struct str username, struct str realm, usec_t now,
    char key[STUN_KEY], char tag[TURN_TAG])
{
	struct str name = username, end, text;
	uint64_t end_s;
	struct arena a;

	if (username.len > TURN_USERNAME_MAX || !str_split(&name, ':', &end) ||
	    str_to_u64(end, INT64_MAX / USEC, &end_s) != OK || name.len != TURN_TAG)
		return E_INVALID;
	if ((usec_t)end_s * USEC < now)
		return E_DENIED;
	arena_init_wiped(&a, 1024);
	text = str_format(&a, "%.*s:%.*s:%.*s", STR_ARG(username), STR_ARG(realm),
	    STR_ARG(password_of(secret, username, &a)));
	hash_md5(text, key);
	memcpy(tag, name.at, TURN_TAG);
	arena_fini(&a);
	return OK;
}
