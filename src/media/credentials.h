/* SPDX-License-Identifier: MIT
 *
 * Credentials for the relay that speak for themselves: the user name says until when they are
 * valid and, by a pseudonym, for which account; the password is an HMAC-SHA1 of the user name
 * with the relay's secret, in base64. Nothing is kept or looked up to check them. (The scheme
 * of draft-uberti-behave-turn-rest-00, which other relays know as well.)
 */
#ifndef MEDIA_CREDENTIALS_H
#define MEDIA_CREDENTIALS_H

#include "base/str.h"
#include "base/time.h"
#include "media/stun.h"

enum {
	TURN_TAG = 16,          /* characters of an account's pseudonym */
	TURN_PASSWORD = 28,     /* characters */
	TURN_USERNAME_MAX = 64, /* bytes that are looked at */
};

struct turn_credentials {
	struct str username, password;
	usec_t expires; /* wall clock */
};

/* For the account, in the arena, with the settings in force. */
void turn_credentials_make(
    struct str account, usec_t now, struct arena *a, struct turn_credentials *out);

/*
 * The key that MESSAGE-INTEGRITY is made with (RFC 8489 section 9.2.2), and the pseudonym.
 *
 * E_INVALID  not a user name of ours
 * E_DENIED   no longer valid
 */
MUST_CHECK enum status turn_credentials_key(struct str secret, struct str username,
    struct str realm, usec_t now, char key[STUN_KEY], char tag[TURN_TAG]);

#endif
