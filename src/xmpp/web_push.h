/* SPDX-License-Identifier: MIT
 *
 * What a browser's push service wants: content that only the browser can read (RFC 8291, with
 * the coding of RFC 8188), and proof of which server sends it (VAPID, RFC 8292).
 */
#ifndef XMPP_WEB_PUSH_H
#define XMPP_WEB_PUSH_H

#include "base/time.h"
#include "xmpp/p256.h"

enum {
	WEB_PUSH_AUTH = 16, /* bytes of the secret that a browser gives */
	WEB_PUSH_TEXT_MAX =
	    3993, /* bytes that fit into a message of 4096 (RFC 8291 section 4) */
};

/* What a browser gives of itself with its endpoint (W3C Push API: getKey). */
struct web_push_keys {
	char p256dh[P256_PUBLIC];
	char auth[WEB_PUSH_AUTH];
};

/* From base64url. E_INVALID: not what they should be. */
MUST_CHECK enum status web_push_keys_read(
    struct arena *a, struct str p256dh, struct str auth, struct web_push_keys *out);

/*
 * The body of a request with "Content-Encoding: aes128gcm", in the arena.
 *
 * text     WEB_PUSH_TEXT_MAX at most
 * padded   bytes that the text seems to have, if it has fewer: who sees the message pass shall
 *          not tell what is in it by its length
 *
 * E_INVALID  the keys are none
 */
MUST_CHECK enum status web_push_encrypt(struct arena *a, const struct web_push_keys *keys,
    struct str text, size_t padded, struct str *out);

/* The same with what else is random: the sender's key for this message, and 16 bytes. For
 * tests. */
MUST_CHECK enum status web_push_encrypt_with(struct arena *a, const struct web_push_keys *keys,
    struct str text, size_t padded, const struct p256 *sender, const char salt[16],
    struct str *out);

/*
 * The value of "Authorization": that the owner of the key sends this (RFC 8292 section 3).
 *
 * origin   of the endpoint: "https://push.example"
 * contact  a "mailto:" or "https:" URI, for the service's operator
 * expires  at most a day from now
 */
struct str web_push_authorization(struct arena *a, const struct p256 *key, struct str origin,
    struct str contact, usec_t expires);

#endif
