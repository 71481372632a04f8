/* SPDX-License-Identifier: MIT
 *
 * Making an account with an invitation, from wherever it is presented.
 */
#ifndef MODULES_INVITES_JOIN_H
#define MODULES_INVITES_JOIN_H

#include "modules/invites/book.h"
#include "router/auth.h"

/*
 * Makes the account, uses the invitation for it, and makes it and the inviter contacts. On the
 * calling worker, which is answered later.
 *
 * token  of a host that has the module; "no string" where none is needed
 *
 * E_NOT_FOUND  there is no such invitation
 * E_DENIED     it has been used, makes no accounts, or is for another name
 * E_EXISTS     the account exists, or an invitation has it reserved for somebody else
 * and those of accounts_create
 */
void invite_join(struct jid account, struct str token, struct str password, auth_done_fn *done,
    void *waiter);

#endif
