/* SPDX-License-Identifier: MIT */
#include "modules/invites/join.h"

#include "base/log.h"
#include "modules/mod_accounts.h"
#include "modules/roster/edit.h"

/* Somebody on his way in. */
struct joining {
	struct jid account;
	struct str password;
	struct invitation *invitation; /* claimed; NULL: none was needed */
	auth_done_fn *done;
	void *waiter;
	struct arena arena; /* wiped: all texts */
};

static void
joining_end(struct joining *j, enum status s)
{
	auth_done_fn *done = j->done;
	void *waiter = j->waiter;

	arena_fini(&j->arena);
	free(j);
	done(waiter, s);
}

/* The account is there all the same: the two can still ask each other. */
static void
tell_failure(const struct joining *j, enum status s)
{
	if (s != OK)
		log_warn("invites.not_befriended", LOG_ACCOUNT("jid", jid_full(j->account)),
		    LOG_ACCOUNT("inviter", jid_full(j->invitation->inviter)),
		    LOG_STATUS("status", s));
}

static void
inviter_has_contact(void *waiter, enum status s)
{
	struct joining *j = waiter;

	tell_failure(j, s);
	joining_end(j, OK);
}

/* An inviter who is no more is nobody's contact. */
static void
account_has_contact(void *waiter, enum status s)
{
	struct joining *j = waiter;
	struct roster_edit edit = { .what = ROSTER_BEFRIEND, .contact = j->account };

	tell_failure(j, s);
	roster_edit_of(j->invitation->inviter, &edit, inviter_has_contact, j);
}

static void
on_created(void *waiter, enum status s)
{
	struct joining *j = waiter;
	struct roster_edit edit = { .what = ROSTER_BEFRIEND };

	if (j->invitation)
		invitation_settle(j->invitation, j->account, s == OK);
	if (s != OK || !j->invitation || !j->invitation->befriends) {
		joining_end(j, s);
		return;
	}
	edit.contact = j->invitation->inviter;
	roster_edit_of(j->account, &edit, account_has_contact, j);
}

static void
put_use(void *waiter, struct store_batch *b)
{
	const struct joining *j = waiter;

	if (j->invitation)
		invitation_put_use(b, j->invitation, j->account);
}

static void
on_claimed(void *waiter, enum status s, const struct invitation *i)
{
	struct joining *j = waiter;

	if (s != OK) {
		joining_end(j, s);
		return;
	}
	if (i)
		j->invitation = invitation_copy(&j->arena, i);
	accounts_create_with(j->account, j->password, put_use, on_created, j);
}

void
invite_join(
    struct jid account, struct str token, struct str password, auth_done_fn *done, void *waiter)
{
	struct joining *j = mem_zalloc(sizeof(*j));

	arena_init_wiped(&j->arena, 512);
	j->account = jid_copy(&j->arena, account);
	j->password = str_copy(&j->arena, password);
	j->done = done;
	j->waiter = waiter;
	invitation_claim_account(account, token, on_claimed, j);
}
