/* SPDX-License-Identifier: MIT
 *
 * The uploads of accounts, for the administration. Any worker may call these; answers come
 * there, later.
 */
#ifndef MODULES_UPLOAD_UPLOAD_H
#define MODULES_UPLOAD_UPLOAD_H

#include "modules/upload/record.h"
#include "xmpp/jid.h"

/*
 * A page of what an account has uploaded, by token: what stands behind the token `after`,
 * which is empty at first. The records live until the callback returns.
 *
 * E_IO, E_LIMIT, E_CLOSED: as store_read
 */
typedef void uploads_listed_fn(
    void *waiter, enum status s, const struct upload_record *records, size_t n);
void uploads_list(
    struct jid bare, struct str after, unsigned limit, uploads_listed_fn *listed, void *waiter);

/*
 * Removes one upload of an account, or all when the token is empty. `count` says how many
 * were removed, also when the status is not OK: E_IO, E_FULL, E_CLOSED.
 */
typedef void uploads_removed_fn(void *waiter, enum status s, uint64_t count);
void uploads_remove(
    struct jid bare, struct str token, uploads_removed_fn *removed, void *waiter);

#endif
