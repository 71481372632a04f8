/* SPDX-License-Identifier: MIT
 *
 * Changes to a roster that the administration makes: as if its user had made them, with pushes
 * to his sessions.
 */
#ifndef MODULES_ROSTER_EDIT_H
#define MODULES_ROSTER_EDIT_H

#include "base/option.h"
#include "modules/roster/roster.h"

struct roster_edit {
	enum { ROSTER_SET, ROSTER_REMOVE, ROSTER_BEFRIEND } what;
	struct jid contact;     /* bare */
	struct str name;        /* "no string": none; ROSTER_BEFRIEND: as it is */
	struct str_list groups; /* ROSTER_BEFRIEND: none: as they are */
};

/*
 * ROSTER_BEFRIEND makes the subscription "both" on this side; the other side is the contact's
 * own affair, so that it is asked for at both.
 *
 * On the worker that the account is at home on. done(waiter, status) runs there, when the
 * change is on disk:
 *
 * E_NOT_FOUND   ROSTER_REMOVE: there is no such contact
 * E_DENIED      the contact is the account itself, or to be removed while a group brings it
 * E_INVALID     an empty group, or the same twice
 * E_LIMIT       a name is too long, there are too many groups, or too many contacts
 * E_IO, E_FULL  the store failed
 */
void roster_edit(struct account *a, const struct roster_edit *e,
    void (*done)(void *waiter, enum status s), void *waiter);

/* The same from any worker, to which the answer comes. Everything is copied. E_NOT_FOUND also:
 * there is no such account. */
void roster_edit_of(struct jid account, const struct roster_edit *e,
    void (*done)(void *waiter, enum status s), void *waiter);

#endif
