/* SPDX-License-Identifier: MIT
 *
 * What a device is told: as the form of XEP-0357 section 7, or the same in JSON for browsers
 * (docs/push.md).
 */
#ifndef MODULES_PUSH_NEWS_H
#define MODULES_PUSH_NEWS_H

#include "base/list.h"
#include "modules/push/push.h"

enum news_kind { NEWS_MESSAGE, NEWS_CALL, NEWS_REQUEST };

struct delivery;

struct news {
	struct delivery *of;
	struct list in_delivery; /* delivery.news, the oldest first */
	struct list in_age;      /* of all of the worker, the oldest first */
	enum news_kind kind;
	enum push_content content; /* how much may be said */
	msec_t made_ms;
	uint64_t messages; /* that are unread, when it goes out; 0: none, or nobody knows */
	uint32_t requests; /* for subscriptions, that wait for an answer */
	struct str sender; /* of the last message; or none */
	struct str body;   /* its beginning; or none */
};

/* A copy in one block, in no list, with the body cut to `body_max` bytes of whole characters.
 */
struct news *news_new(const struct news *like, size_t body_max);
void news_free(struct news **n);

/* Writes <notification/>. */
void news_write(struct xml_writer *w, const struct news *n);

/* The same in JSON, at most WEB_PUSH_TEXT_MAX bytes: what would be more is left out. */
struct str news_json(struct arena *a, const struct news *n, struct jid account);

#endif
