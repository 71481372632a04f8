/* SPDX-License-Identifier: MIT
 *
 * What users may do with invitations, and how they are passed on.
 */
#ifndef MODULES_INVITES_MOD_INVITES_H
#define MODULES_INVITES_MOD_INVITES_H

#include "modules/invites/book.h"

struct invites_conf {
	msec_t lifetime_ms;
	/* What the invitations of users, made with their clients, are good for. */
	enum users_invite {
		USERS_INVITE_NOBODY,
		USERS_INVITE_CONTACTS, /* with an account elsewhere */
		USERS_INVITE_TO_ACCOUNTS,
	} users;
	uint32_t per_user;
};

/* NULL: the host has no invitations. */
const struct invites_conf *invites_conf_of(const struct host *host);

/* Whether they can make accounts of the host. */
bool invites_make_accounts(const struct host *host);

/*
 * "xmpp:romeo@example.org?roster;preauth=TOKEN;ibr=y" when it makes a contact of the inviter
 * and does not name the account, else "xmpp:juliet@example.org?register;preauth=TOKEN" or
 * "xmpp:example.org?register;preauth=TOKEN".
 */
struct str invite_uri(struct arena *a, const struct invitation *i, struct str token);

/* "https://example.org/invite/TOKEN"; "no string" when the site is not reached from outside. */
struct str invite_page_url(struct arena *a, struct str host, struct str token);

#endif
