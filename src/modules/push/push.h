/* SPDX-License-Identifier: MIT
 *
 * What the files of push share: what the operator may say, and what is counted.
 */
#ifndef MODULES_PUSH_PUSH_H
#define MODULES_PUSH_PUSH_H

#include "router/module.h"
#include "xmpp/p256.h"

/* How much a notification says; each says what those before it say. */
enum push_content { PUSH_NOTHING, PUSH_COUNT, PUSH_SENDER, PUSH_BODY };

struct push_conf {
	enum push_content service; /* to services (XEP-0357), which read it */
	enum push_content web;     /* to browsers, whose services cannot */
	uint64_t body_max;         /* bytes */
	bool inactive;             /* clients that said so (XEP-0352) are not there */
	bool elsewhere;            /* although another device is there */
	msec_t interval_ms;        /* between two for one device */
	msec_t answer_ms;          /* until a service must have answered */
	msec_t life_ms;            /* after which one is of no use any more */
	struct str contact;        /* for operators of push services */
};

enum push_metric {
	PUSH_MADE,
	PUSH_DELIVERED,
	PUSH_DELAYED,
	PUSH_DROPPED,
	PUSH_DISABLED,
};

extern const struct module mod_push;

/* Configuration for the account; NULL: its host has no push any more. */
const struct push_conf *push_conf_of(struct jid account);

/* The server's key for browsers' services. */
const struct p256 *push_vapid(void);

/* The push service wants no more: the registration is removed, in memory and on disk. */
void push_disable(struct jid account, struct str key, const char *why);

#endif
