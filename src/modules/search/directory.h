/* SPDX-License-Identifier: MIT
 *
 * The people of a host, at one worker: the host's home. They are read from the rows of their
 * cards (mod_vcard.h) when somebody first searches, and then kept as the rows are.
 */
#ifndef MODULES_SEARCH_DIRECTORY_H
#define MODULES_SEARCH_DIRECTORY_H

#include "modules/search/people.h"
#include "router/module.h"

/* The worker that has the directory of the host. */
unsigned directory_home(struct str host);

/*
 * At home: runs ready(waiter, people, OK) once all of them are in memory, at once if they are;
 * in the order of asking.
 *
 * With people NULL: E_LIMIT, too many wait; others: they could not be read.
 */
typedef void directory_ready_fn(void *waiter, const struct people *p, enum status s);
void directory_with(struct str host, directory_ready_fn *ready, void *waiter);

/* At the account's home: its rows are in a batch that is committed before the next letter is
 * opened. What is on disk then becomes known, whether the commit succeeds or not. */
void directory_look_again(struct jid account);

/* For the module's table. */
void directories_enter_worker(void);
void directories_leave_worker(void);

#endif
