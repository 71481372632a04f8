/* SPDX-License-Identifier: MIT
 *
 * Web sites ask an account whether somebody's HTTP request is its owner's (XEP-0070).
 */
#ifndef MODULES_MOD_CONFIRM_H
#define MODULES_MOD_CONFIRM_H

#include "router/module.h"

struct confirm_request {
	struct jid account; /* bare: all its clients; full: that one */
	struct str code;    /* of the transaction: the site shows it as well */
	struct str method, url;
	struct str text; /* to be read by a person; "no string": ours, in English */
	msec_t wait_ms;
};

enum confirm_verdict { CONFIRM_YES, CONFIRM_NO, CONFIRM_EXPIRED };

/*
 * Asks, and tells the answer on the calling worker.
 *
 * v   only when OK
 * by  the client that answered; empty when none did
 *
 * E_NOT_FOUND    no such account
 * E_CLOSED       none of its clients is there
 * E_LIMIT        it is asked too often, or too many questions wait for it
 * E_UNSUPPORTED  the module is not enabled at its host
 * E_IO           the account could not be read
 */
typedef void confirm_fn(void *waiter, enum status s, enum confirm_verdict v, struct jid by);
void confirm_ask(const struct confirm_request *r, confirm_fn *answered, void *waiter);

#endif
