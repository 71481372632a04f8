/* SPDX-License-Identifier: MIT
 *
 * How long, and how many, messages of an archive are kept: as the configuration of its host
 * says, or as an operator has said for the account, which then goes by both. Older messages,
 * and the oldest beyond the number, are erased: when that was said, and then every few hours.
 *
 * Keeps  "archive-retention": one row of an account for which it was said
 *
 * Any worker may call these; answers come there, later.
 */
#ifndef MODULES_ARCHIVE_RETENTION_H
#define MODULES_ARCHIVE_RETENTION_H

#include "base/time.h"
#include "xmpp/jid.h"

struct retention {
	msec_t max_age_ms;     /* 0: for ever */
	uint32_t max_messages; /* 0: unlimited */
};

/*
 * What holds for an account of ours; own: it was said for the account itself.
 *
 * E_NOT_FOUND: its host keeps no archives. E_IO, E_LIMIT, E_CLOSED: as store_read. The
 * retention is then all zero.
 */
typedef void retention_read_fn(
    void *waiter, enum status s, const struct retention *r, bool own);
void retention_read(struct jid bare, retention_read_fn *read, void *waiter);

/*
 * Says it for the account, NULL: as its host does from now on; and erases what is too much.
 *
 * E_NOT_FOUND  there is no such account
 * E_IO, E_FULL, E_LIMIT, E_CLOSED: nothing was said
 */
typedef void retention_done_fn(void *waiter, enum status s);
void retention_set(
    struct jid bare, const struct retention *r, retention_done_fn *done, void *waiter);

/* Erases what is too much in the archive. A status other than OK, of any read or write: some
 * of it is left for the next time. */
void retention_apply(struct jid bare, retention_done_fn *done, void *waiter);

/* Of the row, by which those are found for whom something was said. */
#define KIND_RETENTION S("archive-retention")

#endif
