/* SPDX-License-Identifier: MIT
 *
 * Notifications to the push services of browsers (RFC 8030): encrypted for the browser (RFC
 * 8291), in the name of this server (RFC 8292).
 */
#include "base/encode.h"
#include "base/hash.h"
#include "http/client/client.h"
#include "http/client/url.h"
#include "http/date.h"
#include "modules/push/outbox.h"

enum {
	PADDED_STEP = 512,             /* all texts seem to be a multiple of this long */
	AUTHORIZATION_S = 12 * 60 * 60 /* RFC 8292 section 2: a day at most */
};

/* A newer one takes the place of an older one of its kind that the browser has not fetched yet
 * (RFC 8030 section 5.4). Nothing of whom it is for shows. */
static struct str
topic_of(const struct delivery *d, const struct news *n, struct arena *a)
{
	enum { TOPIC_BYTES = 18 };
	char digest[HASH_MAX];

	hash_of(HASH_SHA256,
	    str_format(a, "%d\n%.*s\n%.*s", n->kind, STR_ARG(d->key), STR_ARG(d->to->endpoint)),
	    digest);
	return base64url_encode(a, str_of(digest, TOPIC_BYTES));
}

/* RFC 8030 section 5.3: a call wakes a phone that saves power, a message need not. */
static const char *
urgency_of(const struct news *n)
{
	switch (n->kind) {
	case NEWS_CALL:
		return "high";
	case NEWS_MESSAGE:
		return "normal";
	case NEWS_REQUEST:
		break;
	}
	return "low";
}

static struct str
contact_of(const struct delivery *d, const struct push_conf *conf, struct arena *a)
{
	if (conf->contact.len)
		return conf->contact;
	return str_format(a, "mailto:postmaster@%.*s", STR_ARG(jid_domain(d->account)));
}

static struct str
fields_of(const struct delivery *d, const struct news *n, const struct push_conf *conf,
    struct str origin, struct arena *a)
{
	usec_t expires = loop_wall_us() + (usec_t)AUTHORIZATION_S * 1000000;

	return str_format(a,
	    "Authorization: %.*s\r\n"
	    "Content-Type: application/octet-stream\r\n"
	    "Content-Encoding: aes128gcm\r\n"
	    "TTL: %lld\r\n"
	    "Urgency: %s\r\n"
	    "Topic: %.*s\r\n",
	    STR_ARG(web_push_authorization(
		a, push_vapid(), origin, contact_of(d, conf, a), expires)),
	    (long long)(conf->life_ms / 1000), urgency_of(n), STR_ARG(topic_of(d, n, a)));
}

static size_t
padded(size_t len)
{
	size_t up = (len + PADDED_STEP - 1) / PADDED_STEP * PADDED_STEP;

	return up < WEB_PUSH_TEXT_MAX ? up : WEB_PUSH_TEXT_MAX;
}

/* --- answers ---------------------------------------------------------------------------- */

/* Seconds, or a moment (RFC 9110 section 10.2.3). */
static msec_t
asked_ms(const struct reply *answer)
{
	struct arena a;
	struct str text;
	uint64_t seconds;
	int64_t at_s;
	msec_t wait = 0;

	arena_init(&a, 256);
	text = http_head_field(&answer->head, S("retry-after"), &a);
	if (str_to_u64(text, INT32_MAX, &seconds) == OK)
		wait = (msec_t)seconds * 1000;
	else if (http_date_parse(text, &at_s) == OK && at_s < INT32_MAX * INT64_C(10))
		wait = (at_s - loop_wall_us() / 1000000) * 1000;
	arena_fini(&a);
	return wait > 0 ? wait : 0;
}

/* RFC 8030 sections 5 and 7.3, RFC 8292 section 4. A redirect is not followed: where a stranger
 * sends us was not checked when the registration was made. */
static enum push_outcome
outcome_of(unsigned status)
{
	switch (status) {
	case 404:
	case 410:
		return PUSH_GONE;
	case 413:
		return PUSH_TOO_LARGE;
	case 408:
	case 425:
	case 429:
		return PUSH_FAILED;
	default:
		return status < 300 ? PUSH_ARRIVED : status >= 500 ? PUSH_FAILED : PUSH_REFUSED;
	}
}

static void
on_told(void *waiter, enum status s, const struct reply *answer)
{
	struct delivery *d = waiter;
	char why[64];

	if (s != OK) {
		snprintf(why, sizeof(why), "%s", status_name(s));
		outbox_done(d, s == E_DENIED ? PUSH_REFUSED : PUSH_FAILED, 0, why);
		return;
	}
	snprintf(why, sizeof(why), "HTTP status %u", answer->head.status);
	outbox_done(d, outcome_of(answer->head.status), asked_ms(answer), why);
}

void
carry_to_browser(struct delivery *d, const struct news *n, const struct push_conf *conf)
{
	struct http_request r = {
		.method = HTTP_POST, .url = d->to->endpoint, .told = on_told, .waiter = d
	};
	struct https_url url;
	struct str text;
	struct arena a;
	enum status s;

	arena_init(&a, 8192);
	if ((s = https_url_parse(&a, d->to->endpoint, &url)) == OK) {
		text = news_json(&a, n, d->account);
		r.fields = fields_of(d, n, conf, url.origin, &a);
		s = web_push_encrypt(&a, &d->to->keys, text, padded(text.len), &r.body);
	}
	if (s == OK)
		s = http_ask(&r, &d->ask);
	arena_fini(&a);
	if (s != OK)
		on_told(d, s, NULL);
}
