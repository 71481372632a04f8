/* SPDX-License-Identifier: MIT
 *
 * The invitations of all hosts. They are in the store, and in the memory of one worker, their
 * home, where they are made, used and revoked one after the other. Any worker may ask; the
 * answer comes to it, and what it brings lives as long as the call.
 *
 * Of a token only the hash is kept: who made the invitation is told it once.
 *
 * An invitation is used in three steps, so that a failure in between costs nobody anything:
 * a claim takes one of its uses; the use is written with what it is for, in one batch; settling
 * makes it count, or gives it back.
 */
#ifndef MODULES_INVITES_BOOK_H
#define MODULES_INVITES_BOOK_H

#include "base/option.h"
#include "router/module.h"
#include "xmpp/invitation.h"

/* Of the module's metrics. */
enum { INVITES_MADE, INVITES_USED };

struct invitation {
	struct str id; /* INVITATION_ID_LEN characters: tells it from all others, no secret */
	struct str host;
	struct jid inviter; /* bare; empty: the administration */
	struct str name;    /* of the account that is made, reserved; "no string": any */
	struct str note;    /* the administrator's own */
	bool registers;     /* makes an account */
	bool befriends;     /* makes the inviter a contact */
	uint32_t uses, used;
	usec_t made_us, expires_us;
	struct str_list used_by; /* addresses; in lists only */
};

/* i: NULL unless OK. */
typedef void invitation_fn(void *waiter, enum status s, const struct invitation *i);

/*
 * Makes one like `wish`, whose id, used and made_us are not looked at.
 *
 * of_inviter  so many usable ones the inviter may have; 0: no matter
 * token       to be passed on; "no string" unless OK
 *
 * E_EXISTS      the name is reserved by another invitation
 * E_LIMIT       there are too many, of the inviter or in all
 * E_IO, E_FULL  the store failed
 */
typedef void invitation_made_fn(
    void *waiter, enum status s, struct str token, const struct invitation *i);
void invitation_make(
    const struct invitation *wish, uint32_t of_inviter, invitation_made_fn *made, void *waiter);

/* host: whose it must be; "no string": any. E_NOT_FOUND: no such token; E_DENIED: it has been
 * used, or is too old. */
void invitation_look(struct str host, struct str token, invitation_fn *found, void *waiter);

/*
 * Takes a use for making the account `by`. The age is not looked at: that was done when the
 * token was shown (XEP-0445 section 4). Without a token, OK with i NULL: the name is free.
 *
 * E_NOT_FOUND  no such token
 * E_DENIED     it has been used, makes no accounts, or is for another name
 * E_EXISTS     the name is reserved by another invitation
 */
void invitation_claim_account(
    struct jid by, struct str token, invitation_fn *claimed, void *waiter);

/* Takes a use for `by` becoming a contact of the inviter. E_NOT_FOUND as above; E_DENIED: it
 * has been used, is too old, or is not the inviter's. */
void invitation_claim_contact(
    struct jid inviter, struct jid by, struct str token, invitation_fn *claimed, void *waiter);

/* Ends a claim: puts the use into the batch of what it is for; then says what became of it. */
void invitation_put_use(struct store_batch *b, const struct invitation *i, struct jid by);
void invitation_settle(const struct invitation *i, struct jid by, bool used);

/* E_NOT_FOUND, E_IO, E_FULL. */
void invitation_revoke(
    struct str host, struct str id, void (*done)(void *waiter, enum status s), void *waiter);

/* All of a host, or of all hosts when that is "no string"; the oldest first. */
typedef void invitations_fn(void *waiter, const struct invitation *const *i, size_t n);
void invitations_list(struct str host, invitations_fn *listed, void *waiter);

/* An account that is no more invites nobody. */
void invitations_forget(struct jid inviter);

/* A copy in the arena. */
struct invitation *invitation_copy(struct arena *a, const struct invitation *i);

/* --- for the module's table ------------------------------------------------------------ */

void invitations_enter_worker(void);
void invitations_leave_worker(void);
enum status invitations_start(void);

#endif
