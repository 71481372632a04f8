/* SPDX-License-Identifier: MIT
 *
 * The accounts that the server keeps itself: making, changing and erasing them. For the
 * administration and for registration; logging in goes through router/auth.h.
 *
 * Each runs on the calling worker and answers there, later. Passwords are hashed on a helper.
 */
#ifndef MODULES_MOD_ACCOUNTS_H
#define MODULES_MOD_ACCOUNTS_H

#include "router/auth.h"
#include "router/module.h"

/*
 * Makes an account with this password. done:
 *
 * E_EXISTS   there is one with this address
 * E_INVALID  the password cannot be one (PRECIS OpaqueString); E_LIMIT: too long, or too
 *            many passwords are being hashed at the moment
 * E_IO, E_FULL  the store failed
 */
void accounts_create(struct jid bare, struct str password, auth_done_fn *done, void *waiter);

/* The same, with rows that are written if and only if the account is: put(waiter, b) adds them
 * to the batch. */
void accounts_create_with(struct jid bare, struct str password,
    void (*put)(void *waiter, struct store_batch *b), auth_done_fn *done, void *waiter);

/* Gives the account another password. As above, but E_NOT_FOUND instead of E_EXISTS. Tokens
 * handed out for the old one end (XEP-0484). */
void accounts_set_password(
    struct jid bare, struct str password, auth_done_fn *done, void *waiter);

/* Nobody gets in by any way while it is disabled; its sessions end. E_NOT_FOUND, E_IO, E_FULL.
 */
void accounts_set_disabled(struct jid bare, bool disabled, auth_done_fn *done, void *waiter);

/* Makes an account that has no password, unless there is one. E_IO, E_FULL. */
void accounts_ensure(struct jid bare, auth_done_fn *done, void *waiter);

/* Ends the account's sessions and erases all that is kept of it. E_NOT_FOUND, E_IO, E_FULL. */
void accounts_erase(struct jid bare, auth_done_fn *done, void *waiter);

extern const struct module mod_accounts;

/* It ends with its session, and its address is nobody's again (SASL ANONYMOUS). At its home. */
bool accounts_is_temporary(struct account *a);

#endif
