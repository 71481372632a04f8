/* SPDX-License-Identifier: MIT
 *
 * The addresses of a name, as the system resolves it, found on a helper thread.
 */
#ifndef HTTP_CLIENT_LOOKUP_H
#define HTTP_CLIENT_LOOKUP_H

#include "base/limits.h"
#include "transport/address.h"

struct lookup;

/*
 * at  the addresses, HTTP_ADDRESSES_MAX at most, in the order in which to try them
 *
 * E_NOT_FOUND  there is no such name, or it has no address
 * E_AGAIN      the name servers did not answer
 *
 * The lookup is over and its variable NULL.
 */
typedef void lookup_done_fn(void *waiter, enum status s, const struct address *at, size_t n);

/* E_LIMIT: too many are waiting. name: as in a struct https_url. */
MUST_CHECK enum status lookup_start(
    struct str name, lookup_done_fn *done, void *waiter, struct lookup **out);

/* done does not run. Accepts NULL, leaves NULL. */
void lookup_cancel(struct lookup **l);

#endif
