/* SPDX-License-Identifier: MIT
 *
 * Groups of shared contacts: the administration says who belongs together (a class, a team),
 * and each member has all others in his roster, subscribed both ways, without either having
 * asked. What a group brings a user can rename and sort for himself, but not remove.
 *
 * Nothing of this is kept with the accounts: a roster is the account's own items and the
 * members of its groups, put together when it is looked at. So a group of n people costs n rows
 * and n places in memory, not n times n, and leaving undoes joining completely.
 *
 * Each worker has all groups in its memory. Changes are made by one of them, the groups' home,
 * one after the other: on disk first, then they travel from worker to worker and each tells the
 * sessions that it has; when all know, they travel once more and presence is shown, so that
 * nobody hears of somebody's presence before he hears of him. A group's new name is told to
 * nobody: clients see it when they next ask for their roster, whose version has changed.
 */
#ifndef MODULES_ROSTER_GROUPS_H
#define MODULES_ROSTER_GROUPS_H

#include "base/limits.h"
#include "base/table.h"
#include "router/module.h"

struct group_member {
	struct jid jid;
};

struct group {
	struct str key; /* "example.org/staff": host and id */
	struct str name;
	uint64_t version;     /* grows with each change */
	struct table members; /* struct group_member by address */
};

/* --- what every worker knows ---------------------------------------------------------------
 */

/* The groups of an account. */
struct membership {
	struct str address;
	const struct group *groups[GROUPS_OF_ACCOUNT_MAX];
	size_t n;
};

/* NULL: it is in none. */
const struct membership *groups_of(struct jid account);

/* Whether both are members of one group. */
bool groups_share(struct jid account, struct jid contact);

bool group_has(const struct group *g, struct jid contact);

/* Walks its members; walk as for table_next. */
const struct group_member *group_next(const struct group *g, struct table_walk *walk);

/* Its name, or its id while it has none. */
struct str group_shown_name(const struct group *g);

/* Tells what the groups of the account are now from what they were; "no string" without. The
 * same after a restart. */
struct str groups_version(struct jid account, struct arena *a);

/* NULL: there is none. id: "staff". */
const struct group *group_find(struct str host, struct str id, struct arena *a);

/* Walks all groups. */
const struct group *groups_next(struct table_walk *walk);

/* --- changes --------------------------------------------------------------------------------
 */

enum group_change_kind {
	GROUP_SET,    /* makes it, or gives it another name */
	GROUP_DELETE, /* and all leave */
	GROUP_JOIN,
	GROUP_LEAVE,
};

struct group_request {
	enum group_change_kind what;
	struct str host; /* one of ours, normalised */
	struct str id;   /* 1 to GROUP_ID_MAX bytes without "/" */
	struct str name;
	struct jid member; /* bare, of an account of ours */
};

/*
 * done(waiter, status) runs on the calling worker when it is on disk and all sessions have been
 * told. Everything is copied.
 *
 * E_NOT_FOUND   there is no such group, or no such member
 * E_LIMIT       more groups, members or groups of an account than may be
 * E_IO, E_FULL  the store failed
 */
void groups_change(
    const struct group_request *r, void (*done)(void *waiter, enum status s), void *waiter);

/* An account that is no more leaves all groups. */
void groups_forget(struct jid account);

/* --- for the module's table ------------------------------------------------------------------
 */

void groups_enter_worker(void);
void groups_leave_worker(void);
enum status groups_start(void);

#endif
