/* SPDX-License-Identifier: MIT
 *
 * News on their way to push services: for each registration a delivery, which is resting or
 * busy with the oldest of its news. At the account's home; nothing of it is kept on disk: what
 * is of use for minutes need not survive a restart.
 *
 *   RESTING  nothing waits, or the interval since the last, or the back-off, is not over
 *   BUSY     the unread messages are counted (the inbox), then a carrier has the oldest, until
 *            outbox_done
 *
 * Both what waits for one device and what waits for all is bounded (base/limits.h): the oldest
 * gives way, whose count the newer ones include.
 */
#ifndef MODULES_PUSH_OUTBOX_H
#define MODULES_PUSH_OUTBOX_H

#include "modules/push/news.h"
#include "modules/push/registration.h"

struct http_ask;

struct delivery {
	struct str key; /* "account\nkey of the registration" */
	struct jid account;
	struct registration *to;
	struct list news; /* news.in_delivery, the oldest first */
	unsigned n_news;
	bool busy;
	struct counting *counting; /* BUSY: until the carrier has it; else NULL */
	unsigned failures;         /* in a row, of any kind */
	unsigned refusals;         /* in a row: answers that say no, but perhaps not for ever */
	struct timer timer; /* RESTING: until the next may go; BUSY: until the answer is due */

	/* The carrier's, while BUSY. */
	struct http_ask *ask;  /* to a browser's service */
	struct str publish_id; /* of the iq to a service; or none */
	char id_text[64];
};

/* How it went. */
enum push_outcome {
	PUSH_ARRIVED,
	PUSH_FAILED,    /* nobody answered, or he cannot now: later again */
	PUSH_REFUSED,   /* later again, but not for ever */
	PUSH_TOO_LARGE, /* at once again, with less */
	PUSH_GONE,      /* never again */
};

/* Hands over a copy of the news, for a copy of the registration. */
void outbox_add(struct jid account, const struct registration *r, const struct news *like,
    const struct push_conf *conf);

/* Forgets what is on its way for a registration, or for all of the account. */
void outbox_forget(struct jid account, struct str registration_key);
void outbox_forget_account(struct jid account);

/* On each worker, when the server ends. */
void outbox_leave_worker(void);

/* --- for carriers ----------------------------------------------------------------------- */

/* Start to carry the oldest news; outbox_done follows, perhaps at once. */
void carry_to_service(struct delivery *d, const struct news *n, const struct push_conf *conf);
void carry_to_browser(struct delivery *d, const struct news *n, const struct push_conf *conf);

/* asked_ms: for how long the service wants to be left alone; 0: it does not say. why: for the
 * log. The delivery may be gone afterwards. */
void outbox_done(struct delivery *d, enum push_outcome how, msec_t asked_ms, const char *why);

/* Of deliveries that wait for the answer to an iq: puts it under d->publish_id; finds it. */
void outbox_publishes(struct delivery *d);
struct delivery *outbox_publishing(struct str id);

#endif
