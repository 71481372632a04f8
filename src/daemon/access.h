/* SPDX-License-Identifier: MIT
 *
 * Tokens of the administration: who may ask for what over HTTP (RFC 6750). A token is
 * "jaseur_api_" ID "." SECRET, the secret 256 random bits. Kept is a hash of it, with scopes,
 * hosts, and when it ends.
 *
 * One worker, their home, has all tokens in its memory and judges those that are presented, so
 * that one which is revoked is so for everybody at once. It also counts: requests of a token,
 * and wrong tokens of an address.
 */
#ifndef DAEMON_ACCESS_H
#define DAEMON_ACCESS_H

#include "daemon/api_section.h"
#include "daemon/operation.h"

enum access {
	ACCESS_GRANTED,
	ACCESS_MISSING,  /* no token was presented */
	ACCESS_WRONG,    /* unknown, revoked or expired */
	ACCESS_TOO_FAST, /* more requests than the token may make */
	ACCESS_LOCKED,   /* too many wrong tokens came from the address */
};

/* actor: who presented it, with its scopes; valid during the call, NULL unless granted. */
typedef void access_judged_fn(
    void *waiter, enum access verdict, const struct operation_actor *actor);

/*
 * Answers on the calling worker, later.
 *
 * authorization  the request's field; "no string": none
 * address        of the client
 */
void access_judge(
    struct str authorization, struct str address, access_judged_fn *judged, void *waiter);

/* The bearer token in an Authorization field; "no string": none. */
struct str access_bearer(struct str authorization);

/* Rates and bounds from now on; any thread. */
void access_configure(const struct api_conf *conf);

/* Before the workers run, with the store open; and on each worker behind its last letter. */
MUST_CHECK enum status access_start(void);
void access_leave_worker(void);

#endif
