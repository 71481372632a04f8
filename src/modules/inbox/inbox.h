/* SPDX-License-Identifier: MIT
 *
 * What of an account's conversations is unread, for other modules.
 *
 * Nothing is counted while messages pass: conversations, their last messages and what is
 * unread in them are read from the archive when somebody asks. Only up to where the owner has
 * read is kept, a row for each conversation in which that was said.
 */
#ifndef MODULES_INBOX_H
#define MODULES_INBOX_H

#include "router/module.h"

/*
 * Unread messages of all conversations: total(waiter, account, OK, n), on this worker, later
 * or at once; what was said to be read before counts. E_IO, E_LIMIT, E_CLOSED: it could not be
 * read, and n is 0. The account stays loaded meanwhile.
 */
typedef void inbox_total_fn(void *waiter, struct account *a, enum status s, uint64_t n);
void inbox_total(struct account *a, inbox_total_fn *total, void *waiter);

/* The owner has read the conversation up to the message with this id of the archive (XEP-0490
 * says so too). Earlier than what was said before: nothing changes. */
void inbox_read(struct account *a, struct jid contact, uint64_t id);

extern const struct module mod_inbox;

#endif
